"""Annotations that stand where the file is: seen from the top of the repository."""

from __future__ import annotations

import re

PLACE = re.compile(r"^(::(?:error|warning|notice) file=)(?!/)", re.MULTILINE)


def below(text: str, folder: str) -> str:
    """The annotations of a run in ``folder``, a path from the top with ``/``; "." is the top."""
    if folder in ("", "."):
        return text
    shown = folder.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return PLACE.sub(lambda found: f"{found.group(1)}{shown}/", text)
