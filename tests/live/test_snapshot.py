from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.desired.resource import DesiredState, Resource
from reconciler.diagnostic import SourceLocation
from reconciler.errors import (
    AlreadyExists,
    ApiError,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
)
from reconciler.graph import Graph
from reconciler.kinds.registry import all_kinds
from reconciler.live.snapshot import list_account, take_snapshot
from reconciler.live.state import LiveResource, Rejected, StoredFile
from reconciler.manifest.manifest import Manifest
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.kinds.kind import Kind

HERE = SourceLocation("m.yaml")
PUBLIC = "accounts/fireworks/models/base"
COLLECTIONS = {kind.collection: kind.name for kind in all_kinds().values()}


def _live(name: str) -> LiveResource:
    kind = COLLECTIONS.get(name.split("/")[-2], "")
    return LiveResource(kind, name, "READY", {"name": name})


class FakeReader:
    """An account of names; ``unlisted`` ones are there but no list shows them, ``deleted`` ones are
    not there any more, whatever lists show."""

    account = "acme"
    base_url = "https://api.fireworks.ai"

    def __init__(
        self,
        *names: str,
        unlisted: Sequence[str] = (),
        deleted: Sequence[str] = (),
        failing: Mapping[str, ApiError] | None = None,
    ) -> None:
        self._listed = names
        self._all = {*names, *unlisted}.difference(deleted)
        self._failing = failing or {}
        self.calls: list[str] = []

    @property
    def requests_sent(self) -> int:
        return len(self.calls)

    def list(self, kind: Kind) -> Sequence[LiveResource]:
        self._hear(f"list {kind.collection}")
        return [_live(name) for name in self._listed if name.split("/")[-2] == kind.collection]

    def read(self, kind: Kind, resource_id: str) -> LiveResource | None:
        self._hear(f"read {kind.collection}/{resource_id}")
        return self._find(f"accounts/acme/{kind.collection}/{resource_id}")

    def content_facts(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFile | None]:
        self._hear(f"content {kind.collection}/{resource_id}")
        return {}

    def rehearse(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
        self._hear(f"rehearse {kind.collection}/{resource_id}")
        return LiveResource(kind.name, "", "CREATING", spec)

    def read_name(self, name: str) -> LiveResource | None:
        self._hear(f"read {name}")
        return self._find(name)

    def _find(self, name: str) -> LiveResource | None:
        return _live(name) if name in self._all else None

    def _hear(self, call: str) -> None:
        self.calls.append(call)
        if call in self._failing:
            raise self._failing[call]


def _resource(kind: str, name: str, output_model: str | None = None) -> Resource:
    ref = ResourceRef(kind, name)
    full = f"accounts/acme/{all_kinds()[kind].collection}/{name}"
    model = f"accounts/acme/models/{output_model}" if output_model else None
    return Resource(ref, full, {}, Manifest(ref, {}, HERE), output_model=model)


def _tombstone(resource: Resource) -> Resource:
    return replace(resource, manifest=replace(resource.manifest, absent=True))


def _desired(*resources: Resource, external: Sequence[str] = ()) -> DesiredState:
    by_ref = {resource.ref: resource for resource in resources}
    graph: Graph[ResourceRef] = Graph(dict.fromkeys(by_ref, ()))
    return DesiredState("acme", by_ref, graph, tuple(external))


JOB = _resource("SupervisedFineTuningJob", "j", output_model="out")
DATASET = _resource("Dataset", "d")
D, J, OUT = "accounts/acme/datasets/d", JOB.name, "accounts/acme/models/out"


def test_only_the_collections_that_are_needed_are_listed() -> None:
    reader = FakeReader(D)
    take_snapshot(_desired(DATASET), reader)

    assert ["list datasets"] == reader.calls


def test_the_collection_of_an_output_model_is_listed_too() -> None:
    reader = FakeReader(J)
    live = take_snapshot(_desired(JOB), reader)

    assert {"list models", "list supervisedFineTuningJobs"} == set(reader.calls)
    assert [J] == list(live.resources)


def test_a_listed_resource_is_not_read_again() -> None:
    reader = FakeReader(*(f"accounts/acme/datasets/d{i}" for i in range(100)))
    desired = _desired(*(_resource("Dataset", f"d{i}") for i in range(100)))

    take_snapshot(desired, reader)

    assert ["list datasets"] == reader.calls


def test_what_a_stale_list_does_not_show_is_found_by_name() -> None:
    live = take_snapshot(_desired(DATASET), FakeReader(unlisted=[D]))

    assert D in live.resources


def test_what_leaves_and_only_a_stale_list_shows_is_not_there() -> None:
    reader = FakeReader(D, deleted=[D])
    live = take_snapshot(_desired(_tombstone(DATASET)), reader)

    assert {} == live.resources
    assert 1 == reader.calls.count("read datasets/d")


def test_what_is_to_be_made_again_and_only_a_stale_list_shows_is_not_there() -> None:
    live = take_snapshot(
        _desired(DATASET), FakeReader(D, deleted=[D]), remade=frozenset([DATASET.ref])
    )

    assert {} == live.resources


def test_the_output_model_of_a_job_to_be_made_again_is_looked_for_by_name() -> None:
    reader = FakeReader(J, unlisted=[OUT], deleted=[J])
    live = take_snapshot(_desired(JOB), reader, remade=frozenset([JOB.ref]))

    assert [OUT] == list(live.resources)


def test_a_load_that_leaves_is_read_by_the_name_that_the_server_gave_it() -> None:
    class Loads(FakeReader):
        def list(self, kind: Kind) -> Sequence[LiveResource]:
            keys = {"model": "accounts/acme/models/m", "deployment": "d"}
            return [replace(one, body=keys) for one in super().list(kind)]

    ref = ResourceRef("DeployedModel", "m-on-d")
    spec = {"model": "accounts/acme/models/m", "deployment": "accounts/acme/deployments/d"}
    wanted = _tombstone(Resource(ref, "", spec, Manifest(ref, spec, HERE)))
    load = "accounts/acme/deployedModels/x1"

    assert {} == take_snapshot(_desired(wanted), Loads(load, deleted=[load])).resources


def test_what_is_missing_is_read_once_before_it_counts_as_absent() -> None:
    reader = FakeReader()
    live = take_snapshot(_desired(DATASET), reader)

    assert ["list datasets", "read datasets/d"] == reader.calls
    assert {} == live.resources


def test_the_output_model_of_a_vanished_job_is_looked_for_by_name() -> None:
    live = take_snapshot(_desired(JOB), FakeReader(unlisted=[OUT]))

    assert OUT in live.resources


def test_the_model_of_a_job_that_has_ended_is_looked_for_by_name() -> None:
    class Ended(FakeReader):
        def list(self, kind: Kind) -> Sequence[LiveResource]:
            return [replace(one, state="JOB_STATE_COMPLETED") for one in super().list(kind)]

    job = "accounts/acme/supervisedFineTuningJobs/bot"
    model = "accounts/acme/models/bot"
    wanted = _desired(_resource("SupervisedFineTuningJob", "bot", "bot"))
    live = take_snapshot(wanted, Ended(job, unlisted=[model]))

    assert {job, model} == set(live.resources)


def test_an_output_model_that_two_ask_for_is_read_once() -> None:
    model = _resource("Model", "out")
    reader = FakeReader()
    take_snapshot(_desired(model, JOB), reader)

    assert 1 == reader.calls.count("read models/out")


def test_a_resource_that_the_server_names_is_not_read() -> None:
    unnamed = Resource(ResourceRef("Dataset", "x"), "", {}, DATASET.manifest)
    reader = FakeReader()
    take_snapshot(_desired(unnamed), reader)

    assert ["list datasets"] == reader.calls


def test_a_collection_that_cannot_be_read_is_incomplete_and_the_rest_stands() -> None:
    failing = {"list models": Unavailable("no answer")}
    live = take_snapshot(_desired(DATASET, _resource("Model", "m")), FakeReader(D, failing=failing))

    assert {"Model": "no answer"} == live.incomplete
    assert [D] == list(live.resources)


def test_nothing_is_read_by_name_in_a_collection_that_cannot_be_listed() -> None:
    failing: Mapping[str, ApiError] = {"list models": Unavailable("no answer")}
    reader = FakeReader(D, failing=failing)
    take_snapshot(_desired(DATASET, _resource("Model", "m")), reader)

    assert "read models/m" not in reader.calls


def test_a_confirmation_that_fails_makes_its_kind_incomplete() -> None:
    failing = {"read datasets/d": Unavailable("no answer")}
    live = take_snapshot(_desired(DATASET), FakeReader(failing=failing))

    assert {"Dataset": "no answer"} == live.incomplete


def test_when_no_collection_can_be_read_the_first_error_is_raised() -> None:
    failing = {"list datasets": Unavailable("no answer: connection refused")}

    with pytest.raises(Unavailable, match="connection refused"):
        take_snapshot(_desired(DATASET), FakeReader(failing=failing))


def test_a_refused_key_is_raised_whatever_else_could_be_read() -> None:
    failing = {"list models": Unauthenticated("revoked")}

    with pytest.raises(Unauthenticated):
        take_snapshot(_desired(DATASET, _resource("Model", "m")), FakeReader(D, failing=failing))


def test_full_names_outside_the_project_are_read() -> None:
    live = take_snapshot(
        _desired(DATASET, external=[PUBLIC, "accounts/fireworks/models/none"]),
        FakeReader(D, unlisted=[PUBLIC]),
    )

    assert (PUBLIC, None) == (
        getattr(live.external[PUBLIC], "name", ""),
        live.external["accounts/fireworks/models/none"],
    )


def test_a_full_name_that_may_not_be_seen_is_not_found() -> None:
    failing = {f"read {PUBLIC}": PermissionDenied("")}
    live = take_snapshot(_desired(DATASET, external=[PUBLIC]), FakeReader(D, failing=failing))

    assert {PUBLIC: None} == live.external


def test_a_full_name_that_could_not_be_read_is_neither_there_nor_absent() -> None:
    failing = {f"read {PUBLIC}": Unavailable("no answer")}
    live = take_snapshot(_desired(DATASET, external=[PUBLIC]), FakeReader(D, failing=failing))

    assert {} == live.external
    assert ["not-checked"] == [diagnostic.code for diagnostic in live.diagnostics]


SERVED = "accounts/acme/deployments/support"
EXISTS = {"rehearse deployments/support": AlreadyExists("it exists", status=409)}


def test_what_another_run_makes_before_the_dry_run_is_there() -> None:
    class Meanwhile(FakeReader):
        def rehearse(self, kind: Kind, resource_id: str, spec: Mapping[str, Any]) -> LiveResource:
            self._all.add(SERVED)
            return super().rehearse(kind, resource_id, spec)

    live = take_snapshot(_desired(_resource("Deployment", "support")), Meanwhile(failing=EXISTS))

    assert (SERVED, {}) == (getattr(live.get(SERVED), "name", ""), live.rehearsals)


def test_what_exists_for_the_dry_run_and_is_not_to_be_seen_is_refused() -> None:
    wanted = _resource("Deployment", "support")
    live = take_snapshot(_desired(wanted), FakeReader(failing=EXISTS))

    assert {wanted.ref: Rejected("it exists")} == live.rehearsals


def test_collections_are_listed_side_by_side() -> None:
    both = threading.Barrier(2, timeout=10)

    class Meeting(FakeReader):
        def list(self, kind: Kind) -> Sequence[LiveResource]:
            both.wait()
            return super().list(kind)

    take_snapshot(_desired(DATASET, _resource("Model", "m")), Meeting(D, "accounts/acme/models/m"))

    assert not both.broken


def test_an_error_that_is_no_answer_is_not_swallowed() -> None:
    class Broken(FakeReader):
        def list(self, kind: Kind) -> Sequence[LiveResource]:
            raise RuntimeError(kind.name)

    with pytest.raises(RuntimeError):
        take_snapshot(_desired(DATASET), Broken())


def test_a_whole_account_is_every_kind() -> None:
    reader = FakeReader(D, "accounts/acme/models/by-hand")
    live = list_account(reader)

    assert {D, "accounts/acme/models/by-hand"} == set(live.resources)
    assert {f"list {collection}" for collection in COLLECTIONS} == set(reader.calls)
