"""What stands at a path that is to be written decides how it is written, and who may read it afterwards."""

import errno
import os
import stat
import struct
import tempfile
from pathlib import Path

import pytest

from nx_poincare.io.atomic import write_aside
from nx_poincare.io.targets import check_writable, is_same_file

USER, OTHER_USER, GROUP, MASK, OTHERS = 1, 2, 4, 16, 32  # tags of entries in a list of rights, as Linux stores it
NOBODY = 65534


def save(path: str | os.PathLike[str], text: str) -> None:
    with write_aside(path) as aside:
        aside.write_text(text)


def rights(*entries: tuple[int, int, int]) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def test_a_file_with_several_names_loses_setuid_as_well(tmp_path: Path) -> None:
    """Root may write to a file and leave it what it was: one that runs with the rights of its owner."""
    target = tmp_path / "a.txt"
    target.write_text("old")
    os.link(target, tmp_path / "other.txt")
    for mode in (0o4755, 0o2755, 0o1644, 0o640):
        target.chmod(mode)
        save(target, "new")
        assert stat.S_IMODE(target.stat().st_mode) == mode & 0o777
    assert (tmp_path / "other.txt").read_text() == "new"


def test_a_folder_that_gives_rights_to_new_files_gives_none_to_an_older_one(tmp_path: Path) -> None:
    """What the new file inherits would let others read what they could not before."""
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o640)
    whole = 2**32 - 1
    default = rights((USER, 7, whole), (OTHER_USER, 7, NOBODY), (GROUP, 5, whole), (MASK, 7, whole), (OTHERS, 0, whole))
    try:
        os.setxattr(tmp_path, "system.posix_acl_default", default)
    except (OSError, AttributeError):
        pytest.skip("this file system has no lists of rights")
    save(target, "new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert "system.posix_acl_access" not in os.listxattr(target)


@pytest.mark.skipif(not hasattr(os, "fork") or os.getuid() != 0, reason="needs another user's file")
def test_another_users_file_in_a_shared_folder_is_written_in_place() -> None:
    """In /tmp everybody may write to a file that allows it, but only its owner may replace it."""
    with tempfile.TemporaryDirectory() as shared:  # folders of pytest are closed to other users
        os.chmod(shared, 0o1777)
        target = Path(shared, "a.txt")
        target.write_text("old, and longer")
        target.chmod(0o666)
        child = os.fork()
        if child == 0:
            try:
                os.setuid(NOBODY)
                save(target, "new")
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert (target.read_text(), target.stat().st_uid) == ("new", 0)
        assert os.listdir(shared) == ["a.txt"]


def test_errors_of_a_file_that_is_written_in_place_name_it_as_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("old")

    def forbidden(*_: object) -> Path:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    opened = os.open

    def append_only(path: str | os.PathLike[str], flags: int, *more: int) -> int:
        if Path(path).name == "a.txt" and flags & os.O_WRONLY:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), os.fspath(path))
        return opened(path, flags, *more)

    monkeypatch.setattr(Path, "replace", forbidden)
    monkeypatch.setattr(os, "open", append_only)
    with pytest.raises(PermissionError) as raised:
        save("a.txt", "new")
    assert raised.value.filename == "a.txt"
    assert Path("a.txt").read_text() == "old"


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no such folder")
def test_open_files_by_number(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with target.open() as stream:
        name = f"/dev/fd/{stream.fileno()}"
        assert is_same_file(name, target)
        assert not is_same_file(name, tmp_path / "other.txt")
        check_writable(name)
    with pytest.raises(OSError, match="is closed") as raised:
        check_writable(name)
    assert raised.value.errno == errno.EBADF


def test_files_that_are_not_there_yet_are_the_same_in_one_folder_by_two_names(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    assert is_same_file(folder / "a.txt", tmp_path / "link" / "a.txt")
    assert is_same_file(folder / "a.txt", folder / ".." / "folder" / "a.txt")
    assert not is_same_file(folder / "a.txt", folder / "b.txt")
    assert is_same_file(tmp_path / "no" / "a.txt", tmp_path / "no" / "a.txt")


def test_the_folder_that_a_link_leads_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere" / "a.txt")
    with pytest.raises(FileNotFoundError, match=f"there is no folder {tmp_path / 'nowhere'}"):
        check_writable(tmp_path / "link")
