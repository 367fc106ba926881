"""Values between C and Python, by their kind in the specification: both ways of the methods of plugins, and of services."""

from __future__ import annotations

import ctypes
import inspect
import json
from typing import Any, List, Tuple

from floe import abi
from floe.plugin_call import PluginError

TEXT = ("str", "json", "bytes")


def refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def parse_json(data: bytes) -> Any:
    """ValueError when it is none."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read_text(value: Any, data: bytes) -> Any:
    """The Python object of a str, json or bytes; PluginError when the caller must not give it."""
    if value.kind == "bytes":
        return data
    try:
        if value.kind == "str":
            return data.decode("utf-8")
        document = parse_json(data)
    except ValueError:
        what = "UTF-8" if value.kind == "str" else "JSON"
        raise PluginError(abi.FLOE_INVALID_ARGUMENT, f"`{value.name}` is no {what}") from None
    wanted = {"object": dict, "array": list}.get(value.root or "")
    if wanted is not None and not isinstance(document, wanted):
        raise PluginError(abi.FLOE_INVALID_ARGUMENT, f"`{value.name}` must be a JSON {value.root}")
    return document


def write_text(value: Any, given: Any) -> bytes:
    """The bytes of a str, json or bytes; TypeError or ValueError when the object does not fit."""
    if value.kind == "json":
        return write_json(value, given)
    wanted = str if value.kind == "str" else (bytes, bytearray, memoryview)
    if not isinstance(given, wanted):
        raise TypeError(f"`{value.name}` is {type(given).__name__}, not {value.kind}")
    # Not the methods of a class derived from them: what leaves here has the length that it says.
    try:
        return str.encode(given, "utf-8") if isinstance(given, str) else memoryview(given).tobytes()
    except UnicodeError as error:
        raise ValueError(f"`{value.name}` has no UTF-8: {error}") from None


def write_json(value: Any, given: Any) -> bytes:
    """RFC 8259: no NaN, no text that has no UTF-8, and an object or array where the interface says so."""
    wanted: Any = {"object": dict, "array": (list, tuple)}.get(value.root or "")
    if wanted is not None and not isinstance(given, wanted):
        raise TypeError(f"`{value.name}` is {type(given).__name__}, not a JSON {value.root}")
    try:
        return json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    except RecursionError:
        raise ValueError(f"`{value.name}` is nested too deeply for JSON") from None
    except (TypeError, ValueError) as error:  # a UnicodeError is a ValueError
        raise ValueError(f"`{value.name}` is no JSON: {error}") from None


def number(value: Any, given: Any) -> Any:
    """A u64, i64 or f64 as ctypes stores it without a change."""
    if isinstance(given, bool) or not isinstance(given, (int, float) if value.kind == "f64" else int):
        raise TypeError(f"`{value.name}` is {type(given).__name__}, not {value.kind}")
    low, high = {"u64": (0, (1 << 64) - 1), "i64": (-(1 << 63), (1 << 63) - 1)}.get(value.kind, (given, given))
    if not low <= given <= high:
        raise ValueError(f"`{value.name}` is {given}, which is no {value.kind}")
    return given


def handle(value: Any, given: Any) -> Any:
    """Any object, but not what a method gives that forgot its `return` or its `await`."""
    if given is None or inspect.isawaitable(given):
        raise TypeError(f"`{value.name}` is {type(given).__name__}, not a handle")
    return given


def take_stream(pointer: Any) -> Any:
    """The stream behind a pointer, moved: a Rows, or None when there is none."""
    from floe._arrow import Rows

    if not pointer or not pointer.contents.release:
        return None
    moved = abi.ArrowArrayStream()
    move_stream(pointer.contents, moved)
    return Rows(moved)


def move_stream(source: Any, target: Any) -> None:
    """Leaves `source` empty."""
    ctypes.memmove(ctypes.addressof(target), ctypes.addressof(source), ctypes.sizeof(source))
    ctypes.memset(ctypes.addressof(source), 0, ctypes.sizeof(source))


def result_list(method: Any, given: Any) -> List[Any]:
    """What a method returned, as one object for each output of it."""
    count = len(method.outputs)
    if count == 0:
        if given is not None:  # a coroutine that nobody awaits, or False for "it did not work"
            raise TypeError(f"{method.name} returns {type(given).__name__}, and it has no result: only None says that it worked")
        return []
    if count == 1:
        return [given]
    if not isinstance(given, tuple) or len(given) != count:
        names = ", ".join(value.name for value in method.outputs)
        raise TypeError(f"{method.name} returns {type(given).__name__}, not the tuple ({names})")
    return list(given)


def split_arguments(method: Any, raw: Tuple[Any, ...]) -> Tuple[List[Tuple[Any, Any]], List[Tuple[Any, Any]]]:
    """The C arguments of a slot, behind the call, by the values they belong to: (inputs, outputs)."""
    inputs, position = [], 0
    for value in method.inputs:
        if value.kind in TEXT:
            address, length = raw[position], raw[position + 1]
            inputs.append((value, ctypes.string_at(address, length) if length else b""))
            position += 2
        else:
            inputs.append((value, raw[position]))
            position += 1
    return inputs, list(zip(method.outputs, raw[position:]))
