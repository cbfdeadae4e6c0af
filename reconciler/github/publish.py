"""Tells GitHub what came of a run; nothing that goes wrong here changes how the run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.github.boxes import Comments, Issues
from reconciler.github.marker import made_of, marker_of
from reconciler.github.result import said
from reconciler.github.sticky import ours, put
from reconciler.github.texts import announcement, comment, drift_issue

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.github.client import GitHub
    from reconciler.github.inputs import Inputs
    from reconciler.github.result import Result
    from reconciler.github.run_context import RunContext

OVERTAKEN = "a newer commit or run reports for itself"


def announce(github: GitHub, run: RunContext, inputs: Inputs, marker: str) -> str:
    """Head an older plan with the news that it is being made anew; what was done, in words.

    Raises GitHubError."""
    if not _is_newest(github, run):
        return OVERTAKEN
    comments = Comments(github, run.repository, run.pull)
    notes = ours(comments, marker, inputs.author)
    if not notes:
        return "no plan stands there yet"
    put(comments, inputs.author, announcement(marker, notes[0].text, run))
    return "the comment says that a new plan is being made"


def tell_plan(github: GitHub, run: RunContext, inputs: Inputs, marker: str, result: Result) -> str:
    """The one comment of this project and environment; what was done, in words.

    Raises GitHubError."""
    markdown = read(inputs.markdown)
    text = comment(marker_of(markdown) or marker, markdown, result, run)
    if not _is_newest(github, run):
        return OVERTAKEN
    note = put(Comments(github, run.repository, run.pull), inputs.author, text)
    return OVERTAKEN if note is None else "the plan stands in the comment"


def tell_drift(github: GitHub, run: RunContext, inputs: Inputs, marker: str, result: Result) -> str:
    """Open or bring up to date the one issue when there is drift, close it when there is none;
    anything else says nothing about the account. Raises GitHubError."""
    where = f" in {inputs.environment}" if inputs.environment else ""
    issues = Issues(github, run.repository, f"Drift{where}: not as declared", inputs.author)
    if result.code == 2:
        put(issues, inputs.author, drift_issue(marker, read(said(inputs)), inputs, run))
        return "the issue says what drifted"
    if result.code == 0:
        notes = ours(issues, marker, inputs.author)
        if not all(run.made().follows(made_of(note.text)) for note in notes):
            return OVERTAKEN
        for note in notes:
            issues.close(note, f"Everything is as declared again: [run]({run.url}).")
        return "there is no drift, and no open issue"
    return "the issue stays as it is: the account could not be read"


def read(path: Path) -> str:
    """A file's text, "" where there is none."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _is_newest(github: GitHub, run: RunContext) -> bool:
    """Whether the pull request's head is still the commit that this run is about."""
    pull = github.get(f"/repos/{run.repository}/pulls/{run.pull}")
    head = pull.get("head") if isinstance(pull, dict) else None
    return isinstance(head, dict) and head.get("sha") == run.head
