"""Commands that embed, ask and convert: what they print and leave."""

import json
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner, Result

import nx_poincare as nxp
from nx_poincare.cli.running import main
from nx_poincare.embedding.embedding import Embedding

EDGES = "parent\tchild\nmammal\tcat\nmammal\tdog\ndog\tpuppy\ndog\thunting dog\n"
TABLE = "id,kind,of,strength\n1,cat,mammal,1\n2,dog,mammal,5\n3,puppy,dog,1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a few graphs in it."""
    (tmp_path / "edges.tsv").write_text(EDGES)
    (tmp_path / "table.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str, code: int = 0, **options: Any) -> Result:
    result = CliRunner().invoke(main, arguments, **options)
    assert result.exit_code == code, result.output
    return result


class TestEmbed:
    def test_training_from_random_points(self, folder: Path) -> None:
        call("embed", "edges.tsv", "--init", "random", "--epochs", "5", "--burn-in", "2", "--learning-rate", "0.2",
             "--negatives", "3", "--seed", "4", "--fixed", "mammal", "-o", "e.npz")  # fmt: skip
        G = nxp.read_graph("edges.tsv")
        training = nxp.Training(epochs=5, burn_in=2, learning_rate=0.2, negatives=3, fixed=["mammal"])
        expected = nxp.embed(G, init="random", training=training, seed=4, progress=False)
        assert Embedding.load("e.npz") == expected
        assert len(Embedding.load("e.npz").history) == len(expected.history) > 0

    @pytest.mark.parametrize("suffix", ["graphml", "gexf", "gml", "json"])
    def test_a_graph_file_knows_the_ancestors_that_the_embedding_knew(self, folder: Path, suffix: str) -> None:
        rng = np.random.default_rng(0)
        edges = {(int(rng.integers(child)), child) for child in range(1, 60) for _ in range(2)}
        (folder / "dag.tsv").write_text("".join(f"n{a}\tn{b}\n" for a, b in sorted(edges)))
        call("embed", "dag.tsv", "--dim", "3", "-o", "e.npz", "-o", f"g.{suffix}")
        direct, again = Embedding.load("e.npz"), Embedding.load(f"g.{suffix}")
        assert direct.has_horizons
        assert again.has_horizons
        assert (again.order() != direct.order()).nnz == 0
        call("convert", "e.npz", f"h.{suffix}")
        assert Embedding.load(f"h.{suffix}") == again

    def test_training_in_buckets(self, folder: Path) -> None:
        (folder / "tree.tsv").write_text("".join(f"{v // 2}\t{v}\n" for v in range(2, 60)))
        call("embed", "tree.tsv", "--init", "random", "--epochs", "3", "--buckets", "4", "-o", "e.npz")
        training = nxp.Training(epochs=3, buckets=4)
        expected = nxp.embed(nxp.read_graph("tree.tsv"), init="random", training=training, seed=0, progress=False)
        assert Embedding.load("e.npz") == expected

    def test_training_from_a_file_and_a_checkpoint(self, folder: Path) -> None:
        call("embed", "edges.tsv", "-o", "start.npz")
        call("embed", "edges.tsv", "--init", "start.npz", "--epochs", "2", "--checkpoint", "run.npz", "-o", "e.npz")
        start = Embedding.load("start.npz")
        expected = nxp.embed(nxp.read_graph("edges.tsv"), init=start, training=2, seed=0, progress=False)
        assert Embedding.load("e.npz") == expected
        assert (folder / "run.npz").exists()

    def test_a_graph_that_has_grown(self, folder: Path) -> None:
        call("embed", "edges.tsv", "--dim", "3", "-o", "old.npz")
        (folder / "grown.tsv").write_text(EDGES + "cat\tkitten\n")
        call("embed", "grown.tsv", "--init", "old.npz", "-o", "new.npz")  # in as many dimensions
        old, new = Embedding.load("old.npz"), Embedding.load("new.npz")
        assert all(np.array_equal(new[node], old[node]) for node in old)
        assert new.parents("kitten") == ["cat"]
        told = call("embed", "grown.tsv", "--init", "old.npz", "--dim", "2", code=1).stderr
        assert told == "Error: init has 3 dimensions, but dim=2\n"

    def test_columns_of_a_table_and_their_weights(self, folder: Path) -> None:
        options = ["table.csv", "--source", "of", "--target", "kind", "--epochs", "2", "--init", "random"]
        call("embed", *options, "-o", "plain.npz")
        call("embed", *options, "--weight", "strength", "-o", "weighted.npz")
        plain, weighted = Embedding.load("plain.npz"), Embedding.load("weighted.npz")
        assert set(plain) == {"mammal", "cat", "dog", "puppy"}
        assert plain != weighted
        G = nxp.read_graph("table.csv", source="of", target="kind", weight="strength")
        assert weighted == nxp.embed(
            G, init="random", training=nxp.Training(epochs=2, weight="weight"), seed=0, progress=False
        )
        assert "no column 'up'" in call("embed", "table.csv", "--source", "up", code=1).stderr
        assert "--epochs" in call("embed", "--help").stdout

    def test_json_tells_what_was_done(self, folder: Path) -> None:
        done = json.loads(call("embed", "edges.tsv", "-o", "v.vec", "-o", "g.dot", "--json").stdout)
        assert (done["nodes"], done["edges"], done["dim"], done["epochs"]) == (5, 4, 2, 0)
        assert done["files"] == ["v.vec", "g.dot"]
        assert done["largest_radius"] == nxp.embed(nxp.read_graph("edges.tsv")).radii.max()
        assert "--out" in call("embed", "edges.tsv", "--json", code=2).stderr

    def test_a_page_to_walk_through(self, folder: Path) -> None:
        call("html", "edges.tsv", "-o", "page.html", "--title", "Mine", "--max-nodes", "2")
        page = (folder / "page.html").read_text(encoding="utf-8")
        assert "<title>Mine</title>" in page
        call("html", "edges.tsv", "-o", "page.txt", code=2)

    def test_quiet(self, folder: Path) -> None:
        assert call("embed", "edges.tsv", "-o", "v.vec", "-q").stderr == ""
        assert call("draw", "edges.tsv", "-o", "p.png", "--size", "2", "--quiet").stderr == ""
        assert call("embed", "edges.tsv", "-o", "v.vec").stderr.splitlines()[-1] == "wrote v.vec"

    def test_options_of_training_without_training(self, folder: Path) -> None:
        call("embed", "edges.tsv", "-o", "given.npz")
        for given in (
            ["--fixed", "dog"],
            ["--negatives", "3"],
            ["--buckets", "2"],
            ["--burn-in", "0"],
            ["--learning-rate", "0.1"],
            ["--weight", "w"],
            ["--epochs", "0", "--negatives", "3"],
            ["--effort", "0", "--init", "random", "--negatives", "3"],
            ["--checkpoint", "run.npz", "--epochs", "0"],
            ["--checkpoint", "run.npz", "--init", "given.npz"],
        ):
            told = call("embed", "edges.tsv", *given, "-o", "e.npz", code=2).stderr
            assert "pass --epochs as well, or --init random" in told, given
            assert any(f"{name} is an option of the training" in told for name in given), given
        assert not (folder / "e.npz").exists()
        call("embed", "edges.tsv", "--init", "random", "--negatives", "3", "--effort", "0.01", "-o", "e.npz")
        assert 0 < len(Embedding.load("e.npz").history) <= 10

    def test_effort(self, folder: Path) -> None:
        edges = [(f"{i}", f"{j}") for i in range(12) for j in range(i + 1, 12) if (3 * i + j) % 5 < 2]
        (folder / "dag.tsv").write_text("".join(f"{u}\t{v}\n" for u, v in edges))
        for words, effort in ((["--effort", "0"], 0), (["--epochs", "0"], 0), ([], 1), (["--effort", "3"], 3)):
            call("embed", "dag.tsv", "--dim", "3", *words, "-o", "e.npz")
            expected = nxp.embed(nxp.read_graph("dag.tsv"), 3, effort=effort, seed=0, progress=False)
            assert Embedding.load("e.npz") == expected, words
        call("embed", "dag.tsv", "--effort", "-1", code=2)


class TestQuery:
    @pytest.fixture
    def embedded(self, folder: Path) -> Embedding:
        call("embed", "edges.tsv", "-o", "e.npz", "-o", "e.vec", "-o", "g.graphml")
        return Embedding.load("e.npz")

    @pytest.mark.parametrize("name", ["e.npz", "e.vec", "g.graphml"])
    def test_lines(self, embedded: Embedding, name: str) -> None:
        rows = [line.split("\t") for line in call("query", name, "dog").stdout.splitlines()]
        relations = {relation: [row[1] for row in rows if row[0] == relation] for relation, *_ in rows}
        assert relations["ancestor"] == ["mammal"]
        assert set(relations["child"]) == {"puppy", "hunting dog"}
        assert set(relations["nearest"]) == set(embedded) - {"dog"}
        for _, node, away in rows:
            assert float(away) == pytest.approx(embedded.distance("dog", node), abs=1e-5)

    def test_what_is_asked_and_no_more(self, embedded: Embedding) -> None:
        assert call("query", "e.npz", "puppy", "--parents").stdout.startswith("parent\tdog\t")
        assert len(call("query", "e.npz", "puppy", "--ancestors").stdout.splitlines()) == 2
        assert len(call("query", "e.npz", "mammal", "--descendants").stdout.splitlines()) == 4
        assert len(call("query", "e.npz", "mammal", "--nearest", "2").stdout.splitlines()) == 2
        lines = call("query", "e.npz", "cat", "--to", "hunting dog", "--to", "mammal").stdout.splitlines()
        assert [line.split("\t")[:2] for line in lines] == [["distance", "hunting dog"], ["distance", "mammal"]]

    def test_json(self, embedded: Embedding) -> None:
        answer = json.loads(call("query", "e.npz", "dog", "--json", "--children", "--to", "cat").stdout)
        assert answer["level"] == 1
        assert answer["radius"] == embedded.radius("dog")
        assert answer["distance"] == [{"node": "cat", "distance": embedded.distance("dog", "cat")}]
        assert {row["node"] for row in answer["child"]} == {"puppy", "hunting dog"}
        assert json.loads(call("query", "e.vec", "dog", "--json", "--parents").stdout)["level"] is None

    def test_unknown_nodes_have_their_neighbours_named(self, embedded: Embedding) -> None:
        result = call("query", "e.npz", "pupy", code=1)
        assert result.stderr == "Error: node 'pupy' is not in the embedding; closest: puppy\n"
        assert "'unicorn' is not" in call("query", "e.npz", "dog", "--to", "unicorn", code=1).stderr

    def test_standard_input_and_numbers(self, folder: Path) -> None:
        nx.write_edgelist(nx.DiGraph([(1, 2), (2, 3)]), "numbers.txt", data=False)
        call("embed", "numbers.txt", "-o", "n.json", "-o", "n.npz")
        vectors = call("embed", "numbers.txt").stdout
        assert call("query", "-", "3", "--parents", input=vectors).stdout.startswith("parent\t2\t")
        nxp.embed(nx.DiGraph([(1, 2), (2, 3)])).save("integers.npz")
        assert call("query", "integers.npz", "3", "--parents").stdout.startswith("parent\t2\t")


class TestConvert:
    @pytest.fixture
    def start(self, folder: Path) -> Embedding:
        call("embed", "edges.tsv", "-o", "e.npz", "-o", "g.graphml")
        return Embedding.load("e.npz")

    @pytest.mark.parametrize("through", ["v.vec", "v.tsv", "v.tsv.gz", "g.graphml"])
    def test_vectors_bit_for_bit(self, start: Embedding, through: str) -> None:
        if through != "g.graphml":
            assert call("convert", "e.npz", through).stderr == f"wrote {through}\n"
        call("convert", through, "back.tsv")
        back = Embedding.load("back.tsv")
        assert back.nodes == start.nodes
        assert np.array_equal(back.vectors, start.vectors)

    def test_graphs_and_embeddings_with_their_edges(self, start: Embedding) -> None:
        call("convert", "g.graphml", "g.json")
        call("convert", "g.json", "g.gexf")
        call("convert", "e.npz", "again.json", "--graph", "edges.tsv")
        for name in ("g.gexf", "again.json"):
            G = nxp.read_graph(name)
            assert set(G.edges) == set(nxp.read_graph("edges.tsv").edges)
            assert np.array_equal(Embedding.from_graph(G).vectors, start.vectors)
        call("convert", "e.npz", "v.tsv")
        assert "pass --graph" in call("convert", "v.tsv", "h.json", code=2).stderr
        assert "is a graph itself" in call("convert", "g.json", "h.npz", "--graph", "edges.tsv", code=2).stderr

    def test_with_a_graph_beside_it_an_embedding_stays_what_it_was(self, folder: Path) -> None:
        call("embed", "edges.tsv", "--init", "random", "--epochs", "3", "--burn-in", "0", "-o", "e.npz", "-o", "v.tsv")
        call("convert", "e.npz", "again.npz", "--graph", "edges.tsv")
        assert (folder / "again.npz").read_bytes() == (folder / "e.npz").read_bytes()
        call("convert", "v.tsv", "again.tsv", "--graph", "edges.tsv")
        assert (folder / "again.tsv").read_text() == (folder / "v.tsv").read_text()

    def test_float32_must_be_asked_for(self, start: Embedding, folder: Path) -> None:
        assert "float32" in call("convert", "e.npz", "v.bin", code=1).stderr
        assert not (folder / "v.bin").exists()
        call("convert", "e.npz", "v.bin", "--float32")
        assert Embedding.load("v.bin").vectors == pytest.approx(start.vectors, abs=1e-6)

    def test_a_folder_for_the_projector(self, start: Embedding, folder: Path) -> None:
        call("convert", "g.graphml", "projector/")
        assert len((folder / "projector" / "vectors.tsv").read_text().splitlines()) == 5
        call("convert", "e.npz", "projector")
        assert (folder / "projector" / "metadata.tsv").exists()

    def test_wrong_calls(self, start: Embedding) -> None:
        (Path("plain.csv")).write_text("a,b\n")
        assert "embed the graph first" in call("convert", "plain.csv", "v.npz", code=1).stderr
        assert "suffix must be" in call("convert", "e.npz", "v.xlsx", code=2).stderr
        assert "does not exist" in call("convert", "nowhere.npz", "v.tsv", code=2).stderr


class TestFilesOfAnyKind:
    def test_an_embedding_knows_its_hierarchy(self, folder: Path) -> None:
        call("embed", "edges.tsv", "-o", "e.npz", "-o", "v.vec", "-o", "g.graphml")
        call("html", "e.npz", "-o", "page.html")
        call("draw", "e.npz", "-o", "picture.png", "--size", "2")
        assert json.loads(call("evaluate", "v.vec", "e.npz", "--json").stdout)["mean_rank"] == 1
        call("convert", "e.npz", "again.graphml")
        assert nx.utils.graphs_equal(nx.read_graphml("again.graphml"), nx.read_graphml("g.graphml"))
        told = call("convert", "v.vec", "g.gexf", code=2).stderr
        assert told.endswith("these vectors have no edges: pass --graph FILE\n")
        assert "is an embedding" in call("html", "e.npz", "-o", "page.html", "--source", "of", code=2).stderr

    def test_gml_is_read_as_it_is_written(self, folder: Path) -> None:
        call("embed", "edges.tsv", "-o", "g.gml", "-o", "e.npz")
        call("convert", "g.gml", "v.tsv")
        assert np.array_equal(Embedding.load("v.tsv").vectors, Embedding.load("e.npz").vectors)
        assert call("embed", "g.gml").stdout == call("embed", "edges.tsv").stdout

    def test_messages_speak_of_options(self, folder: Path) -> None:
        assert "pass --format, one of tsv" in call("embed", "-", input=EDGES, code=1).stderr
        call("embed", "edges.tsv", "-o", "e.npz")
        assert "or pass --float32 to accept" in call("convert", "e.npz", "v.bin", code=1).stderr
        assert call("query", "e.npz", "dgo", code=1).stderr.endswith("; closest: dog\n")
        help_of_commands = call("--help").stdout.partition("Commands:")[2]
        assert "..." not in help_of_commands

    def test_a_table_that_pandas_wrote(self, folder: Path) -> None:
        (folder / "frame.csv").write_text(",parent,child,count\n0,mammal,cat,1\n1,mammal,dog,2\n")
        told = call("embed", "frame.csv", "-o", "e.npz").stderr
        assert told.count("edges lead from 'parent' to 'child'; 'count' is not read") == 1
        assert set(Embedding.load("e.npz")) == {"mammal", "cat", "dog"}
        (folder / "e.npz").unlink()
        call("embed", "frame.csv", "--source", "parent", "--target", "child", "-o", "e.npz")
        assert set(Embedding.load("e.npz")) == {"mammal", "cat", "dog"}


def test_names_on_a_terminal_move_nothing_and_are_told_apart(folder: Path) -> None:
    names = ["root", "a\x1b[31mb", "a\\x1b[31mb", "x\u202ey", "tab\t", "tab\\t", "line\r\nend", "dög", "a b", "\ud800"]
    G = nx.DiGraph([("root", name) for name in names[1:]])
    nxp.embed(G).save("e.npz")
    lines = call("query", "e.npz", "root", "--children").stdout.split("\n")[:-1]
    shown = [line.split("\t")[1] for line in lines]
    assert len(set(shown)) == len(names) - 1
    assert all(name.isprintable() for name in shown)
    assert {"dög", "a b"} <= set(shown)
