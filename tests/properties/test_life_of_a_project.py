"""Random edits, people, faults and time; after each step the promises of the contract hold.

The machine plays a project's life against the emulator: a small budget in continuous integration,
a long one in ``make sweep``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from reconciler.emulator.faults import Fault
from reconciler.execute.options import Wait
from reconciler.report.json_plan import plan_json
from tests.properties.world import CREATES, JOB_SECONDS, LLAMA, Declared, World

if TYPE_CHECKING:
    from reconciler.emulator.ledger import RecordedRequest
    from reconciler.plan.plan import Plan

DATASETS, JOBS = ("rows", "more"), ("bot", "aide")
STRATEGIES = st.sampled_from(("exact", "contentHash"))
BYSTANDER = "accounts/acme/models/bystander"
LONG_AGO = "2020-01-01T00:00:00Z"
WRITES = "POST|PATCH|DELETE|PUT|:validateUpload"
FAULTS = st.builds(
    Fault,
    st.sampled_from(("lost", "refuse", "status", "status_after", "garbage", "empty", "truncated")),
    path=st.sampled_from(("", "v1/", WRITES, "Jobs", "datasets", "deployments", "GET")),
    nth=st.integers(1, 6),
    times=st.integers(1, 12),
)


class LifeOfAProject(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.world = World(Path(self.home.name))
        stranger = {"state": "READY", "kind": "HF_BASE_MODEL", "createTime": LONG_AGO}
        self.world.emulator.store.put(BYSTANDER, stranger)
        self.bystander = self.world.emulator.store.get(BYSTANDER)
        self.declare_a_dataset("rows", "exact", 3)
        self.declare_a_dataset("more", "contentHash", 4)
        self.declare_a_job("bot", "rows", "exact", 1, 1)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.settle()
            self.world.close()
            self.home.cleanup()

    # What the people of the project do.

    @rule(name=st.sampled_from(DATASETS), strategy=STRATEGIES, rows=st.integers(3, 5))
    def declare_a_dataset(self, name: str, strategy: str, rows: int) -> None:
        spec = {"format": "CHAT", "source": {"path": f"../data/{name}.jsonl"}}
        self.declare(Declared("Dataset", name, spec, {"idStrategy": strategy}, rows))

    @rule(
        name=st.sampled_from(JOBS),
        data=st.sampled_from(DATASETS),
        strategy=STRATEGIES,
        epochs=st.integers(1, 2),
        attempt=st.integers(1, 2),
    )
    def declare_a_job(self, name: str, data: str, strategy: str, epochs: int, attempt: int) -> None:
        spec = {"dataset": data, "baseModel": LLAMA, "outputModel": name, "epochs": epochs}
        metadata = {"idStrategy": strategy, "lifecycle": {"attempt": attempt}}
        self.declare(Declared("SupervisedFineTuningJob", name, spec, metadata))

    @rule(job=st.sampled_from(JOBS), title=st.sampled_from(("One", "Two")))
    def declare_the_model_that_a_job_makes(self, job: str, title: str) -> None:
        self.declare(Declared("Model", job, {"displayName": title}))

    @rule(model=st.sampled_from((LLAMA, *JOBS)), replicas=st.integers(0, 2))
    def declare_a_deployment(self, model: str, replicas: int) -> None:
        shape = {"deploymentShape": "default", "maxReplicaCount": replicas}
        self.declare(Declared("Deployment", "chat", {"baseModel": model, **shape}))

    @rule(which=st.integers(0, 9), free=st.booleans())
    def write_a_tombstone(self, which: int, free: bool) -> None:
        if self.world.declared:
            name = sorted(self.world.declared)[which % len(self.world.declared)]
            lifecycle = {"lifecycle": {"preventDestroy": False}} if free else {}
            self.world.declared[name].metadata = {"state": "absent", **lifecycle}

    @rule(which=st.integers(0, 9))
    def forget_a_manifest(self, which: int) -> None:
        free = [ref for ref in sorted(self.world.declared) if not ref.startswith("Dataset/")]
        if free:
            del self.world.declared[free[which % len(free)]]

    # What happens around it.

    @rule(which=st.integers(0, 9))
    def a_person_deletes_something(self, which: int) -> None:
        names = [name for name in self.world.names() if name != BYSTANDER]
        if names:
            name = names[which % len(names)]
            self.world.removed_by_people["/".join(name.split("/")[-2:])] += 1
            self.world.emulator.store.delete(name)

    @rule(which=st.integers(0, 9))
    def a_person_renames_something(self, which: int) -> None:
        names = [name for name in self.world.names() if name != BYSTANDER]
        if names:
            name = names[which % len(names)]
            fields = self.world.emulator.store.get(name)
            if fields and "DELET" not in str(fields.get("state")):
                fields = {**fields, "displayName": "by hand"}
                self.world.emulator.store.put(name, fields)

    @rule(seconds=st.sampled_from((1.0, JOB_SECONDS, 7_200.0)))
    def time_passes(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    # What the tool does.

    @rule()
    def plan(self) -> None:
        self.world.new_writes()
        undisturbed = not self.world.emulator.faults.pending
        first, second = self.world.try_plan(), self.world.try_plan()

        assert [] == self.world.new_writes()
        if first and second and undisturbed:
            assert plan_json(first) == plan_json(second)

    @rule(
        wait=st.sampled_from((Wait.STARTED, Wait.READY, Wait.NONE)),
        faults=st.lists(FAULTS, max_size=3),
        late=st.booleans(),
    )
    def apply(self, wait: Wait, faults: list[Fault], late: bool) -> None:
        """Faults strike what a plan reads too, or only what follows it."""
        self.world.emulator.faults.add(*(() if late else faults))
        plan = self.world.try_plan()
        self.world.emulator.faults.add(*(faults if late else ()))
        self.world.new_writes()
        if plan is not None:
            self.world.apply(plan, wait)
            self.check(plan, self.world.new_writes())

    @rule()
    def settle(self) -> None:
        """Faults off, time to finish, and a few runs: nothing is left, and another does nothing."""
        self.world.emulator.faults.clear()
        plan = self.world.plan()
        for _ in range(4):
            if plan is None:
                return
            self.world.new_writes()
            self.world.apply(plan, Wait.READY)
            self.check(plan, self.world.new_writes())
            self.world.clock.advance(2 * JOB_SECONDS)
            plan = self.world.plan()
            if plan and not self.left(plan):
                self.check_rest(plan)
                return

        assert plan is None or [] == self.left(plan)

    def check_rest(self, plan: Plan) -> None:
        self.world.new_writes()
        self.world.apply(plan, Wait.READY)

        assert [] == [f"{one.method} {one.path}" for one in self.world.new_writes()]
        self.check_bytes(plan)

    def left(self, plan: Plan) -> list[str]:
        pending = [change for change in plan.pending if not change.blocked_by]
        return [f"{change.ref} {change.change.reason.text}" for change in pending]

    # What always holds.

    def check(self, plan: Plan, writes: list[RecordedRequest]) -> None:
        shown = {c.change.resource.id for c in plan.pending if not c.blocked_by}
        spoken = {one for one in shown if any(_about(write, one) for write in writes)}
        # A create that was struck before its body was read names nobody, and made nothing.
        heard = [w for w in writes if w.body is not None or not CREATES.search(w.path)]
        strange = [w for w in heard if not any(_about(w, one) for one in spoken)]

        assert [] == [f"{one.method} {one.path}" for one in strange]
        self.check_deletes(writes)
        self.check_jobs()
        assert self.bystander == self.world.emulator.store.get(BYSTANDER)

    def check_deletes(self, writes: list[RecordedRequest]) -> None:
        allowed = {
            one.name for one in self.world.declared.values() if one.absent and not one.protected
        }
        gone = [write.path for write in writes if write.method == "DELETE"]

        assert [] == [path for path in gone if not any(path.endswith(f"/{n}") for n in allowed)]

    def check_jobs(self) -> None:
        """One job an id, but for those that somebody deleted on purpose, a tombstone too."""
        removed = self.world.removed_by_people
        deleted = [r.path for r in self.world.emulator.requests if r.method == "DELETE"]
        for name, count in self.world.started().items():
            ours = sum(path.endswith(f"/{name}") for path in deleted)
            assert count <= 1 + removed[name] + ours, name

    def check_bytes(self, plan: Plan) -> None:
        """READY means the very bytes."""
        store = self.world.emulator.store
        for change in plan.changes:
            resource = change.change.resource
            fields = store.get(resource.name) if resource.name else None
            if change.blocked_by or resource.absent or resource.files is None or not fields:
                continue
            for file in resource.files.files:
                assert fields["state"] == "READY"
                assert [file.path.read_bytes()] == [
                    store.blob(resource.name, key) for key in store.files(resource.name)
                ]

    def declare(self, one: Declared) -> None:
        self.world.declared[f"{one.kind}/{one.name}"] = one


def _about(write: RecordedRequest, id_: str) -> bool:
    text = f"{write.path} {write.query} {(write.body or b'').decode('utf-8', 'replace')}"
    return bool(id_) and id_ in text


def life(examples: int, steps: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        LifeOfAProject,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        ),
    )


@pytest.mark.usefixtures("strange_answers")
def test_a_life_keeps_every_promise() -> None:
    life(examples=15, steps=15)


@pytest.mark.sweep
@pytest.mark.usefixtures("strange_answers")
def test_many_long_lives_keep_every_promise() -> None:
    life(examples=300, steps=40)
