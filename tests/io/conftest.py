"""What the tests of files share."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest
from said import Said


@pytest.fixture
def said() -> Iterator[Said]:
    """Every `HierarchyWarning`, in place of an error for each."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield Said(caught)
