"""A team's repository on disk, beside a GitHub on loopback and an account in the emulator."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.emulator.clock import ManualClock
from reconciler.emulator.server import Emulator
from reconciler.schema_files import example_dir
from tests.github.fake_api import REPOSITORY, TOKEN, FakeGitHub
from tests.github.runner import Runner, Trigger
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from pathlib import Path

    from tests.github.runner import JobRun

HOUR = 3600.0
KEYS = {"fireworks-plan": "fw_test_key", "fireworks-apply": "fw_test_key"}
ME = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")


@dataclass(slots=True)
class PullRequest:
    number: int
    branch: str
    fork: bool = False


@dataclass(slots=True)
class World:
    """``clone`` is where somebody works; ``emulator`` is the account; ``github`` the server."""

    clone: Path
    emulator: Emulator
    github: FakeGitHub
    runner: Runner
    workflows: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *ME, *arguments], cwd=self.clone, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.clone / name
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    def commit(self, branch: str) -> str:
        """What was edited, on a branch that exists or not, pushed; its commit."""
        self.git("checkout", "-q", "-B", branch)
        self.git("add", "-A")
        self.git("commit", "-qm", "Change something", "--allow-empty")
        self.git("push", "-q", "--force", "origin", branch)
        return self.git("rev-parse", "HEAD")

    def open(self, branch: str, *, fork: bool = False) -> PullRequest:
        return PullRequest(self.github.open_pull(self.commit(branch)), branch, fork)

    def push(self, pull: PullRequest) -> None:
        self.github.pulls[pull.number]["head"] = {"sha": self.commit(pull.branch)}

    def check(self, workflow: str, pull: PullRequest) -> JobRun:
        """The one job of a workflow that the pull request's newest commit starts."""
        head = self.github.pulls[pull.number]["head"]["sha"]
        self.git("checkout", "-q", "--detach", "origin/main")
        self.git("merge", "-q", "--no-ff", "-m", "Merge", head)
        merged = self.git("rev-parse", "HEAD")
        self.git("push", "-q", "--force", "origin", f"HEAD:refs/pull/{pull.number}/merge")
        self.git("checkout", "-q", pull.branch)
        owner = "mallory/ml" if pull.fork else REPOSITORY
        known = {"number": pull.number, "head": {"sha": head, "repo": {"full_name": owner}}}
        ref = f"refs/pull/{pull.number}/merge"
        return self._one(workflow, Trigger("pull_request", ref, merged, {"pull_request": known}))

    def merge(self, pull: PullRequest) -> str:
        """The commit that main is at afterwards."""
        self.git("checkout", "-q", "-B", "main", "origin/main")
        self.git("merge", "-q", "--no-ff", "-m", "Merge", pull.branch)
        self.git("push", "-q", "origin", "main")
        commit = self.git("rev-parse", "HEAD")
        self.github.heads["main"] = commit
        self.github.pulls[pull.number]["merge_commit_sha"] = commit
        return commit

    def matrix(self, workflow: str, trigger: Trigger) -> list[JobRun]:
        """All jobs of a workflow."""
        return self.runner.run(self.workflows / f"{workflow}.yml", trigger)

    def apply(
        self,
        commit: str = "",
        event: str = "push",
        cancel: threading.Event | None = None,
        **inputs: str,
    ) -> JobRun:
        return self._one("apply", self.on_main(commit, event, inputs), cancel)

    def drift(self) -> JobRun:
        return self._one("drift", self.on_main("", "schedule", {}))

    def on_main(self, commit: str, event: str, inputs: dict[str, str]) -> Trigger:
        """``commit`` is what started the run: "" for the head."""
        at = commit or self.github.heads["main"]
        return Trigger(event, "refs/heads/main", at, inputs=inputs)

    def _one(
        self, workflow: str, trigger: Trigger, cancel: threading.Event | None = None
    ) -> JobRun:
        (job,) = self.runner.run(self.workflows / f"{workflow}.yml", trigger, cancel)
        self._hold_to_secrecy(job)
        return job

    def _hold_to_secrecy(self, job: JobRun) -> None:
        """No key and no token is ever printed or published, whatever the story is about."""
        comments = [comment["body"] for comment in self.github.comments.values()]
        issues = [issue["body"] for issue in self.github.issues.values()]
        for text in (job.log, job.summary, *comments, *issues):
            assert self.emulator.key not in text
            assert self.runner.token not in text

    def comments(self, pull: PullRequest) -> list[str]:
        return self.github.bodies(pull.number)

    def jobs(self) -> list[str]:
        return self.emulator.store.names("supervisedFineTuningJobs")

    def loaded(self) -> list[str]:
        names = self.emulator.store.names("deployedModels")
        found: list[dict[str, Any]] = [self.emulator.store.get(name) or {} for name in names]
        return [str(fields["model"]).rpartition("/")[2] for fields in found]


@contextmanager
def team(folder: Path, seconds_per_job: float = 0.0) -> Iterator[World]:
    """The example that trains an adapter and loads it, on main, and not applied yet."""
    remote, clone = folder / "remote.git", folder / "clone"
    shutil.copytree(example_dir("fine-tune-and-deploy"), clone)
    workflows = folder / "workflows"
    shutil.copytree(ROOT / "examples" / "github", workflows)
    clock = ManualClock(time.time())
    with FakeGitHub() as github, Emulator(seconds_per_job=seconds_per_job, clock=clock) as emulator:
        account = {"FIREWORKS_ACCOUNT_ID": emulator.account}
        runner = Runner(
            remote=remote,
            folder=folder / "runner",
            repository=REPOSITORY,
            api_url=github.url,
            token=TOKEN,
            secrets={name: {"FIREWORKS_API_KEY": emulator.key} for name in KEYS},
            variables=dict.fromkeys(KEYS, account),
            machine={"FIREWORKS_BASE_URL": emulator.url, "XDG_CACHE_HOME": str(folder / "cache")},
        )
        world = World(clone, emulator, github, runner, workflows)
        for where in (("init", "-q", "--bare", "-b", "main", str(remote)), ("init", "-q")):
            world.git(*where)
        subprocess.run(
            ["git", "config", "uploadpack.allowAnySHA1InWant", "true"], cwd=remote, check=True
        )
        world.git("remote", "add", "origin", remote.as_uri())
        github.heads["main"] = world.commit("main")
        yield world
