"""docs/reference/<Kind>.md: fields, states and references of a kind, from its schema and file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.identity import BodyId, NaturalKey, QueryId
from reconciler.kinds.kind import OUTPUT_KIND, Readiness
from reconciler.schema_files import schema
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.kinds.kind import Kind, Reference

MEANINGS = {
    Readiness.READY: "ready",
    Readiness.PENDING: "in progress",
    Readiness.HALTED: "halted; may go on by itself",
    Readiness.FAILED: "failed",
    Readiness.VANISHING: "being deleted",
    Readiness.DELETED: "deleted; the record still holds the id",
    Readiness.UNKNOWN: "not known: nothing is done",
}
_CLASSES = {
    FieldClass.MUTABLE: "mutable",
    FieldClass.UNPROVED: "mutable, unproved",
    FieldClass.IMMUTABLE: "immutable",
    FieldClass.WRITE_ONLY: "write only",
    FieldClass.CREATE_ONLY: "at creation",
}
# The schema's texts repeat the class for readers who see nothing else.
_SAID_TWICE = re.compile(r" (?:Mutable(?:, unproved)?|Immutable|Counts at creation only)\.$")


def kind_page(kind: Kind) -> str:
    """The whole page, ending with a newline."""
    parts = [
        f"# {kind.name}\n\n{kind.docs}\n",
        _traits(kind),
        _examples(kind),
        _fields(kind),
        _computed(kind),
        _references(kind),
        _states(kind),
    ]
    return "\n".join(part for part in parts if part)


def _traits(kind: Kind) -> str:
    rows = [
        ("collection", f"`{kind.collection}`"),
        ("id", _identity(kind)),
        ("`idStrategy: contentHash`", "possible" if kind.content_hash else "not possible"),
        ("`lifecycle.preventDestroy`", f"default `{str(kind.protected).lower()}`"),
        ("runs", "once; never created again" if kind.runs_once else ""),
        ("costs", "money when it is created" if kind.paid else ""),
        ("bytes", _bytes(kind)),
        (
            "makes",
            f"a `{OUTPUT_KIND}`, named by `{kind.output_model}`" if kind.output_model else "",
        ),
    ]
    return _table(("", ""), [row for row in rows if row[1]])


def _identity(kind: Kind) -> str:
    match kind.identity:
        case BodyId(field):
            return f"`metadata.name`, sent as `{field}` in the body"
        case QueryId(param):
            return f"`metadata.name`, sent as `{param}` in the query"
        case NaturalKey(paths):
            return f"chosen by the platform; found by {', '.join(paths)}"


def _bytes(kind: Kind) -> str:
    if kind.content is None:
        return ""
    what = "one file" if kind.content.single_file else "a folder of files"
    return f"`spec.source`: {what}, sent to signed URLs" + (
        f"; below {kind.content.direct_limit // 1_000_000} MB in one request"
        if kind.content.direct_limit
        else ""
    )


def _examples(kind: Kind) -> str:
    shown = [f"```yaml\n{text.strip()}\n```\n" for text in _manifests(kind)]
    return "\n".join(["## Example\n", *shown])


def _manifests(kind: Kind) -> Iterator[str]:
    for path in sorted((ROOT / "examples").glob("*/manifests/*.yaml")):
        for document in re.split(r"^---$", path.read_text("utf-8"), flags=re.MULTILINE):
            if re.search(rf"^kind: {kind.name}\b", document, flags=re.MULTILINE):
                yield document


def _fields(kind: Kind) -> str:
    spec = schema(kind.name)
    rows = [_field(kind, path, field, needed) for path, field, needed in _walk(spec, "")]
    head = ("field", "type", "class", "why", "meaning")
    intro = "## Fields of `spec`\n\n\\* required.\n"
    return f"{intro}\n{_table(head, rows)}"


def _field(kind: Kind, path: str, field: Mapping[str, Any], needed: bool) -> tuple[str, ...]:
    rule = kind.rule(path)
    mark = " \\*" if needed else ""
    meaning = _SAID_TWICE.sub("", str(field.get("description", "")))
    warning = field.get("x-warning", {}).get("message")
    if warning:
        meaning += f" Warning: {warning}."
    allowed = _CLASSES[rule.field_class] if rule else "not sent"
    return (
        f"`{path}`{mark}",
        _type(kind, path, field),
        allowed,
        rule.reason if rule else "",
        meaning,
    )


def _walk(spec: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    for name, field in spec.get("properties", {}).items():
        yield f"{prefix}{name}", field, name in spec.get("required", ())
        yield from _walk(field, f"{prefix}{name}.")
        yield from _walk(field.get("items", {}), f"{prefix}{name}[].")


def _type(kind: Kind, path: str, field: Mapping[str, Any]) -> str:
    if path in kind.secrets:
        return "`{env: NAME}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {field.get('items', {}).get('type', 'object')}"
    return str(field.get("type", "object"))


def _computed(kind: Kind) -> str:
    by_reason: dict[str, list[str]] = {}
    for rule in sorted(kind.rules, key=lambda rule: rule.path):
        if rule.field_class is FieldClass.COMPUTED:
            by_reason.setdefault(rule.reason, []).append(f"`{rule.path}`")
    lines = [f"- {reason}: {', '.join(fields)}\n" for reason, fields in by_reason.items()]
    return f"## Output only\n\nIn a manifest these are an error.\n\n{''.join(lines)}"


def _references(kind: Kind) -> str:
    rows = [
        (f"`{r.path}`", " or ".join(f"`{k}`" for k in r.kinds), _short_name(r))
        for r in kind.references
    ]
    if not rows:
        return ""
    return f"## References\n\n{_table(('field', 'names a', 'a short name means'), rows)}"


def _short_name(reference: Reference) -> str:
    if reference.collection:
        return f"the one of that id in `{reference.collection}`, looked up live"
    output = " or the output model of one of its jobs" if OUTPUT_KIND in reference.kinds else ""
    return f"a resource of this project{output}"


def _states(kind: Kind) -> str:
    rows = [(f"`{state}`", MEANINGS[readiness]) for state, readiness in kind.states.items()]
    return f"## States\n\n{_table(('state', 'means'), rows)}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
