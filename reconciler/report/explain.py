"""A kind, a field or one resource in words: what it means, whether it may change, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.diff.diff import NOT_READ
from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.registry import kind as kind_named
from reconciler.kinds.value_at import value_at
from reconciler.live.said import (
    estimated_usd,
    log_command,
    page_link,
    progress_words,
    status_message,
)
from reconciler.manifest.manifest import IdStrategy
from reconciler.report.escape import escape
from reconciler.report.file_lines import file_lines
from reconciler.report.money import usd_text
from reconciler.report.verdict import EQUAL, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.diff.change import Change
    from reconciler.kinds.kind import Kind
    from reconciler.plan.plan import PlannedChange
    from reconciler.report.style import Style

LONGEST_PATH = 40  # columns
IN_PLACE = (FieldClass.MUTABLE, FieldClass.UNPROVED)


def render_kind(kind: Kind, schema: Mapping[str, Any]) -> str:
    """The kind's one-line meaning and every field with its class."""
    lines = [f"{kind.name}  ({kind.collection})", ""]
    lines += [line.strip() for line in kind.docs.strip().splitlines()]
    lines += ["", "fields of spec (* required):"]
    required, fields = schema.get("required", ()), list(fields_of(schema, ""))
    width = max((len(path) for path, _ in fields), default=0)
    for path, field in fields:
        mark = "*" if path in required else " "
        lines.append(f"  {mark} {path:<{width}}  {type_of(field):<7}  {class_of(kind, path)}")
    lines += ["", f"more: reconciler explain {kind.name}.FIELD", ""]
    return "\n".join(lines)


def render_field(kind: Kind, schema: Mapping[str, Any], path: str) -> str:
    """One field: type, meaning, mutability with its reason; "" when there is no such field."""
    field = dict(fields_of(schema, "")).get(path)
    rule = kind.rule(path)
    if field is None and (rule is None or rule.path != path):
        return ""
    lines = [f"{kind.name}.spec.{path}"]
    if field is not None:
        lines += [f"  type      {type_of(field)}", f"  meaning   {field.get('description', '-')}"]
        if "enum" in field:
            lines.append(f"  values    {', '.join(map(str, field['enum']))}")
    if rule is not None:
        lines += [f"  class     {rule.field_class.value}", f"  why       {rule.reason}"]
    return "\n".join(lines) + "\n"


def render_resource(planned: PlannedChange, style: Style) -> str:
    """One resource: action and reason, field by field what is desired and what is live, and file
    by file what is declared and what is stored."""
    change = planned.change
    lines = [
        escape(f"{planned.ref}  {change.resource.name or '(named by the server)'}"),
        escape(f"  declared  {change.resource.location}"),
        f"  live      {_live(change)}",
        *(f"  {word:<9} {escape(text)}" for word, text in _told(change) if text),
        f"  plan      {change.action.word}: {escape(change.reason.text)}",
        *(f"  blocked   {escape(why)}" for why in planned.blocked_by),
        "",
        style.bold("  field: desired | live"),
        *_fields(change),
    ]
    lines += ["", style.bold("  if changed"), *_consequences(change)]
    files = list(file_lines(change.content))
    if files:
        lines += ["", style.bold(f"  {files[0]}; declared | stored")]
        lines += [f"  {line}" for line in files[1:]]
    return "\n".join(lines) + "\n"


def _live(change: Change) -> str:
    if change.reason.code == NOT_READ:
        return "not read"
    live = change.live
    return escape(f"{live.state}, created {live.create_time}") if live else "not there"


def _told(change: Change) -> Iterator[tuple[str, str]]:
    """What the live record says of itself beside its state."""
    if change.live is None:
        return
    body = change.live.body
    usd = estimated_usd(body)
    yield "progress", progress_words(body)
    yield "message", status_message(change.live)
    yield "cost", "" if usd is None else f"{usd_text(usd)}, estimates the platform"
    yield "page", page_link(body)
    yield "log", log_command(change.live)


def secret_paths(change: Change) -> tuple[str, ...]:
    """Below which paths no live value may be shown."""
    return tuple(path.replace("[]", "") for path in kind_named(change.ref.kind).secrets)


def compared(change: Change) -> Iterator[tuple[str, Any, Any]]:
    """(path, desired, live) of each field that the manifest sets; of a secret live is None."""
    body = change.live.body if change.live else {}
    secrets = secret_paths(change)
    for path, value in _leaves(change.resource.spec):
        yield path, value, None if path.startswith(secrets) else value_at(body, path)


def _consequences(change: Change) -> Iterator[str]:
    """The fields that the manifest sets, by what a change of each would cause."""
    found: dict[str, list[str]] = {}
    for path, _ in _leaves(change.resource.manifest.spec):
        found.setdefault(if_changed(change, path), []).append(path)
    for what, paths in found.items():
        yield escape(f"  {what}: {', '.join(paths)}")


def if_changed(change: Change, path: str) -> str:
    """What another value in this field of the manifest would cause; in one that the manifest does
    not set because it follows from the files of ``source``: what other bytes would cause."""
    kind, manifest = kind_named(change.ref.kind), change.resource.manifest
    rule = None if _follows_bytes(change, path) else kind.rule(path)
    field = rule.field_class if rule else FieldClass.IMMUTABLE  # bytes never change
    if rule and field is FieldClass.WRITE_ONLY:
        return f"no difference: {rule.reason}"
    if field in IN_PLACE and kind.has_update:
        return "updated in place"
    if manifest.id_strategy is IdStrategy.CONTENT_HASH:
        return "a new run" if kind.runs_once else "a new version"
    if rule and field is FieldClass.CREATE_ONLY:
        return f"no difference: {rule.reason}"
    if isinstance(kind.identity, NaturalKey) and path in kind.identity.paths:
        return "another one takes its place"
    return "refused: it has run with it" if kind.runs_once else "refused: it cannot be changed"


def _follows_bytes(change: Change, path: str) -> bool:
    """Whether a field stands in the body, and not in the manifest: its files make it."""
    asked, written = change.resource.spec, change.resource.manifest.spec
    derived = value_at(asked, path) is not None and value_at(written, path) is None
    return derived and change.resource.files is not None


def _fields(change: Change) -> Iterator[str]:
    """A line each; what is not simply equal, and why."""
    fields = list(compared(change))
    width = min(max((len(path) for path, *_ in fields), default=0), LONGEST_PATH)
    for path, desired, live in fields:
        said = verdict(change, path, desired, live)
        mark = "~" if said.startswith("differs") else "=" if said.startswith(EQUAL) else " "
        shown = "-" if live is None else _json(live)
        why = f"  {said}" if said and said != EQUAL else ""
        yield escape(f"  {mark} {path:<{width}}  {_json(desired)} | {shown}{why}")


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"


def _leaves(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, child in value.items():
        if isinstance(child, dict) and child:
            yield from _leaves(child, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", child


def fields_of(schema: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, field in schema.get("properties", {}).items():
        yield f"{prefix}{name}", field
        yield from fields_of(field, f"{prefix}{name}.")


def type_of(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return "enum"
    kind = field.get("type", "object")
    return str(kind) if isinstance(kind, str) else "|".join(kind)


def class_of(kind: Kind, path: str) -> str:
    rule = kind.rule(path)
    return rule.field_class.value if rule else "added by this tool"
