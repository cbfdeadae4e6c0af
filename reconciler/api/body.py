"""A kind and a spec as the request that creates it: id, wrapper, create parameters, secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.api.secret import Secret
from reconciler.errors import ReconcilerError
from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.identity import BodyId, QueryId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Request:
    """Query and body of a create; ``secrets`` are the values that came from the environment."""

    query: Mapping[str, str]
    body: Mapping[str, Any]
    secrets: tuple[Secret, ...] = ()


def create_request(
    kind: Kind, resource_id: str, spec: Mapping[str, Any], environ: Mapping[str, str]
) -> Request:
    """What POST to the collection sends. Raises ReconcilerError for a variable that is not set."""
    query, beside, resource = split(kind, spec)
    body, secrets = resolve_secrets(kind, resource, environ)
    if kind.wire_snake_case:
        body = snake_keys(body)
    match kind.identity:
        case BodyId(field, wrapper):
            body = {field: resource_id, **beside, wrapper: body}
        case QueryId(param):
            query, body = {param: resource_id, **query}, {**body, **beside}
        case _:
            body = {**body, **beside}
    return Request(query, body, secrets)


def split(
    kind: Kind, spec: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
    """Parameters in the query, parameters beside the wrapper, and the resource itself."""
    query: dict[str, str] = {}
    beside: dict[str, Any] = {}
    resource: dict[str, Any] = {}
    for field, value in spec.items():
        rule = kind.rule(field)
        if rule is None or rule.field_class is not FieldClass.CREATE_ONLY:
            resource[field] = value
        elif rule.place == "query":
            query[field] = _query_value(value)
        else:
            beside[field] = value
    return query, beside, resource


def _query_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def resolve_secrets(
    kind: Kind, fields: Mapping[str, Any], environ: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[Secret, ...]]:
    """The fields with every ``{"env": NAME}`` at a secret path of the kind replaced by its value.

    The only place where such a value exists; the secrets come back so that messages can hide them.
    """
    body, found = dict(fields), list[Secret]()
    for path in kind.secrets:
        body = _at(body, path.replace("[]", "").split("."), environ, found)
    return body, tuple(found)


def _at(node: Any, path: list[str], environ: Mapping[str, str], found: list[Secret]) -> Any:
    if isinstance(node, list):
        return [_at(item, path, environ, found) for item in node]
    if not path:
        return _resolve(node, environ, found)
    if not isinstance(node, dict) or path[0] not in node:
        return node
    return {**node, path[0]: _at(node[path[0]], path[1:], environ, found)}


def _resolve(node: Any, environ: Mapping[str, str], found: list[Secret]) -> Any:
    if not (isinstance(node, dict) and set(node) == {"env"}):
        return node
    name = str(node["env"])
    value = environ.get(name)
    if not value:
        raise ReconcilerError(f"the environment variable {name} is not set", f"export {name}=...")
    found.append(Secret(value))
    return value


def snake_keys(value: Any) -> Any:
    """The same document with snake_case keys: the published fine-tuning guide's spelling."""
    if isinstance(value, dict):
        return {snake(key): snake_keys(child) for key, child in value.items()}
    if isinstance(value, list):
        return [snake_keys(child) for child in value]
    return value


def snake(name: str) -> str:
    """``displayName`` -> ``display_name``; also each part of a dotted path."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
