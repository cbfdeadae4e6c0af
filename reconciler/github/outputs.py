"""The files by which a step talks to the runner: outputs, and the summary of the job."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.api.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

SUMMARY_LIMIT = 1024 * 1024  # bytes of one step; the runner drops the whole of a longer one
CUT = "\n\n… cut here: a summary holds 1 MiB\n"


def set_outputs(environ: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Between delimiters that no value can know, so that none can name an output of its own."""
    end = secrets.token_hex(16)
    lines = (f"{name}<<{end}\n{value}\n{end}\n" for name, value in values.items())
    _append(environ.get("GITHUB_OUTPUT", ""), "".join(lines).encode())


def add_summary(environ: Mapping[str, str], text: str) -> None:
    path = environ.get("GITHUB_STEP_SUMMARY", "")
    _append(path, fitted(redact(text), SUMMARY_LIMIT - _size(path)))


def fitted(text: str, room: int) -> bytes:
    """The text in at most ``room`` bytes, cut at a line and saying so."""
    raw = (text.rstrip("\n") + "\n\n").encode("utf-8", "replace")
    if len(raw) <= room:
        return raw
    kept = raw[: max(0, room - len(CUT.encode()))]
    whole = kept[: kept.rfind(b"\n") + 1]
    return (whole + CUT.encode())[: max(0, room)]


def _append(path: str, content: bytes) -> None:
    if path and content:
        with Path(path).open("ab") as stream:
            stream.write(content)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size if path else 0
    except OSError:
        return 0
