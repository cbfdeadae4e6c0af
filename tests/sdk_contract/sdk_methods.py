"""What the official SDK sends for each of its methods, seen by calling them, not by reading us."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

import httpx
from fireworks import Fireworks
from fireworks._resource import SyncAPIResource

from tests.sdk_contract.examples_of_types import example, given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TRANSPORT_ARGUMENTS = frozenset(
    {"self", "return", "extra_headers", "extra_query", "extra_body", "timeout"}
)
_PART_NAME = re.compile(rb'Content-Disposition: form-data; name="([^"]*)"')


class Place(Enum):
    """Where a method's argument travels."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"  # one field of the JSON body
    WHOLE_BODY = "whole body"  # the argument is the JSON body
    PART = "part"  # of a multipart body


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument as it travels. ``hint``: its Python type; ``wire``: its name on the wire."""

    name: str
    place: Place
    wire: str
    hint: Any
    required: bool


@dataclass(frozen=True, slots=True)
class SdkMethod:
    """A control-plane method of the SDK and the request it makes.

    ``label``: ``models.get_upload_endpoint``. ``path``: a template such as
    ``/v1/accounts/{account_id}/models/{model_id}:getUploadEndpoint``. ``answer``: the type that the
    SDK reads the answer as.
    """

    label: str
    method: str
    path: str
    answer: Any
    call: Callable[..., Any]

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """Every argument with its place; found on first use, for each takes a call."""
        return _arguments(self)


@dataclass(slots=True)
class _Listener(httpx.BaseTransport):
    """Answers ``{}`` to everything and remembers what it was asked last."""

    heard: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.heard.append(request)
        return httpx.Response(200, json={})


_LISTENER = _Listener()


@cache
def sdk_methods() -> tuple[SdkMethod, ...]:
    """Every method of the SDK below ``/v1/accounts``."""
    client = Fireworks(
        api_key="key",
        base_url="http://sdk.invalid",
        max_retries=0,
        http_client=httpx.Client(transport=_LISTENER),
    )
    found: list[SdkMethod] = []
    for name in dir(type(client)):
        resource = None if name.startswith("_") else getattr(client, name)
        if isinstance(resource, SyncAPIResource):
            found += _methods_of(name, resource)
    return tuple(found)


def _methods_of(resource_name: str, resource: SyncAPIResource) -> list[SdkMethod]:
    found: list[SdkMethod] = []
    for name, function in inspect.getmembers(type(resource), inspect.isfunction):
        if not name.startswith("_") and "account_id" in inspect.signature(function).parameters:
            found.append(_method(f"{resource_name}.{name}", getattr(resource, name)))
    # Accounts themselves are listed without an account.
    if resource_name == "accounts":
        found.append(_method("accounts.list", resource.list))  # type: ignore[attr-defined]
    return found


def _method(label: str, call: Callable[..., Any]) -> SdkMethod:
    request = _heard(call, _required(call))
    path = request.url.raw_path.decode().partition("?")[0]
    for name in _hints(call):
        path = path.replace(example(str, 1, name), f"{{{name}}}")
    return SdkMethod(label, request.method, path, get_type_hints(call)["return"], call)


def _hints(call: Callable[..., Any]) -> dict[str, Any]:
    """The arguments of a method and what may be given for them."""
    hints = get_type_hints(call, include_extras=True)
    return {n: given(hint) for n, hint in hints.items() if n not in _TRANSPORT_ARGUMENTS}


def _is_required(call: Callable[..., Any], name: str) -> bool:
    return inspect.signature(call).parameters[name].default is inspect.Parameter.empty


def _required(call: Callable[..., Any]) -> dict[str, Any]:
    """An example of each argument that must be given; the account counts as one."""
    return {
        name: example(hint, 1, name)
        for name, hint in _hints(call).items()
        if name == "account_id" or _is_required(call, name)
    }


def _heard(call: Callable[..., Any], arguments: Mapping[str, Any]) -> httpx.Request:
    call(**arguments)
    return _LISTENER.heard.pop()


@cache
def _arguments(method: SdkMethod) -> tuple[Argument, ...]:
    base = _required(method.call)
    before = _Seen.of(_heard(method.call, base))
    found: list[Argument] = []
    for name, hint in _hints(method.call).items():
        value = example(hint, 2, name)
        after = _Seen.of(_heard(method.call, {**base, name: value}))
        place, wire = _place(name, value, before, after)
        required = place is Place.PATH or _is_required(method.call, name)
        found.append(Argument(name, place, wire, hint, required))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The parts of a request that an argument can show in."""

    query: Mapping[str, str]
    body: Any
    parts: frozenset[str]

    @classmethod
    def of(cls, request: httpx.Request) -> _Seen:
        multipart = request.headers.get("content-type", "").startswith("multipart/")
        parts = _PART_NAME.findall(request.content) if multipart else []
        body = None if multipart or not request.content else json.loads(request.content)
        names = frozenset(part.decode() for part in parts)
        return cls(dict(request.url.params), body, names)


def _place(name: str, value: Any, before: _Seen, after: _Seen) -> tuple[Place, str]:
    """Where a request changed when this one argument did."""
    if after.parts != before.parts:
        return Place.PART, _only(after.parts - before.parts)
    if after.query != before.query:
        return Place.QUERY, _only(_changed(before.query, after.query))
    if after.body == before.body:
        return Place.PATH, name
    if after.body == value and name == "body":
        return Place.WHOLE_BODY, ""
    return Place.BODY, _only(_changed(before.body or {}, after.body))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(key for key in after if key not in before or before[key] != after[key])


def _only(names: frozenset[str]) -> str:
    (name,) = names
    return name
