"""The Embedding Projector's files: as many lines as nodes, whatever they are called."""

from pathlib import Path

import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.projector import export_projector
from nx_poincare.io.graphs.format_rules import GraphExportError
from nx_poincare.io.streams import GraphFileError

NAMES = ["dog", 'say "hi"', "tab\there", "two\r\nlines", "\u2028", "\U0001f415", "שלום", (1, 2)]


def test_lines_agree_and_keep_every_bit(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).uniform(-0.5, 0.5, (len(NAMES), 3))
    emb = Embedding.from_vectors(NAMES, vectors, levels=np.arange(len(NAMES)))
    export_projector(emb, tmp_path / "new" / "folder")
    folder = tmp_path / "new" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == ["metadata.tsv", "vectors.tsv"]
    back = np.loadtxt(folder / "vectors.tsv", delimiter="\t")
    assert back.tobytes() == vectors.tobytes()
    header, *rows = (folder / "metadata.tsv").read_text(encoding="utf-8").splitlines()
    assert header == "node\tlevel\tradius"
    fields = [row.split("\t") for row in rows]
    assert [field[0] for field in fields] == [
        "dog", 'say "hi"', "tab\\there", "two\\r\\nlines", "\\u2028", "\U0001f415", "שלום", "(1, 2)",
    ]  # fmt: skip
    assert [int(field[1]) for field in fields] == list(range(len(NAMES)))
    assert [float(field[2]) for field in fields] == emb.radii.tolist()


def test_a_failure_leaves_the_older_files(tmp_path: Path) -> None:
    export_projector(Embedding.from_vectors(["a"], [[0.0, 0.5]]), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(GraphExportError, match=r"the name '\\ud800' is not valid Unicode"):
        export_projector(Embedding.from_vectors(["\ud800"], [[0.0, 0.1]]), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("dim", [2, 3])
def test_what_was_written_is_read_with_its_names(tmp_path: Path, dim: int) -> None:
    vectors = np.random.default_rng(0).uniform(-0.5, 0.5, (4, dim))
    vectors[0] = 0.0
    names = ["animal", "0.25", "שלום", "two words"]
    export_projector(Embedding.from_vectors(names, vectors), tmp_path)
    back = Embedding.load(tmp_path / "vectors.tsv")
    assert list(back) == names
    assert back.vectors.tobytes() == vectors.tobytes()
    (tmp_path / "metadata.tsv").write_text("\n".join(names), encoding="utf-8")  # one column has no header
    assert list(Embedding.load(tmp_path / "vectors.tsv")) == names


def test_coordinates_without_names_are_refused(tmp_path: Path) -> None:
    export_projector(Embedding.from_vectors(["a", "b"], [[0.0, 0.5], [0.1, 0.2]]), tmp_path)
    (tmp_path / "metadata.tsv").write_text("a\n")
    with pytest.raises(GraphFileError, match=r"metadata.tsv: has 1 lines for 2 vectors"):
        Embedding.load(tmp_path / "vectors.tsv")
    (tmp_path / "metadata.tsv").unlink()
    with pytest.raises(GraphFileError, match=r"line 1: starts with a coordinate, .* metadata.tsv, which must lie"):
        Embedding.load(tmp_path / "vectors.tsv")


def test_names_that_look_like_coordinates_come_back(tmp_path: Path) -> None:
    for names in ([0.5, 0.25, -1e-7], ["0.5"], [1, 2, 3]):
        emb = nxp.embed([(names[0], name) for name in names[1:]] or {names[0]: []})
        emb.save(tmp_path / "v.tsv")
        back = Embedding.load(tmp_path / "v.tsv")
        assert list(back) == list(map(str, names))
        assert back.vectors.tobytes() == emb.vectors.tobytes()


def test_two_names_never_become_the_same_line(tmp_path: Path) -> None:
    emb = Embedding.from_vectors(["a\tb", "a\\tb"], [[0.0, 0.5], [0.1, 0.2]])
    with pytest.raises(GraphExportError, match=r"nodes 'a\\tb' and 'a\\\\tb' would both be called"):
        export_projector(emb, tmp_path)
    assert list(tmp_path.iterdir()) == []
