"""The WordNet snapshot that comes with the package: where it lies and what is in it."""

from __future__ import annotations

import gzip
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.utils.arrays import BoolArray, IntArray

__all__ = ["SNAPSHOT_OF", "SynsetTable", "data_file", "load_wordnet_snapshot"]

SNAPSHOT_OF = {"n": "wordnet30_nouns.tsv.gz", "v": "wordnet30_verbs.tsv.gz"}


@dataclass(frozen=True, eq=False)
class SynsetTable:
    """The synsets of one part of speech and the direct edges between them.

    Attributes
    ----------
    names : tuple of str
        Synset names such as ``"dog.n.01"`` in the order of WordNet's data file.
    edges : ndarray of int64, shape (number of edges, 2)
        (hypernym, hyponym) as positions in ``names``, each pair once, in ascending order.
    is_instance : ndarray of bool, shape (number of edges,)
        Whether the hyponym of an edge is an instance (a particular city, river or person)
        and not a kind.

    See Also
    --------
    SynsetTable.from_pairs : from keys of any kind instead of positions.
    """

    names: tuple[str, ...]
    edges: IntArray
    is_instance: BoolArray

    @classmethod
    def from_pairs(
        cls,
        names: Sequence[str],
        keys: Sequence[Hashable],
        parents: Sequence[Hashable],
        children: Sequence[Hashable],
        is_instance: ArrayLike,
    ) -> SynsetTable:
        """Build from edges between keys, in any order.

        Parameters
        ----------
        names : sequence of str
            Synset names.
        keys : sequence of hashable
            What ``parents`` and ``children`` call each synset: its name or its offset.
        parents, children : sequence of hashable
            The ends of each edge. Of a pair that is both kind and instance, the kind counts.
        is_instance : array_like of bool
            Whether each edge leads to an instance.

        Raises
        ------
        ValueError
            If an edge speaks of a synset that is not among ``keys``.

        Examples
        --------
        >>> table = SynsetTable.from_pairs(["a.n.01", "b.n.01"], [7, 9], [7], [9], [False])
        >>> table.edges.tolist()
        [[0, 1]]
        """
        index = {key: position for position, key in enumerate(keys)}
        try:
            edges = np.array([[index[key] for key in parents], [index[key] for key in children]], dtype=np.int64).T
        except KeyError as error:
            raise ValueError(f"an edge leads to {error.args[0]!r}, which is not among the synsets") from None
        flags = np.asarray(is_instance, dtype=np.bool_).reshape(-1)
        order = np.lexsort((flags, edges[:, 1], edges[:, 0]))
        edges, flags = edges[order], flags[order]
        kept = np.ones(len(edges), dtype=np.bool_)
        kept[1:] = (edges[1:] != edges[:-1]).any(axis=1)
        return cls(tuple(names), edges[kept], flags[kept])


def load_wordnet_snapshot(pos: str = "n") -> SynsetTable:
    """Read the bundled hierarchy of WordNet 3.0.

    Parameters
    ----------
    pos : {"n", "v"}, default "n"
        Nouns or verbs.

    Returns
    -------
    SynsetTable
        82,115 synsets and 84,427 edges for nouns, 13,767 and 13,239 for verbs.

    Raises
    ------
    ValueError
        If ``pos`` is neither ``"n"`` nor ``"v"``.
    FileNotFoundError
        If the installation lacks the data.

    Examples
    --------
    >>> nouns = load_wordnet_snapshot()
    >>> len(nouns.names), len(nouns.edges), nouns.names[0]
    (82115, 84427, 'entity.n.01')
    """
    if pos not in SNAPSHOT_OF:
        raise ValueError(f"pos must be 'n' (nouns) or 'v' (verbs), not {pos!r}")
    with data_file(SNAPSHOT_OF[pos]).open("rb") as packed:
        text = gzip.decompress(packed.read()).decode("ascii")
    return _parse(text)


def data_file(name: str) -> Traversable:
    """Find a file of the bundled data.

    Packages carry the data as ``nx_poincare.data``; a checkout that is installed in place
    has it in the folder ``data`` of the repository.

    Parameters
    ----------
    name : str
        File name, for instance ``"LICENSE-WordNet.txt"``.

    Returns
    -------
    importlib.resources.abc.Traversable
        Readable by ``open`` and ``read_text`` as a path is.

    Raises
    ------
    FileNotFoundError
        If the file is in neither place.

    Examples
    --------
    >>> "Princeton" in data_file("LICENSE-WordNet.txt").read_text(encoding="utf-8")
    True
    """
    for folder in _data_folders():
        file = folder / name
        if file.is_file():
            return file
    raise FileNotFoundError(
        f"nx_poincare was installed without its data file {name!r}; "
        "install it again: python -m pip install --force-reinstall --no-deps nx-poincare"
    )


def _data_folders() -> list[Traversable]:
    """Where bundled data may lie, first choice first."""
    # Of the package itself: a folder without code is no package where that lies in a zip.
    return [resources.files("nx_poincare") / "data", Path(__file__).resolve().parents[3] / "data"]


def _parse(text: str) -> SynsetTable:
    """Table from lines of name, hypernyms, instance hypernyms; lines with # are comments."""
    names: list[str] = []
    parents: list[str] = []
    children: list[str] = []
    is_instance: list[bool] = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, hypernyms, instance_hypernyms = line.split("\t")
        names.append(name)
        for listed, instance in ((hypernyms, False), (instance_hypernyms, True)):
            for parent in listed.split():
                parents.append(parent)
                children.append(name)
                is_instance.append(instance)
    return SynsetTable.from_pairs(names, names, parents, children, is_instance)
