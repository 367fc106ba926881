"""What floe raises: one class for each status of floe.h, all of them FloeError."""

from __future__ import annotations

from typing import Any, Dict, List, Type


class FloeError(Exception):
    """A verb that has no answer.

    status       the number of floe.h (floe.abi.FLOE_NOT_FOUND and others)
    name         its name: "not_found"
    message      one line for people
    details      what else is known: {name: text or list of texts}
    diagnostics  findings, as docs/reference/diagnostics.schema.json describes them: code, message, labels, help
    rendered     the findings as the `floe` command prints them
    answer       what was done until the error, for example by a run that was cancelled; {} when nothing
    exit_code    what the `floe` command would exit with
    """

    status: int = 16

    def __init__(self, message: str, *, status: int = 16, name: str = "internal", details: Dict[str, Any] | None = None,
                 diagnostics: List[Dict[str, Any]] | None = None, rendered: str = "", answer: Dict[str, Any] | None = None,
                 exit_code: int = 2):
        super().__init__(message)
        self.status = status
        self.name = name
        self.message = message
        self.details = details or {}
        self.diagnostics = diagnostics or []
        self.rendered = rendered
        self.answer = answer or {}
        self.exit_code = exit_code

    def __str__(self) -> str:
        return (self.rendered or self.message).rstrip()


class InvalidArgument(FloeError):
    """The request is wrong."""

    status = 1


class InvalidConfig(FloeError):
    """A plugin refuses its configuration."""

    status = 2


class InvalidState(FloeError):
    """Not now: for example, the project is running another verb."""

    status = 3


class NotFound(FloeError):
    """A model, table, plugin or file that is not there."""

    status = 4


class AlreadyExists(FloeError):
    """The name is taken."""

    status = 5


class Conflict(FloeError):
    """Somebody else changed it meanwhile: read again, then retry the whole."""

    status = 6


class Unauthenticated(FloeError):
    """The other side does not know who asks."""

    status = 7


class Permission(FloeError):
    """The other side knows who asks, and refuses."""

    status = 8


class Unsupported(FloeError):
    """The plugin lacks the method or the feature."""

    status = 9


class Unavailable(FloeError):
    """For the moment: retry later."""

    status = 10


class InputOutput(FloeError):
    """A file or connection failed."""

    status = 11


class Data(FloeError):
    """The data or the project is bad, not the program: see `diagnostics`."""

    status = 12


class Exhausted(FloeError):
    """Memory, disk or a quota is used up."""

    status = 13


class Timeout(FloeError):
    """The deadline passed."""

    status = 14


class Cancelled(FloeError):
    """Project.cancel() was called; what was committed stays."""

    status = 15


class Internal(FloeError):
    """A bug of floe or of a plugin."""

    status = 16


class Panic(FloeError):
    """A plugin crashed inside of a method; its instance is not used again."""

    status = 17


BY_STATUS: Dict[int, Type[FloeError]] = {
    each.status: each
    for each in (InvalidArgument, InvalidConfig, InvalidState, NotFound, AlreadyExists, Conflict, Unauthenticated, Permission,
                 Unsupported, Unavailable, InputOutput, Data, Exhausted, Timeout, Cancelled, Internal, Panic)
}


def error_class(status: int) -> Type[FloeError]:
    """The class of a status; Internal for one that is not known."""
    return BY_STATUS.get(status, Internal)
