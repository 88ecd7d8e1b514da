"""Training in motion: frames recorded while points move, written as a GIF or an MP4."""

from __future__ import annotations

import errno
import logging
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
import networkx as nx
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.figure import Figure
from PIL.Image import Dither

from nx_poincare.drawing.disk import draw_frame
from nx_poincare.drawing.options import NAMES_ELSEWHERE, DrawingOptions
from nx_poincare.drawing.positions import Radii, check_radii
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.io.atomic import write_aside
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.checks import check_count, check_positive
from nx_poincare.utils.left_contexts import leaves_contexts
from nx_poincare.utils.names_of_options import with_hints
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.warn import warn_caller

__all__ = ["TrainingFilm", "draw_training"]

_logger = logging.getLogger(__name__)

_SUFFIXES = (".gif", ".mp4")
_HELD = 2.0  # seconds that the last frame stays
_LABELS = 12  # few, since they move
_COLOURS = 255  # of a GIF


class _Frame(NamedTuple):
    epoch: int
    loss: float
    points: Embedding


class TrainingFilm:
    """Records frames as a callback of `nx_poincare.embed` and writes them; made by `draw_training`.

    Attributes
    ----------
    frames : list
        Epoch, loss and `Embedding` of each frame so far.
    """

    def __init__(
        self, G: nx.Graph, path: Path | None, every: int, fps: int, size: float, dpi: float, drawing: DrawingOptions
    ) -> None:
        self.frames: list[_Frame] = []
        self._graph, self._path, self._every = G, path, every
        self._fps, self._size, self._dpi, self._drawing = fps, size, dpi, drawing
        self._last: _Frame | None = None
        self._sides: dict[int, FloatArray] = {}  # where labels stood in the frame before

    def __call__(self, epoch: int, loss: float, points: Embedding) -> None:
        """Record a frame if it is due."""
        if points.dim != 2:
            raise ValueError(
                f"draw_training shows two dimensions, not {points.dim}: train with dim=2, "
                "or draw the result, which has positions for the eye, with draw_poincare"
            )
        self._last = _Frame(epoch, loss, points)
        if epoch % self._every == 0 or not self.frames:
            self.frames.append(self._last)
            if len(self.frames) == 1:
                self._draw(Figure(figsize=(1, 1)), self._last)  # a wrong option is refused now, not after the training

    def __enter__(self) -> TrainingFilm:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the file, if there is a path and nothing went wrong."""
        if kind is None and self._path is not None:
            self.save(self._path)

    @leaves_contexts
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all frames, the last epoch included, as ``.gif`` or ``.mp4``.

        Raises
        ------
        ValueError
            If there are no frames, or the suffix is another.
        OSError
            If the file cannot be written; an older one stays.
        RuntimeError
            If ``ffmpeg``, which writes ``.mp4``, is not there.
        """
        target = Path(path)
        writer = _writer(target, self._fps)
        if self._last is None:
            raise ValueError("no frames were recorded; pass this to embed(..., callbacks=[...])")
        frames = self.frames if self.frames[-1] is self._last else [*self.frames, self._last]
        figure = Figure(figsize=(self._size, self._size))
        self._sides.clear()
        with write_aside(target) as aside, _errors_of_ffmpeg(target), writer.saving(figure, str(aside), self._dpi):
            for frame in progress_bar(len(frames), "film", "frame", iterable=frames):
                self._draw(figure, frame)
                writer.grab_frame(facecolor=figure.get_facecolor())
            for _ in range(round(_HELD * self._fps)):
                writer.grab_frame(facecolor=figure.get_facecolor())
        _logger.info("wrote %d frames to %s", len(frames), target)

    def _draw(self, figure: Figure, frame: _Frame) -> None:
        figure.clear()
        ax = figure.add_axes((0.01, 0.01, 0.98, 0.92))
        title = f"epoch {frame.epoch:,}   loss {frame.loss:.3f}"
        options = replace(self._drawing, ax=ax, pos=frame.points, title=title)
        draw_frame(self._graph, options, sides=self._sides)


@with_hints(NAMES_ELSEWHERE)
def draw_training(
    G: nx.Graph,
    path: str | os.PathLike[str] | None = None,
    *,
    every: int = 10,
    radii: Radii | Literal["true"] = "eye",
    fps: int = 10,
    size: float = 6,
    dpi: float = 100,
    **drawing: Any,
) -> TrainingFilm:
    """Record a training and write it as a moving picture: points that find their places.

    Parameters
    ----------
    G : networkx graph
        The graph that is embedded.
    path : path, optional
        Where the ``with`` block writes the film, ``.gif`` or ``.mp4`` (which needs ``ffmpeg``).
        Without it, call ``save(path)``.
    every : int, default 10
        Epochs from one frame to the next; the first and the last epoch are always there.
    radii : {"eye", "embedding"}, default "eye"
        Training sends most nodes to the rim, where no picture can show them apart. "eye" scales the
        hyperbolic radii of a frame down so that nine nodes in ten lie within 0.9 of the disk; "embedding"
        shows the points as they are.
    fps : int, default 10
        Frames a second.
    size : float, default 6
        Width and height in inches.
    dpi : float, default 100
        Dots per inch.
    **drawing
        Options of `nx_poincare.draw_poincare`, such as ``colour_by`` or ``dark``; 12 labels by default.

    Returns
    -------
    TrainingFilm
        A callback for `nx_poincare.embed`, and a context manager that writes the file when its
        block ends without an error.

    Raises
    ------
    TypeError
        If ``G`` is not a NetworkX graph.
    ValueError
        If an option is out of range or ``path`` has another suffix; while training, if it is not
        in two dimensions.
    RuntimeError
        If ``path`` ends in ``.mp4`` and ``ffmpeg`` is not there.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp, tempfile, pathlib
    >>> G = nx.balanced_tree(2, 3, create_using=nx.DiGraph)
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "training.gif"
    >>> with nxp.draw_training(G, path, every=5, size=2) as film:
    ...     _ = nxp.embed(G, init="random", training=nxp.Training(epochs=10, burn_in=0), seed=0, callbacks=[film])
    >>> [frame.epoch for frame in film.frames], path.exists()
    ([1, 5, 10], True)
    """
    if not isinstance(G, nx.Graph):
        raise TypeError(f"expected a NetworkX graph, got {type(G).__name__}")
    check_count("every", every, 1)
    if radii == "true":
        warn_caller("radii='true' is now radii='embedding'", DeprecationWarning)
        radii = "embedding"
    check_radii(radii)
    for name, value in (("fps", fps), ("size", size), ("dpi", dpi)):
        check_positive(name, value)
    for name in ("ax", "pos", "title"):
        if name in drawing:
            raise ValueError(f"{name} is not an option here: every frame has its own")
    unknown = next((name for name in drawing if name not in DrawingOptions.__dataclass_fields__), None)
    if unknown is not None:
        raise TypeError(f"neither draw_training() nor draw_poincare() has an option {unknown!r}")
    options = DrawingOptions(**{"labels": _LABELS, "radii": radii, **drawing})
    target = None if path is None else Path(path)
    if target is not None:
        _writer(target, fps)
    return TrainingFilm(G, target, int(every), fps, size, dpi, options)


class _OnePaletteWriter(PillowWriter):
    """Gives all frames the colours of the last: each with its own, they would flicker, and a GIF be twice as large."""

    _frames: list[Any]

    def finish(self) -> None:
        palette = self._frames[-1].convert("RGB").quantize(_COLOURS, kmeans=2)
        self._frames = [frame.convert("RGB").quantize(palette=palette, dither=Dither.NONE) for frame in self._frames]
        super().finish()


def _writer(path: Path, fps: int) -> AbstractMovieWriter:
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise ValueError(f"the file must end in {' or '.join(_SUFFIXES)}, not {path.name!r}")
    if suffix == ".gif":
        return _OnePaletteWriter(fps=fps)
    if not FFMpegWriter.isAvailable():
        raise RuntimeError("writing .mp4 needs the program ffmpeg, which is not there; install it or write a .gif")
    # By itself ffmpeg calls it a success when the disk is full.
    return FFMpegWriter(fps=fps, extra_args=[*mpl.rcParams["animation.ffmpeg_args"], "-xerror"])


@contextmanager
def _errors_of_ffmpeg(target: Path) -> Iterator[None]:
    """Raises the OSError that a writer of our own would raise."""
    try:
        yield
    except subprocess.CalledProcessError as error:
        full = os.strerror(errno.ENOSPC)
        if full in str(error.stderr):
            raise OSError(errno.ENOSPC, full, str(target)) from error
        raise OSError(errno.EIO, f"ffmpeg ended with exit code {error.returncode}", str(target)) from error
