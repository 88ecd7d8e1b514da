"""Graphs of pictures and records: WordNet's nouns, random trees with second parents, packages of Debian.

`debian12_python.tsv.gz` holds the packages of Debian 12's section "python" (main, amd64), one a line, and after a tab
those of them that it depends on (the first of alternatives). Names and dependencies are facts; nothing else of the
packages is there. `scripts/build_debian_packages.py` makes it.
"""

import gzip
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np

import nx_poincare as nxp

PACKAGES = Path(__file__).resolve().with_name("debian12_python.tsv.gz")


@cache
def all_nouns() -> nx.DiGraph:
    return nxp.wordnet_graph(source="bundled")


def recursive_tree(n: int, share: float, rng: np.random.Generator) -> nx.DiGraph:
    """Each node below a random earlier one, and a share of all nodes below a second one too."""
    nodes = np.arange(1, n)
    first = rng.integers(0, nodes)
    chosen = rng.choice(np.arange(2, n), round(share * n), replace=False)
    second = rng.integers(0, chosen - 1)
    second += second >= first[chosen - 1]
    edges = np.concatenate([np.column_stack([first, nodes]), np.column_stack([second, chosen])])
    return nx.DiGraph(edges.tolist())


def debian_packages() -> nx.DiGraph:
    """Debian's Python packages, as far as they need each other; edges lead from what is needed to what needs it.

    As in `package_dependencies.py`: few packages are needed by many, as general terms are. The other way far more of
    the ancestor pairs are off any tree, and the same dimensions keep much less of them.
    """
    G: nx.DiGraph = nx.DiGraph()
    for line in gzip.decompress(PACKAGES.read_bytes()).decode("ascii").splitlines():
        package, needed = line.split("\t")
        G.add_edges_from((one, package) for one in needed.split())
    return G
