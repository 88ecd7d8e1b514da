"""Hyperbolic embeddings of hierarchies, for NetworkX and WordNet.

``import nx_poincare`` is light: each public name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nx_poincare.api import embed
    from nx_poincare.attributes.flatten import flatten_attributes
    from nx_poincare.drawing.disk import draw_poincare
    from nx_poincare.drawing.film import draw_training
    from nx_poincare.drawing.html import write_html
    from nx_poincare.embedding.embedding import Embedding
    from nx_poincare.embedding.precision import PrecisionWarning
    from nx_poincare.embedding.projector import export_projector
    from nx_poincare.embedding.quality import Quality, QualityWarning
    from nx_poincare.engine.training.options import Training
    from nx_poincare.evaluation.distortion import Distortion, evaluate_distortion
    from nx_poincare.evaluation.entailment import Entailment, evaluate_entailment
    from nx_poincare.evaluation.link_prediction import LinkPrediction, Split, evaluate_link_prediction, split_closure
    from nx_poincare.evaluation.order import OrderScores, evaluate_order
    from nx_poincare.evaluation.reconstruction import Scores, evaluate_reconstruction
    from nx_poincare.extractors.wordnet.graph import wordnet_graph
    from nx_poincare.hierarchy.hierarchy import Hierarchy
    from nx_poincare.hierarchy.missing_pairs import likely_missing_pairs
    from nx_poincare.hierarchy.reading import closure_edges
    from nx_poincare.io.checkpoint import Checkpoint
    from nx_poincare.io.graphs.read import read_graph
    from nx_poincare.io.graphs.readers.json_graph import graph_from_nested
    from nx_poincare.io.graphs.readers.linkage import graph_from_linkage
    from nx_poincare.io.graphs.write import export_graph
    from nx_poincare.layout.networkx_layout import poincare_layout
    from nx_poincare.utils.warn import HierarchyWarning

__version__ = "0.1.0"

_HOME_OF = {
    "embed": "nx_poincare.api",
    "poincare_layout": "nx_poincare.layout.networkx_layout",
    "flatten_attributes": "nx_poincare.attributes.flatten",
    "likely_missing_pairs": "nx_poincare.hierarchy.missing_pairs",
    "draw_poincare": "nx_poincare.drawing.disk",
    "draw_training": "nx_poincare.drawing.film",
    "write_html": "nx_poincare.drawing.html",
    "Embedding": "nx_poincare.embedding.embedding",
    "Quality": "nx_poincare.embedding.quality",
    "QualityWarning": "nx_poincare.embedding.quality",
    "Training": "nx_poincare.engine.training.options",
    "Distortion": "nx_poincare.evaluation.distortion",
    "evaluate_distortion": "nx_poincare.evaluation.distortion",
    "Entailment": "nx_poincare.evaluation.entailment",
    "evaluate_entailment": "nx_poincare.evaluation.entailment",
    "LinkPrediction": "nx_poincare.evaluation.link_prediction",
    "Split": "nx_poincare.evaluation.link_prediction",
    "evaluate_link_prediction": "nx_poincare.evaluation.link_prediction",
    "split_closure": "nx_poincare.evaluation.link_prediction",
    "OrderScores": "nx_poincare.evaluation.order",
    "evaluate_order": "nx_poincare.evaluation.order",
    "Scores": "nx_poincare.evaluation.reconstruction",
    "evaluate_reconstruction": "nx_poincare.evaluation.reconstruction",
    "PrecisionWarning": "nx_poincare.embedding.precision",
    "export_projector": "nx_poincare.embedding.projector",
    "closure_edges": "nx_poincare.hierarchy.reading",
    "Checkpoint": "nx_poincare.io.checkpoint",
    "read_graph": "nx_poincare.io.graphs.read",
    "graph_from_linkage": "nx_poincare.io.graphs.readers.linkage",
    "graph_from_nested": "nx_poincare.io.graphs.readers.json_graph",
    "wordnet_graph": "nx_poincare.extractors.wordnet.graph",
    "Hierarchy": "nx_poincare.hierarchy.hierarchy",
    "export_graph": "nx_poincare.io.graphs.write",
    "HierarchyWarning": "nx_poincare.utils.warn",
}

__all__ = [
    "Checkpoint",
    "Distortion",
    "Embedding",
    "Entailment",
    "Hierarchy",
    "HierarchyWarning",
    "LinkPrediction",
    "OrderScores",
    "PrecisionWarning",
    "Quality",
    "QualityWarning",
    "Scores",
    "Split",
    "Training",
    "closure_edges",
    "draw_poincare",
    "draw_training",
    "embed",
    "evaluate_distortion",
    "evaluate_entailment",
    "evaluate_link_prediction",
    "evaluate_order",
    "evaluate_reconstruction",
    "export_graph",
    "export_projector",
    "flatten_attributes",
    "graph_from_linkage",
    "graph_from_nested",
    "likely_missing_pairs",
    "poincare_layout",
    "read_graph",
    "split_closure",
    "wordnet_graph",
    "write_html",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'nx_poincare' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*(name for name in globals() if name.startswith("__")), *__all__})
