"""Our workflows and those we hand to users: no right too many, and no action that can move."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = sorted((ROOT / ".github/workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples/github").glob("*.yml"))
WORKFLOWS = [*OWN, *EXAMPLES]
ACTION = ROOT / "action.yml"
PINNED = re.compile(r"uses: (?:[\w./-]+@[0-9a-f]{40} # v\d|\$/$)")


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.relative_to(ROOT).as_posix())
def text(request: pytest.FixtureRequest) -> str:
    content: str = request.param.read_text("utf-8")
    return content


def check(program: str, *arguments: object) -> None:
    """Run a linter of this environment; it finds nothing."""
    command = [str(Path(sys.executable).parent / program), *map(str, arguments)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert 0 == found.returncode, found.stdout + found.stderr


def test_nothing_unsafe_is_found_in_any_workflow_or_in_the_action() -> None:
    check("zizmor", "--offline", "--persona=auditor", "--no-progress", ACTION, *WORKFLOWS)


def test_every_workflow_is_as_the_published_schema_says() -> None:
    check("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_the_action_is_as_the_published_schema_says() -> None:
    check("check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)


def test_a_workflow_starts_with_no_permission_at_all(text: str) -> None:
    assert "\npermissions: {}\n" in text


def test_every_action_is_pinned_by_hash_with_its_version_beside_it(text: str) -> None:
    uses = [line.strip() for line in text.splitlines() if "uses:" in line]

    assert [] == [line for line in uses if not PINNED.search(line)]


def test_no_workflow_runs_foreign_code_with_our_rights(text: str) -> None:
    assert not re.search(r"pull_request_target|workflow_run", text)


def scripts(node: Any) -> Iterator[str]:
    """Every script of a workflow or action, however deep."""
    if isinstance(node, dict):
        yield from ([node["run"]] if isinstance(node.get("run"), str) else [])
        node = list(node.values())
    for child in node if isinstance(node, list) else []:
        yield from scripts(child)


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_no_script_holds_text_from_outside(path: Path) -> None:
    found = list(scripts(yaml.safe_load(path.read_text("utf-8"))))

    assert [] == [script for script in found if "${{" in script]


def test_every_step_of_the_action_hands_its_place_to_the_tool() -> None:
    found = list(scripts(yaml.safe_load(ACTION.read_text("utf-8"))))

    assert found
    assert [] == [script for script in found if not script.startswith("exec ")]


def test_the_action_installs_from_its_own_path() -> None:
    found = list(scripts(yaml.safe_load(ACTION.read_text("utf-8"))))

    assert [] == [script for script in found if "$GITHUB_ACTION_PATH/" not in script]


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(path.read_text("utf-8"))["jobs"])


# Each of these keeps a job away from the pull requests of forks.
OWN_CODE_ONLY = (
    "github.event.pull_request.head.repo.full_name == github.repository",
    "github.event_name != 'pull_request'",
)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_with_a_key_never_runs_for_a_fork(path: Path) -> None:
    with_key = {name: job for name, job in jobs(path).items() if "secrets." in str(job)}

    assert [] == [
        name
        for name, job in with_key.items()
        if not any(condition in job.get("if", "") for condition in OWN_CODE_ONLY)
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_a_key_lives_in_an_environment(path: Path) -> None:
    with_key = {name: job for name, job in jobs(path).items() if "secrets." in str(job)}

    assert [] == [name for name, job in with_key.items() if "environment" not in job]


def test_what_a_fork_may_run_knows_no_secret_and_no_variable() -> None:
    text = (ROOT / "examples/github/validate.yml").read_text("utf-8")

    assert not re.search(r"secrets\.|vars\.|: write", text)


def test_the_key_of_a_plan_is_not_the_key_of_an_apply() -> None:
    used = {path.stem: str(jobs(path)) for path in EXAMPLES}

    assert "fireworks-apply" in used["apply"]
    assert not [name for name in ("plan", "drift") if "fireworks-apply" in used[name]]


def test_accounts_do_not_wait_for_each_other() -> None:
    for path in EXAMPLES:
        for job in jobs(path).values():
            assert job["strategy"]["fail-fast"] is False
            assert "environment" in job["strategy"]["matrix"]
    (apply,) = jobs(ROOT / "examples/github/apply.yml").values()

    assert "reconciler-apply-${{ matrix.environment }}" == apply["concurrency"]["group"]


def test_no_apply_is_dropped_from_the_line_for_another() -> None:
    (apply,) = jobs(ROOT / "examples/github/apply.yml").values()

    assert ("max", False) == (
        apply["concurrency"]["queue"],
        apply["concurrency"]["cancel-in-progress"],
    )


def test_every_example_names_the_same_action() -> None:
    named = {
        step["uses"]
        for path in EXAMPLES
        for job in jobs(path).values()
        for step in job["steps"]
        if "reconciler@" in step["uses"]
    }

    assert 1 == len(named)


def test_an_apply_is_never_cut_short_by_the_next_one(text: str) -> None:
    applies = "command: apply" in text

    assert not applies or "cancel-in-progress: false" in text


def test_ci_runs_what_a_developer_runs() -> None:
    assert "bash .ci/run" in (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    assert "make --no-print-directory test" in (ROOT / ".ci/run").read_text("utf-8")
