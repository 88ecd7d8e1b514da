"""Calls of the README and the documentation, as a script with types has them: mypy reads it, nothing runs it."""

# ruff: noqa: F841

from __future__ import annotations

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

import nx_poincare as nxp


def script() -> None:
    G: nx.DiGraph[str] = nx.DiGraph([("cat", "mammal"), ("dog", "mammal"), ("puppy", "dog")])
    emb: nxp.Embedding = nxp.embed(G, direction="child_to_parent")
    ancestors: list[str] = [str(node) for node in emb.ancestors("puppy")]
    point: npt.NDArray[np.float64] = emb["cat"]

    nxp.draw_poincare(G).figure.savefig("mammals.png")
    _, given = plt.subplots()
    drawn: Axes = nxp.draw_poincare(emb, ax=given, focus="dog")

    nxp.write_html(nxp.read_graph("edges.csv", source="parent", target="child"), "page.html")
    scores = nxp.evaluate_reconstruction(emb, G)
    mean_rank: float = scores.mean_rank
    if emb.quality is not None:
        f1: float | None = emb.quality.f1
    layout: dict[str, npt.NDArray[np.float64]] = {str(node): place for node, place in nxp.poincare_layout(G).items()}
