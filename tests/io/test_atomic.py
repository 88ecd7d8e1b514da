"""Files are written aside and renamed: whole or not at all."""

import errno
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from nx_poincare.io.atomic import write_aside


def test_the_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "graph.tsv.gz"
    with write_aside(target) as aside:
        assert aside.parent == tmp_path
        assert aside.name.endswith(".tsv.gz")
        aside.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file_alone(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail() -> None:
        with write_aside(target) as aside:
            aside.write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_permissions_are_those_of_a_plain_file_or_of_the_old_one(tmp_path: Path) -> None:
    plain, target = tmp_path / "plain", tmp_path / "target"
    plain.write_text("")
    with write_aside(target) as aside:
        aside.write_text("1")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    target.chmod(0o600)
    with write_aside(target) as aside:
        aside.write_text("2")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match=f"there is no folder {tmp_path / 'nowhere'}"),
        write_aside(tmp_path / "nowhere" / "a.txt"),
    ):
        pass


def test_a_name_in_the_current_folder_and_a_long_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "n" * 240 + ".txt"):
        with write_aside(name) as aside:
            aside.write_text(name)
        assert Path(name).read_text() == name
    assert len(os.listdir(tmp_path)) == 2


def test_a_device_and_a_link_are_written_as_such(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, real = tmp_path / "link.txt", tmp_path / "elsewhere" / "real.txt"
    for content in ("new", "newer"):  # first it points nowhere
        link.unlink(missing_ok=True)
        link.symlink_to(real)
        with write_aside(link) as aside:
            aside.write_text(content)
        assert link.is_symlink()
        assert real.read_text() == content
    before = os.stat(os.devnull).st_rdev
    with write_aside(os.devnull) as aside:
        aside.write_text("nothing")
    assert os.stat(os.devnull).st_rdev == before


def test_a_folder_is_refused_before_the_block(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match=re.escape(str(tmp_path))), write_aside(tmp_path):
        pytest.fail("the work was begun")


def test_the_next_write_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    with write_aside(tmp_path / "a.tsv.gz") as aside:
        leftover = aside.name[: -len("00000000.unfinished.tsv.gz")] + "0123abcd.unfinished.tsv.gz"
        assert aside.with_name(leftover).name.startswith(".a.tsv.")
    others = [".b.0123abcd.unfinished.tsv", ".a.tsv.0123abcd.tsv.gz", ".a.tsv.mine.unfinished.tsv.gz"]
    for name in (leftover, *others):
        (tmp_path / name).write_text("")
    with write_aside(tmp_path / "a.tsv.gz") as aside:
        assert not (tmp_path / leftover).exists()  # before the write, which may need the room
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, "a.tsv.gz"])


def test_two_writers_leave_each_other_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with write_aside(target) as first:
        first.write_text("first")
        with write_aside(target) as second:
            second.write_text("second")
        assert target.read_text() == "second"
        assert first.exists()
    assert target.read_text() == "first"


def test_many_threads_write_whole_files_with_the_mode_of_the_process(tmp_path: Path) -> None:
    """Asking for the mask of permissions by changing it would be seen by the other threads."""

    def write(number: int) -> int:
        for _ in range(20):
            with write_aside(tmp_path / f"{number % 3}.txt") as aside:
                aside.write_text(str(number) * 1000)
        return stat.S_IMODE((tmp_path / f"{number % 3}.txt").stat().st_mode)

    mask = os.umask(0o027)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(write, range(8))) == {0o640}
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(mask)
    texts = [path.read_text() for path in sorted(tmp_path.iterdir())]
    assert [len(text) for text in texts] == [1000] * 3
    assert all(len(set(text)) == 1 for text in texts)


def test_data_are_on_the_disk_before_the_name_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a power failure between two of these steps leaves is the old file or the new one."""
    steps: list[tuple[str, int]] = []
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        steps.append(("sync", os.fstat(handle).st_ino))
        fsync(handle)

    def replaced(path: Path, target: Path) -> Path:
        steps.append(("rename", path.stat().st_ino))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    with write_aside(tmp_path / "a.txt") as aside:
        aside.write_text("new")
    file, folder = (tmp_path / "a.txt").stat().st_ino, tmp_path.stat().st_ino
    assert steps == [("sync", file), ("rename", file), ("sync", folder)]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_failing_disk_is_told_with_the_name_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def failing(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match=re.escape(f"{os.strerror(number)}: '{target}'")), write_aside(target) as aside:
        aside.write_text("new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def save(path: str | os.PathLike[str], text: str) -> None:
    with write_aside(path) as aside:
        aside.write_text(text)


PRINTING = """
import sys
from nx_poincare.io.atomic import write_aside
print("printed")
with write_aside(sys.argv[1]) as aside:
    aside.write_text("saved\\n")
"""


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no such name")
class TestStandardOutputByItsName:
    @pytest.fixture(params=["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
    def command(self, request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
        if request.param.startswith("/proc") and not os.path.exists(request.param):
            pytest.skip("no such name")
        (tmp_path / "link").symlink_to("/dev/stdout")
        return [sys.executable, "-c", PRINTING, str(tmp_path / request.param)]

    def test_a_pipe(self, command: list[str]) -> None:
        assert subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout == "printed\nsaved\n"

    def test_a_log_that_grows(self, command: list[str], tmp_path: Path) -> None:
        """`>> log` put the file in the place of the log, and of all that was in it."""
        log = tmp_path / "log"
        log.write_text("old\n")
        number = log.stat().st_ino
        with log.open("a") as stream:
            subprocess.run(command, stdout=stream, check=True)
        assert log.read_text() == "old\nprinted\nsaved\n"
        assert log.stat().st_ino == number


def test_a_named_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit((tmp_path / "pipe").read_text)
        save(tmp_path / "pipe", "new")
        assert reading.result(timeout=60) == "new"
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_loop_of_links_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match="symbolic links") as raised:
        save(tmp_path / "a", "new")
    assert raised.value.errno == errno.ELOOP


@pytest.mark.parametrize("name", ["n" * 251 + ".txt", "n" * 50 + "." + "s" * 204, "ä" * 125 + ".tsv", "語" * 85])
def test_names_up_to_the_limit_of_the_file_system(tmp_path: Path, name: str) -> None:
    assert 250 <= len(os.fsencode(name)) <= 255
    for content in ("new", "newer"):
        save(tmp_path / name, content)
        assert (tmp_path / name).read_text() == content
    assert os.listdir(tmp_path) == [name]


def test_all_names_of_a_file_see_what_is_written(tmp_path: Path) -> None:
    target, other = tmp_path / "a.txt", tmp_path / "other.txt"
    target.write_text("old, and longer than the new")
    os.link(target, other)
    save(target, "new")
    assert other.read_text() == target.read_text() == "new"
    assert other.samefile(target)
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "other.txt"]


def test_a_file_that_is_mounted_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    number = target.stat().st_ino

    def busy(path: Path, target: Path) -> Path:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path), None, str(target))

    monkeypatch.setattr(Path, "replace", busy)
    save(target, "new")
    assert (target.read_text(), target.stat().st_ino) == ("new", number)
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_full_disk_keeps_a_file_that_cannot_be_replaced(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    target = tmp_path / "a.txt"
    target.write_text("old")
    os.link(target, tmp_path / "other.txt")

    def write_more() -> None:
        with write_aside(target) as aside:
            aside.write_text("new" * 100)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with pytest.raises(OSError, match=r"File too large: '.*a\.txt'"):
            write_more()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert target.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "other.txt"]


def test_the_rights_of_an_older_file(tmp_path: Path) -> None:
    """Owner, group and permissions stay; that it ran with its owner's rights does not."""
    target = tmp_path / "a.txt"
    target.write_text("old")
    if os.getuid() == 0:
        os.chown(target, 12345, 23456)
    for mode in (0o4755, 0o2755, 0o1644, 0o640):
        target.chmod(mode)
        save(target, "new")
        assert stat.S_IMODE(target.stat().st_mode) == mode & 0o777
    if os.getuid() == 0:
        assert (target.stat().st_uid, target.stat().st_gid) == (12345, 23456)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes")
def test_attributes_of_an_older_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    try:
        os.setxattr(target, "user.origin", b"here")
    except OSError:
        pytest.skip("this file system has none")
    save(target, "new")
    assert os.getxattr(target, "user.origin") == b"here"


@pytest.mark.parametrize("step", ["os.open", "nx_poincare.io.atomic._take_lock"])
def test_an_interrupt_while_the_file_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The signal comes when the system has made it, before who asked for it knows."""
    (tmp_path / "v.tsv").write_text("old")
    usual = resolve_name(step)

    def interrupted(*arguments: Any) -> Any:
        done = usual(*arguments)
        if step != "os.open" or arguments[1] & os.O_CREAT:
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as patch:
        patch.setattr(step, interrupted)
        with pytest.raises(KeyboardInterrupt), write_aside(tmp_path / "v.tsv"):
            pytest.fail("the interrupt came before the block")
    assert [path.name for path in tmp_path.iterdir()] == ["v.tsv"]
    assert (tmp_path / "v.tsv").read_text() == "old"
