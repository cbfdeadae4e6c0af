"""Commands that only read send nothing but reads, on an account that tempts them to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from reconciler.api.client import ControlClient
from reconciler.api.clock import RealClock
from reconciler.api.connection import Connection
from reconciler.api.control_plane import ControlPlane
from reconciler.api.secret import Secret
from reconciler.errors import Refused
from reconciler.kinds.registry import kind
from tests.whole.sweep import APPLY, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.emulator.ledger import RecordedRequest
    from tests.whole.sweep import Stage

READS = (
    "validate",
    "plan",
    "plan --detailed-exitcode --out saved.json",
    "plan --replace Dataset/chat",
    "status",
    "status --all",
    "graph",
    "data Dataset/chat",
    "metrics SupervisedFineTuningJob/bot",
    "explain Model/adapter",
    "explain SupervisedFineTuningJob/bot",
    "wait SupervisedFineTuningJob/bot Model/adapter --timeout 0.3",
    "download Dataset/chat --out rows",
    "export --out exported",
    "drift",
    "apply",
)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An account with a model stuck in UPLOADING, a changed dataset and a job that runs on."""
    with stage(tmp_path_factory.mktemp("reads") / "project") as ready:
        assert 0 == ready.program.run(*APPLY).code
        store = ready.emulator.store
        _change(ready, "accounts/acme/models/adapter", state="UPLOADING")
        _change(ready, "accounts/acme/datasets/chat", displayName="by hand")
        _change(ready, "accounts/acme/supervisedFineTuningJobs/bot", state="JOB_STATE_RUNNING")
        store.delete("accounts/acme/models/bot")
        yield ready


def _change(staged: Stage, name: str, **fields: str) -> None:
    staged.emulator.store.put(name, {**(staged.emulator.store.get(name) or {}), **fields})


def _no_read(request: RecordedRequest) -> bool:
    return request.method != "GET" or request.path.endswith(":validateUpload")


@pytest.mark.parametrize("command", READS)
def test_it_only_reads(command: str, staged: Stage) -> None:
    seen = len(staged.emulator.requests)

    staged.program.run(*command.split())

    assert [] == [r for r in staged.emulator.requests[seen:] if _no_read(r)]


WRITES: dict[str, Callable[[ControlPlane], object]] = {
    "create": lambda plane: plane.create(kind("Dataset"), "d", {"format": "CHAT"}),
    "update": lambda plane: plane.update(kind("Model"), "m", {"displayName": "x"}),
    "delete": lambda plane: plane.delete(kind("Model"), "m"),
    "cancel": lambda plane: plane.cancel(kind("SupervisedFineTuningJob"), "j"),
    "validate a dataset": lambda plane: plane.validate_content(kind("Dataset"), "d"),
    "validate a model, by GET": lambda plane: plane.validate_content(kind("Model"), "m"),
    "ask for upload URLs": lambda plane: plane.upload_urls(kind("Model"), "m", {"a": 1}),
}


@pytest.mark.parametrize("write", WRITES)
def test_the_transport_of_a_read_only_command_refuses_before_a_byte_is_sent(write: str) -> None:
    def nobody(_request: httpx.Request) -> httpx.Response:
        raise AssertionError("a write was sent")

    where = Connection("https://api.fireworks.ai", "acme", Secret("fw_key"))
    client = ControlClient(where, read_only=True, transport=httpx.MockTransport(nobody))

    with pytest.raises(Refused, match="only reads"):
        WRITES[write](ControlPlane(where, client, RealClock()))
