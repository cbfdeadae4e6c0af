"""A whole run as a folder: manifests, live account, expected plan, recorded requests.

    case.json       what the run is about, flags and exit codes (all optional)
    account.json    live resources by name, before the first plan (optional)
    stored/         their files in the storage: collection, id, file name (optional)
    project/        the project, copied before the run (or ``"project": "../../examples/x"``)
    before/         folders 1, 2, ...: the project in earlier commits of its git history, of which
                    ``project/`` is then the last one (optional)
    plan.txt        what ``plan`` prints
    writes.txt      every write of ``apply``: method, path, query and body
    ledger.txt      what ``apply`` prints after its plan (optional)

``RECONCILER_REWRITE=1`` writes the expected files anew, to be read in the diff.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.emulator.ledger import RecordedRequest
    from reconciler.emulator.server import Emulator

REWRITE = bool(os.environ.get("RECONCILER_REWRITE"))


@dataclass(frozen=True, slots=True)
class Case:
    """One folder below ``tests/cases``."""

    folder: Path
    about: str = ""
    project: str = "project"
    plan_flags: list[str] = field(default_factory=list)
    plan_exit: int = 0
    apply_flags: list[str] = field(default_factory=list)
    apply_exit: int = 0
    second_plan_exit: int = 0

    @classmethod
    def read(cls, folder: Path) -> Case:
        return cls(folder, **_json(folder / "case.json"))

    @property
    def source(self) -> Path:
        return (self.folder / self.project).resolve()

    def lay_out(self, root: Path) -> None:
        """The project in ``root``; where it has a past, as a git checkout with that history."""
        past = sorted((self.folder / "before").glob("*"))
        for number, folder in enumerate([*past, self.source], 1):
            for old in root.glob("[!.]*") if root.exists() else ():
                shutil.rmtree(old)
            shutil.copytree(folder, root, dirs_exist_ok=True)
            if past:
                _commit(root, number)

    def fill(self, emulator: Emulator) -> None:
        """Make the account as ``account.json`` and ``stored/`` say."""
        for name, fields in _json(self.folder / "account.json").items():
            emulator.store.put(name, fields)
        stored = self.folder / "stored"
        for path in sorted(stored.rglob("*")):
            if path.is_file():
                collection, id_, *key = path.relative_to(stored).parts
                name = f"accounts/{emulator.account}/{collection}/{id_}"
                emulator.store.put_blob(name, "/".join(key), path.read_bytes())

    def expect(self, name: str, actual: str) -> None:
        """Compare with the expected file; in rewrite mode write it."""
        path = self.folder / name
        if REWRITE:
            path.write_text(actual)

        assert path.read_text() == actual


def _commit(root: Path, number: int) -> None:
    """A commit whose hash follows from its content, so that plans may show it."""
    date = f"2026-01-{number:02}T00:00:00Z"
    fixed = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    # Emptied, for an index takes a file of equal size and time for the one that it knows.
    for command in ("init -q", "read-tree --empty", "add -A", "commit -q -m x"):
        line = ["git", *who, *command.split()]
        subprocess.run(line, cwd=root, env=os.environ | fixed, check=True)


def steady(text: str, url: str) -> str:
    """Output without what differs from run to run: address, times, commit, digests of time."""
    text = text.replace(url, "http://emulator")
    text = re.sub(r"/storage/\S+/", "/storage/.../", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>", text)
    return re.sub(r"\b[0-9a-f]{40}(-dirty)?\b", "<commit>", text)


def written(requests: list[RecordedRequest]) -> str:
    """Writes, one line each, a body below it; in the order in which they arrived.

    Files of one upload go side by side whatever the parallelism of changes: their lines are
    sorted among themselves.
    """
    lines: list[str] = []
    puts: list[str] = []
    for request in sorted(requests, key=lambda r: r.seq):
        if request.plane == "storage":
            puts.append(_write(request))
            continue
        lines += [*sorted(puts), _write(request)]
        puts.clear()
    return "".join([*lines, *sorted(puts)])


def _write(request: RecordedRequest) -> str:
    query = urlencode(request.query, doseq=True) if request.plane == "control" else ""
    line = f"{request.method} {request.path}{'?' + query if query else ''} -> {request.status}\n"
    if not request.body:
        return line
    try:
        return line + f"    {json.dumps(json.loads(request.body), sort_keys=True)}\n"
    except ValueError:
        return line + f"    {len(request.body)} bytes\n"


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.exists() else {}
