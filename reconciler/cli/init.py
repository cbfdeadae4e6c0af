"""``reconciler init``: a project that plans at once."""

from __future__ import annotations

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

    Nothing that exists is overwritten.
    """
    target = Path(directory)
    files = template_files()
    taken = [target / name for name in files if (target / name).exists()]
    if taken:
        raise Refused(f"{taken[0]} exists already", "choose an empty folder; nothing was written")
    for name, content in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    click.echo("".join(f"wrote {target / name}\n" for name in files), nl=False)
    if not shared.quiet:
        enter = "" if target == Path() else f"cd {quote(directory)}, then "
        say_or_lose(f"next: {enter}reconciler validate, then reconciler plan\n", err=True)
        say_or_lose(f"{WORKFLOWS_HINT}\n", err=True)
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
