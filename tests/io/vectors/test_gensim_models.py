"""What gensim saves, read without gensim and without running any of it."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

RELATIONS = [("cat", "mammal"), ("dog", "mammal"), ("puppy", "dog"), ("puppy", "mammal"), ("kitten", "cat")]


@pytest.fixture(scope="module")
def model(needed: Callable[[str], Any]) -> Any:
    """A model of gensim, trained."""
    model = needed("gensim.models.poincare").PoincareModel(RELATIONS, size=3, negative=2, seed=1)
    model.train(epochs=5)
    return model


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("sep_limit", [0, 10**9])
@pytest.mark.parametrize("what", ["model", "kv"])
def test_saved_models(model: Any, tmp_path: Path, what: str, sep_limit: int, protocol: int) -> None:
    path = tmp_path / f"animals.{what}"
    (model if what == "model" else model.kv).save(str(path), sep_limit=sep_limit, pickle_protocol=protocol)
    beside = f"{path}.kv.vectors.npy" if what == "model" else f"{path}.vectors.npy"
    assert os.path.exists(beside) == (sep_limit == 0)
    assert nxp.Embedding.load(path) == nxp.Embedding.from_keyed_vectors(model.kv)


def test_any_name_of_a_file(model: Any, tmp_path: Path) -> None:
    model.save(str(tmp_path / "animals"))
    emb = nxp.Embedding.load(tmp_path / "animals", format="gensim")
    assert np.array_equal(emb["cat"], model.kv["cat"])
    with pytest.raises(ValueError, match="cannot see the format"):
        nxp.Embedding.load(tmp_path / "animals")


def test_gensim_is_not_imported(model: Any, tmp_path: Path) -> None:
    model.save(str(tmp_path / "animals.model"))
    code = (
        "import sys; sys.modules['gensim'] = None\n"
        "import nx_poincare as nxp; print(len(nxp.Embedding.load('animals.model')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "5\n"), done.stderr


def test_names_before_gensim_4(model: Any, tmp_path: Path) -> None:
    path = tmp_path / "animals.kv"
    model.kv.save(str(path), pickle_protocol=2)
    now, then = (b"%c\0\0\0%s" % (len(name), name) for name in (b"index_to_key", b"index2word"))
    assert now in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(now, then))
    assert nxp.Embedding.load(path).nodes == tuple(model.kv.index_to_key)


class _Hostile:
    def __reduce__(self) -> Any:
        return os.system, ("touch was_run",)


def test_a_hostile_pickle_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("evil.model").write_bytes(pickle.dumps({"kv": [_Hostile()]}))
    with pytest.raises(GraphFileError, match=r"^evil\.model: is refused: it asks for (posix|nt)\.system, "):
        nxp.Embedding.load("evil.model")
    assert not Path("was_run").exists()
    pickle.loads(Path("evil.model").read_bytes())  # it is one
    assert Path("was_run").exists()


def test_a_hostile_array_beside_a_model(model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model.kv.save("animals.kv", sep_limit=0)
    np.save("animals.kv.vectors.npy", np.array([_Hostile()], dtype=object), allow_pickle=True)
    with pytest.raises(GraphFileError, match=r"^animals\.kv\.vectors\.npy: .* holds objects, which are not read"):
        nxp.Embedding.load("animals.kv")
    assert not Path("was_run").exists()
    os.remove("animals.kv.vectors.npy")
    with pytest.raises(GraphFileError, match=r"^animals\.kv: keeps its vectors in animals\.kv\.vectors\.npy, which"):
        nxp.Embedding.load("animals.kv")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not a model that gensim saved: not a pickle, or damaged: "),
        (b"cat 0.1 0.2\n", "is not a model that gensim saved: "),
        (pickle.dumps({"index_to_key": ["a"]}), "is a pickle, but not of a PoincareModel or KeyedVectors of gensim"),
    ],
)
def test_other_files(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "a.model"
    path.write_bytes(content)
    with pytest.raises(GraphFileError, match=rf"a\.model: {problem}"):
        nxp.Embedding.load(path)


def test_limits(model: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.kv"
    model.kv.save(str(path), sep_limit=0)
    with pytest.raises(GraphFileError, match="holds more than 100 bytes"):
        nxp.Embedding.load(path, max_bytes=100)


def test_vectors_outside_the_ball(needed: Callable[[str], Any], tmp_path: Path) -> None:
    kv = needed("gensim.models").KeyedVectors(2)
    kv.add_vectors(["cat", "dog"], [[0.1, 0.2], [3.0, 4.0]])
    kv.save(str(tmp_path / "flat.kv"))
    with pytest.raises(
        ValueError, match=r"flat\.kv: the vector of node 'dog' has norm 5\.0, outside the open unit ball"
    ):
        nxp.Embedding.load(tmp_path / "flat.kv")
