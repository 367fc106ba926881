"""bindings/python/floe/plugins.py: the base classes of plugins written in Python."""

import textwrap

from interfaces.cpp_sdk import base_class
from interfaces.model import GENERATED, ROOT, is_host, load_schema

HEAD = '''\
# {generated}
"""Base classes of plugins in Python, one for each interface: derive, and implement its methods.

A method that stays as it is here counts as missing. JSON comes and goes as Python objects, rows as objects with
`__arrow_c_stream__`; a failure is a PluginError. What a method gives for a handle may be any object; the methods that take
the handle get it again. Payloads with examples: docs/reference/interfaces/.
"""

from typing import Any, Callable, List, NamedTuple, Optional, Tuple, TypeVar

from floe.plugin_call import ArrowStream, Call, Handle, Json


class Value(NamedTuple):
    """An input or output of a method."""

    name: str
    kind: str  # str, json, bytes, arrow, handle, u64, i64, f64
    schema: Optional[str] = None  # of a JSON value: https://floe.dev/schemas/v1/<schema>.schema.json
    root: Optional[str] = None  # of a JSON value that is always one: object, array
    ends: bool = False  # the method ends this handle


class Method(NamedTuple):
    """What is known about a method: its slot is the position in METHODS, behind the five common ones."""

    name: str
    inputs: Tuple[Value, ...]
    outputs: Tuple[Value, ...]
    optional: bool = False
    capability: Optional[str] = None
    any_thread: bool = False


class Plugin:
    """What every plugin has. `validate_config`, `health` and `describe` may be overridden."""

    INTERFACE: str
    GROUP: str
    CAPABILITIES: Tuple[str, ...] = ()  # in addition to those that implemented methods imply
    THREADS = "serial"  # one method of an instance at a time; "concurrent": the class locks; "affine": on one thread
    METHODS: Tuple[Method, ...]

    def __init__(self, call: Call, config: Json):
        self.config = config

    @classmethod
    def validate_config(cls, call: Call, config: Json) -> List[Json]:
        """Problems of a config: [{{"path", "message"}}]; [] when there are none."""
        return []

    def health(self, call: Call) -> Json:
        """State of the instance: {{"state": "ok|degraded|failed", "message", "details"}}."""
        return {{"state": "ok", "message": "", "details": {{}}}}

    def describe(self, call: Call) -> Json:
        """What the instance says about itself: name, version, capabilities, limits."""
        return {{}}

    def destroy(self) -> None:
        """Ends the instance: it is not called any more."""

    @classmethod
    def implements(cls, method: str) -> bool:
        """Whether the class has a method of its own."""
        return not getattr(getattr(cls, method), "_is_missing", False)


F = TypeVar("F", bound=Callable[..., Any])


def _missing(function: F) -> F:
    setattr(function, "_is_missing", True)
    return function
'''
TYPES = {"str": "str", "json": "Json", "bytes": "bytes", "arrow": "ArrowStream", "handle": "Handle", "u64": "int", "i64": "int", "f64": "float"}


def value_source(value):
    extra = f', "{value["schema"]}"' if "schema" in value else ""
    root = load_schema(value["schema"]).get("type") if "schema" in value else None
    extra += f', "{root}"' if root in ("object", "array") else ""
    extra += ", ends=True" if value.get("ends") else ""
    return f'Value("{value["name"]}", "{value["kind"]}"{extra})'


def values_source(values):
    return "(" + "".join(value_source(v) + ", " for v in values).rstrip(" ") + ")"


def method_row(method):
    extra = ", optional=True" if method.get("optional") else ""
    extra += f', capability="{method["capability"]}"' if method.get("capability") else ""
    extra += ", any_thread=True" if method.get("any_thread") else ""
    return f'        Method("{method["name"]}", {values_source(method["params"])}, {values_source(method["returns"])}{extra}),'


def result_type(method):
    types = [TYPES[r["kind"]] for r in method["returns"]]
    return "None" if not types else types[0] if len(types) == 1 else f"Tuple[{', '.join(types)}]"


def docstring(text, indent):
    lines = textwrap.wrap(text, 110 - indent, break_on_hyphens=False)
    pad = " " * indent
    if len(lines) <= 1:
        return [f'{pad}"""{text}"""']
    return [f'{pad}"""{lines[0]}', *[pad + line for line in lines[1:]], f'{pad}"""']


def method_source(method):
    parameter = lambda p: f"{p['name']}: " + (f"Optional[{TYPES[p['kind']]}]" if p["kind"] == "arrow" else TYPES[p["kind"]])
    params = ", ".join(["self", "call: Call"] + [parameter(p) for p in method["params"]])
    text = [method["description"]]
    text += [f"{v['name']}: {v['description']}." for v in method["params"] + method["returns"] if v.get("description")]
    text += [f"{v['name']} is {v['schema']}." for v in method["params"] + method["returns"] if "schema" in v]
    text += [f"Optional{', capability ' + method['capability'] if method.get('capability') else ''}."] if method.get("optional") else []
    described = docstring(" ".join(t for t in text if t), 8)
    return ["", "    @_missing", f"    def {method['name']}({params}) -> {result_type(method)}:", *described,
            "        raise NotImplementedError"]


def class_source(spec):
    out = ["", "", f"class {base_class(spec)}(Plugin):", *docstring(f"{spec['description']} Interface {spec['interface']}, {spec['lifecycle']}.", 4), "",
           f'    INTERFACE = "{spec["interface"]}"', f'    GROUP = "{spec["group"]}"', "    METHODS = ("]
    out += [method_row(m) for m in spec["methods"]] + ["    )"]
    for method in spec["methods"]:
        out += method_source(method)
    return out


def outputs(specs):
    plugins = [spec for spec in specs if not is_host(spec)]
    out = [HEAD.format(generated=GENERATED.format("*.json")).rstrip()]
    for spec in plugins:
        out += class_source(spec)
    out += ["", "", "# The base class of every interface by its id.", "INTERFACES = {"]
    out += [f'    "{spec["interface"]}": {base_class(spec)},' for spec in plugins] + ["}", ""]
    yield ROOT / "bindings" / "python" / "floe" / "plugins.py", "\n".join(out)
