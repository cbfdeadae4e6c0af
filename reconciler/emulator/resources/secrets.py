"""Secrets: the client names them whole, and their value never comes back."""

from __future__ import annotations

from reconciler.emulator.resources.collection import Collection, IdFrom
from reconciler.emulator.schema import Field, Message, Role, Scalar

MESSAGE = Message(
    "Secret",
    (
        Field("name", Scalar.STRING, Role.OUTPUT),
        Field("keyName", Scalar.STRING),
        Field("value", Scalar.STRING, Role.WRITE_ONLY),
    ),
    required=("keyName",),
)

COLLECTION = Collection(
    segment="secrets", noun="Secret", message=MESSAGE, id_from=IdFrom.NAME, id_key="name"
)
