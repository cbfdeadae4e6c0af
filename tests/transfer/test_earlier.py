"""Tests of reconciler.transfer.earlier."""

from __future__ import annotations

import pytest

from reconciler.transfer.earlier import HANDFUL, News


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def news(told: list[str]) -> News:
    return News("Model/base", told.append)


def test_nothing_found_is_nothing_told(news: News, told: list[str]) -> None:
    news.finish()

    assert [] == told


def test_a_handful_of_complete_files_is_told_by_name(news: News, told: list[str]) -> None:
    for key in ("b", "a"):
        news.complete(key)
    news.finish()

    assert [
        f"Model/base: {key}: already complete in the storage, not sent again" for key in "ab"
    ] == told


def test_more_than_a_handful_is_told_as_a_number(news: News, told: list[str]) -> None:
    for number in range(1978):
        news.complete(f"model-{number}")
    news.finish()

    assert ["Model/base: 1,978 files already complete in the storage, not sent again"] == told


def test_a_resumed_upload_is_told_at_once(news: News, told: list[str]) -> None:
    news.resumed("a", 46)

    assert ["Model/base: a: upload resumed at 46 %"] == told


def test_many_resumed_uploads_end_in_a_number(news: News, told: list[str]) -> None:
    for number in range(HANDFUL + 7):
        news.resumed(f"model-{number}", 1)
    news.finish()

    assert (HANDFUL + 1, "Model/base: 7 more uploads resumed") == (len(told), told[-1])


def test_nothing_is_told_twice(news: News, told: list[str]) -> None:
    news.complete("a")
    news.finish()
    news.finish()

    assert 1 == len(told)
