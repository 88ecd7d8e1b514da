"""Optional packages in tests."""

import os
from importlib import import_module
from typing import Any

import pytest

__all__ = ["needed"]


def needed(module: str) -> Any:
    """Import an optional package, or leave the test out; where everything must be tested, fail."""
    if os.environ.get("CI"):
        return import_module(module)
    return pytest.importorskip(module)
