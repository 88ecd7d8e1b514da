"""What only a real process or a real shell shows: Ctrl-C, completion, downloads."""

import os
import shutil
import signal
import subprocess
import sys
import time
from configparser import ConfigParser
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import networkx as nx
import pandas as pd
import pytest
from click.testing import CliRunner

import nx_poincare as nxp
from nx_poincare.__main__ import run
from nx_poincare.cli.running import main
from nx_poincare.embedding.embedding import Embedding

COMMAND = [sys.executable, "-m", "nx_poincare"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_training_hands_over_its_best_points(tmp_path: Path, by: signal.Signals) -> None:
    arguments = ["wordnet", "mammal.n.01", "--source", "bundled", "--init", "random", "--epochs", "100000"]
    command = [*COMMAND, *arguments, "--checkpoint", "run.npz", "-o", "e.npz", "-o", "v.vec"]
    (tmp_path / "v.vec").write_text("old")
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "run.npz").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(by)
        assert process.stderr is not None
        told = process.stderr.read()
    assert "warning: training was interrupted after" in told
    assert told.endswith("wrote e.npz\nwrote v.vec\n")
    assert process.returncode == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e.npz", "run.npz", "v.vec"]
    assert len(Embedding.load(tmp_path / "e.npz")) == 1182
    assert len(Embedding.load(tmp_path / "v.vec")) == 1182


# A signal when a package is looked for; or at the begin of a command, and whenever words about it are printed.
SIGNALLED = """
import signal, sys
from nx_poincare.__main__ import run

number, where = int(sys.argv[1]), sys.argv[2]
sys.argv[1:] = ["query", sys.executable, "dog"]

class Finder:
    def find_spec(self, name, *_):
        if name == where:
            signal.raise_signal(number)

def interrupted(*_):
    signal.raise_signal(number)

if where == "report":
    import nx_poincare.cli.running as running
    running.report = running._Command._refuse_files_twice = interrupted
else:
    sys.meta_path.insert(0, Finder())
run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("where", ["click", "numpy.linalg", "networkx.algorithms"])
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_packages_are_loaded_leaves_no_traceback(by: signal.Signals, where: str) -> None:
    """That is a third of a short run."""
    command = [sys.executable, "-c", SIGNALLED, str(int(by)), where]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_signals_while_an_interrupt_is_reported_leave_no_traceback() -> None:
    command = [sys.executable, "-c", SIGNALLED, str(int(signal.SIGINT)), "report"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "")


def test_both_names_of_the_command_run_the_same() -> None:
    declared = ConfigParser()
    declared.read(Path(__file__).parents[2] / "setup.cfg")
    assert resolve_name(declared["options.entry_points"]["console_scripts"].partition("=")[2].strip()) is run


def completions(words: str, folder: Path) -> list[str]:
    """What bash is offered for the last of the words."""
    environment = os.environ | {
        "_NX_POINCARE_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - (0 if words.endswith(" ") else 1)),
    }
    done = subprocess.run(COMMAND, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_completion(tmp_path: Path) -> None:
    Embedding.from_vectors(["dog", "donkey", "cat"], [[0.0, 0.0], [0.1, 0.0], [0.2, 0.0]]).save(tmp_path / "e.npz")
    assert completions("nx-poincare e", tmp_path) == ["embed", "evaluate"]
    assert completions("nx-poincare query e.npz do", tmp_path) == ["dog", "donkey"]
    assert "mammal.n.01" in completions("nx-poincare wordnet mammal", tmp_path)
    assert "child_to_parent" in completions("nx-poincare embed edges.tsv --direction ", tmp_path)
    assert completions("nx-poincare query nowhere.npz do", tmp_path) == [""]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_line_for_bash_is_valid(tmp_path: Path) -> None:
    environment = os.environ | {"_NX_POINCARE_COMPLETE": "bash_source"}
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, check=True)
    assert "nx-poincare" in done.stdout
    subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=True)


QUALITY_OF_DOGS = "mean rank 1.00, MAP 1.0000, F1 of ancestors 1.0000, from 32 nodes\n"


class TestDownload:
    def test_fetches_the_corpus_once(
        self, nltk_root: Path, no_nltk_corpus: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fetched = []

        def fetch(corpus: str, **options: Any) -> bool:  # NLTK refuses servers on this machine
            fetched.append((corpus, options["raise_on_error"]))
            shutil.copytree(nltk_root / "corpora" / "wordnet", no_nltk_corpus / "corpora" / corpus)
            return True

        monkeypatch.setattr("nltk.download", fetch)
        for told in ("fetching wordnet for NLTK\n", ""):
            result = CliRunner().invoke(main, ["wordnet", "dog.n.01", "--download"])
            assert (result.exit_code, result.stderr) == (0, told + QUALITY_OF_DOGS)
            assert "puppy.n.01\t" in result.stdout
        result = CliRunner().invoke(main, ["wordnet", "dog.n.01", "--download", "--source", "wordnet31"])
        assert result.exit_code == 0
        assert fetched == [("wordnet", True), ("wordnet31", True)]

    def test_fetches_the_words_of_a_language(
        self, nltk_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import nltk

        monkeypatch.setattr(nltk.data, "path", [str(tmp_path), str(nltk_corpus)])

        def fetch(corpus: str, **_: Any) -> bool:
            folder = tmp_path / "corpora" / corpus / "fra"
            folder.mkdir(parents=True)
            (folder / "wn-data-fra.tab").write_text("02084071-n\tfra:lemma\tchien\n")
            return True

        monkeypatch.setattr("nltk.download", fetch)
        path = tmp_path / "dogs.graphml"
        arguments = ["wordnet", "dog.n.01", "--language", "fra", "--glosses", "--download", "-o", str(path)]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0
        assert result.stderr == f"fetching omw-1.4 for NLTK\n{QUALITY_OF_DOGS}wrote {path}\n"
        dog = nx.read_graphml(path).nodes["dog.n.01"]
        assert dog["lemmas"] == '["chien"]'
        assert dog["gloss"].startswith("a member of the genus Canis")

    def test_a_failure_is_told(self, no_nltk_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(corpus: str, **_: Any) -> bool:
            raise ValueError("no network")

        monkeypatch.setattr("nltk.download", fail)
        result = CliRunner().invoke(main, ["wordnet", "dog.n.01", "--download"])
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.endswith("Error: no network\n")
        result = CliRunner().invoke(main, ["wordnet", "--download", "--source", "bundled"])
        assert result.exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["embed", "edges.tsv", "-o", "edges.tsv"],
        ["embed", "edges.tsv", "-o", "./sub/../edges.tsv"],
        ["embed", "edges.tsv", "-o", "link.tsv"],
        ["embed", "edges.tsv", "-o", "hard.tsv"],
        ["embed", "edges.tsv", "-o", "new.npz", "-o", "sub/../new.npz"],
        ["embed", "edges.tsv", "-o", "x.npz", "--checkpoint", "x.npz"],
        ["embed", "edges.tsv", "--init", "old.npz", "-o", "old.npz"],
        ["embed", "edges.tsv", "--checkpoint", "edges.tsv", "--dim", "3", "-o", "new.npz"],
        ["convert", "old.npz", "old.npz"],
        ["convert", "old.npz", "edges.tsv", "--graph", "edges.tsv"],
        ["convert", "sub/vectors.tsv", "sub/"],
        ["html", "page.html", "--format", "tsv", "-o", "page.html"],
        ["embed", "parts", "-o", "parts/part.0.parquet"],
        ["convert", "parts", "parts/part.0.parquet"],
    ],
)
def test_an_output_that_is_an_input_or_another_output_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    for name in ("edges.tsv", "page.html", "sub/vectors.tsv"):
        Path(name).write_text("a\tb\n")
    Path("link.tsv").symlink_to("edges.tsv")
    os.link("edges.tsv", "hard.tsv")
    Path("parts").mkdir()
    pd.DataFrame({"parent": ["a"], "child": ["b"]}).to_parquet("parts/part.0.parquet")
    Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.5, 0.0]]).save("old.npz")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2, done.output
    assert "overwritten" in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="no such name")
@pytest.mark.parametrize("given", ["-", "/dev/stdin", "/dev/fd/0"])
def test_an_output_that_is_standard_input_is_refused(tmp_path: Path, given: str) -> None:
    edges = tmp_path / "edges.tsv"
    edges.write_text("a\tb\n")
    command = [*COMMAND, "embed", given, "--format", "tsv", "-o", "edges.tsv"]
    with edges.open() as stream:
        done = subprocess.run(command, cwd=tmp_path, stdin=stream, capture_output=True, text=True, check=False)
    assert (done.returncode, edges.read_text()) == (2, "a\tb\n")
    assert "would be overwritten" in done.stderr


def test_a_checkpoint_that_cannot_be_read_again_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe was opened for reading, and waited for a writer for ever."""
    monkeypatch.chdir(tmp_path)
    Path("edges.tsv").write_text("a\tb\n")
    os.mkfifo("pipe")
    for path in ("pipe", os.devnull):
        done = CliRunner().invoke(main, ["embed", "edges.tsv", "--epochs", "1", "--checkpoint", path])
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"{path}: is a device or a pipe" in done.stderr
        with pytest.raises(OSError, match="is a device or a pipe"):
            nxp.embed(nx.DiGraph([("a", "b")]), training=1, checkpoint=path)


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no such name")
def test_a_name_of_closed_standard_output_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "v.tsv").symlink_to("/dev/stdout")
    arguments = [*COMMAND, "embed", "nowhere.tsv", "-o", "v.tsv"]
    closing = ["sh", "-c", 'exec "$@" >&-', "sh", *arguments]
    done = subprocess.run(closing, cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "v.tsv: is closed" in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")
@pytest.mark.parametrize("arguments", [["--help"], ["embed", "--help"], ["--version"]])
def test_help_on_a_full_disk_is_an_error_in_one_line(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: standard output: No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="folders in use stay there")
def test_the_current_folder_may_be_gone(tmp_path: Path) -> None:
    (tmp_path / "edges.tsv").write_text("a\tb\n")
    (tmp_path / "gone").mkdir()
    script = 'cd "$0" && rmdir "$0" && exec "$@"'
    paths = [str(tmp_path / "edges.tsv"), "-o", str(tmp_path / "e.npz")]
    arguments = ["sh", "-c", script, str(tmp_path / "gone"), *COMMAND, "embed", "-q", *paths]
    environment = os.environ | {"PYTHONPATH": str(Path(nxp.__file__).parents[1])}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(Embedding.load(tmp_path / "e.npz")) == 2


@pytest.mark.parametrize("name", [".tsv", ".npz", ".tsv.gz", "new.npz/", "..npz"])
def test_a_suffix_without_a_name_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["embed", "nowhere.tsv", "-o", name])
    assert done.exit_code == 2
    assert f"{name}: the suffix must be one of" in done.stderr


def test_messages_show_names_without_control_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names that are closest to a wrong one went to the terminal as they stood in the file."""
    monkeypatch.chdir(tmp_path)
    Embedding.from_vectors(["dog\x1b[2J", "dog\u202e", "cat"], [[0.0, 0.0], [0.1, 0.0], [0.2, 0.0]]).save("e.npz")
    done = CliRunner().invoke(main, ["query", "e.npz", "dog"], color=True)
    assert done.exit_code == 1
    assert "closest: dog\\u202e, dog\\x1b[2J" in done.stderr
    Path("edges.csv").write_text("parent,a\x1b[2Jb,child\na,1,b\n")
    done = CliRunner().invoke(main, ["embed", "edges.csv", "-o", "e.npz"], color=True)
    assert done.exit_code == 0
    assert "a\\x1b[2Jb" in done.stderr
    assert done.stderr.replace("\n", "").isprintable()


def test_a_larger_file_than_allowed_is_refused_and_read_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("edges.csv").write_text("a,b\n" * 100)
    for command in (["embed", "edges.csv", "-o", "e.npz"], ["convert", "edges.csv", "g.json"]):
        done = CliRunner().invoke(main, [*command, "--max-bytes", "399"])
        assert done.exit_code == 1
        assert "holds more than 399 bytes" in done.stderr
        assert CliRunner().invoke(main, [*command, "--max-bytes", "400"]).exit_code == 0
    assert CliRunner().invoke(main, ["query", "e.npz", "a", "--max-bytes", "100"]).exit_code == 1


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_picture_has_the_same_bytes_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    """Not those of the day, nor of chance."""
    monkeypatch.chdir(tmp_path)
    Path("edges.tsv").write_text("a\tb\na\tc\n")
    for name in ("first", "second"):
        arguments = ["draw", "edges.tsv", "-o", f"{name}.{suffix}", "--size", "2"]
        assert CliRunner().invoke(main, arguments).exit_code == 0
    content = Path(f"first.{suffix}").read_bytes()
    assert content == Path(f"second.{suffix}").read_bytes()
    assert b"CreationDate" not in content
    assert b"dc:date" not in content
