"""Waiting, apart from acting: look at the state until it says what the run was to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.refusals import again
from reconciler.errors import ContentError, RateLimited, ReconcilerError, Unavailable
from reconciler.execute.clock import delays
from reconciler.execute.describe import describe, failure, its_log
from reconciler.execute.event import EventType
from reconciler.execute.options import Wait
from reconciler.kinds.kind import Readiness
from reconciler.live.said import percent, status_message

if TYPE_CHECKING:
    from reconciler.execute.run import Run, Waiting
    from reconciler.live.state import LiveResource

UNSEEN_WITHIN = 60.0  # reads lag behind writes for seconds (fault model F20), not for minutes
STILL_AFTER = 1800.0  # seconds with the same progress: half of the platform's own patience
BAD_LOOKS = 3  # a status left over from an earlier try may linger for a look or two
GOOD_STATUS = ("", "OK", 0, None)
ODD = {Readiness.UNKNOWN: "unknown, so nothing is done", Readiness.HALTED: "paused, may resume"}


def settle(run: Run) -> Waiting[None]:
    """Wait as ``--wait`` asks. What is not ready then is left running; raises when it failed."""
    if _ready_at_once(run):
        return
    mode = Wait.for_kind(run.kind, run.options.wait)
    watch = _Watch(run)
    if mode is not Wait.READY:
        watch.look()
        run.running = "" if watch.ready else watch.text
        return
    for delay in delays():
        if watch.look():
            return
        if not run.in_time(delay):
            run.running = f"{watch.text} after {run.options.timeout_seconds:.0f} s"
            return
        yield from run.pause(delay)
        watch.waited += delay


def _ready_at_once(run: Run) -> bool:
    """Whether the answer to our own create said so: to ask again would tell nothing more, and the
    plan that is made in the end looks at everything anyhow. Of bytes sent since it says nothing."""
    live = run.live if run.created and not run.sent else None
    return live is not None and run.readiness(live) is Readiness.READY


class _Watch:
    """What a run has seen while it waits; states may go back and forth, only the last counts."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.ready = False
        self.text = "started"
        self.waited = 0.0
        self._odd_state = ""
        self._still_text, self._still_since = "", 0.0
        self._bad_looks = 0
        self._blind_looks = 0

    def look(self) -> bool:
        """Read once; whether it is ready. Raises when it never will be."""
        try:
            live = self.run.read()
        except (Unavailable, RateLimited) as error:
            self._blind(error)
            return False
        self._blind_looks = 0
        if live is None:
            self._unseen()
        else:
            self._judge(live)
        return self.ready

    def _blind(self, error: ReconcilerError) -> None:
        """The platform does not answer: what runs there goes on, so patience costs nothing."""
        self._blind_looks += 1
        if self._blind_looks > BAD_LOOKS:
            raise error
        self.run.notice(f"cannot read its state: {error.message}")

    def _unseen(self) -> None:
        known = self.run.live
        vanishing = known is not None and self.run.readiness(known) is Readiness.VANISHING
        if vanishing or self.waited > UNSEEN_WITHIN:
            raise ReconcilerError(f"{self.run.resource.name} was deleted during the wait")
        self.text = "not visible yet"

    def _judge(self, live: LiveResource) -> None:
        run = self.run
        run.check_incarnation(live)
        run.live = live
        readiness = run.readiness(live)
        self.ready = readiness is Readiness.READY
        self.text = describe(live)
        if readiness is Readiness.FAILED:
            raise failure(live, again(run.resource, run.kind))
        self._report(live, readiness)

    def _report(self, live: LiveResource, readiness: Readiness) -> None:
        if readiness in ODD and live.state != self._odd_state:
            self.run.notice(f"state {live.state} is {ODD[readiness]}")
            self._odd_state = live.state
        if not self.ready:
            done = percent(live.body)
            self.run.tell(EventType.PROGRESS, self.text, done or 0, 0 if done is None else 100)
            self._check_still(live)
            self._check_content(live)

    def _check_still(self, live: LiveResource) -> None:
        """RUNNING may stand for hours after a trainer has died (fact sheet 15): only progress says
        that it lives."""
        if not self.run.kind.runs_once:
            return
        if self.text != self._still_text:
            self._still_text, self._still_since = self.text, self.waited
        elif self.waited - self._still_since >= STILL_AFTER:
            minutes = STILL_AFTER / 60
            still = f"{self.text}: no progress for {minutes:.0f} min, it may be stuck"
            self.run.notice(f"{still}{its_log(live)}")
            self._still_since = self.waited

    def _check_content(self, live: LiveResource) -> None:
        """Content that was refused stays UPLOADING for ever, with a status that says why."""
        rule, status = self.run.kind.content, live.body.get("status")
        code = status.get("code") if isinstance(status, dict) else None
        if rule is None or code in GOOD_STATUS:
            return
        self._bad_looks += 1
        if self._bad_looks >= BAD_LOOKS:
            raise ContentError(f"the platform refused the content: {status_message(live)}")


def wait_terminal(run: Run) -> Waiting[None]:
    """After a cancel: until the job has ended in whatever way, or is gone."""
    for delay in delays():
        live = run.read()
        if live is None:
            return
        run.check_incarnation(live)
        if run.readiness(live) in (Readiness.READY, Readiness.FAILED):
            return
        if not run.in_time(delay):
            raise ReconcilerError(f"{live.name} is still {live.state} after the cancel")
        run.tell(EventType.PROGRESS, describe(live))
        yield from run.pause(delay)
