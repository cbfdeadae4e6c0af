"""What the runner's environment and event file say of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import UsageError
from reconciler.github.run_context import RunContext

if TYPE_CHECKING:
    from pathlib import Path

BASE = {
    "GITHUB_REPOSITORY": "acme/ml",
    "GITHUB_TOKEN": "ghs_x",
    "GITHUB_SHA": "f" * 40,
    "GITHUB_RUN_ID": "12",
    "GITHUB_RUN_ATTEMPT": "2",
}


def with_event(folder: Path, event: str) -> RunContext:
    path = folder / "event.json"
    path.write_text(event)
    return RunContext.of({**BASE, "GITHUB_EVENT_PATH": str(path)})


def test_a_pull_request_is_about_its_head_and_not_about_the_merge(tmp_path: Path) -> None:
    event = {"pull_request": {"number": 7, "head": {"sha": "a" * 40}}}
    run = with_event(tmp_path, json.dumps(event))

    assert (7, "a" * 40, "f" * 40) == (run.pull, run.head, run.commit)


def test_a_push_is_about_its_commit(tmp_path: Path) -> None:
    run = with_event(tmp_path, "{}")

    assert (0, "f" * 40) == (run.pull, run.head)


def test_a_run_knows_its_page_and_its_place_among_runs() -> None:
    run = RunContext.of(BASE)

    assert "https://github.com/acme/ml/actions/runs/12" == run.url
    assert (12, 2) == (run.made().run, run.made().attempt)


@pytest.mark.parametrize("missing", ["GITHUB_REPOSITORY", "GITHUB_TOKEN", "GITHUB_SHA"])
def test_what_every_runner_sets_has_to_be_there(missing: str) -> None:
    with pytest.raises(UsageError, match=missing):
        RunContext.of({**BASE, missing: ""})


@pytest.mark.parametrize("event", ["", "{"])
def test_an_event_file_that_cannot_be_read_is_said(event: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="event file"):
        with_event(tmp_path, event)


def test_the_token_shows_itself_nowhere() -> None:
    assert "ghs_x" not in repr(RunContext.of(BASE))
