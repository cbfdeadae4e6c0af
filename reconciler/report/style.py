"""How text may look where it is going: colour, width, characters."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

FLOOR, DEFAULT_WIDTH = 80, 100
COLOURS = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
}
ASCII = str.maketrans(
    {"±": "-+", "▶": ">", "↻": "*", "→": "->", "←": "<-", "·": "-", "…": "...", "—": "-"}
)


@dataclass(frozen=True, slots=True)
class Style:
    """``width`` counts columns, never under 80; without ``unicode`` every sign has an ASCII
    stand-in. Colour only ever repeats what a word says already."""

    colour: bool = False
    width: int = DEFAULT_WIDTH
    unicode: bool = True

    @classmethod
    def for_stream(cls, stream: TextIO, color: str, environ: Mapping[str, str]) -> Style:
        """The style for ``stream``; ``color`` is ``auto``, ``always`` or ``never``."""
        encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
        wide = encoding.startswith("utf")
        return cls(_colour(stream, color, environ), _width(stream, environ), wide)

    def paint(self, text: str, *names: str) -> str:
        """``text`` in the named colours, unchanged where colour is off."""
        if not self.colour or not names:
            return text
        codes = ";".join(COLOURS[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def bold(self, text: str) -> str:
        return self.paint(text, "bold")

    def plain(self, text: str) -> str:
        """Our own signs in ASCII where the stream knows no others; the rest as escapes."""
        if self.unicode:
            return text
        return text.translate(ASCII).encode("ascii", "backslashreplace").decode("ascii")


def _colour(stream: TextIO, color: str, environ: Mapping[str, str]) -> bool:
    """Flag before ``NO_COLOR`` before ``FORCE_COLOR`` before what the terminal is."""
    if color in ("always", "never"):
        return color == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdecimal():
        return max(FLOOR, int(columns))
    try:
        return max(FLOOR, os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):  # no terminal, or a stream without a descriptor
        return DEFAULT_WIDTH
