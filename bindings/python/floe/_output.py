"""What plugins print goes to the log of floe: its stdout belongs to floe, or to the program that floe is part of."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any

from floe import abi
from floe.host_call import current

_LEVELS = ((logging.ERROR, abi.FLOE_LOG_ERROR), (logging.WARNING, abi.FLOE_LOG_WARN), (logging.INFO, abi.FLOE_LOG_INFO))


class PrintedLines(io.TextIOBase):
    """A stdout that logs what a method of a plugin writes, line by line; the rest goes to `other`."""

    def __init__(self, other: Any):
        self.other = other

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        call = current.get()
        if call is None:
            self.other.write(text)
        else:
            call.print(text)
        return len(text)

    def flush(self) -> None:
        self.other.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["other"], name)


class HostLog(logging.Handler):
    """Records of `logging` as lines of floe's log."""

    def emit(self, record: logging.LogRecord) -> None:
        call = current.get()
        if call is None:
            return
        level = next((ours for theirs, ours in _LEVELS if record.levelno >= theirs), abi.FLOE_LOG_DEBUG)
        call.log(level, record.name, self.format(record))


def own_output() -> None:
    """Of the interpreter that floe started for plugins: none of it is for floe's stdout."""
    if not isinstance(sys.stdout, PrintedLines):
        sys.stdout = PrintedLines(sys.stderr)
        logging.getLogger().addHandler(HostLog())


def share_output() -> None:
    """Of a program in Python, which may have put another stdout there since the last call."""
    if not isinstance(sys.stdout, PrintedLines):
        sys.stdout = PrintedLines(sys.stdout)
