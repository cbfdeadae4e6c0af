"""``reconciler init``: a project that plans at once."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.output import say_or_lose
from reconciler.errors import Refused

TEMPLATE = "quickstart"
WORKFLOWS = Path(".github/workflows")


@click.command(epilog="Example: reconciler init my-project && cd my-project && reconciler plan")
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
def command(directory: str) -> int:
    """Write a new project into DIR (default: here): reconciler.yaml, a dataset, a job, workflows.

    Nothing that exists is overwritten.
    """
    target = Path(directory)
    files = template_files()
    taken = [str(name) for name in files if (target / name).exists()]
    if taken:
        raise Refused(f"{taken[0]} exists already", "choose an empty folder; nothing was written")
    for name, content in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    click.echo("".join(f"wrote {target / name}\n" for name in files), nl=False)
    say_or_lose("next: reconciler validate, then reconciler plan\n", err=True)
    note = "before the workflows run: name the action in them, see their first lines\n"
    say_or_lose(note, err=True)
    return 0


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
