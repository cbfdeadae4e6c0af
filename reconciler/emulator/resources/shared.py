"""Messages and enums that several collections use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.schema import Field, Message, Role, Scalar, enum, many

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json

STATUS = Message(
    "Status",
    (
        Field(
            "code",
            enum(
                "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS "
                "PERMISSION_DENIED UNAUTHENTICATED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED "
                "OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS"
            ),
        ),
        Field("message", Scalar.STRING),
    ),
)

PRECISION = enum(
    "PRECISION_UNSPECIFIED FP16 FP8 FP8_MM FP8_AR FP8_MM_KV_ATTN FP8_KV FP8_MM_V2 FP8_V2 "
    "FP8_MM_KV_ATTN_V2 NF4 FP4 BF16 FP4_BLOCKSCALED_MM FP4_MX_MOE"
)

REGION = enum(
    "REGION_UNSPECIFIED US_IOWA_1 US_VIRGINIA_1 US_VIRGINIA_2 US_ILLINOIS_1 AP_TOKYO_1 "
    "EU_LONDON_1 US_ARIZONA_1 US_TEXAS_1 US_ILLINOIS_2 EU_FRANKFURT_1 US_TEXAS_2 EU_PARIS_1 "
    "EU_HELSINKI_1 US_NEVADA_1 EU_ICELAND_1 EU_ICELAND_2 US_WASHINGTON_1 US_WASHINGTON_2 "
    "EU_ICELAND_DEV_1 US_WASHINGTON_3 US_ARIZONA_2 AP_TOKYO_2 US_CALIFORNIA_1 US_MISSOURI_1 "
    "US_UTAH_1 US_TEXAS_3 US_ARIZONA_3 US_GEORGIA_1 US_GEORGIA_2 US_WASHINGTON_4 US_GEORGIA_3 "
    "NA_BRITISHCOLUMBIA_1 US_GEORGIA_4 EU_ICELAND_3 US_OHIO_1 US_NEWYORK_1"
)

FORMAT = enum("FORMAT_UNSPECIFIED CHAT COMPLETION RL")

OUTPUTS = (
    Field("name", Scalar.STRING, Role.OUTPUT),
    *many(Scalar.TIMESTAMP, Role.OUTPUT, "createTime updateTime"),
    Field("status", STATUS, Role.OUTPUT),
)
"""Fields of nearly every resource."""

JOB_OUTPUTS = tuple(field for field in OUTPUTS if field.name != "updateTime")
"""The same for preference and reinforcement jobs, which do not tell when they changed."""


def status(code: str, message: str = "") -> Json:
    """The value of a resource's `status`: the code is a string here."""
    return {"code": code, "message": message}
