"""Full disks, read-only places, closed streams: a clear error, the right exit code, nothing lost."""

import errno
import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner

import nx_poincare as nxp
from nx_poincare.cli.running import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and permissions of POSIX")
WRITERS: dict[str, Callable[[nx.DiGraph, nxp.Embedding, Path], Any]] = {
    **{
        name: lambda G, emb, path: emb.save(path)
        for name in ("e.npz", "e.parquet", "v.tsv", "v.tsv.gz", "v.vec", "t.csv")
    },
    **{
        name: lambda G, emb, path: nxp.export_graph(G, path)
        for name in ("g.graphml", "g.gexf", "g.gml", "g.json", "g.dot", "g.json.gz")
    },
    "v.bin": lambda G, emb, path: emb.save(path, float32=True),
    "page.html": lambda G, emb, path: nxp.write_html(G, path),
}
TRAINING = {"init": "random", "training": nxp.Training(epochs=12, burn_in=0), "seed": 0, "progress": False}


@contextmanager
def full_disk(room: int = 100) -> Iterator[None]:
    """No file grows beyond so many bytes meanwhile."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def tree() -> nx.DiGraph:
    return nx.balanced_tree(3, 3, create_using=nx.DiGraph)


@pytest.fixture(scope="module")
def embedded() -> tuple[nx.DiGraph, nxp.Embedding]:
    G = tree()
    return G, nxp.embed(G)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    nx.write_edgelist(tree(), "edges.tsv", delimiter="\t", data=False)
    return tmp_path


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_keeps_the_old_file_and_names_it(
    tmp_path: Path, embedded: tuple[nx.DiGraph, nxp.Embedding], name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"old")
    with pytest.raises(OSError, match=name) as raised, full_disk():
        WRITERS[name](*embedded, path)
    assert raised.value.errno == errno.EFBIG
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_the_memory_of_failed_writes_is_collected(tmp_path: Path, embedded: tuple[nx.DiGraph, nxp.Embedding]) -> None:
    """A buffer that is still in use when it is collected ends Python 3.12 and is an error of later ones."""
    for name, write in WRITERS.items():
        with pytest.raises(OSError, match=name) as raised, full_disk():
            write(*embedded, tmp_path / name)
        raised.value.itself = raised.value  # so that the collector frees what the traceback holds
    del raised
    gc.collect()


@pytest.mark.parametrize("dim", [3, 5])
@pytest.mark.parametrize("kind", ["epochs", "cones"])
def test_a_checkpoint_on_a_full_disk_does_not_end_the_training(tmp_path: Path, dim: int, kind: str) -> None:
    G, options = tree(), {**TRAINING, "dim": dim}
    if kind == "cones":
        G.add_edges_from((v, v + 5) for v in range(5, 30, 3))
        options |= {"init": "cones", "training": None}
    path, limits = nxp.Checkpoint(tmp_path / "run.npz", every=4), []

    def fill(step: int, *_: Any) -> None:
        if step == 6:
            limits.append(full_disk())
            limits[0].__enter__()

    whole = nxp.embed(G, **options)
    try:
        with pytest.warns(UserWarning, match=r"checkpoint was not written.*File too large: '.*run\.npz'"):
            saved = nxp.embed(G, **options, checkpoint=path, callbacks=[fill])
    finally:
        limits[0].__exit__(None, None, None)
    assert saved == whole
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]
    seen: list[int] = []
    again = nxp.embed(G, **options, checkpoint=path, callbacks=[lambda step, *_: seen.append(step)])
    assert again == whole
    assert seen[0] == 5


def test_a_checkpoint_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    G = tree()
    with pytest.raises(FileNotFoundError, match="no folder"):
        nxp.embed(G, **TRAINING, checkpoint=tmp_path / "nowhere" / "run.npz")
    with pytest.raises(IsADirectoryError):
        nxp.embed(G, **TRAINING, checkpoint=tmp_path)
    assert not any(data for _, data in G.nodes(data=True))


class TestCommandLine:
    @pytest.mark.parametrize("outputs", [("full.tsv", "e.npz", "v.tsv"), ("e.npz", "v.tsv", "full.tsv")])
    def test_what_can_be_written_is_written(self, folder: Path, outputs: tuple[str, ...]) -> None:
        Path("full.tsv").symlink_to("/dev/full")
        done = CliRunner().invoke(main, ["embed", "edges.tsv", *(part for name in outputs for part in ("-o", name))])
        assert done.exit_code == 1
        assert "full.tsv: No space left on device\n" in done.stderr
        assert len(nxp.Embedding.load("e.npz")) == len(nxp.Embedding.load("v.tsv")) == 40

    def test_every_failure_is_told(self, folder: Path) -> None:
        with full_disk():
            done = CliRunner().invoke(main, ["embed", "edges.tsv", "-o", "e.npz", "-o", "v.tsv", "-o", "g.json"])
        assert done.exit_code == 1
        quality, *told = done.stderr.splitlines()
        assert quality.startswith("mean rank")
        assert [line.count("File too large") for line in told] == [1, 1, 1]
        assert os.listdir() == ["edges.tsv"]

    @pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
    @pytest.mark.parametrize("room", [0, 100, 5000])
    def test_a_picture_on_a_full_disk(self, folder: Path, suffix: str, room: int) -> None:
        with full_disk(room):
            done = CliRunner().invoke(main, ["draw", "edges.tsv", "-o", f"p.{suffix}", "--size", "2"])
        assert (done.exit_code, done.stderr) == (1, f"Error: p.{suffix}: File too large\n")
        assert os.listdir() == ["edges.tsv"]

    def test_the_folder_of_a_checkpoint_is_looked_at_first(self, folder: Path) -> None:
        done = CliRunner().invoke(main, ["embed", "nowhere.tsv", "--checkpoint", "no/run.npz"])
        assert done.exit_code == 2
        assert "--checkpoint" in done.stderr
        assert "there is no folder no" in done.stderr

    @pytest.mark.parametrize(
        ("closed", "arguments", "code"),
        [
            ("stderr", ["embed", "edges.tsv", "--init", "random", "--epochs", "2", "-o", "e.npz"], 0),
            ("stdout", ["embed", "edges.tsv", "-o", "e.npz"], 0),
            ("stdout", ["embed", "edges.tsv"], 2),
            ("stdout", ["query", "nowhere.npz", "1"], 2),
            ("stdout", ["evaluate", "nowhere.npz", "edges.tsv"], 2),
            ("stdin", ["embed", "-", "--format", "tsv"], 1),
        ],
    )
    def test_closed_streams(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, closed: str, arguments: list[str], code: int
    ) -> None:
        monkeypatch.setattr(sys, closed, None)  # what Python has for a stream that is closed when it starts
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == code
        assert Path("e.npz").exists() == ("-o" in arguments)

    def test_messages_that_cannot_be_told_cost_no_result(self, folder: Path) -> None:
        with open("/dev/full", "w") as full:
            command = [sys.executable, "-m", "nx_poincare", "embed", "edges.tsv", "-o", "e.npz", "-o", "v.tsv"]
            assert subprocess.run(command, stderr=full).returncode == 0
        assert len(nxp.Embedding.load("e.npz")) == len(nxp.Embedding.load("v.tsv")) == 40


PERMISSIONS = """
import json, os, networkx as nx, nx_poincare as nxp
from click.testing import CliRunner
from nx_poincare.cli import main

def told(*arguments):
    try:
        runner = CliRunner(mix_stderr=False)  # click 8.1
    except TypeError:
        runner = CliRunner()
    done = runner.invoke(main, arguments)
    return done.exit_code, done.stderr.splitlines()[-1:]

def raised(call):
    try:
        call()
    except OSError as error:
        return type(error).__name__, error.filename

G = nx.balanced_tree(2, 2, create_using=nx.DiGraph)
emb = nxp.embed(G, store_as=None, store_pos_as=None, level_as=None)
print(json.dumps({
    "package": nxp.__file__,
    "folder": told("embed", "edges.tsv", "-o", "locked/v.tsv"),
    "file": told("embed", "edges.tsv", "-o", "protected.tsv"),
    "checkpoint": told("embed", "edges.tsv", "--dim", "5", "--checkpoint", "locked/run.npz"),
    "input": told("embed", "secret.tsv"),
    "saved": raised(lambda: emb.save("locked/e.npz")),
    "over": raised(lambda: emb.save("protected.tsv")),
    "embed": raised(lambda: nxp.embed(G, init="random", training=1, checkpoint="locked/run.npz")),
    "loaded": raised(lambda: nxp.Embedding.load("secret.tsv")),
    "attributes": sum(len(data) for _, data in G.nodes(data=True)),
}))
"""
# Root may write everywhere, but not without its capabilities.
UNPRIVILEGED = (
    ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if hasattr(os, "getuid") and not os.getuid() else []
)


def without_permission(folder: Path, **environment: str) -> dict[str, Any]:
    """What the script above prints where permissions count."""
    command = [*UNPRIVILEGED, sys.executable, "-c", PERMISSIONS]
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def check_permissions(told: dict[str, Any]) -> None:
    assert told["folder"][0] == told["file"][0] == told["checkpoint"][0] == 2
    assert "the folder locked cannot be written" in told["folder"][1][0]
    assert "the file is there and cannot be written" in told["file"][1][0]
    assert "'--checkpoint': locked/run.npz: the folder locked cannot be written" in told["checkpoint"][1][0]
    assert told["input"] == [1, ["Error: secret.tsv: Permission denied"]]
    assert told["saved"] == ["PermissionError", "locked/e.npz"]
    assert told["over"] == ["PermissionError", "protected.tsv"]
    assert told["embed"] == ["PermissionError", "locked/run.npz"]
    assert told["loaded"] == ["PermissionError", "secret.tsv"]
    assert told["attributes"] == 0


@pytest.fixture
def guarded(folder: Path) -> Iterator[Path]:
    """A folder with one that cannot be written, a file that cannot, and one that cannot be read."""
    (folder / "locked").mkdir(mode=0o555)
    for name, mode in (("protected.tsv", 0o444), ("secret.tsv", 0)):
        (folder / name).write_text("a\tb\n")
        (folder / name).chmod(mode)
    yield folder
    (folder / "locked").chmod(0o755)


def test_missing_permissions(guarded: Path) -> None:
    check_permissions(without_permission(guarded))
    assert (guarded / "protected.tsv").read_text() == "a\tb\n"
    assert sorted(os.listdir(guarded)) == ["edges.tsv", "locked", "protected.tsv", "secret.tsv"]


@pytest.mark.soak
def test_read_only_package_and_home(guarded: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Everything is compiled anew, and works."""
    site, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(nxp.__file__).parent, site / "nx_poincare", ignore=ignored)
    folders = [home, site, *(path for path in site.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    environment = {"PYTHONPATH": str(site), "HOME": str(home), "XDG_CACHE_HOME": str(home), "MPLCONFIGDIR": str(home)}
    try:
        told = without_permission(guarded, **environment)
    finally:
        for path in folders:
            path.chmod(0o755)
    assert Path(told["package"]).is_relative_to(site)
    check_permissions(told)
    assert not [*site.rglob("*.nbi"), *site.rglob("*.pyc"), *home.iterdir()]


@pytest.mark.soak
@pytest.mark.parametrize("room", [20, 64, 160, 1024])
def test_a_file_system_that_is_really_full(folder: Path, room: int) -> None:
    """All outputs into a small file system in memory, over old ones: what fits is new, the rest is old."""
    small = folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("this user may not mount")
    try:
        names = ("e.npz", "v.tsv", "g.graphml", "g.gexf")
        G = nx.gn_graph(500, seed=0).reverse()
        nx.write_edgelist(G, "large.tsv", delimiter="\t", data=False)
        for name in names:
            (small / name).write_text("old")
        outputs = [part for name in names for part in ("-o", f"small/{name}")]
        done = CliRunner().invoke(main, ["embed", "large.tsv", *outputs])
        kept = [name for name in names if (small / name).read_bytes() == b"old"]
        assert done.exit_code == (1 if kept else 0)
        assert [
            name for name in names if f"small/{name}: No space" in done.stderr or f"small/{name}'" in done.stderr
        ] == kept
        assert (len(kept) > 0) == (room < 1024)
        assert sorted(os.listdir(small)) == sorted(names)
        for name in set(names) - set(kept):
            assert np.array_equal(nxp.Embedding.load(small / name).levels >= -1, [True] * 500)
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("suffix", ["gif", "mp4"])
def test_a_film_on_a_file_system_that_is_really_full(folder: Path, suffix: str) -> None:
    """ffmpeg left half of a film, and said that all was well."""
    if suffix == "mp4" and shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg")
    small = folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("this user may not mount")
    try:
        path = small / f"film.{suffix}"
        path.write_text("old")
        film = nxp.draw_training(tree(), every=4, size=3, dpi=50)
        nxp.embed(tree(), **TRAINING, callbacks=[film])
        with pytest.raises(OSError, match=rf"No space left on device: '.*film\.{suffix}'"):
            film.save(path)
        assert path.read_text() == "old"
        assert os.listdir(small) == [path.name]
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("kind", ["epochs", "cones"])
def test_a_disk_that_is_full_before_the_work_is_told_before_it(tmp_path: Path, kind: str) -> None:
    G, options, seen = tree(), {**TRAINING, "dim": 3}, []
    if kind == "cones":
        G.add_edges_from((v, v + 5) for v in range(5, 30, 3))
        options |= {"init": "cones", "training": None}
    with pytest.raises(OSError, match=r"File too large: '.*run\.npz'"), full_disk():
        nxp.embed(G, **options, checkpoint=tmp_path / "run.npz", callbacks=[lambda *_: seen.append(1)])
    assert not seen
    assert os.listdir(tmp_path) == []
