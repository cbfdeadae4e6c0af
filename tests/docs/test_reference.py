"""The committed reference is the one that the code makes."""

from __future__ import annotations

import pytest

from tests.docs.generate import generated
from tests.docs.markdown import read
from tests.structure.source_tree import ROOT

PAGES = generated()
BY_HAND = {"docs/reference/diagnostics.md"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_reference_is_up_to_date(path: str) -> None:
    assert PAGES[path] == read(path), "run: make docs"


def test_no_page_of_the_reference_speaks_of_what_is_gone() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/reference").iterdir()}

    assert set() == there - set(PAGES) - BY_HAND
