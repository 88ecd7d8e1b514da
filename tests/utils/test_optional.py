"""An extra that is not installed gives the command that installs it."""

import sys
from collections.abc import Callable

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding


@pytest.mark.parametrize(
    ("module", "call"),
    [("gensim", Embedding.to_keyed_vectors), ("pandas", Embedding.to_pandas)],
)
def test_the_command_is_named(monkeypatch: pytest.MonkeyPatch, module: str, call: Callable[..., object]) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)  # type: ignore[arg-type]
    emb = nxp.embed(nx.DiGraph([("a", "b")]))
    with pytest.raises(ImportError, match=rf'pip install "nx-poincare\[{module}\]"'):
        call(emb)
