"""A dataset file is read once: rows counted, right shapes accepted, all that is said has an end.

What is said of wrong rows stands in corpus/rows.txt."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.manifest.hashing import Digest
from reconciler.manifest.row_blocks import MAX_ROW_BYTES
from reconciler.manifest.rows import check_rows

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.manifest.row_report import RowReport

CHAT = '{"messages": [{"role": "user", "content": "%d"}, {"role": "assistant", "content": "x"}]}\n'
GOOD = [CHAT % number for number in range(3)]


def check(folder: Path, content: bytes, row_format: str | None = None) -> RowReport:
    file = folder / "rows.jsonl"
    file.write_bytes(content)
    with io.FileIO(file) as raw:
        return check_rows(raw, "rows.jsonl", row_format)


def said(report: RowReport) -> list[str]:
    return [
        f"{d.location}: {'warning: ' if d.severity.value == 'warning' else ''}{d.message}"
        for d in report.diagnostics
    ]


def assistant(**fields: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", **fields}]}


def tool(**fields: Any) -> dict[str, Any]:
    return assistant(tool_calls=[{"type": "function", "function": fields}])


def image(url: str) -> dict[str, Any]:
    parts = [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": url}}]
    return {"messages": [{"role": "user", "content": parts}, {"role": "assistant", "content": "a"}]}


def pair(**fields: Any) -> dict[str, Any]:
    whole = {
        "input": {"messages": [{"role": "user", "content": "hi"}], "tools": []},
        "preferred_output": [{"role": "assistant", "content": "good"}],
        "non_preferred_output": [{"role": "assistant", "content": "bad"}],
    }
    return {name: value for name, value in {**whole, **fields}.items() if value != "gone"}


FUNCTION = {"type": "function", "function": {"name": "t", "parameters": {"type": "object"}}}

VALID: list[tuple[str | None, dict[str, Any]]] = [
    ("CHAT", assistant(content="a")),
    ("CHAT", assistant(content="4", reasoning_content="add")),
    ("CHAT", assistant(content="4", weight=0)),
    ("CHAT", {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}),
    ("CHAT", {"messages": [{"role": "user", "content": "6*7?"}], "ground_truth": "42"}),
    ("CHAT", {**tool(name="t", arguments="{}"), "tools": [FUNCTION]}),
    ("CHAT", {"messages": [{"role": "tool", "content": "r", "tool_call_id": "1"}]}),
    ("CHAT", image("data:image/png;base64,iVBORw0KGgo=")),
    ("CHAT", image("data:image/jpeg;base64,AAAA")),
    ("CHAT", pair()),
    ("CHAT", assistant(content="a\u2028b\u0085c")),
    ("CHAT", assistant(content='{"a": 1, "a": 2}')),
    ("COMPLETION", {"prompt": "p", "completion": "c"}),
    ("RL", {"samples": [{"messages": [{"role": "user", "content": "q"}], "metric": 0.5}]}),
    (None, {"context": "c", "instruction": "i", "response": 3, "nested": {"a": [1]}}),
]


@pytest.mark.parametrize(("row_format", "row"), VALID)
def test_a_row_of_its_format_is_accepted(
    row_format: str | None, row: dict[str, Any], tmp_path: Path
) -> None:
    rows = [json.dumps({**row, "number": n}, ensure_ascii=False) for n in range(3)]
    if row_format in ("CHAT", "COMPLETION"):
        rows = [json.dumps(row, ensure_ascii=False, indent=None) + " " * n for n in range(3)]

    report = check(tmp_path, "\n".join(rows).encode(), row_format)

    assert [] == said(report)
    assert 3 == report.rows


def test_nesting_beyond_what_the_parser_reads_is_said(tmp_path: Path) -> None:
    report = check(tmp_path, b'{"x":1}\n{"x":2}\n{"x":3}\n{"a": ' + b"[" * 3000)

    assert ["rows.jsonl:4: invalid JSON at character 1031: nested too deeply"] == said(report)


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": "\\"a\\": 1, \\"a\\": 2"}',
        b'{"a": "x : y", "b": "\\":"}',
        b'{"a":{"b":1},"c":{"b":1}}',
        b'{"a" :1, "b"\t:2}',
        b'{"a":"\\\\","b":1}',
    ],
)
def test_text_that_looks_like_a_key_is_not_taken_for_one_twice(line: bytes, tmp_path: Path) -> None:
    report = check(tmp_path, b"\n".join([line, b'{"x":2}', b'{"x":3}']))

    assert [] == said(report)


def test_deep_but_readable_nesting_is_accepted(tmp_path: Path) -> None:
    deep = b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}\n"

    assert [] == said(check(tmp_path, deep + b'{"a":1}\n{"a":2}\n'))


def test_nesting_near_the_limit_of_the_parser_is_no_crash(tmp_path: Path) -> None:
    deep = b'{"a": ' + b'{"a":' * 1000 + b"1" + b"}" * 1000 + b"}\n"

    assert 3 == check(tmp_path, deep * 3).rows


def test_rows_end_at_line_feeds_only(tmp_path: Path) -> None:
    rows = "".join(f'{{"a":"{number}\u2028\u2029\u0085"}}\n' for number in range(4))

    assert 4 == check(tmp_path, rows.encode()).rows


def test_crlf_ends_a_row_too(tmp_path: Path) -> None:
    report = check(tmp_path, b'{"a":1}\r\n{"a":2}\r\n{"a":3}\r\n')

    assert ([], 3) == (said(report), report.rows)


def test_the_last_row_needs_no_line_end(tmp_path: Path) -> None:
    assert 3 == check(tmp_path, b'{"a":1}\n{"a":2}\n{"a":3}').rows


def test_a_blank_last_line_is_allowed(tmp_path: Path) -> None:
    report = check(tmp_path, b'{"a":1}\n{"a":2}\n{"a":3}\n\n')

    assert ([], 3) == (said(report), report.rows)


def test_a_blank_line_before_the_last_is_refused(tmp_path: Path) -> None:
    report = check(tmp_path, b'{"a":1}\n\n{"a":2}\n  \n\n{"a":3}\n')

    assert [f"rows.jsonl:{row}: a blank line" for row in (2, 4, 5)] == said(report)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_fewer_than_three_rows_are_refused(rows: int, tmp_path: Path) -> None:
    report = check(tmp_path, b"".join(b'{"a":%d}\n' % number for number in range(rows)))

    assert [f"rows.jsonl:1: expected at least 3 rows, but has {rows}"] == said(report)


def test_a_byte_order_mark_is_a_warning(tmp_path: Path) -> None:
    report = check(tmp_path, b"\xef\xbb\xbf" + "".join(GOOD).encode(), "CHAT")

    assert ["rows.jsonl:1: warning: the file begins with a byte order mark"] == said(report)


def test_an_unknown_key_is_a_warning_said_once(tmp_path: Path) -> None:
    rows = [json.dumps({"prompt": str(n), "completion": "c", "id": n}) for n in range(4)]

    report = check(tmp_path, "\n".join(rows).encode(), "COMPLETION")

    assert ["rows.jsonl:1: warning: id: unknown key"] == said(report)


def test_a_repeated_row_is_a_warning_that_names_the_first(tmp_path: Path) -> None:
    report = check(tmp_path, "".join([*GOOD, GOOD[1]]).encode(), "CHAT")

    assert ["rows.jsonl:4: warning: duplicate of row 2"] == said(report)


@pytest.mark.parametrize(("first", "end"), [("\r\n", "\n"), ("\n", "\r\n"), ("\n", "")])
def test_a_row_is_repeated_whatever_ends_its_line(tmp_path: Path, first: str, end: str) -> None:
    rows = [GOOD[0].replace("\n", first), *GOOD[1:], GOOD[0].replace("\n", end)]

    report = check(tmp_path, "".join(rows).encode(), "CHAT")

    assert ["rows.jsonl:4: warning: duplicate of row 1"] == said(report)


def test_an_escaped_colon_makes_up_for_no_key_that_was_dropped(tmp_path: Path) -> None:
    rows = [*GOOD, '{"messages": [], "messages": [{"role": "user", "content": "\\u003a"}]}']

    report = check(tmp_path, "".join(rows).encode())

    assert ['rows.jsonl:4: the key "messages" appears twice in one object'] == said(report)


def test_many_repeated_rows_are_counted_in_one_warning(tmp_path: Path) -> None:
    report = check(tmp_path, (GOOD[0] * 100).encode(), "CHAT")

    assert 6 == len(report.diagnostics)
    assert "rows.jsonl:1: warning: 99 rows are duplicates of earlier ones" == said(report)[-1]


def test_a_secret_in_a_row_is_a_warning_that_does_not_echo_it(tmp_path: Path) -> None:
    rows = [*GOOD, CHAT.replace("%d", "my key is fw_3ZhKq8mPxT2vLwYr9BnC")]

    report = check(tmp_path, "".join(rows).encode(), "CHAT")

    assert ["rows.jsonl:4: warning: something here looks like a Fireworks API key"] == said(report)


def test_a_file_of_another_format_does_not_flood(tmp_path: Path) -> None:
    report = check(tmp_path, b"a,b,c\n" * 5000, "CHAT")

    assert 1001 == len(report.diagnostics)
    assert "too many problems" in said(report)[-1]


def test_a_row_beyond_the_limit_ends_the_reading(tmp_path: Path) -> None:
    huge = b'{"a":"' + b"x" * MAX_ROW_BYTES + b'"}\n'

    report = check(tmp_path, "".join(GOOD).encode() + huge + b"{}\n")

    assert "rows.jsonl:4: a row of more than 64 MiB" == said(report)[0]


@pytest.mark.parametrize("content", [b"", b'{"a":1}\n' * 3, b"a,b\n" * 5000])
def test_the_digest_is_of_every_byte_whatever_is_wrong(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(content)
    digest = Digest(sha256=True)
    with io.FileIO(tmp_path / "rows.jsonl") as raw:
        check_rows(raw, "rows.jsonl", None, digest)

    assert hashlib.sha256(content).hexdigest() == digest.sha256


def test_the_file_stays_open_for_whoever_opened_it(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("".join(GOOD))

    with io.FileIO(tmp_path / "rows.jsonl") as raw:
        check_rows(raw, "rows.jsonl", "CHAT")
        assert not raw.closed
