"""The page of the diagnostics lists every code, and no other."""

from __future__ import annotations

import re

import pytest

from tests.docs.codes import used_codes
from tests.docs.markdown import read

PAGE = "docs/reference/diagnostics.md"
LISTED = re.findall(r"^\| `([a-z-]+)` \|", read(PAGE), re.MULTILINE)


def test_every_code_in_the_code_is_listed() -> None:
    assert set() == used_codes() - set(LISTED)


def test_every_listed_code_is_in_the_code() -> None:
    assert set() == set(LISTED) - used_codes()


@pytest.mark.parametrize("code", ["unknown-field", "limit", "cycle", "vanishing", "protected"])
def test_the_search_finds_a_code_of(code: str) -> None:
    assert code in used_codes()
