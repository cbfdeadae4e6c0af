"""What a run costs: tokens, epochs and price as a range with its basis; unknown stays unknown."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.live.state import LiveResource
from reconciler.manifest.file_set import FileSet
from reconciler.manifest.project import Policy
from reconciler.manifest.row_summary import RowSummary
from reconciler.manifest.row_tokens import (
    BYTES_BAND,
    INDENTED,
    MAX_ROWS,
    PREAMBLE,
    SMALLEST_ROW,
    Guess,
    Reading,
    of_bytes,
)
from reconciler.plan.context import Allow, TokenCount
from reconciler.plan.prices import GPU_HOUR, Prices, read_prices
from reconciler.ref import ResourceRef
from reconciler.report.counts import total_costs
from tests.desired.manifests import (
    BASE,
    JOB,
    OLD_JOB,
    TEMPLATE,
    account,
    dataset,
    files,
    job,
    live,
    manifest,
)
from tests.plan.planning import context, of, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.manifest.manifest import Manifest
    from reconciler.plan.plan import Cost, PlannedChange

PAIR_KEYS = ("input", "preferred_output", "non_preferred_output")
GPU = "NVIDIA_H100_80GB"
EVALUATOR = "accounts/acme/evaluators/judge"
BILLION = 1_000_000_000
PRICES = Prices(training=((16 * BILLION, 0.5), (80 * BILLION, 3.0)), training_as_of="2026-07-01")


def base(parameters: Any) -> dict[str, LiveResource]:
    body: dict[str, Any] = {"baseModelDetails": {"parameterCount": parameters}}
    return {BASE: LiveResource("Model", BASE, "READY", body)}


def cost(
    parameters: Any = 8 * BILLION, size: int = 6_000_000, tokens: Any = 0, **spec: Any
) -> Cost:
    """The cost of the one job of a project on a dataset of ``size`` bytes."""
    counted = [live("Dataset/chat", format="CHAT", exampleCount="3", estimatedTokenCount=tokens)]
    found = account(*(counted if tokens else []), external=base(parameters))
    shown = plan(
        [
            rows("chat", size),
            job(spec={"epochs": 2, **spec}),
        ],
        found,
        context(prices=PRICES),
    )
    said = of(shown, f"{JOB}/bot").cost

    assert said is not None
    return said


def counted_cost(counted: dict[str, TokenCount], *found: LiveResource) -> Cost:
    """The cost of two epochs on ``chat``, whose tokens somebody has counted."""
    bot = ResourceRef.parse(f"{JOB}/bot")
    tokens = {(bot, f"accounts/acme/datasets/{name}"): each for name, each in counted.items()}
    under = context(prices=PRICES, tokens=tokens)
    account_of = account(*found, external=base(8 * BILLION))
    said = of(plan([dataset(), job(spec={"epochs": 2})], account_of, under), str(bot)).cost

    assert said is not None
    return said


def rows(name: str, size: int = 6_000_000) -> Manifest:
    """A dataset of 6 MB whose rows were read."""
    seen = RowSummary(tokens=of_bytes(size))
    return dataset(name, brings=replace(files(f"{name}.jsonl", size=size), summary=seen))


def unseen(name: str = "chat", size: int = 6_000_000) -> Manifest:
    """A dataset of 6 MB behind a Git LFS pointer."""
    pointer = replace(files("x", size=size).files[0], identity=None, why_absent="Git LFS pointer")
    return dataset(name, brings=FileSet((pointer,)))


def said_of(brought: Manifest, one: Manifest, **base_model: Any) -> Cost:
    """The cost of the job ``bot`` on one dataset."""
    body = {"baseModelDetails": {"parameterCount": 8 * BILLION}, **base_model}
    model = {BASE: LiveResource("Model", BASE, "READY", body)}
    made = plan([brought, one], account(external=model), context(prices=PRICES))
    found = of(made, str(one.ref)).cost

    assert found is not None
    return found


def older_cost(one: Manifest, two: Manifest, *found: LiveResource) -> Cost:
    """The cost of two epochs of a FineTuningJob on two datasets."""
    spec = {"datasets": [{"dataset": "one"}, {"dataset": "two"}], "epochs": 2}
    spec |= {"baseModel": BASE, "textCompletion": TEMPLATE}
    under, account_of = context(prices=PRICES), account(*found, external=base(8 * BILLION))
    made = plan([one, two, manifest(f"{OLD_JOB}/bot", spec)], account_of, under)
    said = of(made, f"{OLD_JOB}/bot").cost

    assert said is not None
    return said


def test_bytes_make_a_band_of_tokens() -> None:
    said = cost(size=6_000_000)

    assert (1.0, 2.4) == (said.usd_low, said.usd_high)


@pytest.mark.parametrize("size", [3_000, 6_000_000, 4_000_000_000], ids=["kB", "MB", "GB"])
def test_behind_a_pointer_may_be_the_densest_rows_there_are(size: int) -> None:
    most = min(size // SMALLEST_ROW, MAX_ROWS)
    densest = RowSummary(tokens=Reading(most, size, INDENTED * size).tokens)
    seen = dataset(brings=replace(files("chat.jsonl", size=size), summary=densest))
    found = said_of(unseen(size=size), job())

    assert said_of(seen, job()).usd_high == pytest.approx(found.usd_high)
    assert of_bytes(size).low * 0.5 / 1_000_000 == found.usd_low
    assert " tokens guessed from the size alone x" in found.basis


def test_rows_behind_a_pointer_are_read_twice_where_they_are_pairs() -> None:
    config = {"trainingConfig": {"baseModel": BASE}, "dataset": "chat"}
    pairs = said_of(unseen(), manifest("DpoJob/bot", config))
    smallest = len(json.dumps(dict.fromkeys(PAIR_KEYS, "")))
    tokens = 2 * 6_000_000 * INDENTED / 2 / BYTES_BAND[1] + 6_000_000 // smallest * PREAMBLE

    assert tokens * 0.5 / 1_000_000 == pytest.approx(pairs.usd_high)


def test_a_job_s_own_texts_are_written_around_rows_behind_a_pointer_too() -> None:
    text = {"inputTemplate": "y" * 1000 + "{question}", "outputTemplate": "{answer}"}
    spec = {"baseModel": BASE, "dataset": "chat", "textCompletion": text}
    found = said_of(unseen(), manifest(f"{OLD_JOB}/bot", spec))
    rows_at_most = 6_000_000 // len('{"question": "", "answer": ""}')

    assert found.usd_high is not None
    assert rows_at_most * 1000 / 2.5 * 0.5 / 1_000_000 < found.usd_high


def test_rows_behind_a_pointer_may_be_all_images_where_the_model_takes_some() -> None:
    text = said_of(unseen(), job())
    both = said_of(unseen(), job(), supportsImageInput=True)

    assert (0.0, text.usd_high) == (both.usd_low, both.usd_high)


TEMPLATED = [
    (f"{JOB}/bot", {"dataset": "chat", "baseModel": BASE}, {"jinjaTemplate": "{{ x }}"}),
    ("DpoJob/bot", {"dataset": "chat"}, {"trainingConfig.jinjaTemplate": "{{ x }}"}),
    (f"{OLD_JOB}/bot", {"dataset": "chat", "baseModel": BASE}, {"conversation.jinjaTemplate": "x"}),
]


@pytest.mark.parametrize(("ref", "spec", "given"), TEMPLATED, ids=[ref for ref, *_ in TEMPLATED])
@pytest.mark.parametrize("known_by", [unseen, rows], ids=["size", "rows"])
def test_a_chat_template_of_the_job_s_own_leaves_no_high_end(
    known_by: Callable[[str], Manifest], ref: str, spec: dict[str, Any], given: dict[str, str]
) -> None:
    ((path, text),) = given.items()
    above, _, name = path.rpartition(".")
    inside = {name: text} | ({"baseModel": BASE} if above == "trainingConfig" else {})
    found = said_of(known_by("chat"), manifest(ref, spec | ({above: inside} if above else inside)))

    assert (0.5, None) == (found.usd_low, found.usd_high)
    assert found.basis.startswith("at least 1.0M tokens guessed from the ")
    assert f"; {path} may add any number; prices of " in found.basis


def test_the_platform_s_count_knows_nothing_of_the_job_s_own_template() -> None:
    said = cost(tokens=4_000_000, jinjaTemplate="{{ messages }}")

    assert (4.0, None) == (said.usd_low, said.usd_high)


@pytest.mark.parametrize(("account_of", "high"), [("acme", None), ("fireworks", 1.2)])
def test_a_model_s_own_chat_template_is_not_a_published_one(
    account_of: str, high: float | None
) -> None:
    name = f"accounts/{account_of}/models/own"
    body = {"baseModelDetails": {"parameterCount": str(8 * BILLION)}}
    body |= {"conversationConfig": {"style": "jinja", "template": "{{ messages }}"}}
    model = LiveResource("Model", name, "READY", body)
    made = plan([rows("chat"), job(spec={"baseModel": name})], account(external={name: model}))
    found = of(made, f"{JOB}/bot").cost

    assert found is not None
    assert high == found.usd_high


def test_what_is_over_the_budget_shows_what_it_would_cost_and_adds_nothing_to_the_sum() -> None:
    under = context(Policy(budget_usd=1.0), prices=PRICES)
    made = plan([rows("chat"), job()], account(external=base(8 * BILLION)), under)
    found = of(made, f"{JOB}/bot")

    assert found.cost is not None
    assert (1.2, True) == (found.cost.usd_high, bool(found.blocked_by))
    assert () == total_costs(made)


def test_a_cost_without_a_high_end_fits_no_budget() -> None:
    under = context(Policy(budget_usd=1_000), prices=PRICES)
    own = job(spec={"jinjaTemplate": "{{ messages }}"})
    said = of(plan([rows("chat"), own], account(external=base(8 * BILLION)), under), f"{JOB}/bot")

    assert ("what the plan costs is not known, policy.budgetUsd is $1,000.00",) == said.blocked_by


@pytest.mark.parametrize(("usd", "refused"), [(0.49, True), (0.5, False)])
def test_allowed_spending_is_held_to_the_low_end_where_there_is_no_high_one(
    usd: float, refused: bool
) -> None:
    under = context(prices=PRICES, allow=Allow(spend_usd=usd))
    own = job(spec={"jinjaTemplate": "{{ messages }}"})

    made = plan([rows("chat"), own], account(external=base(8 * BILLION)), under)

    assert refused == made.refused


def test_a_limit_below_a_cent_is_shown_as_it_is() -> None:
    under = context(Policy(budget_usd=0.005), prices=PRICES)
    made = plan([rows("chat", 15_000), job()], account(external=base(8 * BILLION)), under)

    assert not made.refused

    made = plan([rows("chat", 30_000), job()], account(external=base(8 * BILLION)), under)

    assert ("the plan may cost $0.006, policy.budgetUsd is $0.005",) == of(
        made, f"{JOB}/bot"
    ).blocked_by


@pytest.mark.parametrize(
    ("longest", "tokens"),
    [
        ((600_000,), 8192 + 900_000),
        ((6_000,), 1_000_000),
        ((600_000, 300_000), 2 * 8192 + 850_000 * 8192 / 50_000),
    ],
    ids=["one is too long", "none is", "all may be"],
)
def test_rows_that_are_cut_are_paid_for_as_far_as_they_are_read(
    longest: tuple[int, ...], tokens: float
) -> None:
    pairs = tuple((size, row) for row, size in enumerate(longest, 1))
    pairs += ((600, 9),) * (len(longest) == 1)
    seen = RowSummary(tokens=of_bytes(6_000_000), longest=pairs)
    brought = dataset(brings=replace(files("chat.jsonl", size=6_000_000), summary=seen))
    found = said_of(brought, job())

    assert tokens * 0.5 / 1_000_000 == pytest.approx(found.usd_low)
    assert 1.2 == found.usd_high


def test_a_chat_template_may_begin_every_row() -> None:
    many = dataset(brings=files("chat.jsonl", size=6_000_000, rows=100_000))
    shown = plan([many, job()], account(external=base(8 * BILLION)), context(prices=PRICES))
    said = of(shown, f"{JOB}/bot").cost

    assert said is not None
    assert (0.5, (2_400_000 + 100_000 * PREAMBLE) * 0.5 / 1_000_000) == (
        said.usd_low,
        said.usd_high,
    )


def test_what_was_seen_in_the_rows_is_a_better_guess_than_their_bytes() -> None:
    seen = replace(files("chat.jsonl"), summary=RowSummary(tokens=Guess(2_000_000, 3_000_000)))
    shown = plan([dataset(brings=seen), job()], account(external=base(8 * BILLION)))
    said = of(shown, f"{JOB}/bot").cost

    assert said is not None
    assert said.basis.startswith("2.0M to 3.0M tokens guessed from the bytes")


def test_the_platform_s_own_count_makes_one_number() -> None:
    said = cost(tokens=4_000_000)

    assert (4.0, 4.0) == (said.usd_low, said.usd_high)


@pytest.mark.parametrize("said", ["many", "-5", -5, "1e9", {"tokens": 5}, [5]])
def test_a_count_that_is_none_is_not_believed(said: Any) -> None:
    assert cost() == cost(tokens=said)
    assert "unknown: the size of the base model is not known" == cost(parameters=said).basis


def test_what_a_tokenizer_counted_takes_the_place_of_the_bytes() -> None:
    said = counted_cost({"chat": TokenCount(3_000_000, 3_100_000, "counted with it")})

    assert (3.0, 3.1) == (said.usd_low, said.usd_high)
    assert said.basis.startswith("3.0M to 3.1M tokens counted with it x 2 epochs")


def test_the_platform_s_count_stands_above_a_tokenizer_s() -> None:
    platform = live("Dataset/chat", format="CHAT", estimatedTokenCount=4_000_000)
    said = counted_cost({"chat": TokenCount(3_000_000, 3_000_000, "counted with it")}, platform)

    assert (4.0, 4.0) == (said.usd_low, said.usd_high)


def test_an_older_job_pays_for_each_of_its_datasets() -> None:
    said = older_cost(rows("one"), rows("two"))

    assert (2.0, 4.8) == pytest.approx((said.usd_low, said.usd_high), rel=1e-4)
    basis = "2.0M to 4.8M tokens of 2 datasets, guessed from the bytes x 2 epochs"
    assert said.basis.startswith(basis)


def test_what_a_template_writes_around_every_row_is_paid_for() -> None:
    seen = replace(files("chat.jsonl", rows=1_000_000), summary=RowSummary(tokens=Guess(1, 2)))
    text = {"inputTemplate": "y" * 25 + "{question}", "outputTemplate": "{answer}"}
    spec = {"baseModel": BASE, "dataset": "chat", "textCompletion": text}
    made = plan(
        [dataset(brings=seen), manifest(f"{OLD_JOB}/bot", spec)],
        account(external=base(8 * BILLION)),
        context(prices=PRICES),
    )
    said = of(made, f"{OLD_JOB}/bot").cost

    assert said is not None
    assert (25 + len("{question}{answer}")) / 2.5 * 0.5 == pytest.approx(said.usd_high)


def test_datasets_known_in_different_ways_name_each_way() -> None:
    platform = live("Dataset/two", format="CHAT", estimatedTokenCount=4_000_000)
    said = older_cost(rows("one"), rows("two"), platform)

    assert (5.0, 6.4) == pytest.approx((said.usd_low, said.usd_high), rel=1e-4)
    assert (
        " tokens of 2 datasets, guessed from the bytes and as the platform counts x" in said.basis
    )


def test_one_dataset_of_unknown_size_makes_the_whole_unknown() -> None:
    elsewhere = manifest("Dataset/two", {"format": "CHAT", "externalUrl": "gs://bucket/rows.jsonl"})

    assert (
        "unknown: the size of the dataset is not known"
        == older_cost(dataset("one"), elsewhere).basis
    )


def test_the_basis_names_tokens_epochs_price_and_the_day_of_the_price() -> None:
    said = cost(tokens=4_000_000)

    assert (
        "4.0M tokens as the platform counts x 2 epochs x $0.50 per million; prices of 2026-07-01"
        == said.basis
    )


def test_a_larger_model_costs_its_own_price() -> None:
    assert 24.0 == cost(parameters=70 * BILLION, tokens=4_000_000).usd_high


def test_a_model_beyond_the_table_is_unknown() -> None:
    said = cost(parameters=671 * BILLION, tokens=4_000_000)

    assert (None, None) == (said.usd_low, said.usd_high)
    assert "unknown: no price for a model of 671.0B parameters" == said.basis


def test_a_model_of_unknown_size_is_unknown() -> None:
    assert "unknown: the size of the base model is not known" == cost(parameters=0).basis


def test_a_run_whose_price_nobody_publishes_is_unknown_and_says_why() -> None:
    spec = {"dataset": "chat", "evaluator": EVALUATOR, "trainingConfig": {"baseModel": BASE}}
    judge = LiveResource("Evaluator", EVALUATOR, "ACTIVE", {})
    found = account(external={**base(8 * BILLION), EVALUATOR: judge})
    shown = plan([dataset(), manifest("ReinforcementFineTuningJob/bot", spec)], found)
    said = of(shown, "ReinforcementFineTuningJob/bot").cost

    assert said is not None
    assert said.basis.startswith("unknown: no price of reinforcement fine-tuning is published")


def test_a_budget_is_held_against_the_high_end() -> None:
    found = account(external=base(8 * BILLION))
    under = context(Policy(budget_usd=1.0), prices=PRICES)

    assert plan([rows("chat"), job(spec={"epochs": 1})], found, under).refused


def test_a_budget_that_is_enough_lets_the_run_pass() -> None:
    found = account(external=base(8 * BILLION))
    under = context(Policy(budget_usd=1.2), prices=PRICES)

    assert not plan([rows("chat"), job(spec={"epochs": 1})], found, under).refused


@pytest.mark.parametrize("table", [None, {}])
def test_without_a_table_the_built_in_one_counts(table: dict[str, Any] | None) -> None:
    assert Prices() == read_prices(table)


def test_a_table_overrides_only_what_it_names() -> None:
    prices = read_prices({"gpuHour": {"NVIDIA_H100_80GB": 4.0}, "asOf": "2026-11-01"})

    assert {**GPU_HOUR, "NVIDIA_H100_80GB": 4.0} == prices.gpu_hour
    assert Prices().training == prices.training


def test_training_prices_are_sorted_by_size() -> None:
    rows = [{"upToParameters": 80, "usd": 3}, {"upToParameters": 16, "usd": 0.5}]

    assert ((16, 0.5), (80, 3.0)) == read_prices({"trainingPerMillionTokens": rows}).training


ROWS_OF_A_TABLE = [{"upToParameters": 16, "usd": 3}]


@pytest.mark.parametrize(
    ("table", "training", "gpu"),
    [
        ({"asOf": "2026-11-01"}, "2025, built in", "2026, built in"),
        ({"asOf": "2026-11-01", "gpuHour": {GPU: 4.0}}, "2025, built in", "2026-11-01"),
        (
            {"asOf": "2026-11-01", "trainingPerMillionTokens": ROWS_OF_A_TABLE},
            "2026-11-01",
            "2026, built in",
        ),
        ({"gpuHour": {GPU: 4.0}}, "2025, built in", "reconciler.yaml, undated"),
    ],
    ids=["nothing", "an hour", "training", "undated"],
)
def test_a_price_is_as_old_as_the_table_that_names_it(
    table: dict[str, Any], training: str, gpu: str
) -> None:
    prices = read_prices(table)

    assert (training, gpu) == (prices.training_as_of, prices.gpu_hour_as_of(GPU))


@pytest.mark.parametrize(
    ("parameters", "usd"),
    [(1, 0.5), (16 * BILLION, 0.5), (16 * BILLION + 1, 3.0), (80 * BILLION, 3.0)],
)
def test_a_price_counts_up_to_the_size_it_names(parameters: int, usd: float) -> None:
    assert usd == PRICES.per_million_tokens(parameters)


def test_one_epoch_is_one_epoch() -> None:
    assert " x 1 epoch x " in cost(epochs=1).basis


def test_fewer_than_no_epochs_make_no_room_in_a_budget() -> None:
    assert (None, "unknown: -3 epochs") == (cost(epochs=-3).usd_high, cost(epochs=-3).basis)


def test_an_empty_dataset_makes_no_guess() -> None:
    assert "unknown: the size of the dataset is not known" == cost(size=0).basis


def test_a_dataset_of_another_account_counts_by_what_the_platform_says() -> None:
    far = "accounts/other/datasets/chat"
    rows = LiveResource("Dataset", far, "READY", {"estimatedTokenCount": "4000000"})
    found = account(external={**base(8 * BILLION), far: rows})
    shown = plan([job(spec={"dataset": far})], found, context(prices=PRICES))
    said = of(shown, f"{JOB}/bot").cost

    assert said is not None
    assert said.basis.startswith("4.0M tokens as the platform counts")


def test_another_dataset_s_bytes_say_nothing() -> None:
    far = "accounts/other/datasets/chat"
    found = account(external={**base(8 * BILLION), far: LiveResource("Dataset", far, "READY", {})})
    shown = plan([dataset(), job(spec={"dataset": far})], found, context(prices=PRICES))
    said = of(shown, f"{JOB}/bot").cost

    assert said is not None
    assert "unknown: the size of the dataset is not known" == said.basis


def test_a_model_of_the_account_itself_tells_its_size() -> None:
    own = live("Model/own", baseModelDetails={"parameterCount": str(8 * BILLION)})
    shown = plan(
        [
            rows("chat"),
            job(spec={"baseModel": own.name}),
        ],
        account(own, external={own.name: own}),
        context(prices=PRICES),
    )
    said = of(shown, f"{JOB}/bot").cost

    assert said is not None
    assert said.usd_high is not None


def test_a_model_that_a_job_has_yet_to_make_is_as_large_as_what_that_job_trains() -> None:
    first = job("first", {"outputModel": "first"})
    warm = {"dataset": "chat", "warmStartFrom": "first", "outputModel": "second"}
    second = manifest(f"{JOB}/second", warm)
    third = manifest(f"{JOB}/third", {**warm, "warmStartFrom": "second", "outputModel": "third"})
    made = plan([rows("chat"), first, second, third], account(external=base(8 * BILLION)))

    costs = [of(made, f"{JOB}/{name}").cost for name in ("first", "second", "third")]
    assert [(0.5, 1.2)] * 3 == [said and (said.usd_low, said.usd_high) for said in costs]


def test_a_manifest_that_describes_the_model_of_a_job_does_not_hide_the_job() -> None:
    first, described = job("first", {"outputModel": "first"}), manifest("Model/first", {})
    warm = {"dataset": "chat", "warmStartFrom": "first", "outputModel": "second"}
    made = plan(
        [rows("chat"), first, described, manifest(f"{JOB}/second", warm)],
        account(external=base(8 * BILLION)),
    )

    assert of(made, f"{JOB}/first").cost == of(made, f"{JOB}/second").cost


def test_a_tombstone_is_not_what_makes_the_model_of_its_name() -> None:
    gone = manifest(f"{JOB}/shared", absent=True)
    first = job("first", {"outputModel": "shared"})
    warm = {"dataset": "chat", "warmStartFrom": "shared", "outputModel": "second"}
    made = plan(
        [rows("chat"), gone, first, manifest(f"{JOB}/second", warm)],
        account(external=base(8 * BILLION)),
    )

    assert of(made, f"{JOB}/first").cost == of(made, f"{JOB}/second").cost


def adapters(*below: str) -> dict[str, LiveResource]:
    """A chain of models, each an adapter of the next, the last of a known size."""
    made = {
        name: LiveResource("Model", name, "READY", {"peftDetails": {"baseModel": following}})
        for name, following in pairwise(below)
    }
    size = {"baseModelDetails": {"parameterCount": str(8 * BILLION)}}
    return made | {below[-1]: LiveResource("Model", below[-1], "READY", size)}


@pytest.mark.parametrize(("between", "known"), [(["b"], True), (["b", "c"], False)])
def test_an_adapter_is_as_large_as_the_model_right_below_it(
    between: list[str], known: bool
) -> None:
    found = account(external=adapters(BASE, *between))
    shown = plan(
        [rows("chat"), job()],
        found,
        context(prices=PRICES),
    )
    said = of(shown, f"{JOB}/bot").cost

    assert said is not None
    assert known == (said.usd_high is not None)


@pytest.mark.parametrize(
    ("spec", "dollars"),
    [
        ({}, (0.0, 7.0)),
        ({"acceleratorCount": 2}, (0.0, 14.0)),
        ({"minReplicaCount": 2}, (14.0, 14.0)),
        ({"minReplicaCount": 1, "maxReplicaCount": 3}, (7.0, 21.0)),
        ({"maxReplicaCount": 0}, (0.0, 0.0)),
    ],
    ids=["one GPU, up to one replica", "two GPUs", "at least two", "one to three", "parked"],
)
def test_an_hour_costs_replicas_times_gpus(
    spec: dict[str, Any], dollars: tuple[float, float]
) -> None:
    served = {"baseModel": BASE, "acceleratorType": "NVIDIA_H100_80GB", **spec}
    said = of(plan([manifest("Deployment/chat", served)]), "Deployment/chat").cost

    assert said is not None
    assert dollars == (said.usd_low, said.usd_high)


@pytest.mark.parametrize("spec", [{"acceleratorCount": -2}, {"minReplicaCount": -1}], ids=list)
def test_an_hour_of_less_than_nothing_is_unknown(spec: dict[str, Any]) -> None:
    served = {"baseModel": BASE, "acceleratorType": "NVIDIA_H100_80GB", **spec}
    said = of(plan([manifest("Deployment/chat", served)]), "Deployment/chat").cost

    assert said is not None
    assert said.usd_high is None


def scaled(now: dict[str, Any], budget: float | None = None, **spec: Any) -> PlannedChange:
    """A deployment of one GPU, changed in place."""
    given = {"baseModel": BASE, "acceleratorType": "NVIDIA_H100_80GB"}
    record = live("Deployment/chat", **given, **now)
    served = manifest("Deployment/chat", {**given, **spec})
    shown = plan([served], account(record), context(Policy(budget_usd=budget)))
    return of(shown, "Deployment/chat")


@pytest.mark.parametrize(
    ("now", "spec", "dollars"),
    [
        ({"maxReplicaCount": 1}, {"maxReplicaCount": 3}, (0.0, 14.0)),
        ({"maxReplicaCount": 0}, {"maxReplicaCount": 2}, (0.0, 14.0)),
        ({"maxReplicaCount": 4}, {"minReplicaCount": 4}, (0.0, 28.0)),
        (
            {"maxReplicaCount": 1, "acceleratorCount": 2},
            {"minReplicaCount": 2, "maxReplicaCount": 2},
            (14.0, 28.0),
        ),
    ],
    ids=["at most more", "parked before", "at least more", "both, two GPUs each"],
)
def test_what_is_scaled_up_costs_that_much_more(
    now: dict[str, Any], spec: dict[str, Any], dollars: tuple[float, float]
) -> None:
    said = scaled(now, **spec)

    assert said.cost is not None
    assert dollars == (said.cost.usd_low, said.cost.usd_high)
    assert ("money",) == said.risk


def test_what_is_scaled_up_is_held_to_the_budget() -> None:
    said = scaled({"maxReplicaCount": 1}, budget=5, maxReplicaCount=3)

    assert ("the plan may cost $14.00, policy.budgetUsd is $5.00",) == said.blocked_by


@pytest.mark.parametrize(
    "spec", [{"maxReplicaCount": 1}, {"displayName": "Chat"}, {"minReplicaCount": 0}], ids=list
)
def test_what_is_not_scaled_up_costs_nothing_more(spec: dict[str, Any]) -> None:
    said = scaled({"minReplicaCount": 1, "maxReplicaCount": 3}, budget=0, **spec)

    assert (None, ()) == (said.cost, said.blocked_by)
