"""Waiting goes by as fast as a test says, and never slower than it does."""

from __future__ import annotations

import pytest

from reconciler.tempo import VARIABLE, tempo


@pytest.mark.parametrize(
    ("said", "expected"),
    [("100", 100.0), ("1.5", 1.5), ("1", 1.0), ("0.1", 1.0), ("-3", 1.0), ("0", 1.0)]
    + [(odd, 1.0) for odd in ("", "fast", "nan", "inf", "1e999")],
)
def test_only_a_number_above_one_makes_waiting_shorter(
    said: str, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, said)

    assert expected == tempo()


def test_without_a_word_a_second_takes_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    assert 1.0 == tempo()
