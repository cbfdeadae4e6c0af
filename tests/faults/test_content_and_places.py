"""Content that is refused or never ready, and poor places to run in: F7, F15, F37, F38, F62."""

from __future__ import annotations

import signal
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.faults.lab import APPLY, lab
from tests.faults.stories import STORIES
from tests.transfer.certificates import make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.lab import Lab

JOBS = "/supervisedFineTuningJobs"
CHAT = "accounts/acme/datasets/chat"
ADAPTER = "accounts/acme/models/adapter"
PATIENCE_SECONDS = 60.0
pytestmark = pytest.mark.usefixtures("strange_answers")


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Lab]:
    """A model of two files, a dataset, and a job that needs both; an empty account."""
    with lab(tmp_path, STORIES["upload"].project) as ready:
        yield ready


def state(it: Lab, name: str) -> object:
    return (it.emulator.store.get(name) or {}).get("state")


@pytest.mark.fault("F37")
@pytest.mark.parametrize(
    ("path", "left"), [("/datasets/chat:upload$", CHAT), ("/adapter:validateUpload$", ADAPTER)]
)
def test_content_that_the_platform_refuses_is_not_sent_again(it: Lab, path: str, left: str) -> None:
    refusal = Fault("status", path=path, status=400, message="row 2 is no chat", times=None)
    it.emulator.faults.add(refusal)
    ran = it.run(*APPLY)
    asked = it.emulator.faults.consumed[:]
    it.calm()

    assert (4, [refusal]) == (ran.code, asked)
    assert "row 2 is no chat" in ran.out
    assert "UPLOADING" == state(it, left)
    assert [] == it.asked("POST", JOBS)
    assert 0 == it.run(*APPLY).code


NEVER_READY: dict[str, dict[str, object]] = {
    "still uploading": {"state": "UPLOADING"},
    "unknown to us": {"state": "QUARANTINED"},
    "refused with a status": {
        "state": "UPLOADING",
        "status": {"code": "INVALID_ARGUMENT", "message": "row 2 is no chat"},
    },
}


@pytest.mark.fault("F38")
@pytest.mark.parametrize("why", NEVER_READY)
def test_a_dataset_that_is_never_ready_is_not_trained_on(it: Lab, why: str) -> None:
    def never(row: dict[str, object]) -> object:
        return row | NEVER_READY[why]

    shown = Fault("rewrite", method="GET", path="/datasets/chat$", times=None, rewrite=never)
    it.emulator.faults.add(shown)
    ran = it.run(*APPLY[:-1], "20")

    assert it.emulator.faults.consumed
    assert (4 if "status" in NEVER_READY[why] else 7) == ran.code, ran.out
    assert [] == it.asked("POST", JOBS)
    it.calm()
    assert 0 == it.run(*APPLY).code


@pytest.mark.fault("F53")
def test_a_plan_of_an_account_that_has_changed_since_is_refused_with_no_write(it: Lab) -> None:
    it.run("plan", "--out", "plan.json")
    it.emulator.store.put(CHAT, {"format": "COMPLETION", "state": "READY"})
    ran = it.run("apply", "plan.json")

    assert (5, []) == (ran.code, it.emulator.writes)
    assert "Dataset/chat" in ran.err


HOLES = {
    "a plain locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a dumb terminal": {"TERM": "dumb", "COLUMNS": "1"},
    "no home": {"HOME": "", "XDG_CACHE_HOME": "", "XDG_STATE_HOME": ""},
    "a home that cannot be made": {"HOME": "/proc/no", "XDG_CACHE_HOME": "", "XDG_STATE_HOME": ""},
}


@pytest.mark.fault("F16", "F62")
@pytest.mark.parametrize("hole", HOLES)
def test_a_poor_place_to_run_in_changes_nothing(it: Lab, hole: str) -> None:
    manifest = it.folder / "manifests/all.yaml"
    text = manifest.read_text(encoding="utf-8").replace(
        "epochs: 2", "epochs: 2\n  displayName: Ünï ✓"
    )
    manifest.write_text(text, encoding="utf-8")
    program = replace(it.program, environment={**it.program.environment, **HOLES[hole]})
    ran = program.run(*APPLY)

    assert 0 == ran.code, ran.err
    assert "Traceback" not in ran.out + ran.err
    assert 0 == it.run("plan", "--detailed-exitcode").code


@pytest.mark.fault("F15")
def test_a_second_signal_ends_it_at_once(it: Lab) -> None:
    it.emulator.faults.add(Fault("hang", method="POST", path="/datasets$"))
    struck = it.struck()
    with it.program.start(*APPLY) as child:
        struck.wait(PATIENCE_SECONDS)
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate(timeout=PATIENCE_SECONDS)
    it.calm()

    assert child.returncode in (130, 143)
    assert b"Traceback" not in err
    assert 0 == it.run(*APPLY).code


CERTIFICATES = {
    "of nobody we know": ("127.0.0.1", 1),
    "of another host": ("192.0.2.1", 1),
    "that has expired": ("127.0.0.1", -1),
}
"""Whose it is, and in how many days it ends."""

COLLECTIONS_AT_ONCE = 8
"""A plan looks at them side by side: one try each."""


@pytest.mark.fault("F7")
@pytest.mark.usefixtures("fresh_tls")
@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_certificate_that_does_not_fit_is_refused_at_the_first_look(
    it: Lab, certificate: str, tmp_path: Path
) -> None:
    address, ends = CERTIFICATES[certificate]
    authority, context = make(tmp_path, address, ends=ends)
    if certificate != "of nobody we know":
        it.more["SSL_CERT_FILE"] = str(authority)
    with secure(context) as (url, hellos):
        ran = it.run("plan", "--base-url", url)

    assert (1, "") == (ran.code, ran.out)
    assert (True, False) == ("server's certificate" in ran.err, "_ssl" in ran.err), ran.err
    assert 1 <= len(hellos) <= COLLECTIONS_AT_ONCE
    assert [] == it.emulator.requests


@contextmanager
def secure(context: ssl.SSLContext) -> Iterator[tuple[str, list[str]]]:
    """A server's address, and how each of the greetings that it got came out."""
    hellos: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_greet, args=(listener, context, hellos), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", hellos


def _greet(listener: socket.socket, context: ssl.SSLContext, hellos: list[str]) -> None:
    with suppress(OSError):
        while True:
            near, _ = listener.accept()
            try:
                context.wrap_socket(near, server_side=True).close()
                hellos.append("trusted")
            except ssl.SSLError as error:
                hellos.append(error.reason)
