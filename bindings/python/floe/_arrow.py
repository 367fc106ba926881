"""Arrow C streams and the PyCapsules they travel in (the Arrow PyCapsule interface)."""

from __future__ import annotations

import ctypes
from typing import Any, Dict, Optional

from floe.abi import ArrowArrayStream

NAME = b"arrow_array_stream"

_new = ctypes.pythonapi.PyCapsule_New
_new.restype = ctypes.py_object
_new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
# The same for a capsule that is being destroyed: no reference may be taken to it any more.
_dying_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))

_structs: Dict[int, ArrowArrayStream] = {}  # memory of the structs in living capsules


def release(stream: ArrowArrayStream) -> None:
    if stream.release:
        stream.release(ctypes.byref(stream))


def _destroy(capsule: int) -> None:
    stream = _structs.pop(_dying_pointer(capsule, NAME), None)
    if stream is not None:  # a consumer that took it has marked it released
        release(stream)


# Capsules may outlive this module at the end of the interpreter, and their destructor must too.
_destructor = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(_destroy)
ctypes.pythonapi.Py_IncRef(ctypes.py_object(_destructor))


def to_capsule(stream: ArrowArrayStream) -> object:
    """A capsule that owns the stream until a consumer takes it."""
    address = ctypes.addressof(stream)
    _structs[address] = stream
    return _new(address, NAME, ctypes.cast(_destructor, ctypes.c_void_p))


def from_object(rows: Any) -> ArrowArrayStream:
    """The rows of anything with `__arrow_c_stream__`: a pyarrow.Table, a polars.DataFrame, a floe.Table."""
    if not hasattr(rows, "__arrow_c_stream__"):
        raise TypeError(f"rows must have __arrow_c_stream__, and {type(rows).__name__} has not")
    capsule = rows.__arrow_c_stream__()
    taken = ArrowArrayStream.from_address(_pointer(capsule, NAME))
    if not taken.release:
        raise ValueError(f"the rows of this {type(rows).__name__} have been read already")
    moved = ArrowArrayStream()
    ctypes.memmove(ctypes.addressof(moved), ctypes.addressof(taken), ctypes.sizeof(ArrowArrayStream))
    ctypes.memset(ctypes.addressof(taken), 0, ctypes.sizeof(ArrowArrayStream))
    return moved


class Rows:
    """Rows that can be read once: pyarrow.table(rows), polars.DataFrame(rows), or any other reader of
    `__arrow_c_stream__`."""

    def __init__(self, stream: ArrowArrayStream):
        self._stream: Optional[ArrowArrayStream] = stream

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object:
        """The rows as an Arrow PyCapsule; the schema is what it is. Works once."""
        if self._stream is None:
            raise ValueError("these rows have been read already")
        stream, self._stream = self._stream, None
        return to_capsule(stream)

    def close(self) -> None:
        """Releases rows that nobody read."""
        if self._stream is not None:
            release(self._stream)
            self._stream = None

    def __del__(self) -> None:
        self.close()
