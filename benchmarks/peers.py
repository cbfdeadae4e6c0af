"""Help, and a plan with nothing to do, beside the same in tools that people would take instead.

octoDNS compares two folders of as many records, Terraform its state with as many built-in
resources: neither sends a request, ours reads an account. The naive plan reads it too.
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
HELP = {
    "octodns-sync --help": (OCTODNS, 2.5),
    "aws help": ("awscli==1.46.3", 5.0),
    "ansible --help": ("ansible-core==2.19.14", 5.0),
    "hf --help": ("huggingface_hub==2.4.0", 5.0),
}
"""What a command's help is measured beside: its package, and how much longer it must take (S5)."""
COUNTS = {100: 5, 1_000: 3, 10_000: 2}
"""Resources, and rounds: octoDNS takes ten seconds and more for the last."""
WALL_GOALS = {
    ("octodns", 1_000): 4.0,
    ("octodns", 10_000): 5.0,
    ("terraform", 1_000): 15.0,
    ("naive", 1_000): 30.0,
}
CPU_GOALS = {("octodns", 10_000): 6.0, ("terraform", 100): 3.0, ("terraform", 1_000): 20.0}
"""In how many times the speed, and of the processor time (performance notes P2 to P4, issue F)."""
MOST = {"terraform": 1_000, "naive": 1_000}
"""They would take minutes for ten times as many."""
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
        programs = install(bench / "venv", [package for package, _ in HELP.values()])
        terraform = shutil.which("terraform")
        if programs:
            yield from helped(programs, 1 if quick else 5)
        for count in [min(COUNTS)] if quick else COUNTS:
            root, commands = bench / f"ours-{count}", dict[str, list[str]]()
            if count <= MOST["naive"]:
                commands["naive"] = [sys.executable, "benchmarks/naive_plan.py", str(root)]
            if programs:
                octodns = str(programs / "octodns-sync")
                commands["octodns"] = octodns_plan(bench / f"octodns-{count}", count, octodns)
            if terraform and count <= MOST["terraform"]:
                commands["terraform"] = terraform_plan(bench / f"tf-{count}", count, terraform)
            yield from measured(root, count, commands)
    for name, there in {"octodns": programs, "terraform": terraform}.items():
        if not there:
            yield name, "not measured: it could not be had here", "", ""


def helped(programs: Path, rounds: int) -> Iterator[Row]:
    """Ours beside each peer's, as a user waits for it."""
    ours = [sys.executable, "-m", "reconciler", "--help"]
    peers = {name: [str(programs / name.split()[0]), *name.split()[1:]] for name in HELP}
    found = side_by_side({"ours": ours, **peers}, os.environ, rounds)
    for name, (_, bar) in HELP.items():
        goal = Goal("x as fast", found[name].wall / found["ours"].wall, bar, at_least=True)
        yield f"--help, beside {name}", str(found["ours"]), str(found[name]), str(goal)


def measured(root: Path, count: int, peers: dict[str, list[str]]) -> Iterator[Row]:
    account.write_manifests(root, count)
    ours = [sys.executable, "-m", "reconciler", "plan", "--content", "none", str(root)]
    with served("account", count) as url:
        environment = account.environment(url) | QUIET
        found = side_by_side({"ours": ours, **peers}, environment, COUNTS[count])
    plan = found["ours"]
    for name in peers:
        peer = found[name]
        speed = _times("x its speed", peer.wall / plan.wall, WALL_GOALS.get((name, count)))
        cpu = _times("x less cpu", peer.cpu / plan.cpu, CPU_GOALS.get((name, count)))
        yield f"no-change plan of {count:,}, beside {name}", str(plan), str(peer), f"{speed}, {cpu}"


def _times(what: str, found: float, bar: float | None) -> str:
    return str(Goal(what, found, bar, at_least=True)) if bar else f"{found:.1f} {what}"


def install(venv: Path, requirements: list[str]) -> Path | None:
    """The folder of their programs, in a virtual environment of its own; None: not to be had."""
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin/pip"), "install", "--quiet", *requirements]
    done = subprocess.run(pip, check=False, capture_output=True)
    return venv / "bin" if done.returncode == 0 else None


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
