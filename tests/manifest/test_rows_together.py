"""Rows that are looked at together are judged as each of them alone would be."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.hashing import Digest
from reconciler.manifest.row_blocks import BLOCK, RowBlocks
from reconciler.manifest.row_hash import row_hash
from reconciler.manifest.rows import check_rows
from tests.manifest.odd_rows import RIGHT, changed

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.manifest.row_report import RowReport

Row = dict[str, Any]

TEXT = st.sampled_from(
    ["", "a", "user", "AKIA", "x_y", "ghp_" + "a1" * 12, "data:image/png;base64,"]
)
ANYTHING = st.sampled_from([None, True, 0, 1, 0.5, "text", [], ["x"], {}, {"name": "t"}])
FUNCTION = st.fixed_dictionaries({"name": TEXT | ANYTHING}, optional={"arguments": TEXT | ANYTHING})
CALLS = st.lists(st.fixed_dictionaries({"function": FUNCTION | ANYTHING}), max_size=2)
PART = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "image_url", "audio"])},
    optional={
        "text": TEXT | ANYTHING,
        "image_url": st.fixed_dictionaries({"url": TEXT | ANYTHING}),
    },
)
ROLE = st.sampled_from(["system", "user", "assistant", "tool"])
PLAIN = st.fixed_dictionaries({"role": ROLE, "content": TEXT})
MESSAGE = PLAIN | st.fixed_dictionaries(
    {"role": ROLE | ANYTHING, "content": TEXT | st.lists(PART, max_size=2) | ANYTHING},
    optional={
        "weight": ANYTHING,
        "reasoning_content": TEXT | ANYTHING,
        "tool_calls": CALLS | ANYTHING,
        "name": TEXT,
        "extra": TEXT,
    },
)
MESSAGES = st.lists(MESSAGE | ANYTHING, max_size=3) | st.lists(PLAIN, max_size=4) | ANYTHING
TOOLS = st.lists(st.fixed_dictionaries({"function": FUNCTION}) | ANYTHING, max_size=2) | ANYTHING
CHAT = st.fixed_dictionaries({"messages": MESSAGES}, optional={"tools": TOOLS, "truth": TEXT})
GIVEN = st.fixed_dictionaries({"messages": MESSAGES}, optional={"tools": TOOLS})
PAIR = st.fixed_dictionaries(
    {"input": GIVEN | ANYTHING},
    optional={"preferred_output": MESSAGES, "non_preferred_output": MESSAGES, "more": TEXT},
)
COMPLETION = st.dictionaries(
    st.sampled_from(["prompt", "completion", "more"]), TEXT | ANYTHING, min_size=1
)
SAMPLE = st.fixed_dictionaries({"messages": MESSAGES}, optional={"metric": ANYTHING})
SAMPLES = st.fixed_dictionaries({"samples": st.lists(SAMPLE | ANYTHING, max_size=2) | ANYTHING})
ANY_ROW = CHAT | PAIR | COMPLETION | SAMPLES

LINE = (
    ANY_ROW.map(orjson.dumps)
    | st.sampled_from([b"", b"[]", b"{", b'{"a": 1, "a": 2}', b'{"\\u003a": 1}', b"\xef\xbb\xbf{}"])
    | ANY_ROW.map(lambda row: json.dumps(row).encode() + b"\r")
)


ONE_FORM = st.sampled_from(list(RIGHT.values())).flatmap(
    lambda right: st.lists(st.sampled_from(right).map(orjson.dumps), max_size=40)
)
CHANGED = st.sampled_from([row for right in RIGHT.values() for row in right]).flatmap(
    lambda row: st.lists(st.sampled_from(list(changed(row))).map(orjson.dumps), max_size=2)
)
LINES = st.lists(LINE, max_size=8) | st.builds(
    lambda before, odd, after: before + odd + after, ONE_FORM, CHANGED, ONE_FORM
)
LAST = st.sampled_from([{"last": 1}, *(right[0] for right in RIGHT.values())]).map(orjson.dumps)


@given(LINES, LAST, st.sampled_from(["CHAT", "COMPLETION", "RL", None]))
def test_rows_together_and_one_by_one_give_the_same_report(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[bytes],
    last: bytes,
    row_format: str | None,
) -> None:
    content = b"".join(line + b"\n" for line in [*filter(None, lines), last])
    file = tmp_path_factory.getbasetemp() / "rows.jsonl"

    assert report(file, content, row_format) == report(file, content + b"\n", row_format)


def report(file: Path, content: bytes, row_format: str | None) -> RowReport:
    """A blank line at the end is allowed, and no block that has one is looked at as a whole."""
    file.write_bytes(content)
    with io.FileIO(file) as raw:
        return check_rows(raw, "rows.jsonl", row_format)


@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_rows_across_blocks_are_whole_and_every_byte_is_digested(tmp_path: Path, size: int) -> None:
    content = b"a" * size + b"\n" + b"b\n" * BLOCK + b"no end"
    (tmp_path / "rows.jsonl").write_bytes(content)
    digest, expected = Digest(sha256=True), Digest(sha256=True)
    expected.update(content)
    with io.FileIO(tmp_path / "rows.jsonl") as raw:
        blocks = list(RowBlocks(raw, digest))

    assert content == b"".join(blocks)
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert expected.sha256 == digest.sha256


@given(CHAT)
def test_a_rows_hash_does_not_depend_on_how_it_is_spelt(row: Row) -> None:
    turned = json.loads(json.dumps(row), object_pairs_hook=lambda pairs: dict(reversed(pairs)))

    assert row_hash(orjson.dumps(row)) == row_hash(json.dumps(turned, indent=1).encode())
