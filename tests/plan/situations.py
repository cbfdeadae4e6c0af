"""Accounts as they are found, each with the project that is planned against it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from reconciler.live.state import Accepted, Rejected, StoredContent, StoredFile
from reconciler.manifest.project import Policy
from reconciler.manifest.row_summary import RowSummary
from reconciler.manifest.row_tokens import of_bytes
from reconciler.plan.prices import Prices
from reconciler.ref import ResourceRef
from tests.desired.manifests import (
    BASE,
    JOB,
    OLD_JOB,
    account,
    dataset,
    desired,
    files,
    job,
    live,
    made,
    manifest,
    old_job,
    weights,
)
from tests.plan.planning import allowing, context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.live.state import LiveResource, LiveState
    from reconciler.manifest.file_set import FileSet
    from reconciler.manifest.manifest import Manifest
    from reconciler.plan.context import PlanContext

DEPLOYMENT = manifest("Deployment/chat", {"baseModel": BASE, "deploymentShape": "default"})
REF = DEPLOYMENT.ref
ON_GPUS = {"acceleratorType": "NVIDIA_H100_80GB", "acceleratorCount": 2, "maxReplicaCount": 3}
MODELS = "accounts/acme/models"
SUPPORT = "accounts/acme/deployments/support"


@dataclass(frozen=True, slots=True)
class Situation:
    title: str
    project: list[Manifest]
    found: LiveState = field(default_factory=account)
    under: PlanContext = field(default_factory=context)
    replaced: tuple[str, ...] = ()


def resource(*project: Manifest, state: str = "READY", **body: Any) -> LiveResource:
    """The first resource of the project as a create leaves it."""
    return made(next(iter(desired(*project).resources.values())), state, **body)


def load(name: str, model: str, **more: Any) -> Manifest:
    spec = {"model": f"{MODELS}/{model}", "deployment": SUPPORT, **more}
    return manifest(f"DeployedModel/{name}", spec)


def situations() -> Iterator[Situation]:
    yield from _datasets()
    yield from _jobs()
    yield from _models()
    yield from _deployments()
    yield from _loads()
    yield from _deletes()
    yield from _prices()


def _datasets() -> Iterator[Situation]:
    chat = dataset()
    yield Situation("a dataset that is not there", [chat])
    yield Situation("as the manifest says", [chat], account(resource(chat)))
    yield Situation("half uploaded", [chat], account(resource(chat, state="UPLOADING")))
    yield Situation("another format", [chat], account(resource(chat, format="COMPLETION")))
    new, old = dataset(digit="b", hashed=True), dataset(digit="a", hashed=True)
    yield Situation("a new version", [new], account(resource(old)))
    crc = replace(chat, files=_hashed(chat))
    for title, stored in (
        ("other bytes", StoredFile(10, "BBBBBB==")),
        ("another size", StoredFile(11)),
        ("the same bytes", StoredFile(10, "AAAAAA==")),
        ("bytes that nobody can compare", StoredFile(why="no answer")),
        ("lost bytes", None),
    ):
        there = resource(crc)
        content = {there.name: StoredContent({"chat.jsonl": stored})}
        yield Situation(title, [crc], account(there, content=content))
        pinned = replace(crc, files=_hashed(chat, pinned=True))
        hashed = replace(dataset(hashed=True), files=_hashed(crc))
        for how, wanted in (("pinned", pinned), ("by content", hashed)):
            other = resource(wanted)
            content = {other.name: StoredContent({"chat.jsonl": stored})}
            yield Situation(f"{title}, {how}", [wanted], account(other, content=content))
    yield Situation("a list that failed", [chat], account(incomplete={"Dataset": "HTTP 503"}))
    yield Situation("made again", [chat], account(resource(chat)), replaced=("Dataset/chat",))


def _hashed(wanted: Manifest, *, pinned: bool = False) -> FileSet:
    assert wanted.files is not None
    local = tuple(replace(one, crc32c="AAAAAA==", pinned=pinned) for one in wanted.files.files)
    return replace(wanted.files, files=local)


def _jobs() -> Iterator[Situation]:
    chat, bot = dataset(), job(spec={"outputModel": "bot", "epochs": 2})
    there = resource(chat)
    model = f"{MODELS}/bot"
    yield Situation("a job that never ran", [chat, bot], account(there))
    yield Situation("a job after its dataset", [chat, bot])
    for state in ("JOB_STATE_RUNNING", "JOB_STATE_COMPLETED", "JOB_STATE_PAUSED"):
        yield Situation(state, [chat, bot], account(there, job_ran(chat, bot, state)))
    failed = {"code": "INTERNAL", "message": "out of memory"}
    ran = job_ran(chat, bot, "JOB_STATE_FAILED", status=failed)
    yield Situation("a job that failed", [chat, bot], account(there, ran))
    again = (f"{JOB}/bot",)
    yield Situation("a job to be made again", [chat, bot], account(there, ran), replaced=again)
    other = job_ran(chat, bot, "JOB_STATE_COMPLETED", epochs=3, baseModel="accounts/f/models/x")
    yield Situation("a job with other values", [chat, bot], account(there, other))
    yield Situation("its model is there", [chat, bot], account(there, live("Model/bot")))
    by_it = live(
        "Model/bot", fineTuningJob=f"accounts/acme/supervisedFineTuningJobs/{bot.ref.name}"
    )
    yield Situation("its model says it ran", [chat, bot], account(there, by_it))
    by_other = live("Model/bot", fineTuningJob="accounts/acme/supervisedFineTuningJobs/x")
    yield Situation("somebody's model", [chat, bot], account(there, by_other))
    gone = account(there, external={BASE: None})
    yield Situation("a base model that is not there", [chat, bot], gone)
    models = account(there, incomplete={"Model": "HTTP 503"})
    yield Situation("models that cannot be listed", [chat, bot], models)
    older = old_job(spec={"modelId": "bot"})
    renamed = live(f"{OLD_JOB}/xyz", "COMPLETED", **{**older.spec, "modelId": model})
    yield Situation("an older job under another id", [chat, older], account(there, renamed))
    equal = live(f"{OLD_JOB}/xyz", "COMPLETED", **older.spec)
    yield Situation("an older job that is equal", [chat, old_job()], account(there, equal))
    rollout = {"dataset": "chat", "evaluator": "judge", "trainingConfig": {"baseModel": BASE}}
    rewarded = manifest("ReinforcementFineTuningJob/r", rollout)
    for state in ("ACTIVE", "BUILDING", ""):
        judge = live("Dataset/judge", state)
        name = "accounts/acme/evaluators/judge"
        judges = {name: replace(judge, name=name), BASE: live("Model/x")}
        yield Situation(f"a judge {state}", [chat, rewarded], account(there, external=judges))


def job_ran(chat: Manifest, bot: Manifest, state: str, **body: Any) -> LiveResource:
    return made(desired(chat, bot).resources[bot.ref], state, **body)


def _models() -> Iterator[Situation]:
    base = weights()
    yield Situation("a model that is not there", [base])
    yield Situation("uploading", [base], account(resource(base, state="UPLOADING")))
    described = manifest("Model/bot", {"displayName": "Bot", "supportsTools": True})
    yield Situation("nothing makes it", [described])
    yield Situation("a job makes it", [dataset(), job(spec={"outputModel": "bot"}), described])
    plain = manifest("Model/bot", {})
    yield Situation("a job makes it so", [dataset(), job(spec={"outputModel": "bot"}), plain])
    yield Situation("another name", [described], account(live("Model/bot", displayName="Tmp")))
    imported = account(live("Model/bot", "UPLOADING", displayName="Bot", supportsTools=True))
    yield Situation("imported", [described], imported)
    asked = ("Model/bot",)
    yield Situation("again without bytes", [described], account(live("Model/bot")), replaced=asked)
    public = weights(spec={"public": True})
    yield Situation("made public", [public])
    yield Situation("made public later", [public], account(resource(base)))
    yield Situation("may be public", [public], under=context(Policy(allow_public=True)))


def _deployments() -> Iterator[Situation]:
    yield Situation("a deployment that is not there", [DEPLOYMENT])
    scaled = manifest("Deployment/chat", {**DEPLOYMENT.spec, "maxReplicaCount": 3})
    there = resource(DEPLOYMENT)
    yield Situation("scaled", [scaled], account(there))
    moved = manifest("Deployment/chat", {**DEPLOYMENT.spec, **ON_GPUS})
    yield Situation("another GPU", [moved], account(resource(DEPLOYMENT, acceleratorType="X")))
    for purge in ({"purgeTime": "2026-01-08T00:00:00Z"}, {"purgeTime": 3}, {}):
        deleted = account(resource(DEPLOYMENT, state="DELETED", **purge))
        yield Situation(f"deleted {purge}", [DEPLOYMENT], deleted)
        tomb = manifest("Deployment/chat", absent=True)
        yield Situation(f"deleted and unwanted {purge}", [tomb], deleted)
    broken = account(resource(DEPLOYMENT, state="FAILED", status={"message": "no GPUs"}))
    yield Situation("failed", [DEPLOYMENT], broken)
    yield Situation("failed, again", [DEPLOYMENT], broken, replaced=("Deployment/chat",))
    refused = account(rehearsals={REF: Rejected("addons cannot be enabled")})
    yield Situation("refused by the dry run", [DEPLOYMENT], refused)
    would = resource(scaled, state="CREATING", maxReplicaCount=1)
    otherwise = account(rehearsals={REF: Accepted(would)})
    yield Situation("made otherwise", [scaled], otherwise)
    yield Situation("on GPUs", [manifest("Deployment/chat", {**DEPLOYMENT.spec, **ON_GPUS})])
    few = {**ON_GPUS, "minReplicaCount": 1, "acceleratorCount": 1}
    yield Situation("at least one", [manifest("Deployment/chat", {**DEPLOYMENT.spec, **few})])
    none = {"baseModel": BASE, "acceleratorType": "AMD_MI300X_192GB", "minReplicaCount": 2}
    yield Situation("an unpriced GPU", [manifest("Deployment/chat", none)])
    own = context(
        prices=Prices(
            gpu_hour={"NVIDIA_H100_80GB": 2.5}, gpu_as_of={"NVIDIA_H100_80GB": "2026-07-01"}
        )
    )
    yield Situation("own prices", [moved], under=own)


def _loads() -> Iterator[Situation]:
    name = f"{MODELS}/bot-aaaaaaaaaa"
    old = live("DeployedModel/x1", "DEPLOYED", model=name, deployment=SUPPORT)
    yield Situation("an older load", [load("bot", "bot-bbbbbbbbbb")], account(old))
    over = load("bot", "bot-bbbbbbbbbb", replaceMergedAddon=True)
    yield Situation("takes the place", [over], account(old))
    both = [over, load("other", "bot-aaaaaaaaaa")]
    yield Situation("takes a declared place", both, account(old))


def _deletes() -> Iterator[Situation]:
    gone = manifest("Dataset/chat", absent=True)
    free = manifest("Dataset/chat", absent=True, prevent_destroy=False)
    there = account(resource(dataset()))
    yield Situation("a tombstone", [gone], there)
    yield Situation("a free tombstone", [free], there)
    yield Situation("an allowed tombstone", [gone], there, allowing("Dataset/chat"))
    yield Situation("already gone", [free])
    using = live(f"{JOB}/busy", "JOB_STATE_RUNNING", dataset="accounts/acme/datasets/chat")
    yield Situation("in use", [free], account(resource(dataset()), using))
    model = manifest("Model/bot", absent=True, prevent_destroy=False)
    loaded = account(live("Model/bot", deployedModelRefs=[{"name": "accounts/acme/x"}]))
    yield Situation("loaded", [model], loaded)
    served = live("Deployment/d", baseModel=f"{MODELS}/bot")
    yield Situation("served", [model], account(live("Model/bot"), served))
    many = [manifest(f"{JOB}/j{n}", absent=True) for n in range(12)]
    jobs = account(*(live(f"{JOB}/j{n}", "JOB_STATE_COMPLETED") for n in range(12)))
    yield Situation("many at once", many, jobs)
    new = [job(f"n{n}", {"dataset": "accounts/acme/datasets/chat"}) for n in range(7)]
    yield Situation("many jobs", new, account(resource(dataset())))


def _prices() -> Iterator[Situation]:
    size: dict[str, Any] = {"baseModelDetails": {"parameterCount": str(8 * 10**9)}}
    external = {BASE: replace(live("Model/x", **size), name=BASE)}
    seen = RowSummary(tokens=of_bytes(6_000_000))
    rows = dataset(brings=replace(files("chat.jsonl", size=6_000_000), summary=seen))
    project = [rows, job(spec={"epochs": 2})]
    priced = account(external=external)
    yield Situation("guessed cost", project, priced)
    yield Situation("no budget left", project, priced, context(Policy(budget_usd=0.01)))
    yield Situation("may spend", project, priced, allowing(spend=100.0))
    yield Situation("may not spend", project, priced, allowing(spend=0.5))
    adapter = {BASE: replace(live("Model/x", peftDetails={"baseModel": "b"}), name=BASE)}
    adapter["b"] = replace(live("Model/y", **size), name="b")
    yield Situation("an adapter's size", project, account(external=adapter))
    target = context(target=frozenset({ResourceRef("Dataset", "chat")}))
    yield Situation("a target", project, priced, target)
    exclude = context(exclude=frozenset({ResourceRef("Dataset", "chat")}))
    yield Situation("an exclusion", project, priced, exclude)
