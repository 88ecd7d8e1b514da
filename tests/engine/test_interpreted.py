"""Interpreted and compiled kernels give the same bytes, all together and each of them on its own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.utils.compiled import Kernel

pytestmark = pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # few dimensions for so many parents

NEVER_MORE = 10**12  # steps: a kernel that has been interpreted for so long is compiled
PARTS = 8  # of the kernels, of which one is in every run


def second_parents(n: int, seed: int) -> nx.DiGraph:
    """A random tree below several roots, a third of its nodes with another parent, too."""
    rng = np.random.default_rng(seed)
    G = nx.DiGraph((int(rng.integers(0, v)), v) for v in range(3, n))
    G.add_edges_from((int(rng.integers(0, v)), v) for v in range(3, n, 3))
    return G


GRAPHS: dict[str, Callable[[], nx.DiGraph]] = {
    "tree": lambda: nx.balanced_tree(3, 4, create_using=nx.DiGraph),
    "chain": lambda: nx.path_graph(30, create_using=nx.DiGraph),
    "star": lambda: nx.DiGraph((0, v) for v in range(1, 200)),
    "second parents": lambda: second_parents(70, 1),
    "undirected": lambda: nx.gnm_random_graph(60, 90, seed=4),
    "carnivores": lambda: nxp.wordnet_graph("carnivore.n.01", source="bundled"),
}


@pytest.fixture
def kernels() -> Iterator[list[Kernel]]:
    """Kernels that may be interpreted; they are left as they were."""
    nxp.embed(nx.path_graph(3), 3, seed=0)
    found = [each for each in gc.get_objects() if type(each) is Kernel and each._work is not None]
    before = [(each._steps, each._compiled) for each in found]
    yield found
    for each, (steps, compiled) in zip(found, before, strict=True):
        each._steps, each._compiled = steps, compiled


def answers(G: nx.Graph, dim: int) -> bytes:
    emb = nxp.embed(G, dim, seed=0)
    scores = nxp.evaluate_reconstruction(emb, G)
    assert emb.layout is not None
    points = b"".join(part.tobytes() for part in (emb.directions, emb.radii, emb.layout, emb.horizons))
    return points + repr((scores, emb.quality)).encode()


def compile_only(kernels: list[Kernel], *chosen: Kernel) -> None:
    for each in kernels:
        each._steps, each._compiled = (NEVER_MORE if each in chosen else 0), None


@pytest.mark.parametrize("dim", [2, 3, 5])
@pytest.mark.parametrize("name", GRAPHS)
def test_the_same_bytes(kernels: list[Kernel], name: str, dim: int) -> None:
    G = GRAPHS[name]()
    compile_only(kernels)
    interpreted = answers(G, dim)
    compile_only(kernels, *kernels)
    assert answers(G, dim) == interpreted


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.soak) for part in range(1, PARTS))])
def test_each_of_them(kernels: list[Kernel], part: int) -> None:
    """So that no two differences cancel, and the one at fault is named."""
    G = GRAPHS["second parents"]()
    expected = answers(G, 3)
    assert len(kernels) > 20
    for one in sorted(kernels, key=lambda one: one.__name__)[part::PARTS]:
        compile_only(kernels, one)
        assert answers(G, 3) == expected, one.__name__
