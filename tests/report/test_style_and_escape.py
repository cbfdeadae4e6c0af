"""Where text may go: widths, colours, characters, and what others may not smuggle in."""

from __future__ import annotations

import io
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.plan.plan import Cost
from reconciler.report.escape import escape, shorten
from reconciler.report.money import cost_text
from reconciler.report.style import Style
from reconciler.report.values import value_text


class Stream(io.StringIO):
    def __init__(self, *, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal, self._encoding = terminal, encoding

    def isatty(self) -> bool:
        return self._terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


TERMINAL, PIPE = Stream(terminal=True), Stream(terminal=False)


@pytest.mark.parametrize(
    ("stream", "color", "environ", "expected"),
    [
        (TERMINAL, "auto", {}, True),
        (PIPE, "auto", {}, False),
        (PIPE, "always", {"NO_COLOR": "1"}, True),
        (TERMINAL, "never", {"FORCE_COLOR": "1"}, False),
        (TERMINAL, "auto", {"NO_COLOR": "1"}, False),
        (TERMINAL, "auto", {"NO_COLOR": ""}, True),
        (TERMINAL, "auto", {"TERM": "dumb"}, False),
        (PIPE, "auto", {"FORCE_COLOR": "1"}, True),
        (PIPE, "auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_who_decides_on_colour(
    stream: TextIO, color: str, environ: dict[str, str], expected: bool
) -> None:
    assert Style.for_stream(stream, color, environ).colour is expected


@pytest.mark.parametrize(("columns", "width"), [("40", 80), ("132", 132), ("", 100), ("x", 100)])
def test_the_width_has_a_floor(columns: str, width: int) -> None:
    assert Style.for_stream(PIPE, "auto", {"COLUMNS": columns}).width == width


def test_a_stream_without_utf_8_gets_ascii() -> None:
    style = Style.for_stream(Stream(terminal=False, encoding="ascii"), "auto", {})

    assert style.plain("▶ a → é…") == "> a -> \\xe9..."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("größe → 3", "größe → 3"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb\u200bc\ufeff", "a\\u202eb\\u200bc\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("::error::x", "\\::error::x"),
        ("  ::add-mask::x", "  \\::add-mask::x"),
        ("##[group]", "##\\[group]"),
        ("a ##[error]b", "a ##\\[error]b"),
        ("a::b", "a::b"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text())
def test_escaped_text_is_one_line_that_can_be_encoded(text: str) -> None:
    shown = escape(text)

    assert shown.encode().decode() == shown
    assert len(shown.splitlines()) <= 1
    assert not shown.lstrip().startswith("::")


@given(st.text())
def test_escaping_twice_changes_nothing(text: str) -> None:
    assert escape(escape(text)) == escape(text)


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert shorten("x" * 121) == "x" * 119 + "…"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(unset)"),
        (True, "true"),
        (0.0001, "0.0001"),
        ("accounts/a/models/m", "accounts/a/models/m"),
        ("two words", '"two words"'),
        ("", '""'),
        ({"env": "KEY"}, '{"env": "KEY"}'),
        (["a", 1], '["a", 1]'),
    ],
)
def test_values_are_shown_as_a_reader_would_write_them(value: object, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Cost(28.0, 37.0, "tokens"), "$28.00-37.00 (tokens)"),
        (Cost(1200.0, 1200.0, ""), "$1,200.00"),
        (Cost(None, None, "unknown: no prices"), "unknown: no prices"),
        (Cost(None, None, "no row count"), "unknown (no row count)"),
    ],
)
def test_costs_say_what_they_are_based_on(cost: Cost, text: str) -> None:
    assert cost_text(cost) == text
