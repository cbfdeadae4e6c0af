"""``reconciler init``: a project that plans at once."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote

import click

from reconciler.cli.options import Common, about_output
from reconciler.cli.output import say_or_lose
from reconciler.errors import Refused

TEMPLATE = "quickstart"
WORKFLOWS = Path(".github/workflows")
WORKFLOWS_HINT = "before the workflows run: name the action in them, see their first lines"


@click.command(epilog="Example: reconciler init my-project && cd my-project && reconciler plan")
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
@about_output
def command(shared: Common, directory: str) -> int:
    """Write a new project into DIR (default: here): reconciler.yaml, a dataset, a job, workflows.

    Nothing that exists is overwritten; a run that was cut short is finished by the next one.
    """
    target = Path(directory)
    files = {target / name: content for name, content in template_files().items()}
    missing = {path: files[path] for path in files if not _is_written(path, files[path])}
    for path, content in missing.items():
        _write(path, content)
    wrote = "".join(f"wrote {path}\n" for path in missing)
    click.echo(wrote or "nothing to write: all of it is there\n", nl=False)
    if not shared.quiet:
        enter = "" if target == Path() else f"cd {quote(directory)}, then "
        say_or_lose(f"next: {enter}reconciler validate, then reconciler plan\n", err=True)
        say_or_lose(f"{WORKFLOWS_HINT}\n", err=True)
    return 0


def _is_written(path: Path, content: bytes) -> bool:
    """Whether the file is as we write it. Raises Refused for any other that stands there."""
    if path.is_file() and path.read_bytes() == content:
        return True
    if os.path.lexists(path):
        raise Refused(f"{path} already exists", "choose an empty folder; nothing was written")
    return False


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all; what a killed run has begun is begun anew, and no link is followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_name(f".{path.name}.begun")
    begun.unlink(missing_ok=True)
    with begun.open("xb") as file:
        file.write(content)
    begun.replace(path)


def template_files() -> dict[Path, bytes]:
    """Relative name -> content of everything that ``init`` writes."""
    from reconciler.schema_files import example_dir

    root = example_dir(TEMPLATE)
    files = {
        path.relative_to(root): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "README.md"
    }
    for path in sorted(example_dir("github").glob("*.yml")):
        files[WORKFLOWS / f"reconciler-{path.name}"] = path.read_bytes()
    return files
