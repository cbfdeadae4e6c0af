"""What every test may ask for: programs of the machine, and reproducible random examples."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from reconciler.api.tls import tls_context
from tests.faults.tally import pytest_terminal_summary as pytest_terminal_summary
from tests.faults.tally import tally as tally
from tests.sdk_contract.recording import recorded, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# No deadline: a loaded machine is no bug. In CI the same examples every time: a red run is a
# change of the code, never luck.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure() -> None:
    """Under ``nohup`` the tests go on, and what they start hears a hangup all the same: a program
    keeps what its parent ignores, and forgets what its parent handles."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)


@pytest.fixture(scope="session")
def need() -> Callable[..., str]:
    """``need("strace")`` is the program's path; without it the test skips, and fails in CI.

    ``install`` is the one command that helps, where it is not ``apt-get install <program>``.
    """

    def find(program: str, install: str | None = None) -> str:
        path = shutil.which(program)
        if path is not None:
            return path
        message = f"{program} is missing: {install or f'apt-get install {program}'}"
        if os.environ.get("RECONCILER_REQUIRE_ALL"):
            pytest.fail(message)
        pytest.skip(message)

    return find


@pytest.fixture
def strange_answers() -> None:
    """Asked for where a test makes an emulator answer what no document of the platform knows."""


@pytest.fixture
def fresh_tls() -> Iterator[None]:
    """The authorities that this process trusts are read anew for one test."""
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


@pytest.fixture(autouse=True)
def contract_with_the_platform(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail whichever test made our client ask, or an emulator answer, what the SDK cannot read."""
    with recorded() as traffic:
        yield
    problems = traffic.request_problems()
    if "strange_answers" not in request.fixturenames:
        problems += traffic.answer_problems()
    if problems:
        pytest.fail(shown(problems), pytrace=False)
