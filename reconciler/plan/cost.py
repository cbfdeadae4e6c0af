"""What a change costs, as a range with its basis; what nobody here can tell stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.diff.change import Action
from reconciler.kinds.cost_rule import HourlyCost, TrainingCost, UnknownCost
from reconciler.kinds.value_at import value_at
from reconciler.live.said import count
from reconciler.plan.plan import Cost
from reconciler.plan.sizes import exact_usd
from reconciler.plan.tokens import tokens_words, trained_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.desired.resource import Resource
    from reconciler.diff.change import Change
    from reconciler.kinds.kind import Kind
    from reconciler.kinds.row_use import RowUse
    from reconciler.live.state import LiveResource
    from reconciler.plan.guards import Facts

MILLION = 1_000_000
PUBLISHED = "accounts/fireworks/"
"""The catalogue's account: what its models say of chats is what guesses of tokens were made by."""
PAYING = (Action.RUN, Action.REPLACE)
"""What makes something anew, so that a paid kind costs."""


def cost(change: Change, kind: Kind, facts: Facts) -> Cost | None:
    """None for what costs nothing: only making something of a paid kind does, and more of it."""
    if not kind.paid or change.refusals:
        return None
    rule = kind.cost
    if change.action is Action.UPDATE and isinstance(rule, HourlyCost):
        return _scaled(change, rule, facts)
    if change.action not in PAYING:
        return None
    if rule is None or isinstance(rule, UnknownCost):
        return _unknown(rule.why if rule else "no price is known for this kind")
    if isinstance(rule, TrainingCost):
        return _training(change, kind, rule, facts)
    return _hourly(change.resource.spec, rule, facts)


def _training(change: Change, kind: Kind, rule: TrainingCost, facts: Facts) -> Cost:
    spec, use = change.resource.spec, kind.rows
    models = list(_trained_models(change.resource, rule, facts))
    parameters = next((size for model in models if (size := _parameters(model))), None)
    if parameters is None:
        return _unknown("the size of the base model is not known")
    prices = facts.context.prices
    price = prices.per_million_tokens(parameters)
    if price is None:
        return _unknown(f"no price for a model of {parameters / 1e9:.1f}B parameters")
    images = any(model.body.get(rule.images) for model in models)
    each = trained_tokens(change.resource, use, facts, images=images) if use else []
    found = [tokens for tokens in each if tokens is not None]
    if not found or len(found) < len(each):
        return _unknown("the size of the dataset is not known")
    epochs = float(value_at(spec, rule.epochs) or rule.default_epochs)
    if epochs < 0:
        return _unknown(f"{epochs:g} epochs")  # the schema only warns (contract 8)
    low, high = (
        sum(ends) * epochs * price / MILLION
        for ends in zip(*((one.low, one.high) for one in found), strict=True)
    )
    template = _own_template(spec, use, models, rule)
    times = f"{epochs:g} {'epoch' if epochs == 1 else 'epochs'}"
    tokens = tokens_words(found, unbounded=bool(template))
    more = f"{template} may add any number; " if template else ""
    dated = f"{more}prices of {prices.training_as_of}"
    basis = f"{tokens} x {times} x {exact_usd(price)} per million; {dated}"
    return Cost(low, None if template else high, basis)


def _trained_models(job: Resource, rule: TrainingCost, facts: Facts) -> Iterator[LiveResource]:
    """The model that is trained; after an adapter, the model right below it. Of one that a job has
    yet to make, what that job trains."""
    name = _start(job.spec, rule)
    while _live(name, facts) is None:  # ends: references run in no circle
        maker = _maker(name, job, facts)
        made_by = facts.kinds[maker.ref.kind].cost if maker else None
        if maker is None or not isinstance(made_by, TrainingCost):
            return
        job, name = maker, _start(maker.spec, made_by)
    for _ in range(2):
        live = _live(name, facts)
        if live is None:
            return
        yield live
        name = str(value_at(live.body, "peftDetails.baseModel") or "")


def _maker(name: str, job: Resource, facts: Facts) -> Resource | None:
    """The job that makes a model for another one, which refers to it, or to a manifest that
    describes the model. Looked for among those alone: there may be thousands of jobs."""
    needed = list(_needed(job, facts))
    described = (one for model in needed if model.name == name for one in _needed(model, facts))
    return next((one for one in (*needed, *described) if one.output_model == name), None)


def _needed(resource: Resource, facts: Facts) -> Iterator[Resource]:
    return (facts.changes[ref].resource for ref in resource.depends_on if ref in facts.changes)


def _live(name: str, facts: Facts) -> LiveResource | None:
    return facts.live.get(name) or facts.live.external.get(name)


def _start(spec: Mapping[str, Any], rule: TrainingCost) -> str:
    """The full name of the model that a job starts from, "" where it names none."""
    return next((str(found) for path in rule.models if (found := value_at(spec, path))), "")


def _parameters(model: LiveResource) -> int:
    """The size of a model; 0 when it does not say."""
    details = value_at(model.body, "baseModelDetails")
    return count(details, "parameterCount") if isinstance(details, dict) else 0


def _own_template(
    spec: Mapping[str, Any], use: RowUse | None, models: Sequence[LiveResource], rule: TrainingCost
) -> str:
    """Where a chat template stands that nobody has published, "" where none does. It is a program:
    what it says of a row has no end that could be told without running it."""
    if use is None or use.written_by(spec):  # the job writes its texts without any
        return ""
    if path := use.own_chat_template(spec):
        return path
    ours = (m for m in models if not m.name.startswith(PUBLISHED))
    own = next((m for m in ours if value_at(m.body, rule.template)), None)
    return f"{own.kind}/{own.id}'s {rule.template}" if own else ""


def _hourly(spec: Mapping[str, Any], rule: HourlyCost, facts: Facts) -> Cost:
    rate = _gpu_hour(spec, rule, facts)
    if isinstance(rate, Cost):
        return rate
    price, dated = rate
    least, most = _replicas(spec, rule)
    gpus = int(value_at(spec, rule.count) or 1)
    if gpus < 0 or least < 0:
        return _unknown(f"{least} replicas of {gpus} accelerators")
    hour = price * gpus
    basis = f"an hour of {least} to {most} replicas at {exact_usd(hour)}; {dated}"
    return Cost(least * hour, most * hour, basis, per_hour=True)


def _scaled(change: Change, rule: HourlyCost, facts: Facts) -> Cost | None:
    """What an hour costs more than it does now; None where it costs no more."""
    now = change.live.body if change.live else {}
    then = {**now, **{one.path: one.after for one in change.fields}}
    pair = (_running(now, rule), _running(then, rule))
    more = [after - before for before, after in zip(*pair, strict=True)]
    low, high = max(min(more), 0), max(more)
    if high <= 0:
        return None
    rate = _gpu_hour(now, rule, facts)
    if isinstance(rate, Cost):
        return rate
    price, dated = rate
    basis = f"an hour of {low} to {high} more accelerators at {exact_usd(price)}; {dated}"
    return Cost(low * price, high * price, basis, per_hour=True)


def _gpu_hour(
    fields: Mapping[str, Any], rule: HourlyCost, facts: Facts
) -> tuple[float, str] | Cost:
    """US dollars for an hour of an accelerator and how old they are; an unknown cost where there
    is no price."""
    accelerator, prices = str(value_at(fields, rule.accelerator) or ""), facts.context.prices
    price = prices.gpu_hour.get(accelerator)
    if price is None:
        return _unknown(f"no price for {accelerator or 'a deployment without acceleratorType'}")
    return price, f"prices of {prices.gpu_hour_as_of(accelerator)}"


def _running(fields: Mapping[str, Any], rule: HourlyCost) -> tuple[int, int]:
    """The accelerators that run, at least and at most."""
    least, most = _replicas(fields, rule)
    each = count(fields, rule.count) or 1
    return least * each, most * each


def _replicas(fields: Mapping[str, Any], rule: HourlyCost) -> tuple[int, int]:
    """How many run, at least and at most: without a maximum one, or the minimum (fact sheet 9.2).
    A maximum of none parks the deployment."""
    least, most = value_at(fields, rule.min_replicas), value_at(fields, rule.max_replicas)
    least = least if isinstance(least, int) else 0
    return least, max(most if isinstance(most, int) else 1, least)


def _unknown(why: str) -> Cost:
    return Cost(None, None, f"unknown: {why}")
