"""Writing files so that nothing is ever half-written: aside first, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["written_aside"]


@contextlib.contextmanager
def written_aside(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that replaces it when the block ends well.

    The temporary name keeps the suffix of ``path``, so that writers that choose a
    format by suffix work. When the block raises, the temporary file is removed and
    an older ``path`` stays as it was.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with written_aside(folder / "a.txt") as aside:
    ...     _ = aside.write_text("all of it")
    >>> (folder / "a.txt").read_text()
    'all of it'
    """
    target = Path(path)
    if not target.absolute().parent.is_dir():
        raise FileNotFoundError(f"cannot write {target}: there is no folder {target.parent}")
    handle, name = tempfile.mkstemp(
        prefix=f".{target.stem[:80]}.", suffix="".join(target.suffixes[-2:]), dir=target.parent
    )
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        aside.chmod(_mode_for(target))
        aside.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            aside.unlink()


def _mode_for(target: Path) -> int:
    """Permissions of the file that is replaced, or those a plain `open` would give a new one."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
