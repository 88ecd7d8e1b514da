"""Trees: Newick, nested JSON, and clusterings, with names of their own for nodes that have none or share theirs."""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from said import Said
from scipy.cluster import hierarchy

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(str.strip)


def newick(text: str) -> nx.DiGraph:
    return nxp.read_graph(io.StringIO(text), format="newick")


def from_json(data: Any) -> nx.Graph:
    return nxp.read_graph(io.StringIO(json.dumps(data)), format="json")


class TestNewick:
    def test_lengths_labels_and_comments(self, tmp_path: Path) -> None:
        text = "((raccoon:19.2,bear:6.8):0.85,'sea ''lion''':[&&NHX:S=x]11.9,(,dog)90:1e-3[ten])root:5;\n"
        (tmp_path / "tree.nwk").write_text(text)
        G = nxp.read_graph(tmp_path / "tree.nwk")
        assert list(G.edges(data="length")) == [
            ("root", "node 1", 0.85), ("root", "sea 'lion'", 11.9), ("root", "90", 1e-3), ("node 1", "raccoon", 19.2),
            ("node 1", "bear", 6.8), ("90", "node 6", None), ("90", "dog", None),
        ]  # fmt: skip
        assert G.nodes["root"] == {"length": 5.0}
        assert (G.nodes["sea 'lion'"], G.nodes["90"]) == ({"comment": "&&NHX:S=x"}, {"comment": "ten"})
        assert nxp.embed(G).levels.max() == 2

    def test_several_trees_and_labels_of_several_nodes(self, said: Said) -> None:
        G = newick("(A,A,(A)C)B;\n(D,E);")
        assert set(G.edges) == {
            ("B", "B/A"), ("B", "B/A (2)"), ("B", "C"), ("C", "B/C/A"), ("node 5", "D"), ("node 5", "E"),
        }  # fmt: skip
        assert dict(G.nodes(data="name", default=None))["B/C/A"] == "A"
        assert "nodes with labels of others, which go by those above them as well: 3" in said.text

    @pytest.mark.parametrize("end", ["", "\n", ";\n", "\n[made by hand]\n;\r\n"])
    def test_what_holds_nothing_is_no_tree(self, end: str) -> None:
        """The end of the last line made a node."""
        assert list(newick("(A,B)C;" + end)) == ["C", "A", "B"]

    def test_deep_trees_take_time_in_proportion(self) -> None:
        """The library copies what stands in parentheses for each pair of them, and calls itself at each level."""
        begin = time.process_time()
        G = newick("(" * 20_000 + "A" + "):1[c]" * 20_000 + ";")
        assert time.process_time() - begin < 5
        assert len(G) == 20_001
        assert nx.dag_longest_path_length(G, weight=None) == 20_000
        with pytest.raises(GraphFileError, match="a parenthesis does not end"):
            newick("(" * 20_000 + "A")

    def test_nexus_has_names_in_a_table(self, needed: Callable[[str], Any], tmp_path: Path, said: Said) -> None:
        needed("commonnexus")
        text = (
            "#NEXUS\n[ a comment ]\nBegin taxa;\n Dimensions ntax=2;\n Taxlabels cat 'big dog';\nEnd;\n"
            "Begin trees;\n Translate 1 cat, 2 'big dog', 3 bear;\n"
            " tree one = [&R] ((1:0.5,2:1e-1)pets:2,3)all;\nEnd;\n"
        )
        for name in ("a.nex", "a.nexus", "a.trees", "a.tre", "a.nwk"):
            (tmp_path / name).write_text(text, encoding="utf-8")
            G = nxp.read_graph(tmp_path / name)
            assert set(G.edges) == {("all", "pets"), ("all", "bear"), ("pets", "cat"), ("pets", "big dog")}
            assert G.edges["pets", "big dog"]["length"] == 0.1
        assert said.messages == []

    def test_biopython_reads_the_same_nexus(self, needed: Callable[[str], Any]) -> None:
        phylo = needed("Bio.Phylo")
        needed("commonnexus")
        written = io.StringIO()
        phylo.write([phylo.read(io.StringIO("((a:1,b:2)x:3,(c:4,d:5)y:6)z;"), "newick")], written, "nexus")
        G = nxp.read_graph(io.StringIO(written.getvalue()), format="nexus")
        assert set(G.edges(data="length")) == {
            ("z", "x", 3.0), ("z", "y", 6.0), ("x", "a", 1.0), ("x", "b", 2.0), ("y", "c", 4.0), ("y", "d", 5.0),
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "no tree"), ("(A,B", "does not end"), ("(A,B))C;", "not a tree"), ("(A:x);", "branch to 'A' is 'x'"),
            ("(A:nan);", "not a finite number"), ("parent\tchild\n", "no tree"), (";", "no tree"),
            ("(A)(B)C;", "side by side"), ("A,B;", "outside of all"), ("(A B);", "several"),
            ("#NEXUS\nbegin trees;", "NEXUS"),
            ("#NEXUS\nbegin trees;\ntree one = (a,b);\nend;\nbegin trees;\ntree two = (a,b\n", "NEXUS"),
        ],
    )  # fmt: skip
    def test_other_files_are_refused(self, text: str, problem: str) -> None:
        with pytest.raises(GraphFileError, match=problem):
            newick(text)

    @given(
        tree=st.recursive(NAMES, lambda inner: st.tuples(NAMES, st.lists(inner, min_size=1, max_size=3)), max_leaves=12)
    )
    @pytest.mark.filterwarnings("ignore:.*labels of others")
    def test_biopython_reads_the_same(self, needed: Callable[[str], Any], tree: Any) -> None:
        phylo = needed("Bio.Phylo")
        names: Counter[str] = Counter()

        def text(node: Any) -> str:
            label, inner = (node, []) if isinstance(node, str) else node
            names[label] += 1
            label = f"x{label}"  # it takes numbers for support, and knows no doubled quote
            quoted = "'" + label.replace("'", "’").replace("\\", "/") + "'"
            return (f"({','.join(map(text, inner))})" if inner else "") + f"{quoted}:{names.total() / 8}"

        written = text(tree) + ";"
        G = newick(written)
        clades = list(next(phylo.parse(io.StringIO(written), "newick")).find_clades(order="preorder"))
        assert [data.get("name", node) for node, data in G.nodes(data=True)] == [clade.name for clade in clades]
        lengths = {name: length for _, name, length in G.edges(data="length")}
        assert [lengths.get(node, clades[0].branch_length) for node in G] == [clade.branch_length for clade in clades]


class TestNestedJson:
    def test_of_d3(self) -> None:
        G = from_json({
            "name": "flare", "children": [
                {"name": "data", "children": [{"name": "Sort", "size": 7}, {"name": "lone", "children": []}]},
                {"name": "vis", "_children": [{"name": "Axis", "size": 2.5}]},
            ],
        })  # fmt: skip
        assert list(G.edges) == [
            ("flare", "data"), ("flare", "vis"), ("data", "Sort"), ("data", "lone"), ("vis", "Axis"),
        ]  # fmt: skip
        assert (G.nodes["Sort"], G.nodes["Axis"]) == ({"size": 7}, {"size": 2.5})

    @pytest.mark.parametrize("label", ["id", "name", "label", "text", "title", "key"])
    @pytest.mark.parametrize("children", ["children", "items", "nodes", "contents"])
    def test_other_names_of_labels_and_children(self, label: str, children: str) -> None:
        G = from_json({label: "a", children: [{label: "b", children: [{label: 3}]}, {label: "c"}]})
        assert set(G.edges) == {("a", "b"), ("b", 3), ("a", "c")}

    def test_of_folders_as_tree_writes_them(self) -> None:
        """`tree -J`, whose last object counts them."""
        source = {"type": "directory", "name": "src", "contents": [{"type": "file", "name": "a.py"}]}
        top = {"type": "directory", "name": ".", "contents": [source, {"type": "file", "name": "README"}]}
        G = from_json([top, {"type": "report", "directories": 2, "files": 2}])
        assert set(G.edges) == {(".", "src"), ("src", "a.py"), (".", "README")}
        assert G.nodes["src"] == {"type": "directory"}

    def test_of_networkx_jstree_and_several_roots(self) -> None:
        tree = nx.DiGraph([("a", "b"), ("a", "c"), ("c", "d")])
        assert set(from_json(nx.tree_data(tree, "a")).edges) == set(tree.edges)
        G = from_json([{"id": "r", "text": "Root", "children": ["leaf", {"text": "x"}]}, {"id": "s", "children": []}])
        assert set(G.edges) == {("r", "leaf"), ("r", "x")}
        assert set(G) == {"r", "leaf", "x", "s"}
        assert G.nodes["r"]["text"] == "Root"

    @pytest.mark.parametrize("parent", ["parent", "parentId", "parent_id"])
    @pytest.mark.parametrize("none", [None, "", "#"])
    def test_objects_that_name_their_parents(self, parent: str, none: str | None) -> None:
        rows = [{"id": "b", parent: "a", "n": 1}, {"id": "a", parent: none}, {"id": "c", parent: "b"}]
        G = from_json(rows)
        assert set(G.edges) == {("a", "b"), ("b", "c")}
        assert G.nodes["b"] == {"n": 1}
        with pytest.raises(GraphFileError, match="the parent 'z' of 'd' is not in it"):
            from_json([*rows, {"id": "d", parent: "z"}])
        with pytest.raises(GraphFileError, match="is that of another object"):
            from_json([*rows, {"id": "c", parent: "a"}])

    def test_dictionaries_of_python(self) -> None:
        data = {"animal": {"dog": ["puppy", "pug", {"hound": {"beagle": {}}}], "cat": None, "eel": 3, "hen": "chick"}}
        expected = {
            ("animal", "dog"), ("animal", "cat"), ("animal", "eel"), ("animal", "hen"), ("dog", "puppy"),
            ("dog", "pug"), ("dog", "hound"), ("hound", "beagle"), ("hen", "chick"),
        }  # fmt: skip
        assert set(from_json(data).edges) == set(nxp.graph_from_nested(data).edges) == expected
        assert nxp.graph_from_nested(data).nodes["eel"] == {"value": 3}
        assert set(nxp.graph_from_nested({"a": ["b"], "c": ["d"]}).edges) == {("a", "b"), ("c", "d")}
        assert set(nxp.graph_from_nested({1: {2: {}}, "name": {"first": {}}}).edges) == {(1, 2), ("name", "first")}

    def test_of_treelib(self) -> None:
        data = {"Harry": {"children": ["Bill", {"Jane": {"children": [{"Diane": {"data": 3, "children": ["Mary"]}}]}}]}}
        assert set(from_json(data).edges) == {
            ("Harry", "Bill"),
            ("Harry", "Jane"),
            ("Jane", "Diane"),
            ("Diane", "Mary"),
        }

    def test_the_same_name_in_two_places_is_two_nodes(self, said: Said) -> None:
        G = from_json({"root": {"a": {"test": {}}, "b": {"test": {}}}})
        assert set(G.successors("a")) == {"root/a/test"}
        assert G.nodes["root/b/test"] == {"name": "test"}
        assert "which go by those above them as well: 2" in said.text
        chain: dict[str, Any] = {}
        for _ in range(300):
            chain = {"x": chain}
        assert nx.dag_longest_path_length(nxp.graph_from_nested(chain)) == 299

    @pytest.mark.parametrize(
        "data",
        [
            [], {}, 3, "text", [1, 2], [[1, 2]], {"a": 1}, {"a": {}}, {"name": "x"}, [{"name": "a"}, {"name": "b"}],
            {"a": {"b": [[1]]}}, {"name": "a", "children": {"b": 1}}, {"name": "a", "children": [3.5]}, {"a": [None]},
        ],
    )  # fmt: skip
    def test_what_is_no_tree_is_refused(self, data: Any) -> None:
        with pytest.raises(GraphFileError, match=r"children|nodes|tree"):
            from_json(data)

    @pytest.mark.filterwarnings("ignore:the nested data. nodes with labels of others")
    @given(
        st.recursive(st.just({}), lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3), max_leaves=15)
    )
    @example({"0": {"0": {}}})
    def test_nothing_is_lost(self, data: Any) -> None:
        below = {key: value for key, value in data.items() if value}
        if not below:
            return
        counts: Counter[str] = Counter()
        depths: Counter[int] = Counter()

        def count(inside: dict[str, Any], depth: int) -> None:
            for name, further in inside.items():
                counts[name] += 1
                depths[depth] += 1
                count(further, depth + 1)

        count(data, 0)
        G = nxp.graph_from_nested(data)
        assert nx.is_forest(G)
        assert Counter(row.get("name", node) for node, row in G.nodes(data=True)) == counts
        levels = [len(nx.ancestors(G, node)) for node in G]
        assert Counter(levels) == depths


class TestLinkage:
    def test_as_scipy_has_the_tree(self, tmp_path: Path) -> None:
        points = np.random.default_rng(0).normal(size=(30, 3))
        for method in ("single", "average", "ward"):
            Z = hierarchy.linkage(points, method)
            np.save(tmp_path / "Z.npy", Z)
            for G in (nxp.graph_from_linkage(Z), nxp.read_graph(tmp_path / "Z.npy"), nxp.read_graph(Z)):
                root, nodes = hierarchy.to_tree(Z, rd=True)
                assert next(iter(G)) == root.id
                assert set(G.edges) == {
                    (node.id, child.id) for node in nodes if not node.is_leaf() for child in (node.left, node.right)
                }
                for node in nodes:
                    assert G.nodes[node.id] == {"size": node.count, "height": node.dist}
                assert all(
                    G.nodes[u]["height"] - G.nodes[v]["height"] == row["length"] for u, v, row in G.edges(data=True)
                )

    def test_labels(self) -> None:
        Z = hierarchy.linkage([[0.0], [1.0], [5.0]])
        assert set(nxp.graph_from_linkage(Z, ["a", "b", "c"]).edges) == {(4, "c"), (4, 3), (3, "a"), (3, "b")}
        assert set(nxp.graph_from_linkage(Z, [2, 3, 4]).edges) == {
            ("cluster 4", 4), ("cluster 4", "cluster 3"), ("cluster 3", 2), ("cluster 3", 3),
        }  # fmt: skip
        for labels in (["a", "b"], ["a", "b", "b"]):
            with pytest.raises(ValueError, match="labels"):
                nxp.graph_from_linkage(Z, labels)

    def test_of_scikit_learn(self, needed: Callable[[str], Any]) -> None:
        cluster = needed("sklearn.cluster")
        points = np.random.default_rng(1).normal(size=(20, 2))
        model = cluster.AgglomerativeClustering(distance_threshold=0, n_clusters=None, linkage="average").fit(points)
        G = nxp.graph_from_linkage(model)
        Z = np.column_stack([model.children_, model.distances_, [G.nodes[node]["size"] for node in range(20, 39)]])
        assert hierarchy.is_valid_linkage(Z)
        assert nx.utils.graphs_equal(G, nxp.graph_from_linkage(Z))
        assert nx.utils.graphs_equal(G, nxp.graph_from_linkage(model.children_, distances=model.distances_))
        without = cluster.AgglomerativeClustering(n_clusters=3).fit(points)
        assert set(nxp.graph_from_linkage(without).nodes[38]) == {"size"}
        with pytest.raises(ValueError, match="fit it first"):
            nxp.graph_from_linkage(cluster.AgglomerativeClustering())
        with pytest.raises(TypeError, match="graph_from_linkage takes clusterings"):
            nxp.read_graph(model)

    @pytest.mark.parametrize(
        ("Z", "problem"),
        [
            ([[0, 3, 1, 2], [2, 3, 2, 3]], "row 0 merges cluster 3, but only 0 to 2"),
            ([[0, 1, 1, 2], [0, 2, 2, 3]], "row 1 merges cluster 0, which has been merged"),
            ([[0, -1, 1, 2]], "cluster -1"),
            (np.ma.masked_array([[0, 1, 1.0, 2]], mask=[[0, 1, 0, 0]]), "linkage matrix: some values are masked"),
            ([[0, 0.5, 1, 2]], "whole numbers"),
            ([[0, 1, np.inf, 2]], "finite"),
            ([[0, 1, 2]], r"shape \(n - 1, 4\)"),
            ([["a", "b", "c", "d"]], "shape"),
        ],
    )
    def test_what_is_no_clustering(self, Z: Any, problem: str) -> None:
        with pytest.raises(ValueError, match=problem):
            nxp.graph_from_linkage(Z)

    def test_arrays_in_files(self, tmp_path: Path) -> None:
        np.save(tmp_path / "edges.npy", np.array([[0, 1], [0, 2]]))
        assert list(nxp.read_graph(tmp_path / "edges.npy").edges) == [(0, 1), (0, 2)]
        np.save(tmp_path / "objects.npy", np.array([{}], dtype=object))
        for name, content in (("text.npy", b"no array"), ("cut.npy", (tmp_path / "edges.npy").read_bytes()[:-3])):
            (tmp_path / name).write_bytes(content)
        np.savez(tmp_path / "several", a=np.zeros(3))
        (tmp_path / "several.npz").rename(tmp_path / "several.npy")
        np.save(tmp_path / "cube.npy", np.zeros((2, 2, 2)))
        for name in ("objects", "text", "cut", "several", "cube"):
            with pytest.raises(GraphFileError, match=name):
                nxp.read_graph(tmp_path / f"{name}.npy")
