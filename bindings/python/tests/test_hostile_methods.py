"""Each method of each interface with each way to go wrong: a call that fails is an exception of floe, and never an answer."""

import json
import textwrap

import pyarrow
import pytest

import floe
from floe import plugins

# What a method does -> its code; `self.used` are rows that were read already.
ALWAYS = {
    "ValueError": "raise ValueError('wrong')",
    "text raises": "raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})()",
    "SystemExit 0": "raise SystemExit(0)",
    "SystemExit": "raise SystemExit",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "GeneratorExit": "raise GeneratorExit",
    "BaseException": "raise BaseException('base')",
    "MemoryError": "raise MemoryError",
    "RecursionError": "return method(self, call, *inputs)",
    "NotImplementedError": "raise NotImplementedError",
    "StopIteration": "raise StopIteration({})",
    "status 0": "raise PluginError(0, 'zero')",
    "status 2**32": "raise PluginError(1 << 32, 'too wide')",
    "status -1": "raise PluginError(-1, 'negative')",
    "status text": "raise PluginError('ok', 'no number')",
    "status lacks": "raise type('Bare', (PluginError,), {'__init__': lambda self: None})()",
    "FloeError": "raise floe.FloeError('no status', status=0)",
    "asynchronous": "put_exception(KeyboardInterrupt)",
}
# What a method gives -> the kinds of results that it is wrong for; "" is a method without results.
RETURNS = {
    "None": {"str", "json", "bytes", "arrow", "handle", "u64", "i64", "f64"},
    "False": {"", "str", "json", "bytes", "arrow", "u64", "i64", "f64"},
    "0": {"", "str", "json", "bytes", "arrow"},
    "''": {"", "json", "bytes", "arrow", "u64", "i64", "f64"},
    "'\\udc80'": {"", "str", "json", "bytes", "arrow", "u64", "i64", "f64"},
    "b'\\xff'": {"", "str", "json", "arrow", "u64", "i64", "f64"},
    "1 << 64": {"", "str", "json", "bytes", "arrow", "u64", "i64"},
    "-1": {"", "str", "json", "bytes", "arrow", "u64"},
    "{1: object()}": {"", "str", "json", "bytes", "arrow", "u64", "i64", "f64"},
    "{'nan': float('nan')}": {"", "str", "json", "bytes", "arrow", "u64", "i64", "f64"},
    "set()": {"", "str", "json", "bytes", "arrow", "u64", "i64", "f64"},
    "object()": {"", "str", "json", "bytes", "arrow", "u64", "i64", "f64"},
    "coroutine()": {"", "str", "json", "bytes", "arrow", "handle", "u64", "i64", "f64"},
    "used": {"", "str", "json", "bytes", "arrow", "u64", "i64", "f64"},
}
SOURCE = """
    import ctypes
    import threading
    import floe
    import pyarrow
    from floe import plugins
    from floe.plugin_call import PluginError

    class Used:
        def __arrow_c_stream__(self, requested_schema=None):
            raise ValueError("these rows have been read already")

    async def _coroutine(): pass

    def coroutine():
        made = _coroutine()
        made.close()
        return made

    def put_exception(kind):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), ctypes.py_object(kind))

    used = Used()

    def hostile(spec):
        def method(self, call, *inputs):
            if self.config["at"] != spec.name:
                return GOOD(spec)
            made = {}
            code = "def body(self, call, inputs, method):\\n    " + self.config["do"]
            exec(code, globals(), made)
            return made["body"](self, call, inputs, method)
        return method

    def GOOD(spec):
        good = {"handle": object(), "str": "", "bytes": b"", "arrow": pyarrow.table({"a": [1]}), "u64": 1}
        values = [good.get(one.kind, [] if one.root == "array" else {}) for one in spec.outputs]
        return None if not values else values[0] if len(values) == 1 else tuple(values)

    class Hostile(plugins.BASE):
        CAPABILITIES = CLAIMED
        for spec in plugins.BASE.METHODS:
            if spec.name not in LEFT_OUT:
                vars()[spec.name] = hostile(spec)
"""
# Of capabilities of which a plugin has exactly one, the others; and those without a method.
LEFT_OUT = {"floe.catalog/1": ("commit_table",)}
CLAIMED = {"floe.compute/1": ("native_iceberg",)}


def outputs_of(spec):
    return [one.kind for one in spec.outputs] or [""]


def wrong_results(spec):
    """Code that gives one wrong result among right ones."""
    good = {"handle": "object()", "str": "''", "bytes": "b''", "arrow": "used", "": "None"}
    for number, kind in enumerate(outputs_of(spec)):
        for code, kinds in RETURNS.items():
            if kind not in kinds:
                continue
            values = [good.get(one, "[]" if len(spec.outputs) and spec.outputs[place].root == "array" else "{}")
                      for place, one in enumerate(outputs_of(spec))]
            values[number] = code
            yield f"result {number}: {code}", "return " + (values[0] if len(values) == 1 else f"({', '.join(values)})")


def arguments_of(plugin, interface, spec):
    """Values that the bridge takes; handles from the method that gives them."""
    made = []
    for value in spec.inputs:
        if value.kind == "handle":
            [opener] = [one for one in interface.METHODS if any((out.kind, out.name) == ("handle", value.name) for out in one.outputs)][:1]
            made.append(plugin.call(opener.name, *arguments_of(plugin, interface, opener)))
        else:
            made.append({"str": "x", "bytes": b"x", "json": [] if value.root == "array" else {}, "arrow": pyarrow.table({"a": [1]})}.get(value.kind, 1))
    return made


@pytest.fixture
def project(tmp_path):
    (tmp_path / "plugins").mkdir()
    return floe.Project(tmp_path, plugin_roots=[tmp_path / "plugins"])


def install(root, interface):
    base = plugins.INTERFACES[interface]
    left_out = LEFT_OUT.get(interface, ())
    methods = [spec for spec in base.METHODS if spec.name not in left_out]
    claimed = CLAIMED.get(interface, ())
    folder = root / "plugins" / base.GROUP / "hostile"
    folder.mkdir(parents=True)
    source = textwrap.dedent(SOURCE).replace("BASE", base.__name__).replace("CLAIMED", repr(claimed)).replace("LEFT_OUT", repr(left_out))
    (folder / "plugin.py").write_text(source)
    capabilities = sorted({*claimed, *(spec.capability for spec in methods if spec.capability)})
    (folder / "plugin.json").write_text(json.dumps({
        "manifest_version": 1, "id": "org.example.hostile", "version": "1.0.0", "vendor": "Example", "abi": {"major": 1}, "group": base.GROUP,
        "name": "hostile", "interface": interface, "runtime": "python", "library": "plugin.py", "capabilities": capabilities}))
    return methods


@pytest.mark.parametrize("interface", sorted(plugins.INTERFACES))
def test_no_way_to_go_wrong_is_an_answer(tmp_path, project, interface):
    answered, tried = [], 0
    methods = install(tmp_path, interface)
    right = project.plugin("hostile", {"at": "", "do": ""})
    for spec in methods:
        right.call(spec.name, *arguments_of(right, plugins.INTERFACES[interface], spec))
    right.close()
    for spec in methods:
        for what, code in [*ALWAYS.items(), *wrong_results(spec)]:
            plugin = project.plugin("hostile", {"at": spec.name, "do": code})
            arguments = arguments_of(plugin, plugins.INTERFACES[interface], spec)
            tried += 1
            try:
                answered.append((spec.name, what, plugin.call(spec.name, *arguments)))
            except floe.FloeError as error:
                assert error.message, (spec.name, what)
            plugin.close()
    assert answered == [] and tried > 20
