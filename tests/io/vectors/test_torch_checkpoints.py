"""Checkpoints of poincare-embeddings, written by PyTorch as it writes them."""

import collections
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError


@pytest.fixture(scope="module")
def torch(needed: Callable[[str], Any]) -> Any:
    """PyTorch."""
    return needed("torch")


@pytest.fixture(scope="module")
def emb(mammals: nx.DiGraph) -> nxp.Embedding:
    """Mammals in three dimensions."""
    return nxp.embed(mammals.copy(), 3, seed=0)


def checkpoint(emb: nxp.Embedding, manifold: str) -> dict[str, Any]:
    """What the program of Nickel and Kiela saves, but for its options that say nothing here."""
    points = emb.to_torch("lorentz" if manifold == "lorentz" else "ball")
    return {
        "conf": {"dset": "mammals.csv", "dim": points.shape[1], "manifold": manifold, "lr": 0.3, "maxnorm": None},
        "objects": list(emb.nodes),
        "model": collections.OrderedDict({"lt.weight": points}),
        "embeddings": points,
        "epoch": 290,
        "manifold": manifold,
    }


def close(found: nxp.Embedding, expected: nxp.Embedding) -> bool:
    """The same points, up to the rounding of ball vectors."""
    return found.nodes == expected.nodes and np.allclose(found.vectors, expected.vectors, rtol=0, atol=1e-15)


@pytest.mark.parametrize("is_zip", [True, False])
@pytest.mark.parametrize("manifold", ["poincare", "lorentz"])
def test_both_manifolds_in_both_formats_of_torch(
    torch: Any, emb: nxp.Embedding, tmp_path: Path, manifold: str, is_zip: bool
) -> None:
    torch.save(checkpoint(emb, manifold), tmp_path / "m.pth", _use_new_zipfile_serialization=is_zip)
    found = nxp.Embedding.load(tmp_path / "m.pth")
    assert close(found, emb)
    assert np.allclose(found.radii, emb.radii, rtol=1e-4 if manifold == "poincare" else 1e-14)


def test_what_is_left_out(torch: Any, emb: nxp.Embedding, tmp_path: Path) -> None:
    """The manifold is said by the configuration, and points by the model; those of 2017 are of the ball."""
    whole = checkpoint(emb, "lorentz")
    torch.save({key: whole[key] for key in ("conf", "objects", "model")}, tmp_path / "m.pth.best")
    assert close(nxp.Embedding.load(tmp_path / "m.pth.best", format="torch"), emb)
    old = checkpoint(emb, "poincare")
    torch.save({key: old[key] for key in ("model", "epoch", "objects")}, tmp_path / "old.pt")
    assert close(nxp.Embedding.load(tmp_path / "old.pt"), emb)


@pytest.mark.parametrize("kind", [object, np.str_, bytes])
def test_names_and_points_in_arrays(torch: Any, emb: nxp.Embedding, tmp_path: Path, kind: Any) -> None:
    names = [str(name).encode() for name in emb.nodes] if kind is bytes else list(emb.nodes)
    objects = np.array(names, dtype=object if kind is bytes else kind)
    saved = checkpoint(emb, "poincare") | {"objects": objects, "embeddings": emb.vectors.copy()}
    torch.save(saved, tmp_path / "m.pth")
    found = nxp.Embedding.load(tmp_path / "m.pth")
    assert close(found, emb)
    assert {type(node) for node in found.nodes} == {str}


def test_parameters_and_float32(torch: Any, tmp_path: Path) -> None:
    weight = torch.nn.Parameter(torch.tensor([[0.0, 0.0], [0.5, 0.25]], dtype=torch.float32))
    torch.save({"model": {"lt.weight": weight}, "objects": ["a", "b"]}, tmp_path / "m.pth")
    assert np.array_equal(nxp.Embedding.load(tmp_path / "m.pth").vectors, [[0.0, 0.0], [0.5, 0.25]])


class _Hostile:
    def __reduce__(self) -> Any:
        return os.system, ("touch was_run",)


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_hostile_checkpoint_is_refused(
    torch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_zip: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"objects": ["a"], "embeddings": _Hostile()}, "evil.pth", _use_new_zipfile_serialization=is_zip)
    with pytest.raises(GraphFileError, match=r"^evil\.pth: is refused: it asks for (posix|nt)\.system, "):
        nxp.Embedding.load("evil.pth")
    assert not Path("was_run").exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"manifold": "euclidean"}, "holds points of the manifold 'euclidean', not of hyperbolic space"),
        ({"objects": ["a"]}, "has 1 objects and 1,182 points"),
        ({"embeddings": None, "model": {}}, "has no table of points under 'embeddings' or 'lt.weight'"),
    ],
)
def test_other_content(torch: Any, emb: nxp.Embedding, tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    torch.save(checkpoint(emb, "poincare") | changes, tmp_path / "m.pth")
    with pytest.raises(GraphFileError, match=rf"m\.pth: {problem}"):
        nxp.Embedding.load(tmp_path / "m.pth")


@pytest.mark.parametrize("content", [b"", b"abc", b"PK\x03\x04" + b"\0" * 40, b"\x80\x02}."])
def test_damaged_files(torch: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.pth").write_bytes(content)
    with pytest.raises(GraphFileError, match=r"m\.pth: is not a (file of PyTorch, or damaged|checkpoint)"):
        nxp.Embedding.load(tmp_path / "m.pth")


def test_points_off_the_hyperboloid_are_named(torch: Any, emb: nxp.Embedding, tmp_path: Path) -> None:
    torch.save(checkpoint(emb, "poincare") | {"manifold": "lorentz"}, tmp_path / "m.pth")
    with pytest.raises(ValueError, match=r"m\.pth: the first coordinate of node '.*' is -"):
        nxp.Embedding.load(tmp_path / "m.pth")


def test_a_file_of_other_things_and_limits(torch: Any, emb: nxp.Embedding, tmp_path: Path) -> None:
    torch.save(torch.zeros(3), tmp_path / "m.pth")
    with pytest.raises(GraphFileError, match="is not a checkpoint of poincare-embeddings"):
        nxp.Embedding.load(tmp_path / "m.pth")
    torch.save(checkpoint(emb, "poincare"), tmp_path / "m.pth")
    with pytest.raises(GraphFileError, match=r"holds more than 1,000 bytes"):
        nxp.Embedding.load(tmp_path / "m.pth", max_bytes=1000)


def test_without_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.pth").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r'this needs torch; install it with: pip install "nx-poincare\[torch\]"'):
        nxp.Embedding.load(tmp_path / "m.pth")
    with pytest.raises(ImportError, match=r"nx-poincare\[torch\]"):
        nxp.Embedding.from_vectors(["a"], [[0.1, 0.2]]).to_torch()
