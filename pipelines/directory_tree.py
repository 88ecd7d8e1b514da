"""The folders and files below a folder in the Poincaré ball.

    python pipelines/directory_tree.py nx_poincare --out tree

Nodes are paths; links to other folders are not followed.
"""

import os
from pathlib import Path

import networkx as nx
from recipe import chosen, embed_and_write, labels_of_largest, options


def directory_graph(top: Path, hidden: bool = False) -> nx.DiGraph:
    """Edges from folder to what is in it."""
    G = nx.DiGraph()
    root = top.resolve()
    G.add_node(root.name, name=root.name)
    for folder, folders, files in os.walk(root):
        if not hidden:
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        folders.sort()
        above = (root.name / Path(folder).relative_to(root)).as_posix()
        for name in folders + sorted(files):
            if hidden or not name.startswith("."):
                G.add_node(f"{above}/{name}", name=name)
                G.add_edge(above, f"{above}/{name}")
    return G


def main() -> None:
    parser = options(__doc__, "tree_output")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("."), help="where to start")
    parser.add_argument("--hidden", action="store_true", help="also names that start with a dot, and __pycache__")
    found = chosen(parser)
    G = directory_graph(found.folder, found.hidden)
    labels = labels_of_largest(G, dict(G.nodes(data="name")))
    embed_and_write(G, found.out, "tree", dim=found.dim, labels=labels)


if __name__ == "__main__":
    main()
