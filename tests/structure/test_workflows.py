"""Our workflows and those we hand to users: no right too many, and no action that can move."""

from __future__ import annotations

import re

import pytest

from tests.structure.source_tree import ROOT

WORKFLOWS = [
    path
    for pattern in (".github/workflows/*.yml", "examples/github/*.yml")
    for path in sorted(ROOT.glob(pattern))
]
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d")


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.relative_to(ROOT).as_posix())
def text(request: pytest.FixtureRequest) -> str:
    content: str = request.param.read_text("utf-8")
    return content


def test_a_workflow_starts_with_no_permission_at_all(text: str) -> None:
    assert "\npermissions: {}\n" in text


def test_every_action_is_pinned_by_hash_with_its_version_beside_it(text: str) -> None:
    uses = [line.strip() for line in text.splitlines() if "uses:" in line]

    assert [] == [line for line in uses if not PINNED.search(line)]


def test_no_workflow_runs_foreign_code_with_our_rights(text: str) -> None:
    assert not re.search(r"pull_request_target|workflow_run", text)


def test_no_shell_line_holds_text_from_outside(text: str) -> None:
    runs = [line for line in text.splitlines() if re.match(r"\s*(?:- )?run:", line)]

    assert [] == [line for line in runs if "${{" in line]


def _steps(text: str) -> list[str]:
    return re.split(r"\n(?= +- (?:uses|run|name|id|env):)", text)


def test_the_tool_gets_the_signal_when_a_run_is_cancelled(text: str) -> None:
    deaf = [
        step
        for step in _steps(text)
        if re.search(r"(?:^|\s)reconciler (?:validate|plan|apply|drift|wait)\b", step)
        and not re.search(r"run: exec reconciler|trap 'kill -TERM", step)
    ]

    assert [] == deaf, "the runner signals the step's shell only: use exec, or hand it on"


# Each of these keeps a job away from the pull requests of forks.
OWN_CODE_ONLY = re.compile(
    r"\bif: .*(?:github\.event_name == 'push'"
    r"|github\.event\.pull_request\.head\.repo\.full_name == github\.repository)"
)


def test_a_job_with_a_key_never_runs_for_a_fork(text: str) -> None:
    jobs = re.split(r"\n(?=  \w[\w-]*:\n)", text.partition("\njobs:")[2])
    with_key = [job for job in jobs if "secrets." in job]

    assert [] == [job for job in with_key if not OWN_CODE_ONLY.search(job)]


def test_an_apply_is_never_cut_short_by_the_next_one(text: str) -> None:
    applies = "reconciler apply" in text

    assert not applies or "cancel-in-progress: false" in text


def test_ci_runs_what_a_developer_runs() -> None:
    assert "bash .ci/run" in (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    assert "make --no-print-directory test" in (ROOT / ".ci/run").read_text("utf-8")
