"""A user's values inside our messages: short, on one line, never a control character."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from reconciler.manifest.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.manifest.manifest import Path

_EMPTY = '""'  # how a name without characters is shown
_LONGEST = 120  # contract 7: at most 120 characters of a user's value
INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f]"
)
"""Controls of both sets, line separators, lone surrogates, and what Unicode calls format
characters: directions, zero widths, tags: all that can move the cursor, reorder a line or hide in
it (fault model 4.4)."""


def escaped(text: str) -> str:
    """Text with every invisible character as an escape and at most 120 characters long.

    What looks like a credential is never shown.
    """
    shown = INVISIBLE.sub(_escape, without_secrets(text)[: _LONGEST + 1])
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is no UTF-8
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quoted(text: str) -> str:
    """Text between double quotes, escaped."""
    return f'"{escaped(text)}"'


def described(value: Any) -> str:
    """A value as the object of *but was*: the string "x", 3, a mapping, a list."""
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if value is None else json.dumps(value)


def dotted(path: Path) -> str:
    """A path as users read it: ``spec.datasets[0].dataset``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{escaped(step) or _EMPTY}"
    return text.removeprefix(".")


def listed(values: Iterable[Any]) -> str:
    """Allowed values, comma-separated, in the order of the schema."""
    return ", ".join(v if isinstance(v, str) else json.dumps(v) for v in values)
