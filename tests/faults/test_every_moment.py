"""Ctrl-C at every moment at which Python looks for signals, one after the other: where code is traced, a signal comes
at a call, a loop or a return of choice, and is handled where it would be without the tracing."""

import contextlib
import ctypes
import dis
import functools
import gc
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.atomic import write_aside
from nx_poincare.utils.left_contexts import leaves_contexts
from nx_poincare.utils.signals import signals_wait

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
    pytest.mark.filterwarnings("ignore"),  # of training that was interrupted, and of files that are closed unasked
]

# What Python looks for signals in, or behind.
MOMENTS = {"CALL", "CALL_FUNCTION_EX", "CALL_KW", "BEFORE_WITH", "WITH_EXCEPT_START", "JUMP_BACKWARD", "FOR_ITER"}
MOMENTS |= {"SEND", "YIELD_VALUE", "RETURN_VALUE", "IMPORT_NAME"}
Moment = tuple[str, str, int, int]


class Arrival:
    """A signal that arrives when an item is asked for: within no call of Python's, so that nobody looks for it yet."""

    __getitem__ = functools.partial(ctypes.pythonapi.PyErr_SetInterruptEx)


def traced(call: Callable[[], object], wanted: Moment | None = None) -> tuple[list[Moment], BaseException | None]:
    """The moments of a call in our code, but for the engine, and in contexts; how it ended with a signal at one."""
    seen: Counter[tuple[str, str, int]] = Counter()
    arrival = Arrival()

    def begin(frame: Any, event: str, argument: object) -> Any:
        file = frame.f_code.co_filename
        parts = Path(file).parts
        if ("nx_poincare" not in parts or "engine" in parts) and not file.endswith("contextlib.py"):
            return None  # loops over numbers, which are interpreted where there are few
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return step

    def step(frame: Any, event: str, argument: object) -> Any:
        code, place = frame.f_code, frame.f_lasti
        if event == "opcode" and dis.opname[code.co_code[place]] in MOMENTS:
            moment = (code.co_filename, code.co_qualname, place)
            seen[moment] += 1
            if wanted == (*moment, seen[moment]):
                sys.settrace(None)
                arrival[int(signal.SIGINT)]
        return step

    ended: BaseException | None = None
    outer = sys.gettrace()
    try:
        sys.settrace(begin)
        call()
        sys.settrace(None)
    except BaseException as error:
        sys.settrace(None)
        ended = error
    sys.settrace(outer)
    try:
        return [
            (*moment, count) for moment, most in seen.items() for count in sorted({1, 2, most}) if count <= most
        ], ended
    finally:
        del ended  # of a frame in its own traceback


def open_files() -> list[str]:
    found = []
    for name in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd") else []:
        with contextlib.suppress(FileNotFoundError):  # that of the listing
            found.append(os.readlink(f"/proc/self/fd/{name}"))
    return sorted(found)


def interrupt(
    call: Callable[[], object],
    before: Callable[[], object] = int,
    check: Callable[[], object] = int,
    *,
    at_most: float,
    goes_on: bool = False,
) -> None:
    """Interrupts a call at all of its moments, or at so many, and looks at what is left, also while the error lives.

    Where it ``goes_on`` it may end with what it has, and no error.
    """
    for _ in range(2):  # the first one loads and compiles
        before()
        moments, ended = traced(call)
        assert ended is None
    chosen = moments[:: max(1, round(len(moments) / at_most))]
    assert len(chosen) > 3
    threads, lost = threading.active_count(), []
    gc.collect()
    gc.freeze()  # what there is already need not be looked through
    for moment in chosen:
        before()
        files = open_files()
        _, ended = traced(call, moment)
        if ended is None:
            lost.append(moment)
        assert ended is None or isinstance(ended, KeyboardInterrupt), (moment, ended)
        check()
        assert gc.isenabled(), moment
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, moment
        del ended
        gc.collect()
        assert open_files() == files, moment
        assert threading.active_count() == threads, moment
    gc.unfreeze()
    assert goes_on or len(lost) <= 1, lost  # one comes as an open file is deleted: Python itself loses that one


ALL = pytest.param(np.inf, marks=pytest.mark.soak)


def hierarchy() -> nx.DiGraph:
    return nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e"), ("x", "y")])


@pytest.fixture(scope="module")
def embedded() -> tuple[nx.DiGraph, nxp.Embedding]:
    G = hierarchy()
    return G, nxp.embed(G)


def interrupt_file(target: Path, write: Callable[[Path], object], at_most: float) -> None:
    """Interrupts the writing of a file: it is the old one or the new one, and nothing else is there."""
    write(target)
    whole = (b"old", target.read_bytes())

    def check() -> None:
        assert os.listdir(target.parent) == [target.name]
        assert target.read_bytes() in whole

    interrupt(lambda: write(target), lambda: target.write_bytes(b"old"), check, at_most=at_most)
    write(target)


@leaves_contexts
def write_text(path: Path, error: type[Exception] | None = None) -> None:
    with write_aside(path) as aside:
        aside.write_text("new")
        if error is not None:
            raise error


def test_a_file_that_is_written_aside(tmp_path: Path) -> None:
    interrupt_file(tmp_path / "a.txt", write_text, np.inf)


def test_after_a_failure(tmp_path: Path) -> None:
    """A second Ctrl-C, in what the first one or a full disk has begun, left the unfinished file."""

    def fail(path: Path) -> None:
        with contextlib.suppress(ZeroDivisionError):
            write_text(path, ZeroDivisionError)

    (tmp_path / "a.txt").write_bytes(b"old")
    interrupt_file(tmp_path / "a.txt", fail, np.inf)


@pytest.mark.parametrize("at_most", [6, ALL])
@pytest.mark.parametrize("suffix", ["npz", "tsv", "tsv.gz", "vec", "csv", "parquet"])
def test_vectors(embedded: tuple[nx.DiGraph, nxp.Embedding], tmp_path: Path, suffix: str, at_most: float) -> None:
    _, emb = embedded
    interrupt_file(tmp_path / f"v.{suffix}", emb.save, at_most)
    if suffix != "csv":
        interrupt(lambda: nxp.Embedding.load(tmp_path / f"v.{suffix}"), at_most=at_most)


@pytest.mark.parametrize("at_most", [5, ALL])
@pytest.mark.parametrize("suffix", ["graphml", "gexf.gz", "gml", "json", "dot", "edges", "net"])
def test_graphs(embedded: tuple[nx.DiGraph, nxp.Embedding], tmp_path: Path, suffix: str, at_most: float) -> None:
    G, _ = embedded
    path = tmp_path / f"g.{suffix}"
    if suffix in ("edges", "net"):
        {"edges": nx.write_edgelist, "net": nx.write_pajek}[suffix](nx.DiGraph(G.edges), path)
    else:
        interrupt_file(path, lambda path: nxp.export_graph(G, path), at_most)
    interrupt(lambda: nxp.read_graph(path), at_most=at_most)


OPTIONS: list[dict[str, Any]] = [
    {"dim": 2},
    {"dim": 5, "effort": 0.1},
    {"dim": 3, "init": "random", "training": nxp.Training(epochs=3)},
]


@pytest.mark.parametrize("at_most", [4, ALL])
@pytest.mark.parametrize("options", OPTIONS, ids=["2-D", "5-D", "training"])
def test_attributes(options: dict[str, Any], at_most: float) -> None:
    """An interrupt leaves attributes on all nodes or on none."""
    graphs: list[nx.DiGraph] = []

    def before() -> None:
        graphs[:] = [hierarchy()]

    def check() -> None:
        names = {frozenset(row) for _, row in graphs[0].nodes(data=True)}
        assert names in ({frozenset()}, {frozenset({"poincare", "pos", "level"})})

    interrupt(lambda: nxp.embed(graphs[0], seed=0, **options), before, check, at_most=at_most, goes_on=True)


@pytest.mark.parametrize("at_most", [pytest.param(8, marks=pytest.mark.soak)])
@pytest.mark.parametrize("options", OPTIONS[1:], ids=["5-D", "training"])
def test_checkpoints(tmp_path: Path, options: dict[str, Any], at_most: float) -> None:
    path = tmp_path / "c.npz"
    call = functools.partial(nxp.embed, hierarchy(), seed=0, checkpoint=nxp.Checkpoint(path, every=2), **options)
    whole = call()

    def check() -> None:
        assert os.listdir(tmp_path) in ([], ["c.npz"])
        if path.exists():
            np.load(path).close()

    interrupt(call, lambda: path.unlink(missing_ok=True), check, at_most=at_most, goes_on=True)
    assert call() == whole


def test_all_handlers_are_back_and_called_where_one_of_them_raises() -> None:
    """The first that raised kept the others from being called, and, where it came late, from their places."""
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2)}

    def count(number: int, frame: object) -> None:
        came.append(number)

    def wait() -> None:
        with signals_wait():
            pass

    signal.signal(signal.SIGUSR1, count)
    signal.signal(signal.SIGUSR2, count)
    handlers = {number: signal.getsignal(number) for number in before}
    try:
        with pytest.raises(KeyboardInterrupt), signals_wait():  # noqa: PT012
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGUSR1)
        assert came == [signal.SIGUSR1]

        def check() -> None:
            assert {number: signal.getsignal(number) for number in before} == handlers
            signal.raise_signal(signal.SIGUSR2)
            assert came.pop() == signal.SIGUSR2

        interrupt(wait, check=check, at_most=np.inf)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
