"""The words of a YAML text however they are spelled: a search of the bytes alone misses escapes."""

from __future__ import annotations

import re

SIGN = "\\"
"""What every text with an escape has in it."""

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(?:\r\n?|\n)\s*)")
"""Letters, digits and hyphens may be written by their number, and a word may go on in another line
(YAML 1.2.2, 5.7); no other escape means a part of a word."""


def spelled_out(text: str) -> str:
    """The text, followed by itself with every escape read, as in double quotes, if it has any."""
    return f"{text}\n{_ESCAPE.sub(_meant, text)}" if SIGN in text else text


def _meant(escape: re.Match[str]) -> str:
    number = int(next(filter(None, escape.groups()), "0"), 16)
    return chr(number) if 0 < number <= 0x10FFFF else ""
