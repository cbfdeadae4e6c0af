from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import ContentError
from reconciler.transfer.urls import BATCH, UrlSource, check_urls

if TYPE_CHECKING:
    from collections.abc import Mapping

STORAGE = "https://storage.googleapis.com/b/"


class Platform:
    """Answers every request; ``asked`` has the keys of each."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, sizes: Mapping[str, int]) -> Mapping[str, str]:
        self.asked.append(list(sizes))
        return {key: f"{STORAGE}{key}?{len(self.asked)}" for key in sizes}


def _source(count: int, platform: Platform) -> UrlSource:
    return UrlSource({f"f{i}": i for i in range(count)}, platform, allow_loopback=False)


def test_urls_are_asked_for_in_batches() -> None:
    platform = Platform()
    source = _source(120, platform)
    for i in range(120):
        source.get(f"f{i}")
        source.done(f"f{i}")

    assert [50, 50, 20] == [len(keys) for keys in platform.asked]
    assert BATCH == 50


def test_the_first_batch_holds_the_first_files() -> None:
    platform = Platform()
    _source(120, platform).get("f0")

    assert [f"f{i}" for i in range(50)] == platform.asked[0]


def test_an_expired_url_is_asked_for_again_with_those_of_its_age() -> None:
    platform = Platform()
    source = _source(3, platform)
    old = source.get("f0")
    source.done("f2")

    assert old != source.get("f0", old)
    assert ["f0", "f1"] == platform.asked[1]


@pytest.mark.parametrize(
    ("urls", "word"),
    [
        ({}, "none for a"),
        ({"a": STORAGE}, "none for b"),
        ({"a": STORAGE, "b": STORAGE, "c": STORAGE}, "not asked for"),
        ({"a": STORAGE, "B": STORAGE}, "not asked for"),
        ({"a": STORAGE, "b": "https://evil.example/"}, "evil.example"),
        ({"a": STORAGE, "b": STORAGE.replace("https", "http")}, "http://storage"),
        ({"a": STORAGE, "b": 5}, "no usable URL"),
        ({"a": STORAGE, "b": STORAGE + "?X-Goog-SignedHeaders=x-goog-x"}, "unknown headers"),
    ],
)
def test_urls_that_do_not_fit_the_files_are_refused(urls: dict[str, str], word: str) -> None:
    with pytest.raises(ContentError, match=word):
        check_urls({"a": 1, "b": 2}, urls, allow_loopback=False)
