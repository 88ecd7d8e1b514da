"""Streams packed by bzip2 and xz, unpacked a piece at a time; and what is said of other packers."""

from __future__ import annotations

import io
import os
from importlib import import_module
from typing import IO, Any, Protocol

__all__ = ["PackedError", "Unpacked", "packer_of", "unpacking_hint"]

_PIECE = 2**13  # each of very short streams copies what is left of it
_MOST_MEMORY = 2**27  # of a decoder of xz; its levels -0 to -9 take 65 MiB at most
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x1f\x9d": "compress",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
}
_BLOCKS_OF_BZIP2 = (b"1AY&SY", b"\x17rE8P\x90")  # after a digit; text may begin with BZh
_COMMANDS = {
    ".zst": "zstd -d",
    ".zstd": "zstd -d",
    ".lz4": "lz4 -d",
    ".z": "uncompress",
    ".lzma": "xz -d",
    ".br": "brotli -d",
    ".zip": "unzip",
    ".7z": "7z x",
    ".rar": "unrar x",
    ".tar": "tar -xf",
    ".tgz": "tar -xf",
    ".tbz2": "tar -xf",
    ".txz": "tar -xf",
}
_SUFFIX_OF = {"zstd": ".zst", "lz4": ".lz4", "compress": ".z", "7-Zip": ".7z", "RAR": ".rar"}


class PackedError(ValueError):
    """Packed data that are damaged, or that would take too much memory to unpack."""


class _Decompressor(Protocol):
    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def packer_of(start: bytes) -> str | None:
    """The program that packed what begins with these bytes, ten at least where there are so many.

    Examples
    --------
    >>> import bz2
    >>> packer_of(bz2.compress(b"a b")), packer_of(b"BZhang Li")
    ('bzip2', None)
    """
    found = next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)
    return None if found == "bzip2" and start[4:10] not in _BLOCKS_OF_BZIP2 else found


def unpacking_hint(path: str | os.PathLike[str], packer: str | None = None) -> str | None:
    """What to do with a file that is packed in a way that is not read; None if it is not.

    Examples
    --------
    >>> unpacking_hint("edges.tsv.zst")
    'is packed; unpack it first: zstd -d edges.tsv.zst'
    >>> unpacking_hint("edges.tsv") is None
    True
    """
    name = os.fspath(path)
    lower = name.lower()
    archives = (".tar.gz", ".tar.bz2", ".tar.xz")
    suffix = _SUFFIX_OF.get(packer or "") or (".tar" if lower.endswith(archives) else os.path.splitext(lower)[1])
    if packer is None and suffix not in _COMMANDS:
        return None
    by = "" if packer is None else f" by {packer}"
    return f"is packed{by}; unpack it first: {_COMMANDS.get(suffix, packer)} {name}"


class Unpacked(io.RawIOBase):
    """Reads what bzip2 or xz packed, in one or several streams; little is unpacked that is not asked for.

    Examples
    --------
    >>> import bz2
    >>> Unpacked(io.BytesIO(bz2.compress(b"animal ") + bz2.compress(b"dog")), "bzip2").read()
    b'animal dog'
    """

    def __init__(self, stream: IO[bytes], packer: str) -> None:
        super().__init__()
        self._stream = stream
        self._packer = packer
        self._module: Any = import_module("bz2" if packer == "bzip2" else "lzma")
        self._errors = (OSError,) if packer == "bzip2" else (self._module.LZMAError,)
        self._decompressor = self._new()
        self._left = b""  # read, and of the next stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._decompressor.eof and not self._starts_again():
                return 0
            piece = b""
            if self._decompressor.needs_input:
                piece, self._left = self._left or self._stream.read(_PIECE), b""
                if not piece:
                    raise PackedError("they end too soon")
            if data := self._decompress(piece, len(buffer)):
                buffer[: len(data)] = data
                return len(data)

    def _new(self) -> _Decompressor:
        options = {} if self._packer == "bzip2" else {"format": self._module.FORMAT_XZ, "memlimit": _MOST_MEMORY}
        name = "BZ2Decompressor" if self._packer == "bzip2" else "LZMADecompressor"
        made: _Decompressor = getattr(self._module, name)(**options)
        return made

    def _starts_again(self) -> bool:
        """Begin the next stream of the file, behind zeros between; False at its end."""
        left = self._decompressor.unused_data
        while not (left := left.lstrip(b"\0")):
            left = self._stream.read(_PIECE)
            if not left:
                return False
        self._decompressor, self._left = self._new(), left
        return True

    def _decompress(self, piece: bytes, most: int) -> bytes:
        try:
            return self._decompressor.decompress(piece, most)
        except self._errors as error:
            if "limit" in str(error):
                raise PackedError(f"unpacking takes more than {_MOST_MEMORY:,} bytes of memory") from error
            raise PackedError(str(error)) from error
