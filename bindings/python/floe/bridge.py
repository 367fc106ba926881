"""Plugins written in Python, for a host in C: what libfloe-python.so calls (docs/adr/0027-python-bridge.md).

`open_plugin` imports the file that plugin.json names and makes the entry function and the tables of floe/plugin.h out of
its class. ctypes takes the GIL for every call of such a function, on whatever thread, and gives it up for every call of a
function of the host.
"""

from __future__ import annotations

import ast
import ctypes
import importlib.util
import inspect
import itertools
import json
import os
import sys
import threading
import traceback
import warnings
from typing import Any, Callable, Dict, List, Optional, Type

from floe import _values, abi, plugins
from floe._output import own_output, share_output
from floe.errors import FloeError
from floe._process import end_process as _end_process, own_process
from floe._source import SourceLoader, add_folder
from floe.host_call import HostCall, current
from floe.plugin_call import PluginError

_THREADS = {"serial": abi.FLOE_THREADS_SERIAL, "concurrent": abi.FLOE_THREADS_CONCURRENT, "affine": abi.FLOE_THREADS_AFFINE}
_opened: Dict[str, "PythonPlugin"] = {}  # for good, as libraries are
_opening = threading.RLock()

# Sets the mark without which the host takes no FLOE_OK from this thread, and gives FLOE_OK. Keeps the GIL; of libfloe-core.
Confirm = ctypes.PYFUNCTYPE(ctypes.c_int32)
# (schema, config) -> JSON of [{"path", "message"}], NULL for a schema that is none; of libfloe-python.so.
CheckConfig = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)


class BadPlugin(Exception):
    """The file is no plugin. `file` and `line` say where, when that is known."""

    def __init__(self, message: str, file: str = "", line: int = 0):
        super().__init__(message)
        self.file = file
        self.line = line


class _Refused(Exception):
    """The host takes no more of a result."""

    def __init__(self, status: int):
        super().__init__("the host takes no more of the result")
        self.status = status


def open_plugin(manifest_path: str, check_config: int, confirm: int, owns_interpreter: bool) -> str:
    """A JSON object: {"entry": address of the entry function} or {"error", "file", "line"}."""
    try:
        if owns_interpreter:
            own_output()
            own_process()
        with _opening:
            if manifest_path not in _opened:
                _opened[manifest_path] = PythonPlugin(manifest_path, CheckConfig(check_config), Confirm(confirm))
        return json.dumps({"entry": _opened[manifest_path].entry_address()})
    except BadPlugin as error:
        return json.dumps({"error": str(error), "file": error.file, "line": error.line})


def check_source(path: str) -> str:
    """The same of a file that is parsed and compiled to byte code, and not run: {"entry": 1} when it can be."""
    try:
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = file.read()
            compile(text, path, "exec", dont_inherit=True)
            if not may_define_class(ast.parse(text)):
                return json.dumps({"error": "one class of the file has to derive from its base in floe.plugins, and the file defines none", "file": path, "line": 0})
        return json.dumps({"entry": 1})
    except SyntaxError as error:
        return json.dumps({"error": f"{type(error).__name__}: {error.msg}", "file": error.filename or path, "line": error.lineno or 0})
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        return json.dumps({"error": sentence(error), "file": path, "line": 0})


def may_define_class(tree: ast.AST) -> bool:
    """By a class statement, or by what makes classes and code at run time."""
    makers = {"type", "exec", "eval", "new_class", "make_dataclass"}
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)} | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return any(isinstance(node, ast.ClassDef) for node in nodes) or not makers.isdisjoint(names)


def where(error: BaseException, directory: str) -> "tuple[str, int]":
    """The innermost place of an exception inside of the plugin's folder, else the innermost at all."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if os.path.abspath(frame.filename).startswith(directory + os.sep)]
    if not frames:
        return "", 0
    found = (inside or frames)[-1]
    return found.filename, found.lineno or 0


def sentence(error: BaseException) -> str:
    """What an exception says, also one whose `__str__` raises."""
    try:
        text = str(error).strip()
    except BaseException as why:
        text = f"its text cannot be had: {type(why).__name__}"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def defined_at(function: Any) -> "tuple[str, int]":
    code = getattr(inspect.unwrap(function), "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else ("", 0)


class PythonPlugin:
    """One plugin folder: its module, its class, and the C structs that stand for them."""

    def __init__(self, manifest_path: str, check_config: Callable[[bytes, bytes], Optional[bytes]], confirm: Callable[[], int]):
        with open(manifest_path, encoding="utf-8") as file:
            self.manifest: Dict[str, Any] = json.load(file)
        self.directory = os.path.dirname(os.path.abspath(manifest_path))
        self._check_config = check_config
        self._confirm = confirm
        schema = self.manifest.get("config_schema")
        self._schema = b"{}"
        if schema:
            with open(os.path.join(self.directory, schema), "rb") as file:
                self._schema = file.read()
        self.module = self._import()
        self.kind = self._class()
        self._check_methods()
        self._instances: Dict[int, "Instance"] = {}
        self._numbers = itertools.count(1)
        self._table = self._make_table()
        self._descriptor = self._make_descriptor()
        self._entry = abi.entry_type(self._sure(self._enter))

    def entry_address(self) -> int:
        return ctypes.cast(self._entry, ctypes.c_void_p).value or 0

    # -- the file

    def _import(self) -> Any:
        """As a package of its own, so that `from . import other` finds what lies beside it, and nothing else does."""
        library = self.manifest["library"]
        if isinstance(library, dict):
            library = next(iter(library.values()))
        path = os.path.join(self.directory, library)
        name = f"floe_plugin_{self.manifest['group']}_{self.manifest['name']}".replace(".", "_").replace("-", "_")
        name += f"_{len(_opened)}"  # the same plugin may be in two roots
        add_folder(self.directory)
        spec = importlib.util.spec_from_file_location(name, path, loader=SourceLoader(name, path),
                                                      submodule_search_locations=[self.directory])
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except SyntaxError as error:
            del sys.modules[name]
            raise BadPlugin(f"{type(error).__name__}: {error.msg}", error.filename or path, error.lineno or 0) from None
        except BaseException as error:
            del sys.modules[name]
            raise BadPlugin(sentence(error), *where(error, self.directory)) from None
        return module

    def _class(self) -> Type[plugins.Plugin]:
        interface = self.manifest["interface"]
        base = plugins.INTERFACES.get(interface)
        if base is None:
            raise BadPlugin(f"this floe does not know the interface `{interface}`", self.module.__file__)
        found = [kind for kind in vars(self.module).values()
                 if isinstance(kind, type) and issubclass(kind, base) and kind.__module__ == self.module.__name__]
        leaves = [kind for kind in found if not any(kind in other.__mro__[1:] for other in found)]
        if len(leaves) == 1:
            return leaves[0]
        names = ", ".join(f"`{kind.__name__}`" for kind in leaves)
        wrong = f"{len(leaves)} classes derive from it: {names}" if leaves else "none does"
        raise BadPlugin(f"one class of the file has to derive from floe.plugins.{base.__name__}, and {wrong}", self.module.__file__)

    def _check_methods(self) -> None:
        """What takes other arguments than its interface gives is wrong before anybody calls it."""
        if self.kind.THREADS not in _THREADS:
            raise BadPlugin(f"THREADS is {self.kind.THREADS!r}; accepted are {', '.join(map(repr, _THREADS))}", self.module.__file__)
        for name in ("validate_config", "health", "describe", "destroy"):
            self._check_runs(name)
        for method in self.kind.METHODS:
            if not self.kind.implements(method.name):
                continue
            self._check_runs(method.name)
            function = getattr(self.kind, method.name)
            names = ["self", "call", *(value.name for value in method.inputs)]
            try:
                inspect.signature(function).bind(*names)
            except TypeError:
                raise BadPlugin(f"`{method.name}` takes other parameters than ({', '.join(names)})", self.module.__file__,
                                defined_at(function)[1]) from None

    def _check_runs(self, name: str) -> None:
        """Calling a coroutine or a generator runs nothing of it: what looks like success would have done no work."""
        function = getattr(self.kind, name)
        is_async = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
        if is_async or (inspect.isgeneratorfunction(function) and name != "validate_config"):
            what = "`async`; run the coroutine in it, with asyncio.run for example" if is_async else "a generator; return the result"
            raise BadPlugin(f"`{name}` is {what}", self.module.__file__, defined_at(function)[1])

    # -- the structs

    def _make_descriptor(self) -> Any:
        text = {key: str(self.manifest[key]).encode() for key in ("id", "version", "vendor", "interface", "name")}
        self._interface = abi.floe_interface(text["interface"], text["name"], ctypes.addressof(self._table))
        abi_wanted = self.manifest.get("abi") or {}
        return abi.floe_plugin(struct_size=ctypes.sizeof(abi.floe_plugin), abi_version=abi.FLOE_ABI_MAJOR << 16 | abi.FLOE_ABI_MINOR,
                               min_host_minor=abi_wanted.get("min_host_minor", 0), interface_count=1,
                               interfaces=ctypes.pointer(self._interface), id=text["id"], version=text["version"],
                               vendor=text["vendor"])

    def _make_table(self) -> Any:
        kind = self.kind
        struct = abi.TABLES[kind.INTERFACE]
        fields: Dict[str, Any] = {field[0]: field[1] for field in struct._fields_}
        has = [method for method in kind.METHODS if kind.implements(method.name)]
        claimed = {*kind.CAPABILITIES, *(method.capability for method in has if method.capability)}
        prefix = "FLOE_" + kind.INTERFACE.split("/")[0].split(".", 1)[1].upper() + "_"
        bits = 0
        for name in claimed:
            bit = getattr(abi, prefix + name.upper(), None)
            if bit is None:
                raise BadPlugin(f"CAPABILITIES has {name!r}, which {kind.INTERFACE} does not have", self.module.__file__)
            bits |= bit
        table = struct(struct_size=ctypes.sizeof(struct), threading=_THREADS[kind.THREADS], capabilities=bits)
        for name in ("validate_config", "create", "destroy", "health", "describe"):
            slot = getattr(self, "_" + name)
            setattr(table, name, fields[name](slot if name == "destroy" else self._sure(slot)))
        for method in has:
            setattr(table, method.name, fields[method.name](self._sure(self._slot(method))))
        return table

    def _enter(self, host: Any, call: Optional[int], out: Any) -> int:
        try:
            if host.contents.abi_version >> 16 != abi.FLOE_ABI_MAJOR:
                return HostCall(host.contents, call).fail(abi.FLOE_UNSUPPORTED, "another ABI major is needed", {})
            out[0] = ctypes.pointer(self._descriptor)
            return abi.FLOE_OK
        except BaseException:
            return abi.FLOE_PANIC

    # -- the slots: nothing leaves them but a status

    def _sure(self, slot: Callable[..., int]) -> Callable[..., int]:
        """What C calls. ctypes answers an exception that gets here with whatever its return value was before, and one may
        come before the first line (a signal, a limit of recursion): so the host believes no FLOE_OK that is not confirmed."""

        def called(*raw: Any) -> int:
            try:
                process = os.getpid()
                status = slot(*raw)
                if os.getpid() != process:  # the other half of a fork() is no second floe
                    _end_process(abi.FLOE_PANIC)
                return self._confirm() if status == abi.FLOE_OK else status
            except BaseException:
                return abi.FLOE_PANIC

        return called

    def _guard(self, host: Any, address: Optional[int], body: Callable[[HostCall], None],
               stays: Callable[[], bool] = lambda: False, function: Any = None) -> int:
        """Runs `body` with the call. It ends with the method, unless that gave rows that are still to be read. `function`
        is what `body` is about."""
        call = HostCall(host, address)
        token = current.set(call)
        try:
            share_output()
            body(call)
            return abi.FLOE_OK
        except BaseException as error:
            return self._failed(call, error, function)
        finally:
            current.reset(token)
            if not stays():
                call.end()

    def _failed(self, call: HostCall, error: BaseException, function: Any) -> int:
        try:
            return self._report(call, error, function)
        except BaseException:  # its attributes raise, or are something else
            return call.fail(abi.FLOE_INTERNAL, f"{sentence(error)} (the rest of it cannot be read)", {})

    def _report(self, call: HostCall, error: BaseException, function: Any) -> int:
        if isinstance(error, PluginError):
            return call.fail(error.status, error.message, error.details)
        if isinstance(error, FloeError):
            return call.fail(error.status, error.message, {name: str(value) for name, value in error.details.items()})
        if isinstance(error, _Refused):
            return call.fail(error.status, str(error), {})
        if isinstance(error, MemoryError):
            return call.fail(abi.FLOE_EXHAUSTED, "there is not enough memory", {})
        file, line = where(error, self.directory)
        if not file.startswith(self.directory + os.sep) and function is not None:
            file, line = defined_at(function)  # what it returned is wrong
        place = f"{os.path.relpath(file, self.directory) if file.startswith(self.directory + os.sep) else file}:{line}"
        if isinstance(error, NotImplementedError):
            return call.fail(abi.FLOE_UNSUPPORTED, f"{str(error) or 'this is not implemented'} ({place})", {})
        call.log(abi.FLOE_LOG_DEBUG, "python", "".join(traceback.format_exception(type(error), error, error.__traceback__)))
        head, _, rest = sentence(error).partition("\n")
        room = 190 - len(place.encode())
        head = head if len(head.encode()) <= room else head.encode()[:room - 3].decode("utf-8", "ignore") + "..."
        return call.fail(abi.FLOE_INTERNAL, f"{head} ({place})" + (f"\n{rest}" if rest else ""), {"file": file, "line": str(line)})

    def _problems(self, call: HostCall, config: bytes) -> "tuple[Any, List[Any]]":
        """The config, and what is wrong with it: for the schema, then for the class."""
        try:
            document = _values.parse_json(config)
        except ValueError as error:
            return None, [{"path": "", "message": f"is no JSON: {error}"}]
        if not isinstance(document, dict):
            return None, [{"path": "", "message": "must be a JSON object"}]
        found = self._check_config(self._schema, config)
        if found is None:
            raise PluginError(abi.FLOE_INVALID_CONFIG, f"`{self.manifest['config_schema']}` is no JSON Schema", {"path": ""})
        return document, json.loads(found) or _own_problems(self.kind.validate_config(call, document))

    def _validate_config(self, host: Any, address: Optional[int], config: Optional[int], length: int, out: Optional[int]) -> int:
        def body(call: HostCall) -> None:
            problems = self._problems(call, ctypes.string_at(config or 0, length) if length else b"")[1]
            self._write(call.host, out, _values.write_json(_PROBLEMS, problems))

        return self._guard(host.contents, address, body, function=self.kind.validate_config)

    def _create(self, host: Any, address: Optional[int], config: Optional[int], length: int, out: Any) -> int:
        def body(call: HostCall) -> None:
            document, problems = self._problems(call, ctypes.string_at(config or 0, length) if length else b"")
            if problems:
                path, message = str(problems[0].get("path", "")), str(problems[0].get("message", "not valid"))
                raise PluginError(abi.FLOE_INVALID_CONFIG, f"`{path}`: {message}" if path else message, {"path": path})
            made = self.kind(call, document)
            if not isinstance(made, self.kind):
                raise TypeError(f"`__new__` of {self.kind.__name__} gives {type(made).__name__}")
            instance = Instance(made, host.contents)
            number = next(self._numbers)
            self._instances[number] = instance
            out[0] = number

        return self._guard(host.contents, address, body, function=self.kind.__init__)

    def _destroy(self, number: Optional[int]) -> None:
        instance = self._instances.pop(number or 0, None)
        if instance is None:
            return
        try:
            instance.plugin.destroy()
        except BaseException as error:
            text = f"destroy of plugin `{self.manifest['id']}`: {sentence(error)}".encode("utf-8", "replace")
            instance.host.log(instance.host.ctx, None, abi.FLOE_LOG_WARN, b"python", text, len(text))

    def _health(self, number: Optional[int], address: Optional[int], out: Optional[int]) -> int:
        return self._with_instance(number, address, lambda instance, call: self._write(
            call.host, out, _values.write_json(_HEALTH, instance.plugin.health(call))), function=self.kind.health)

    def _describe(self, number: Optional[int], address: Optional[int], out: Optional[int]) -> int:
        known = {"name": self.manifest["name"], "version": self.manifest["version"]}
        return self._with_instance(number, address, lambda instance, call: self._write(
            call.host, out, _values.write_json(_DESCRIPTION, {**known, **instance.plugin.describe(call)})), function=self.kind.describe)

    def _with_instance(self, number: Optional[int], address: Optional[int], body: Callable[["Instance", HostCall], None],
                       stays: Callable[[], bool] = lambda: False, function: Any = None) -> int:
        instance = self._instances.get(number or 0)
        if instance is None:
            return abi.FLOE_INVALID_STATE
        return self._guard(instance.host, address, lambda call: body(instance, call), stays, function)

    def _slot(self, method: plugins.Method) -> Callable[..., int]:
        function = getattr(self.kind, method.name)

        def slot(number: Optional[int], address: Optional[int], *raw: Any) -> int:
            inputs, outputs = _values.split_arguments(method, raw)
            streams = [_values.take_stream(given) for value, given in inputs if value.kind == "arrow"]
            for value, target in outputs:
                if value.kind == "arrow":  # empty on failure, whatever was there
                    ctypes.memset(target, 0, ctypes.sizeof(abi.ArrowArrayStream))
            gave_rows = False

            def body(instance: Instance, call: HostCall) -> None:
                nonlocal gave_rows
                rows = iter(streams)
                given = [next(rows) if value.kind == "arrow" else instance.read(value, plain) for value, plain in inputs]
                results = _values.result_list(method, function(instance.plugin, call, *given))
                for value, plain in inputs:
                    if value.ends:
                        instance.handles.pop(plain, None)
                gave_rows = self._deliver(call, instance, outputs, results)

            try:
                return self._with_instance(number, address, body, lambda: gave_rows, function)
            finally:
                for stream in streams:
                    if stream is not None:
                        stream.close()  # unless the method took them

        return slot

    def _deliver(self, call: HostCall, instance: "Instance", outputs: List[Any], results: List[Any]) -> bool:
        """Writes results; True when rows are among them. All of them are looked at before the first one leaves."""
        texts = {i: _values.write_text(value, given) for i, ((value, _), given) in enumerate(zip(outputs, results))
                 if value.kind in _values.TEXT}
        for (value, _), given in zip(outputs, results):
            if value.kind not in ("arrow", *_values.TEXT):
                (_values.handle if value.kind == "handle" else _values.number)(value, given)
        streams = {i: _stream(given) for i, ((value, _), given) in enumerate(zip(outputs, results)) if value.kind == "arrow"}
        try:
            for i, text in texts.items():
                self._write(call.host, outputs[i][1], text)
        except _Refused:
            for stream in streams.values():
                stream.release(ctypes.byref(stream))
            raise
        for i, ((value, target), given) in enumerate(zip(outputs, results)):
            if value.kind == "arrow":
                _values.move_stream(streams[i], target.contents)
            elif value.kind == "handle":
                target[0] = instance.keep(given)
            elif i not in texts:
                target[0] = given
        return bool(streams)

    def _write(self, host: Any, sink: Optional[int], data: bytes) -> None:
        status = host.write(sink, data, len(data))
        if status != abi.FLOE_OK:
            raise _Refused(status)


_PROBLEMS = plugins.Value("problems", "json", root="array")
_HEALTH = plugins.Value("health", "json", root="object")
_DESCRIPTION = plugins.Value("description", "json", root="object")


def _own_problems(given: Any) -> List[Any]:
    """What `validate_config` of a class gave: "" and {} are not the empty list that says that all is well."""
    if isinstance(given, (str, bytes, dict)) or not hasattr(given, "__iter__"):
        raise TypeError(f"validate_config returns {type(given).__name__}, not a list of {{path, message}}")
    problems = list(given)
    for one in problems:
        if not isinstance(one, dict):
            raise TypeError(f"validate_config lists {type(one).__name__}, not a list of {{path, message}}")
    return problems


def _stream(given: Any) -> Any:
    from floe._arrow import from_object

    return from_object(given)


class Instance:
    """One object of the plugin's class, and the handles that it has given."""

    def __init__(self, plugin: plugins.Plugin, host: Any):
        self.plugin = plugin
        self.host = host
        self.handles: Dict[int, Any] = {}
        self._numbers = itertools.count(1)

    def keep(self, thing: Any) -> int:
        number = next(self._numbers)
        self.handles[number] = thing
        return number

    def read(self, value: plugins.Value, raw: Any) -> Any:
        if value.kind in _values.TEXT:
            return _values.read_text(value, raw)
        if value.kind != "handle":
            return raw
        if raw not in self.handles:
            raise PluginError(abi.FLOE_INVALID_ARGUMENT, f"`{value.name}` is no handle that was given, or it has ended")
        return self.handles[raw]
