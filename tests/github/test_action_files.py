"""How the steps of the action talk to the runner: inputs, outputs, summaries, annotations."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import UsageError
from reconciler.github.annotations import below
from reconciler.github.ending import ending
from reconciler.github.inputs import Inputs
from reconciler.github.outputs import SUMMARY_LIMIT, add_summary, set_outputs
from reconciler.github.result import Result


def inputs(command: str, **more: str) -> Inputs:
    return Inputs.of({"ACTION_COMMAND": command, "ACTION_RESULTS": "/r", **more})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (inputs("validate"), "validate --format github --"),
        (
            inputs("plan", ACTION_ENVIRONMENT="prod", ACTION_PATHS="a b\n\n-c"),
            "plan --env prod --detailed-exitcode --out /r/plan.json "
            "--write markdown=/r/plan.md --write html=/r/plan.html -- a b -c",
        ),
        (
            inputs("apply", ACTION_ARGUMENTS="--wait=ready\n--parallelism=2"),
            "apply --yes --write json=/r/apply.json --write markdown=/r/apply.md "
            "--wait=ready --parallelism=2 --",
        ),
        (
            inputs("apply", ACTION_APPROVE_DIGEST="sha256:00"),
            "apply --approve-digest sha256:00 --write json=/r/apply.json "
            "--write markdown=/r/apply.md --",
        ),
        (
            inputs("drift", ACTION_ACCOUNT="acme", ACTION_BASE_URL="https://x"),
            "drift --account acme --base-url https://x --",
        ),
    ],
    ids=lambda value: value.command if isinstance(value, Inputs) else "",
)
def test_inputs_are_one_command_line(asked: Inputs, expected: str) -> None:
    assert expected == " ".join(asked.command_line())


def test_a_path_with_blanks_is_one_path() -> None:
    assert ("a b", "c") == inputs("plan", ACTION_PATHS="a b\nc\n").paths


@pytest.mark.parametrize("command", ["", "destroy", "plan; rm"])
def test_an_unknown_command_is_wrong_usage(command: str) -> None:
    with pytest.raises(UsageError):
        inputs(command)


def test_an_output_cannot_name_another_one(tmp_path: Path) -> None:
    path = tmp_path / "output"

    set_outputs({"GITHUB_OUTPUT": str(path)}, {"digest": "x\nEOF\nexit-code=0"})

    name, *lines = path.read_text().splitlines()
    assert (f"digest<<{lines[-1]}", 32) == (name, len(lines[-1]))


def test_a_summary_beyond_the_limit_is_cut_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "summary"

    add_summary({"GITHUB_STEP_SUMMARY": str(path)}, "first\n")
    add_summary({"GITHUB_STEP_SUMMARY": str(path)}, "line é\n" * 400_000)

    assert path.stat().st_size <= SUMMARY_LIMIT
    assert path.read_text().startswith("first\n\nline é\n")
    assert path.read_text().endswith("a summary holds 1 MiB\n")


def test_without_the_files_of_a_runner_nothing_is_written() -> None:
    add_summary({}, "x")
    set_outputs({}, {"a": "b"})


def test_an_annotation_stands_where_the_file_is_in_the_repository() -> None:
    text = "::error file=manifests/a.yaml,line=1::x\nfile=b\n::notice::y\n"

    expected = "::error file=ml/manifests/a.yaml,line=1::x\nfile=b\n::notice::y\n"
    assert (expected, text) == (below(text, "ml"), below(text, "."))


@pytest.mark.parametrize("code", [0, 2, 7])
def test_a_step_is_green_where_the_account_is_right_or_on_its_way(code: int) -> None:
    assert not ending(code).fails


@pytest.mark.parametrize("code", [1, 3, 4, 5, 6, 64, 99, 130, 143, None])
def test_a_step_is_red_where_somebody_has_to_look(code: int | None) -> None:
    assert ending(code).fails


def test_the_outputs_count_what_changes() -> None:
    result = Result(2, "sha256:00", {"create": 2, "run": 1, "none": 7, "blocked": 1})

    assert "3" == result.outputs(Inputs("plan", Path("/nowhere")))["changes"]
