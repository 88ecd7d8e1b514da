"""Who reports to whom, from a table with a line for each employee, in the Poincaré ball.

    pip install "nx-poincare[recipes]"
    python pipelines/org_chart.py staff.csv --out staff         # columns employee and manager

The manager of those at the top is empty; someone with two managers has two lines. Further columns become
attributes of the nodes.
"""

from pathlib import Path

import networkx as nx
from recipe import chosen, embed_and_write, options

from nx_poincare.utils.optional import import_extra

pd = import_extra("pandas", extra="recipes")


def org_graph(frame: pd.DataFrame) -> nx.DiGraph:
    """Edges from manager to employee."""
    reports = frame.dropna(subset="manager")
    G = nx.from_pandas_edgelist(reports, "manager", "employee", create_using=nx.DiGraph)
    G.add_nodes_from(frame["employee"])  # also people with neither manager nor reports
    rows = frame.drop(columns="manager").drop_duplicates("employee").set_index("employee").fillna("")
    nx.set_node_attributes(G, rows.to_dict("index"))
    return G


def main() -> None:
    parser = options(__doc__, "staff_output")
    parser.add_argument("table", type=Path, help="csv with the columns employee and manager")
    found = chosen(parser)
    embed_and_write(org_graph(pd.read_csv(found.table, dtype=str)), found.out, "staff", dim=found.dim)


if __name__ == "__main__":
    main()
