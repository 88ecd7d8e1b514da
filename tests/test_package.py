"""What an installation holds, what an import costs, and what the package offers."""

import functools
import inspect
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from setuptools.config.setupcfg import read_configuration

import nx_poincare as nxp

REPOSITORY = Path(__file__).resolve().parent.parent


def python(code: str, *, cwd: Path, **environment: str) -> str:
    """What code prints in a fresh interpreter that sees the given folders and no checkout."""
    passed = {key: value for key, value in os.environ.items() if key not in ("NUMBA_CACHE_DIR", "NLTK_DATA")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd, env=passed | environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestPublicNames:
    def test_all_are_there_and_told_of(self) -> None:
        assert sorted(nxp.__all__) == list(nxp.__all__)
        for name in nxp.__all__:
            assert inspect.getdoc(getattr(nxp, name)), name
            assert name in dir(nxp)
        assert [name for name in dir(nxp) if not name.startswith("_")] == sorted(nxp.__all__)  # what notebooks complete

    def test_a_wrong_name_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError, match="has no attribute 'embedd'"):
            _ = nxp.embedd  # type: ignore[attr-defined]

    def test_methods_and_functions_have_docstrings(self) -> None:
        for cls in (nxp.Embedding, nxp.Hierarchy, nxp.Scores):
            own = [one for one in cls.__mro__ if one.__module__.startswith("nx_poincare.")]
            for name, member in {name: member for one in own for name, member in vars(one).items()}.items():
                is_property = isinstance(member, (property, functools.cached_property))
                if not name.startswith("_") and (callable(getattr(cls, name, None)) or is_property):
                    assert inspect.getdoc(getattr(cls, name)), f"{cls.__name__}.{name}"

    @pytest.mark.parametrize(
        "name", ["from_graph", "from_keyed_vectors", "from_vectors", "load", "save", "to_keyed_vectors", "write_to"]
    )
    def test_conversions_are_documented_in_full(self, name: str) -> None:
        method = getattr(nxp.Embedding, name)
        text = inspect.getdoc(method) or ""
        listed = text.partition("Parameters\n")[2].partition("\nRaises\n")[0]
        heads = [line.partition(" : ")[0] for line in listed.splitlines() if " : " in line]
        documented = {word for head in heads for word in head.split(", ")}
        assert set(inspect.signature(method).parameters) - {"self"} <= documented
        assert "\nRaises\n" in text
        assert "see `nx_poincare.io" not in text

    @pytest.mark.parametrize(
        "name",
        [
            "Checkpoint",
            "Training",
            "embed",
            "poincare_layout",
            "draw_poincare",
            "evaluate_reconstruction",
            "evaluate_link_prediction",
            "split_closure",
            "evaluate_entailment",
            "evaluate_distortion",
        ],
    )
    def test_every_option_is_documented(self, name: str) -> None:
        function = getattr(nxp, name)
        text = inspect.getdoc(function) or ""
        listed = text.partition("Parameters\n")[2].partition("\nReturns\n")[0]
        heads = [line.partition(" : ")[0] for line in listed.splitlines() if not line.startswith(" ")]
        documented = {word for head in heads for word in head.split(", ")}
        assert set(inspect.signature(function).parameters) <= documented


class TestVersion:
    def test_metadata_reads_the_one_of_the_package(self) -> None:
        settings = read_configuration(REPOSITORY / "setup.cfg")
        assert settings["metadata"]["version"] == nxp.__version__
        assert "version = attr: nx_poincare.__version__" in (REPOSITORY / "setup.cfg").read_text(encoding="utf-8")

    def test_citation_has_it(self) -> None:
        citation = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
        assert re.findall("^version: (.*)$", citation, re.MULTILINE) == [nxp.__version__]

    def test_changelog_has_it(self) -> None:
        changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
        assert re.findall(r"^## \[([\d.]+)\]", changes, re.MULTILINE)[0] == nxp.__version__


class TestImport:
    def test_is_light(self, tmp_path: Path) -> None:
        heavy = ("numba", "nltk", "matplotlib", "scipy", "networkx", "numpy", "gensim", "pandas", "click")
        code = f"import sys, nx_poincare; print([m for m in {heavy} if m in sys.modules])"
        assert python(code, cwd=tmp_path) == "[]\n"

    def test_a_call_loads_only_what_it_needs(self, tmp_path: Path) -> None:
        code = (
            "import sys, nx_poincare as nxp\n"
            "G = nxp.wordnet_graph('dog.n.01', source='bundled')\n"
            "print([m for m in ('numba', 'nltk', 'matplotlib') if m in sys.modules])\n"
            "nxp.embed(G)\n"
            "print([m for m in ('numba', 'nltk', 'matplotlib') if m in sys.modules])"
        )
        printed = python(code, cwd=tmp_path).splitlines()
        assert "matplotlib" not in printed[0]
        assert printed[1] == "[]"  # kernels are interpreted for so few nodes


class TestCompiledCode:
    """Kernels run wherever the package lies, cached or not."""

    CODE = (
        "import networkx as nx, nx_poincare as nxp\n"
        "emb = nxp.embed(nx.balanced_tree(2, 14, create_using=nx.DiGraph))  # too large to be interpreted\n"
        "print(nxp.__file__, emb.ancestors(9))"
    )

    @pytest.fixture
    def copy(self, tmp_path: Path) -> Path:
        """The package alone in a folder, without compiled code."""
        folder = tmp_path / "site"
        ignored = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc")
        shutil.copytree(REPOSITORY / "nx_poincare", folder / "nx_poincare", ignore=ignored)
        return folder

    def test_without_a_folder_that_can_be_written(self, copy: Path, tmp_path: Path) -> None:
        # A file where numba wants its folder stops root too, whom permissions do not.
        for folder in (copy / "nx_poincare").rglob("*"):
            if folder.is_dir():
                (folder / "__pycache__").write_text("")
        (copy / "nx_poincare" / "__pycache__").write_text("")
        (home := tmp_path / "home").write_text("")
        printed = python(
            self.CODE, cwd=tmp_path, PYTHONPATH=str(copy), HOME=str(home), XDG_CACHE_HOME=str(home / "cache")
        )
        assert printed == f"{copy / 'nx_poincare' / '__init__.py'} [0, 1, 4]\n"
        assert not list(copy.rglob("*.nbi"))

    def test_with_one_the_code_is_kept(self, copy: Path, tmp_path: Path) -> None:
        assert python(self.CODE, cwd=tmp_path, PYTHONPATH=str(copy)).endswith(" [0, 1, 4]\n")
        assert list(copy.rglob("*.nbi"))


def built_wheel(folder: Path, *, mask: int = 0o022, **environment: str) -> Path:
    """A wheel of a copy of the checkout, as `make wheel` builds it, without the network."""
    source = folder / "checkout"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "*_output")
    shutil.copytree(REPOSITORY, source, ignore=ignored, copy_function=shutil.copy)  # with the time of the copy
    shutil.copytree(REPOSITORY / ".ci", source / ".ci")
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode & ~mask)
    somebody = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    dated = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "1700000000 +0000")
    for command in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "copy"]):
        subprocess.run(["git", *somebody, *command], cwd=source, check=True, env=os.environ | dated)
    environment = os.environ | {"PYTHON": sys.executable} | environment
    subprocess.run([source / ".ci" / "wheel"], check=True, timeout=300, env=environment, umask=mask)
    (wheel,) = (source / "dist").glob("nx_poincare-*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(tmp_path_factory.mktemp("first"))


class TestWheel:
    def test_holds_every_module_and_the_data(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            held = set(archive.namelist())
        modules = {file.relative_to(REPOSITORY).as_posix() for file in (REPOSITORY / "nx_poincare").rglob("*.py")}
        assert modules <= held
        data = {"wordnet30_nouns.tsv.gz", "wordnet30_verbs.tsv.gz", "LICENSE-WordNet.txt", "README.md"}
        assert {f"nx_poincare/data/{name}" for name in data} <= held
        assert "nx_poincare/py.typed" in held
        assert any(name.endswith("licenses/LICENSE") for name in held)
        assert not any(name.startswith(("tests/", "benchmarks/", "pipelines/")) for name in held)

    def test_has_the_same_bytes_each_time(self, wheel: Path, tmp_path: Path) -> None:
        """In another folder, of files that are closed to others; once they were closed where it was installed, too."""
        again = built_wheel(tmp_path, mask=0o077, TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C")
        assert again.read_bytes() == wheel.read_bytes()
        with zipfile.ZipFile(again) as archive:
            assert all(member.external_attr >> 16 & 0o044 == 0o044 for member in archive.infolist())

    def test_works_where_it_is_installed(self, wheel: Path, tmp_path: Path) -> None:
        target = tmp_path / "target"
        command = ["install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
        subprocess.run([sys.executable, "-m", "pip", *command], check=True, timeout=300)
        code = (
            "import nx_poincare as nxp\n"
            "from nx_poincare.extractors.wordnet.snapshot import load_wordnet_snapshot\n"
            "from nx_poincare.cli import main\n"
            "print(nxp.__file__)\n"
            "print(len(load_wordnet_snapshot('v').names))\n"
            "emb = nxp.embed(nxp.wordnet_graph('mammal.n.01', source='bundled'))\n"
            "print(emb.ancestors('dog.n.01')[0], len(emb))"
        )
        printed = python(code, cwd=tmp_path, PYTHONPATH=str(target)).splitlines()
        assert printed == [str(target / "nx_poincare" / "__init__.py"), "13767", "mammal.n.01 1182"]
        from_a_zip = python(code, cwd=tmp_path, PYTHONPATH=str(wheel)).splitlines()
        assert from_a_zip == [os.path.join(wheel, "nx_poincare", "__init__.py"), *printed[1:]]
        scripts = {file.name for file in (target / "bin").iterdir()}
        assert scripts == {"nx-poincare" + (sysconfig.get_config_var("EXE") or "")}


def test_what_continuous_integration_installs_is_locked_by_hash() -> None:
    """Every library that setup.cfg names for it, in a version that it allows, and nothing is taken from elsewhere."""
    settings = read_configuration(REPOSITORY / "setup.cfg")["options"]
    extras = settings["extras_require"]
    named = [*settings["install_requires"], *(one for extra in ("test", "lint", "docs") for one in extras[extra])]
    lock = (REPOSITORY / ".ci" / "locked.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^([\w.-]+)==([^\s;]+)[^\n]*((?:\\\n +--hash=sha256:[0-9a-f]{64} ?)+)", lock, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^[\w.-]+==", lock, re.MULTILINE))
    versions: dict[str, list[str]] = {}
    for name, version, _ in entries:
        versions.setdefault(canonicalize_name(name), []).append(version)
    for line in named:
        requirement = Requirement(line)
        if requirement.name == "torch":
            assert requirement.specifier.contains("2.13.0+cpu"), line
        elif requirement.name != "nx-poincare":
            found = versions[canonicalize_name(requirement.name)]
            assert all(requirement.specifier.contains(version) for version in found), line


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_continuous_integration_installs_nothing_without_a_hash() -> None:
    command = ["make", "--dry-run", "LOCK=.ci/locked.txt", "PYTHON=python3.99", ".venv-3.99/.installed-lint"]
    said = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    installs = [part for line in said.splitlines() for part in line.split("||") if "pip install" in part]
    assert len(installs) == 6
    for install in installs:
        assert "--require-hashes" in install or ("--no-index" in install and "--no-build-isolation" in install)
        for lock in re.findall(r"-r (\S+)", install):
            text = (REPOSITORY / lock).read_text(encoding="utf-8")
            assert len(re.findall(r"^[\w.-]+==.*\\\n    --hash=", text, re.MULTILINE)) == len(
                re.findall(r"^[\w.-]+==", text, re.MULTILINE)
            )
