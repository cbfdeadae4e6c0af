"""Each fault of the byte's way strikes an apply; the account ends right, at once or by the next.

Every test says that its fault struck, that nothing half was ever validated, and that one more
apply without faults ends with a READY model of the very bytes.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.clock import ManualClock
from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.execute.outcome import Status
from tests.transfer.adapter_project import NAME, WEIGHTS, AdapterProject
from tests.transfer.against_emulator import GRAIN
from tests.transfer.link import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reconciler.execute.outcome import Outcome

PUT = "^PUT /storage.*safetensors"
SIZE = 5 * GRAIN + 12_346 + 80  # about: what a cut at "all but one byte" must not exceed
FOREVER = None


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator


@pytest.fixture(params=["whole", "resumable"])
def project(request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path) -> AdapterProject:
    """Its weights go by one PUT, or by a session of several chunks."""
    return AdapterProject(tmp_path / "project", emulator, whole=request.param == "whole")


def _said(outcome: Outcome) -> str:
    return outcome.error.message if outcome.error else outcome.detail


def _ends_right_at_once(project: AdapterProject, *faults: Fault, **options: Any) -> None:
    project.emulator.faults.add(*faults)
    outcome = project.apply(**options)

    assert project.emulator.faults.consumed
    assert (Status.DONE, True) == (outcome.status, project.is_right()), _said(outcome)


def _ends_right_by_the_next(project: AdapterProject, *faults: Fault, said: str = "") -> None:
    project.emulator.faults.add(*faults)
    outcome = project.apply(stall_seconds=0.2)
    struck, state = len(project.emulator.faults.consumed), project.state
    validated = project.calls(":validateUpload")
    project.emulator.faults.clear()
    project.apply()

    assert struck
    assert Status.FAILED is outcome.status
    assert said in _said(outcome)
    assert ("UPLOADING", 0) == (state, validated)
    assert project.is_right()


def _urls(change: Callable[[dict[str, str]], dict[str, str]]) -> Fault:
    def rewrite(answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, "filenameToSignedUrls": change(answer["filenameToSignedUrls"])}

    return Fault("rewrite", path=":getUploadEndpoint", times=FOREVER, rewrite=rewrite)


@pytest.mark.fault("F24")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _urls: {}, "none for"),
        (lambda urls: {**urls, "extra": next(iter(urls.values()))}, "not asked for"),
        (lambda urls: {f"models/{key}": url for key, url in urls.items()}, "none for"),
        (lambda urls: dict.fromkeys(urls, "http://storage.googleapis.com/o"), "is trusted"),
        (lambda urls: dict.fromkeys(urls, "https://evil.example/o"), "is trusted"),
        (lambda urls: dict.fromkeys(urls, "https://169.254.169.254/o"), "is trusted"),
    ],
    ids=["missing", "extra", "mangled", "http", "foreign", "metadata"],
)
def test_f24_urls_that_cannot_be_trusted_get_no_byte(
    project: AdapterProject, change: Callable[[dict[str, str]], dict[str, str]], said: str
) -> None:
    project.emulator.faults.add(_urls(change))
    outcome = project.apply()
    sent = project.bytes_sent()
    project.emulator.faults.clear()
    project.apply()

    assert said in _said(outcome)
    assert 0 == sent
    assert project.is_right()


@pytest.mark.fault("F25")
@pytest.mark.parametrize("nth", [1, 2])
def test_f25_an_expired_url_is_renewed(project: AdapterProject, nth: int) -> None:
    _ends_right_at_once(project, Fault("expired_url", method="PUT", nth=nth))


@pytest.mark.fault("F25")
def test_f25_urls_that_expire_for_ever_end_it(project: AdapterProject) -> None:
    _ends_right_by_the_next(project, Fault("expired_url", path="safetensors", times=FOREVER))


@pytest.mark.fault("F26")
@pytest.mark.parametrize("seconds", [3600.0, -3600.0, 365 * 86_400.0, -365 * 86_400.0])
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "resumable"])
def test_f26_a_wrong_clock_changes_nothing(tmp_path: Path, seconds: float, whole: bool) -> None:
    """The platform's clock is off instead of ours: only their difference could be noticed."""
    with Emulator(account="acme", clock=ManualClock(time.time() + seconds)) as emulator:
        project = AdapterProject(tmp_path / "project", emulator, whole=whole)

        assert Status.DONE is project.apply().status
        assert project.is_right()


CUTS = [0, 1, GRAIN - 1, GRAIN, GRAIN + 1, SIZE // 2, "all but one"]


@pytest.mark.fault("F27")
@pytest.mark.parametrize("at", CUTS)
def test_f27_a_cut_connection_is_gone_on_from(project: AdapterProject, at: int | str) -> None:
    size = project.weights.stat().st_size
    count = size - 1 if at == "all but one" else int(at)
    cut = Fault("cut", path=PUT, body_bytes=count)
    _ends_right_at_once(project, cut, chunk=8 * GRAIN)


@pytest.mark.fault("F27")
def test_f27_a_lost_answer_is_asked_for_or_the_file_sent_again(project: AdapterProject) -> None:
    _ends_right_at_once(project, Fault("lost", path=PUT))


@pytest.mark.fault("F28")
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_f28_less_than_was_sent_is_made_up_for(
    emulator: Emulator, tmp_path: Path, nth: int
) -> None:
    project = AdapterProject(tmp_path / "project", emulator)
    _ends_right_at_once(project, Fault("persist_less", path=PUT, nth=nth))


@pytest.mark.fault("F29")
@pytest.mark.parametrize("status", [404, 410, 499])
@pytest.mark.parametrize("nth", [1, 3])
def test_f29_a_session_that_is_gone_is_begun_anew(
    emulator: Emulator, tmp_path: Path, status: int, nth: int
) -> None:
    project = AdapterProject(tmp_path / "project", emulator)
    _ends_right_at_once(project, Fault("status", path=PUT, status=status, nth=nth))


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _rewrite(path: Path) -> None:
    before = path.stat()
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def _to_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES: dict[str, Callable[[Path], None]] = {
    "shrinks": lambda path: os.truncate(path, 1000),
    "grows": _append,
    "is rewritten": _rewrite,
    "is replaced": _replace,
    "vanishes": lambda path: path.unlink(),
    "becomes a FIFO": _to_fifo,
    "becomes a folder": _to_folder,
}


def _restored(path: Path, content: bytes) -> None:
    if path.is_dir():
        path.rmdir()
    elif path.exists():
        path.unlink()
    path.write_bytes(content)


@pytest.mark.fault("F30")
@pytest.mark.parametrize("change", CHANGES)
def test_f30_a_file_that_changes_while_it_goes_is_not_validated(
    project: AdapterProject, change: str
) -> None:
    content = project.weights.read_bytes()
    changed: list[str] = []

    def watch(request: Any, _answer: bytes | None) -> None:
        if request.method in ("PUT", "POST") and WEIGHTS in request.path and not changed:
            changed.append(change)
            CHANGES[change](project.weights)

    Emulator.observers.append(watch)
    try:
        outcome = project.apply()
    finally:
        Emulator.observers.remove(watch)
    state = project.state
    _restored(project.weights, content)
    project.apply()

    assert [change] == changed
    assert "changed since the plan" in _said(outcome)
    assert "UPLOADING" == state
    assert project.is_right()


@pytest.mark.fault("F31")
@pytest.mark.parametrize("change", CHANGES)
def test_f31_a_file_that_is_another_one_since_the_plan_is_not_sent(
    project: AdapterProject, change: str
) -> None:
    content = project.weights.read_bytes()
    outcome = project.apply(before=lambda: CHANGES[change](project.weights))
    sent = [r.path for r in project.emulator.requests if WEIGHTS in r.path]
    _restored(project.weights, content)
    project.apply()

    assert "changed since the plan" in _said(outcome)
    assert [] == sent
    assert project.is_right()


@pytest.mark.fault("F32")
def test_f32_one_file_that_fails_does_not_stop_the_others(project: AdapterProject) -> None:
    fault = Fault("status", path=PUT, status=503, times=FOREVER)
    project.emulator.faults.add(fault)
    project.apply()
    stored = project.emulator.store.files(NAME)
    project.emulator.faults.clear()
    project.apply()

    assert ["adapter_config.json"] == list(stored)
    assert project.is_right()


@pytest.mark.fault("F32")
def test_f32_half_an_upload_is_not_validated(project: AdapterProject) -> None:
    fault = Fault("status", path=PUT, status=503, times=FOREVER)
    _ends_right_by_the_next(project, fault, said="did not get through")


@pytest.mark.fault("F33")
def test_f33_other_bits_in_the_storage_are_not_validated(project: AdapterProject) -> None:
    fault = Fault("wrong_hash", path=PUT, times=FOREVER)
    _ends_right_by_the_next(project, fault, said="not stored as it was sent")


@pytest.mark.fault("F33")
def test_f33_without_a_hash_the_size_decides(project: AdapterProject) -> None:
    _ends_right_at_once(project, Fault("no_hash", path=PUT, times=FOREVER))


@pytest.mark.fault("F34")
def test_f34_a_stalled_connection_is_given_up(project: AdapterProject) -> None:
    _ends_right_at_once(project, Fault("hang", path=PUT), stall_seconds=0.2)


@pytest.mark.fault("F34")
def test_f34_a_slow_link_is_not_a_stalled_one(project: AdapterProject) -> None:
    """In all it takes several times as long as a stall may last, yet bytes move all the time."""
    with Link(project.emulator, pace=0.02, piece=32 * 1024) as link:
        outcome = project.apply(stall_seconds=0.3)

    assert Status.DONE is outcome.status, _said(outcome)
    assert link.sent > project.weights.stat().st_size
    assert project.is_right()


@pytest.mark.fault("F35")
def test_f35_files_that_never_land_end_it_with_their_names(project: AdapterProject) -> None:
    project.emulator.faults.add(Fault("not_ready", times=FOREVER))
    outcome = project.apply()
    state = project.state
    project.emulator.faults.clear()
    again = project.apply()

    assert "files are still missing" in _said(outcome)
    assert WEIGHTS in _said(outcome)
    assert "UPLOADING" == state
    assert (Status.DONE, True) == (again.status, project.is_right())


@pytest.mark.fault("F36")
@pytest.mark.parametrize("kind", ["lost", "garbage", "status_after", "truncated", "empty"])
def test_f36_a_validation_that_was_not_heard_is_looked_up(
    project: AdapterProject, kind: str
) -> None:
    _ends_right_at_once(project, Fault(kind, path=":validateUpload"))


@pytest.mark.fault("F36")
def test_f36_a_validation_under_way_is_waited_for(project: AdapterProject) -> None:
    _ends_right_at_once(project, Fault("not_ready", times=3))
