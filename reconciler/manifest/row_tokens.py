"""How many tokens training makes of rows, guessed from their bytes: an honest band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.manifest.row_blocks import Rows

BYTES_BAND = (6.0, 2.5)
"""How many bytes of a JSONL file make one trained token, from prose in English (most bytes, JSON
around it included) to code and other scripts (fewest)."""

PREAMBLE = 84
"""Tokens that a chat template begins a row with, at most: gpt-oss's system message, instructions
and the line on tools, counted in the vocabulary of Llama 3. Those of Llama 3.1 to 3.3 make 26, of
Qwen 2.5 21, of Gemma 1."""

PIXELS, IMAGE = 784, 16_384
"""Qwen2.5-VL makes a token of each 28 x 28 pixels of an image, and at most 16,384 of one
(``max_pixels`` of its preprocessor)."""
IMAGE_CHARS = 16
"""Characters of base64 that make one such token, at least: 12 bytes of PNG or JPEG for 784 pixels
is an eighth of a bit for each."""

INDENTED = 1.5
"""Tools in a row's compact JSON are what Llama 3.1's template writes out with indents: 1.9 times
the tokens, a third more than the densest bytes make."""

IMAGE_MARK = b";base64,"
_REASONING = b'"reasoning_content"'
_PREFERRED = "preferred_output"


@dataclass(frozen=True, slots=True)
class Guess:
    """Tokens, at least and at most."""

    low: float = 0.0
    high: float = 0.0

    def __add__(self, other: Guess) -> Guess:
        return Guess(self.low + other.low, self.high + other.high)


NOTHING = Guess()


def of_bytes(size: float, rows: int = 0) -> Guess:
    """Of rows of which nothing else is known."""
    most, least = BYTES_BAND
    return Guess(size / most, size / least + rows * PREAMBLE)


def of_rows(rows: Rows) -> Guess:
    """Of rows that follow each other: what training may read again, or write out longer, counts
    too, and images by their pixels. Asked of all at once where that is enough."""
    sizes = sum(map(len, rows.lines))
    if None not in rows.roles and {1} == set(map(len, rows.objects)):  # plain chats
        return of_bytes(sizes, len(rows.lines))
    pairs = _PREFERRED in set[str]().union(*rows.objects)
    if not rows.images and (pairs or _REASONING not in b"".join(rows.lines)):
        return _guess(sizes, (1 + pairs) * sizes * _longer(rows.objects), rows)
    low = high = 0.0
    for row, line in zip(rows.objects, rows.lines, strict=True):
        images = _images(line)
        read = len(line) - sum(images)
        often = 2.0 if _PREFERRED in row else reasoned(row.get("messages"))
        low += read
        high += read * often * _longer([row])
        high += BYTES_BAND[1] * sum(map(image_tokens, images))
    return _guess(low, high, rows)


def _guess(low: float, high: float, rows: Rows) -> Guess:
    """``low`` and ``high`` in bytes."""
    return Guess(of_bytes(low).low, of_bytes(high, len(rows.lines)).high)


def _longer(rows: Iterable[dict[str, Any]]) -> float:
    """How much longer rows are with their tools written out."""
    return INDENTED if any(map(tools_of, rows)) else 1.0


def tools_of(row: dict[str, Any]) -> Any:
    """The tools that a row offers; something false when it offers none."""
    asked = row.get("input")  # of a pair of answers
    return row.get("tools") or (type(asked) is dict and asked.get("tools"))


def reasoned(messages: Any) -> int:
    """How many examples a chat with reasoning makes at most: templates leave out the reasoning of
    earlier turns, so that each turn is trained on by itself (fine-tuning docs: thinking traces can
    expand the token count beyond the dataset)."""
    if not isinstance(messages, list):
        return 1
    turns = [m for m in messages if isinstance(m, dict) and m.get("reasoning_content")]
    return max(len(turns), 1)


def image_tokens(characters: int) -> int:
    """Tokens of an image at most, by the length of its base64."""
    return min(IMAGE, 4 + characters // IMAGE_CHARS)


def text_size(line: bytes) -> int:
    """The bytes of a row without the images in it, of which no tokens are made by their bytes."""
    return len(line) - sum(_images(line))


def _images(line: bytes) -> list[int]:
    """How long the base64 of each image in a row is."""
    if IMAGE_MARK not in line:
        return []
    _, *others = line.split(IMAGE_MARK)
    return [len(other.partition(b'"')[0]) for other in others]
