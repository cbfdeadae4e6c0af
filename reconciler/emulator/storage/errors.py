"""The errors of the storage half, in the XML dialect of GCS."""

from __future__ import annotations

from xml.sax.saxutils import escape


class StorageError(Exception):
    """An answer `<Error><Code>…</Code><Message>…</Message></Error>` with its HTTP status."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> bytes:
        """The XML text."""
        details = f"<Details>{escape(self.details)}</Details>" if self.details else ""
        text = (
            "<?xml version='1.0' encoding='UTF-8'?>"
            f"<Error><Code>{escape(self.code)}</Code>"
            f"<Message>{escape(self.message)}</Message>{details}</Error>"
        )
        return text.encode()


CODES = {
    400: ("InvalidArgument", "Invalid argument."),
    403: ("AccessDenied", "Access denied."),
    404: ("NoSuchKey", "The specified key does not exist."),
    410: ("Gone", "The upload session is gone."),
    412: ("PreconditionFailed", "A precondition you specified did not hold."),
    429: ("SlowDown", "Reduce your request rate."),
    500: ("InternalError", "We encountered an internal error. Please try again."),
    503: ("ServiceUnavailable", "Service unavailable. Please retry."),
}
"""HTTP status to the code and message that GCS sends with it."""


def plain(status: int, message: str = "") -> StorageError:
    """The usual error of an HTTP status."""
    code, text = CODES.get(status, ("InternalError", "Error"))
    return StorageError(status, code, message or text)


def expired(at: str) -> StorageError:
    """400 ExpiredToken, as live captures show it (not 403). at: when it ran out, RFC 3339."""
    text = f"Request signature expired at: {at}"
    return StorageError(400, "ExpiredToken", "The provided token has expired.", text)
