"""The unfinished file of a download, and what of it the next run keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.transfer.hashing import StoredFacts
from reconciler.transfer.part import Part, has_part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACTS = StoredFacts(25, "AAAAAA==")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def part(tmp_path: Path) -> Iterator[Part]:
    part = Part(tmp_path / "f", 10)
    yield part
    part.close()


def _left(folder: Path, facts: StoredFacts | None) -> dict[int, int]:
    """What a run after the first one keeps."""
    again = Part(folder / "f", 10)
    again.resume(facts)
    again.close()
    return again.held


def test_a_file_has_its_name_only_when_it_is_finished(part: Part, tmp_path: Path) -> None:
    part.write(0, b"x" * 25)
    part.save(FACTS)
    before = _names(tmp_path)
    part.finish(25)

    assert ["f.part", "f.part.json"] == before
    assert ["f"] == _names(tmp_path)


def test_a_file_of_one_range_needs_no_map(part: Part, tmp_path: Path) -> None:
    part.save(StoredFacts(10, "AAAAAA=="))

    assert ["f.part"] == _names(tmp_path)


def test_the_ranges_cover_the_file(part: Part) -> None:
    assert [(0, 10), (10, 20), (20, 25)] == part.spans(25)
    assert [(0, 0)] == part.spans(0)


def test_the_map_says_how_much_of_each_range_is_there(part: Part, tmp_path: Path) -> None:
    part.write(10, b"x" * 15)
    part.held = {10: 10, 20: 5}
    part.save(FACTS)

    assert {0: 0, 10: 10, 20: 5} == _left(tmp_path, FACTS)


@pytest.mark.parametrize(
    "facts",
    [None, StoredFacts(25), StoredFacts(25, "BBBBBB=="), StoredFacts(26, "AAAAAA==")],
    ids=["unknown", "no hash", "other hash", "other size"],
)
def test_ranges_of_what_may_be_another_object_are_dropped(
    part: Part, tmp_path: Path, facts: StoredFacts | None
) -> None:
    part.write(0, b"x" * 25)
    part.held = {0: 10}
    part.save(FACTS)

    assert {} == _left(tmp_path, facts)
    assert not has_part(tmp_path / "f")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"held": [99]}', '{"held": 3}', '{"held": [-1]}'])
def test_a_map_that_cannot_be_read_is_dropped(part: Part, tmp_path: Path, text: str) -> None:
    part.write(0, b"x" * 25)
    (tmp_path / "f.part.json").write_text(text)

    assert {} == _left(tmp_path, FACTS)


def test_a_map_of_another_version_is_dropped(part: Part, tmp_path: Path) -> None:
    part.write(0, b"x" * 25)
    part.held = {0: 10}
    part.save(FACTS)
    told = json.loads((tmp_path / "f.part.json").read_text())
    (tmp_path / "f.part.json").write_text(json.dumps({**told, "version": 2}))

    assert {} == _left(tmp_path, FACTS)


def test_without_a_map_what_is_there_is_the_start_of_the_file(part: Part, tmp_path: Path) -> None:
    part.write(0, b"x" * 13)

    assert {0: 10, 10: 3} == _left(tmp_path, FACTS)


def test_a_start_longer_than_the_file_is_dropped(part: Part, tmp_path: Path) -> None:
    part.write(0, b"x" * 26)

    assert {} == _left(tmp_path, FACTS)
