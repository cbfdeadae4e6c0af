"""How many tokens training makes of rows, guessed from their bytes: an honest band."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress, repeat
from operator import mul
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

INDENTED = 3
"""Halves of its length that a row with tools is read as: Llama 3.1's template writes them out with
indents, 1.9 times the tokens of compact JSON, a third more than the densest bytes make."""

MAX_ROWS = 3_000_000
"""Of one dataset (fine-tuning docs)."""
SMALLEST_ROW = len(b'{"prompt":"","completion":""}\n')

_PREFERRED = "preferred_output"


@dataclass(frozen=True, slots=True)
class Guess:
    """Tokens, at least and at most."""

    low: float = 0.0
    high: float = 0.0


NOTHING = Guess()


@dataclass(frozen=True, slots=True)
class Reading:
    """What training reads of rows, in whole numbers: so the sum is one, whatever is added first.

    ``text`` are bytes without images, ``halves`` how many half bytes are read at most, again and
    written out; ``images`` are tokens at most."""

    rows: int = 0
    text: int = 0
    halves: int = 0
    images: int = 0

    def __add__(self, other: Reading) -> Reading:
        return Reading(
            self.rows + other.rows,
            self.text + other.text,
            self.halves + other.halves,
            self.images + other.images,
        )

    @property
    def tokens(self) -> Guess:
        high = of_bytes(self.halves / 2, self.rows).high + self.images
        return Guess(of_bytes(self.text).low, high)


def of_bytes(size: float, rows: int = 0) -> Guess:
    """Of rows of which nothing else is known."""
    most, least = BYTES_BAND
    return Guess(size / most, size / least + rows * PREAMBLE)


def of_unseen(size: int, smallest: int = SMALLEST_ROW, *, pairs: bool = False) -> Guess:
    """Of a file of which only the size is known, so that the band holds whatever rows it may have:
    as many as ``smallest`` bytes allow, all of them with tools, and read twice where they are
    ``pairs`` of answers. Chats in which more than a few turns reason may still make more."""
    rows = min(size // max(smallest, SMALLEST_ROW), MAX_ROWS)
    halves = size * INDENTED * (2 if pairs else 1)
    return Guess(of_bytes(size).low, of_bytes(halves / 2, rows).high)


def of_rows(rows: Rows) -> Reading:
    """Of rows that follow each other."""
    read = list(map(mul, rows.sizes, _often(rows)))
    toolless = rows.columns and rows.columns.toolless
    written_out = 0 if toolless else sum(compress(read, map(tools_of, rows.objects)))
    halves = 2 * sum(read) + (INDENTED - 2) * written_out
    return Reading(len(read), sum(rows.sizes), halves, sum(map(image_tokens, rows.images)))


def _often(rows: Rows) -> Iterable[int]:
    """How many examples training makes of each, at most: two of a pair of answers."""
    columns = rows.columns
    if columns and columns.paired:
        return repeat(2)
    if columns and not (_PREFERRED in columns.keys or "reasoning_content" in columns.fields):
        return repeat(1)
    pairs = map(dict.__contains__, rows.objects, repeat(_PREFERRED))
    talks = map(dict.get, rows.objects, repeat("messages"))
    return [2 if pair else reasoned(talk) for pair, talk in zip(pairs, talks, strict=True)]


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
