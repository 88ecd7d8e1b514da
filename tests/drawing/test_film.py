from __future__ import annotations

import os
import subprocess
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from matplotlib.animation import FFMpegWriter
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from PIL import Image

from nx_poincare.api import embed
from nx_poincare.drawing.disk import draw_frame
from nx_poincare.drawing.film import draw_training
from nx_poincare.drawing.options import DrawingOptions
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.training.options import Training
from nx_poincare.layout.networkx_layout import poincare_layout

TREE = nx.balanced_tree(2, 3, create_using=nx.DiGraph)


@pytest.fixture
def film_of():
    """A film of a few made-up epochs."""

    def made(epochs: int, every: int = 10, **options: object):
        film = draw_training(TREE, every=every, size=1.5, dpi=40, **options)
        rng = np.random.default_rng(0)
        for epoch in range(1, epochs + 1):
            points = rng.uniform(-0.5, 0.5, (len(TREE), 2)) * min(epoch / epochs, 1)
            film(epoch, 1 / epoch, Embedding.from_vectors(list(TREE), points))
        return film

    return made


def test_records_a_training_and_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "training.gif"
    with draw_training(TREE, path, every=4, size=2, dpi=40) as film:
        embed(TREE.copy(), init="random", training=Training(epochs=9, burn_in=0), seed=0, callbacks=[film])
    assert [frame.epoch for frame in film.frames] == [1, 4, 8]
    with Image.open(path) as picture:
        assert picture.size == (80, 80)
        assert picture.n_frames >= 4  # and the last epoch
    assert [file.name for file in tmp_path.iterdir()] == ["training.gif"]


def test_mp4(film_of, tmp_path: Path) -> None:
    if not FFMpegWriter.isAvailable():
        if os.environ.get("CI"):
            pytest.fail("no ffmpeg")
        pytest.skip("no ffmpeg")
    film_of(20).save(tmp_path / "a.mp4")
    asked = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=codec_name,nb_read_frames"]
    told = subprocess.run([*asked, "-of", "csv=p=0", tmp_path / "a.mp4"], capture_output=True, text=True, check=True)
    codec, frames = told.stdout.strip().split(",")
    assert codec == "h264"
    assert int(frames) >= 3
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


def test_frames_differ_and_the_last_stays(film_of, tmp_path: Path) -> None:
    film_of(20).save(tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as picture:
        durations, pictures = [], set()
        for i in range(picture.n_frames):
            picture.seek(i)
            durations.append(picture.info["duration"])
            pictures.add(picture.convert("RGB").tobytes())
    assert len(pictures) == 3
    assert sum(durations) >= 2000


def test_radii_for_the_eye(film_of, tmp_path: Path) -> None:
    for radii in ("eye", "embedding"):
        film = draw_training(TREE, every=1, size=2, dpi=60, radii=radii, labels=0)
        angles = np.arange(len(TREE), dtype=float)
        directions = np.column_stack([np.cos(angles), np.sin(angles)])
        film(1, 1.0, Embedding(list(TREE), directions, np.where(angles > 0, 12.0, 0.0)))
        film.save(tmp_path / f"{radii}.gif")
    pictures = []
    for radii in ("eye", "embedding"):
        with Image.open(tmp_path / f"{radii}.gif") as picture:
            pictures.append(np.asarray(picture.convert("RGB")).mean(axis=2) < 200)
    assert pictures[0][30:90, 30:90].sum() > 0
    assert (pictures[0] != pictures[1]).any()


def test_labels_stay_on_their_side_from_frame_to_frame() -> None:
    G = nx.balanced_tree(3, 4, create_using=nx.DiGraph)
    rng = np.random.default_rng(0)
    start = np.array(list(poincare_layout(G).values()))

    def jumps(sides: dict[int, np.ndarray] | None) -> float:
        stood: dict[str, np.ndarray] = {}
        turns = []
        for shift in rng.normal(0, 0.02, (12, *start.shape)):
            ax = Figure(figsize=(5, 5)).add_axes((0, 0, 1, 1))
            pos = dict(zip(G, np.clip(start + shift, -0.69, 0.69), strict=True))
            draw_frame(G, DrawingOptions(ax=ax, pos=pos, labels=12), sides=sides)
            for label in (text for text in ax.texts if isinstance(text, Annotation)):
                side = np.array(label.xyann) / np.linalg.norm(label.xyann)
                if label.get_text() in stood:
                    turns.append(side @ stood[label.get_text()] < 0.5)
                stood[label.get_text()] = side
        return float(np.mean(turns))

    assert jumps({}) < 0.5 * jumps(None)


def test_nothing_is_written_when_the_training_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="stop"), draw_training(TREE, tmp_path / "a.gif"):
        raise RuntimeError("stop")
    assert list(tmp_path.iterdir()) == []


def test_more_dimensions_are_refused_and_the_graph_is_untouched() -> None:
    G = TREE.copy()
    with pytest.raises(ValueError, match="two dimensions, not 3"):
        embed(G, 3, init="random", training=Training(epochs=1, burn_in=0), seed=0, callbacks=[draw_training(G)])
    assert not G.nodes[0]


def test_wrong_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, film_of) -> None:
    for wrong in ({"every": 0}, {"fps": 0}, {"size": -1}, {"dpi": "fine"}, {"radii": "long"}, {"ax": None}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            draw_training(TREE, **wrong)
    with pytest.raises(TypeError, match=r"neither .* has an option 'colours'"):  # not after the training
        draw_training(TREE, colours="level")
    with pytest.raises(ValueError, match=r"\.gif or \.mp4, not 'a.png'"):
        draw_training(TREE, "a.png")
    with pytest.raises(ValueError, match="no frames"):
        draw_training(TREE).save(tmp_path / "a.gif")
    with pytest.raises(ValueError, match="colour_by"):  # at the first frame, not after the training
        film_of(1, colour_by="mood")
    with pytest.raises(TypeError, match="expected a NetworkX graph"):
        draw_training([(0, 1)])  # type: ignore[arg-type]
    monkeypatch.setattr(FFMpegWriter, "isAvailable", classmethod(lambda cls: False))
    with pytest.raises(RuntimeError, match="needs the program ffmpeg"):
        draw_training(TREE, "a.mp4")
