"""A host in Python over the generated ctypes declarations: opens a plugin's library, calls methods, checks every JSON payload."""

import contextlib
import ctypes
import json
import pathlib
import sys

import pyarrow
import pytest

from floe_command import BIN
from payload_schemas import ROOT, Payloads

sys.path.insert(0, str(ROOT / "bindings" / "python"))
from floe import abi, plugins  # noqa: E402

BUILD = BIN.resolve().parents[1]
PAYLOADS = Payloads(is_closed=True)
NO_DEADLINE = 2**63 - 1


class CallFailed(Exception):
    def __init__(self, status, message):
        super().__init__(f"{message} (status {status})")
        self.status = status


class Host:
    """floe_host with one call and any number of sinks. An address stands for each opaque object."""

    def __init__(self):
        self.sinks = {}
        self.message = ""
        self.table = abi.floe_host()
        self.table.struct_size = ctypes.sizeof(abi.floe_host)
        self.table.abi_version = (abi.FLOE_ABI_MAJOR << 16) | abi.FLOE_ABI_MINOR
        answers = {
            "set_error": self.set_error, "write": self.write, "make_sink": lambda ctx: self.new_sink(), "drop_sink": lambda sink: None,
            "deadline_unix_ns": lambda call: NO_DEADLINE, "fork_call": lambda parent: parent, "is_cancelled": lambda call: 0,
            "on_cancel": lambda call, wake, arg: 0, "progress": lambda *_: 0, "begin_span": lambda *_: 1,
            "traceparent": lambda *_: abi.FLOE_NOT_FOUND, "get_service": lambda *_: None, "call_error": lambda *_: 0,
        }
        for name, kind in abi.floe_host._fields_:
            if hasattr(kind, "_restype_"):
                setattr(self.table, name, kind(answers.get(name, lambda *_: None)))

    def set_error(self, call, status, message, length):
        self.message = ctypes.string_at(message, length).decode()

    def write(self, sink, data, length):
        self.sinks[sink] += ctypes.string_at(data, length)
        return abi.FLOE_OK

    def new_sink(self):
        self.sinks[len(self.sinks) + 1] = b""
        return len(self.sinks)


class Instance:
    """One instance of a plugin of the build tree. `call` takes and gives what a Python plugin's method would."""

    def __init__(self, build, group, name, config):
        directory = build / "lib" / "floe" / "plugins" / group / name
        manifest = json.loads((directory / "plugin.json").read_text())
        self.host = Host()
        self.interface = plugins.INTERFACES[manifest["interface"]]
        self.methods = {method.name: method for method in self.interface.METHODS}
        self.library = ctypes.CDLL(str(directory / manifest["library"]["linux-x86_64"]))
        entry = abi.entry_type(("floe_plugin_entry_v1", self.library))
        descriptor = ctypes.POINTER(abi.floe_plugin)()
        self.check(entry(self.host.table, None, descriptor))
        exposed = next(one for one in descriptor.contents.interfaces[: descriptor.contents.interface_count]
                       if one.id.decode() == manifest["interface"])
        self.table = ctypes.cast(exposed.table, ctypes.POINTER(abi.TABLES[manifest["interface"]])).contents
        self.self = ctypes.c_void_p()
        text = json.dumps(config).encode()
        self.check(self.table.create(self.host.table, None, ctypes.cast(text, ctypes.c_void_p), len(text), self.self))

    def check(self, status):
        if status != abi.FLOE_OK:
            raise CallFailed(status, self.host.message)

    def state(self, name):
        """health or describe, checked against its schema."""
        sink = self.host.new_sink()
        self.check(getattr(self.table, name)(self.self, None, sink))
        return self.taken(f"shared/{'health' if name == 'health' else 'description'}", sink)

    def call(self, name, *inputs):
        method = self.methods[name]
        arguments = [argument for value, given in zip(method.inputs, inputs, strict=True) for argument in self.argument(value, given)]
        results = [self.receiver(value) for value in method.outputs]
        status = getattr(self.table, name)(self.self, None, *arguments, *(handed for handed, _ in results))
        self.check(status)
        values = tuple(take() for _, take in results)
        return values[0] if len(values) == 1 else values or None

    def argument(self, value, given):
        if value.kind in ("handle", "u64", "i64", "f64"):
            return [given]
        if value.kind == "arrow":
            return [self.exported(given)]
        if value.kind == "json" and not isinstance(given, bytes):  # bytes: a document that fits no schema, on purpose
            assert PAYLOADS.problems(value.schema, given) == [], (value, given)
            given = json.dumps(given)
        content = given if isinstance(given, bytes) else given.encode()
        return [ctypes.cast(ctypes.create_string_buffer(content), ctypes.c_void_p), len(content)]

    def exported(self, rows):
        """A pyarrow table as a stream that the plugin takes over, whatever it answers."""
        if rows is None:
            return None
        stream = abi.ArrowArrayStream()
        rows.to_reader()._export_to_c(ctypes.addressof(stream))
        return ctypes.pointer(stream)

    def receiver(self, value):
        """What is handed to the method, and how the result is taken afterwards."""
        if value.kind in ("handle", "u64"):
            number = ctypes.c_uint64()
            return number, lambda: number.value
        if value.kind == "arrow":
            stream = abi.ArrowArrayStream()
            return stream, lambda: pyarrow.RecordBatchReader._import_from_c(ctypes.addressof(stream)).read_all()
        sink = self.host.new_sink()
        if value.kind == "json":
            return sink, lambda: self.taken(value.schema, sink)
        return sink, lambda: self.host.sinks[sink] if value.kind == "bytes" else self.host.sinks[sink].decode()

    def taken(self, schema, sink):
        document = json.loads(self.host.sinks[sink])
        assert PAYLOADS.problems(schema, document) == [], document
        return document

    def close(self):
        self.table.destroy(self.self)


@contextlib.contextmanager
def plugin(group, name, config):
    """An instance of a first-party plugin that is well and describes itself."""
    instance = Instance(BUILD, group, name, config)
    assert instance.state("health")["state"] == "ok"
    instance.state("describe")
    try:
        yield instance
    finally:
        instance.close()


def refused(status, instance, method, *inputs):
    with pytest.raises(CallFailed) as failure:
        instance.call(method, *inputs)
    assert failure.value.status == status
