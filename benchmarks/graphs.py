"""The graphs of the records: WordNet's nouns, random trees with second parents, made and real dependencies.

    apt-cache dumpavail | python benchmarks/graphs.py    # on Debian 12: rebuild debian12_python.tsv.gz

`debian12_python.tsv.gz` holds the packages of Debian 12's section "python" (main, amd64), one on each line, and after a
tab those of them that it depends on (the first of alternatives). Names and dependencies are facts; nothing else of the
packages is in the file.
"""

import gzip
import io
import re
import sys
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np

import nx_poincare as nxp

PACKAGES = Path(__file__).resolve().with_name("debian12_python.tsv.gz")
MOST_DEPENDENCIES = 5


@cache
def all_nouns() -> nx.DiGraph:
    return nxp.wordnet_graph(source="bundled")


def recursive_tree(n: int, share: float, rng: np.random.Generator) -> nx.DiGraph:
    """Each node below a random earlier one, and a share of the nodes below a second one, too."""
    nodes = np.arange(1, n)
    first = rng.integers(0, nodes)
    chosen = rng.choice(np.arange(2, n), round(share * n), replace=False)
    second = rng.integers(0, chosen - 1)
    second += second >= first[chosen - 1]
    edges = np.concatenate([np.column_stack([first, nodes]), np.column_stack([second, chosen])])
    return nx.DiGraph(edges.tolist())


def made_dependencies(n: int, rng: np.random.Generator) -> nx.DiGraph:
    """Each node depends on one to five earlier ones, drawn by one plus the number of those that depend on them.

    Edges lead from what is needed to what needs it.
    """
    G: nx.DiGraph = nx.DiGraph()
    tickets = [0]
    for v in range(1, n):
        drawn = rng.integers(0, len(tickets), rng.integers(1, MOST_DEPENDENCIES + 1))
        needed = sorted({tickets[i] for i in drawn.tolist()})
        G.add_edges_from((u, v) for u in needed)
        tickets += [*needed, v]
    return G


def debian_packages() -> nx.DiGraph:
    """Debian's Python packages and their dependencies; edges lead from what is needed to what needs it."""
    G: nx.DiGraph = nx.DiGraph()
    for line in gzip.decompress(PACKAGES.read_bytes()).decode("ascii").splitlines():
        package, needed = line.split("\t")
        G.add_edges_from((one, package) for one in needed.split())
    return G


def read_archive(text: str, section: str) -> str:
    """The lines of the snapshot from what `apt-cache dumpavail` prints, sorted."""
    field = re.compile(r"^(Package|Section|Pre-Depends|Depends): (.*)$", re.MULTILINE)
    packages = {}
    for paragraph in text.split("\n\n"):
        found = dict(field.findall(paragraph))
        if found.get("Section") == section:
            wanted = f"{found.get('Pre-Depends', '')},{found.get('Depends', '')}".split(",")
            packages[found["Package"]] = {re.split(r"[\s(:|]", one.strip())[0] for one in wanted}
    lines = (f"{name}\t{' '.join(sorted(needed & packages.keys() - {name}))}\n" for name, needed in packages.items())
    return "".join(sorted(lines))


def packed(text: str) -> bytes:
    """The gzip of a text without name and time, so that the same text gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("ascii"))
    return buffer.getvalue()


if __name__ == "__main__":
    PACKAGES.write_bytes(packed(read_archive(sys.stdin.read(), "python")))
