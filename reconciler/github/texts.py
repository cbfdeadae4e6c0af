"""What stands in a comment, an issue and a summary besides the plan itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.github.ending import ending
from reconciler.github.marker import bare, signed

if TYPE_CHECKING:
    from reconciler.github.inputs import Inputs
    from reconciler.github.result import Result
    from reconciler.github.run_context import RunContext

ANNOUNCED = re.compile(r"\A> ⏳ planning again .*\n\n")
SHORT = 10
SAID: dict[tuple[str, int | None], str] = {
    ("validate", 0): "no problems found",
    ("drift", 0): "everything is as declared",
    ("drift", 2): "not as declared",
}
"""Where a command means something of its own by an exit code."""


def announcement(marker: str, before: str, run: RunContext) -> str:
    """What stood there, headed by the news that it is out of date: no digest to approve."""
    line = f"> ⏳ planning again for `{run.head[:SHORT]}` ([run]({run.url})); this was before:\n\n"
    return signed(marker, run.made(), line + ANNOUNCED.sub("", bare(before)))


def comment(marker: str, markdown: str, result: Result, run: RunContext) -> str:
    """The plan, which names its digest, or why there is none; below it the run."""
    text = bare(markdown) or _without_plan("plan", "", result)
    return signed(marker, run.made(result.digest), f"{text.rstrip()}\n\n{_foot(run)}\n")


def summary(inputs: Inputs, markdown: str, printed: str, result: Result) -> str:
    """The same for the page of the run."""
    text = bare(markdown) or _without_plan(inputs.command, inputs.environment, result)
    return f"{text.rstrip()}\n{_printed(printed)}"


def drift_issue(marker: str, printed: str, inputs: Inputs, run: RunContext) -> str:
    where = f" ({inputs.environment})" if inputs.environment else ""
    said = (
        f"The account{where} does not match the manifests of `{run.commit[:SHORT]}` say.",
        "An apply brings it back where it can; to keep what was done by hand, write it into the "
        "manifests.",
        f"This issue is kept up to date and closes by itself. Last look: [this run]({run.url}).",
    )
    return signed(marker, run.made(), "\n\n".join(said) + "\n" + _printed(printed))


def _without_plan(command: str, environment: str, result: Result) -> str:
    end = ending(result.code)
    where = f" {environment}" if environment else ""
    return f"### {end.sign} {command}{where}: {SAID.get((command, result.code), end.says)}"


def _foot(run: RunContext) -> str:
    return f"<sub>[run]({run.url}) of `{run.head[:SHORT]}`</sub>"


def _printed(text: str) -> str:
    """In a fence longer than any run of backticks in it, so that nothing in it can end it."""
    if not text.strip():
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"\n{fence}text\n{text.rstrip()}\n{fence}\n"
