"""Runs our workflows as GitHub's runner does: triggers, matrix, conditions, composite steps, bash.

Scripts are run by ``bash --noprofile --norc -eo pipefail`` with the files of a runner, and a
cancelled one gets SIGINT in its shell alone, then SIGTERM, then the end of the whole tree
(docs.github.com/actions/reference/workflow-cancellation-reference). Three actions are played:
checkout clones a repository on disk, setup-python names this interpreter, and ours is action.yml
with an installation that is there already: its ``scripts/setup`` does nothing, its ``.venv`` is the
one of the tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import yaml

from tests.github.expressions import Expression, resolved, shown, truth
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SIGINT_TO_SIGTERM, SIGTERM_TO_KILL = 7.5, 2.5
STEP_SECONDS = 120.0
MASK = re.compile(r"^::add-mask::.*\n", re.MULTILINE)
OURS = re.compile(r"OWNER/reconciler@0{40}|\$/")


@dataclass(slots=True)
class JobRun:
    """How one job of a run ended. ``result`` is success, failure, cancelled or skipped."""

    name: str
    result: str
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Trigger:
    """What starts a run: the event's name and file, the ref and commit that it is about."""

    event: str
    ref: str
    commit: str
    payload: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Runner:
    """A repository with its settings. ``secrets`` and ``variables`` belong to environments, by
    their names; ``machine`` is what the environment of every step holds besides."""

    remote: Path
    folder: Path
    repository: str
    api_url: str
    token: str
    secrets: dict[str, dict[str, str]]
    variables: dict[str, dict[str, str]]
    machine: dict[str, str] = field(default_factory=dict)
    runs: int = 0

    def run(
        self,
        workflow: Path,
        trigger: Trigger,
        cancel: threading.Event | None = None,
        attempt: int = 1,
    ) -> list[JobRun]:
        """Every job of the workflow for this trigger; none where it does not listen to it."""
        document = yaml.safe_load(workflow.read_text("utf-8"))
        if trigger.event not in document[True]:  # YAML 1.1: the key "on" is true
            return []
        self.runs += 1
        return [
            _Job(self, trigger, name, job, matrix, attempt, cancel).run()
            for name, job in document["jobs"].items()
            for matrix in _combinations(job.get("strategy", {}).get("matrix", {}))
        ]

    def action_folder(self) -> Path:
        """Our action as a runner unpacks it, installed already."""
        folder = self.folder / "_actions" / "reconciler"
        if not folder.exists():
            (folder / "scripts").mkdir(parents=True)
            setup = folder / "scripts" / "setup"
            setup.write_text("#!/bin/sh\nexit 0\n")
            setup.chmod(0o755)
            (folder / ".venv").symlink_to(sys.prefix)
        return folder


def _combinations(matrix: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in product(*matrix.values()):
        yield dict(zip(matrix, values, strict=True))


class _Job:
    def __init__(
        self,
        runner: Runner,
        trigger: Trigger,
        name: str,
        job: dict[str, Any],
        matrix: dict[str, Any],
        attempt: int,
        cancel: threading.Event | None,
    ) -> None:
        self._runner, self._trigger, self._job = runner, trigger, job
        self._cancel = cancel or threading.Event()
        self._temp = runner.folder / "_temp"
        self._workspace = runner.folder / "work" / runner.repository.partition("/")[2]
        self._done = JobRun(name, "success")
        self._failed = False
        self._contexts: dict[str, Any] = {
            "github": self._github(),
            "matrix": matrix,
            "inputs": trigger.inputs,
            "runner": {"temp": str(self._temp)},
            "steps": {},
            "secrets": {},
            "vars": {},
        }
        self._attempt = attempt

    def run(self) -> JobRun:
        if not truth(self._evaluate(str(self._job.get("if", "true")))):
            self._done.result = "skipped"
            return self._done
        where = resolved(self._job.get("environment", ""), self._evaluate)
        self._contexts["secrets"] = self._runner.secrets.get(where, {})
        self._contexts["vars"] = self._runner.variables.get(where, {})
        for folder in (self._temp, self._workspace):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self._steps(self._job["steps"], {})
        if self._failed:
            self._done.result = "failure"
        if self._cancel.is_set():
            self._done.result = "cancelled"
        return self._done

    def _github(self) -> dict[str, Any]:
        trigger = self._trigger
        return {
            "event_name": trigger.event,
            "event": trigger.payload,
            "ref": trigger.ref,
            "sha": trigger.commit,
            "repository": self._runner.repository,
            "token": self._runner.token,
        }

    def _steps(self, steps: list[dict[str, Any]], env: dict[str, str]) -> None:
        for step in steps:
            wanted = self._evaluate(_condition(str(step.get("if", "success()"))))
            conclusion = "skipped"
            if truth(wanted):
                ended = self._step(step, env)
                self._failed |= not ended
                conclusion = "success" if ended else "failure"
            if "id" in step:
                known = self._contexts["steps"].setdefault(step["id"], {"outputs": {}})
                known["conclusion"] = conclusion

    def _step(self, step: dict[str, Any], env: dict[str, str]) -> bool:
        own = resolved(step.get("env", {}), self._evaluate)
        env = {**env, **{name: shown(value) for name, value in own.items()}}
        given = resolved(step.get("with", {}), self._evaluate)
        if "run" in step:
            return self._script(step, env)
        if step["uses"].startswith("actions/checkout@"):
            return self._checkout(given)
        if step["uses"].startswith("actions/setup-python@"):
            self._outputs(step, {"python-path": sys.executable})
            return True
        assert OURS.fullmatch(step["uses"]), step["uses"]
        return self._composite(given, env)

    def _outputs(self, step: dict[str, Any], outputs: dict[str, str]) -> None:
        if "id" in step:
            self._contexts["steps"].setdefault(step["id"], {"outputs": {}})["outputs"] = outputs

    def _checkout(self, given: dict[str, Any]) -> bool:
        git = ["git", "-C", str(self._workspace)]
        depth = [] if given.get("fetch-depth") == 0 else ["--depth=1"]
        refs = ["+refs/heads/*:refs/remotes/origin/*", self._trigger.commit]
        for command in (
            ["init", "-q"],
            ["remote", "add", "origin", self._runner.remote.as_uri()],
            ["fetch", "-q", *depth, "origin", *(refs if not depth else refs[1:])],
            ["checkout", "-q", "--detach", self._trigger.commit],
        ):
            subprocess.run([*git, *command], check=True, capture_output=True)
        return True

    def _composite(self, given: dict[str, Any], env: dict[str, str]) -> bool:
        """The steps of action.yml with contexts of their own; the caller's variables are theirs
        too (actions/runner, CompositeActionHandler: "Merge composite-step env")."""
        action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        outer, failed = self._contexts, self._failed
        defaults = {
            name: resolved(about.get("default", ""), self._evaluate)
            for name, about in action["inputs"].items()
        }
        inputs = {name: shown(value) for name, value in {**defaults, **given}.items()}
        self._contexts = {**outer, "inputs": inputs, "steps": {}}
        self._contexts.pop("secrets")
        self._failed = False
        path = str(self._runner.action_folder())
        self._steps(action["runs"]["steps"], {**env, "GITHUB_ACTION_PATH": path})
        outputs = {name: about["value"] for name, about in action["outputs"].items()}
        self._done.outputs = resolved(outputs, self._evaluate)
        ended = not self._failed
        self._contexts, self._failed = outer, failed
        return ended

    def _script(self, step: dict[str, Any], env: dict[str, str]) -> bool:
        assert step["shell"] == "bash"
        files = {name: self._temp / f"{name}.txt" for name in ("output", "summary", "script")}
        for path in files.values():
            path.unlink(missing_ok=True)
        files["script"].write_text(step["run"])
        folder = self._workspace / str(resolved(step.get("working-directory", "."), self._evaluate))
        child = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(files["script"])],
            cwd=folder,
            env={**self._environment(files), **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )
        log, code = self._watch(child)
        log = MASK.sub("", log)  # swallowed; nothing is struck out, so that a leak is seen
        self._done.log += f"## {step.get('name', '')}\n{log}"
        self._done.summary += _text(files["summary"])
        self._outputs(step, dict(_named(_text(files["output"]))))
        return code == 0

    def _watch(self, child: subprocess.Popen[str]) -> tuple[str, int]:
        """What it printed, and its exit code; a cancelled run gets the runner's three signals."""
        ended = threading.Event()
        cancelled_before = self._cancel.is_set()

        def cancelling() -> None:
            while not ended.is_set() and not self._cancel.wait(0.05):
                pass
            for number, seconds in (
                (signal.SIGINT, SIGINT_TO_SIGTERM),
                (signal.SIGTERM, SIGTERM_TO_KILL),
                (signal.SIGKILL, 0.0),
            ):
                if ended.is_set():
                    return
                kill = os.killpg if number == signal.SIGKILL else os.kill
                kill(child.pid, number)
                ended.wait(seconds)

        watcher = threading.Thread(target=cancelling, daemon=True)
        if not cancelled_before:
            watcher.start()
        log, _ = child.communicate(timeout=STEP_SECONDS)
        ended.set()
        return log, child.returncode

    def _environment(self, files: dict[str, Path]) -> dict[str, str]:
        event = self._temp / "event.json"
        event.write_text(json.dumps(self._trigger.payload))
        runner, trigger = self._runner, self._trigger
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            **runner.machine,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": runner.api_url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": runner.repository,
            "GITHUB_WORKSPACE": str(self._workspace),
            "GITHUB_EVENT_NAME": trigger.event,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": trigger.ref,
            "GITHUB_SHA": trigger.commit,
            "GITHUB_RUN_ID": str(1000 + runner.runs),
            "GITHUB_RUN_ATTEMPT": str(self._attempt),
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_STEP_SUMMARY": str(files["summary"]),
            "RUNNER_TEMP": str(self._temp),
        }

    def _evaluate(self, text: str) -> Any:
        functions = {
            "always": lambda: True,
            "success": lambda: not self._failed and not self._cancel.is_set(),
            "failure": lambda: self._failed,
            "cancelled": self._cancel.is_set,
            "format": lambda text, *values: text.format(*map(shown, values)),
        }
        return Expression(text, self._contexts, functions).value()


def _condition(text: str) -> str:
    """A condition that names no status has ``success()`` before it."""
    named = re.search(r"\b(?:always|success|failure|cancelled)\(\)", text)
    return text if named else f"success() && ({text})"


def _named(text: str) -> Iterator[tuple[str, str]]:
    """The outputs of a step: ``name<<end``, lines, ``end``."""
    lines = iter(text.splitlines())
    for line in lines:
        name, _, end = line.partition("<<")
        value = []
        for following in lines:
            if following == end:
                break
            value.append(following)
        yield name, "\n".join(value)


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""
