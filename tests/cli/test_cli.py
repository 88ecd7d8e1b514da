"""The command line: what it prints and where, what it leaves, and how it ends."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner, Result

import nx_poincare as nxp
from nx_poincare.cli.running import main
from nx_poincare.io.vectors.tsv import read_vectors

COMMAND = [sys.executable, "-m", "nx_poincare"]
EDGES = "parent\tchild\nmammal\tcat\nmammal\tdog\ndog\tpuppy\n"
PERFECT = "mean rank 1.00, MAP 1.0000, F1 of ancestors 1.0000\n"
INTEGERS = {
    "directed": False,
    "nodes": [{"id": i} for i in (1, 2, 3)],
    "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a few graphs in it."""
    (tmp_path / "edges.tsv").write_text(EDGES)
    (tmp_path / "integers.json").write_text(json.dumps(INTEGERS))
    (tmp_path / "cycle.csv").write_text("a,b\nb,c\nc,b\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str, code: int = 0, **options: Any) -> Result:
    result = CliRunner().invoke(main, arguments, **options)
    assert result.exit_code == code, result.output
    return result


def refused(*arguments: str, code: int = 1, **options: Any) -> str:
    """The last line on standard error of a call that fails, with nothing on standard output."""
    result = call(*arguments, code=code, **options)
    assert result.stdout == ""
    *usage, message = result.stderr.rstrip("\n").split("\n")
    assert (len(usage) > 0) == (code == 2)
    assert message.startswith("Error: ")
    return message


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


class TestEmbed:
    def test_vectors_go_to_standard_output(self, folder: Path) -> None:
        result = call("embed", "edges.tsv")
        rows = [line.split("\t") for line in result.stdout.splitlines()]
        emb = nxp.embed(nxp.read_graph("edges.tsv"))
        assert [row[0] for row in rows] == list(emb)
        assert np.array_equal(np.array([row[1:] for row in rows], dtype=float), emb.vectors)
        assert result.stderr == PERFECT

    def test_vectors_need_no_graph(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        call("embed", "cycle.csv", "--direction", "child_to_parent", "-o", "through.npz", "-o", "g.graphml")
        monkeypatch.delattr("networkx.DiGraph.add_edges_from")
        call("embed", "cycle.csv", "--direction", "child_to_parent", "-o", "straight.npz")
        assert Path("straight.npz").read_bytes() == Path("through.npz").read_bytes()
        assert "b" in refused("embed", "cycle.csv", "--on-cycle", "raise", "-o", "none.npz")
        assert not Path("none.npz").exists()

    def test_every_kind_of_file(self, folder: Path) -> None:
        names = ["v.tsv", "v.tsv.gz", "e.npz", "g.graphml", "g.gexf", "g.gml", "g.JSON", "g.graphml.gz"]
        result = call("embed", "edges.tsv", *(part for name in names for part in ("-o", name)))
        assert result.stdout == ""
        assert result.stderr == PERFECT + "".join(f"wrote {name}\n" for name in names)
        emb = nxp.Embedding.load("e.npz")
        assert emb == nxp.embed(nxp.read_graph("edges.tsv"))
        assert gzip.decompress(Path("v.tsv.gz").read_bytes()) == Path("v.tsv").read_bytes()
        assert np.array_equal(read_vectors("v.tsv")[1], emb.vectors)
        for name in ("g.graphml", "g.gexf", "g.JSON", "g.graphml.gz"):
            assert nxp.read_graph(name).nodes["puppy"]["poincare_0"] == emb["puppy"][0]
        assert nx.read_gml("g.gml").nodes["puppy"]["level"] == 2

    def test_options(self, folder: Path) -> None:
        G = nxp.read_graph("edges.tsv").reverse()
        nx.write_edgelist(G, "up.txt", delimiter=";", data=False)
        call("embed", "up.txt", "--delimiter", ";", "--no-header", "--direction", "child_to_parent",
             "--dim", "4", "--seed", "3", "--max-radius", "20", "-o", "e.npz")  # fmt: skip
        expected = nxp.embed(
            nxp.read_graph("up.txt", delimiter=";"), 4, direction="child_to_parent", seed=3, max_radius=20
        )
        assert nxp.Embedding.load("e.npz") == expected

    def test_standard_input(self, folder: Path) -> None:
        assert call("embed", "-", "--format", "tsv", input=EDGES).stdout == call("embed", "edges.tsv").stdout

    def test_root_is_the_node_that_prints_so(self, folder: Path) -> None:
        call("embed", "integers.json", "--root", "3", "-o", "e.npz")
        assert nxp.Embedding.load("e.npz").levels.tolist() == [2, 1, 0]
        assert "root '4' is not in the graph" in refused("embed", "integers.json", "--root", "4")

    def test_cycles(self, folder: Path) -> None:
        call("embed", "cycle.csv", "-o", "e.npz")
        assert nxp.Embedding.load("e.npz").levels.tolist() == [0, 1, 1]
        message = refused("embed", "cycle.csv", "--on-cycle", "raise", "-o", "again.npz")
        assert "'b' -> 'c' -> 'b'" in message
        assert "--on-cycle condense" in message
        assert "again.npz" not in files(folder)

    def test_what_the_ball_cannot_hold_is_said(self, folder: Path) -> None:
        chain = "".join(f"{i}\t{i + 1}\n" for i in range(60))
        (folder / "chain.tsv").write_text(chain)
        assert "radius 36" in call("embed", "chain.tsv", "--max-radius", "60").stderr
        assert "radius 36" in call("embed", "chain.tsv", "--max-radius", "60", "-o", "v.tsv").stderr
        assert "radius 36" not in call("embed", "chain.tsv", "--max-radius", "60", "-o", "e.npz").stderr
        assert "radius 36" not in call("embed", "chain.tsv").stderr

    def test_what_is_poor_is_said(self, folder: Path) -> None:
        (folder / "deep.tsv").write_text("".join(f"{i}\t{i + 1}\n" for i in range(200)))
        made = call("embed", "deep.tsv", "-o", "e.npz").stderr.splitlines()
        assert made[0].startswith("warning: of 201 levels float64 has room for about 43: 2 dimensions keep MAP 0.")
        assert made[1].startswith("mean rank ")
        assert repr(nxp.Embedding.load("e.npz")).endswith(f"{made[1]}>")
        assert made[2:] == ["wrote e.npz"]
        asked = call("query", "e.npz", "7", "--ancestors")
        assert asked.stderr.startswith("warning: ancestors in this embedding have an F1 of 0.")
        assert call("query", "e.npz", "7", "--nearest", "3").stderr == ""

    def test_empty_graph(self, folder: Path) -> None:
        for text in ("", "parent\tchild\n", "# nothing\n"):
            told = call("embed", "-", "--format", "tsv", input=text, code=1)
            assert (told.stdout, told.stderr) == ("", "warning: - has no edges\nError: there is no node in -\n")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("a\tb\nb\n", "bad.tsv, line 2: has 1 column"),
            ("a\tb\n\tc\n", "bad.tsv, line 2"),
        ],
    )
    def test_bad_line_is_named(self, folder: Path, text: str, problem: str) -> None:
        (folder / "bad.tsv").write_text(text)
        assert problem in refused("embed", "bad.tsv", "-o", "v.tsv")
        assert "v.tsv" not in files(folder)

    def test_missing_file_and_unknown_suffix(self, folder: Path) -> None:
        assert refused("embed", "nowhere.tsv") == "Error: nowhere.tsv: No such file or directory"
        assert "graph.xyz" in refused("embed", "graph.xyz")

    @pytest.mark.parametrize(
        ("output", "problem"),
        [
            ("v.xlsx", "the suffix must be one of .npz"),
            ("nowhere/v.tsv", "there is no folder nowhere"),
            ("folder.tsv", "is a folder"),
            ("tsv", "the suffix must be"),
        ],
    )
    def test_bad_output_is_refused_before_the_work(self, folder: Path, output: str, problem: str) -> None:
        (folder / "folder.tsv").mkdir()
        # The input does not even exist: the output is looked at first.
        assert problem in refused("embed", "nowhere.tsv", "-o", "good.npz", "-o", output, code=2)

    def test_folder_that_cannot_be_written(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
        assert "cannot be written" in refused("embed", "edges.tsv", "-o", "v.tsv", code=2)

    @pytest.mark.parametrize("option", [("--dim", "1"), ("--max-radius", "70"), ("--seed", "-1"), ("--such", "a")])
    def test_wrong_options(self, folder: Path, option: tuple[str, str]) -> None:
        assert option[0] in refused("embed", "edges.tsv", *option, code=2)


class TestWordnet:
    def test_below_a_synset(self, folder: Path) -> None:
        call("wordnet", "dog.n.01", "cat.n.01", "--source", "bundled", "--max-depth", "1", "-o", "e.npz")
        G = nxp.wordnet_graph(["dog.n.01", "cat.n.01"], source="bundled", max_depth=1)
        assert nxp.Embedding.load("e.npz") == nxp.embed(G)

    def test_verbs_without_instances(self, folder: Path) -> None:
        result = call("wordnet", "walk.v.01", "--pos", "v", "--no-instances", "--source", "bundled")
        assert "\nwalk.v.01\t0.0\t0.0\n" in result.stdout

    def test_unknown_synset_has_its_neighbours_named(self) -> None:
        assert "closest: dog.n.01" in refused("wordnet", "dog.n.99", "--source", "bundled")
        assert "--pos v" in refused("wordnet", "walk.v.01", "--source", "bundled")

    def test_missing_corpus_has_its_command(self, no_nltk_corpus: Path) -> None:
        message = refused("wordnet", "--source", "nltk")
        assert "python -m nltk.downloader wordnet" in message
        assert "--source bundled" in message


class TestEvaluate:
    @pytest.mark.parametrize("name", ["e.npz", "v.tsv", "v.tsv.gz"])
    def test_scores(self, folder: Path, name: str) -> None:
        call("embed", "edges.tsv", "-o", name)
        f1 = "F1 of ancestors\t1.000000\nF1 by the plain rule\t1.000000\n"
        printed = f"mean rank\t1.0000\nMAP\t1.000000\n{f1}nodes\t3\npairs\t4\n"
        assert call("evaluate", name, "edges.tsv").stdout == printed
        scores = json.loads(call("evaluate", name, "edges.tsv", "--json", "--jobs", "1").stdout)
        order = {f"{rule}{name}": 1 for rule in ("", "plain_") for name in ("precision", "recall", "f1", "exact_share")}
        assert scores == {"mean_rank": 1.0, "map_score": 1.0, "nodes": 3, "pairs": 4, **order}

    def test_sample(self, folder: Path, mammals: nx.DiGraph) -> None:
        nx.write_edgelist(mammals, "mammals.txt", data=False)
        call("embed", "mammals.txt", "-o", "e.npz")
        whole, part, same = (
            json.loads(call("evaluate", "e.npz", "mammals.txt", "--json", *options).stdout)
            for options in ([], ["--sample", "50", "--seed", "1"], ["--sample", "50", "--seed", "1"])
        )
        assert (whole["nodes"], whole["pairs"]) == (1181, 6542)
        assert part["nodes"] == 50
        assert part == same
        assert "map_limits" not in whole
        least, most = part["map_limits"]
        assert least < part["map_score"] <= most == 1
        lines = call("evaluate", "e.npz", "mammals.txt", "--sample", "50", "--seed", "1").stdout.splitlines()
        assert f"MAP of all nodes, 95 % confidence\t{least:.6f} to {most:.6f}" in lines
        low, high = part["mean_rank_limits"]
        assert f"mean rank of all nodes, 95 % confidence\t{low:.4f} to {high:.4f}" in lines
        assert "f1_limits" not in whole
        assert all(f"{name}_limits" in part for name in ("precision", "recall", "plain_f1", "plain_exact_share"))
        low, high = part["f1_limits"]
        assert low < part["f1"] <= high == 1
        assert f"F1 of ancestors of all nodes, 95 % confidence\t{low:.6f} to {high:.6f}" in lines

    @pytest.mark.parametrize("name", ["v.tsv", "e.npz"])
    def test_numbers_as_names(self, folder: Path, name: str) -> None:
        call("embed", "integers.json", "--root", "1", "-o", name, "-o", "g.graphml")
        for graph in ("integers.json", "g.graphml"):
            assert "pairs\t3\n" in call("evaluate", name, graph, "--root", "1").stdout

    def test_directions_and_cycles(self, folder: Path) -> None:
        call("embed", "cycle.csv", "-o", "e.npz")
        assert "pairs\t2\n" in call("evaluate", "e.npz", "cycle.csv").stdout
        assert "cycle" in refused("evaluate", "e.npz", "cycle.csv", "--on-cycle", "raise")
        upwards = call("evaluate", "e.npz", "cycle.csv", "--direction", "child_to_parent")
        assert "nodes\t2\n" in upwards.stdout
        assert upwards.stderr.count("the embedding has its edges the other way") == 1

    @pytest.mark.parametrize("name", ["v.tsv", "e.npz"])
    def test_nothing_to_rank(self, folder: Path, name: str) -> None:
        (folder / "empty.tsv").write_text("id\tparent\nroot\t\n")
        call("embed", "empty.tsv", "-o", name)
        told = call("evaluate", name, "empty.tsv")
        assert "mean rank\tnan\n" in told.stdout
        assert told.stderr.count("no node has an ancestor") == 1
        assert json.loads(call("evaluate", name, "empty.tsv", "--json").stdout)["map_score"] is None

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("mammal\t0\t0\ndog\t2\t0\n", "v.tsv: the vector of node 'dog' has norm 2.0, outside the open unit ball"),
            ("mammal\t0\t0\ndog\tnan\t0\n", "v.tsv, line 2"),
            ("mammal\t0\t0\n", "node 'cat' of the graph is not in the embedding"),
            ("mammal\n", "v.tsv, line 1"),
        ],
    )
    def test_bad_vectors(self, folder: Path, content: str, problem: str) -> None:
        (folder / "v.tsv").write_text(content)
        assert problem in refused("evaluate", "v.tsv", "edges.tsv")

    def test_bad_archive(self, folder: Path) -> None:
        (folder / "e.npz").write_bytes(b"no archive")
        assert "e.npz is not an embedding" in refused("evaluate", "e.npz", "edges.tsv")
        assert refused("evaluate", "f.npz", "edges.tsv") == "Error: f.npz: No such file or directory"


class TestDraw:
    @pytest.mark.parametrize(("name", "start"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml"), ("p.PDF", b"%PDF")])
    def test_pictures(self, folder: Path, name: str, start: bytes) -> None:
        result = call("draw", "edges.tsv", "-o", name, "--size", "3", "--dpi", "50")
        assert (folder / name).read_bytes().startswith(start)
        assert (result.stdout, result.stderr) == ("", f"wrote {name}\n")

    def test_labels_size_and_direction(self, folder: Path) -> None:
        picture = {}
        for labels in ("0", "4"):
            call("draw", "edges.tsv", "-o", "p.svg", "--labels", labels)
            picture[labels] = (folder / "p.svg").read_text()
        assert len(picture["0"]) < len(picture["4"])
        call("draw", "edges.tsv", "-o", "up.svg", "--labels", "0", "--direction", "child_to_parent")
        assert len((folder / "up.svg").read_text()) != len(picture["0"])
        call("draw", "edges.tsv", "-o", "p.png", "--size", "2", "--dpi", "100")
        assert int.from_bytes((folder / "p.png").read_bytes()[16:20]) == 200

    def test_what_is_shown(self, folder: Path) -> None:
        edges = "".join(f"top\tm{i}\nm{i}\tleaf {i}\n" for i in range(5))
        (folder / "tree.tsv").write_text(edges)
        picture = {}
        for option in ("", "--focus m1", "--highlight m1", "--highlight m1 --highlight m2", "--max-nodes 6", "--dark",
                       "--colour-by branch", "--cmap magma", "--title Tree"):  # fmt: skip
            call("draw", "tree.tsv", "-o", "p.svg", "--size", "3", *option.split())
            picture[option] = re.sub(r'id="\w+"|<dc:date>.*', "", (folder / "p.svg").read_text())
        assert len(set(picture.values())) == len(picture)
        assert ">leaf 3</text>" in picture[""]
        assert ">6 of 11 nodes</text>" in picture["--max-nodes 6"]
        assert ">Tree</text>" in picture["--title Tree"]
        call("draw", "integers.json", "-o", "q.png", "--size", "2", "--focus", "3")  # nodes that are no strings
        assert "'unicorn' is not in the graph" in refused("draw", "tree.tsv", "-o", "r.png", "--focus", "unicorn")
        assert "cmap must be" in refused("draw", "tree.tsv", "-o", "r.png", "--cmap", "nonsense")
        assert "r.png" not in files(folder)

    def test_attributes_of_the_file_do_not_matter(self, folder: Path) -> None:
        G = nx.DiGraph([("a", "b"), ("a", "c")])
        nx.set_node_attributes(G, {"a": "top", "b": 700, "c": "x"}, "level")
        nx.set_node_attributes(G, "over there", "pos")
        (folder / "g.json").write_text(json.dumps(nx.node_link_data(G, edges="edges")))
        call("draw", "g.json", "-o", "p.png", "--size", "2")
        call("draw", "integers.json", "-o", "q.png", "--size", "2", "--root", "3")

    def test_wrong_calls(self, folder: Path) -> None:
        assert ".png, .svg, .pdf" in refused("draw", "edges.tsv", "-o", "p.gif", code=2)
        assert "--out" in refused("draw", "edges.tsv", code=2)
        assert "--on-cycle" in refused("draw", "edges.tsv", "-o", "p.png", "--on-cycle", "raise", code=2)
        assert not files(folder) & {"p.gif", "p.png"}


@pytest.mark.parametrize("command", [[], ["embed"], ["wordnet"], ["evaluate"], ["draw"]])
def test_help_tells_defaults_and_exit_codes(command: list[str]) -> None:
    text = call(*command, "--help").stdout
    assert ("[default: " in text) == bool(command)
    assert ("130" in text) == (not command)


def test_version() -> None:
    assert nxp.__version__ in call("--version").stdout


class TestProcess:
    def test_the_reader_of_a_pipe_leaves(self) -> None:
        command = [*COMMAND, "wordnet", "--source", "bundled"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline() == b"entity.n.01\t0.0\t0.0\n"
            process.stdout.close()
            assert b"Error" not in process.stderr.read()
        assert process.returncode == 1

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    def test_interrupted(self, tmp_path: Path) -> None:
        command = [*COMMAND, "-v", "wordnet", "--source", "bundled", "--dim", "10", "-o", "e.npz", "-o", "g.gml"]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert "bundled snapshot" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            assert process.stderr.read().endswith("interrupted\n")
        assert process.returncode == 130
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
    def test_full_disk(self, folder: Path) -> None:
        with open("/dev/full", "wb") as full:
            done = subprocess.run([*COMMAND, "embed", "edges.tsv"], stdout=full, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 1
        assert done.stderr == PERFECT + "Error: [Errno 28] No space left on device\n"

    def test_a_pipeline(self, folder: Path) -> None:
        vectors = subprocess.run([*COMMAND, "embed", "edges.tsv"], capture_output=True, check=True).stdout
        done = subprocess.run(
            [*COMMAND, "evaluate", "-", "edges.tsv", "--json"], input=vectors, capture_output=True, check=True
        )
        assert json.loads(done.stdout)["mean_rank"] == 1
        assert done.stderr == b""


@pytest.mark.parametrize("where", ["nx_poincare.cli.options.check_writable", "click.Context.exit"])
def test_an_interrupt_outside_of_the_work_has_the_same_exit_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    arguments = ["--version"] if where.startswith("click") else ["embed", "edges.tsv", "-o", "v.tsv"]
    assert call(*arguments, code=130).stderr.endswith("interrupted\n")
