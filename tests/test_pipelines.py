"""The scripts that users copy, as they are run."""

import builtins
import importlib
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.vectors.tsv import read_vectors

PIPELINES = Path(__file__).resolve().parent.parent / "pipelines"


def run(script: str, *arguments: str, cwd: Path) -> str:
    command = [sys.executable, str(PIPELINES / script), *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("dim", [2, 3])
def test_mammals(tmp_path: Path, mammals: nx.DiGraph, dim: int) -> None:
    printed = run("mammals.py", "--out", "made/here", "--source", "bundled", "--dim", str(dim), cwd=tmp_path)

    assert "1,182 nodes, 1,182 edges, 6,542 ancestor pairs" in printed
    steps = re.findall(r"^  (\S.*?) +\d+\.\d\d s$", printed, re.MULTILINE)
    assert steps == ["read WordNet", "embed", "evaluate, all nodes", "draw", "export GraphML", "save vectors"]
    assert "results in made/here: mammals.png" in printed

    out = tmp_path / "made" / "here"
    names = {"mammals.png", "mammals.graphml", "mammals.npz", "mammals.tsv"}
    assert {file.name for file in out.iterdir()} == names
    assert (out / "mammals.png").read_bytes().startswith(b"\x89PNG")
    graph = nxp.read_graph(out / "mammals.graphml")
    assert nx.utils.graphs_equal(nx.DiGraph(graph.edges), nx.DiGraph(mammals.edges))
    emb = nxp.Embedding.load(out / "mammals.npz")
    assert emb.vectors.shape == (1182, dim)
    assert np.array_equal(read_vectors(out / "mammals.tsv")[1], emb.vectors)

    scores = nxp.evaluate_reconstruction(emb, mammals)
    assert re.search(rf"mean rank +{scores.mean_rank:.3f} ", printed)
    assert re.search(rf"MAP +{scores.map_score:.4f} ", printed)
    assert f"right with F1 {nxp.evaluate_order(emb, mammals).f1:.4f}; from the vectors alone" in printed


SCRIPTS = sorted(file.name for file in PIPELINES.glob("*.py") if '"__main__"' in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", SCRIPTS)
def test_help(script: str, tmp_path: Path) -> None:
    assert "--out" in run(script, "--help", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_tutorial(tmp_path: Path) -> None:
    options = ["--tutorial", "--last-level", "4", "--epochs", "200", "--source", "bundled"]
    printed = run("mammals.py", *options, "--out", "pictures", cwd=tmp_path)
    losses = [float(x) for x in re.findall(r"epoch +\d+ +loss ([\d.]+)", printed)]
    assert len(losses) == 20
    assert losses[-1] < losses[0] / 2
    assert sorted(p.name for p in (tmp_path / "pictures").iterdir()) == [
        "epoch_00100.png",
        "epoch_00200.png",
        "training.gif",
    ]
    (score,) = re.findall(r"MAP ([\d.]+)", printed)
    assert float(score) > 0.6


Run = Callable[..., str]


class TestRecipes:
    """Sources beyond WordNet: what each makes of its source, and that the usual files appear."""

    @pytest.fixture
    def results_of(self, run_pipeline: Run, tmp_path: Path) -> Callable[..., tuple[nx.Graph, nxp.Embedding]]:
        """The graph and the points that a recipe leaves under a name."""

        def results(script: str, name: str, *arguments: str) -> tuple[nx.Graph, nxp.Embedding]:
            printed = run_pipeline(script, *arguments, "--out", "made")
            assert f"results in made: {name}.png, {name}.graphml, {name}.npz, {name}.tsv" in printed
            assert "published" not in printed
            out = tmp_path / "made"
            assert {file.name for file in out.iterdir()} == {f"{name}.{s}" for s in ("png", "graphml", "npz", "tsv")}
            assert (out / f"{name}.png").read_bytes().startswith(b"\x89PNG")
            emb = nxp.Embedding.load(out / f"{name}.npz")
            assert np.array_equal(read_vectors(out / f"{name}.tsv")[1], emb.vectors)
            return nxp.read_graph(out / f"{name}.graphml"), emb

        return results

    OBO = """format-version: 1.2
ontology: tiny

[Term]
id: T:1
name: cell part

[Term]
id: T:2
name: membrane
is_a: T:1 ! cell part

[Term]
id: T:3
name: nuclear membrane
is_a: T:2 ! membrane
relationship: part_of T:4 ! nucleus
relationship: adjacent_to T:6 ! lamina

[Term]
id: T:4
name: nucleus
is_a: T:1 ! cell part

[Term]
id: T:5
name: no longer used
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""

    @pytest.mark.filterwarnings("ignore::nx_poincare.HierarchyWarning")  # of what the file leaves out
    @pytest.mark.parametrize(
        ("options", "ancestors", "size"),
        [
            ((), {"T:1", "T:2"}, 4),
            (("--relation", "part_of"), {"T:1", "T:2", "T:4"}, 4),
            (("--relation", "part_of", "--relation", "adjacent_to"), {"T:1", "T:2", "T:4", "T:6"}, 5),
            (("--relations", "is_a", "part_of"), {"T:1", "T:2", "T:4"}, 4),
            (("--below", "T:2"), {"T:2"}, 2),
        ],
    )
    def test_ontology(
        self, results_of: Callable[..., Any], tmp_path: Path, options: tuple[str, ...], ancestors: set[str], size: int
    ) -> None:
        (tmp_path / "tiny.obo").write_text(self.OBO)
        graph, emb = results_of("ontology.py", "ontology", "tiny.obo", *options)
        assert nx.ancestors(graph, "T:3") == ancestors
        assert set(emb) == set(graph)
        assert len(emb) == size
        assert graph.nodes["T:3"]["name"] == "nuclear membrane"
        assert ("T:2", "T:3") in graph.edges()

    @pytest.mark.filterwarnings("ignore::nx_poincare.HierarchyWarning")  # of what the file leaves out
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--below", "T:99"), "there is no term 'T:99' with others below it among those taken from tiny.obo"),
            (("--relation", "partof"), "has no relation 'partof' (did you mean 'part_of'?); it has: is_a (3), "),
            (("--namespace", "parts"), "tiny.obo has no namespace 'parts'; it has: none"),
            (("--relation", "part_of", "--relations", "is_a"), "not allowed with argument --relation"),
        ],
    )
    def test_ontology_that_lacks_what_is_asked_for(
        self, run_pipeline: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
    ) -> None:
        (tmp_path / "tiny.obo").write_text(self.OBO)
        with pytest.raises(SystemExit, match="2"):
            run_pipeline("ontology.py", "tiny.obo", *options)
        assert message in capsys.readouterr().err
        assert not (tmp_path / "ontology_output").exists()

    def test_built_in_exceptions(self, results_of: Callable[..., Any]) -> None:
        graph, emb = results_of("class_tree.py", "builtins")
        classes = {name: value for name, value in vars(builtins).items() if isinstance(value, type)}
        assert set(graph) == {value.__name__ for value in classes.values() if issubclass(value, BaseException)}
        for name in graph:
            assert nx.ancestors(graph, name) == {base.__name__ for base in classes[name].__mro__[1:-1]}, name
        assert emb.ancestors("FileNotFoundError") == ["BaseException", "Exception", "OSError"]

    def test_classes_of_a_package(self, results_of: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
        graph, emb = results_of("class_tree.py", "click", "click")
        if sys.platform != "win32":
            assert "left out click._winconsole" in caplog.text
        assert emb.is_ancestor("click.core.Command", "click.core.Group")
        assert "click.types.IntRange" in graph  # in a module of its own
        assert set(graph.predecessors("click.types.IntRange")) == {
            "click.types._NumberRangeBase",
            "click.types.IntParamType",
        }
        assert graph.nodes["click.core.Group"]["name"] == "Group"

    def test_package_dependencies(self, results_of: Callable[..., Any]) -> None:
        graph, emb = results_of("package_dependencies.py", "packages")
        assert graph.nodes["numpy"]["version"] == version("numpy")
        required = set(graph.pred["nx-poincare"])  # edges lead from what is required, as those of Debian's packages
        assert {"numpy", "matplotlib", "networkx"} <= required
        assert "pytest" in graph
        assert "pytest" not in required  # an extra
        assert nxp.evaluate_reconstruction(emb, graph).map_score > 0.99

    @pytest.mark.parametrize("hidden", [False, True])
    def test_directory_tree(self, results_of: Callable[..., Any], tmp_path: Path, hidden: bool) -> None:
        for name in ("top/a/one.txt", "top/a/b/two.txt", "top/three.txt", "top/.git/config", "top/a/__pycache__/x.pyc"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        (tmp_path / "top" / "a" / "up").symlink_to(tmp_path / "top", target_is_directory=True)
        graph, emb = results_of("directory_tree.py", "tree", "top", *(["--hidden"] if hidden else []))
        held = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "top").rglob("*")}
        kept = {path for path in held if hidden or not re.search(r"/(\.|__)", path)}
        assert set(graph) == {"top", *kept}
        assert emb.ancestors("top/a/b/two.txt") == ["top", "top/a", "top/a/b"]

    def test_org_chart(self, results_of: Callable[..., Any], tmp_path: Path) -> None:
        (tmp_path / "staff.csv").write_text(
            "employee,manager,room\nAda,,1\nBen,Ada,2\nCem,Ada,\nDoe,Ben,4\nDoe,Cem,4\nEve,,5\n", encoding="utf-8"
        )
        graph, emb = results_of("org_chart.py", "staff", "staff.csv")
        assert set(graph.edges) == {("Ada", "Ben"), ("Ada", "Cem"), ("Ben", "Doe"), ("Cem", "Doe")}
        assert nxp.evaluate_reconstruction(emb, graph).mean_rank == 1
        assert (graph.nodes["Doe"]["room"], graph.nodes["Cem"]["room"]) == ("4", "")

    def test_what_is_not_installed_is_named(
        self, run_pipeline: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "tiny.obo").write_text(self.OBO)
        for module in ("obonet", "pandas"):
            monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ImportError, match=r'pip install "nx-poincare\[recipes\]"'):
            run_pipeline("org_chart.py", "any.file")
        with pytest.raises(SystemExit, match="2"):
            run_pipeline("ontology.py", "tiny.obo")
        assert 'pip install "nx-poincare[ontologies]"' in capsys.readouterr().err


class TestGallery:
    def test_one_picture(self, run_pipeline: Run, tmp_path: Path) -> None:
        assert "pictures/staff.png" in run_pipeline("gallery.py", "--out", "pictures", "--only", "staff")
        assert [file.name for file in (tmp_path / "pictures").iterdir()] == ["staff.png"]

    def test_missing_twopi_is_told_and_other_pictures_are_made(
        self, run_pipeline: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(SystemExit, match="1"):
            run_pipeline("gallery.py", "--out", "pictures", "--only", "layouts,staff")
        assert "left out layouts: the comparison of layouts needs Graphviz's program twopi" in capsys.readouterr().err
        assert [file.name for file in (tmp_path / "pictures").iterdir()] == ["staff.png"]

    def test_unknown_picture(self, run_pipeline: Run, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match="2"):
            run_pipeline("gallery.py", "--only", "staff,sunset")
        assert "no picture 'sunset'" in capsys.readouterr().err

    def test_committed_pictures_are_those_of_the_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.syspath_prepend(PIPELINES)
        folder = PIPELINES.parent / "docs" / "gallery"
        page = importlib.import_module("gallery").page(folder)
        files = list(folder.iterdir())
        assert set(re.findall(r"\(gallery/(\S+)\)", page)) == {file.name for file in files}
        assert sum(file.stat().st_size for file in files) < 3_000_000
