"""The table of docs/reliability.md is whole, and every fault in it has a test that proves it."""

from __future__ import annotations

import pytest

from tests.docs.markdown import read
from tests.structure.fault_marks import LISTED, PAGE, cell, proofs, rows


def test_the_table_lists_every_fault_in_order() -> None:
    assert list(LISTED) == list(rows(read(PAGE)))


@pytest.mark.parametrize("fault", LISTED)
def test_a_fault_has_a_test_and_the_table_says_where(fault: str) -> None:
    files = proofs().get(fault, ())

    assert files, f"no test is marked with pytest.mark.fault({fault!r})"
    assert cell(files) == rows(read(PAGE))[fault], "run `make docs`"


def test_no_test_is_marked_for_a_fault_that_is_not_listed() -> None:
    assert set() == proofs().keys() - set(LISTED)
