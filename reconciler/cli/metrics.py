"""``reconciler metrics``: the loss curve of a training job."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Common, common, in_a_folder
from reconciler.errors import ContentError, ReconcilerError, UsageError

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.data.metrics import Curve
    from reconciler.desired.resource import DesiredState
    from reconciler.kinds.kind import Kind

IMAGES = (".svg", ".png")


@click.command(epilog="Example: reconciler metrics SupervisedFineTuningJob/support-bot")
@click.argument("ref", metavar="KIND/NAME")
@common()
@click.option(
    "--out",
    metavar="FILE.svg|FILE.png",
    type=click.Path(dir_okay=False),
    help="Save it as an image.",
)
@click.option(
    "--log", metavar="FILE", type=click.Path(dir_okay=False), callback=in_a_folder,
    help="Save what the job's trainer wrote instead; draw nothing.",
)  # fmt: skip
def command(shared: Common, ref: str, out: str | None, log: str | None) -> int:
    """Draw the loss curve of a training job.

    NAME is a job of the project, a model that one of them makes (Model/name), or the id of any job
    of the account. The platform writes the curve when the job is done; what is read is a file of
    JSON lines or CSV, and each of its columns with a loss is drawn.
    """
    from reconciler.cli import session as sessions
    from reconciler.cli.files import write_private
    from reconciler.data.metrics import read_curve
    from reconciler.report.metrics import curve_json, render_curve

    if out and log:
        raise UsageError("--out saves the curve and --log the log: use one at a time")
    if out:
        _check_writable(Path(out))
    session = sessions.open_session(shared)
    kind, job_id = find(ref, sessions.desired_of(session), log=bool(log))
    if log:
        write_private(Path(log), _read(session, kind, job_id, log=True))
        return 0
    curve = read_curve(_read(session, kind, job_id))
    title = f"{kind.name}/{job_id}"
    if out:
        image = _drawn(curve, title, Path(out))
        if not image:
            raise ContentError(f"{title} has no finite loss to draw")
        write_private(Path(out), image)
    if shared.format == "json":
        name = f"accounts/{session.account}/{kind.collection}/{job_id}"
        click.echo(curve_json(curve, ref, name), nl=False)
    else:
        click.echo(render_curve(curve, title, sessions.style_of(shared)), nl=False)
    return 0


def _check_writable(path: Path) -> None:
    """Raises UsageError for an image that cannot be drawn here."""
    from reconciler.report.png import require_pillow

    if path.suffix not in IMAGES:
        raise UsageError(f"only {' and '.join(IMAGES)} are written, not {path.name[:120]}")
    if path.suffix == ".png":
        require_pillow()


def _drawn(curve: Curve, title: str, path: Path) -> bytes:
    from reconciler.report.png import curve_png
    from reconciler.report.svg import curve_svg

    return curve_png(curve, title) if path.suffix == ".png" else curve_svg(curve, title).encode()


def find(text: str, desired: DesiredState, *, log: bool = False) -> tuple[Kind, str]:
    """The kind and the id in the account of the job that is meant; raises UsageError for what has
    no loss curve, or is not a job that could have a ``log``."""
    from reconciler.cli.session import refs_of
    from reconciler.kinds.registry import all_kinds
    from reconciler.ref import ResourceRef

    try:
        ref = ResourceRef.parse(text)
        (job,) = refs_of([text], desired)
    except ValueError as error:
        raise UsageError(str(error)) from None
    except UsageError:
        job = ref
    able = {name: k for name, k in all_kinds().items() if (k.runs_once if log else _has_curve(k))}
    kind = able.get(job.kind)
    if kind is None:
        what = "log" if log else "loss curve"
        raise UsageError(f"a {job.kind} has no {what}", f"expected one of {', '.join(able)}")
    resource = desired.resources.get(job)
    return kind, resource.id if resource else job.name


def _has_curve(kind: Kind) -> bool:
    return bool(kind.manners.metrics_field or kind.manners.metrics_verb)


def _read(session: Session, kind: Kind, job_id: str, *, log: bool = False) -> bytes:
    """The file of a job's curve, or its log. Raises ReconcilerError when there is no such job, or
    no such file yet."""
    from reconciler.cli.signals import stop_on_signals

    with (
        stop_on_signals() as switch,
        session.connect(read_only=True, stop=switch.event) as reader,
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        switch.breaking_off(),
    ):
        try:
            download = reader.download_log if log else reader.download_metrics
            path = download(kind, job_id, Path(folder), _not_too_large)
        except ReconcilerError:
            if switch.event.is_set():
                raise click.exceptions.Exit(switch.exit_code) from None
            raise
        return path.read_bytes()


def _not_too_large(_key: str, _done: int, total: int, _checked: str = "") -> None:
    from reconciler.data.metrics import LARGEST

    if total > LARGEST:
        raise ContentError(f"the file has {total:,} bytes: more than {LARGEST:,} are not read")
