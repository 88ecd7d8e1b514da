"""Write the snapshot of WordNet's hierarchy in the folder data, or compare it with a corpus.

python scripts/build_snapshot.py /usr/share/wordnet            # Debian's wordnet-base
python scripts/build_snapshot.py                               # the corpus installed for NLTK
python scripts/build_snapshot.py --check /usr/share/wordnet    # exit code 1 if they differ
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
from pathlib import Path
from typing import IO

from nx_poincare.extractors.wordnet.database import CorpusFiles, read_database
from nx_poincare.extractors.wordnet.installed import open_installed_corpus
from nx_poincare.extractors.wordnet.snapshot import SNAPSHOT_OF, SynsetTable
from nx_poincare.io.atomic import write_aside

DATA = Path(__file__).resolve().parent.parent / "data"
HEADER = """\
# WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved.  See LICENSE-WordNet.txt.
# synset\thypernyms\tinstance hypernyms (several are separated by spaces)
"""


class CorpusFolder:
    """The files of a WordNet database in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, file: str) -> IO[str]:
        return (self.folder / file).open(encoding="utf-8", newline="\n")


def snapshot_text(table: SynsetTable) -> str:
    """One line for each synset, in the order of WordNet's data file."""
    hypernyms: list[list[str]] = [[] for _ in table.names]
    instance_hypernyms: list[list[str]] = [[] for _ in table.names]
    for (parent, child), instance in zip(table.edges.tolist(), table.is_instance.tolist(), strict=True):
        (instance_hypernyms if instance else hypernyms)[child].append(table.names[parent])
    rows = zip(table.names, map(" ".join, hypernyms), map(" ".join, instance_hypernyms), strict=True)
    return HEADER + "".join("\t".join(row) + "\n" for row in rows)


def packed(text: str) -> bytes:
    """The gzip of a text without name and time, so that the same text gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("ascii"))
    return buffer.getvalue()


def differs(text: str, path: Path) -> bool:
    """Whether a snapshot holds another text; its bytes may vary with the version of zlib."""
    return not path.is_file() or gzip.decompress(path.read_bytes()).decode("ascii") != text


def main() -> int:
    parser = argparse.ArgumentParser(description="Rebuild or check the bundled WordNet snapshot.")
    parser.add_argument(
        "corpus",
        nargs="?",
        type=Path,
        help="folder with data.noun, index.noun, data.verb, index.verb; default: the corpus that NLTK finds",
    )
    parser.add_argument("--output", type=Path, default=DATA, help="folder to write to or check; default: data/")
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 if a file differs")
    options = parser.parse_args()
    try:
        files: CorpusFiles = CorpusFolder(options.corpus) if options.corpus else open_installed_corpus()
        texts = {name: snapshot_text(read_database(files, pos)) for pos, name in SNAPSHOT_OF.items()}
    except (LookupError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.check:
        stale = [name for name, text in texts.items() if differs(text, options.output / name)]
        for name in texts:
            print(f"{name}: {'differs' if name in stale else 'same'}")
        return 1 if stale else 0
    for name, text in texts.items():
        with write_aside(options.output / name) as aside:
            aside.write_bytes(packed(text))
        print(f"{options.output / name}: {text.count(chr(10)) - HEADER.count(chr(10)):,} synsets")
    return 0


if __name__ == "__main__":
    sys.exit(main())
