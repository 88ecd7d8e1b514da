"""Parquet that workers read."""

from __future__ import annotations

import os

import numpy as np
import pytest
from click.testing import CliRunner
from clusters import kill_all_after_the_first_result
from optional_packages import needed

import nx_poincare as nxp
from nx_poincare.cli import main
from nx_poincare.cli.running import printable
from nx_poincare.io.streams import GraphFileError


@pytest.fixture
def folder(tmp_path, hierarchy):
    """The edges as parts of a table, each with names of its own and of others."""
    arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    (tmp_path / "edges").mkdir()
    for part, rows in enumerate(np.array_split(hierarchy.edges, 12)):
        columns = {name: [f"node {i}" for i in own] for name, own in zip(("parent", "child"), rows.T, strict=True)}
        parquet.write_table(arrow.table(columns), tmp_path / "edges" / f"part.{part}.parquet")
    return tmp_path / "edges"


def test_parts_are_numbered_as_at_home_though_all_workers_are_killed(client, folder, monkeypatch):
    killed = kill_all_after_the_first_result(client, monkeypatch)
    there, here = nxp.Hierarchy.from_file(folder, client=client), nxp.Hierarchy.from_file(folder)
    assert killed
    assert there.nodes == here.nodes
    assert there.edges.tobytes() == here.edges.tobytes()


def test_a_damaged_part_is_named_as_at_home(client, folder):
    with open(folder / "part.7.parquet", "r+b") as part:
        part.seek(4)
        part.write(b"\xff" * 40)
    messages = []
    for options in ({}, {"client": client}):
        with pytest.raises(GraphFileError, match=r"part\.7\.parquet: is not a Parquet file") as raised:
            nxp.Hierarchy.from_file(folder, **options)
        messages.append(str(raised.value))
    done = CliRunner().invoke(main, ["embed", str(folder), "--scheduler", client.scheduler.address])
    assert (done.exit_code, done.stderr.split()) == (1, ["Error:", *map(printable, messages[0].split())])
    assert messages[0] == messages[1]


def _hide(is_hidden):
    """Let a worker find no file that it opens for reading a piece of a table."""
    import errno

    from nx_poincare.io.graphs import parquet_pieces

    def none(path, *_):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    parquet_pieces.__dict__.pop("open", None)
    if is_hidden:
        parquet_pieces.open = none


def test_a_folder_that_workers_do_not_see(client, folder):
    client.run(_hide, True)
    try:
        with pytest.raises(FileNotFoundError, match="on a worker; every machine must have the files") as raised:
            nxp.Hierarchy.from_file(folder, client=client)
    finally:
        client.run(_hide, False)
    assert raised.value.filename == str(folder / "part.0.parquet")
