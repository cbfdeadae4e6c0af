"""What the stages of a plan cost a resource, beside the least that each could do.

Passes within this process, which no tool from outside can tell apart: processor time, the best of
rounds in which they take turns. The garbage collector rests, as in every command.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import orjson
import yaml
from deepdiff import DeepDiff
from jsonschema import Draft202012Validator

from benchmarks import account
from benchmarks.row import Goal
from benchmarks.served import served
from reconciler.api.connection import Connection
from reconciler.desire import desire
from reconciler.diff.compare import differences
from reconciler.fireworks import connect
from reconciler.kinds.registry import all_kinds
from reconciler.manifest.assemble import Assembly, assemble
from reconciler.manifest.parse import parse
from reconciler.manifest.project import find_project
from reconciler.manifest.schema_set import shipped_schemas
from reconciler.manifest.source_text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.row import Row
    from reconciler.fireworks import FireworksProvider
    from reconciler.live.state import LiveResource

COUNT, FEW, ROUNDS = 10_000, 100, 5
_HEADERS = {"Authorization": f"Bearer {account.KEY}"}
SOME = 1_000
"""As many as the slow ones, jsonschema and deepdiff, are asked about."""


def rows(*, quick: bool = False) -> Iterator[Row]:
    """The goals L1 to L4, V1, C1, C2 and H1 of the performance notes."""
    count = FEW if quick else COUNT
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        account.write_manifests(root, count)
        texts = [SourceText(path.name, path.read_text()) for path in sorted(root.rglob("0*.yaml"))]
        yield from _reading(texts)
        yield from _checking(texts[: SOME // account.PER_FILE], root)
        with served("account", count) as url:
            yield from _listing(url, count)
            yield from _comparing(url, root)


def _reading(texts: Sequence[SourceText]) -> Iterator[Row]:
    alone = [SourceText(text.path, part) for text in texts for part in text.text.split("---\n")]
    few = texts[: FEW // account.PER_FILE]
    found = _seconds(
        {
            "ours": lambda: [parse(text) for text in texts],
            "values": lambda: [list(yaml.load_all(t.text, yaml.CSafeLoader)) for t in texts],
            "events": lambda: [_events(text.text) for text in texts],
            "alone": lambda: [parse(text) for text in alone],
            "few": lambda: [parse(text) for text in few],
        }
    )
    early = found.pop("few") / (len(few) * account.PER_FILE)
    each = {name: seconds / len(alone) for name, seconds in found.items()}
    what = "L1, L2: a manifest read, with its places"
    yield _row(what, each["ours"], "CSafeLoader, values only", each["values"], 0.6)
    yield _row(what, each["ours"], "libyaml's events", each["events"], 1.6)
    yield _row(f"L3: each of {len(alone):,}", each["ours"], f"each of {FEW}", early, 1.15)
    beside = f"{account.PER_FILE} in a text"
    yield _row("L4: each in a text of its own", each["alone"], beside, each["ours"], 1.5)


def _events(text: str) -> int:
    return sum(1 for _ in yaml.parse(text, Loader=yaml.CSafeLoader))


def _checking(texts: Sequence[SourceText], root: Path) -> Iterator[Row]:
    """Schema and the kind's own rules, and the manifest as a value."""
    documents = [document for text in texts for document in parse(text)[0]]
    kinds, schemas, project = all_kinds(), shipped_schemas(), find_project([root], root, None)
    slow = {name: Draft202012Validator(schemas.read(name)) for name in ("manifest", *kinds)}

    def ours() -> None:
        assembly = Assembly(project, root, kinds, schemas, os.environ)
        for document in documents:
            assemble(document, assembly)

    def jsonschema() -> None:
        for tree in (document.tree for document in documents):
            slow["manifest"].validate({**tree, "spec": {}})
            slow[tree["kind"]].validate(tree["spec"])

    passes: dict[str, Callable[[], object]] = {
        "ours": ours,
        "read": lambda: [parse(text) for text in texts],
        "jsonschema": jsonschema,
    }
    each = {name: took / len(documents) for name, took in _seconds(passes).items()}
    what = "V1: a valid manifest checked"
    yield _row(what, each["ours"], "read", each["read"], 0.2)
    yield _row(what, each["ours"], "Draft202012Validator", each["jsonschema"], 0.1)


def _listing(url: str, count: int) -> Iterator[Row]:
    """Two collections of half as many rows each; all clients are there before."""
    known = all_kinds()
    kinds = [known["Dataset"], known["SupervisedFineTuningJob"]]
    with (
        closing(_reader(url)) as reader,
        closing(HTTPConnection(urlsplit(url).netloc)) as bare,
        httpx.Client(base_url=url, headers=_HEADERS) as client,
    ):
        passes: dict[str, Callable[[], object]] = {
            "ours": lambda: [reader.list(kind) for kind in kinds],
            "bare": lambda: [_pages(partial(_get, bare), kind.collection) for kind in kinds],
            "httpx": lambda: [_pages(partial(_ask, client), kind.collection) for kind in kinds],
        }
        each = {name: took / count for name, took in _seconds(passes).items()}
    for beside, name in (("http.client and orjson", "bare"), ("httpx and orjson", "httpx")):
        yield _row("H1: a row listed", each["ours"], beside, each[name], 1.6)


def _reader(url: str) -> FireworksProvider:
    where = Connection.from_environment(url, account.ACCOUNT, {"FIREWORKS_API_KEY": account.KEY})
    return connect(where, read_only=True)


def _get(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers=_HEADERS)
    return connection.getresponse().read()


def _ask(client: httpx.Client, path: str) -> bytes:
    return client.get(path).content


def _pages(get: Callable[[str], bytes], collection: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    token = ""
    while True:
        path = f"/v1/accounts/{account.ACCOUNT}/{collection}?pageSize=200&pageToken={token}"
        page = orjson.loads(get(path))
        rows += page[collection]
        token = page.get("nextPageToken") or ""
        if not token:
            return rows


def _comparing(url: str, root: Path) -> Iterator[Row]:
    project = find_project([root], root, None)
    wanted = list(desire([root], project, root, account.ACCOUNT).resources.values())[:SOME]
    with closing(_reader(url)) as reader:
        kinds = {one.ref.kind for one in wanted}
        there = {live.name: live for kind in kinds for live in reader.list(all_kinds()[kind])}
    pairs = [(one, there[one.name]) for one in wanted]
    edited = [(one, _edited(live)) for one, live in pairs]
    plain = [(dict(one.spec), {key: live.body.get(key) for key in one.spec}) for one, live in pairs]
    passes: dict[str, Callable[[], object]] = {
        "equal": lambda: [differences(*pair) for pair in pairs],
        "edited": lambda: [differences(*pair) for pair in edited],
        "deepdiff": lambda: [DeepDiff(have, want) for want, have in plain],
    }
    each = {name: took / len(pairs) for name, took in _seconds(passes).items()}
    beside = f"DeepDiff: {_microseconds(each['deepdiff'])}"
    for what, name, most in (
        ("C1: an equal pair", "equal", 10),
        ("C2: a changed one", "edited", 50),
    ):
        goal = Goal("", 1e6 * each[name], most, " µs")
        yield f"{what} compared", _microseconds(each[name]), beside, str(goal)


def _edited(live: LiveResource) -> LiveResource:
    return replace(live, body={**live.body, "displayName": "Edited by hand"})


def _seconds(passes: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in passes}
    for _ in range(ROUNDS):
        for name, run in passes.items():
            started = time.process_time()
            run()
            found[name].append(time.process_time() - started)
    return {name: min(seconds) for name, seconds in found.items()}


def _row(what: str, ours: float, beside: str, theirs: float, bar: float) -> Row:
    shown = f"{beside}: {_microseconds(theirs)}"
    return what, _microseconds(ours), shown, str(Goal("cpu", ours / theirs, bar))


def _microseconds(seconds: float) -> str:
    return f"{1e6 * seconds:.1f} µs"
