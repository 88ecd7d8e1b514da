"""A record of what must not change while the package is rearranged, made of public names alone.

    python tests/golden/record.py --check          # every difference by name; exit code 1 if there is one
    python tests/golden/record.py --write          # a new record, after a change that is meant
    python tests/golden/record.py --write-files    # anew what `files/` holds; only for new formats
    python tests/golden/record.py --check --only points.dag --only errors

Points are compared by their hashes. Where a hash alone differs, as on another kind of processor, that is told.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cases_answers
import cases_cli
import cases_errors
import cases_files
import cases_package
import cases_points
import matplotlib as mpl
from values import differences

RECORD = Path(__file__).with_name("record.json")
SLOW = ("points.nouns", "points.verbs", "package.wheel", "hash_seed.2")  # minutes, or a build: left out of the tests
LIBRARIES = ("click", "matplotlib", "networkx", "nltk", "numba", "numpy", "scipy")


def all_cases() -> dict[str, Callable[[Path], Any]]:
    """Every case: a name, and a function that may use an empty folder."""
    modules = (cases_points, cases_files, cases_answers, cases_errors, cases_cli, cases_package)
    return {name: case for module in modules for name, case in module.cases().items()}


def chosen(prefixes: Sequence[str]) -> dict[str, Callable[[Path], Any]]:
    """The cases whose names begin with one of the prefixes; all, if there are none."""
    return {name: case for name, case in all_cases().items() if not prefixes or name.startswith(tuple(prefixes))}


def answer(case: Callable[[Path], Any]) -> Any:
    """What a case gives, as it comes back from JSON."""
    mpl.use("Agg")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(case(Path(folder).resolve())))


def kept() -> dict[str, Any]:
    """The stored record."""
    record: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return record


def versions() -> dict[str, str]:
    """What words of errors, drawn pixels and the like depend on."""
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | {
        name: version(name) for name in LIBRARIES
    }


def check(prefixes: Sequence[str]) -> int:
    """Print every difference from the stored record; the number of them."""
    record, count = kept(), 0
    for name, case in chosen(prefixes).items():
        for line in _told(record["cases"], name, case):
            print(line, flush=True)
            count += 1
    for name in record["cases"].keys() - all_cases().keys():
        print(f"{name}: in the record, and no case any more")
        count += 1
    if count:
        others = {name: made_with for name, made_with in record["versions"].items() if made_with != versions()[name]}
        print(f"{count} differences" + (f"; the record was made with {others}" if others else ""))
    return count


def _told(record: dict[str, Any], name: str, case: Callable[[Path], Any]) -> Iterator[str]:
    if name not in record:
        yield f"{name}: not in the record"
        return
    try:
        found = answer(case)
    except Exception as error:
        yield f"{name}: {type(error).__name__}: {error}"
        return
    yield from differences(record[name], found, name)


def write(prefixes: Sequence[str]) -> None:
    """Write the record anew, or the chosen part of it."""
    before = kept()["cases"] if RECORD.exists() else {}
    after = before | {name: answer(case) for name, case in chosen(prefixes).items()}
    known = all_cases()
    record = {
        "versions": versions(),
        "cases": {name: after[name] for name in sorted(after) if name in known},
    }
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in record["cases"].items()]
    text = f'{{"versions": {json.dumps(record["versions"])},\n"cases": {{\n' + ",\n".join(lines) + "\n}}\n"
    RECORD.write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="compare with the stored record")
    action.add_argument("--write", action="store_true", help="store a new record")
    action.add_argument("--write-files", action="store_true", help="write files/ anew")
    action.add_argument("--print", action="store_true", help="print answers as JSON")
    parser.add_argument("--only", action="append", default=[], metavar="PREFIX", help="cases whose names begin so")
    options = parser.parse_args()
    if options.write_files:
        cases_files.write_files()
    elif options.write:
        write(options.only)
    elif options.print:
        print(json.dumps({name: answer(case) for name, case in chosen(options.only).items()}))
    else:
        return int(check(options.only) > 0)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
