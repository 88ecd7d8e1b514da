"""Arrays in ``.npz`` files, written to the same bytes every time, and read only as far as a file may unpack.

A few kilobytes of zeros unpack to gigabytes. So gzip and zip may unpack to `FREE_BYTES`, or to
`MOST_BYTES_PER_BYTE` times their own size; text and tables pack to a twentieth at best.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nx_poincare.io.atomic import write_aside
from nx_poincare.utils.arrays import blocks_of_rows
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.signals import signals_wait

__all__ = [
    "DEFAULT_MAX_BYTES",
    "FREE_BYTES",
    "MOST_BYTES_PER_BYTE",
    "ArrayFileError",
    "most_unpacked",
    "read_array",
    "read_arrays",
    "write_arrays",
]

DEFAULT_MAX_BYTES = 2**30
FREE_BYTES = 2**25
MOST_BYTES_PER_BYTE = 100
_CHUNK = 2**20
_COMPRESSION = 1  # higher levels take five times as long for a tenth less
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # members of a zip have a date; a constant makes the same content the same bytes
_DAMAGED = (  # what zipfile, zlib and numpy raise for other or damaged files
    zipfile.BadZipFile, zlib.error, struct.error, tokenize.TokenError, ValueError, KeyError, TypeError, EOFError,
    OverflowError, RuntimeError, SyntaxError, MemoryError, OSError,
)  # fmt: skip


class ArrayFileError(ValueError):
    """A ``.npz`` file that is damaged, holds objects, or unpacks to more than it may."""


def most_unpacked(packed: int) -> int:
    """The largest size that a file of so many bytes may unpack to.

    Examples
    --------
    >>> most_unpacked(1000), most_unpacked(10_000_000)
    (33554432, 1000000000)
    """
    return max(FREE_BYTES, MOST_BYTES_PER_BYTE * packed)


def write_arrays(
    path: str | os.PathLike[str],
    arrays: Mapping[str, NDArray[Any]],
    *,
    compressed: Collection[str] = (),
    types: Mapping[str, DTypeLike] = MappingProxyType({}),
    progress: bool | None = False,
) -> None:
    """Write arrays to a ``.npz`` file, which appears when it is complete; no array is copied as a whole.

    Parameters
    ----------
    path : path
    arrays : mapping of name to array
        Without objects.
    compressed : collection of str
        Names of the arrays to compress; the others are stored as they are.
    types : mapping of name to dtype
        Of arrays that are written as other types than they have.
    progress : bool, optional
        Show a progress bar on standard error; None: if that is a terminal.

    Raises
    ------
    ValueError
        If an array holds objects.
    OSError
        As `write_aside` raises it.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.npz"
    >>> write_arrays(path, {"a": np.arange(2), "b": np.eye(2)}, compressed=["a"])
    >>> np.load(path)["a"]
    array([0, 1])
    """
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"{name}: Object arrays cannot be saved without code that is run as they are read")
    size = sum(array.nbytes for array in arrays.values())
    # Not numpy.savez, which in NumPy 2.0 leaves its archive open on a full disk.
    with (
        write_aside(path) as aside,
        zipfile.ZipFile(aside, "w") as archive,
        progress_bar(size, "writing", "B", progress) as bar,
    ):
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=_FIXED_DATE)
            dtype = np.dtype(types.get(name, array.dtype))
            member.file_size = array.size * dtype.itemsize  # about; very large members need another header
            if name in compressed:
                member.compress_type = zipfile.ZIP_DEFLATED
                member._compresslevel = _COMPRESSION  # type: ignore[attr-defined]  # public from Python 3.13 on
            _write_member(archive, member, array, dtype)
            bar.update(array.nbytes)


def _write_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, array: NDArray[Any], dtype: np.dtype[Any]) -> None:
    """The bytes that `numpy.save` writes of an array of this type. Members are closed before an interrupt is raised:
    no archive can be that has an open one."""
    with (
        signals_wait() as came,
        archive.open(member, "w", force_zip64=member.compress_type == zipfile.ZIP_STORED) as stream,
    ):
        for part in _parts_of_file(array, dtype):
            if came:
                return
            stream.write(part)


def _parts_of_file(array: NDArray[Any], dtype: np.dtype[Any]) -> Iterator[bytes | memoryview]:
    head = np.lib.format.header_data_from_array_1_0(array) | {"descr": np.lib.format.dtype_to_descr(dtype)}
    np.lib.format.write_array_header_1_0(stream := io.BytesIO(), head)
    yield stream.getvalue()
    values = array.reshape(-1, order="F" if head["fortran_order"] else "C")
    for block in blocks_of_rows(len(values)):
        yield np.ascontiguousarray(values[block], dtype=dtype).data


def read_arrays(path: str | os.PathLike[str], *, max_bytes: int = DEFAULT_MAX_BYTES) -> dict[str, NDArray[Any]]:
    """Read all arrays of a ``.npz`` file; no code in it is run, and no more is unpacked than allowed.

    Parameters
    ----------
    path : path
    max_bytes : int, default 2**30
        Largest size that it may unpack to; the limit of `most_unpacked` applies too.

    Raises
    ------
    ArrayFileError
        If the file is damaged, an array holds objects, or a limit is passed.
    FileNotFoundError, PermissionError, IsADirectoryError
        As `open` raises them.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.npz"
    >>> np.savez(path, a=np.arange(2), b=np.eye(2))
    >>> read_arrays(path)["a"]
    array([0, 1])
    """
    with open(path, "rb") as file:
        stream = _seekable(file, max_bytes)
        allowed = min(max_bytes, most_unpacked(stream.seek(0, os.SEEK_END)))
        try:
            with zipfile.ZipFile(stream) as archive:
                members = archive.infolist()
                total = sum(member.file_size for member in members)
                if total > allowed:
                    raise ArrayFileError(_too_much(total, max_bytes))
                return {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}
        except ArrayFileError:
            raise
        except _DAMAGED as error:
            if isinstance(error, OSError) and error.errno != errno.EINVAL:  # that is a place before the file's start
                raise
            raise ArrayFileError(f"not a zip of arrays, or damaged: {str(error) or type(error).__name__}") from error


def read_array(content: bytes, name: str) -> NDArray[Any]:
    """The array that the bytes of an ``.npy`` file hold, over those bytes; nothing is unpickled.

    Raises
    ------
    ArrayFileError
        If it is damaged, or holds objects.

    Examples
    --------
    >>> np.save(stream := io.BytesIO(), np.arange(2))
    >>> read_array(stream.getvalue(), "two.npy")
    array([0, 1])
    """
    try:
        return _array_over(content, name)
    except _DAMAGED as error:
        raise ArrayFileError(f"is not an array that NumPy saved, or damaged: {error}") from error


def _seekable(file: io.BufferedReader, max_bytes: int) -> IO[bytes]:
    """The file, or, where it is a device or a pipe, what it gives: one that ends before the limit."""
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ArrayFileError(f"is no file, and gives more than {max_bytes:,} bytes; raise max_bytes if it should")
    return io.BytesIO(content)


def _too_much(total: int, max_bytes: int) -> str:
    if total > max_bytes:
        return f"unpacks to {total:,} bytes, more than {max_bytes:,}; raise max_bytes if it should"
    return (
        f"unpacks to {total:,} bytes, more than {MOST_BYTES_PER_BYTE} times its own size, as no embedding does; "
        "write it again with numpy.savez, which does not pack, if it should"
    )


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    """One member as an array over its own bytes: a shape that promises more allocates nothing."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{member.filename} is packed in a way that .npz files are not")
    content = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):  # never a larger piece: a member may hold more than it says
            content += chunk
    return _array_over(content, member.filename)


def _array_over(content: bytes | bytearray, name: str) -> NDArray[Any]:
    head = io.BytesIO(content)
    version = np.lib.format.read_magic(head)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{name} has version {version} of the format")
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, dtype = read_header(head)
    if dtype.hasobject:
        raise ValueError(f"{name} holds objects, which are not read")
    table = np.frombuffer(content, dtype=dtype, offset=head.tell())
    return table.reshape(shape, order="F" if by_columns else "C")
