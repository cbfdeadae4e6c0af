"""What an apply says of its bytes is what happened: nothing was sent earlier in a first run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.whole.sweep import APPLY, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[str]:
    """What a first apply of the small project tells on stderr."""
    with stage(tmp_path / "project") as staged:
        yield staged.program.run(*APPLY).err


def test_a_first_run_claims_no_bytes_of_an_earlier_one(lines: str) -> None:
    assert "sent earlier" not in lines


def test_every_upload_says_how_its_copy_was_checked(lines: str) -> None:
    assert "2 of 2 files verified" in lines
    assert "size compared, no hash reported" in lines
