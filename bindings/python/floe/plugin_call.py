"""What a method of a Python plugin works with: Call, PluginError and the types of its values."""

from typing import Any, Dict, Optional, Protocol

# A JSON document as json.loads gives it: dict, list, str, int, float, bool or None.
Json = Any


class ArrowStream(Protocol):
    """Rows: anything with the Arrow PyCapsule interface, for example pyarrow.Table or polars.DataFrame."""

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object: ...


class Call(Protocol):
    """One call of one method. Valid until the method returns or, when it returned rows, until those are consumed."""

    def cancelled(self) -> bool:
        """Whether the caller no longer wants the result; a method returns within 1 s of that."""

    def deadline_unix_ns(self) -> Optional[int]:
        """When the caller stops waiting, in nanoseconds since the Unix epoch; None = never."""

    def progress(self, done: float, total: float, message: str = "") -> bool:
        """Reports progress; True when the call is cancelled, so a loop needs only this."""

    def log(self, level: int, target: str, message: str) -> None:
        """One line of log; level is one of floe.abi.FLOE_LOG_*, target a dotted component name."""

    def traceparent(self) -> str:
        """The W3C trace context of the call, or ""."""


class PluginError(Exception):
    """Raised by a method: the status says what the caller does next (floe.abi.FLOE_NOT_FOUND and others)."""

    def __init__(self, status: int, message: str, details: Optional[Dict[str, str]] = None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details or {}
