"""Nothing that the record holds has changed; points to a tolerance, for other processors round otherwise."""

from __future__ import annotations

from typing import Any

import pytest
import record
from cases_points import HASH_SEEDS, UNDER_HASH_SEEDS
from values import TOLERANCE, differences

CASES = {name: case for name, case in record.all_cases().items() if not name.startswith(record.SLOW)}
# What other versions of these libraries word, draw or write in another way.
WORDED_BY = {
    "cli.": ("python", "click", "networkx"),
    "errors.": ("python", "networkx", "numpy"),
    "files.": ("networkx", "matplotlib"),
    "package.": ("python", *record.LIBRARIES),
    "answers.wordnet.nltk": ("nltk",),
}


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return record.kept()


@pytest.mark.parametrize("name", CASES)
def test_as_recorded(name: str, kept: dict[str, Any], request: pytest.FixtureRequest) -> None:
    for prefix, libraries in WORDED_BY.items():
        for library in libraries if name.startswith(prefix) else ():
            if kept["versions"][library] != record.versions()[library]:
                pytest.skip(f"recorded with {library} {kept['versions'][library]}")
    if ".nltk" in name:
        request.getfixturevalue("nltk_corpus")
    found = record.answer(CASES[name])
    assert [*differences(kept["cases"][name], found, name, TOLERANCE)] == []


def test_every_case_is_recorded(kept: dict[str, Any]) -> None:
    assert kept["cases"].keys() == record.all_cases().keys()


@pytest.mark.parametrize("seed", HASH_SEEDS)
def test_the_order_of_sets_changes_no_bit(seed: int, kept: dict[str, Any]) -> None:
    expected = {name: value for name, value in kept["cases"].items() if name.startswith(UNDER_HASH_SEEDS)}
    assert kept["cases"][f"hash_seed.{seed}"] == expected


def test_a_change_is_told() -> None:
    one = {"a": {"sha256": "1", "sketch": {"sum": 1.0}}, "b": [1, "x"], "c": 2.0}
    near = {"a": {"sha256": "2", "sketch": {"sum": 1.0 + 1e-9}}, "b": [1, "x"], "c": 2.0}
    far = {"a": {"sha256": "2", "sketch": {"sum": 1.1}}, "b": [1, "y"], "c": 2.1}
    assert [*differences(one, one, "it")] == [*differences(one, near, "it", TOLERANCE)] == []
    assert [*differences(one, near, "it")] == ["it.a: another hash; the sketch agrees to 1e-06"]
    told = {line.partition(":")[0] for line in differences(one, far, "it", TOLERANCE)}
    assert told == {"it.a.sketch.sum", "it.b[1]", "it.c"}
    assert [*differences({"a": 1}, {"b": 1}, "it")] == ["it.a: missing", "it.b: new"]
    assert [*differences("at 0.30000000000000004", "at 0.3", "it", TOLERANCE)] == []
    assert [*differences("at 0.30000000000000004", "at 0.3", "it")] != []
