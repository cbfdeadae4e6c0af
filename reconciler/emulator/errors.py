"""The errors of the control plane: gRPC codes with the HTTP status each one maps to."""

from __future__ import annotations

HTTP_STATUS = {
    1: 499,
    2: 500,
    3: 400,
    4: 504,
    5: 404,
    6: 409,
    7: 403,
    8: 429,
    9: 400,
    10: 409,
    11: 400,
    12: 501,
    13: 500,
    14: 503,
    15: 500,
    16: 401,
}
"""gRPC code to HTTP status, as grpc-gateway maps them."""

GRPC_CODE = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 409: 6, 412: 9, 429: 8}
"""The usual gRPC code behind an HTTP status, for injected faults."""


class ApiError(Exception):
    """An answer that is an error: `{code, message, details: []}` with its HTTP status."""

    def __init__(self, code: int, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = HTTP_STATUS[code] if status is None else status

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        return {"code": self.code, "message": self.message, "details": []}


def invalid(message: str) -> ApiError:
    """400, code 3: the request itself is wrong."""
    return ApiError(3, message)


def not_found(what: str) -> ApiError:
    """404, code 5."""
    return ApiError(5, f"{what} not found")


def already_exists(what: str) -> ApiError:
    """409, code 6, with the literal that the published upload script promises."""
    return ApiError(6, f"ALREADY_EXISTS: {what} already exists")


def failed_precondition(message: str) -> ApiError:
    """400, code 9, with the literal that the published upload script looks for."""
    return ApiError(9, f"FAILED_PRECONDITION: {message}")


def denied(message: str = "") -> ApiError:
    """403, code 7; the live service sends an empty message."""
    return ApiError(7, message)


def method_not_allowed(message: str = "Method Not Allowed") -> ApiError:
    """405, code 12."""
    return ApiError(12, message, status=405)


def code_for(status: int) -> int:
    """The gRPC code to send with an injected HTTP `status`."""
    return GRPC_CODE.get(status, 14 if status in (502, 503, 504) else 2)
