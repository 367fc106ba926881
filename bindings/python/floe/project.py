"""Project: compile, run, test and look at a floe project; Answer: what a verb says."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Union

from floe._library import EventCallback, Outcome, library
from floe.abi import ArrowArrayStream
from floe.errors import InvalidState

if TYPE_CHECKING:
    from floe.plugin_client import PluginClient
    from floe.table import Table

Event = Dict[str, Any]
Words = Union[str, Iterable[str]]
_LEVELS = {"error": logging.ERROR, "warn": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}


class Answer(Mapping[str, Any]):
    """What a verb answered: the JSON of `floe VERB --output json` as a mapping, and its findings.

    success      whether all nodes and tests did what they should
    exit_code    what the `floe` command would exit with: 0 or 1
    diagnostics  warnings and findings, as docs/reference/diagnostics.schema.json describes them
    rendered     the findings as the `floe` command prints them
    """

    def __init__(self, outcome: Outcome):
        self._json = outcome.json
        self.exit_code: int = outcome.exit_code
        self.diagnostics: List[Dict[str, Any]] = outcome.diagnostics
        self.rendered: str = outcome.rendered

    @property
    def success(self) -> bool:
        return self.exit_code == 0

    def __getitem__(self, key: str) -> Any:
        return self._json[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._json)

    def __len__(self) -> int:
        return len(self._json)

    def __repr__(self) -> str:
        return f"Answer(exit_code={self.exit_code}, {self._json!r})"


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


class Project:
    """One project: a folder with floe.yaml or dbt_project.yml.

    >>> project = floe.Project("shop")
    >>> project.run(select=["orders+"]).success
    True
    >>> polars.DataFrame(project.table("main.orders"))

    path          the folder, or one below it
    env           name of the environment, written into the records (default: dev)
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
                 plugin_trace: Union[str, "os.PathLike[str]", None] = None):
        lib = library()
        options: Dict[str, Any] = {"project_dir": os.fspath(path), "plugin_roots": [os.path.abspath(root) for root in plugin_roots]}
        if env is not None:
            options["env"] = env
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

    def compile(self, *, vars: Optional[Mapping[str, Any]] = None, target: Optional[str] = None, locked: bool = False,
                output_format: Optional[str] = None, dry_run: bool = False) -> Answer:
        """Checks the product against its platform and writes compiled_artifacts.json; nothing runs. Raises floe.Data with
        all findings. `locked`, here and elsewhere, refuses other plugins than floe.lock names. `output_format`: "json",
        "yaml" or "configmap", for the artifact's file. `dry_run`: all verdicts, and nothing is written."""
        return self._verb("compile", vars=vars, target=target, locked=locked or None, output_format=output_format,
                          dry_run=dry_run or None)

    def run(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None, selector: Optional[str] = None,
            indirect_selection: Optional[str] = None, full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None,
            threads: Optional[int] = None, target: Optional[str] = None, fail_fast: bool = False, locked: bool = False) -> Answer:
        """The whole pipeline: compile, ingestion, seeds, models, tests. Selection is dbt's: "orders+", ["tag:daily", "raw"]."""
        return self._verb("run", select=_words(select), exclude=_words(exclude), selector=selector,
                          indirect_selection=indirect_selection, full_refresh=full_refresh or None, vars=vars, threads=threads,
                          target=target, fail_fast=fail_fast or None, locked=locked or None)

    def test(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None, selector: Optional[str] = None,
             indirect_selection: Optional[str] = None, vars: Optional[Mapping[str, Any]] = None,
             threads: Optional[int] = None, target: Optional[str] = None, fail_fast: bool = False, locked: bool = False) -> Answer:
        """Compiles, then runs the tests only. A failed test makes `success` False."""
        return self._verb("test", select=_words(select), exclude=_words(exclude), selector=selector,
                          indirect_selection=indirect_selection, vars=vars, threads=threads, target=target,
                          fail_fast=fail_fast or None, locked=locked or None)

    def ingest(self, *, select: Optional[Words] = None, locked: bool = False) -> Answer:
        """Compiles, then loads the raw sources only; `select` names sources."""
        return self._verb("ingest", select=_words(select), locked=locked or None)

    def dbt(self, command: str, **args: Any) -> Answer:
        """A dbt command with dbt's own meaning: project.dbt("ls", select=["orders+"])."""
        return self._verb("dbt", command=command, args={key: value for key, value in args.items() if value is not None})

    def show(self, name: str, *, limit: int = 20, at: Union[str, int, None] = None) -> Answer:
        """Rows of a model, seed or table as JSON: {"columns", "rows"}. For many rows use `table`."""
        return self._verb("show", name=name, limit=limit, at=_at(at))

    # ---- tables and plugins ----

    def table(self, name: str, *, at: Union[str, int, None] = None, limit: Optional[int] = None) -> "Table":
        """A table, model or seed to read as Arrow; nothing is opened before it is read. See floe.Table."""
        from floe.table import Table

        return Table(self, name, at=at, limit=limit)

    def tables(self, namespace: Optional[str] = None) -> List["Table"]:
        """The tables of the catalog, views left out."""
        listed = self._verb("table_list", namespace=namespace)
        return [self.table(table["identifier"]) for table in listed["tables"]]

    def register(self, name: str, metadata: Union[str, "os.PathLike[str]"], *, replace: bool = False) -> Answer:
        """Makes the catalog name a table or view by a metadata file that storage holds (a path or URI): {"registered": [...]}.
        `replace`: another version of a table that the catalog has. Raises floe.AlreadyExists when the name is taken."""
        place = os.fspath(metadata)
        return self._verb("table_register", name=name, metadata=place if "://" in place else os.path.abspath(place),
                          replace=replace or None)

    def register_all(self, *, only: Optional[Words] = None, choose: Optional[Words] = None, dry_run: bool = False) -> Answer:
        """Registers the newest version of each table and view that the warehouse holds, for a catalog that was lost:
        {"registered", "skipped", "undecided"}. Nothing is registered, and `success` is False, while a table is undecided;
        `choose` names the metadata file to take. `only`: patterns of names ("main.*"). `dry_run`: nothing is written."""
        return self._verb("table_register", scan=True, only=_words(only), choose=_words(choose), dry_run=dry_run or None)

    def plugins(self, *, interface: Optional[str] = None, group: Optional[str] = None) -> List[Dict[str, Any]]:
        """The plugins that were found: group, name, id, version, interface, state, reason, path. None is loaded."""
        plugins: List[Dict[str, Any]] = self._verb("plugin_list", interface=interface, group=group)["plugins"]
        return plugins

    def plugin(self, name: str, config: Optional[Mapping[str, Any]] = None) -> "PluginClient":
        """An installed plugin ("duckdb" or "floe.computes/duckdb") with methods to call. See floe.PluginClient."""
        from floe.plugin_client import PluginClient

        return PluginClient(self, name, config)

    def trace(self, file: Union[str, "os.PathLike[str]"]) -> List[Dict[str, Any]]:
        """Where the time went in a trace that a project with `plugin_trace` wrote: calls and milliseconds of each method."""
        methods: List[Dict[str, Any]] = self._verb("plugin_trace", file=os.path.abspath(file))["methods"]
        return methods

    def plugin_new(self, name: str, *, interface: str, lang: str) -> Answer:
        """A folder in the project's with a new plugin in c, cpp or rust for an interface such as "floe.secrets/1"."""
        return self._verb("plugin_new", name=name, interface=interface, lang=lang)

    def platform_compile(self, ref: Optional[str] = None, *, out: Union[str, "os.PathLike[str]", None] = None,
                         layout: Union[str, "os.PathLike[str]", None] = None, scope: Optional[str] = None) -> Answer:
        """Writes a platform as an artifact: a tree of JSON files, and with `layout` an image of that OCI layout. `scope`,
        here and below: "enterprise" or "domain", which the manifest has to be of."""
        return self._verb("platform_compile", ref=ref, out=None if out is None else os.path.abspath(out),
                          layout=None if layout is None else os.path.abspath(layout), scope=scope)

    def platform_diff(self, before: str, after: str, *, product: Union[str, "os.PathLike[str]", None] = None,
                      scope: Optional[str] = None) -> Answer:
        """What an upgrade of the platform changes, {"changes": [{effect, address, before, after}]}, and what it breaks for
        the product in the folder `product` (default: this project); `success` is False when it breaks something."""
        return self._verb("platform_diff", before=before, after=after, product=None if product is None else os.path.abspath(product),
                          scope=scope)

    def platform_test(self, directory: Union[str, "os.PathLike[str]"], *, ref: Optional[str] = None) -> Answer:
        """Compiles each product in a folder of `directory` and compares the verdict with its expected.yaml: {"tests": [...]}.
        `ref`: the platform instead of that of each product."""
        return self._verb("platform_test", directory=os.path.abspath(directory), ref=ref)

    def platform(self, ref: Optional[str] = None, *, explain: Optional[str] = None, scope: Optional[str] = None) -> Answer:
        """What holds below a manifest and which one says it: {"chain", "settings"}; `ref` as in floe.yaml, absent: the
        product's platform. `explain`: only this setting and what is below it."""
        return self._verb("platform_show", ref=ref, explain=explain, scope=scope)

    def docs_build(self, *, out: Union[str, "os.PathLike[str]", None] = None) -> Answer:
        """Writes the product as one HTML page (`out`: the folder, default .floe/docs): {"path", "bytes", "nodes", "runs"}."""
        return self._verb("docs_build", out=None if out is None else os.path.abspath(out))

    def lineage(self, selector: Optional[str] = None, *, column: Optional[str] = None, upstream: bool = False,
                downstream: bool = False, depth: Optional[int] = None, format: str = "text",
                vars: Optional[Mapping[str, Any]] = None, target: Optional[str] = None) -> Answer:
        """Which tables and columns come from which (floe.lineage/1): {"focus", "nodes", "edges", "columns", "column_edges"}.
        `selector`: a node by name, id or table, also with dbt's `+`; or `column`: "orders.amount"; neither: everything.
        `upstream`, `downstream`: only that way; `depth`: so many steps; `format="dot"` adds "dot" for Graphviz.
        Raises floe.NotFound when there is no such node or column."""
        return self._verb("lineage", selector=selector, column=column, upstream=upstream, downstream=downstream, depth=depth,
                          format=format, vars=vars, target=target)

    def schema(self, kind: str) -> Answer:
        """The JSON Schema (2020-12) of a document: `manifest`, `platform` or `product`."""
        return self._verb("schema", kind=kind)

    def governance_report(self, format: str = "json", *, out: Union[str, "os.PathLike[str]", None] = None,
                          vars: Optional[Mapping[str, Any]] = None, target: Optional[str] = None) -> Answer:
        """What the platform demands of the product and what came of it: {"success", "format", "path", "report"}, the report
        as text in "json", "sarif", "html" or "junit", also written to the file `out`. Nothing is built."""
        return self._verb("governance_report", format=format, out=None if out is None else os.path.abspath(out), vars=vars,
                          target=target)

    def doctor(self) -> Answer:
        """What is found on this machine and in the project, and whether it works: {"success", "checks": [{name, ok, ...}]}."""
        return self._verb("doctor")

    def init(self, directory: Union[str, "os.PathLike[str]", None] = None, *, name: Optional[str] = None,
             description: Optional[str] = None, owner: Optional[str] = None, platform: Optional[str] = None) -> Answer:
        """Writes floe.yaml and what else a product needs, in a new folder or beside a dbt project, and tells whether it
        compiles: {"success", "product", "platform", "files"}. Nothing is overwritten."""
        return self._verb("init", directory=None if directory is None else os.path.abspath(directory), name=name,
                          description=description, owner=owner, platform=platform)

    def explain(self, code: Optional[str] = None) -> Answer:
        """What a diagnostic means and how to fix it: {"code", "name", "severity", "summary", "page"}, the page in Markdown;
        without a code {"codes": [...]} of all."""
        return self._verb("explain", code=code)

    def plugin_check(self, path: Union[str, "os.PathLike[str]"], *, level: Optional[int] = None,
                     only: Optional[List[str]] = None, config: Optional[Mapping[str, Any]] = None) -> Answer:
        """The conformance checks on the plugin in a folder, each in a process of its own: {"checks": [{id, verdict, ...}]}."""
        return self._verb("plugin_check", path=os.path.abspath(path), level=level, only=only, config=config)

    # ---- data contracts ----

    def contract_validate(self, *files: Union[str, "os.PathLike[str]"]) -> Answer:
        """Data contracts (default datacontract.yaml) against ODCS 3.0 to 3.2: {"contracts": [{file, valid, errors, ...}]}."""
        return self._verb("contract_validate", files=[os.path.abspath(file) for file in files])

    def contract_diff(self, old: Union[str, "os.PathLike[str]"], new: Union[str, "os.PathLike[str]"]) -> Answer:
        """What changed between two versions of a contract: {"step": "major"|"minor"|"patch"|None, "changes": [{kind, ...}]}."""
        return self._verb("contract_diff", old=os.path.abspath(old), new=os.path.abspath(new))

    def contract_generate(self, port: Optional[str] = None, *, out: Optional[Union[str, "os.PathLike[str]"]] = None) -> Answer:
        """The contracts of the output ports (all, or one): {"contracts": [{port, id, version, path, document}]}."""
        return self._verb("contract_generate", port=port, out=None if out is None else os.path.abspath(out))

    def contract_drift(self, port: Optional[str] = None) -> Answer:
        """The same contracts against the tables: {"contracts": [{table, exists, differences: [{kind, breaking, ...}]}]}."""
        return self._verb("contract_drift", port=port)

    def contract_check(self, port: Optional[str] = None) -> Answer:
        """Their service levels: {"contracts": [{service_levels: [{property, promised, found, status, reason}]}]}."""
        return self._verb("contract_check", port=port)

    # ---- products ----

    def product_list(self, root: Optional[Union[str, "os.PathLike[str]"]] = None) -> Answer:
        """The products below a folder (default: the project's): {"products": [{name, domain, version, owner, ...}]}."""
        return self._verb("product_list", root=None if root is None else os.path.abspath(root))

    def product_show(self, name: str, root: Optional[Union[str, "os.PathLike[str]"]] = None) -> Answer:
        """One of them, with the ports it reads and who reads its own: {"output_ports", "input_ports", "consumers"}."""
        return self._verb("product_show", name=name, root=None if root is None else os.path.abspath(root))

    def product_graph(self, root: Optional[Union[str, "os.PathLike[str]"]] = None, *, format: Optional[str] = None) -> Answer:
        """Who reads whose ports: {"products", "edges": [{consumer, producer, port, needs, version, status}]}; `format="dot"` adds "dot"."""
        return self._verb("product_graph", root=None if root is None else os.path.abspath(root), format=format)

    def product_register(self, registry: Optional[Union[str, "os.PathLike[str]"]] = None) -> Answer:
        """Claims name and tables of this product in the registry of its platform: {"registry", "product", "owner", ...}."""
        return self._verb("product_register", registry=None if registry is None else os.path.abspath(registry))

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

    def _verb(self, verb: str, **request: Any) -> Answer:
        function = getattr(library(), f"floe_{verb}")
        return Answer(self._call(function, {key: value for key, value in request.items() if value is not None}))

    def _stream(self, request: Mapping[str, Any]) -> ArrowArrayStream:
        stream = ArrowArrayStream()
        self._call(library().floe_show_stream, request, ctypes.byref(stream))
        return stream

    def _call(self, function: Any, request: Mapping[str, Any], *memory: Any) -> Outcome:
        """One verb under a token of its own. In the main thread it runs on another one, so that Ctrl-C is heard."""
        if not self._end.alive:
            raise InvalidState("the project is closed", status=3, name="invalid_state")
        if not self._busy.acquire(blocking=False):
            raise InvalidState("the project is running a verb already", status=3, name="invalid_state")
        lib, text, result = library(), json.dumps(request).encode(), ctypes.c_void_p()
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


def _words(words: Optional[Words]) -> Optional[List[str]]:
    if words is None:
        return None
    return [words] if isinstance(words, str) else list(words)


def _at(at: Union[str, int, None]) -> Optional[str]:
    return None if at is None else str(at)
