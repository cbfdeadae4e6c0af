"""The text of a file and its positions: UTF-8, LF or CRLF, lines and columns in characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation

_PLAIN_BYTES = b"\t\n" + bytes(range(0x20, 0x7F))
# What YAML 1.2 calls printable, less a second byte order mark and a CR that ends no line.
_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\r(?!\n)"
)
_LINE_END = re.compile("\n")
_FOREIGN_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\x1f\x8b", "a gzip file"),
)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SourceText:
    """A manifest file's text without its byte order mark; ``path`` as shown to the user."""

    path: str
    text: str

    def location(self, index: int) -> SourceLocation:
        """Line and column of a character; the end of the text counts as its last line's end."""
        if index >= len(self.text):
            index = len(self.text.rstrip("\r\n"))
        starts = _line_starts(self.text)
        line = bisect_right(starts, index)
        return SourceLocation(self.path, line, index - starts[line - 1] + 1)


@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    """The index of each line's first character; questions about one file come together."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def decode(path: str, raw: bytes) -> SourceText | Diagnostic:
    """Bytes as text; a Diagnostic with its position when they are no text a manifest may be."""
    body = raw.removeprefix(_BOM)
    foreign = next((name for mark, name in _FOREIGN_MARKS if body.startswith(mark)), None)
    if foreign:
        return _refuse(SourceLocation(path), f"expected UTF-8 text, but was {foreign}")
    try:
        source = SourceText(path, body.decode())
    except UnicodeDecodeError as error:
        before = SourceText(path, body[: error.start].decode() + "?")
        where = before.location(len(before.text) - 1)
        return _refuse(where, f"expected UTF-8 text, but was the byte 0x{body[error.start]:02x}")
    if not body.translate(None, _PLAIN_BYTES):
        return source
    return _refused_character(source) or source


def _refused_character(source: SourceText) -> Diagnostic | None:
    found = _REFUSED.search(source.text)
    if not found:
        return None
    where = source.location(found.start())
    if found[0] == "\r":
        hint = "lines end with LF or CRLF"
        return _refuse(where, "a carriage return that ends no line", hint)
    if found[0] == "\ufeff":
        return _refuse(where, "a second byte order mark (U+FEFF)")
    message = f"the control character U+{ord(found[0]):04X} is not allowed"
    return _refuse(where, message, "in a string write it as an escape in double quotes")


def _refuse(where: SourceLocation, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "invalid-text", message, where, hint=hint)
