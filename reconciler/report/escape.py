"""Text of others (manifests, server) made safe to print: one line stays one line."""

from __future__ import annotations

import re

from reconciler.manifest.quoting import INVISIBLE

MARKUP = re.compile(r"[^\w .,:/()+=…-]")  # quotes, brackets, %%{directives}, `Markdown`, entities
SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
LONGEST_VALUE = 120  # characters of a user's value (contract 7)


def escape(text: str) -> str:
    """``text`` with everything invisible shown as an escape; never a workflow command.

    GitHub takes a log line that begins with ``::`` for a command, blanks in front included, and
    one that holds ``##[`` anywhere (actions/runner ``ActionCommand``).
    """
    shown = INVISIBLE.sub(_visible, text) if not text.isascii() or not text.isprintable() else text
    shown = shown.replace("##[", "##\\[")
    bare = shown.lstrip()
    if bare.startswith("::"):
        return f"{shown[: len(shown) - len(bare)]}\\{bare}"
    return shown


def shorten(text: str, longest: int = LONGEST_VALUE) -> str:
    """At most ``longest`` characters, an ellipsis where something was cut."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def mermaid_label(text: str) -> str:
    """``text`` between the quotes of a Mermaid label: whatever is no plain letter, digit or sign
    stands as Mermaid's own decimal entity (``#60;``), HTML's would be shown with their ``&``."""
    return MARKUP.sub(lambda found: f"#{ord(found[0])};", escape(text))


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    number = ord(character)
    if character in SHORT:
        return SHORT[character]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
