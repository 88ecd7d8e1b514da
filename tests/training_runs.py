"""Short trainings, as the tests of training run them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import networkx as nx

import nx_poincare as nxp


def gathered(options: dict[str, Any]) -> dict[str, Any]:
    """Options of `embed` in which those of the training are gathered in one object."""
    names = {field.name for field in fields(nxp.Training)}
    found = {name: value for name, value in options.items() if name in names}
    rest = {name: value for name, value in options.items() if name not in names}
    return rest | ({"training": nxp.Training(**found)} if found else {})


def trained(G: nx.Graph, dim: int = 3, **options: Any) -> nxp.Embedding:
    """A graph embedded from random points in 30 epochs, unless options say otherwise."""
    defaults = {
        "init": "random", "epochs": 20, "burn_in": 10, "negatives": 10, "relatives": 0.3, "emphasis": 0.7, "seed": 1,
    }  # fmt: skip
    return nxp.embed(G.copy(), dim, **gathered(defaults | options))


def bytes_of(emb: nxp.Embedding) -> bytes:
    return emb.directions.tobytes() + emb.radii.tobytes()
