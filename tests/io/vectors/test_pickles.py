"""Pickles as plain data: what they hold is read, what they ask for is not run."""

import collections
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nx_poincare.io.vectors.pickles import PlainObject, RefusedGlobalError, array_of, read_pickle


class Asks:
    """Pickled, it asks for a call."""

    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> Any:
        return self.call[0], self.call[1:]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", ">f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays(protocol: int, dtype: str, order: Any) -> None:
    array = np.asarray([[0.5, 0.25, -1.0], [0.0, 3.0, 0.125]], dtype=dtype, order=order)
    found = array_of(read_pickle(pickle.dumps(array, protocol), ()))
    assert found.dtype == np.float64
    assert np.array_equal(found, array)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_containers(protocol: int) -> None:
    values = {
        "sets": [{1, 2}, frozenset("ab")],
        "mappings": [collections.OrderedDict(a=1), collections.Counter("aab"), collections.defaultdict(set, a={1})],
        "others": ("a", b"\x00\xff", 1, 2.5, None, True),
    }
    assert read_pickle(pickle.dumps(values, protocol), ()) == values


def test_classes_of_a_package_are_not_imported() -> None:
    content = pickle.dumps(Path("a"), 2).replace(b"pathlib", b"no_such")
    found = read_pickle(content, ("no_such.",))
    assert isinstance(found, PlainObject)
    assert found.arguments == ("a",)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (Asks(eval, "1 + 1"), "builtins.eval"),
        (Asks(getattr, "a", "upper"), "builtins.getattr"),
        (Asks(np.load, "a.npy"), "numpy.load"),
        (np.random.default_rng, "numpy.random._?[a-z]*.?default_rng"),
    ],
)
def test_what_is_asked_for_is_named(asked: Any, name: str) -> None:
    with pytest.raises(RefusedGlobalError, match=f"^{name}$"):
        read_pickle(pickle.dumps(asked), ())


def test_a_package_is_a_whole_name() -> None:
    with pytest.raises(RefusedGlobalError, match=r"^pathlib"):
        read_pickle(pickle.dumps(Path("a")), ("path.",))


def test_objects_of_another_file() -> None:
    with pytest.raises(RefusedGlobalError, match="'weights'"):
        read_pickle(b"Pweights\n.", ())


@pytest.mark.parametrize("cut", [1, 20, 60, -1])
def test_damaged(cut: int) -> None:
    content = pickle.dumps({"a": np.eye(3), "b": collections.OrderedDict(a=[1, 2])})
    with pytest.raises(ValueError, match="not a pickle, or damaged: "):
        read_pickle(content[:cut], ())


def test_a_name_of_codecs_writes_bytes_and_nothing_else() -> None:
    import _codecs

    assert read_pickle(pickle.dumps(Asks(_codecs.encode, "a\xff", "rot13")), ()) == b"a\xff"


@pytest.mark.parametrize("value", [None, 1, [0.5], np.arange(3), np.array(["a"]), np.array([{}], dtype=object)])
def test_what_is_no_array_of_floating_numbers(value: Any) -> None:
    with pytest.raises(ValueError, match="not an array of floating numbers"):
        array_of(read_pickle(pickle.dumps(value), ()))


def test_an_array_that_promises_more_than_it_holds() -> None:
    content = pickle.dumps(np.zeros(2), 4).replace(b"K\x02\x85", b"K\x7f\x85")
    with pytest.raises(ValueError, match="not an array of floating numbers: cannot reshape"):
        array_of(read_pickle(content, ()))


@pytest.mark.parametrize("code", [b"r\xff\xff\xff\x16", b"p378311795\n"])
def test_no_memory_for_places_that_are_not_needed(code: bytes) -> None:
    with pytest.raises(ValueError, match="remembered at place"):
        read_pickle(b"\x80\x02]" + code + b".", ())
