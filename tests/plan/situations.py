"""Accounts as they are found, each with the project that is planned against it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from reconciler.live.state import Accepted, Rejected, StoredContent, StoredFile
from reconciler.manifest.project import Policy
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
    yield from _versions()
    yield from _states()
    yield from _files()
    yield from _others()


def _versions() -> Iterator[Situation]:
    """By content: what is made anew, why, and what becomes of the older one."""
    rows = {digit: dataset(digit=digit, hashed=True) for digit in "abc"}
    older = {digit: resource(rows[digit]) for digit in "bc"}
    first = replace(older["b"], create_time="2026-01-03T00:00:00Z")
    then = replace(older["c"], create_time="2026-01-04T00:00:00Z")
    both = account(then, first)
    yield Situation("the newest of two versions", [rows["a"]], both)
    leaves = manifest(f"Dataset/{then.id}", absent=True, prevent_destroy=False)
    yield Situation("the older version goes", [rows["a"], leaves], both)
    far = {"externalUrl": "gs://b/x.jsonl"}
    other = manifest("Dataset/far", {"externalUrl": "gs://b/y.jsonl"}, hashed=True)
    url = manifest("Dataset/far", far, hashed=True)
    yield Situation("another address", [url], account(resource(other)))
    ran, again = job(hashed=True), job(spec={"epochs": 3, "learningRate": 1e-4}, hashed=True)
    chat, talk = dataset(), dataset("talk")
    record = _ran(chat, ran, "JOB_STATE_COMPLETED", epochs=2)
    yield Situation("other values", [chat, again], account(resource(chat), record))
    new = [rows["a"], dataset("eval", "a", hashed=True)]
    uses = job(spec={"evaluationDataset": "eval"}, hashed=True)
    old = [older["b"], resource(dataset("eval", "b", hashed=True)), record]
    yield Situation("other rows of two datasets", [*new, uses], account(*old))
    far_job = job(spec={"dataset": "talk"}, hashed=True)
    same_fields = account(resource(talk), _ran(talk, far_job, "JOB_STATE_COMPLETED"))
    moved = job(spec={"dataset": "talk"}, hashed=True, attempt=2)
    yield Situation("another attempt", [talk, moved], same_fields)


def _states() -> Iterator[Situation]:
    """States in which nothing is done, whatever the manifest says."""
    gone = manifest("Deployment/chat", absent=True)
    for state in ("DELETING", "A" * 70):
        found = account(resource(DEPLOYMENT, state=state))
        yield Situation(f"a deployment {state}", [DEPLOYMENT], found)
        yield Situation(f"a deployment {state} and unwanted", [gone], found)
    broken = account(resource(DEPLOYMENT, state="FAILED"))
    yield Situation("failed without a word", [DEPLOYMENT], broken)
    yield Situation("failed and unwanted", [gone], broken)
    long = {"code": "INTERNAL", "message": "out of memory " * 30}
    wordy = account(resource(DEPLOYMENT, state="FAILED", status=long))
    yield Situation("failed with many words", [DEPLOYMENT], wordy)
    chat, bot = dataset(), job()
    there = resource(chat)
    for status in ({}, {"status": long}):
        ran = _ran(chat, bot, "JOB_STATE_FAILED", **status)
        yield Situation(f"a job that failed {len(status)}", [chat, bot], account(there, ran))
    unread = account(there, incomplete={"Dataset": "HTTP 503"})
    yield Situation("there, and the list failed", [chat], unread)
    unlisted = account(incomplete={JOB: "HTTP 503", "DpoJob": "HTTP 500"})
    yield Situation("two lists failed", [chat, bot], unlisted)
    held = dataset("kept")
    deleted = account(resource(held, state="DELETED", purgeTime="2026-01-08T00:00:00Z"))
    yield Situation("a dataset that holds its id", [held], deleted)


def _files() -> Iterator[Situation]:
    """What is known of stored bytes, file by file."""
    named = files("a.bin", "b.bin", "c" * 130)
    local = tuple(replace(one, md5="bWQ1", pinned=True) for one in named.files)
    pinned = weights(brings=replace(named, files=local), spec={"displayName": "New"})
    there = resource(pinned)
    right, wrong = StoredFile(10, md5="bWQ1"), StoredFile(10, md5="b3Ro")
    for title, stored in (
        ("one of three files differs", (right, right, wrong)),
        ("two of three files differ", (right, wrong, wrong)),
        ("one lost and one other", (None, wrong, right)),
        ("two lost", (None, None, right)),
        ("two that nobody can compare", (StoredFile(why="no answer"), right, StoredFile(why="?"))),
        ("one that nobody can compare", (right, right, StoredFile(why="no answer"))),
    ):
        content = StoredContent(dict(zip(("a.bin", "b.bin", "c" * 130), stored, strict=True)))
        yield Situation(title, [pinned], account(there, content={there.name: content}))
    hashed = dataset(hashed=True)
    renamed = replace(hashed, spec={**hashed.spec, "displayName": "New"})
    found = resource(renamed, displayName="Old")
    lost = account(found, content={found.name: StoredContent({"chat.jsonl": None})})
    yield Situation("lost, and another name", [renamed], lost)
    for why in ("missing file", "Git LFS pointer"):
        absent = tuple(replace(f, identity=None, why_absent=why) for f in named.files[2:])
        yield Situation(f"a long name, {why}", [weights(brings=replace(named, files=absent))])


def _others() -> Iterator[Situation]:
    """What stands beside, in place of, or below what is planned."""
    names = [f"{MODELS}/m{n}" for n in range(5)]
    loads = [
        live(f"DeployedModel/x{n}", "DEPLOYED", model=name, deployment=SUPPORT)
        for n, name in enumerate(names)
    ]
    over = load("bot", "bot-bbbbbbbbbb", replaceMergedAddon=True)
    yield Situation("takes three places", [over], account(*loads[:3]))
    yield Situation("takes five places", [over], account(*loads))
    going = replace(loads[0], state="UNDEPLOYING")
    yield Situation("takes a place that is being left", [over], account(going))
    elsewhere = live("DeployedModel/y", "DEPLOYED", model=names[0], deployment="accounts/a/b/c")
    yield Situation("takes no place elsewhere", [over], account(elsewhere))
    told = manifest("DeployedModel/other", {"model": names[0], "deployment": SUPPORT}, absent=True)
    yield Situation("takes a place that is to go", [over, told], account(loads[0]))
    base, lora = weights("base"), f"{MODELS}/base"
    users = [live(f"Model/l{n}", peftDetails={"baseModel": lora}) for n in range(4)]
    free = manifest("Model/base", absent=True, prevent_destroy=False)
    yield Situation("used by four", [free], account(resource(base), *users))
    again = ("Model/base",)
    allowed = allowing("Model/base")
    there = account(resource(base))
    yield Situation("made again with its bytes", [base], there, allowed, again)
    gone = manifest("Model/base", {**base.spec, "defaultDraftModel": f"{MODELS}/draft"})
    with_draft = replace(gone, files=base.files)
    lacking = account(resource(base), external={f"{MODELS}/draft": None})
    yield Situation("made again on what is gone", [with_draft], lacking, allowed, again)
    yield Situation("updated to what is gone", [with_draft], lacking)
    windows = {"scaleUpWindow": "30s", "loadTargets": {"default": 0.8}}
    scaled = manifest("Deployment/chat", {**DEPLOYMENT.spec, "autoscalingPolicy": windows})
    would = resource(scaled, state="CREATING", autoscalingPolicy={"scaleUpWindow": "60s"})
    yield Situation("nested, made otherwise", [scaled], account(rehearsals={REF: Accepted(would)}))
    yield Situation("nested, changed", [scaled], account(would))
    described = manifest("Model/bot", {"displayName": "Bot", "public": False, "kind": "HF_PEFT"})
    maker = job(spec={"outputModel": "bot"})
    yield Situation("described for a job", [dataset(), maker, described])
    both = [dataset(), old_job("one"), old_job("two", {"modelId": "two-model"})]
    twin = live(f"{OLD_JOB}/xyz", "COMPLETED", **{**both[1].spec, "modelId": "two-model"})
    yield Situation("a record of another's model", both, account(twin))
    mixed = [{"dataset": "chat", "weight": 1}, {"dataset": "talk", "weight": 2}]
    many = old_job(spec={"datasets": mixed})
    lists = made(desired(dataset(), dataset("talk"), many).resources[many.ref], "COMPLETED")
    other = {**lists.body, "datasets": [mixed[0], {"dataset": "talk", "weight": 3}]}
    three = [dataset(), dataset("talk"), many]
    yield Situation("another weight", three, account(replace(lists, body=other)))
    secret = {"enabled": True, "apiKey": {"env": "KEY"}, "project": "new"}
    logged = job(spec={"wandbConfig": secret})
    record = _ran(dataset(), logged, "JOB_STATE_COMPLETED", wandbConfig={"project": "old"})
    yield Situation("another value beside a secret", [dataset(), logged], account(record))
    spoken = job(spec={"displayName": "Süß 😀"})
    long = _ran(dataset(), spoken, "JOB_STATE_COMPLETED", displayName="x" * 200)
    yield Situation("words beyond ASCII", [dataset(), spoken], account(long))
    fewer = {**lists.body, "datasets": [{"dataset": "chat", "weight": 3}]}
    yield Situation(
        "a shorter list", [dataset(), dataset("talk"), many], account(replace(lists, body=fewer))
    )


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
        yield Situation(state, [chat, bot], account(there, _ran(chat, bot, state)))
    failed = {"code": "INTERNAL", "message": "out of memory"}
    ran = _ran(chat, bot, "JOB_STATE_FAILED", status=failed)
    yield Situation("a job that failed", [chat, bot], account(there, ran))
    again = (f"{JOB}/bot",)
    yield Situation("a job to be made again", [chat, bot], account(there, ran), replaced=again)
    other = _ran(chat, bot, "JOB_STATE_COMPLETED", epochs=3, baseModel="accounts/f/models/x")
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


def _ran(chat: Manifest, bot: Manifest, state: str, **body: Any) -> LiveResource:
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
    own = context(prices=Prices(gpu_hour={"NVIDIA_H100_80GB": 2.5}, as_of="2026-07-01"))
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
    rows = dataset(brings=files("chat.jsonl", size=6_000_000))
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
