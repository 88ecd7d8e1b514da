"""Kills or interrupts runs of the command line and looks at what they leave. Run by test_kills.py.

Arguments: FOLDER line|time|interrupt KILLS. Prints JSON. One process loads and compiles everything once and forks for
each run, so that a kill costs a run and no start.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Any

import nx_poincare
from nx_poincare.cli.running import main

OUTPUTS = ("e.npz", "v.tsv", "g.graphml")
CHECKPOINT = "run.npz"
EMBED = ["embed", "-q", "edges.tsv", *(part for name in OUTPUTS for part in ("-o", name))]
SAVED = ["--checkpoint", CHECKPOINT, "--checkpoint-every", "7"]
RUNS = {
    "training": ["--init", "random", "--dim", "3", "--epochs", "150", "--burn-in", "10"],
    "cones": ["--dim", "5"],
}
UNFINISHED = re.compile(r"\.\w+\.[0-9a-f]{8}\.unfinished\.\w+")
PACKAGE = Path(nx_poincare.__file__).parent
ENDS = {signal.SIGKILL: "killed", 130 << 8: "interrupted", 0: "came to its end"}
WRITING = {
    str(PACKAGE / name)
    for name in (
        "io/atomic.py",
        "io/targets.py",
        "io/arrays.py",
        "io/vectors/npz.py",
        "io/vectors/tsv.py",
        "io/graphs/write.py",
        "io/checkpoint.py",
    )
}


def main_loop(folder: Path, how: str, kills: int) -> dict[str, Any]:
    """Kill so many runs of each kind, continue each one, and tell what was wrong and what was seen."""
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for kind, options in RUNS.items():
        edges = random_edges(12 if how == "line" else 300)
        old = outcome(folder / f"{kind}-old", edges, [*EMBED, *options, "--seed", "1"])
        new = outcome(folder / f"{kind}-new", edges, [*EMBED, *options])  # never saved, never interrupted
        command = [*EMBED, *options, *SAVED]
        choose = chosen_lines if how == "line" else chosen_seconds
        for number, end in enumerate(choose(command, fresh(folder / f"{kind}-whole", edges, old), kills)):
            place = fresh(folder / f"{kind}-{number}", edges, old)
            if how == "time":
                status = wait(ended_after(end, signal.SIGKILL, command, place))
            elif how == "interrupt":
                status = wait(ended_after(end, signal.SIGINT, command, place))
            else:
                status = wait(forked(command, place, kill_at_line(int(end))))
            seen[ENDS.get(status, f"status {status}")] += 1
            problems = torn(place, old, new, seen, is_whole if how == "interrupt" else lambda path: False)
            if how == "interrupt" and any(name.startswith(".") for name in names(place)):
                problems.append("an unfinished file is left")
            status = wait(forked(command, place))
            if status != 0:
                problems.append(f"the run could not be continued, status {status}")
            problems += [f"{name} is not as never interrupted" for name in OUTPUTS if read(place / name) != new[name]]
            problems += [f"{name} is left" for name in names(place) if name.startswith(".")]
            wrong += [f"{kind}, ended at {how} {end:.3f}: {problem}" for problem in problems]
            shutil.rmtree(place)
    return {"seen": dict(seen), "wrong": wrong}


def torn(
    place: Path, old: dict[str, bytes], new: dict[str, bytes], seen: Counter[str], is_right: Callable[[Path], bool]
) -> list[str]:
    """What is neither old nor new nor right otherwise in the folder of a run that was ended; counts what was seen."""
    found = {name: read(place / name) for name in OUTPUTS}
    seen["all old" if found == old else "all new" if found == new else "some new"] += 1
    seen["with a checkpoint"] += (place / CHECKPOINT).exists()
    others = set(names(place)) - {*OUTPUTS, CHECKPOINT, "edges.tsv"}
    seen["with an unfinished file"] += bool(others)
    problems = [
        f"{name} is torn"
        for name in OUTPUTS
        if found[name] not in (old[name], new[name]) and not is_right(place / name)
    ]
    return problems + [f"{name} is left" for name in others if not UNFINISHED.fullmatch(name)]


def is_whole(path: Path) -> bool:
    """Whether a file holds points of all nodes; an interrupted run writes the best that it has."""
    nodes = set((path.parent / "edges.tsv").read_text().split())
    return set(nx_poincare.Embedding.load(path)) == nodes


def random_edges(n: int) -> str:
    draw = random.Random(0)
    pairs = [(draw.randrange(v), v) for v in range(1, n)] + [(draw.randrange(v), v) for v in range(2, n, 5)]
    return "".join(f"n{u}\tn{v}\n" for u, v in pairs)


def fresh(place: Path, edges: str, outputs: Mapping[str, bytes] = MappingProxyType({})) -> Path:
    """A new folder with a file of edges and the outputs of an earlier run."""
    place.mkdir()
    (place / "edges.tsv").write_text(edges)
    for name, content in outputs.items():
        (place / name).write_bytes(content)
    return place


def outcome(place: Path, edges: str, command: list[str]) -> dict[str, bytes]:
    """Outputs of a run that nothing disturbs, in this process, which is ready for more of its kind then."""
    run(command, fresh(place, edges))
    return {name: read(place / name) for name in OUTPUTS}


def run(command: list[str], place: Path) -> int:
    """Run the command line in this process; its exit code."""
    os.chdir(place)
    try:
        main(command)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def forked(command: list[str], place: Path, before: Callable[[], None] = lambda: None) -> int:
    """Run in a child; its process number."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            before()
            code = run(command, place)
        finally:
            os._exit(code)
    return child


def ended_after(seconds: float, by: signal.Signals, command: list[str], place: Path) -> int:
    child = forked(command, place)
    time.sleep(seconds)
    os.kill(child, by)
    return child


def wait(child: int) -> int:
    return os.waitpid(child, 0)[1]


def kill_at_line(last: int) -> Callable[[], None]:
    """Die by SIGKILL at that line of the code that writes files."""
    return lambda: sys.settrace(counting(lambda count: os.kill(os.getpid(), signal.SIGKILL) if count >= last else None))


def chosen_seconds(command: list[str], place: Path, number: int) -> list[float]:
    """Moments over the whole of a run, one from each of so many equal parts."""
    began = time.perf_counter()
    wait(forked(command, place))
    whole = time.perf_counter() - began
    return [(part + random.random()) / number * whole for part in range(number)]


def chosen_lines(command: list[str], place: Path, number: int) -> list[int]:
    """Lines of the code that writes files; every second one of those that are passed with an unfinished file there."""
    passed, unfinished = [0], [0]

    def look(count: int) -> None:
        passed.append(count)
        if any(UNFINISHED.fullmatch(name) for name in names(place)):
            unfinished.append(count)

    sys.settrace(counting(look))
    run(command, place)
    sys.settrace(None)
    return [
        lines[int((part + random.random()) / number * len(lines))]
        for part in range(number)
        for lines in [unfinished if part % 2 else passed]
    ]


def counting(told: Callable[[int], None]) -> Callable[[FrameType, str, Any], Any]:
    count = 0

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if event == "line":
            count += 1
            told(count)
        return line

    return lambda frame, event, _: line if frame.f_code.co_filename in WRITING else None


def read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def names(place: Path) -> list[str]:
    return [path.name for path in place.iterdir()]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells have it ignored in the background
    print(json.dumps(main_loop(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
