"""Imports run one way, as pyproject.toml has it: late ones and those for types alone too."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = "nx_poincare"
REPOSITORY = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: dict[str, list[str]] = {contract["name"]: contract["layers"] for contract in SETTINGS["contracts"]}
ABOVE_ALL = (ROOT, f"{ROOT}.__main__")  # belong to no layer


class Import(NamedTuple):
    """One imported name: who imports what from where."""

    by: str
    module: str
    name: str | None
    line: int

    def __str__(self) -> str:
        return f"{self.by}, line {self.line}: imports {self.name or 'all'} of {self.module}"


def sources(folder: Path) -> dict[str, str]:
    """Text of every module of the package in a folder."""
    found = {}
    for file in sorted((folder / ROOT).rglob("*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file.read_text(encoding="utf-8")
    return found


def imports(texts: dict[str, str]) -> Iterator[Import]:
    """Every import of the package's own modules, wherever in a file it stands."""
    for by, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found = [(alias.name, None) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{by}, line {node.lineno}: a relative import"
                found = [(node.module or "", alias.name) for alias in node.names]
            else:
                continue
            for module, name in found:
                if module == ROOT or module.startswith(f"{ROOT}."):
                    inner = f"{module}.{name}"
                    yield Import(by, *((inner, None) if inner in texts else (module, name)), node.lineno)


def is_in(module: str, layer: str) -> bool:
    return module == layer or module.startswith(f"{layer}.")


def backward(texts: dict[str, str], layers: list[str]) -> list[str]:
    """Imports of what stands above the importing module, or beside it in one layer."""
    places = [(height, part.strip()) for height, layer in enumerate(layers) for part in layer.split("|")]

    def place(module: str) -> tuple[int, str] | None:
        return next((found for found in places if is_in(module, found[1])), None)

    wrong = []
    for one in imports(texts):
        own, other = place(one.by), place(one.module)
        if own and other and own != other and own[0] >= other[0]:
            wrong.append(str(one))
    return wrong


def private(texts: dict[str, str]) -> list[str]:
    """Uses of a name with an underscore outside the module that it belongs to, and imports of a module by itself."""
    wrong = [
        str(one)
        for one in imports(texts)
        if one.module == one.by or (one.name is not None and one.name.startswith("_") and one.name[1:2] != "_")
    ]
    for by, text in texts.items():
        tree = ast.parse(text)
        modules = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                modules |= {
                    alias.asname or alias.name for alias in node.names if f"{node.module}.{alias.name}" in texts
                }
            elif isinstance(node, ast.Import):
                modules |= {alias.asname for alias in node.names if alias.name in texts and alias.asname}
        wrong += [
            f"{by}, line {node.lineno}: uses {node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
            if node.attr.startswith("_") and not node.attr.startswith("__")
        ]
    return wrong


PACKAGE = sources(REPOSITORY)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_no_import_runs_back(contract: str) -> None:
    assert backward(PACKAGE, CONTRACTS[contract]) == []


def test_every_module_has_a_layer() -> None:
    first, *_ = CONTRACTS.values()
    layers = [part.strip() for layer in first for part in layer.split("|")]
    assert [name for name in PACKAGE if name not in ABOVE_ALL and not any(is_in(name, one) for one in layers)] == []


def test_layers_are_there() -> None:
    layers = [part.strip() for contract in CONTRACTS.values() for layer in contract for part in layer.split("|")]
    assert [layer for layer in layers if layer not in PACKAGE] == []


def test_only_commands_go_by_the_public_names() -> None:
    """What the package itself offers comes from everywhere, so that any other import of it would run back."""
    users = {one.by for one in imports(PACKAGE) if one.module == ROOT}
    assert {user for user in users if not is_in(user, f"{ROOT}.cli")} == set()


def test_no_module_uses_itself_or_what_is_private_elsewhere() -> None:
    assert private(PACKAGE) == []


WRONG = {
    "plain": "from nx_poincare.api import embed",
    "a module": "from nx_poincare import api",
    "late": "def f():\n    import nx_poincare.api\n",
    "for types": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from nx_poincare.api import embed",
    "in a class": "class A:\n    def f(self):\n        if self:\n            from nx_poincare.api import embed as _e",
    "beside": "from nx_poincare.extractors.tables import x",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_an_import_that_runs_back_is_found(text: str) -> None:
    texts = {ROOT: "", f"{ROOT}.api": "", f"{ROOT}.extractors.tables": "", f"{ROOT}.attributes": text}
    found = [line for layers in CONTRACTS.values() for line in backward(texts, layers)]
    assert len(found) == 1
    assert found[0].startswith(f"{ROOT}.attributes, line ")


@pytest.mark.parametrize(
    "text",
    [
        "from nx_poincare.api import _secret",
        "def f():\n    from nx_poincare import api\n    return api._secret",
        "import nx_poincare.api as a\nprint(a._secret)",
        "from nx_poincare.cli import embed",
    ],
)
def test_private_names_and_a_module_itself_are_found(text: str) -> None:
    assert len(private({ROOT: "", f"{ROOT}.api": "", f"{ROOT}.cli": text})) == 1
    assert private({ROOT: "", f"{ROOT}.api": "", f"{ROOT}.cli": "from nx_poincare.api import embed, __doc__"}) == []
