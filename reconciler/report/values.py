"""One JSON value on one line, short enough for a plan."""

from __future__ import annotations

import json
import re
from typing import Any

from reconciler.report.escape import escape, shorten

BARE = re.compile(r"[A-Za-z0-9_./@+-]+")


def value_text(value: Any) -> str:
    """A value as a reader would write it: bare words as they are, the rest as JSON."""
    if value is None:
        return "(unset)"
    if isinstance(value, str) and BARE.fullmatch(value):
        return shorten(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return escape(shorten(text))
