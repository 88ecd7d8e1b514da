"""Writing files so that nothing is ever half-written: aside first, then renamed."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from nx_poincare.io.suffixes import is_gzipped

try:
    import fcntl
except ImportError:  # Windows: files of killed processes stay there
    fcntl = None  # type: ignore[assignment]

__all__ = ["check_writable", "destination", "write_aside"]

_CANNOT_SYNC = (errno.EINVAL, errno.ENOTSUP)  # file systems that have no such thing


@contextlib.contextmanager
def write_aside(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that replaces it when the block ends well.

    The temporary name keeps the suffix of ``path``, so that writers that choose a
    format by suffix work. When the block raises, the temporary file is removed and
    an older ``path`` stays as it was. A reader of ``path`` meanwhile, or after the process
    was killed or the power failed, finds the old content or the new one: the data are on the
    disk before the name changes, and the name is before the block is left.

    What a killed process leaves, ``.NAME.xxxxxxxx.unfinished.SUFFIX``, goes with the next
    write of the same name. A symbolic link is followed; a device or a pipe is written itself.

    Raises
    ------
    OSError
        If the file cannot be written; it names ``path`` and not the temporary file.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with write_aside(folder / "a.txt") as aside:
    ...     _ = aside.write_text("all of it")
    >>> (folder / "a.txt").read_text()
    'all of it'
    """
    check_writable(path)
    target = Path(path).resolve() if os.path.islink(path) else Path(path)
    if _is_device(target):
        with _errors_naming(path, target):
            yield target
        return
    _remove_leftovers(target)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    handle, aside = _create_aside(target, mode)
    try:
        with _errors_naming(path, aside):
            yield aside
            if mode is not None:
                aside.chmod(mode)
            _sync(handle)
            if fcntl is None:  # Windows does not rename what is open
                os.close(handle)
                handle = -1
            aside.replace(target)
        _sync_folder(target.absolute().parent)
    finally:
        if handle >= 0:
            os.close(handle)
        with contextlib.suppress(FileNotFoundError):
            aside.unlink()


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
    folder = (target.resolve() if target.is_symlink() else target.absolute()).parent
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", os.fspath(path))
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {target.parent}", os.fspath(path))
    if not (_is_device(target) or os.access(folder, os.W_OK | os.X_OK)):
        raise PermissionError(errno.EACCES, f"the folder {target.parent} cannot be written", os.fspath(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is there and cannot be written", os.fspath(path))


def _is_device(target: Path) -> bool:
    """Whether there is something other than a file: a device, a pipe, a socket."""
    return target.exists() and not target.is_file()


def _create_aside(target: Path, mode: int | None) -> tuple[int, Path]:
    """An open, locked new file beside the target. The lock shows other processes that it is in use."""
    start, end = _affixes(target)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        aside = target.with_name(f"{start}{secrets.token_hex(4)}{end}")
        with _errors_naming(target, aside):
            try:
                handle = os.open(aside, flags, 0o666 if mode is None else mode | 0o600)
            except FileExistsError:
                continue
        if _take_lock(handle) is not False and aside.exists():
            return handle, aside
        os.close(handle)  # another process took it for a leftover


def _take_lock(handle: int) -> bool | None:
    """Whether this process holds the lock of an open file from now on; None if the file system knows no locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _affixes(target: Path) -> tuple[str, str]:
    """How the names of unfinished files of this target start and end."""
    return f".{target.stem[:40]}.", ".unfinished" + "".join(target.suffixes[-2:])[-40:]


def _remove_leftovers(target: Path) -> None:
    """Remove unfinished files of this target that no living process writes."""
    start, end = _affixes(target)
    leftover = re.compile(re.escape(start) + "[0-9a-f]{8}" + re.escape(end))
    with contextlib.suppress(OSError):
        found = [name for name in os.listdir(target.absolute().parent) if leftover.fullmatch(name)]
        for name in found:
            with contextlib.suppress(OSError):
                handle = os.open(target.with_name(name), os.O_RDWR)
                try:
                    if _take_lock(handle):
                        target.with_name(name).unlink()
                finally:
                    os.close(handle)


@contextlib.contextmanager
def _errors_naming(path: str | os.PathLike[str], aside: Path) -> Iterator[None]:
    """Makes errors of the system name the file that the caller asked for."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename not in (None, os.fspath(aside)):
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def _sync_folder(folder: Path) -> None:
    """Write the new name to the disk. Not every system can open folders; the content is safe all the same."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def destination(path: str | os.PathLike[str] | IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream that was passed, or one to a file that appears when everything is written.

    Compressed without name and time, so that the same content is the same bytes.
    """
    if not isinstance(path, str | os.PathLike):
        yield path
        return
    with write_aside(path) as aside, open(aside, "wb") as raw:
        if not is_gzipped(path):
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as stream:
            yield stream  # type: ignore[misc]
