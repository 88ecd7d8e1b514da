"""Answers as JSON, and where two of them differ."""

from __future__ import annotations

import hashlib
import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

import nx_poincare as nxp

TOLERANCE = 1e-6
_FLOAT = re.compile(rb"-?\d+\.\d+(?:[eE][-+]?\d+)?|-?\d+[eE][-+]?\d+")
_NOTHING = 1e-12
_DATE = re.compile(rb'lastmodifieddate="[^"]*"')


def rounded(value: Any, digits: int = 12) -> Any:
    """An answer as JSON holds it, floats with so many significant digits."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(f"{value:.{digits - 1}e}") if math.isfinite(value) else repr(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(key): rounded(entry, digits) for key, entry in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(rounded(list(value), digits), key=repr)
    return [rounded(entry, digits) for entry in value]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def of_array(array: Any) -> dict[str, Any]:
    """The hash of an array, and a few figures that tell how far another one is off."""
    values = np.ascontiguousarray(array)
    sketch: dict[str, Any] = {"shape": list(values.shape)}
    if values.size:
        sketch |= {"sum": float(values.sum()), "squares": float((values.astype(np.float64) ** 2).sum())}
        sketch |= {"first": values[0], "last": values[-1]}
    return {
        "sha256": sha256(f"{values.dtype.str}{values.shape}".encode() + values.tobytes()),
        "sketch": rounded(sketch, 9),
    }


def of_points(points: nxp.Embedding, G: nx.Graph | None = None) -> dict[str, Any]:
    """Every array of an embedding, and what stands on the nodes of its graph."""
    found = {
        "nodes": sha256(repr(points.nodes).encode()),
        "directions": of_array(points.directions),
        "radii": of_array(points.radii),
        "vectors": of_array(points.vectors),
        "layout": None if points.layout is None else of_array(points.layout),
        "levels": of_array(points.levels),
        "edges": None if points.edges is None else of_array(points.edges),
        "epochs": len(points.history),
    }
    if G is not None:
        found["poincare on nodes"] = of_array(np.array([G.nodes[node]["poincare"] for node in points]))
        found["pos on nodes"] = of_array(np.array([G.nodes[node]["pos"] for node in points]))
        found["level on nodes"] = sha256(repr([G.nodes[node]["level"] for node in points]).encode())
    return found


def of_file(path: Path) -> dict[str, Any]:
    """The hash of a file, and what is left of it when numbers are rounded; archives member by member."""
    content = path.read_bytes()
    if path.suffix == ".npz":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        arrays = {name: np.load(io.BytesIO(member), allow_pickle=False) for name, member in members.items()}
        return {name: of_array(array) for name, array in arrays.items()}
    content = _DATE.sub(b"", content)
    text = _with_short_numbers(content)
    is_text = path.suffix not in (".bin", ".gz", ".html", ".png", ".gif", ".pdf")
    sketch = sha256(text) if is_text else len(content) // 100
    return {"sha256": sha256(content), "sketch": {"size": len(content) // 100, "rounded": sketch}}


def _with_short_numbers(content: bytes) -> bytes:
    """Text whose numbers have nine digits, and those that are nothing but rounding none."""

    def short(number: re.Match[bytes]) -> bytes:
        value = float(number[0])
        return b"%.8e" % (value if abs(value) > _NOTHING else 0.0)

    return _FLOAT.sub(short, content)


def of_graph(G: nx.Graph) -> dict[str, Any]:
    """Nodes, edges and attributes in their order."""
    edges = list(G.edges(keys=True, data=True)) if G.is_multigraph() else list(G.edges(data=True))
    return {
        "kind": type(G).__name__,
        "graph": rounded(G.graph),
        "nodes": [[repr(node), rounded(data)] for node, data in G.nodes(data=True)],
        "edges": [[repr(edge[:-1]), rounded(edge[-1])] for edge in edges],
    }


def differences(kept: Any, found: Any, name: str, tolerance: float = 0.0) -> Iterator[str]:
    """What differs, by name. With a tolerance, hashes do not count where sketches agree."""
    if isinstance(kept, dict) and isinstance(found, dict):
        if kept.keys() == found.keys() == {"sha256", "sketch"}:
            yield from _of_sketches(kept, found, name, tolerance)
            return
        for key in [*kept, *(found.keys() - kept.keys())]:
            if key not in kept or key not in found:
                yield f"{name}.{key}: {'missing' if key in kept else 'new'}"
            else:
                yield from differences(kept[key], found[key], f"{name}.{key}", tolerance)
    elif isinstance(kept, list) and isinstance(found, list) and len(kept) == len(found):
        for place, (one, other) in enumerate(zip(kept, found, strict=True)):
            yield from differences(one, other, f"{name}[{place}]", tolerance)
    elif isinstance(kept, float) and isinstance(found, int | float):
        if not math.isclose(kept, found, rel_tol=tolerance, abs_tol=tolerance):
            yield f"{name}: {kept!r} in the record, {found!r} now"
    elif tolerance and isinstance(kept, str) and isinstance(found, str):
        if _with_short_numbers(kept.encode()) != _with_short_numbers(found.encode()):
            yield f"{name}: {_short(kept)} in the record, {_short(found)} now"
    elif kept != found or isinstance(kept, bool) != isinstance(found, bool):
        yield f"{name}: {_short(kept)} in the record, {_short(found)} now"


def _of_sketches(kept: dict[str, Any], found: dict[str, Any], name: str, tolerance: float) -> Iterator[str]:
    if kept["sha256"] == found["sha256"]:
        return
    off = [*differences(kept["sketch"], found["sketch"], f"{name}.sketch", max(tolerance, TOLERANCE))]
    if off:
        yield from off
    elif not tolerance:
        yield f"{name}: another hash; the sketch agrees to {TOLERANCE:g}"


def _short(value: Any, most: int = 300) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}..."
