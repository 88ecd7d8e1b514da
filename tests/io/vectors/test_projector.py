"""The Embedding Projector's files: as many lines as nodes, whatever they are called."""

from pathlib import Path

import numpy as np
import pytest

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.projector import export_projector
from nx_poincare.io.graphs.format_rules import GraphExportError

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
