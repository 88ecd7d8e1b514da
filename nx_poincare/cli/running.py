"""How every command runs: exit codes, messages, and the group that commands are added to."""

from __future__ import annotations

import logging
import os
import re
import shlex
import signal
import sys
import threading
import warnings
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import combinations
from typing import Any, TextIO

import click
import networkx as nx

import nx_poincare as nxp
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.parquet_parts import parquet_parts
from nx_poincare.io.targets import is_same_file
from nx_poincare.utils.interrupts import INTERRUPTED
from nx_poincare.utils.progress import hidden_bars

__all__ = [
    "FileToWrite",
    "main",
    "max_bytes",
    "overwritten",
    "print_warnings",
    "printable",
    "report",
    "say",
    "wants_progress",
]

_QUIET = "nx_poincare.quiet"
_MAX_BYTES = "nx_poincare.max_bytes"
_PRINTED = "nx_poincare.printed"
_STANDARD_INPUT = "/dev/stdin"


class FileToWrite(click.ParamType):
    """The type of options and arguments that name an output."""

    name = "file"


def _paths(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def overwritten(written: str, read: str) -> str | None:
    """The file among those that reading a path reads, ``-`` and parts of a folder, that writing would replace."""
    read = _STANDARD_INPUT if read == "-" else read
    return next((one for one in (read, *parquet_parts(read)) if is_same_file(written, one)), None)


class _Command(click.Command):
    """Turns what the library raises into one line on standard error and an exit code."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params.append(
            click.Option(
                ["-q", "--quiet"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                show_default=False,
                callback=_remember_quiet,
                help="No progress and no messages but warnings and errors.",
            )
        )
        self.params.append(
            click.Option(
                ["--max-bytes"],
                type=click.IntRange(min=1),
                default=DEFAULT_MAX_BYTES,
                metavar="BYTES",
                expose_value=False,
                is_eager=True,
                show_default=f"{DEFAULT_MAX_BYTES:,}",
                callback=_remember_max_bytes,
                help="Largest size, unpacked, of a file that is read.",
            )
        )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _print_guesses_at_once(), hidden_bars() if ctx.meta.get(_QUIET) else nullcontext():
                self._refuse_files_twice(ctx)
                super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where a failure can still be reported
        except BrokenPipeError:
            _silence(sys.stdout)  # the reader has left; closing it again at exit must not complain
            ctx.exit(1)
        except KeyboardInterrupt:
            report("interrupted")
            ctx.exit(INTERRUPTED)
        except (nx.NetworkXException, ValueError, LookupError, ImportError, OSError, FloatingPointError) as error:
            raise click.ClickException(self._in_words(error)) from error

    def _refuse_files_twice(self, ctx: click.Context) -> None:
        """Refuse an output that is an input, or another output: one would be lost, and nobody would be told."""
        named = [
            (parameter, path)
            for parameter in self.params
            if isinstance(parameter.type, FileToWrite | click.Path)
            for path in _paths(ctx.params.get(parameter.name or ""))
        ]
        for (first, one), (second, other) in combinations(named, 2):
            if isinstance(first.type, FileToWrite):
                twice = overwritten(one, other)
            elif isinstance(second.type, FileToWrite):
                twice = overwritten(other, one)
            else:
                continue
            if twice is not None:
                raise click.UsageError(
                    f"{twice} is named twice, as {first.get_error_hint(ctx)} and as {second.get_error_hint(ctx)}, "
                    "and would be overwritten"
                )

    def _in_words(self, error: Exception) -> str:
        """The message on one line, with options spelt as the shell has them."""
        if isinstance(error, OSError) and error.filename and error.strerror:
            return printable(f"{os.fsdecode(error.filename)}: {error.strerror}")
        return printable(self.with_options(str(error)) or repr(error))

    def with_options(self, message: str) -> str:
        """A message of the library on one line, with options spelt as the shell has them."""
        options = {parameter.name: parameter for parameter in self.params if isinstance(parameter, click.Option)}

        def as_option(match: re.Match[str]) -> str:
            if match[1] not in options:
                return match[0]
            option = options[match[1]]
            names = option.secondary_opts if match[0].endswith("=False") and option.secondary_opts else option.opts
            return " ".join(filter(None, (max(names, key=len), match[2])))

        def as_repeated(match: re.Match[str]) -> str:
            try:
                values = literal_eval(match[2])
            except (ValueError, SyntaxError):
                return match[0]
            return " ".join(f"{options[match[1]].opts[0]} {shlex.quote(str(value))}" for value in values)

        repeated = "|".join(name for name, option in options.items() if name and option.multiple)
        message = re.sub(rf"\b({repeated})=(\[[^\]]+[^.\]]\])", as_repeated, message) if repeated else message
        words = re.sub(r"\b(\w+)=(?:'(\w+)'|True|False|\.\.\.|\[\.\.\.\])", as_option, message)
        words = re.sub(r"(?<=\bpass )(\w+)()\b", as_option, words)
        return " ".join(words.split())


class _Commands(click.Group):
    command_class = _Command

    def main(self, *args: Any, standalone_mode: bool = True, **options: Any) -> Any:
        """As click has it, but an interrupt before or after the command itself has the same exit code."""
        run: Any = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **options)
        try:
            with _terminated_as_interrupted():
                code = run(*args, standalone_mode=False, **options)
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            report("interrupted")
            code = INTERRUPTED
        except OSError as error:  # help and versions have no other place to go
            report(f"Error: standard output: {error.strerror}")
            _silence(sys.stdout)
            code = 1
        sys.exit(code or 0)


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM, by which schedulers and containers end a process, do what Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@click.group(
    cls=_Commands, context_settings={"show_default": True, "help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all done; 1 bad data, a failed write, or the reader of a pipe has left; "
    "2 a wrong call; 130 interrupted.",
)  # fmt: skip
@click.version_option(nxp.__version__, prog_name="nx-poincare")
@click.option("-v", "--verbose", count=True, show_default=False, help="Say what is done; twice for details.")
def main(verbose: int) -> None:
    """Hyperbolic embeddings of hierarchies: graphs and WordNet to points of the Poincaré ball."""
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(stream=sys.stderr, format="%(name)s: %(message)s")
    logger = logging.getLogger("nx_poincare")
    click.get_current_context().call_on_close(partial(logger.setLevel, logger.level))  # for who calls from Python
    logger.setLevel(level)


def say(message: str) -> None:
    """Print a message for people on standard error, unless they asked for quiet."""
    if not click.get_current_context().meta.get(_QUIET):
        report(message)


def report(message: str) -> None:
    """Print a warning or an error on standard error. If that fails, the result must not be lost."""
    try:
        click.echo(printable(message), err=True)
    except OSError:
        _silence(sys.stderr)


def printable(message: str) -> str:
    """A text on one line, without what moves a terminal's cursor, its colours or the direction of its text."""
    if message.isprintable():
        return message
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in message)


def wants_progress() -> bool | None:
    """What to pass as ``progress``: False if the user asked for quiet, else the library decides."""
    return False if click.get_current_context().meta.get(_QUIET) else None


@contextmanager
def _print_guesses_at_once() -> Iterator[None]:
    """Print each `HierarchyWarning` of the library once, when it is given; others as they are by default."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, nxp.HierarchyWarning):
                _print_once(str(message))
            else:
                usual(message, category, *where, **more)

        warnings.simplefilter("always", nxp.HierarchyWarning)
        warnings.showwarning = show
        yield


def _print_once(message: str) -> None:
    context = click.get_current_context()
    printed = context.meta.setdefault(_PRINTED, set())
    if message not in printed:
        printed.add(message)
        command = context.command
        report(f"warning: {command.with_options(message) if isinstance(command, _Command) else message}")


@contextmanager
def print_warnings() -> Iterator[list[str]]:
    """Print the warnings of the library on standard error at once, as after Ctrl-C; they are in the list too."""
    messages: list[str] = []

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        messages.append(str(message))
        _print_once(str(message))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        yield messages


def _silence(stream: TextIO) -> None:
    """Discard what is left in a stream that cannot be written, and what may follow."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def max_bytes() -> int:
    """The largest size of a file that is read, unpacked."""
    context = click.get_current_context(silent=True)  # there is none while the shell completes a word
    found: int = DEFAULT_MAX_BYTES if context is None else context.meta.get(_MAX_BYTES, DEFAULT_MAX_BYTES)
    return found


def _remember_max_bytes(ctx: click.Context, _: click.Parameter, value: int) -> None:
    ctx.meta[_MAX_BYTES] = value


def _remember_quiet(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_QUIET] = value
