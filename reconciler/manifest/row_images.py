"""Finds images in the bytes of rows: no tokens are made of them by their length as text."""

from __future__ import annotations

import re
from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = b'"data:image'  # stands in every row with an image; a slash behind it may be escaped
_IMAGE = re.compile(rb'"url"\s*:\s*"data:image\\?/\w+;base64,')
"""Where an image begins. In a text, of a web page for one, base64 is text; quotes are escaped."""


def text_sizes(text: bytes, lines: Sequence[bytes]) -> tuple[list[int], list[int]]:
    """(the bytes of each row without its images, how many of base64 each image of them has), of
    rows that are JSON; ``text`` is all the lines."""
    sizes = list(map(len, lines))
    images: list[int] = []
    if _MARK not in text:
        return sizes, images
    ends = list(accumulate(sizes))
    for found in _IMAGE.finditer(text):
        begin = found.end()
        images.append(text.index(b'"', begin) - begin)
        sizes[bisect(ends, begin)] -= images[-1]
    return sizes, images
