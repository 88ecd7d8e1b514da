"""Lay out Debian's WordNet 3.0 (package wordnet-base) as a corpus that NLTK reads.

    apt-get install wordnet-base
    python .ci/lay_out_wordnet.py            # writes .wordnet/corpora/wordnet
    NLTK_DATA=.wordnet python -m pytest

Debian ships the database without ``lexnames`` and ``index.sense``, which NLTK opens when its
reader is made: the first is written from the table of lexnames(5WN), the second stays empty
(only the mapping between WordNet versions needs it). Files are copied, not linked, because
NLTK refuses files that resolve to a place outside its data folders.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

DATABASE = Path("/usr/share/wordnet")
DEFAULT_ROOT = Path(__file__).resolve().parent.parent / ".wordnet"
PART_OF_SPEECH_NUMBERS = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}
LEXICOGRAPHER_FILES = [  # in the order of lexnames(5WN), which numbers them from 0
    *("adj.all", "adj.pert", "adv.all", "noun.Tops", "noun.act", "noun.animal", "noun.artifact"),
    *("noun.attribute", "noun.body", "noun.cognition", "noun.communication", "noun.event"),
    *("noun.feeling", "noun.food", "noun.group", "noun.location", "noun.motive", "noun.object"),
    *("noun.person", "noun.phenomenon", "noun.plant", "noun.possession", "noun.process"),
    *("noun.quantity", "noun.relation", "noun.shape", "noun.state", "noun.substance", "noun.time"),
    *("verb.body", "verb.change", "verb.cognition", "verb.communication", "verb.competition"),
    *("verb.consumption", "verb.contact", "verb.creation", "verb.emotion", "verb.motion"),
    *("verb.perception", "verb.possession", "verb.social", "verb.stative", "verb.weather", "adj.ppl"),
]
COPIED = [
    *(f"{kind}.{part}" for part in PART_OF_SPEECH_NUMBERS for kind in ("data", "index")),
    *(f"{part}.exc" for part in PART_OF_SPEECH_NUMBERS),
    "cntlist.rev",
]


def lexnames() -> str:
    """The file ``lexnames``: number, lexicographer file and number of its part of speech."""
    rows = (
        (f"{number:02d}", name, str(PART_OF_SPEECH_NUMBERS[name.split(".")[0]]))
        for number, name in enumerate(LEXICOGRAPHER_FILES)
    )
    return "".join("\t".join(row) + "\n" for row in rows)


def lay_out(database: Path, root: Path) -> Path:
    """Fill ``root``/corpora/wordnet from ``database`` and return that folder."""
    missing = [name for name in COPIED if not (database / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"{database} lacks {', '.join(missing)}; install the database: apt-get install wordnet-base"
        )
    corpus = root / "corpora" / "wordnet"
    corpus.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(database / name, corpus / name)
    (corpus / "lexnames").write_text(lexnames(), encoding="ascii")
    (corpus / "index.sense").write_text("", encoding="ascii")
    return corpus


def main() -> int:
    parser = argparse.ArgumentParser(description="Lay out Debian's wordnet-base as an NLTK corpus.")
    parser.add_argument("root", nargs="?", type=Path, default=DEFAULT_ROOT, help="default: .wordnet")
    parser.add_argument("--database", type=Path, default=DATABASE, help="default: %(default)s")
    options = parser.parse_args()
    try:
        corpus = lay_out(options.database, options.root)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{corpus}\nuse it with: export NLTK_DATA={options.root.resolve()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
