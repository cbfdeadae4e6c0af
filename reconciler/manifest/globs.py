"""Globs over relative paths, as .gitignore reads them.

``*`` and ``?`` stay within one name, ``**`` crosses folders, ``[abc]`` is one of a set. A pattern
without a slash matches the name at any depth (``*.json`` finds ``1_Pooling/config.json``).
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)
_TOKENS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=256)
def glob(pattern: str, *, any_depth: bool = True) -> re.Pattern[str]:
    """The pattern as a regular expression for ``fullmatch`` over a relative POSIX path.

    ``any_depth=False`` ties a pattern without a slash to the top folder.
    """
    body = pattern.strip("/").removeprefix("./")
    start = "(?:.*/)?" if any_depth and "/" not in body else ""
    return re.compile(start + "".join(map(_translated, _TOKEN.findall(body))), re.DOTALL)


def _translated(token: str) -> str:
    if token in _TOKENS:
        return _TOKENS[token]
    if token.startswith("[") and len(token) > 1:
        inside = token[1:-1].replace("\\", r"\\")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(token)


def fixed_folder(pattern: str) -> str:
    """The folder that every match of the pattern is in, "" for the top."""
    steps = pattern.strip("/").removeprefix("./").split("/")[:-1]
    fixed: list[str] = []
    for step in steps:
        if any(mark in step for mark in "*?["):
            break
        fixed.append(step)
    return "/".join(fixed)
