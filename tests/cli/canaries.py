"""A project full of secrets, a platform that repeats them, and all the places they might reach."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.emulator.faults import Fault
from tests.github.conftest import HEAD
from tests.github.fake_api import REPOSITORY, TOKEN
from tests.whole.program import Program, program_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.emulator.decode import Json
    from reconciler.emulator.server import Emulator
    from tests.github.fake_api import FakeGitHub
    from tests.whole.program import Ran

SMALL = Path(__file__).parents[1] / "whole" / "small_project"
KEY = "fw_CanaryKey/0123456789+abcdef"
WANDB = "wandbcanary0123456789abcdef0123456789abcdef"
# Nobody listens there: whoever follows it asks nobody.
SIGNED = "http://127.0.0.1:1/b/o?X-Goog-Signature=feedfacecanary&X-Goog-Credential=cred"
API = "/v1/accounts/[^/]+/"
ECHO = f"refused Bearer {KEY} for {WANDB} at {SIGNED}"

MORE = """
  wandbConfig: {enabled: true, entity: acme, project: bots, apiKey: {env: WANDB}}
---
apiVersion: reconciler/v1
kind: FineTuningJob
metadata:
  name: older
spec:
  dataset: chat
  baseModel: accounts/fireworks/models/llama-v3p2-1b-instruct
  modelId: older
  textCompletion: {inputTemplate: "{messages}", outputTemplate: "{messages}"}
  wandbEntity: acme
  wandbProject: bots
  wandbApiKey: {env: WANDB}
"""

# What stands in for git in PATH: it leaves what it was started with, and does what git does.
GIT = """#!/bin/sh
tr '\\0' '\\n' < /proc/$$/environ >> "{log}"
tr '\\0' '\\n' < /proc/$$/cmdline >> "{log}"
exec "{git}" "$@"
"""


@dataclass(slots=True)
class Canaries:
    """The project, its program, and every word that it has said so far."""

    emulator: Emulator
    program: Program
    home: Path
    said: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def in_folder(cls, folder: Path, emulator: Emulator, git: str) -> Canaries:
        project, home = folder / "project", folder / "home"
        shutil.copytree(SMALL, project)
        manifest = project / "manifests/all.yaml"
        manifest.write_text(manifest.read_text().rstrip() + MORE)
        program = program_for(project, emulator)
        spy = _spy(home, git)
        environment = {
            **program.environment,
            "WANDB": WANDB,
            "RECONCILER_TEMPO": "50",
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_STATE_HOME": str(home / "state"),
            "PATH": f"{spy}:{program.environment['PATH']}",
        }
        return cls(emulator, Program(project, environment), home)

    def run(self, *arguments: str) -> Ran:
        return self.heard(arguments, self.program.run(*arguments))

    def heard(self, arguments: tuple[str, ...], ran: Ran) -> Ran:
        """What a command said is looked at too."""
        command = " ".join(arguments)
        self.said += [(f"stdout of {command}", ran.out), (f"stderr of {command}", ran.err)]
        return ran

    def leaks(self) -> list[str]:
        """Every place where a secret stands, in whatever form."""
        secrets = [form for secret in (KEY, WANDB, TOKEN) for form in _forms(secret)]
        forms = [*secrets, "feedfacecanary", *self._signatures()]
        return sorted({where for where, text in self._places() for f in forms if f in text})

    def _places(self) -> Iterator[tuple[str, str]]:
        yield from self.said
        for root in (self.program.folder, self.home):
            for path in root.rglob("*"):
                if path.is_file():
                    yield str(path.relative_to(root)), path.read_bytes().decode("latin-1")

    def _signatures(self) -> list[str]:
        """The signatures of all signed URLs that were used so far."""
        names = ("X-Goog-Signature", "x-goog-signature")
        queries = [request.query for request in self.emulator.requests]
        return sorted(
            {value for query in queries for name in names for value in query.get(name, ())}
        )

    def repeat_secrets(self) -> None:
        """From now on the platform writes the secrets wherever it writes text of its own."""
        for path, rewrite in (
            ("Jobs", _repeated),
            (API + "(datasets|models)(/[^/:]+)?$", _told_again),
        ):
            fault = Fault("rewrite", method="GET", path=path, times=None, rewrite=rewrite)
            self.emulator.faults.add(fault)

    def as_a_step(self, github: FakeGitHub, command: str) -> dict[str, str]:
        """What the runner tells the steps of the action; what they write for it is looked at."""
        results, pull = self.home / "results", next(iter(github.pulls))
        results.mkdir(exist_ok=True)
        event = {"pull_request": {"number": pull, "head": {"sha": HEAD}}}
        (results / "event.json").write_text(json.dumps(event))
        return {
            "ACTION_COMMAND": command,
            "ACTION_ARGUMENTS": "-v",
            "ACTION_RESULTS": str(results),
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": github.url,
            "GITHUB_EVENT_PATH": str(results / "event.json"),
            "GITHUB_OUTPUT": str(results / "output"),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": HEAD,
            "GITHUB_STEP_SUMMARY": str(results / "summary"),
            "GITHUB_TOKEN": TOKEN,
        }


def _repeated(answer: Json) -> object:
    for row in _rows(answer):
        row |= {"status": {"code": "INTERNAL", "message": ECHO}}
        row |= {"metricsFileSignedUrl": SIGNED, "trainerLogsSignedUrl": SIGNED}
        row["state"] = "JOB_STATE_FAILED" if "supervised" in row["name"] else "FAILED"
    return answer


def _told_again(answer: Json) -> object:
    for row in _rows(answer):
        row |= {"status": {"code": "INTERNAL", "message": ECHO}, "description": ECHO}
    return answer


def _rows(answer: Json) -> Iterator[Json]:
    """Every resource of an answer: the one, or those of a list."""
    for rows in (answer, *(rows for rows in answer.values() if isinstance(rows, list))):
        for row in rows if isinstance(rows, list) else [rows]:
            if isinstance(row, dict) and "name" in row:
                yield row


def _spy(home: Path, git: str) -> Path:
    folder = home / "bin"
    folder.mkdir(parents=True)
    spy = folder / "git"
    spy.write_text(GIT.format(log=home / "git.log", git=git))
    spy.chmod(0o755)
    return folder


def _forms(secret: str) -> list[str]:
    raw = secret.encode()
    return [
        secret,
        quote(secret, safe=""),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    ]
