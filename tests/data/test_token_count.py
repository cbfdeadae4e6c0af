"""Tokens of a file: all of a small one, a band from parts of a large one."""

from __future__ import annotations

import json
import random
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from reconciler.data.count import PART, Counted, count_tokens
from reconciler.data.framing import FRAMES
from reconciler.manifest.file_set import identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SMALL_PART = 200  # bytes


class Words:
    """Every word is a token; ``asked`` counts them."""

    name = "words"

    def __init__(self) -> None:
        self.asked = 0

    def count(self, texts: Sequence[str]) -> list[int]:
        found = [len(text.split()) for text in texts]
        self.asked += sum(found)
        return found


def chat(*texts: str) -> str:
    return json.dumps({"messages": [{"role": "user", "content": text} for text in texts]})


def counted(
    path: Path, text: str, part: int = PART, templates: Mapping[str, str] = MappingProxyType({})
) -> Counted | None:
    path.write_text(text)
    return count_tokens(path, identity(path.stat()), Words(), templates, part)


def around(rows: int, messages: int = 0) -> int:
    """What a chat template adds at most; every mark is a word."""
    return rows * FRAMES[0].row + messages * FRAMES[0].message


def test_a_small_file_is_counted_whole(tmp_path: Path) -> None:
    rows = "\n".join([chat("one two", "three"), chat("four"), ""])

    assert Counted(4, 4 + around(rows=2, messages=3)) == counted(tmp_path / "rows.jsonl", rows)


def test_a_row_for_templates_counts_all_its_texts(tmp_path: Path) -> None:
    rows = json.dumps({"question": "one two", "answer": "three", "score": 5})

    assert Counted(3, 3 + around(rows=1)) == counted(tmp_path / "rows.jsonl", rows)


def test_a_job_s_own_templates_are_counted_as_filled(tmp_path: Path) -> None:
    rows = json.dumps({"question": "one two", "answer": "three", "left": "out of it"})
    templates = {"inputTemplate": "Answer this: {question} {missing}", "outputTemplate": "{answer}"}

    assert Counted(6, 6 + around(rows=1)) == counted(
        tmp_path / "rows.jsonl", rows, templates=templates
    )


def test_parts_of_a_large_file_tell_a_band_around_the_truth(tmp_path: Path) -> None:
    source = random.Random(1)
    rows = [json.dumps({"text": "w " * source.randrange(1, 30)}) for _ in range(3_000)]
    truth = sum(row.count("w ") for row in rows)

    found = counted(tmp_path / "rows.jsonl", "\n".join(rows), part=SMALL_PART)

    assert found is not None
    assert not found.whole
    assert found.low < truth < found.high - around(rows=3_000) < 1.5 * truth


def test_of_a_large_file_little_is_read(tmp_path: Path) -> None:
    path, words = tmp_path / "rows.jsonl", Words()
    path.write_text("\n".join([chat("one two three")] * 3_000))

    count_tokens(path, identity(path.stat()), words, part=SMALL_PART)

    assert 0 < words.asked < 500


def test_rows_longer_than_a_part_are_counted_too(tmp_path: Path) -> None:
    rows = "\n".join([chat("w " * 500)] * 100)

    found = counted(tmp_path / "rows.jsonl", rows, part=SMALL_PART)

    assert found is not None
    assert 50_000 == pytest.approx(found.low, rel=0.01)


@pytest.mark.parametrize("text", ["not JSON\n", '["a list"]\n{]'])
def test_what_is_no_json_is_not_counted(tmp_path: Path, text: str) -> None:
    assert counted(tmp_path / "rows.jsonl", text) is None


def test_a_file_that_changed_since_it_was_scanned_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(chat("one"))
    before = identity(path.stat())
    path.write_text(chat("one two three"))

    assert count_tokens(path, before, Words()) is None
