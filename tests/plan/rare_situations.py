"""Accounts that are found less often: older versions, odd states, odd bytes, odd company."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.live.state import Accepted, StoredContent, StoredFile
from tests.desired.manifests import (
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
from tests.plan.planning import allowing
from tests.plan.situations import (
    DEPLOYMENT,
    MODELS,
    REF,
    SUPPORT,
    Situation,
    job_ran,
    load,
    resource,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def rare_situations() -> Iterator[Situation]:
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
    record = job_ran(chat, ran, "JOB_STATE_COMPLETED", epochs=2)
    yield Situation("other values", [chat, again], account(resource(chat), record))
    new = [rows["a"], dataset("eval", "a", hashed=True)]
    uses = job(spec={"evaluationDataset": "eval"}, hashed=True)
    old = [older["b"], resource(dataset("eval", "b", hashed=True)), record]
    yield Situation("other rows of two datasets", [*new, uses], account(*old))
    far_job = job(spec={"dataset": "talk"}, hashed=True)
    same_fields = account(resource(talk), job_ran(talk, far_job, "JOB_STATE_COMPLETED"))
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
        ran = job_ran(chat, bot, "JOB_STATE_FAILED", **status)
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
    record = job_ran(dataset(), logged, "JOB_STATE_COMPLETED", wandbConfig={"project": "old"})
    yield Situation("another value beside a secret", [dataset(), logged], account(record))
    spoken = job(spec={"displayName": "Süß 😀"})
    long = job_ran(dataset(), spoken, "JOB_STATE_COMPLETED", displayName="x" * 200)
    yield Situation("words beyond ASCII", [dataset(), spoken], account(long))
    fewer = {**lists.body, "datasets": [{"dataset": "chat", "weight": 3}]}
    yield Situation(
        "a shorter list", [dataset(), dataset("talk"), many], account(replace(lists, body=fewer))
    )
