"""libfloe-core through ctypes: where it is, its functions with their types, and results as Python objects.

A foreign call of ctypes runs without the GIL, and a callback takes it again.
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import pathlib
from typing import Any, Dict

from floe.abi import ArrowArrayStream
from floe.errors import FloeError, error_class

SONAME = "libfloe-core.so.1"
CARRIED = pathlib.Path(__file__).resolve().parent / "_native" / "lib" / SONAME
INSTALLED = pathlib.Path(__file__).resolve().parent.joinpath("..", "..", "..", SONAME).resolve()

EventCallback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)

_POINTER = ctypes.c_void_p
_OUT = ctypes.POINTER(ctypes.c_void_p)
_ROWS = ctypes.POINTER(ArrowArrayStream)
_LENGTH = ctypes.POINTER(ctypes.c_size_t)
_REQUEST = (_POINTER, ctypes.c_char_p, ctypes.c_size_t)
_STATUS = ctypes.c_int32
_FUNCTIONS: Dict[str, Any] = {
    "floe_version": (ctypes.c_char_p, ()),
    "floe_status_name": (ctypes.c_char_p, (_STATUS,)),
    "floe_result_status": (_STATUS, (_POINTER,)),
    "floe_result_message": (ctypes.c_char_p, (_POINTER,)),
    "floe_result_details": (_POINTER, (_POINTER, _LENGTH)),
    "floe_result_json": (_POINTER, (_POINTER, _LENGTH)),
    "floe_result_diagnostics": (_POINTER, (_POINTER, _LENGTH)),
    "floe_result_render": (_POINTER, (_POINTER, ctypes.c_char_p, ctypes.c_int32, _LENGTH)),
    "floe_result_exit_code": (ctypes.c_int32, (_POINTER,)),
    "floe_result_free": (None, (_POINTER,)),
    "floe_context_create": (_STATUS, (ctypes.c_char_p, ctypes.c_size_t, _OUT, _OUT)),
    "floe_context_on_event": (None, (_POINTER, EventCallback, _POINTER)),
    "floe_context_cancel": (None, (_POINTER,)),
    "floe_context_set_cancel": (_STATUS, (_POINTER, _POINTER)),
    "floe_context_destroy": (None, (_POINTER,)),
    "floe_cancel_new": (_POINTER, ()),
    "floe_cancel_request": (None, (_POINTER,)),
    "floe_cancel_is_requested": (ctypes.c_int32, (_POINTER,)),
    "floe_cancel_free": (None, (_POINTER,)),
    "floe_running_call": (ctypes.c_size_t, (ctypes.c_char_p, ctypes.c_size_t)),
    "floe_running_calls": (ctypes.c_size_t, (ctypes.c_char_p, ctypes.c_size_t)),
    "floe_plugin_at": (ctypes.c_size_t, (_POINTER, ctypes.c_char_p, ctypes.c_size_t)),
    "floe_loaded_plugins": (ctypes.c_size_t, (ctypes.c_char_p, ctypes.c_size_t)),
    "floe_use_signal_stacks": (None, ()),
    "floe_shutdown_plugins": (None, ()),
    "floe_verbs": (ctypes.c_char_p, (_LENGTH,)),
    "floe_context_call": (_STATUS, (_POINTER, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, _OUT)),
    "floe_result_text": (_POINTER, (_POINTER, ctypes.c_char_p, ctypes.c_int32, _LENGTH)),
    "floe_show_stream": (_STATUS, (*_REQUEST, _ROWS, _OUT)),
    "floe_plugin_call": (_STATUS, (*_REQUEST, _ROWS, _ROWS, _OUT)),
}


def library_path() -> pathlib.Path:
    """The library that is used: $FLOE_LIBRARY (a file, or a tree with lib/ in it), else the one the package carries, else that of the
    installed floe which the package lies in (lib/floe/python)."""
    given = os.environ.get("FLOE_LIBRARY")
    path = pathlib.Path(given) if given else next((one for one in (CARRIED, INSTALLED) if one.exists()), CARRIED)
    if path.is_dir():
        path = path / "lib" / SONAME
    if not path.exists():
        hint = "is what FLOE_LIBRARY names" if given else "is not in the package; set FLOE_LIBRARY to a build or installed tree"
        raise ImportError(f"{path} does not exist: it {hint}")
    return path


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """libfloe-core, loaded at the first use: `import floe` alone opens nothing."""
    loaded = ctypes.CDLL(str(library_path()))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(loaded, name)
        function.restype = result
        function.argtypes = list(arguments)
    return loaded


def text_of(getter: Any, result: Any, *options: Any) -> str:
    """What one of the functions with an out length gives."""
    length = ctypes.c_size_t()
    address = getter(result, *options, ctypes.byref(length))
    return ctypes.string_at(address, length.value).decode() if address else ""


class Outcome:
    """A floe_result as Python objects; frees it."""

    def __init__(self, result: Any):
        lib = library()
        if not result:
            raise MemoryError("floe has no memory for a result")
        try:
            self.status: int = lib.floe_result_status(result)
            self.message: str = lib.floe_result_message(result).decode()
            self.exit_code: int = lib.floe_result_exit_code(result)
            self.json: Dict[str, Any] = json.loads(text_of(lib.floe_result_json, result))
            self.details: Dict[str, Any] = json.loads(text_of(lib.floe_result_details, result))
            self.diagnostics = json.loads(text_of(lib.floe_result_diagnostics, result)).get("diagnostics", [])
            self.rendered = text_of(lib.floe_result_render, result, b"full", 0) if self.diagnostics else ""
        finally:
            lib.floe_result_free(result)

    def error(self) -> FloeError:
        name = library().floe_status_name(self.status).decode()
        return error_class(self.status)(self.message, status=self.status, name=name, details=self.details,
                                        diagnostics=self.diagnostics, rendered=self.rendered, answer=self.json,
                                        exit_code=self.exit_code)

    def check(self) -> "Outcome":
        if self.status != 0:
            raise self.error()
        return self
