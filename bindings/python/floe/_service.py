"""HostService: what the generated classes of floe.host_services do with their tables."""

from __future__ import annotations

import ctypes
from typing import Any, List, Tuple, Type

from floe import _values, abi
from floe.host_call import HostCall, Sink
from floe.plugin_call import PluginError, Service
from floe.plugins import Method


class HostService(Service):
    """A service of the host for the time of one call."""

    TABLE: Type[ctypes.Structure]
    METHODS: Tuple[Method, ...]

    def __init__(self, call: Any, service: int):
        found = abi.floe_service.from_address(service)
        self._call: HostCall = call
        self._self = found.self
        self._table: Any = self.TABLE.from_address(found.table)

    def _run(self, method: Method, *given: Any) -> Any:
        field: Any = getattr(self.TABLE, method.name)
        if field.offset + field.size > self._table.struct_size or not getattr(self._table, method.name):
            raise PluginError(abi.FLOE_UNSUPPORTED, f"the host's {self.ID} has no {method.name}")
        call = self._call
        arguments: List[Any] = [self._self, ctypes.byref(call.host), call.address]
        for value, one in zip(method.inputs, given):
            if value.kind in _values.TEXT:
                data = _values.write_text(value, one)
                arguments += [data, len(data)]
            elif value.kind == "arrow":
                rows = abi.ArrowArrayStream() if one is None else _stream(one)  # moved, also when the call fails
                arguments.append(ctypes.byref(rows))
            else:
                arguments.append(one)
        return self._finish(method, arguments)

    def _finish(self, method: Method, arguments: List[Any]) -> Any:
        outs = [_Out(value.kind, self._call.host) for value in method.outputs]
        try:
            status = getattr(self._table, method.name)(*arguments, *(out.argument() for out in outs))
            if status != abi.FLOE_OK:
                message, details = self._call.take_error()
                raise PluginError(status, message, details)
            results = [_result(value, out) for value, out in zip(method.outputs, outs)]
        finally:
            for out in outs:
                out.close()
        return None if not results else results[0] if len(results) == 1 else tuple(results)


class _Out:
    """Where a result of one kind goes."""

    def __init__(self, kind: str, host: Any):
        self.sink = Sink(host) if kind in _values.TEXT else None
        self.stream = abi.ArrowArrayStream() if kind == "arrow" else None
        self.number = ctypes.c_uint64()

    def argument(self) -> Any:
        if self.sink is not None:
            return self.sink.address
        return ctypes.byref(self.number if self.stream is None else self.stream)

    def close(self) -> None:
        if self.sink is not None:
            self.sink.__exit__()


def _stream(rows: Any) -> Any:
    from floe._arrow import from_object

    return from_object(rows)


def _result(value: Any, out: _Out) -> Any:
    if out.sink is not None:
        return _values.read_text(value, out.sink.bytes())
    return out.number.value if out.stream is None else _values.take_stream(ctypes.pointer(out.stream))
