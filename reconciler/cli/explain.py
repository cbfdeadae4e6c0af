"""``reconciler explain``: a kind, one of its fields, or one live resource."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from reconciler.canonical import document_text
from reconciler.cli.options import Common, common
from reconciler.cli.usage import unknown
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.kinds.kind import Kind


@click.command(epilog="Example: reconciler explain SupervisedFineTuningJob.epochs")
@click.argument("what", metavar="KIND[.FIELD]|KIND/NAME")
@common()
def command(shared: Common, what: str) -> int:
    """Explain a kind, one of its fields, or one live resource.

    KIND and KIND.FIELD work offline: meaning, mutability and why. KIND/NAME reads the account:
    what is desired, what is live, and why they are equal or not; of files too.
    """
    if "/" in what:
        text = _explain_resource(shared, what)
    elif shared.paths:
        raise UsageError(f"{what} is explained without a project", "a PATH goes with KIND/NAME")
    else:
        text = _explain_kind(*what.partition(".")[::2], machine=shared.format == "json")
    click.echo(text, nl=False)
    return 0


def _explain_kind(name: str, field: str, *, machine: bool) -> str:
    from reconciler.manifest.suggest import did_you_mean
    from reconciler.report.explain import fields_of, render_field, render_kind
    from reconciler.report.explain_json import field_document, kind_document
    from reconciler.schema_files import schema

    kind = _kind(name)
    properties = schema(kind.name)
    if not field:
        document = kind_document(kind, properties)
        return _json(document) if machine else render_kind(kind, properties)
    path = field.removeprefix("spec.")
    text = render_field(kind, properties, path)
    if not text:
        hint = did_you_mean(path, dict(fields_of(properties, "")))
        raise UsageError(f"{name} has no field {field}", hint or f"see: reconciler explain {name}")
    return _json(field_document(kind, properties, path)) if machine else text


def _json(document: dict[str, Any]) -> str:
    return document_text(document)


def _kind(name: str) -> Kind:
    from reconciler.kinds.registry import all_kinds

    kinds = all_kinds()
    if name not in kinds:
        raise unknown("kind", name, kinds)
    return kinds[name]


def _explain_resource(shared: Common, what: str) -> str:
    from reconciler import engine
    from reconciler.cli import session as sessions
    from reconciler.cli.content import content_wish
    from reconciler.report.explain import render_resource
    from reconciler.report.explain_json import resource_document

    session = sessions.open_session(shared)
    desired = sessions.desired_of(session)
    (ref,) = sessions.refs_of([what], desired)
    wish = replace(content_wish(session, desired, "all"), only=frozenset({ref}))
    context = sessions.plan_context(session, desired, targets=[what])
    with session.connect(read_only=True) as reader:
        history = sessions.history_of(session)
        plan = engine.make_plan(desired, reader, context, content=wish, history=history)
    planned = next(change for change in plan.changes if change.ref == ref)
    if shared.format == "json":
        return _json(resource_document(planned))
    return render_resource(planned, sessions.style_of(shared))
