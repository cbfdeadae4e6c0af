"""A dataset file is read once: rows counted, shapes checked, everything said with its row."""

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

INVALID: list[tuple[str | None, dict[str, Any], str]] = [
    ("CHAT", {}, "messages: required, but missing"),
    ("CHAT", {"prompt": "p", "completion": "c"}, "messages: required, but missing"),
    (
        "CHAT",
        {"messages": "hi"},
        'messages: expected a list of messages, but was the string "hi"',
    ),
    ("CHAT", {"messages": []}, "messages: expected at least one message, but is empty"),
    ("CHAT", {"messages": ["hi"]}, 'messages[0]: expected an object, but was the string "hi"'),
    (
        "CHAT",
        {"messages": [{"role": "user", "content": "q"}, {"role": "asistant", "content": "a"}]},
        'messages[1].role: expected one of system, user, assistant, tool, but was "asistant"',
    ),
    (
        "CHAT",
        {"messages": [{"content": "q"}]},
        "messages[0].role: expected one of system, user, assistant, tool, but was missing or null",
    ),
    (
        "CHAT",
        {"messages": [{"role": "user", "content": "q"}, {"role": "system", "content": "a"}]},
        "messages[1].role: a system message may only be the first",
    ),
    (
        "CHAT",
        assistant(content=None),
        "messages[1].content: expected text, but was missing or null",
    ),
    ("CHAT", assistant(content=3), "messages[1].content: expected text, but was 3"),
    (
        "CHAT",
        assistant(content=["x"]),
        'messages[1].content[0]: expected an object, but was the string "x"',
    ),
    (
        "CHAT",
        assistant(content=[{"type": "audio"}]),
        'messages[1].content[0].type: expected one of text, image_url, but was the string "audio"',
    ),
    (
        "CHAT",
        image("https://example.com/a.png"),
        "messages[0].content[1].image_url.url: expected a data:image/png or data:image/jpeg URI"
        " in base64",
    ),
    ("CHAT", assistant(content="a", weight=2), "messages[1].weight: expected 0 or 1, but was 2"),
    (
        "CHAT",
        assistant(content="a", weight=True),
        "messages[1].weight: expected 0 or 1, but was true",
    ),
    (
        "CHAT",
        assistant(content="a", reasoning_content=["a"]),
        "messages[1].reasoning_content: expected text, but was a list",
    ),
    (
        "CHAT",
        tool(name="t", arguments={"a": 1}),
        "messages[1].tool_calls[0].function.arguments: expected text, but was an object",
    ),
    (
        "CHAT",
        assistant(tool_calls=[]),
        "messages[1].content: expected text, but was missing or null",
    ),
    (
        "CHAT",
        {**assistant(content="a"), "tools": [{"type": "function"}]},
        "tools[0].function: expected an object, but was missing or null",
    ),
    (
        "CHAT",
        pair(input="hi"),
        'input: expected an object with messages, but was the string "hi"',
    ),
    (
        "CHAT",
        pair(preferred_output="gone"),
        "preferred_output: expected a list, but was missing or null",
    ),
    (
        "CHAT",
        pair(preferred_output=[{"role": "user", "content": "x"}]),
        'preferred_output[0].role: expected one of assistant, but was "user"',
    ),
    (
        "CHAT",
        pair(non_preferred_output=[{"role": "assistant", "content": "x"}] * 2),
        "non_preferred_output: expected one message, but has 2",
    ),
    (
        "CHAT",
        pair(input={"messages": [{"role": "user", "content": "x"}] * 2}),
        "input.messages: expected one turn, but has 2",
    ),
    (
        "CHAT",
        pair(input={"messages": [{"role": r, "content": "x"} for r in ("user", "assistant")]}),
        "input.messages: expected a single turn, but has an assistant message",
    ),
    ("COMPLETION", {"prompt": "p"}, "completion: expected text, but was missing or null"),
    ("COMPLETION", {"prompt": 3, "completion": "c"}, "prompt: expected text, but was 3"),
    ("RL", {"samples": []}, "samples: expected at least one item, but is empty"),
    ("RL", {"samples": [3]}, "samples[0]: expected an object, but was 3"),
    (
        "RL",
        {"samples": [{"messages": [{"role": "user", "content": "q"}], "metric": "x"}]},
        'samples[0].metric: expected a number, but was the string "x"',
    ),
]

NOT_JSON = [
    (b"{'a': 1}", "invalid JSON at character 2: expected a key in double quotes"),
    (b'{"a": 1,}', "invalid JSON at character 8: trailing comma is not allowed"),
    (b'{"a": NaN}', "invalid JSON at character 7: expected a value"),
    (b'{"a": Infinity}', "invalid JSON at character 7: expected a value"),
    (b'{"a": "\\ud800"}', "invalid JSON at character 8: a lone surrogate in a string"),
    (b'{"a": "\xff"}', "not UTF-8 text"),
    (b'{"a": "\xed\xa0\x80"}', "not UTF-8 text"),
    (b"{", "invalid JSON at character 2: the object is not closed"),
    (b'{"a": 1}{"b": 2}', "invalid JSON at character 9: text after the object"),
    (b"a,b,c", "invalid JSON at character 1: expected a value"),
    (b'{"a": 1e999}', "invalid JSON at character 7: a number too large for 64 bits"),
    (b'[{"a": 1}]', "expected an object, but was a list"),
    (b'"text"', "expected an object, but was a string"),
    (b"3", "expected an object, but was a number"),
    (b"null", "expected an object, but was null"),
    (b'{"a": 1, "a": 2}', 'the key "a" stands twice in one object'),
    (b'{"a" : 1, "a" : 2}', 'the key "a" stands twice in one object'),
    (b'{"b": [{"a":1,"a":2}]}', 'the key "a" stands twice in one object'),
    (b'{"a":1,"a" :2}', 'the key "a" stands twice in one object'),
    (b'{"a":1,"\\u0061":2}', 'the key "a" stands twice in one object'),
    (b'{"a":"x\\u003ay","a":1}', 'the key "a" stands twice in one object'),
    (b'{"a":1,"a":"\\u0022:"}', 'the key "a" stands twice in one object'),
    (b'{"a\\\\":1,"a\\\\":2}', 'the key "a\\" stands twice in one object'),
    (b'{"a": ' + b"[" * 3000, "invalid JSON at character 1031: nested too deeply"),
    (b'{"a": "b\x00"}', "invalid JSON at character 9: an unescaped control character in a string"),
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


@pytest.mark.parametrize(("row_format", "row", "message"), INVALID)
def test_a_row_of_another_shape_is_refused_with_its_place(
    row_format: str | None, row: dict[str, Any], message: str, tmp_path: Path
) -> None:
    good = [json.dumps(r) + "\n" for f, r in VALID if f == row_format][:1] * 3

    report = check(tmp_path, "".join([*good, json.dumps(row)]).encode(), row_format)

    assert f"rows.jsonl:4: {message}" in said(report)


@pytest.mark.parametrize(("line", "message"), NOT_JSON)
def test_what_is_no_json_object_is_refused_with_its_row(
    line: bytes, message: str, tmp_path: Path
) -> None:
    report = check(tmp_path, b'{"x":1}\n' + line + b'\n{"x":2}\n{"x":3}\n')

    assert [f"rows.jsonl:2: {message}"] == said(report)


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

    assert ["rows.jsonl:4: warning: the same as row 2"] == said(report)


def test_many_repeated_rows_are_counted_in_one_warning(tmp_path: Path) -> None:
    report = check(tmp_path, (GOOD[0] * 100).encode(), "CHAT")

    assert 6 == len(report.diagnostics)
    assert "rows.jsonl:1: warning: 99 rows are the same as an earlier one" == said(report)[-1]


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
