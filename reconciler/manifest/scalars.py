"""What a plain scalar means: YAML 1.2 without its octal, hexadecimal and infinite numbers.

Integers are ``-?(0|[1-9][0-9]*)`` of at most 64 bits. Numbers are YAML 1.2 core floats without
leading zeros: ``1e-4``, ``.5``, ``5.`` and ``+1.5`` are numbers, ``0123.5``, ``.inf``, ``.nan``,
``1e400`` and ``1e-400``, which no float holds, are not. Booleans are true and false (also True,
TRUE, ...), never yes, no, on, off.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})", re.ASCII)
_NUMBER = re.compile(
    r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII
)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
AMBIGUOUS = frozenset("+-.0123456789tTfFnN~")
"""First characters of every plain scalar that may be something else than its text."""
_LONGEST_NUMBER = 400  # 64-bit floats need fewer digits; longer ones are slow and never meant


@lru_cache(maxsize=4096)
def plain_value(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar where the schema leaves it open; its text if it is a string."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return _bounded(text)
    if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) and (number or _says_zero(text)) else text
    return text


def _says_zero(text: str) -> bool:
    return not re.search("[1-9]", text.lower().partition("e")[0])


def _bounded(text: str) -> int | str:
    number = int(text)
    return number if -(2**63) <= number < 2**63 else text
