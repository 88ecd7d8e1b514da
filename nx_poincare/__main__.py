"""The process of the command line: ``nx-poincare``, and ``python -m nx_poincare``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nx_poincare.utils.interrupts import INTERRUPTED

__all__ = ["run"]


def run() -> None:
    """Run the command that the arguments of the process name, and end the process."""
    with _signals_end_the_process():
        from nx_poincare.cli import main
    try:
        main(prog_name="nx-poincare")
    except KeyboardInterrupt:  # a second one, while the first was reported
        sys.exit(INTERRUPTED)
    finally:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is written: Python's end prints no traceback


@contextmanager
def _signals_end_the_process() -> Iterator[None]:
    """While packages are loaded there is nothing to keep, and an exception might be taken for one of theirs."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    usual = {number: way for number, way in before.items() if way in (signal.SIG_DFL, signal.default_int_handler)}
    for number in usual:
        signal.signal(number, _end_at_once)
    try:
        yield
    finally:
        for number, way in usual.items():
            signal.signal(number, way)


def _end_at_once(*_: Any) -> None:
    os.write(2, b"interrupted\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    run()
