"""The collector is on again after every block, whatever ends it."""

import gc
import sys
from typing import Any

import pytest

from nx_poincare.utils.collector import collector_paused


def test_blocks_within_blocks() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.parametrize("call", [gc.isenabled, gc.disable])
def test_an_interrupt_while_the_block_begins(call: Any) -> None:
    """It left the collector off for the rest of the process."""

    def interrupt(frame: Any, event: str, called: Any) -> None:
        if event == "c_return" and called is call:
            sys.setprofile(None)
            raise KeyboardInterrupt

    sys.setprofile(interrupt)
    with pytest.raises(KeyboardInterrupt), collector_paused():
        pytest.fail("the interrupt came before the block")
    assert gc.isenabled()
    test_blocks_within_blocks()
