"""What stands at a path that is to be written: nothing, a file that can be replaced, or something else."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
from pathlib import Path

__all__ = [
    "check_replaceable",
    "check_writable",
    "copy_into",
    "drop_rights",
    "is_same_file",
    "is_stream",
    "keep_ownership",
    "must_stay",
    "open_stream",
    "real_path",
]

_DESCRIPTOR = re.compile(r"/(?:dev|proc/(?P<process>self|thread-self|\d+)(?:/task/\d+)?)/fd/(?P<number>\d+)")
_MOST_LINKS = 40
_CHUNK = 2**20
_PERMISSIONS = 0o777  # setuid, setgid and the sticky bit are never given to a new file
_NOT_PRESERVED = ("security.", "trusted.")  # capabilities, for instance, which are setuid by another name


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise the OSError that writing to ``path`` would raise, as far as it can be known before the work.

    Examples
    --------
    >>> check_writable("nowhere/a.txt")
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] there is no folder nowhere: 'nowhere/a.txt'
    """
    target = Path(path)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if stat.S_ISDIR(os.stat(path).st_mode):  # which tells loops of links, too long names, closed folders
            raise IsADirectoryError(errno.EISDIR, "is a folder", os.fspath(path))
    if _descriptor(path) is not None and not os.path.exists(path):
        raise OSError(errno.EBADF, "is closed", os.fspath(path))
    if is_stream(path):
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "cannot be written", os.fspath(path))
        return
    folder = real_path(path).parent
    named = folder if os.path.islink(path) else target.parent
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {named}", os.fspath(path))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"the folder {named} cannot be written", os.fspath(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is there and cannot be written", os.fspath(path))


def check_replaceable(path: str | os.PathLike[str]) -> None:
    """As `check_writable`, of a file that is read again later, which devices and pipes are not."""
    check_writable(path)
    if is_stream(path):
        raise OSError(errno.EINVAL, "is a device or a pipe, and is to be read again", os.fspath(path))


def real_path(path: str | os.PathLike[str]) -> Path:
    """Where a link leads in the end, if the path is one; else the path from the root."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else Path(path).absolute()


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether a path can be written to but not replaced: a device, a pipe, a socket, an open file of a process.

    Examples
    --------
    >>> is_stream(os.devnull), is_stream("nowhere.txt")
    (True, False)
    """
    try:
        is_file = stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False
    return not is_file or _descriptor(path) is not None


def is_same_file(first: str | os.PathLike[str], second: str | os.PathLike[str]) -> bool:
    """Whether two paths lead to one file, that is there or not yet, or is open as standard input, for instance.

    Devices and pipes are never the same, nor are two open files: what is written to one is put behind the other's.

    Examples
    --------
    >>> is_same_file("nowhere.txt", "./nowhere.txt"), is_same_file(os.devnull, os.devnull)
    (True, False)
    """
    if _descriptor(first) and _descriptor(second):
        return False
    try:
        one, other = os.stat(first), os.stat(second)
    except OSError:
        return _place(first) == _place(second)
    return stat.S_ISREG(one.st_mode) and os.path.samestat(one, other)


def _place(path: str | os.PathLike[str]) -> tuple[object, ...]:
    """What is equal for all spellings of a path to a file that is not there: its folder, if that is, and its name."""
    try:
        folder, name = os.path.split(os.path.realpath(path))
        found = os.stat(folder)
    except OSError:  # there is no such folder; nor one to start from, if the current one was removed
        return (os.path.normpath(path),)
    return found.st_dev, found.st_ino, name


def _descriptor(path: str | os.PathLike[str]) -> re.Match[str] | None:
    """The open file that a path such as ``/dev/stdout`` stands for, whatever file that is."""
    here = os.path.abspath(path)
    for _ in range(_MOST_LINKS):
        here = os.path.join(os.path.realpath(os.path.dirname(here)), os.path.basename(here))
        found = _DESCRIPTOR.fullmatch(here)
        if found or not os.path.islink(here):
            return found
        here = os.path.join(os.path.dirname(here), os.readlink(here))
    return None


def open_stream(path: str | os.PathLike[str]) -> int:
    """A descriptor to write to a stream, behind what is there; nothing is cut off."""
    found = _descriptor(path)
    if found and found["process"] in (None, "self", "thread-self", str(os.getpid())):
        for stream in (sys.stdout, sys.stderr):  # what was printed before comes before
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        return os.dup(int(found["number"]))
    return os.open(path, os.O_WRONLY | os.O_APPEND)


def drop_rights(handle: int) -> None:
    """Take setuid, setgid and the sticky bit from an open file whose content was written anew."""
    if hasattr(os, "fchmod") and os.fstat(handle).st_mode & ~_PERMISSIONS & 0o7777:
        with contextlib.suppress(OSError):
            os.fchmod(handle, os.fstat(handle).st_mode & _PERMISSIONS)


def must_stay(target: Path) -> bool:
    """Whether other names lead to the same file, which would not see a new one."""
    return target.exists() and target.stat().st_nlink > 1


def copy_into(source: Path, handle: int, *, replaces: bool) -> None:
    """Write what a file holds to an open one; where it replaces the content, only once there is room for it."""
    with open(source, "rb") as content:
        if replaces:
            size, before = os.fstat(content.fileno()).st_size, os.fstat(handle).st_size
            try:
                _take_room(handle, size)
            except OSError:
                os.ftruncate(handle, before)
                raise
        while chunk := content.read(_CHUNK):
            while chunk:
                chunk = chunk[os.write(handle, chunk) :]
    if replaces:
        os.ftruncate(handle, size)


def _take_room(handle: int, size: int) -> None:
    if size == 0 or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS):  # file systems that do not have it
            raise


def keep_ownership(handle: int, target: Path) -> int:
    """Give an open new file owner, group and attributes of the old one, as far as allowed; the mode it gets then.

    The mode is that of the old file without setuid and setgid, and without more for another group than for all.
    """
    old = target.stat()
    mode = stat.S_IMODE(old.st_mode) & _PERMISSIONS
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            os.fchown(handle, old.st_uid, -1)
        with contextlib.suppress(OSError):
            os.fchown(handle, -1, old.st_gid)
        if os.fstat(handle).st_gid != old.st_gid:
            mode &= ~0o070 | (mode & 0o007) << 3
    _keep_attributes(handle, target)
    return mode


def _keep_attributes(handle: int, target: Path) -> None:
    """Give an open new file the attributes of the old one, lists of rights among them, and no others."""
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        kept = [name for name in os.listxattr(target) if not name.startswith(_NOT_PRESERVED)]
        for name in kept:
            with contextlib.suppress(OSError):
                os.setxattr(handle, name, os.getxattr(target, name))
        for name in os.listxattr(handle):  # rights that the folder gives to new files
            if name not in kept and not name.startswith(_NOT_PRESERVED):
                with contextlib.suppress(OSError):
                    os.removexattr(handle, name)
