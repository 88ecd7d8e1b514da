"""What RDF takes in memory for a unit, by kind of statement: the weights of `readers/rdf_units.py`, measured.

    pip install "nx-poincare[ontologies]"
    python benchmarks/rdf.py                    # bytes a unit, which are to be 640 at most
    python benchmarks/rdf.py --ontology 47000   # an ontology as large as the Gene Ontology, at the default limit
    python benchmarks/rdf.py --table FILE       # what is printed goes into a Markdown file as well

Each row is a process of its own that reads a file of statements of one kind; bytes are what it takes beyond what it
had after a small one, at most. The ontology is laid out as ROBOT writes those of OBO: classes with labels, definitions
and synonyms, each with an axiom that names its source, and restrictions.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import networkx as nx

UNITS = 400_000  # of a file
MOST_BYTES = 640  # of a unit
DEFAULT_UNITS = 2**30 // 128
HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"'
    ' xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:oboInOwl="http://www.geneontology.org/formats/oboInOwl#"'
    ' xmlns:obo="http://purl.obolibrary.org/obo/" xmlns="a:">'
)
OBO = "http://purl.obolibrary.org/obo/"
IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"


def _xml(inside: Callable[[int], str], around: tuple[str, str] = ("", "")) -> Callable[[int], str]:
    return lambda n: f"{HEAD}{around[0]}{''.join(map(inside, range(n)))}{around[1]}</rdf:RDF>"


KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "N-Triples: subjects and objects": (".nt", lambda n: "".join(f"<a:s{i}> <a:p> <a:o{i}> .\n" for i in range(n))),
    "N-Triples: all IRIs new": (".nt", lambda n: "".join(f"<a:s{i}> <a:p{i}> <a:o{i}> .\n" for i in range(n))),
    "N-Triples: blank nodes": (".nt", lambda n: "".join(f"_:s{i} <a:p> _:o{i} .\n" for i in range(n))),
    "N-Triples: text": (".nt", lambda n: "".join(f'<a:s{i}> <a:p> "text {i}"@en .\n' for i in range(n))),
    "Turtle: triples": (".ttl", lambda n: "".join(f"<a:s{i}> <a:p{i}> <a:o{i}> .\n" for i in range(n))),
    "Turtle: objects": (".ttl", lambda n: "<a:s> <a:p> " + ",".join(f"<a:o{i}>" for i in range(n)) + "."),
    "Turtle: numbers": (".ttl", lambda n: "<a:s> <a:p> " + ",".join(map(str, range(n))) + "."),
    "Turtle: properties": (".ttl", lambda n: "<a:s> " + ";".join(f"<a:p{i}> 1" for i in range(n)) + "."),
    "Turtle: lists": (".ttl", lambda n: "<a:s> <a:p> (" + " ".join(map(str, range(n))) + ")."),
    "Turtle: blank nodes": (".ttl", lambda n: "<a:s> <a:p> " + ",".join("[]" for _ in range(n)) + "."),
    "Turtle: nested blank nodes": (".ttl", lambda n: "".join(f"<a:s{i}> <a:p> [<a:q> [<a:r> 1]].\n" for i in range(n))),
    "RDF/XML: classes": (".owl", _xml(lambda i: f'<owl:Class rdf:about="a:{i}"/>')),
    "RDF/XML: subclasses": (
        ".owl",
        _xml(lambda i: f'<owl:Class rdf:about="a:{i}"><rdfs:subClassOf rdf:resource="b:{i}"/></owl:Class>'),
    ),
    "RDF/XML: text": (".owl", _xml(lambda i: f"<p{i}>text {i}</p{i}>", ('<owl:Class rdf:about="a:">', "</owl:Class>"))),
    "RDF/XML: blank nodes": (".owl", _xml(lambda i: "<owl:Class><p><owl:Class/></p></owl:Class>")),
    "RDF/XML: properties as attributes": (".owl", _xml(lambda i: f'<owl:Class rdf:about="a:{i}" p="{i}" q="{i}"/>')),
    "RDF/XML: identifiers": (".owl", _xml(lambda i: f'<owl:Class><p rdf:ID="i{i}">x</p></owl:Class>')),
    "RDF/XML: lists": (
        ".owl",
        _xml(lambda i: f'<p rdf:about="a:{i}"/>', ('<p><q rdf:parseType="Collection">', "</q></p>")),
    ),
    "JSON-LD: objects": (
        ".jsonld",
        lambda n: json.dumps([{"@id": f"a:{i}", "a:p": {"@id": f"b:{i}"}} for i in range(n)]),
    ),
    "JSON-LD: values": (".jsonld", lambda n: json.dumps({"@id": "a:s", "a:p": list(range(n))}, separators=(",", ":"))),
    "JSON-LD: text": (".jsonld", lambda n: json.dumps({"@id": "a:s", "a:p": [f"text {i}" for i in range(n)]})),
    "JSON-LD: properties": (".jsonld", lambda n: json.dumps({"@id": "a:s", **{f"a:p{i}": 1 for i in range(n)}})),
    "JSON-LD: lists": (
        ".jsonld",
        lambda n: json.dumps({"@id": "a:s", "a:p": {"@list": list(range(n))}}, separators=(",", ":")),
    ),
    "JSON-LD: blank nodes": (".jsonld", lambda n: json.dumps({"@id": "a:s", "a:p": [{"a:q": 1}] * n})),
    "JSON-LD: terms of a context": (
        ".jsonld",
        lambda n: json.dumps({"@context": {f"t{i}": f"a:t{i}" for i in range(n)}, "@id": "a:s", "t0": 1}),
    ),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Memory of RDF by kind of statement.")
    parser.add_argument("--units", type=int, default=UNITS, help="of each file")
    parser.add_argument("--only", help="kinds that begin so")
    parser.add_argument(
        "--ontology", type=int, metavar="CLASSES", help="read an ontology instead, at the default limit"
    )
    parser.add_argument("--table", type=Path, help="Markdown file to write what is printed to, with command and date")
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, file = options.child
        print(json.dumps({"parse": parse, "read": read}[what](Path(file))))
        return
    if options.ontology:
        report_ontology(options.ontology)
        return
    lines = [
        "| statements | units | bytes a unit | GiB at the default limit | CPU us a unit |",
        "|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    for name, (suffix, text_of) in KINDS.items():
        if name.startswith(options.only or ""):
            lines.append(row_of(name, suffix, text_of, options.units))
            print(lines[-1], flush=True)
    if options.table:
        told = f"What `python benchmarks/rdf.py` printed on {date.today():%Y-%m-%d}:"
        options.table.write_text("\n".join([told, "", *lines, ""]), encoding="utf-8")


def row_of(name: str, suffix: str, text_of: Callable[[int], str], most: int) -> str:
    """A line of the table."""
    n = int(most * 100 / units_of(text_of(100), suffix))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"g{suffix}")
        path.write_text(text := text_of(n), encoding="utf-8")
        units = units_of(text, suffix)
        found = in_child("parse", path)
    each = found["bytes"] / units
    seconds, gibibytes = found["cpu"] / units, each * DEFAULT_UNITS / 2**30
    mark = "" if each <= MOST_BYTES else ", more than there should be"
    return f"| {name} | {units:,} | {each:,.0f}{mark} | {gibibytes:.1f} | {seconds * 1e6:.1f} |"


def units_of(text: str, suffix: str) -> int:
    from nx_poincare.io.graphs.readers.rdf_units import count_units

    notation = {".nt": "nt", ".ttl": "turtle", ".owl": "xml", ".jsonld": "json-ld"}[suffix]
    return count_units(text.encode(), "g", notation)


def in_child(what: str, path: Path) -> dict:
    command = [sys.executable, __file__, "--child", what, str(path)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def parse(path: Path) -> dict:
    """Bytes and CPU seconds of what rdflib makes of a file, its text included."""
    import rdflib

    from nx_poincare.io.graphs.readers import rdf

    suffix = path.suffix
    rdf._parsed(
        rdflib,
        KINDS[next(name for name, kind in KINDS.items() if kind[0] == suffix)][1](10).encode(),
        f"g{suffix}",
        2**30,
    )
    before, start = peak_bytes(), time.process_time()
    graph = rdf._parsed(rdflib, path.read_bytes(), path.name, 2**40)
    return {"bytes": peak_bytes() - before, "cpu": time.process_time() - start, "triples": len(graph)}


def report_ontology(classes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ontology.owl")
        path.write_text(ontology(classes), encoding="utf-8")
        units = units_of(path.read_text(encoding="utf-8"), ".owl")
        print(
            f"{classes:,} classes, {path.stat().st_size / 2**20:.0f} MiB, {units:,} of {DEFAULT_UNITS:,} units",
            flush=True,
        )
        found = in_child("read", path)
        print(f"{found['what']}; {found['cpu']:.0f} s of CPU, {found['peak'] / 2**30:.1f} GiB at most")


def read(path: Path) -> dict:
    """What `read_graph` says of a file."""
    import nx_poincare as nxp

    start = time.process_time()
    try:
        graph = nxp.read_graph(path)
        what = f"read: {len(graph):,} nodes, {graph.number_of_edges():,} edges"
    except nx.NetworkXError as error:
        what = f"refused: {error}"
    return {"what": what, "cpu": time.process_time() - start, "peak": peak_bytes()}


def ontology(classes: int) -> str:
    """An ontology in RDF/XML, as ROBOT writes those of OBO."""

    def axiom(term: str, kind: str, text: str, number: int) -> str:
        return (
            f'<owl:Axiom><owl:annotatedSource rdf:resource="{term}"/><owl:annotatedProperty rdf:resource="{kind}"/>'
            f"<owl:annotatedTarget>{text}</owl:annotatedTarget><oboInOwl:hasDbXref>PMID:{number:08}</oboInOwl:hasDbXref>"
            "</owl:Axiom>\n"
        )

    def described(i: int) -> str:
        term, definition = (
            f"{OBO}GO_{i:07}",
            f"The process number {i} " + "in which things of a kind are made of others, " * 4,
        )
        restriction = (
            f'<rdfs:subClassOf><owl:Restriction><owl:onProperty rdf:resource="{OBO}BFO_0000050"/><owl:someValuesFrom'
            f' rdf:resource="{OBO}GO_{i // 3:07}"/></owl:Restriction></rdfs:subClassOf>'
        )
        synonyms = [f"making number {i} in the way {way}" for way in range(2)]
        return (
            f'<owl:Class rdf:about="{term}">\n'
            + "".join(f'<rdfs:subClassOf rdf:resource="{OBO}GO_{up:07}"/>\n' for up in {i // 2, i // 5} - {i})
            + (restriction if i % 2 and i > 2 else "")
            + f"<obo:IAO_0000115>{definition}</obo:IAO_0000115>\n"
            + "".join(f"<oboInOwl:hasExactSynonym>{text}</oboInOwl:hasExactSynonym>\n" for text in synonyms)
            + "<oboInOwl:hasOBONamespace>biological_process</oboInOwl:hasOBONamespace>\n"
            f"<oboInOwl:id>GO:{i:07}</oboInOwl:id>\n<rdfs:label>process number {i}</rdfs:label>\n</owl:Class>\n"
            + axiom(term, f"{OBO}IAO_0000115", definition, i)
            + "".join(axiom(term, f"{IN_OWL}hasExactSynonym", text, i) for text in synonyms)
        )

    return f"{HEAD}\n{''.join(map(described, range(classes)))}</rdf:RDF>\n"


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
