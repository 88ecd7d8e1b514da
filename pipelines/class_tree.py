"""The classes of a Python package in the Poincaré ball, below their base classes.

    python pipelines/class_tree.py --out exceptions
    python pipelines/class_tree.py matplotlib --out matplotlib

The first line takes Python's built-in exceptions, the second a package; any module that can be imported will do.
"""

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import networkx as nx
from recipe import chosen, embed_and_write, labels_of_largest, options

_NOT_THE_LIBRARY = {"__main__", "tests", "testing", "conftest"}


def class_graph(name: str, base: type = object) -> nx.DiGraph:
    """Edges from class to subclass, below a base: classes that a package defines, and those that they derive from."""
    G = nx.DiGraph()
    for module in modules(name):
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if f"{cls.__module__}.".startswith(f"{name}."):
                kept = [part for part in cls.__mro__ if issubclass(part, base)]
                G.add_nodes_from((called(part), {"name": part.__name__}) for part in kept)
                G.add_edges_from(
                    (called(above), called(part)) for part in kept for above in part.__bases__ if above in kept
                )
    return G


def modules(name: str) -> Iterator[ModuleType]:
    """A module and, if it is a package, the modules in it that can be imported here."""
    yield (module := importlib.import_module(name))
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
        if found.name.rpartition(".")[2] not in _NOT_THE_LIBRARY:
            try:
                yield from modules(found.name)
            except Exception as error:  # a module may need another system, or a package that is not installed
                logging.warning("left out %s: %r", found.name, error)


def called(cls: type) -> str:
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def main() -> None:
    parser = options(__doc__, "classes_output")
    parser.add_argument("module", nargs="?", default="builtins", help="module or package; of builtins the exceptions")
    found = chosen(parser)
    G = class_graph(found.module, BaseException if found.module == "builtins" else object)
    labels = labels_of_largest(G, dict(G.nodes(data="name")))
    embed_and_write(G, found.out, found.module, dim=found.dim, labels=labels)


if __name__ == "__main__":
    main()
