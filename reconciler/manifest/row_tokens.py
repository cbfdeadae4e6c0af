"""How many tokens training makes of rows, guessed from their bytes: an honest band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_IMAGE_MARK = b";base64,"
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
    """Of plain chats by their bytes alone; of the others what training may read again, or write
    out longer, counts too, and images by their pixels."""
    if None not in rows.roles and {1} == set(map(len, rows.objects)):
        return of_bytes(sum(map(len, rows.lines)), len(rows.lines))
    low = high = 0.0
    for row, line in zip(rows.objects, rows.lines, strict=True):
        images = _images(line)
        text = len(line) - sum(images)
        low += text
        high += text * _times(row, line)
        high += BYTES_BAND[1] * sum(map(image_tokens, images))
    return Guess(of_bytes(low).low, of_bytes(high, len(rows.lines)).high)


def _times(row: dict[str, Any], line: bytes) -> float:
    """How often the text of a row is read at most, tools at their full length."""
    times = 1.0
    if _PREFERRED in row:
        times = 2.0  # both answers after the same question
    elif b'"reasoning_content"' in line:
        times = float(reasoned(row.get("messages")))
    return times * INDENTED if b'"tools"' in line and tools_of(row) else times


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
    if _IMAGE_MARK not in line:
        return []
    _, *others = line.split(_IMAGE_MARK)
    return [len(other.partition(b'"')[0]) for other in others]
