"""Checkpoints of a training: the same bytes after it was stopped, and files that are refused."""

import json

import numpy as np
import pytest
from training_runs import bytes_of, trained

import nx_poincare as nxp
from nx_poincare.io.checkpoint import CheckpointError


@pytest.mark.usefixtures("order")
def test_interrupted_and_continued_is_the_same_as_never_stopped(carnivores, tmp_path):
    path = tmp_path / "run.npz"
    whole = trained(carnivores, checkpoint=tmp_path / "whole.npz")
    assert bytes_of(whole) == bytes_of(trained(carnivores))

    class PowerCutError(Exception):
        pass

    def cut(epoch, loss, view):
        if epoch == 17:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        trained(carnivores, checkpoint=nxp.Checkpoint(path, every=5), callbacks=[cut])
    seen = []
    continued = trained(carnivores, checkpoint=nxp.Checkpoint(path, every=5), callbacks=[lambda e, *_: seen.append(e)])
    assert seen == list(range(16, 31))
    assert bytes_of(continued) == bytes_of(whole)
    assert [e["loss"] for e in continued.history] == [e["loss"] for e in whole.history]
    finished = trained(carnivores, checkpoint=path, callbacks=[lambda e, *_: seen.append(-1)])
    assert -1 not in seen
    assert bytes_of(finished) == bytes_of(whole)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"negatives": 11},
        {"relatives": 0.5},
        {"emphasis": 0.3},
        {"temperature": 0.7},
        {"outer_leaves": False},
        {"epochs": 21},
        {"learning_rate": 0.2},
        {"max_radius": 30},
        {"dim": 4},
    ],
)
def test_a_checkpoint_of_another_run_is_refused(carnivores, tmp_path, other):
    path = tmp_path / "run.npz"
    trained(carnivores, epochs=2, burn_in=0, checkpoint=path)
    before = path.read_bytes()
    options = {"epochs": 2, "burn_in": 0, "checkpoint": path} | other
    with pytest.raises(CheckpointError, match="another run"):
        trained(carnivores, options.pop("dim", 3), **options)
    assert path.read_bytes() == before


def test_other_files_are_no_checkpoints(carnivores, tmp_path):
    path = tmp_path / "run.npz"
    for content in (b"", b"text", b"PK\x03\x04broken"):
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"run\.npz"):
            trained(carnivores, checkpoint=path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("directions", lambda array: array[:-1]),
        ("directions", lambda array: array[:, :1]),
        ("exponentials", lambda array: array.astype(np.float32)),
        ("best_exponentials", lambda array: array * np.nan),
    ],
)
def test_a_checkpoint_that_does_not_fit_its_run_is_refused(carnivores, tmp_path, name, change):
    """Compiled loops check no bounds."""
    path = tmp_path / "run.npz"
    options = {"epochs": 2, "burn_in": 0, "checkpoint": path}
    trained(carnivores, **options)
    with np.load(path) as arrays:
        content = {key: change(array) if key == name else array for key, array in arrays.items()}
    np.savez(path, **content)
    with pytest.raises(CheckpointError, match=rf"run\.npz.*{name} is"):
        trained(carnivores, **options)


def test_a_training_that_a_callback_stopped_goes_on_from_its_checkpoint(carnivores, tmp_path):
    path = nxp.Checkpoint(tmp_path / "run.npz", every=5)
    whole = trained(carnivores)
    stopped = trained(carnivores, checkpoint=path, callbacks=[lambda epoch, *_: epoch == 17])
    assert bytes_of(stopped) == bytes_of(trained(carnivores, callbacks=[lambda epoch, *_: epoch == 17]))
    seen = []
    continued = trained(carnivores, checkpoint=path, callbacks=[lambda epoch, *_: seen.append(epoch)])
    assert seen == list(range(18, 31))
    assert bytes_of(continued) == bytes_of(whole)


def resaved(path, changed_arrays, changed_scalars):
    with np.load(path) as arrays:
        content = dict(arrays)
    for name, change in changed_arrays.items():
        content[name] = change(content[name])
    header = json.loads(content["header"].tobytes())
    header["scalars"] |= changed_scalars
    content["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **content)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epoch", 10**30),
        ("epoch", -1),
        ("idle", -(2**70)),
        ("outward", 1e300),
        ("outward", "far"),
        ("best_scores", [1.0]),
        ("best_scores", [1.0, "x"]),
        ("best_scores", [-1.0, 0.5]),
        ("history", [1, 2]),
        ("history", [{"epoch": "x"}, {"loss": None}]),
        ("finished", 0),
        ("exponentials", lambda array: -array),
        ("best_exponentials", lambda array: array * 0),
        ("exponentials", lambda array: array * 1e300),
        ("directions", lambda array: array * 0),
        ("best_directions", lambda array: array * 1e200),
    ],
)
def test_a_checkpoint_with_absurd_values_names_the_field(carnivores, tmp_path, name, value):
    path = tmp_path / "run.npz"
    trained(carnivores, epochs=2, burn_in=0, checkpoint=path)
    resaved(path, {name: value} if callable(value) else {}, {} if callable(value) else {name: value})
    with pytest.raises(CheckpointError, match=rf"run\.npz.*{name} (is|are)"), np.errstate(over="ignore"):
        trained(carnivores, epochs=2, burn_in=0, checkpoint=path)
