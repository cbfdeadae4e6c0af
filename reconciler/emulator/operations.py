"""Create, get, list, update, delete: the same for every collection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.decode import Json, decode, parse_body
from reconciler.emulator.encode import encode
from reconciler.emulator.errors import already_exists, invalid, method_not_allowed, not_found
from reconciler.emulator.ids import check_id, random_id
from reconciler.emulator.lifecycle import GONE, schedule
from reconciler.emulator.masks import patched
from reconciler.emulator.paging import asked, chosen, cut
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record


def create(platform: Platform, collection: Collection, parent: str, call: Call) -> Json:
    """Make a resource; its state is the first of its life. Raises ApiError."""
    if not collection.create:
        raise method_not_allowed()
    creation = _creation(collection, parent, call)
    existing = platform.store.find(creation.name)
    if existing is not None:
        return _existing(platform, collection, existing, creation)
    collection.check(platform, creation)
    shown = collection.preview(platform, creation)
    if shown is not None:
        return shown
    record = platform.add(creation.name, creation.fields)
    collection.created(platform, record, creation)
    platform.store.save(record)
    return show(platform, collection, record)


def _existing(
    platform: Platform, collection: Collection, record: Record, creation: Creation
) -> Json:
    kept = collection.existing(platform, record, creation) if collection.existing else None
    if kept is None:
        raise already_exists(f"{collection.noun} {creation.name}")
    return show(platform, collection, kept)


def _creation(collection: Collection, parent: str, call: Call) -> Creation:
    body = parse_body(call.body)
    raw, request, chosen = body, {}, ""
    if collection.wrapper:
        assert collection.extras is not None  # noqa: S101  a wrapper always states its fields
        request = decode(
            collection.extras, {k: v for k, v in body.items() if k != collection.wrapper}
        )
        raw = body.get(collection.wrapper) or {}
        chosen = str(request.get(collection.id_key, ""))
    elif collection.id_from is IdFrom.QUERY:
        chosen = call.text(collection.id_key)
    elif collection.id_from is IdFrom.NAME:
        chosen = _id_in_name(body, parent)
        raw = {k: v for k, v in body.items() if k != "name"}
    fields = decode(collection.message, raw)
    return Creation(call, f"{parent}/{_id(collection, chosen)}", fields, request)


def _id(collection: Collection, chosen: str) -> str:
    if chosen:
        return check_id(chosen, collection.id_key or "name")
    return random_id()


def _id_in_name(body: Json, parent: str) -> str:
    name = str(body.get("name") or "")
    if not name.startswith(f"{parent}/"):
        raise invalid(f'name must be "{parent}/<id>"')
    return name[len(parent) + 1 :]


def show(platform: Platform, collection: Collection, record: Record) -> Json:
    """A record as a single answer shows it."""
    return collection.shown(platform, record, encode(collection.message, record.fields))


def get(platform: Platform, collection: Collection, record: Record) -> Json:
    """One resource. Raises ApiError (404) while a read still lags behind its create."""
    age = platform.clock.now() - record.meta.get("born", 0.0)
    if age < platform.options.read_lag_seconds:
        raise not_found(record.name)
    return show(platform, collection, record)


def listing(platform: Platform, collection: Collection, parent: str, call: Call) -> Json:
    """One page of a collection."""

    def make() -> list[Record]:
        return _in_order(platform, collection, parent, call)

    if platform.options.list_lag_seconds:  # what is seen changes with the time alone
        records = make()
    else:
        version = platform.store.version(parent)
        records = platform.views.of((parent, *asked(call)), version, make)
    return cut(call, collection.segment, records, lambda r: encode(collection.message, r.fields))


def _in_order(platform: Platform, collection: Collection, parent: str, call: Call) -> list[Record]:
    """All that the list shows. Raises ApiError on a bad filter or order."""
    records = [r for r in _visible(platform, parent) if collection.listed(platform, r, call)]
    if any(call.text(name) for name in ("filter", "orderBy")):
        rows = [(encode(collection.message, record.fields), record) for record in records]
        return [record for _, record in chosen(call, rows, collection.order)]
    field = "createTime" if collection.order == "create_time" else collection.order
    return sorted(records, key=lambda record: str(record.fields[field]))


def _visible(platform: Platform, parent: str) -> list[Record]:
    """The records that a list shows: with a lag, not the newest, and the dead still."""
    records, lag = platform.store.children(parent), platform.options.list_lag_seconds
    if not lag:
        return records
    now = platform.clock.now()
    born = [r for r in records if now - r.meta.get("born", 0.0) >= lag]
    dead = [g.record for g in platform.store.ghosts if now - g.died < lag]
    return born + [r for r in dead if r.parent == parent]


def update(platform: Platform, collection: Collection, record: Record, call: Call) -> Json:
    """PATCH with or without a mask. Raises ApiError."""
    if not collection.patch:
        raise method_not_allowed(f"{collection.noun} cannot be updated")
    body = decode(collection.message, call.json(), outputs=True)
    mask, replace = call.text("updateMask"), platform.options.strict_patch_replaces
    fields = patched(collection.message, record.fields, body, mask, replace=replace)
    collection.check_update(platform, record, fields)
    record.fields = fields
    platform.touch(record)
    collection.updated(platform, record, call)
    platform.store.save(record)
    return show(platform, collection, record)


def delete(platform: Platform, collection: Collection, record: Record, call: Call) -> Json:
    """Remove a resource, at once unless the collection or an option says otherwise."""
    if not collection.remove:
        raise method_not_allowed()
    if collection.delete is not None:
        collection.delete(platform, record, call)
    else:
        remove(platform, record)
    return {}


def remove(platform: Platform, record: Record) -> None:
    """Remove now, or after the delete lag."""
    lag = platform.options.delete_lag_seconds
    if lag:
        schedule(platform, record, [(lag, GONE, {})])
    else:
        platform.remove(record)
