"""Project: compile, run, test and look at a floe project; Answer: what a verb says."""

from __future__ import annotations

import ctypes
import functools
import json
import logging
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Mapping, Optional, Union

from floe._answer import Answer
from floe._library import EventCallback, Outcome, library
from floe._verbs import Verbs, Words
from floe.abi import ArrowArrayStream
from floe.errors import InvalidState

if TYPE_CHECKING:
    from floe.plugin_client import PluginClient
    from floe.table import Table

Event = Dict[str, Any]
_LEVELS = {"error": logging.ERROR, "warn": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}


class _Listener:
    """Hears a context, on any thread. Holds no project: else none would ever be collected."""

    def __init__(self, on_event: Optional[Callable[[Event], None]]):
        self.on_event = on_event
        self.cancel: Callable[[], None] = lambda: None
        self.error: Optional[BaseException] = None
        self.callback = EventCallback(self.hear)

    def hear(self, _argument: Any, address: int, length: int) -> None:
        try:
            event = json.loads(ctypes.string_at(address, length))
            if event.get("event") == "log":
                logger = logging.getLogger(f"floe.{event.get('target', '')}".rstrip("."))
                logger.log(_LEVELS.get(event.get("level"), logging.DEBUG), "%s", event.get("message", ""))
            if self.on_event is not None:
                self.on_event(event)
        except BaseException as error:  # ends the verb, which raises it
            self.error = self.error or error
            self.cancel()


class Project(Verbs):
    """One project: a folder with floe.yaml or dbt_project.yml.

    >>> project = floe.Project("shop")
    >>> project.run(select=["orders+"]).success
    True
    >>> polars.DataFrame(project.table("main.orders"))

    path          the folder, or one below it
    env           name of the environment, written into the records (default: the variable FLOE_ENV, else dev)
    platform_config  platform.yaml of the environment (default: the variable FLOE_PLATFORM_CONFIG)
    plugin_roots  folders to look for plugins in before all others
    plugin_trace  file into which the calls of all plugins are written, for ui.perfetto.dev and `trace`
    on_event      called with every event as a dict, on any thread, one at a time: node records ("started", "progress",
                  "finished"), "plan", "compile_step", "inputs" and "log". An exception of it cancels the verb, which raises it

    A project runs one verb at a time; two projects do not know each other. While a verb runs other Python threads go on,
    and Ctrl-C cancels it. Log lines also go to the logger "floe". Errors are subclasses of floe.FloeError; a run with
    failed nodes is no error but an Answer whose `success` is False.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"] = ".", *, env: Optional[str] = None,
                 plugin_roots: Iterable[Union[str, "os.PathLike[str]"]] = (), on_event: Optional[Callable[[Event], None]] = None,
                 plugin_trace: Union[str, "os.PathLike[str]", None] = None,
                 platform_config: Union[str, "os.PathLike[str]", None] = None):
        lib = library()
        options: Dict[str, Any] = {"project_dir": os.fspath(path), "plugin_roots": [os.path.abspath(root) for root in plugin_roots]}
        if env is not None:
            options["env"] = env
        if platform_config is not None:
            options["platform_config"] = os.path.abspath(platform_config)
        if plugin_trace is not None:
            options["plugin_trace"] = os.path.abspath(plugin_trace)
        text = json.dumps(options).encode()
        context, result = ctypes.c_void_p(), ctypes.c_void_p()
        lib.floe_context_create(text, len(text), ctypes.byref(context), ctypes.byref(result))
        Outcome(result).check()
        self.path = os.path.abspath(path)
        self._context = context
        self._busy = threading.Lock()
        self._listener = _Listener(on_event)
        self._listener.cancel = lambda: lib.floe_context_cancel(context)
        lib.floe_context_on_event(context, self._listener.callback, None)
        self._end = weakref.finalize(self, _destroy, context, self._listener)

    # ---- verbs ----

    def call(self, verb: str, request: Mapping[str, Any]) -> Answer:
        """A verb by the name that people type after `floe`, with its request as JSON: docs/reference/verbs.md. Keys that are
        None are left out."""
        given = {key: value for key, value in request.items() if value is not None}
        return Answer(self._call(functools.partial(_call_verb, verb.encode()), given))

    def dbt(self, command: str, **args: Any) -> Answer:
        """A dbt command with dbt's own meaning: project.dbt("ls", select=["orders+"])."""
        return self.call(f"dbt {command}", args)

    # ---- tables and plugins ----

    def table(self, name: str, *, at: Union[str, int, None] = None, limit: Optional[int] = None) -> "Table":
        """A table, model or seed to read as Arrow; nothing is opened before it is read. See floe.Table."""
        from floe.table import Table

        return Table(self, name, at=at, limit=limit)

    def tables(self, namespace: Optional[str] = None) -> List["Table"]:
        """The tables of the catalog, views left out."""
        listed = self.table_list(namespace=namespace)
        return [self.table(table["identifier"]) for table in listed["tables"]]

    def register(self, name: str, metadata: Union[str, "os.PathLike[str]"], *, replace: bool = False) -> Answer:
        """Makes the catalog name a table or view by a metadata file that storage holds (a path or URI): {"registered": [...]}.
        `replace`: another version of a table that the catalog has. Raises floe.AlreadyExists when the name is taken."""
        place = os.fspath(metadata)
        return self.table_register(name, place if "://" in place else os.path.abspath(place), replace=replace)

    def register_all(self, *, only: Optional[Words] = None, choose: Optional[Words] = None, dry_run: bool = False) -> Answer:
        """Registers the newest version of each table and view that the warehouse holds, for a catalog that was lost:
        {"registered", "skipped", "undecided"}. Nothing is registered, and `success` is False, while a table is undecided;
        `choose` names the metadata file to take. `only`: patterns of names ("main.*"). `dry_run`: nothing is written."""
        return self.table_register(scan=True, only=only, choose=choose, dry_run=dry_run)

    def plugins(self, *, interface: Optional[str] = None, group: Optional[str] = None) -> List[Dict[str, Any]]:
        """The plugins that were found: group, name, id, version, interface, state, reason, path. None is loaded."""
        plugins: List[Dict[str, Any]] = self.plugin_list(interface=interface, group=group)["plugins"]
        return plugins

    def plugin(self, name: str, config: Optional[Mapping[str, Any]] = None) -> "PluginClient":
        """An installed plugin ("duckdb" or "floe.computes/duckdb") with methods to call. See floe.PluginClient."""
        from floe.plugin_client import PluginClient

        return PluginClient(self, name, config)

    def trace(self, file: Union[str, "os.PathLike[str]"]) -> List[Dict[str, Any]]:
        """Where the time went in a trace that a project with `plugin_trace` wrote: calls and milliseconds of each method."""
        methods: List[Dict[str, Any]] = self.plugin_trace(file)["methods"]
        return methods

    # ---- lifecycle ----

    def cancel(self) -> None:
        """Ends the running verb, which raises floe.Cancelled; what was committed stays. From any thread."""
        if self._end.alive:
            library().floe_context_cancel(self._context)

    def close(self) -> None:
        """Ends the project; tables and rows that were opened can still be read. Also done when it is collected."""
        if self._busy.locked():
            raise InvalidState("the project is running a verb", status=3, name="invalid_state")
        self._end()

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *_error: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"floe.Project({self.path!r})"

    # ---- inside ----

    def _stream(self, request: Mapping[str, Any]) -> ArrowArrayStream:
        stream = ArrowArrayStream()
        self._call(library().floe_show_stream, request, ctypes.byref(stream))
        return stream

    def _call(self, function: Any, request: Mapping[str, Any], *memory: Any) -> Outcome:
        """One verb under a token of its own. In the main thread it runs on another one, so that Ctrl-C is heard."""
        if not self._end.alive:
            raise InvalidState("the project is closed", status=3, name="invalid_state")
        text = json.dumps(request).encode()  # may raise, so before the project is busy
        if not self._busy.acquire(blocking=False):
            raise InvalidState("the project is running a verb already", status=3, name="invalid_state")
        lib, result = library(), ctypes.c_void_p()
        token = ctypes.c_void_p(lib.floe_cancel_new())
        done = threading.Event()
        self._listener.error = None
        lib.floe_context_set_cancel(self._context, token)

        def work() -> None:
            try:
                function(self._context, text, len(text), *memory, ctypes.byref(result))
            finally:
                self._busy.release()
                done.set()

        try:
            if threading.current_thread() is threading.main_thread():
                threading.Thread(target=work, name="floe", daemon=True).start()
                _wait(done, lambda: lib.floe_cancel_request(token))
            else:
                work()
        finally:
            if done.is_set():  # else a second Ctrl-C left the verb behind, and the token with it
                lib.floe_cancel_free(token)
        outcome = Outcome(result)
        if self._listener.error is not None:
            raise self._listener.error
        return outcome.check()


def _wait(done: threading.Event, cancel: Callable[[], None]) -> None:
    """Waits; an exception (Ctrl-C) cancels the work, whose end is waited for too. A second one does not wait."""
    try:
        done.wait()
    except BaseException:
        cancel()
        done.wait()
        raise


def _destroy(context: Any, _listener: _Listener) -> None:
    library().floe_context_destroy(context)


def _call_verb(verb: bytes, context: Any, request: bytes, length: int, result: Any) -> None:
    library().floe_context_call(context, verb, request, length, result)
