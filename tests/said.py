"""What the library says of what it guessed and left out, for tests to read."""

from __future__ import annotations

import warnings

import nx_poincare as nxp


class Said:
    """What was said of left-out things and guesses so far."""

    def __init__(self, caught: list[warnings.WarningMessage]) -> None:
        self._caught = caught

    @property
    def messages(self) -> list[str]:
        assert all(issubclass(warning.category, nxp.HierarchyWarning) for warning in self._caught)
        return [str(warning.message) for warning in self._caught]

    @property
    def text(self) -> str:
        return "\n".join(self.messages)

    def clear(self) -> None:
        self._caught.clear()
