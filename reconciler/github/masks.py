"""Asks the runner to strike secrets out of the log, those too that no ``secrets.`` gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SHORTEST = 8
"""Characters; a mask of fewer would strike half of the log out."""
KNOWN = ("FIREWORKS_API_KEY", "GITHUB_TOKEN")


def masks(environ: Mapping[str, str], names: Iterable[str] = KNOWN) -> str:
    """A command for each line of the variables' values; only on a runner, which swallows it.

    A key that an earlier step fetched from a vault stands in the environment as plain text: the
    runner knows it only from here. Signed URLs are not masked, for none is ever printed."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return ""
    found = dict.fromkeys(_secrets(environ, names))
    return "".join(f"::add-mask::{_escaped(secret)}\n" for secret in found)


def _secrets(environ: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for line in environ.get(name, "").splitlines():
            if len(line.strip()) >= SHORTEST:
                yield line.strip()


def _escaped(text: str) -> str:
    """As the runner reads the data of a command (actions/runner ``ActionCommand``)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
