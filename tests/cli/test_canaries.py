"""No secret reaches any sink: not output, nor files, nor child processes, failing or not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click
import pytest

from reconciler.cli.commands import COMMANDS, HIDDEN
from reconciler.cli.group import group
from reconciler.cli.options import LOG
from reconciler.cli.run import run
from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from tests.cli.canaries import ECHO, KEY, WANDB, Canaries
from tests.github.conftest import HEAD
from tests.github.fake_api import TOKEN, FakeGitHub
from tests.github.runner import MASK
from tests.whole.program import Program, Ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READS = (
    ("validate", "-v"),
    ("validate", "--format", "json"),
    ("validate", "--format", "github"),
    ("validate", "--format", "sarif"),
    ("plan", "-v"),
    ("plan", "-v", "--format", "json", "--out", "saved.json"),
    ("status", "-v"),
    ("status", "-v", "--all", "--format", "json"),
    ("explain", "-v", "SupervisedFineTuningJob/bot"),
    ("explain", "-v", "FineTuningJob/older"),
    ("wait", "-v", "SupervisedFineTuningJob/bot", "FineTuningJob/older", "--timeout", "0"),
    ("graph", "-v", "--format", "json"),
    ("download", "-v", "Model/bot", "--out", "weights"),
    ("export", "-v"),
    ("drift", "-v", "--format", "json"),
)
APPLY = ("apply", "-v", "--yes", "--wait", "ready", "--events", "events.jsonl")


ARGUMENTS: dict[str, tuple[str, ...]] = {
    "init": ("new",),
    "validate": (),
    "plan": ("--out", "saved.json", "--write", "html=plan.html", "--write", "markdown=plan.md"),
    "apply": ("--yes", "--events", "again.jsonl"),
    "status": ("--all",),
    "wait": ("SupervisedFineTuningJob/bot", "FineTuningJob/older", "--timeout", "0"),
    "drift": (),
    "export": ("--out", "exported"),
    "download": ("Model/bot", "--out", "weights"),
    "graph": (),
    "explain": ("FineTuningJob/older",),
    "schema": ("Dataset",),
    "data": ("Dataset/chat",),
    "metrics": ("SupervisedFineTuningJob/bot", "--out", "curve.svg"),
    "destroy": ("--yes", "--allow", "delete:Dataset/chat"),
}
"""What each command is run with, besides -v and each of its formats; the last one deletes."""
ELSEWHERE = {
    "emulator": "a platform of its own, which tells its made-up key on purpose",
    "demo": "the same, and a project of its own",
    "github": "what the action does around these commands: below",
}


def invocations() -> list[tuple[str, ...]]:
    """Every command in each of its formats, as the command line itself lists them."""
    found = []
    for name, given in ARGUMENTS.items():
        command = group.get_command(click.Context(group), name)
        options = command.params if command else []
        choices = [o.type for o in options if o.name == "format" and o.type is not click.STRING]
        loud = ("-v",) if any(option.name == "verbose" for option in options) else ()
        formats = [c for each in choices if isinstance(each, click.Choice) for c in each.choices]
        found += [(name, *loud, *given, "--format", one) for one in formats]
        found += [] if formats else [(name, *loud, *given)]
    return found


def test_a_new_command_is_looked_at_too() -> None:
    assert {*COMMANDS, *HIDDEN} == {*ARGUMENTS, *ELSEWHERE}


@pytest.fixture
def canaries(tmp_path: Path, need: Callable[..., str]) -> Iterator[Canaries]:
    with Emulator(key=KEY) as emulator:
        yield Canaries.in_folder(tmp_path, emulator, need("git"))


Here = Callable[[Program, tuple[str, ...]], Ran]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    """Runs a command in this process, in the program's folder and environment: forty are quick."""

    def execute(program: Program, arguments: tuple[str, ...]) -> Ran:
        for name, value in program.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(program.folder)
        code = run(arguments)
        out, err = capfd.readouterr()
        _forget_verbosity()
        return Ran(code, out, err)

    return execute


def _forget_verbosity() -> None:
    """A process of its own would have ended with what -v turned on."""
    logger = logging.getLogger(LOG)
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)
    logger.propagate = True


def test_the_platform_does_get_the_secrets(canaries: Canaries) -> None:
    assert 0 == canaries.run(*APPLY).code
    bodies = [request.body or b"" for request in canaries.emulator.writes]
    assert 2 == sum(WANDB.encode() in body for body in bodies)
    assert "PATH=" in (canaries.home / "git.log").read_text()


def test_runs_that_succeed_say_and_store_no_secret(canaries: Canaries, here: Here) -> None:
    canaries.run(*APPLY)
    for arguments in READS:
        canaries.heard(arguments, here(canaries.program, arguments))
    canaries.run("apply", "-v", "--format", "json", "--yes", "--events", "events2.jsonl")
    canaries.run("destroy", "-v", "--yes", "--allow", "delete:Dataset/chat")

    assert [] == canaries.leaks()


@pytest.mark.usefixtures("strange_answers")
def test_no_command_in_any_format_repeats_what_the_platform_says_of_a_job(
    canaries: Canaries, here: Here
) -> None:
    canaries.run(*APPLY)
    canaries.repeat_secrets()
    for arguments in invocations():
        canaries.heard(arguments, here(canaries.program, arguments))

    assert any("Bearer ***" in text for _, text in canaries.said)
    assert [] == canaries.leaks()
    assert [] == [where for where, text in canaries.said if "Traceback" in text]


@pytest.mark.usefixtures("strange_answers")
def test_no_command_in_any_format_repeats_why_the_platform_refuses(
    canaries: Canaries, here: Here
) -> None:
    canaries.run(*APPLY)
    fault = Fault("status", path="^[A-Z]+ /v1/", times=None, status=403, message=ECHO)
    canaries.emulator.faults.add(fault)
    for arguments in invocations():
        canaries.heard(arguments, here(canaries.program, arguments))

    told = {where.split()[2] for where, text in canaries.said if "Bearer ***" in text}
    assert told >= {"plan", "apply", "status", "drift", "export", "metrics", "download"}
    assert [] == canaries.leaks()


@pytest.mark.usefixtures("strange_answers")
def test_no_step_of_the_action_tells_a_secret_to_anybody(canaries: Canaries, here: Here) -> None:
    canaries.run(*APPLY)
    canaries.repeat_secrets()
    masked: set[str] = set()
    with FakeGitHub() as github:
        github.heads["main"] = HEAD
        github.open_pull(HEAD)
        for command in ("validate", "plan", "apply", "drift"):
            told = canaries.as_a_step(github, command)
            program = Program(canaries.program.folder, {**canaries.program.environment, **told})
            for step in ("prepare", "run", "publish"):
                ran = here(program, ("github", step))
                masked |= set(MASK.findall(ran.out))
                shown = replace(ran, out=MASK.sub("", ran.out))  # the runner swallows them
                canaries.heard(("github", command, step), shown)
        texts = [*github.comments.values(), *github.issues.values()]
        canaries.said += [("a text on GitHub", text["body"]) for text in texts]

    assert {f"::add-mask::{secret}\n" for secret in (KEY, TOKEN, WANDB)} == masked
    assert texts
    assert (canaries.home / "results/summary").read_text()
    assert [] == canaries.leaks()
    assert [] == [where for where, text in canaries.said if "Traceback" in text]


@pytest.mark.fault("F58")
@pytest.mark.usefixtures("strange_answers")
@pytest.mark.parametrize("status", [400, 401, 409, 500])
@pytest.mark.parametrize("nth", [1, 12])
def test_an_error_that_repeats_the_secrets_is_redacted(
    status: int, nth: int, canaries: Canaries
) -> None:
    fault = Fault("status", path="v1/", nth=nth, times=4, status=status, message=ECHO)
    canaries.emulator.faults.add(fault)
    canaries.run(*APPLY)
    canaries.run("plan", "-v", "--out", "saved.json")

    assert canaries.emulator.faults.consumed
    assert [] == canaries.leaks()


@pytest.mark.usefixtures("strange_answers")
def test_a_signed_url_of_a_stranger_is_not_repeated(canaries: Canaries) -> None:
    def elsewhere(answer: dict[str, dict[str, str]]) -> object:
        stolen = "https://evil.example/o?X-Goog-Signature=feedfacecanary"
        return {"filenameToSignedUrls": dict.fromkeys(answer["filenameToSignedUrls"], stolen)}

    canaries.emulator.faults.add(
        Fault("rewrite", path="getUploadEndpoint$", times=None, rewrite=elsewhere)
    )
    ran = canaries.run(*APPLY)

    assert "evil.example" in ran.out
    assert [] == canaries.leaks()


def test_storage_never_hears_of_the_key(canaries: Canaries) -> None:
    canaries.run(*APPLY)
    canaries.run("download", "Model/bot", "--out", "weights")
    storage = [r for r in canaries.emulator.requests if r.plane == "storage"]

    assert storage
    assert not any(KEY in str(request.headers) for request in storage)
