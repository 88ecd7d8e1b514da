"""Embeds a large graph and tells how long signals waited. Run by test_silence.py on a terminal of its own.

Arguments: KIND NODES DIM, and "again" for one run after the other until one is interrupted. A timer sends a signal
twenty times a second; what is told is the longest time between two of them that Python code could react to, with the
line it was in, and the SHA-256 of the points. A compiled loop lets none through.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
import traceback
import warnings
from types import FrameType

import numpy as np

import nx_poincare as nxp
from nx_poincare.utils.arrays import IntArray

INTERVAL = 0.05  # seconds


def edges_of(kind: str, n: int) -> IntArray:
    """Edges of a graph of n nodes, or a little fewer."""
    rng, nodes = np.random.default_rng(0), np.arange(n)
    if kind == "layers":  # of 1,000 nodes, or a hundredth; three parents each
        width = max(n // 100, 1)
        below = nodes[width:].repeat(3)
        return np.column_stack([below - below % width - width + rng.integers(width, size=len(below)), below])
    if kind == "ladder":  # a hundredth of the nodes in pairs, each below both of the pair before; all others at its end
        end = n // 200 * 2
        rungs = nodes[2:end].repeat(2)
        above = rungs - rungs % 2 - 2 + np.tile([0, 1], end - 2)
        leaves = nodes[end:].repeat(2)
        return np.column_stack([np.append(above, end - 2 + np.tile([0, 1], n - end)), np.append(rungs, leaves)])
    if kind == "grid":
        side = int(n**0.5)
        at = np.arange(side * side).reshape(side, side)
        pairs = [(at[:-1], at[1:]), (at[:, :-1], at[:, 1:])]
        return np.concatenate([np.column_stack([above.ravel(), below.ravel()]) for above, below in pairs])
    below = np.append(nodes[1:], rng.choice(nodes[2:], size=n * 3 // 100, replace=False))  # "tree": 3 % second parents
    return np.column_stack([(rng.random(len(below)) * below).astype(np.int64), below])


def main(kind: str, n: int, dim: int, again: str = "") -> None:
    H = nxp.Hierarchy.from_edges(range(n), edges_of(kind, n))
    last, longest, where = time.perf_counter(), 0.0, ""

    def react(number: int, frame: FrameType | None) -> None:
        nonlocal last, longest, where
        now = time.perf_counter()
        if now - last > longest:
            longest = now - last
            where = " < ".join(f"{call.name}:{call.lineno}" for call in reversed(traceback.extract_stack(frame)[-4:]))
        last = now

    signal.signal(signal.SIGALRM, react)
    signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            print("begins", file=sys.stderr, flush=True)
            began = last = time.perf_counter()
            emb = nxp.embed(H, dim, seed=0)
            seconds = time.perf_counter() - began
            while again and not interrupts:
                emb = nxp.embed(nxp.Hierarchy.from_edges(range(n), edges_of(kind, n)), dim, seed=0)
    finally:  # else it ends the process, once Python has taken its own reactions to signals away
        signal.setitimer(signal.ITIMER_REAL, 0)
    points = hashlib.sha256(emb.vectors.tobytes()).hexdigest()
    print(json.dumps({"seconds": seconds, "longest": longest, "where": where, "points": points,
                      "interrupts": len(interrupts)}))  # fmt: skip


def interrupt(number: int, frame: FrameType | None) -> None:
    """Python's own answer to SIGINT, counted and told."""
    interrupts.append(number)
    os.write(2, b"heard a signal\n")
    signal.default_int_handler(number, frame)


if __name__ == "__main__":
    interrupts: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):  # as the command line has it
        signal.signal(number, interrupt)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
