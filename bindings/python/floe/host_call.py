"""HostCall: floe_host and one floe_call as the `Call` that methods of a plugin get."""

from __future__ import annotations

import contextvars
import ctypes
import threading
import time
from typing import Any, Dict, Optional, Type, TypeVar

from floe import abi
from floe.plugin_call import PluginError, Service

NEVER = (1 << 63) - 1
_LONGEST_LINE = 200  # bytes of the first line of an error

S = TypeVar("S", bound=Service)

# The call whose method runs here: what it prints goes to the log of this one.
current: "contextvars.ContextVar[Optional[HostCall]]" = contextvars.ContextVar("floe_call", default=None)


class Sink:
    """A receiver for results of calls that the plugin makes itself."""

    def __init__(self, host: Any):
        self._host = host
        self.address = host.make_sink(host.ctx)
        if not self.address:
            raise MemoryError("the host has no memory for a result")

    def __enter__(self) -> "Sink":
        return self

    def __exit__(self, *_: object) -> None:
        self._host.drop_sink(self.address)

    def bytes(self) -> bytes:
        data, length = ctypes.c_void_p(), ctypes.c_size_t()
        self._host.sink_bytes(self.address, ctypes.byref(data), ctypes.byref(length))
        return ctypes.string_at(data, length.value) if length.value else b""


class HostCall:
    """See floe.plugin_call.Call. `host` is the floe_host of the plugin, `address` the floe_call."""

    def __init__(self, host: Any, address: Optional[int]):
        self.host = host
        self._address = address
        self._event: Optional[threading.Event] = None
        self._wake: Any = None
        self._printed = ""

    @property
    def address(self) -> int:
        if self._address is None:
            raise PluginError(abi.FLOE_INVALID_STATE, "the call is over: its method has returned")
        return self._address

    def cancelled(self) -> bool:
        return bool(self.host.is_cancelled(self.address))

    def deadline_unix_ns(self) -> Optional[int]:
        deadline: int = self.host.deadline_unix_ns(self.address)
        return None if deadline == NEVER else deadline

    def remaining(self) -> Optional[float]:
        deadline = self.deadline_unix_ns()
        return None if deadline is None else max(0.0, (deadline - time.time_ns()) / 1e9)

    def check(self) -> None:
        if self.cancelled():
            raise PluginError(abi.FLOE_CANCELLED, "the call was cancelled")
        if self.remaining() == 0.0:
            raise PluginError(abi.FLOE_TIMEOUT, "the deadline of the call is over")

    def wait(self, seconds: float) -> None:
        left = self.remaining()
        self._cancel_event().wait(seconds if left is None else min(seconds, left))
        self.check()

    def progress(self, done: float, total: float, message: str = "") -> bool:
        text = message.encode()
        return bool(self.host.progress(self.address, done, total, text, len(text)))

    def log(self, level: int, target: str, message: str) -> None:
        text = message.encode("utf-8", "replace")
        self.host.log(self.host.ctx, self.address, level, target.encode(), text, len(text))

    def print(self, text: str) -> None:
        """What goes to stdout while the method runs: whole lines to the log."""
        *lines, self._printed = (self._printed + text).split("\n")
        for line in lines:
            if line.strip():
                self.log(abi.FLOE_LOG_INFO, "python.print", line)

    def traceparent(self) -> str:
        out = ctypes.create_string_buffer(56)
        return "" if self.host.traceparent(self.address, out) else out.value.decode()

    def span(self, name: str) -> "Span":
        return Span(self, name)

    def service(self, kind: Type[S]) -> S:
        found = self.host.get_service(self.host.ctx, kind.ID.encode())
        if not found:
            raise PluginError(abi.FLOE_PERMISSION, f"the host does not give the plugin {kind.ID}; `services` of plugin.json has to name it")
        return kind(self, found)

    def fail(self, status: int, message: str, details: Dict[str, str]) -> int:
        """Puts an error into the call's slot; the status, for the method to return."""
        if not isinstance(status, int) or not abi.FLOE_OK < status <= abi.FLOE_PANIC:
            details = {**details, "floe.status": str(status)}
            status = abi.FLOE_INTERNAL
        head, newline, rest = (str(message) if message else "no reason is given").partition("\n")
        text = _cut(head) + (newline + rest).encode("utf-8", "replace")
        for name, value in details.items():
            data = str(value).encode("utf-8", "replace")
            self.host.add_error_detail(self.address, str(name).encode("utf-8", "replace"), data, len(data))
        self.host.set_error(self.address, status, text, len(text))
        return int(status)

    def take_error(self) -> "tuple[str, Dict[str, str]]":
        """Message and details of the error slot, which is empty then."""
        import json

        with Sink(self.host) as sink:
            self.host.call_error(self.address, sink.address)
            said = json.loads(sink.bytes() or b"{}")
        self.host.clear_error(self.address)
        details = said.get("details") or {}
        flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in details.items()}
        return said.get("message") or "no reason is given", flat

    def end(self) -> None:
        """The method returns: what a plugin keeps of the call is of no use any more."""
        try:
            self.print("\n")
            if self._wake is not None:
                self.host.on_cancel(self.address, abi.floe_wake(), id(self))
        finally:
            self._address = None

    def _cancel_event(self) -> threading.Event:
        if self._event is None:
            event = self._event = threading.Event()
            self._wake = abi.floe_wake(lambda _: event.set())
            self.host.on_cancel(self.address, self._wake, id(self))
        return self._event


class Span:
    """A part of a call in its trace: `with call.span("vault.read") as span: span.set("path", path)`."""

    def __init__(self, call: HostCall, name: str):
        self._call, self._name, self._span = call, name, 0

    def __enter__(self) -> "Span":
        self._span = self._call.host.begin_span(self._call.address, self._name.encode())
        return self

    def set(self, key: str, value: str) -> None:
        data = str(value).encode("utf-8", "replace")
        self._call.host.span_attr(self._span, key.encode(), data, len(data))

    def __exit__(self, kind: Any, error: Any, _: object) -> None:
        self._call.host.end_span(self._span, 0 if kind is None else getattr(error, "status", abi.FLOE_INTERNAL))


def _cut(line: str) -> bytes:
    data = line.encode("utf-8", "replace")
    return data if len(data) <= _LONGEST_LINE else data[:_LONGEST_LINE - 3].decode("utf-8", "ignore").encode() + b"..."

