"""The control plane's paths: who may ask, which collection, which operation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from reconciler.emulator import operations
from reconciler.emulator.call import Answer, Call, json_answer
from reconciler.emulator.errors import ApiError, denied, method_not_allowed, not_found
from reconciler.emulator.lifecycle import tick
from reconciler.emulator.platform import PUBLIC_ACCOUNT, Platform
from reconciler.emulator.resources.accounts import account_row, accounts_page
from reconciler.emulator.resources.registry import arrivals, collections, create_segments

if TYPE_CHECKING:
    from reconciler.emulator.resources.collection import Collection
    from reconciler.emulator.store import Record


def control(platform: Platform, call: Call) -> Answer:
    """Answer one request to the control plane; errors are answers too."""
    try:
        _authenticate(platform, call)
        if call.path == "/verifyApiKey":
            headers = {"x-fireworks-account-id": platform.account}
            return json_answer({}, headers=headers)
        with platform.lock:
            tick(platform, arrivals())
            return json_answer(_route(platform, call))
    except ApiError as error:
        return json_answer(error.body(), error.status)


def _authenticate(platform: Platform, call: Call) -> None:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else call.headers.get("x-api-key", "")
    if key != platform.key:
        raise ApiError(16, "invalid or missing API key")


def _route(platform: Platform, call: Call) -> object:
    parts = [unquote(part) for part in call.path.strip("/").split("/")]
    if parts[:2] != ["v1", "accounts"]:
        raise not_found(call.path)
    if len(parts) == 2:
        _only(call, "GET")
        return accounts_page(platform, call)
    account = parts[2]
    _permit(platform, account, call)
    if len(parts) == 3:
        _only(call, "GET")
        return account_row(platform, account)
    if len(parts) == 4:
        return _collection(platform, f"accounts/{account}", parts[3], call)
    return _resource(platform, f"accounts/{account}", parts[3:], call)


def _only(call: Call, method: str) -> None:
    if call.method != method:
        raise method_not_allowed()


def _permit(platform: Platform, account: str, call: Call) -> None:
    """Own account: all. The public catalogue: reading. Any other: nothing (24-36)."""
    own = account == platform.account
    if not own and not (account == PUBLIC_ACCOUNT and call.method == "GET"):
        raise denied()


def _collection(platform: Platform, account: str, segment: str, call: Call) -> object:
    if call.method == "POST" and segment in create_segments():
        collection = _alive(platform, create_segments()[segment])
        parent = f"{account}/{collection.segment}"
        return operations.create(platform, collection, parent, call)
    collection = _known(platform, segment, call)
    _only(call, "GET")
    return operations.listing(platform, collection, f"{account}/{segment}", call)


def _resource(platform: Platform, account: str, parts: list[str], call: Call) -> object:
    collection = _known(platform, parts[0], call)
    last, _, verb = parts[-1].rpartition(":") if ":" in parts[-1] else (parts[-1], "", "")
    name = f"{account}/{parts[0]}/{parts[1] if len(parts) > 2 else last}"
    record = platform.store.find(name)
    if record is None:
        raise not_found(name)
    if len(parts) > 2:
        return _child(platform, collection, record, "/".join(parts[2:]), call)
    if verb:
        return _verb(platform, collection, record, verb, call)
    return _single(platform, collection, record, call)


def _known(platform: Platform, segment: str, call: Call) -> Collection:
    collection = collections().get(segment)
    if collection is None:
        raise not_found(call.path)
    return _alive(platform, collection)


def _alive(platform: Platform, collection: Collection) -> Collection:
    if collection.segment == "fineTuningJobs" and platform.options.legacy_501:
        raise ApiError(12, "fineTuningJobs is not implemented")
    return collection


def _single(platform: Platform, collection: Collection, record: Record, call: Call) -> object:
    if call.method == "GET" or (call.method == "POST" and collection.post_reads):
        return operations.get(platform, collection, record)
    if call.method == "PATCH":
        return operations.update(platform, collection, record, call)
    if call.method == "DELETE":
        return operations.delete(platform, collection, record, call)
    raise method_not_allowed()


def _verb(
    platform: Platform, collection: Collection, record: Record, verb: str, call: Call
) -> object:
    known = collection.verbs.get(verb)
    if known is None:
        raise not_found(call.path)
    _only(call, known.method)
    if not record.name.startswith(f"accounts/{platform.account}/"):
        # Public models are readable, but neither downloaded nor changed (fact sheet 3.6).
        raise denied()
    return known.act(platform, record, call)


def _child(
    platform: Platform, collection: Collection, record: Record, child: str, call: Call
) -> object:
    shown = collection.children.get(child)
    if shown is None:
        raise not_found(call.path)
    _only(call, "GET")
    return shown(platform, record, call)
