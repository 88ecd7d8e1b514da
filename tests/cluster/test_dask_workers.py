"""What is kept, summed, counted, scored and raised on workers of a cluster is what threads at home have."""

from __future__ import annotations

import functools

import networkx as nx
import numpy as np
import pytest
from clusters import kill_all_after_the_first_result, kill_workers

import nx_poincare as nxp
from nx_poincare.cluster.workers import DaskWorkers
from nx_poincare.engine.dag.dag import ClosureTooLargeError
from nx_poincare.utils.workers import Threads


def test_what_all_lost_workers_had_is_made_again(client):
    workers = DaskWorkers(client)
    kept = workers.keep(np.arange(5))
    ((surroundings, size),) = workers.kept_results(_twice_and_size, [(kept,)])
    assert size == 5
    kill_workers(client)
    assert workers.total(np.sum, [(surroundings,), (kept,)], sum) == 30


def _twice_and_size(values):
    return 2 * values, len(values)


@pytest.mark.parametrize("threads", [None, 3, 12])
def test_a_sum_is_by_the_same_tree(client, monkeypatch, threads):
    workers = DaskWorkers(client)
    if threads:  # as if there were so many: each with a batch of the calls
        places = workers._places()
        monkeypatch.setattr(workers, "_places", lambda: (places * threads)[:threads])
    for count in (1, 5, 20, 64):
        calls = [(str(i),) for i in range(count)]
        here = Threads(2).total(str, calls, _bracketed)
        assert workers.total(str, calls, _bracketed) == here
        kept = workers.kept_results(_text_and_itself, [(number,) for number in range(count)])
        assert [brought for _, brought in kept] == list(range(count))
        assert workers.total(str, [(text,) for text, _ in kept], _bracketed) == here


def _text_and_itself(number):
    return str(number), number


def _bracketed(parts):
    """The sum, which shows in which order it was formed."""
    return parts[0] if len(parts) == 1 else functools.reduce(lambda one, other: f"({one}{other})", parts)


def _too_large(limit):
    raise ClosureTooLargeError(limit, 10 * limit)


def test_an_error_on_a_worker_is_that_at_home_with_its_part(client):
    messages = []
    for workers in (Threads(1), DaskWorkers(client)):
        with pytest.raises(ClosureTooLargeError, match="about 50") as raised:
            list(workers.results(_too_large, [(5,)]))
        messages.append(str(raised.value))
    assert messages[0] == messages[1]
    assert (
        f"part 1 of the work, on a worker of the scheduler at {client.scheduler.address}" in raised.value.__notes__[0]
    )


def test_scores_are_the_same_though_all_workers_are_killed(client, hierarchy, at_home, monkeypatch):
    killed = kill_all_after_the_first_result(client, monkeypatch)
    assert nxp.evaluate_reconstruction(at_home, hierarchy, client=client, progress=False) == (
        nxp.evaluate_reconstruction(at_home, hierarchy)
    )
    assert killed
    monkeypatch.undo()
    assert nxp.evaluate_order(at_home, hierarchy, client=client, progress=False) == (
        nxp.evaluate_order(at_home, hierarchy)
    )


def test_nodes_of_cycles_and_an_order_of_its_own(client):
    G = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("a", "e"), ("e", "d")])
    emb = nxp.embed(G, seed=0)
    turned = nxp.Embedding.from_vectors(list(emb)[::-1], [emb[node] for node in list(emb)[::-1]])
    here, there = (turned.fit_horizons(G, client=at) for at in (None, client))
    assert here.horizons.tobytes() == there.horizons.tobytes()
    assert here.quality == there.quality


def test_counts_of_the_closure(client, hierarchy):
    on_cycles = nxp.Hierarchy.from_edges("abcdef", [(0, 1), (1, 2), (2, 1), (2, 3), (0, 4), (4, 3), (3, 5), (5, 3)])
    for each in (hierarchy, on_cycles):
        found = [each.closure_counts(n_jobs=2), each.closure_counts(client=client)]
        for ancestors, descendants in found:
            assert ancestors.tolist() == each.ancestor_counts.tolist()
            assert descendants.tolist() == each.descendant_counts.tolist()
