"""Every reader of the package under a coverage-guided fuzzer: `make fuzz`, or for some of them

    python tests/fuzz/readers.py --seconds 60 csv npz

Each reader starts from what our own writers write. An input that raises something undocumented, hangs, or takes
too much memory ends that reader's run and is kept beside its inputs, in `.fuzz/`; running the script on such a
file (`python tests/fuzz/readers.py csv FILE`) shows what happens.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

WORK = Path(__file__).resolve().parents[2] / ".fuzz"
OURS = [
    f"nx_poincare.{name}"
    for name in (
        "io.graphs.read", "extractors.wordnet.database", "io.vectors.formats", "io.checkpoint", "evaluation.word_pairs",
    )
]  # fmt: skip
SECONDS_PER_INPUT = 10
MEGABYTES = 1500
LONGEST = 2**16
BLOCK = 24
BETWEEN = b"\0--\0"  # where an input falls into several files


class Reader(NamedTuple):
    """A reader under test."""

    read: Callable[[bytes], Any]
    seeds: Callable[[], list[bytes]]
    errors: tuple[type[Exception], ...]


def graph_reader(format: str) -> Callable[[bytes], Any]:
    def read(content: bytes) -> None:
        from nx_poincare.hierarchy.hierarchy import Hierarchy
        from nx_poincare.io.graphs.read import read_graph

        Hierarchy.from_digraph(read_graph(io.BytesIO(content), format=format))  # type: ignore[arg-type]

    return read


def edge_list_reader(format: str) -> Callable[[bytes], Any]:
    """The two ways of reading edges, which must agree; blocks end after a few lines, to come to their ends."""

    def read(content: bytes) -> None:
        from nx_poincare.hierarchy.hierarchy import Hierarchy
        from nx_poincare.io.graphs import lines, plain_edges
        from nx_poincare.io.graphs.read import read_graph
        from nx_poincare.io.streams import GraphFileError

        answers = []
        for way in (Hierarchy.from_file, read_graph):
            try:
                with patch.object(plain_edges, "_BLOCK", BLOCK), patch.object(lines, "_BLOCK", BLOCK):
                    answers.append(way(io.BytesIO(content), format=format))
            except GraphFileError as error:
                answers.append(error)
        hierarchy, G = answers
        if isinstance(G, GraphFileError):
            assert str(hierarchy) == str(G)
            raise G
        expected = Hierarchy.from_digraph(G)
        assert hierarchy.nodes == expected.nodes
        assert hierarchy.edges.tolist() == expected.edges.tolist()

    return read


def file_reader(suffix: str) -> Callable[[bytes], Any]:
    """`Embedding.load` of a file with that suffix."""

    def read(content: bytes) -> None:
        from nx_poincare.embedding.embedding import Embedding

        with on_disk(content, suffix) as path:
            embedding = Embedding.load(path)
        assert len(embedding) == len(embedding.vectors)

    return read


def read_checkpoint(content: bytes) -> None:
    from nx_poincare.io.checkpoint import load_state

    with on_disk(content, ".npz") as path:
        state = load_state(identity(), path, training_state())
    assert state.directions.shape == (3, 2)


def read_database(content: bytes) -> None:
    from nx_poincare.extractors.wordnet.database import read_database

    index, _, data = content.partition(BETWEEN)
    files = {"index.noun": index, "data.noun": data}

    class Files:
        def open(self, file: str) -> io.BytesIO:
            return io.BytesIO(files[file])

    table = read_database(Files(), "n")
    assert len(table.edges) == len(table.is_instance)


def read_pairs(content: bytes) -> None:
    from nx_poincare.embedding.embedding import Embedding
    from nx_poincare.evaluation.entailment import evaluate_entailment

    embedding = Embedding.from_vectors(["dog.n.01", "animal.n.01"], [[0.5, 0.0], [0.0, 0.0]])
    with on_disk(content, ".txt") as path:
        evaluate_entailment(embedding, path, senses="names")


def inside(read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Members of a zip one after the other, in a zip that is sound: what lies behind the checksums."""

    def read_zip(content: bytes) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for part in content.split(BETWEEN):
                name, _, array = part.partition(b"\n")
                archive.writestr(zipfile.ZipInfo(name[:40].decode("latin-1") or "x"), array)
        read(packed.getvalue())

    return read_zip


# -- what our writers write ------------------------------------------------------------------


def sample() -> Any:
    import networkx as nx

    import nx_poincare as nxp

    G = nx.DiGraph([("animal", "dög"), ("animal", "cat"), ("dög", "puppy")], name="animals")
    G.add_edge("animal", "puppy", weight=0.5, note='say "hi"')
    G.nodes["cat"].update(wild=False, note="<&>", count=3)
    nxp.Embedding.from_vectors(
        list(G), [[0.0, 0.0], [0.5, 0.1], [-0.5, 0.0], [0.8, 0.3]], levels=[0, 1, 1, 2]
    ).write_to(G, store_pos_as="pos")
    return G


def written_graphs(suffix: str) -> list[bytes]:
    import networkx as nx

    import nx_poincare as nxp

    undirected = nx.MultiGraph([("a", "b"), ("a", "b"), ("c", "c")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"g{suffix}")
        contents = []
        for graph in (sample(), undirected):
            nxp.export_graph(graph, path)
            contents.append(path.read_bytes())
    return contents


def written_embedding(suffix: str) -> list[bytes]:
    import networkx as nx

    import nx_poincare as nxp

    named = nx.relabel_nodes(sample(), {"cat": ("cat", 1), "puppy": frozenset({2, None})})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"e{suffix}")
        contents = []
        for graph in (sample(), named):
            nxp.Embedding.from_graph(graph).save(path, float32=suffix == ".bin")
            contents.append(path.read_bytes())
    return contents


def written_offsets() -> list[bytes]:
    import nx_poincare as nxp

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "e.npz")
        nxp.embed(sample(), 3).save(path, dtype="float16")
        return [path.read_bytes()]


def gensim_models() -> list[bytes]:
    """As gensim pickles them, which need not be there."""
    import numpy as np

    module = "gensim.models.poincare"
    kind = type("PoincareKeyedVectors", (), {"__module__": module})
    vectors = kind()
    vars(vectors).update(index_to_key=["cat", "dog"], vectors=np.array([[0.5, 0.25], [0.0, 0.1]]), __numpys=[])
    stubs = {name: ModuleType(name) for name in ("gensim", "gensim.models", module)}
    setattr(stubs[module], kind.__name__, kind)
    with patch.dict(sys.modules, stubs):
        return [pickle.dumps(vectors, protocol) for protocol in (2, 4, 5)]


def identity() -> dict[str, Any]:
    return {"graph": "of three nodes", "seed": 0}


def training_state() -> Any:
    import numpy as np

    from nx_poincare.engine.training.state import TrainingState

    directions, exponentials = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]), np.array([1.0, 2.0, 3.0])
    return TrainingState(directions, exponentials, directions, exponentials, (1.5, 0.5), 1, False, [{"epoch": 1}])


def written_checkpoint() -> list[bytes]:
    from nx_poincare.io.checkpoint import save_state

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.npz")
        save_state(training_state(), identity(), path)
        return [path.read_bytes()]


def members(contents: list[bytes]) -> list[bytes]:
    """Zips as `inside` takes them."""
    found = []
    for content in contents:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found.append(BETWEEN.join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist()))
    return found


def edge_lists(between: str) -> list[bytes]:
    rows = [("animal", "dög", "2"), ("animal", "cat", "0.5"), ("dög", "puppy", "1e3")]
    plain = "".join(between.join(row) + "\n" for row in rows)
    texts = [
        f"parent{between}child{between}weight\n{plain}",
        f"# a comment\n\n{plain.replace('2', '{}')}",
        f"\ufeffa{between}b\nb{between}c{between}{{'tags': 2j}}\n",
        f"child{between}parent\ncat{between}animal\ndog{between}animal\n" + f"dog{between}NULL\n" * 9,
        f"type{between}Name{between}label{between}reportsTo\nx{between}a{between}b{between}c\n",
        f"0{between}1\na{between}b\na{between}c\n",
        f"id_a{between}id_b\n1{between}2\n1{between}3.0\n",
    ]
    if between != " ":
        texts.append(
            f"id{between}name{between}parent\n1{between}a{between}\n2{between} b{between}1.0\n3{between}c {between}b\n"
        )
        texts.append(plain.replace("animal", '"an ""animal"" # of\nlines"').replace("\n", "\r\n"))
    return [text.encode() for text in texts]


def node_links() -> list[bytes]:
    links = {"directed": True, "nodes": [{"id": [1, "a"]}, {"id": 2.5}], "links": [{"source": [1, "a"], "target": 2.5}]}
    return [*written_graphs(".json"), json.dumps(links).encode()]


def json_trees() -> list[bytes]:
    trees: list[Any] = [
        {"name": "animal", "children": [{"name": "dog", "size": 2, "children": []}, {"name": "cat"}]},
        {"animal": {"dog": ["puppy", {"pug": {}}], "cat": None, "eel": 3}},
        [{"id": "a", "parent": "#"}, {"id": "b", "parent": "a"}],
        {"elements": {"nodes": [{"data": {"id": "a"}}], "edges": [{"data": {"source": "a", "target": "a"}}]}},
        {"graphs": [{"nodes": [{"id": "X_1"}, {"id": "X_2", "meta": {}}],
                     "edges": [{"sub": "X_2", "pred": "is_a", "obj": "X_1"}]}]},
    ]  # fmt: skip
    return [json.dumps(tree).encode() for tree in trees]


def ontologies() -> list[bytes]:
    return [
        b"format-version: 1.2\nontology: x\n\n[Term]\nid: X:1\nname: a\nalt_id: X:9\n\n[Term]\nid: X:2\nis_a: X:1 ! a\n"
        b'relationship: part_of X:3 {source="y"}\n\n[Term]\nid: X:4\nis_obsolete: true\n\n[Typedef]\nid: part_of\n'
    ]


def triples() -> list[bytes]:
    turtle = b"""@prefix s: <http://www.w3.org/2004/02/skos/core#> . @prefix e: <http://e.org/> .
e:a a s:Concept ; s:prefLabel "a"@en ; s:narrower e:b . e:c s:broader e:a , [ e:d "x" ] .
"""
    xml = b"""<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY e "http://e.org/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
<rdf:Description rdf:about="&e;b"><rdfs:subClassOf rdf:resource="&e;a"/></rdf:Description></rdf:RDF>"""
    return [turtle, xml]


def saved_arrays() -> list[bytes]:
    import numpy as np

    found = []
    for array in (np.array([[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 4.0, 3.0]]), np.array([[0, 1], [0, 2]])):
        np.save(stream := io.BytesIO(), array)
        found.append(stream.getvalue())
    return found


def pajek_networks() -> list[bytes]:
    return [b'*Network x\n*Vertices 3\n1 "a b" 0.1 0.2 0.5\n2 c\n*Arcs\n1 2 3.5\n*Edges\n2 3\n*Arcslist\n3 1 2\n',
            b"*Vertices 2\n1 a\n2 b\n*Matrix\n0 1\n0 0\n"]  # fmt: skip


def databases() -> list[bytes]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE edges (source, target)")
        database.execute("INSERT INTO edges VALUES ('a', 'b'), ('a', 'c')")
        database.commit()
        return [database.serialize()]


def database() -> list[bytes]:
    index = (
        "  1 licence\nanimal n 1 1 ~ 1 1 00000010  \ndog n 2 1 @ 2 1 00000020 00000030  \nrex n 1 1 @ 1 0 00000040  \n"
    )
    data = (
        "  1 licence\n"
        "00000010 05 n 01 animal 0 002 ~ 00000020 n 0000 ~ 00000030 n 0000 | lives\n"
        "00000020 05 n 02 dog 0 hound 1 002 @ 00000010 n 0000 ~i 00000040 n 0000 | barks\n"
        "00000030 05 n 01 Dog 2 001 @ 00000010 n 0000 | another\n"
        "00000040 18 n 01 Rex 0 001 @i 00000020 n 0000 | one\n"
    )
    return [index.encode() + BETWEEN + data.encode()]


def rated_pairs() -> list[bytes]:
    return [b"WORD1 WORD2 POS TYPE AVG_SCORE\ndog animal N hyp-1 5.8\nanimal dog N r-hyp-1 0.9\nrun go V hyp 3\n"]


def readers() -> dict[str, Reader]:
    """All readers by name, with the errors that their documentation tells."""
    from nx_poincare.evaluation.word_pairs import WordPairFileError
    from nx_poincare.io.checkpoint import CheckpointError
    from nx_poincare.io.streams import GraphFileError

    bad_graph, bad_value = (GraphFileError,), (ValueError,)
    return {
        "tsv": Reader(edge_list_reader("tsv"), lambda: edge_lists("\t"), bad_graph),
        "csv": Reader(edge_list_reader("csv"), lambda: edge_lists(","), bad_graph),
        "edges": Reader(edge_list_reader("edges"), lambda: edge_lists(" "), bad_graph),
        "gzip": Reader(graph_reader("tsv"), lambda: [gzip.compress(text) for text in edge_lists("\t")], bad_graph),
        "bzip2": Reader(graph_reader("tsv"), lambda: [bz2.compress(text) for text in edge_lists("\t")], bad_graph),
        "xz": Reader(graph_reader("tsv"), lambda: [lzma.compress(text) for text in edge_lists("\t")], bad_graph),
        "graphml": Reader(graph_reader("graphml"), lambda: written_graphs(".graphml"), bad_graph),
        "gexf": Reader(graph_reader("gexf"), lambda: written_graphs(".gexf"), bad_graph),
        "gml": Reader(graph_reader("gml"), lambda: written_graphs(".gml"), bad_graph),
        "json": Reader(graph_reader("json"), node_links, bad_graph),
        "trees": Reader(graph_reader("json"), json_trees, bad_graph),
        "dot": Reader(graph_reader("dot"), lambda: written_graphs(".dot"), bad_graph),
        "obo": Reader(graph_reader("obo"), ontologies, bad_graph),
        "rdf": Reader(graph_reader("rdf"), triples, bad_graph),
        "newick": Reader(graph_reader("newick"), lambda: [b"((a:0.1,'b c':2)[x]d,(,e)90:1e-3)f;\n(g,h);"], bad_graph),
        "linkage": Reader(graph_reader("linkage"), saved_arrays, bad_graph),
        "adjlist": Reader(graph_reader("adjlist"), lambda: [b"# c\nanimal dog cat\ndog puppy\n"], bad_graph),
        "pajek": Reader(graph_reader("pajek"), pajek_networks, bad_graph),
        "outline": Reader(
            graph_reader("outline"),
            lambda: [
                b'<opml><body><outline text="a" type="rss"><outline title="b"/></outline></body></opml>',
                b'<map><node TEXT="a"><node TEXT="b" LINK="c"/><arrowlink/></node></map>',
            ],
            bad_graph,
        ),
        "paths": Reader(graph_reader("paths"), lambda: [b"/usr/bin\n/etc\n", b"path\na.b.c\na.d\n"], bad_graph),
        "fam": Reader(graph_reader("fam"), lambda: [b"F1 1 0 0 1 -9\nF1 2 1 0 2 -9 A T\nF2 1 0 0 1 -9\n"], bad_graph),
        "dmp": Reader(graph_reader("dmp"), lambda: [b"1\t|\t1\t|\troot\t|\n2\t|\t1\t|\tdomain\t|\n"], bad_graph),
        "sqlite": Reader(graph_reader("sqlite"), databases, bad_graph),
        "attributes": Reader(file_reader(".json"), lambda: written_graphs(".json")[:1], bad_value),
        "vectors": Reader(file_reader(".tsv"), lambda: written_embedding(".tsv"), bad_value),
        "word2vec": Reader(file_reader(".vec"), lambda: written_embedding(".vec"), bad_value),
        "word2vec-binary": Reader(file_reader(".bin"), lambda: written_embedding(".bin"), bad_value),
        "npz": Reader(file_reader(".npz"), lambda: written_embedding(".npz"), bad_value),
        "npz-inside": Reader(inside(file_reader(".npz")), lambda: members(written_embedding(".npz")), bad_value),
        "offsets-inside": Reader(inside(file_reader(".npz")), lambda: members(written_offsets()), bad_value),
        "gensim": Reader(file_reader(".kv"), gensim_models, bad_value),
        "checkpoint": Reader(read_checkpoint, written_checkpoint, (CheckpointError,)),
        "checkpoint-inside": Reader(inside(read_checkpoint), lambda: members(written_checkpoint()), (CheckpointError,)),
        "wordnet": Reader(read_database, database, bad_value),
        "pairs": Reader(read_pairs, rated_pairs, (WordPairFileError,)),
    }


@contextmanager
def on_disk(content: bytes, suffix: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


# -- the fuzzer ------------------------------------------------------------------------------


def fuzz_one(name: str, rest: list[str]) -> None:
    """Hand this process to the fuzzer; it does not return."""
    import atheris

    # Where files are short-lived, memory is the place for them.
    shared = Path("/dev/shm")
    tempfile.tempdir = str(shared) if shared.is_dir() else None
    # Most of networkx has no part in this, and would take long to instrument.
    from networkx.readwrite import gexf, gml, graphml

    gml.parse_gml_lines = atheris.instrument_func(gml.parse_gml_lines)
    for kind in (graphml.GraphML, graphml.GraphMLReader, gexf.GEXF, gexf.GEXFReader):
        for method, function in list(vars(kind).items()):
            if isfunction(function):
                setattr(kind, method, atheris.instrument_func(function))
    with atheris.instrument_imports(include=["nx_poincare"]):
        for module in OURS:
            import_module(module)
        reader = readers()[name]

    def one_input(content: bytes) -> None:
        try:
            reader.read(content)
        except reader.errors:
            return

    atheris.Setup([sys.argv[0], *rest], one_input)
    atheris.Fuzz()


def fuzz(name: str, seconds: int) -> tuple[bool, int]:
    """Run the fuzzer on one reader in a process of its own; whether it came through, and how many inputs it tried."""
    inputs = WORK / name
    inputs.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(readers()[name].seeds()):
        (inputs / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}", f"-timeout={SECONDS_PER_INPUT}", f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LONGEST}", f"-artifact_prefix={WORK / name}-", "-verbosity=1", "-print_final_stats=1", str(inputs),
    ]  # fmt: skip
    # Instrumented code cannot be compiled; warnings are no findings.
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, __file__, "--child", name, *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
    (WORK / f"{name}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    executed = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    kept = len(list(inputs.iterdir()))
    told = "nothing found" if done.returncode == 0 else f"ended with {done.returncode}: see {WORK / name}.log"
    tried = int((executed or ["0"])[0])
    print(f"{name:18} {tried:>10,} inputs, {kept:>6,} kept   {told}", flush=True)
    return done.returncode == 0, tried


def table(found: dict[str, tuple[bool, int]], seconds: int) -> str:
    """What the documentation says of a run."""
    head = f"What `make fuzz` printed on {date.today():%Y-%m-%d}, with {seconds} s for each reader:"
    rows = [f"| {name} | {tried:,} | {'nothing' if sound else 'an error'} |" for name, (sound, tried) in found.items()]
    return "\n".join([head, "", "| reader | inputs tried | found |", "|---|---|---|", *rows, ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", help="names of readers, all if there are none; or one and a file")
    parser.add_argument("--seconds", type=int, default=60, help="for each reader (default %(default)s)")
    parser.add_argument("--figures", type=Path, help="Markdown file to write a table to")
    chosen = parser.parse_args()
    names = chosen.readers or list(readers())
    if len(names) == 2 and Path(names[1]).is_file():
        readers()[names[0]].read(Path(names[1]).read_bytes())
        return 0
    for name in names:
        if name not in readers():
            parser.error(f"no reader {name!r}; there are {', '.join(readers())}")
    found = {name: fuzz(name, chosen.seconds) for name in names}  # all of them, whatever the first finds
    if chosen.figures is not None:
        chosen.figures.write_text(table(found, chosen.seconds), encoding="utf-8")
    return int(not all(sound for sound, _ in found.values()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        fuzz_one(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())
