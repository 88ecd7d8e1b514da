"""The readers under a few changes of what our writers write: a small part of `make fuzz`, without its fuzzer."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HARNESS = runpy.run_path(str(Path(__file__).with_name("readers.py")))
READERS = HARNESS["readers"]()
SEEDS = {name: reader.seeds() for name, reader in READERS.items()}
# Pieces that mean something to one reader or another.
PIECES = [
    b"", b"\0", b"\n", b"\r", b"\t", b",", b'"', b"#", b"{", b"[", b"}", b"<", b"/>", b"&", b" ", b"-1", b"0", b"1e999",
    b"nan", b"9" * 30, b"9" * 5000, b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"null", b"true", b"<!DOCTYPE x>",
    b"\x80\x04", b"PK\x05\x06", b"\xff\xff\xff\xff", b"(99999999999,)", b"|O", b"(" * 300, b"[" * 3000,
]  # fmt: skip


@st.composite
def changed(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """What a writer wrote, with some places cut out, doubled or overwritten."""
    content = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, len(content)))
        last = min(len(content), first + draw(st.sampled_from([0, 1, 2, 8, 60, 1000])))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.just(2 * content[first:last]), st.binary(max_size=4)))
        content = content[:first] + piece + content[last:]
    return content


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
def test_what_our_writers_write_is_read(name: str) -> None:
    for seed in SEEDS[name]:
        READERS[name].read(seed)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_only_documented_errors(name: str, data: st.DataObject) -> None:
    try:
        READERS[name].read(data.draw(changed(SEEDS[name])))
    except READERS[name].errors:
        pass
