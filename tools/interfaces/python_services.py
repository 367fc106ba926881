"""bindings/python/floe/host_services.py: the services of the host as classes, for plugins written in Python."""

import keyword

from interfaces.model import GENERATED, ROOT, is_host, pascal
from interfaces.python_plugins import TYPES, docstring, values_source

HEAD = '''\
# {generated}
"""The services of the host for plugins in Python: `call.service(HostHttp).send({{"method": "GET", "url": url}}, b"")`.

A service works for the call that gave it. Its methods raise PluginError; handles are numbers, rows come as floe.Rows and go as
anything with `__arrow_c_stream__`. Payloads with examples: docs/reference/interfaces/.
"""

from __future__ import annotations

from typing import Any, Optional, Tuple

from floe import abi
from floe._service import HostService
from floe.plugin_call import ArrowStream, Json
from floe.plugins import Method, Value
'''
HANDLE = {**TYPES, "handle": "int"}


def result_type(method):
    types = [HANDLE[r["kind"]].replace("ArrowStream", "Any") for r in method["returns"]]
    return "None" if not types else types[0] if len(types) == 1 else f"Tuple[{', '.join(types)}]"


def parameter(value):
    return value["name"] + "_" * keyword.iskeyword(value["name"])


def method_source(number, method):
    kind = lambda p: f"Optional[{HANDLE[p['kind']]}]" if p["kind"] == "arrow" else HANDLE[p["kind"]]
    params = ", ".join(["self"] + [f"{parameter(p)}: {kind(p)}" for p in method["params"]])
    text = [method["description"]]
    text += [f"{v['name']}: {v['description']}." for v in method["params"] + method["returns"] if v.get("description")]
    text += [f"{v['name']} is {v['schema']}." for v in method["params"] + method["returns"] if "schema" in v]
    names = ", ".join(["self.METHODS[%d]" % number] + [parameter(p) for p in method["params"]])
    return ["", f"    def {method['name']}({params}) -> {result_type(method)}:", *docstring(" ".join(t for t in text if t), 8),
            f"        return self._run({names})"]


def class_source(spec):
    out = ["", "", f"class {pascal(spec['interface'].split('/')[0].removeprefix('floe.').replace('.', '_'))}(HostService):",
           *docstring(f"{spec['description']} Service {spec['interface']}, {spec['lifecycle']}.", 4), "",
           f'    ID = "{spec["interface"]}"', f"    TABLE = abi.{spec['table']}", "    METHODS = ("]
    out += [f'        Method("{m["name"]}", {values_source(m["params"])}, {values_source(m["returns"])}),' for m in spec["methods"]] + ["    )"]
    for number, method in enumerate(spec["methods"]):
        out += method_source(number, method)
    return out


def outputs(specs):
    out = [HEAD.format(generated=GENERATED.format("host_*.json and warehouse.json")).rstrip()]
    for spec in specs:
        if is_host(spec) and spec["interface"].startswith("floe.host."):
            out += class_source(spec)
    yield ROOT / "bindings" / "python" / "floe" / "host_services.py", "\n".join(out) + "\n"
