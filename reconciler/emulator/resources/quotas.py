"""Quotas: read-only here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.resources.collection import Collection, IdFrom
from reconciler.emulator.schema import Field, Message, Role, Scalar, many

if TYPE_CHECKING:
    from reconciler.emulator.platform import Platform

MESSAGE = Message(
    "Quota",
    (
        Field("name", Scalar.STRING, Role.OUTPUT),
        *many(Scalar.INT64, Role.OUTPUT, "value maxValue"),
        Field("usage", Scalar.DOUBLE, Role.OUTPUT),
        Field("updateTime", Scalar.TIMESTAMP, Role.OUTPUT),
    ),
)


def seed(platform: Platform) -> None:
    """The two that firectl's pages name, with the defaults of the rate-limits docs."""
    values = {"monthly-spend-usd": "500", "serverless-inference-rpm": "6000"}
    for identifier, value in values.items():
        name = f"accounts/{platform.account}/quotas/{identifier}"
        if platform.store.find(name) is None:
            platform.add(name, {"value": value, "maxValue": value, "usage": 0})


COLLECTION = Collection(
    segment="quotas",
    noun="Quota",
    message=MESSAGE,
    id_from=IdFrom.SERVER,
    create=False,
    patch=False,
    remove=False,
    seeds=seed,
)
