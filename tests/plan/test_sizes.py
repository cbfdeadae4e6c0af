"""Bytes in words: decimal units, one decimal place below ten."""

from __future__ import annotations

import pytest

from reconciler.plan.sizes import size_text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (9, "9 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (10_400, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (91_000_000, "91 MB"),
        (2_000_000_000, "2.0 GB"),
        (7_000_000_000_000, "7.0 TB"),
        (12_345_000_000_000_000, "12345 TB"),
    ],
)
def test_bytes_read_as_the_platform_counts_them(count: int, text: str) -> None:
    assert text == size_text(count)
