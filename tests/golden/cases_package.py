"""The package itself: what a wheel holds beside modules, and what an import loads."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import nx_poincare as nxp

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = (
    "numba", "nltk", "matplotlib", "pandas", "gensim", "scipy", "scipy.sparse.csgraph", "networkx", "numpy", "click",
    "tqdm",
)  # fmt: skip
CODE = {
    "nothing": "import nx_poincare",
    "graph": "import nx_poincare as nxp; nxp.wordnet_graph('dog.n.01', source='bundled')",
    "closure": "import networkx as nx, nx_poincare as nxp; [*nxp.closure_edges(nx.DiGraph([(0, 1)]))]",
    "embedding": "import networkx as nx, nx_poincare as nxp; nxp.embed(nx.DiGraph([(0, 1), (0, 2), (1, 3)]))",
    "query": "import nx_poincare as nxp; nxp.Embedding.from_vectors(['a', 'b'], [[0.1, 0], [0, 0.2]]).nearest('a')",
    "command": "import nx_poincare.cli",
}
_NOT_COPIED = (".*", "__pycache__", "*.egg-info", "build", "*_output", "tests", "docs", "benchmarks", "*.nbi", "*.nbc")


def cases() -> dict[str, Callable[[Path], Any]]:
    found: dict[str, Callable[[Path], Any]] = {f"package.loads.{name}": partial(_loaded, name) for name in CODE}
    found["package.wheel"] = _wheel
    found["package.signatures"] = _signatures
    return found


def _loaded(name: str, folder: Path) -> Any:
    """Heavy modules in a fresh process."""
    code = f"{CODE[name]}\nimport json, sys; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def _wheel(folder: Path) -> Any:
    """What is no module in a wheel of a copy of the checkout."""
    source = folder / "checkout"
    shutil.copytree(REPOSITORY, source, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(source)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return sorted(name for name in archive.namelist() if not name.endswith((".py", "/")))


def _signatures(_: Path) -> Any:
    """Names and defaults of all arguments but those of `embed`."""
    found: dict[str, Any] = {}
    for name in nxp.__all__:
        public = getattr(nxp, name)
        if name == "embed":
            continue
        if not inspect.isclass(public):
            found[name] = _arguments(public)
            continue
        for method in dir(public):
            if callable(getattr(public, method)) and (not method.startswith("_") or method == "__init__"):
                found[f"{name}.{method}"] = _arguments(getattr(public, method))
    return found


def _arguments(function: Any) -> list[str] | None:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return None
    return [f"{one.kind.name} {one.name}={one.default!r}" if one.default is not one.empty else
            f"{one.kind.name} {one.name}" for one in parameters]  # fmt: skip
