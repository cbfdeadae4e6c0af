"""The hidden lines by which our own comments and issues are found again, and what they remember."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.api.redact import redact

MARKER = re.compile(r"<!-- reconciler:v1 [^\s<>]{1,400} -->")
STATE = re.compile(r"<!-- reconciler:state (\{[^<>]{1,1000}\}) -->")


@dataclass(frozen=True, slots=True, order=True)
class Made:
    """Which run wrote a text: a later run or attempt is greater. ``digest`` is that of the plan
    that stands in it, "" while there is none, ``commit`` the head of the pull request."""

    run: int = 0
    attempt: int = 0
    commit: str = ""
    digest: str = ""

    def follows(self, other: Made) -> bool:
        return (self.run, self.attempt) >= (other.run, other.attempt)


def marker_of(text: str) -> str:
    """The marker in the first line, "" when it is none of ours."""
    first = text.partition("\n")[0].strip()
    return first if MARKER.fullmatch(first) else ""


def made_of(text: str) -> Made:
    """Who wrote the text, from its second line; nobody in particular where it does not say."""
    lines = text.splitlines()
    found = STATE.fullmatch(lines[1].strip()) if len(lines) > 1 else None
    try:
        fields: dict[str, Any] = json.loads(found.group(1)) if found else {}
        return Made(int(fields["run"]), int(fields["attempt"]), *_texts(fields))
    except (ValueError, KeyError, TypeError):
        return Made()


def _texts(fields: dict[str, Any]) -> tuple[str, str]:
    return str(fields["commit"]), str(fields["digest"])


def signed(marker: str, made: Made, text: str) -> str:
    """``text`` below its two hidden lines, without what looks like a credential: somebody may have
    put one into a field of the account."""
    return f"{marker}\n<!-- reconciler:state {json.dumps(asdict(made))} -->\n{redact(text)}"


def bare(text: str) -> str:
    """The text without its hidden lines."""
    lines = text.splitlines(keepends=True)
    hidden = sum(1 for line in lines[:2] if line.startswith("<!-- reconciler:"))
    return "".join(lines[hidden:])
