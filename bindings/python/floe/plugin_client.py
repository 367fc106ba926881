"""PluginClient: an installed plugin whose methods are called from Python."""

from __future__ import annotations

import base64
import collections
import ctypes
import functools
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from floe import plugins
from floe._arrow import Rows, from_object, release
from floe._library import library
from floe.abi import ArrowArrayStream
from floe.project import Project

_METHODS: Dict[str, Tuple[plugins.Method, ...]] = {
    each.INTERFACE: each.METHODS for each in plugins.Plugin.__subclasses__()
}
_COMMON = tuple(plugins.Method(name, (), (plugins.Value("result", "json"),)) for name in ("health", "describe"))


class PluginClient:
    """An installed plugin; its methods are attributes, with the names and arguments of floe.plugins.

    >>> compute = project.plugin("duckdb")
    >>> session = compute.open_session({})
    >>> rows, stats = compute.query(session, "select 42 as answer", None)
    >>> pyarrow.table(rows)

    JSON values are Python objects, bytes are bytes, rows go in as anything with `__arrow_c_stream__` and come out as
    floe.Rows. One result is returned as it is, several as a named tuple. The instance of the plugin lives until `close`
    or the end of the project, so handles stay good from call to call. Errors are floe.FloeError.
    """

    def __init__(self, project: Project, name: str, config: Optional[Mapping[str, Any]] = None):
        shown = project.plugin_show(name)
        self.project = project
        self.name = f"{shown['group']}/{shown['name']}"
        self.interface: str = shown["interface"]
        self.config = dict(config or {})
        self._methods = {method.name: method for method in (*_COMMON, *_METHODS.get(self.interface, ()))}

    def methods(self) -> List[str]:
        """Names of the methods of its interface, health and describe included."""
        return list(self._methods)

    def validate_config(self) -> List[Dict[str, str]]:
        """Problems of the configuration, [{"path", "message"}]; [] when there are none."""
        problems: List[Dict[str, str]] = self._send("validate_config", {}, None)[0]["problems"]
        return problems

    def close(self) -> None:
        """Ends the instance and with it its handles; a later call makes a new one."""
        self._send("destroy", {}, None)

    def call(self, method: str, *values: Any, **named: Any) -> Any:
        """Calls a method by its name; values in its order or by name."""
        known = self._methods.get(method)
        if known is None:
            raise AttributeError(f"{self.interface} has no method {method!r}; it has: {', '.join(self._methods)}")
        arguments = _bind(known, values, named)
        rows_in = None
        plain: Dict[str, Any] = {}
        for value in known.inputs:
            given = arguments[value.name]
            if value.kind == "arrow":
                rows_in = None if given is None else from_object(given)
            else:
                plain[value.name] = base64.b64encode(given).decode() if value.kind == "bytes" else given
        answer, rows_out = self._send(method, plain, rows_in)
        results = [_result(value, answer, rows_out) for value in known.outputs]
        if len(results) < 2:
            return results[0] if results else None
        return collections.namedtuple(method, [value.name for value in known.outputs])(*results)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._methods:
            raise AttributeError(f"{self.interface} has no method {name!r}; it has: {', '.join(self._methods)}")
        return functools.partial(self.call, name)

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *self._methods]

    def __repr__(self) -> str:
        return f"floe.PluginClient({self.name!r}, interface={self.interface!r})"

    def _send(self, method: str, arguments: Dict[str, Any], rows_in: Optional[ArrowArrayStream]) -> Tuple[Dict[str, Any], ArrowArrayStream]:
        request = {"plugin": self.name, "config": self.config, "method": method, "arguments": arguments,
                   "show_secrets": True}
        rows_out = ArrowArrayStream()
        given = None if rows_in is None else ctypes.byref(rows_in)
        try:
            outcome = self.project._call(library().floe_plugin_call, request, given, ctypes.byref(rows_out))
        finally:
            if rows_in is not None:  # moved, unless the project was busy or closed
                release(rows_in)
        return outcome.json, rows_out


def _bind(method: plugins.Method, values: Tuple[Any, ...], named: Dict[str, Any]) -> Dict[str, Any]:
    names = [value.name for value in method.inputs]
    if len(values) > len(names):
        raise TypeError(f"{method.name} takes {len(names)} arguments ({', '.join(names)}), not {len(values)}")
    bound = dict(zip(names, values))
    for name, value in named.items():
        if name not in names or name in bound:
            raise TypeError(f"{method.name} takes {', '.join(names) or 'no arguments'}; {name!r} is none of them or given twice")
        bound[name] = value
    missing = [value.name for value in method.inputs if value.name not in bound and value.kind != "arrow"]
    if missing:
        raise TypeError(f"{method.name} needs {', '.join(missing)}")
    return {name: bound.get(name) for name in names}


def _result(value: plugins.Value, answer: Dict[str, Any], rows: ArrowArrayStream) -> Any:
    if value.kind == "arrow":
        return Rows(rows)
    if value.kind == "bytes":
        return base64.b64decode(answer[value.name], validate=True)
    return answer[value.name]
