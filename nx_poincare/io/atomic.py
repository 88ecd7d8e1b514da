"""Writing files so that nothing is ever half-written: aside first, then renamed."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from nx_poincare.io.suffixes import is_gzipped
from nx_poincare.io.targets import (
    check_writable,
    copy_into,
    drop_rights,
    is_stream,
    keep_ownership,
    must_stay,
    open_stream,
    real_path,
)
from nx_poincare.utils.signals import signals_wait

try:
    import fcntl
except ImportError:  # Windows: files of killed processes stay there
    fcntl = None  # type: ignore[assignment]

__all__ = ["destination", "write_aside"]

_CANNOT_RENAME = (errno.EBUSY, errno.EPERM)
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
    write of the same name. A symbolic link is followed. Owner, group, permissions and attributes of an older file
    stay as far as allowed, but for setuid and setgid. What cannot be replaced is written itself, once all of it is
    there: devices, pipes, ``/dev/stdout`` (also where it is a file), a file with several hard links, a file that is
    mounted by itself, another user's file in a folder such as ``/tmp``. For those three there is room before the first
    byte changes, and a process that is killed within the copy leaves part of it, with the whole in the unfinished file
    beside it.

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
    if is_stream(path):
        with _aside_of_stream(path) as aside:
            yield aside
        return
    target = real_path(path)
    _remove_leftovers(target)
    handle, name = _create_aside(target, is_private=target.exists())
    try:
        aside = Path(name)
        with _errors_naming(path, aside, target):
            yield aside
            if target.exists():
                aside.chmod(keep_ownership(handle, target))
            _sync(handle)
            if fcntl is None:  # Windows does not rename what is open
                os.close(handle)
                handle = -1
            _replace(aside, target)
        _sync_folder(target.parent)
    finally:  # one call of C after another: an interrupt that comes now ends one, and keeps none from being made
        try:
            if handle >= 0:
                os.close(handle)
        finally:
            try:  # noqa: SIM105 - a context of Python's may be interrupted before the call
                os.unlink(name)
            except FileNotFoundError:
                pass


@contextlib.contextmanager
def _aside_of_stream(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary file whose content goes to a stream in one piece, once it is complete: some writers seek."""
    with tempfile.TemporaryDirectory(prefix="nx_poincare-") as folder, _errors_naming(path):
        aside = Path(folder, f"stream{''.join(Path(path).suffixes[-2:])[-40:]}")
        aside.touch()
        yield aside
        handle = open_stream(path)
        try:
            copy_into(aside, handle, replaces=False)
        finally:
            os.close(handle)


def _replace(aside: Path, target: Path) -> None:
    """Rename over the target; a file that has other names, is mounted by itself, or is another's in a folder in which
    each may replace only their own, gets the content instead."""
    if not must_stay(target):
        try:
            aside.replace(target)
            return
        except OSError as error:
            if error.errno not in _CANNOT_RENAME or not target.exists():
                raise
    handle = os.open(target, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    try:
        copy_into(aside, handle, replaces=True)
        drop_rights(handle)
        _sync(handle)
    finally:
        os.close(handle)


def _create_aside(target: Path, *, is_private: bool) -> tuple[int, str]:
    """An open, locked new file beside the target, and its path. The lock shows other processes that it is in use."""
    start, end = _affixes(target)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        aside, handle = target.with_name(f"{start}{secrets.token_hex(4)}{end}"), -1
        name = os.fspath(aside)
        try:
            with _errors_naming(target, aside), signals_wait():
                handle = os.open(name, flags, 0o600 if is_private else 0o666)
            if _take_lock(handle) is not False and aside.exists():
                return handle, name
        except FileExistsError:
            continue
        except BaseException:  # an interrupt
            try:
                if handle >= 0:
                    os.close(handle)
            finally:
                try:  # noqa: SIM105 - as above
                    os.unlink(name)
                except OSError:
                    pass
            raise
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
    stem, suffix = os.fsencode(target.stem)[:40], os.fsencode("".join(target.suffixes[-2:]))[-40:]
    return f".{_text(stem)}.", f".unfinished{_text(suffix)}"


def _text(part: bytes) -> str:
    """A part of a name, without what was cut to no character at its ends."""
    return part.decode(errors="ignore")


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
def _errors_naming(path: str | os.PathLike[str], *ours: Path) -> Iterator[None]:
    """Makes errors of the system name the file that the caller asked for, and not those that we made of it."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename not in (None, path, *map(os.fspath, ours)):
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
