"""Rebuild pipelines/debian12_python.tsv.gz, the Python packages of Debian 12 and what they depend on.

apt-cache dumpavail | python scripts/build_debian_packages.py    # on Debian 12
"""

import gzip
import io
import re
import sys
from pathlib import Path

PACKAGES = Path(__file__).resolve().parent.parent / "pipelines" / "debian12_python.tsv.gz"


def read_archive(text: str, section: str) -> str:
    """The lines of the snapshot from what `apt-cache dumpavail` prints, sorted."""
    field = re.compile(r"^(Package|Section|Pre-Depends|Depends): (.*)$", re.MULTILINE)
    packages = {}
    for paragraph in text.split("\n\n"):
        found = dict(field.findall(paragraph))
        if found.get("Section") == section:
            wanted = f"{found.get('Pre-Depends', '')},{found.get('Depends', '')}".split(",")
            packages[found["Package"]] = {re.split(r"[\s(:|]", one.strip())[0] for one in wanted}
    lines = (f"{name}\t{' '.join(sorted(needed & packages.keys() - {name}))}\n" for name, needed in packages.items())
    return "".join(sorted(lines))


def packed(text: str) -> bytes:
    """The gzip of a text without name and time, so that the same text gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("ascii"))
    return buffer.getvalue()


if __name__ == "__main__":
    PACKAGES.write_bytes(packed(read_archive(sys.stdin.read(), "python")))
