"""Checkpoints of the refinement of cones: continued runs give the bytes of runs that never stopped."""

import json

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.cones.skeleton import optimise as skeleton_training
from nx_poincare.io.checkpoint import CheckpointError

pytestmark = pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # of so few steps

STEPS = 25


class PowerCutError(Exception):
    pass


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(skeleton_training, "_STEPS", STEPS)


def graph(n=200, second=0.2, seed=1):
    """One for which, in three dimensions, the order of the arcs is the better start."""
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    edges += [(int(rng.integers(v)), v) for v in range(2, n) if rng.random() < second]
    return nx.DiGraph(edges)


def embedded(dim, seed=0, **options):
    return nxp.embed(graph(), dim, seed=seed, progress=False, **options)


def bytes_of(emb):
    return emb.directions.tobytes() + emb.radii.tobytes() + emb.layout.tobytes()


def cut(at):
    """A callback that fails after so many steps."""

    def called(step, loss, view):
        if step == at:
            raise PowerCutError

    return called


def told():
    """Numbers of the steps that are done, and a callback that notes them."""
    seen = []
    return seen, lambda step, *_: seen.append(step)


# In three dimensions the steps from 26 on are those from the order of the arcs.
STOPS = [(5, 1), (5, 7), (5, 23), (3, 12), (3, 25), (3, 26), (3, 44)]


@pytest.fixture(scope="module")
def whole():
    """Bytes of runs that are not saved at all, by dimension."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skeleton_training, "_STEPS", STEPS)
        return {dim: bytes_of(embedded(dim)) for dim in (3, 5)}


@pytest.mark.parametrize("every", [1, 7])
@pytest.mark.parametrize(("dim", "at"), STOPS)
def test_a_run_that_broke_goes_on_to_the_same_bytes(whole, tmp_path, dim, at, every):
    path = tmp_path / "run.npz"
    with pytest.raises(PowerCutError):
        embedded(dim, checkpoint=nxp.Checkpoint(path, every), callbacks=[cut(at)])
    seen, callback = told()
    assert bytes_of(embedded(dim, checkpoint=nxp.Checkpoint(path, every), callbacks=[callback])) == whole[dim]
    assert at - every < seen[0] <= at
    assert seen == list(range(seen[0], STEPS * (2 if dim == 3 else 1) + 1))
    seen.clear()
    assert bytes_of(embedded(dim, checkpoint=path, callbacks=[callback])) == whole[dim]
    assert seen == []
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


@pytest.mark.parametrize(("dim", "at"), STOPS)
def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(whole, tmp_path, dim, at):
    """Points that were scored because it was stopped there must not count later."""
    path = tmp_path / "run.npz"
    embedded(dim, checkpoint=path, callbacks=[lambda step, *_: step == at])
    assert bytes_of(embedded(dim, checkpoint=path)) == whole[dim]


@pytest.mark.parametrize(("dim", "at"), [(5, 12), (3, 12), (3, 40)])
def test_an_interrupted_run_goes_on_to_the_same_bytes(whole, tmp_path, dim, at):
    def interrupt(step, loss, view):
        if step == at:
            raise KeyboardInterrupt

    path = tmp_path / "run.npz"
    with pytest.warns(UserWarning, match="interrupted"):
        embedded(dim, checkpoint=nxp.Checkpoint(path, 5), callbacks=[interrupt])
    assert bytes_of(embedded(dim, checkpoint=path)) == whole[dim]


def test_the_number_of_threads_may_change(whole, tmp_path):
    path = tmp_path / "run.npz"
    embedded(5, checkpoint=path, n_jobs=2, callbacks=[lambda step, *_: step == 9])
    assert bytes_of(embedded(5, checkpoint=path)) == whole[5]


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"seed": 2}, "seed"),
        ({"max_radius": 30}, r"max_radius 36\.0 there, 30\.0 here"),
        ({"dim": 4}, "dim 5 there, 4 here"),
        ({"effort": 2}, r"effort None there, 2\.0 here"),
    ],
)
def test_other_options_are_refused_by_name(tmp_path, other, named):
    path = tmp_path / "run.npz"
    embedded(5, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match=f"another run.*{named}"):
        embedded(**{"dim": 5, "checkpoint": path} | other)
    assert path.read_bytes() == before


def test_another_graph_and_another_training_are_refused(tmp_path):
    path = tmp_path / "run.npz"
    embedded(5, checkpoint=path)
    G = graph(seed=2)
    with pytest.raises(CheckpointError, match=r"another run.*graph"):
        nxp.embed(G, 5, seed=0, checkpoint=path)
    assert not any(data for _, data in G.nodes(data=True))
    with pytest.raises(CheckpointError, match="another run"):
        nxp.embed(graph(), 5, seed=0, init="random", training=1, checkpoint=path)
    epochs = tmp_path / "epochs.npz"
    nxp.embed(graph(), 5, seed=0, init="random", training=nxp.Training(epochs=1, burn_in=0), checkpoint=epochs)
    with pytest.raises(CheckpointError, match=r"another run.*trained None there, 'cones' here"):
        embedded(5, checkpoint=epochs)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04broken"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"run\.npz is not a checkpoint"):
        embedded(5, checkpoint=path)
    assert path.read_bytes() == content


def test_where_steps_see_a_part_a_run_goes_on_to_the_same_bytes(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(skeleton_training, "_MOST_WORK", 10_000_000)
    seen, callback = told()
    path = tmp_path / "run.npz"
    with caplog.at_level("INFO", logger="nx_poincare"):
        whole = bytes_of(embedded(3, callbacks=[callback]))
    assert "are drawn for a look" in caplog.text
    assert len(seen) > 12
    with pytest.raises(PowerCutError):
        embedded(3, checkpoint=path, callbacks=[cut(12)])
    assert bytes_of(embedded(3, checkpoint=path)) == whole


@pytest.mark.parametrize("missing", ["moments", "window"])
def test_what_another_version_has_written_is_refused(tmp_path, missing):
    path = tmp_path / "run.npz"
    embedded(5, checkpoint=path, callbacks=[lambda step, *_: step == 2])
    with np.load(path) as arrays:
        content = dict(arrays)
    header = json.loads(content["header"].tobytes())
    (content if missing in content else header["scalars"]).pop(missing)
    content["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **content)
    with pytest.raises(CheckpointError, match=rf"run\.npz is not a checkpoint.*{missing}: another version"):
        embedded(5, checkpoint=path)


@pytest.mark.parametrize("parent", [-1, 0, 10**9])
def test_parents_that_are_none_are_refused(tmp_path, parent):
    """Compiled loops follow them, and check nothing."""
    path = tmp_path / "run.npz"
    embedded(5, checkpoint=path, callbacks=[lambda step, *_: step == 2])
    with np.load(path) as arrays:
        content = dict(arrays)
    content["parents"] = np.full_like(content["parents"], parent)
    np.savez(path, **content)
    with pytest.raises(CheckpointError, match=r"run\.npz is not a checkpoint.*parents"):
        embedded(5, checkpoint=path)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"looked_radii": lambda radii: radii[:0]}, "looked_radii"),
        ({"looked_radii": lambda radii: np.concatenate([radii, radii])}, "looked_radii"),
        ({"looked_directions": lambda directions: directions[:1]}, "looked_directions"),
        ({"looked_directions": lambda rows: rows[:0], "looked_radii": lambda radii: radii[:0]}, "looked_radii"),
        ({"moments": lambda moments: np.full_like(moments, 1e308)}, "moments"),
        ({"squares": lambda squares: np.full_like(squares, 1e308)}, "squares"),
        ({"directions": lambda directions: np.full_like(directions, 1e308)}, "directions"),
    ],
)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_points_of_a_look_that_do_not_fit_are_refused(tmp_path, changed, field):
    """Other numbers of rows ended the process; moments that overflow were an error of a tree of neighbours."""
    path = tmp_path / "run.npz"
    embedded(5, checkpoint=path, callbacks=[lambda step, *_: step == 2])
    with np.load(path) as arrays:
        content = dict(arrays)
    np.savez(path, **content | {name: change(content[name]) for name, change in changed.items()})
    with pytest.raises(CheckpointError, match=rf"run\.npz is not a checkpoint.*{field}"):
        embedded(5, checkpoint=path)


def test_with_epochs_the_checkpoint_is_theirs(tmp_path):
    path = tmp_path / "run.npz"
    options = {"training": 3, "checkpoint": nxp.Checkpoint(path, every=1)}
    with pytest.raises(PowerCutError):
        embedded(5, callbacks=[cut(2)], **options)
    assert bytes_of(embedded(5, **options)) == bytes_of(embedded(5, training=3))


@pytest.mark.parametrize(("G", "dim"), [(nx.balanced_tree(2, 3, create_using=nx.DiGraph), 5), (graph(), 2)])
def test_what_takes_no_training_is_not_saved(tmp_path, G, dim):
    path = tmp_path / "run.npz"
    assert bytes_of(nxp.embed(G, dim, seed=0, checkpoint=path)) == bytes_of(nxp.embed(G, dim, seed=0))
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", 10**30),
        ("looked_at", -5),
        ("work", 10**400),
        ("work_since_look", 0.5),
        ("window", 0.0),
        ("moved", -1.0),
        ("best_scores", [1.0, 2.0, 3.0]),
        ("best_disorder", -1.0),
        ("radii", lambda array: array - 100),
        ("best_radii", lambda array: array + 100),
        ("squares", lambda array: array - 1),
        ("resting", lambda array: array - 1),
        ("directions", lambda array: array * 0),
    ],
)
def test_a_checkpoint_with_absurd_values_names_the_field(tmp_path, name, value):
    path = tmp_path / "run.npz"
    embedded(5, checkpoint=path)
    with np.load(path) as arrays:
        content = dict(arrays)
    header = json.loads(content["header"].tobytes())
    if callable(value):
        content[name] = value(content[name])
    else:
        header["scalars"][name] = value
    content["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **content)
    with pytest.raises(CheckpointError, match=rf"run\.npz.*{name} (is|are)"):
        embedded(5, checkpoint=path)
