"""What a method of a Python plugin works with: Call, PluginError and the types of its values."""

from __future__ import annotations

from typing import Any, ContextManager, Dict, Optional, Protocol, Type, TypeVar

# A JSON document as json.loads gives it: dict, list, str, int, float, bool or None.
Json = Any
# What a method gives for a handle: any object. The methods that take the handle get this object again.
Handle = Any


class ArrowStream(Protocol):
    """Rows: anything with the Arrow PyCapsule interface, for example pyarrow.Table or polars.DataFrame."""

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object: ...


class Service:
    """A host service for the time of one call (floe.host_services)."""

    ID: str

    def __init__(self, call: Any, service: int):
        raise NotImplementedError


S = TypeVar("S", bound=Service)


class Span(Protocol):
    """A part of a call in its trace."""

    def set(self, key: str, value: str) -> None:
        """An attribute; never a secret."""


class Call(Protocol):
    """One call of one method. Valid until the method returns or, when it returned rows, until those are consumed. It
    serves the thread of the method."""

    def cancelled(self) -> bool:
        """Whether the caller no longer wants the result; a method returns within 1 s of that."""

    def deadline_unix_ns(self) -> Optional[int]:
        """When the caller stops waiting, in nanoseconds since the Unix epoch; None = never."""

    def remaining(self) -> Optional[float]:
        """Seconds until the deadline, 0.0 behind it; None = there is none. What a client library takes as its timeout."""

    def check(self) -> None:
        """Raises the PluginError of a call that was cancelled or is late; for loops."""

    def wait(self, seconds: float) -> None:
        """Sleeps, but no longer than the call wants its result: a cancel wakes it and raises, as `check` does."""

    def progress(self, done: float, total: float, message: str = "") -> bool:
        """Reports progress; True when the call is cancelled, so a loop needs only this."""

    def log(self, level: int, target: str, message: str) -> None:
        """One line of log; level is one of floe.abi.FLOE_LOG_*, target a dotted component name. `print` does it too."""

    def traceparent(self) -> str:
        """The W3C trace context of the call, or ""."""

    def span(self, name: str) -> ContextManager[Span]:
        """A part of the call in its trace, for `with`."""

    def service(self, kind: Type[S]) -> S:
        """A service of the host, for example floe.host_services.HostHttp, for this call. PluginError (FLOE_PERMISSION)
        when `services` of plugin.json does not name it, or the platform denies it."""


class PluginError(Exception):
    """Raised by a method: the status says what the caller does next (floe.abi.FLOE_NOT_FOUND and others). Services of
    the host raise it too."""

    def __init__(self, status: int, message: str, details: Optional[Dict[str, str]] = None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details or {}
