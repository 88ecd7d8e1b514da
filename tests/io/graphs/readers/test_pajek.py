"""Pajek's rows some at a time, against NetworkX on whole sections."""

import io
import tracemalloc

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.io.graphs.readers import pajek

LABELS = st.sampled_from(["a", "b c", "d'e", "dög", "x y z", "end"])
WEIGHTS = st.sampled_from([1.0, 2.5, -3.0])


def read(text: str) -> nx.Graph:
    return nxp.read_graph(io.StringIO(text), format="pajek")


@st.composite
def sections(draw: st.DrawFn) -> tuple[str, str]:
    """A list of vertices with labels of their own, and a section of arcs or edges."""
    labels = draw(st.lists(LABELS, unique=True, min_size=1, max_size=6))
    vertices = [f'{number} "{label}" 0.1 0.2 box ic Red' for number, label in enumerate(labels, start=1)]
    ends = st.integers(1, len(labels))
    rows = draw(st.lists(st.tuples(ends, ends, WEIGHTS), max_size=12))
    kind = draw(st.sampled_from(["*Arcs", "*Edges"]))
    lines = [f"*Vertices {len(labels)}", *vertices, kind, *(f"{u} {v} {weight} l x" for u, v, weight in rows)]
    return "\n".join(lines), kind


def rows_of(graph: nx.Graph) -> list[tuple[frozenset[str] | tuple[str, str], list[tuple[str, object]]]]:
    """Edges with what is known of them, in an order of their own."""
    pairs = (
        (edge if graph.is_directed() else frozenset(edge), sorted(row.items())) for *edge, row in graph.edges(data=True)
    )
    return sorted(((tuple(ends), row) for ends, row in pairs), key=repr)


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_rows_are_those_of_networkx(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pajek, "_ROWS_AT_ONCE", step)

    @given(sections())
    def same(drawn: tuple[str, str]) -> None:
        text, kind = drawn
        whole = nx.parse_pajek(text)
        found = read(text)
        assert found.is_directed() == (kind == "*Arcs")
        assert list(found.nodes(data=True)) == list(whole.nodes(data=True))
        assert rows_of(found) == rows_of(whole)
        assert found.is_multigraph() == (len(set(map(str, (row[0] for row in rows_of(whole))))) < len(rows_of(whole)))

    same()


def test_a_number_that_is_the_label_of_another_names_one_node() -> None:
    """Vertices 1 and 2 became one."""
    graph = read('*Vertices 4\n1 "2"\n3 "x"\n4 "x"\n*Arcs\n1 2\n3 4\n')
    assert list(graph.edges) == [("1", "2"), ("3", "4")]


def test_negative_ends_of_lists_are_vertices() -> None:
    """They became nodes of their own."""
    assert set(read("*Vertices 3\n1 a\n2 b\n3 c\n*Arcslist\n1 -2 3\n").edges) == {("a", "b"), ("a", "c")}


def test_memory_beyond_the_graph() -> None:
    n = 20_000
    vertices = "".join(f'{number} "node{number}"\n' for number in range(1, n + 1))
    text = f"*Vertices {n}\n{vertices}*Arcs\n" + "".join(f"{number // 2} {number} 1\n" for number in range(2, n + 1))
    tracemalloc.start()
    graph = read(text)
    size, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(graph) == n
    assert (most - size) / n < 500
