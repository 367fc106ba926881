"""The process belongs to floe: what ends or replaces it from inside of a method is an exception of that method."""

from __future__ import annotations

import os
from typing import Any, Callable

_KEPT = ("_exit", "execv", "execve")  # every exec of `os` ends in one of the two
end_process: Callable[[int], Any] = os._exit


def _kept(name: str, real: Callable[..., Any], process: int) -> Callable[..., Any]:
    def function(*arguments: Any) -> Any:
        if os.getpid() != process:  # a child, whose end is its own
            return real(*arguments)
        raise SystemExit(f"os.{name}() would end the process of floe")

    return function


def own_process() -> None:
    """Of the interpreter that floe started for plugins. Not against intent: whoever looks finds another way."""
    for name in _KEPT:
        real = getattr(os, name)
        if real.__module__ != __name__:
            setattr(os, name, _kept(name, real, os.getpid()))
