"""A live resource's state and progress in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import ReconcilerError
from reconciler.live.said import (
    cause,
    log_command,
    page_link,
    progress_words,
    state_words,
    status_message,
)

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource


def failure(live: LiveResource, way_out: str) -> ReconcilerError:
    """A resource that ended badly, in the platform's own words; ``way_out`` makes another."""
    message = status_message(live)
    why = f"{cause(live)}; " if cause(live) else ""
    return ReconcilerError(
        f"ended as {live.state}{': ' if message else ''}{message}",
        f"{why}to try again on purpose: {way_out}{its_log(live)}",
    )


def its_log(live: LiveResource) -> str:
    """What to add to words about a job whose log may be read; "" for all others."""
    command = log_command(live)
    return f"; its log: {command}" if command else ""


def describe(live: LiveResource) -> str:
    """``running 38 %, epoch 1  https://wandb.ai/...``: the state in words, with what the job says
    of its progress and where it is to be watched."""
    words = " ".join(part for part in (state_words(live), progress_words(live.body)) if part)
    link = page_link(live.body)
    return f"{words}  {link}" if link else words
