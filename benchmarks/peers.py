"""A plan with nothing to do, beside the same in tools that people would take instead.

octoDNS compares two folders of as many records, Terraform its state with as many built-in
resources: neither sends a request, ours reads an account.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.row import Goal
from benchmarks.served import served
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.row import Row

OCTODNS = "octodns==1.22.0"
COUNTS = {100: 5, 1_000: 5, 10_000: 2}
"""Resources, and rounds: octoDNS takes ten seconds and more for the last."""
WALL_GOALS = {("octodns", 1_000): 4.0, ("octodns", 10_000): 5.0, ("terraform", 1_000): 15.0}
"""In how many times the speed (performance notes P2, part F of the plan)."""
TERRAFORM_MOST = 1_000
"""It would take minutes for ten times as many."""
QUIET = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
"""Terraform asks nobody for a newer version, and reads nobody's settings."""
CONFIG = """\
providers:
  source: {{class: octodns.provider.yaml.YamlProvider, directory: {root}/here}}
  target: {{class: octodns.provider.yaml.YamlProvider, directory: {root}/there}}
zones:
  example.com.: {{sources: [source], targets: [target]}}
"""
RESOURCE = """\
resource "terraform_data" "r{n}" {{
  input = {{
    display_name       = "Support bot {n}"
    dataset            = "data-{n}"
    base_model         = "{base}"
    output_model       = "bot-{n}"
    epochs             = 2
    learning_rate      = 0.0001
    lora_rank          = 8
    max_context_length = 8192
    batch_size         = 32768
    early_stop         = true
  }}
}}
"""


def rows(*, quick: bool = False) -> Iterator[Row]:
    """One row for each peer that can be had, at each count."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder)
        octodns, terraform = install_octodns(bench / "venv"), shutil.which("terraform")
        for count in [min(COUNTS)] if quick else COUNTS:
            commands: dict[str, list[str]] = {}
            if octodns:
                commands["octodns"] = octodns_plan(bench / f"octodns-{count}", count, octodns)
            if terraform and count <= TERRAFORM_MOST:
                commands["terraform"] = terraform_plan(bench / f"tf-{count}", count, terraform)
            yield from measured(bench / f"ours-{count}", count, commands)
    for name, there in {"octodns": octodns, "terraform": terraform}.items():
        if not there:
            yield name, "not measured: it could not be had here", "", ""


def measured(root: Path, count: int, peers: dict[str, list[str]]) -> Iterator[Row]:
    account.write_manifests(root, count)
    ours = [sys.executable, "-m", "reconciler", "plan", "--content", "none", str(root)]
    with served("account", count) as url:
        environment = account.environment(url) | QUIET
        found = side_by_side({"ours": ours, **peers}, environment, COUNTS[count])
    plan = found["ours"]
    for name in peers:
        peer = found[name]
        faster = peer.wall / plan.wall
        bar = WALL_GOALS.get((name, count))
        goal = Goal("x its speed", faster, bar, at_least=True) if bar else None
        speed = str(goal) if goal else f"{faster:.1f} x its speed"
        yield (
            f"no-change plan of {count:,}, beside {name}",
            str(plan),
            str(peer),
            f"{speed}, {peer.cpu / plan.cpu:.1f} x less cpu",
        )


def install_octodns(venv: Path) -> str | None:
    """Its command in a virtual environment of its own; None when it cannot be installed."""
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin/pip"), "install", "--quiet", OCTODNS]
    done = subprocess.run(pip, check=False, capture_output=True)
    return str(venv / "bin/octodns-sync") if done.returncode == 0 else None


def octodns_plan(root: Path, count: int, command: str) -> list[str]:
    """Two equal folders of ``count`` records."""
    records = "".join(
        f"r{n:06}:\n  ttl: 300\n  type: A\n  value: 10.{n >> 16}.{n >> 8 & 255}.{n & 255}\n"
        for n in range(count)
    )
    for name in ("here", "there"):
        (root / name).mkdir(parents=True)
        (root / name / "example.com.yaml").write_text(f"---\n{records}")
    config = root / "config.yaml"
    config.write_text(CONFIG.format(root=root))
    return [command, "--config-file", str(config), "--quiet"]


def terraform_plan(root: Path, count: int, command: str) -> list[str]:
    """A folder of ``count`` resources, all applied already."""
    root.mkdir()
    base = account.BASE_MODEL
    text = "".join(RESOURCE.format(n=n, base=base) for n in range(count))
    (root / "main.tf").write_text(text)
    there = [command, f"-chdir={root}"]
    environment = {**os.environ, **QUIET}
    for step in (["init"], ["apply", "-auto-approve", "-input=false"]):
        subprocess.run([*there, *step], env=environment, stdout=subprocess.DEVNULL, check=True)
    return [*there, "plan", "-input=false"]
