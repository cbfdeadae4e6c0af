"""``reconciler demo``: the whole story against the emulator, with the real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from reconciler.cli.emulator import KEY
from reconciler.cli.options import Common, about_output
from reconciler.cli.output import say_or_lose
from reconciler.errors import ReconcilerError, Refused
from reconciler.git.command import git

STORY = (
    ("First, what would happen? A plan reads the account and writes nothing.", ("plan",)),
    ("Apply it, and wait until the training job is done.", ("apply", "--yes", "--wait", "ready")),
    ("Everything is as declared, so the next plan is empty.", ("plan",)),
    ("One row of the dataset changes. What follows from it?", ("plan",)),
    (
        "Apply that too: a new version is uploaded and trained, the old one stays.",
        ("apply", "--yes", "--wait", "ready"),
    ),
    ("And again there is nothing left to do.", ("plan", "--detailed-exitcode")),
    ("This is the account now.", ("status", "--all")),
)
CHANGES_BEFORE = 3


@click.command(epilog="Example: reconciler demo --dir my-demo")
@click.option("--dir", "directory", type=click.Path(file_okay=False), help="Keep the project here.")
@click.option("--seconds-per-job", type=click.FloatRange(min=0), default=4.0, show_default=True)
@about_output
def command(shared: Common, directory: str | None, seconds_per_job: float) -> int:
    """Plan and apply the example project against the emulator: no key, no network.

    Starts the emulator, applies a dataset and a fine-tuning job, changes one row, plans and
    applies again. Takes less than a minute.
    """
    from reconciler.emulator.server import Emulator
    from reconciler.schema_files import example_dir

    with tempfile.TemporaryDirectory(prefix="reconciler-demo-") as temporary:
        project = Path(directory or temporary) / "quickstart"
        if project.exists():
            raise Refused(f"{project} already exists", "choose another folder; nothing was written")
        shutil.copytree(example_dir("quickstart"), project)
        _commit(project)
        with Emulator(account="demo", key=KEY, seconds_per_job=seconds_per_job) as emulator:
            _tell(project, _environment(emulator.url), _flags(shared))
    if not shared.quiet:
        kept = f"the project is in {project}; " if directory else ""
        say_or_lose(f"\n{kept}next, one of your own: reconciler init my-project\n", err=True)
    return 0


def _flags(shared: Common) -> list[str]:
    """How this command was told to print, for those it calls."""
    return [f"--color={shared.color}", *(["-q"] if shared.quiet else [])]


def _environment(url: str) -> dict[str, str]:
    ours = {
        "FIREWORKS_BASE_URL": url,
        "FIREWORKS_ACCOUNT_ID": "demo",
        "FIREWORKS_API_KEY": KEY,
    }
    return {**os.environ, **ours}


def _commit(project: Path) -> None:
    """Put the example under git, as its reader's project would be: a plan then tells which rows
    differ from the committed ones. Where git is missing the plan tells less, and the demo goes on.
    """
    settings = ("user.name=demo", "user.email=demo@localhost", "commit.gpgsign=false")
    ours = [
        part for setting in (*settings, f"core.hooksPath={os.devnull}") for part in ("-c", setting)
    ]
    git(project, "init", "--quiet")
    git(project, "add", "--all")
    git(project, *ours, "commit", "--quiet", "--message", "A dataset and a job")


def _tell(project: Path, environment: dict[str, str], flags: list[str]) -> None:
    for number, (why, arguments) in enumerate(STORY):
        if number == CHANGES_BEFORE:
            change_one_row(next((project / "data").glob("*.jsonl")))
        click.echo(f"\n{why}\n$ reconciler {' '.join(arguments)}")
        command = [sys.executable, "-P", "-m", "reconciler", *arguments, *flags]
        done = subprocess.run(command, cwd=project, env=environment, check=False)  # noqa: S603
        if done.returncode != 0:
            raise ReconcilerError(f"the demo stopped: exit code {done.returncode}")


def change_one_row(path: Path) -> None:
    """Edit the last message of the first row, as a person would."""
    first, *rest = path.read_text(encoding="utf-8").split("\n")
    row = json.loads(first)
    row["messages"][-1]["content"] += " Is there anything else I can help you with?"
    path.write_text("\n".join([json.dumps(row, ensure_ascii=False), *rest]), encoding="utf-8")
