"""No secret reaches any sink: not output, nor files, nor child processes, failing or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from tests.cli.canaries import ECHO, KEY, WANDB, Canaries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


@pytest.fixture
def canaries(tmp_path: Path, need: Callable[..., str]) -> Iterator[Canaries]:
    with Emulator(key=KEY) as emulator:
        yield Canaries.in_folder(tmp_path, emulator, need("git"))


def test_the_platform_does_get_the_secrets(canaries: Canaries) -> None:
    assert 0 == canaries.run(*APPLY).code
    bodies = [request.body or b"" for request in canaries.emulator.writes]
    assert 2 == sum(WANDB.encode() in body for body in bodies)
    assert "PATH=" in (canaries.home / "git.log").read_text()


def test_runs_that_succeed_say_and_store_no_secret(canaries: Canaries) -> None:
    canaries.run(*APPLY)
    for arguments in READS:
        canaries.run(*arguments)
    canaries.run("apply", "-v", "--format", "json", "--yes", "--events", "events2.jsonl")
    canaries.run("destroy", "-v", "--yes", "--allow", "delete:Dataset/chat")

    assert [] == canaries.leaks()


@pytest.mark.usefixtures("strange_answers")
def test_what_the_platform_says_of_a_job_is_redacted(canaries: Canaries) -> None:
    canaries.run(*APPLY)
    canaries.repeat_secrets()
    canaries.run(*APPLY)
    for arguments in READS:
        canaries.run(*arguments)

    assert any("Bearer ***" in text for _, text in canaries.said)
    assert [] == canaries.leaks()


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
