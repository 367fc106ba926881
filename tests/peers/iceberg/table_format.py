"""libfloe-iceberg through its C ABI (ctypes), over the plugins of a build tree: what a foreign program would do.

Slots are found by their position in libfloe-core/spec/interfaces/*.json, so this is also a test of the generated layout.
"""

import ctypes
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLUGIN_HEADER = ["validate_config", "create", "destroy", "health", "describe"]
NONE_DEADLINE = 2**63 - 1


class FloeError(Exception):
    def __init__(self, status, message, details):
        super().__init__(f"status {status}: {message}")
        self.status, self.message, self.details = status, message, details


def slots(interface, is_host_table):
    spec = json.loads((ROOT / "libfloe-core/spec/interfaces" / f"{interface}.json").read_text())
    names = ([] if is_host_table else PLUGIN_HEADER) + [method["name"] for method in spec["methods"]]
    return {name: 16 + 8 * index for index, name in enumerate(names)}


class FunctionTable:
    def __init__(self, address, interface, is_host_table=False):
        self.address = address
        self.slots = slots(interface, is_host_table)

    def function(self, name, result=ctypes.c_int32):
        pointer = ctypes.c_void_p.from_address(self.address + self.slots[name]).value
        if not pointer:
            raise NotImplementedError(name)
        return lambda *args: ctypes.CFUNCTYPE(result, *[type(arg) for arg in args])(pointer)(*args)


def text(value):
    """(pointer, length) of a text or of a value as JSON."""
    encoded = (value if isinstance(value, str) else json.dumps(value)).encode()
    return ctypes.c_char_p(encoded), ctypes.c_size_t(len(encoded))


class Tables:
    def __init__(self, build, catalog_config, options):
        build = pathlib.Path(build)
        self.library = ctypes.CDLL(str(build / "lib/libfloe-iceberg.so.1"))
        for name in ("host_new", "host_table", "call_new", "table_format_v1"):
            getattr(self.library, f"floe_iceberg_{name}").restype = ctypes.c_void_p
        self.host_object = self.library.floe_iceberg_host_new(None, None)
        self.host = ctypes.c_void_p(self.library.floe_iceberg_host_table(ctypes.c_void_p(self.host_object)))
        plugins = build / "lib/floe/plugins"
        self.catalog, catalog = self.plugin(plugins / "floe.catalogs/sqlite", "catalog", catalog_config)
        self.storage, storage = self.plugin(plugins / "floe.storage/local", "storage", {})
        self.format = FunctionTable(self.library.floe_iceberg_table_format_v1(), "table_format", True)
        self.tables = ctypes.c_void_p()
        call = self.new_call()
        status = self.format.function("open")(
            self.host, call, ctypes.c_void_p(self.catalog.address), catalog, ctypes.c_void_p(self.storage.address),
            storage, *text(options), ctypes.pointer(self.tables))
        self.check(status, call)

    def plugin(self, directory, interface, config):
        manifest = json.loads((directory / "plugin.json").read_text())
        library = ctypes.CDLL(str(directory / manifest["library"]["linux-x86_64"]))
        plugin = ctypes.c_void_p()
        call = self.new_call()
        self.check(library.floe_plugin_entry_v1(self.host, call, ctypes.byref(plugin)), call)
        interfaces = ctypes.c_void_p.from_address(plugin.value + 16).value
        table = FunctionTable(ctypes.c_void_p.from_address(interfaces + 16).value, interface)
        instance = ctypes.c_void_p()
        call = self.new_call()
        self.check(table.function("create")(self.host, call, *text(config), ctypes.pointer(instance)), call)
        return table, instance

    def new_call(self):
        return ctypes.c_void_p(self.library.floe_iceberg_call_new(ctypes.c_void_p(self.host_object),
                                                                  ctypes.c_int64(NONE_DEADLINE)))

    def host_function(self, index, result, *args):
        # floe_host: struct_size, abi_version, ctx, then function pointers.
        pointer = ctypes.c_void_p.from_address(self.host.value + 16 + 8 * index).value
        return ctypes.CFUNCTYPE(result, *[type(arg) for arg in args])(pointer)(*args)

    def new_sink(self):
        context = ctypes.c_void_p.from_address(self.host.value + 8)
        return ctypes.c_void_p(self.host_function(17, ctypes.c_void_p, context))

    def sink_bytes(self, sink):
        data, length = ctypes.c_void_p(), ctypes.c_size_t()
        self.host_function(18, None, sink, ctypes.pointer(data), ctypes.pointer(length))
        content = ctypes.string_at(data.value, length.value) if length.value else b""
        self.host_function(19, None, sink)
        return content

    def check(self, status, call):
        try:
            if status != 0:
                sink = self.new_sink()
                self.host_function(15, ctypes.c_int32, call, sink)
                error = json.loads(self.sink_bytes(sink))
                raise FloeError(status, error["message"], error["details"])
        finally:
            self.library.floe_iceberg_call_free(call)

    def invoke(self, method, *payloads, returns_json=True):
        call = self.new_call()
        sink = [self.new_sink()] if returns_json else []
        arguments = [part for payload in payloads for part in text(payload)]
        status = self.format.function(method)(self.tables, self.host, call, *arguments, *sink)
        self.check(status, call)
        return json.loads(self.sink_bytes(sink[0])) if returns_json else None

    def begin_write(self, identifier, request):
        call, sink, handle = self.new_call(), self.new_sink(), ctypes.c_uint64()
        status = self.format.function("begin_write")(self.tables, self.host, call, *text(identifier), *text(request),
                                                     ctypes.pointer(handle), sink)
        self.check(status, call)
        return handle, json.loads(self.sink_bytes(sink))

    def commit(self, handle, files):
        call, sink = self.new_call(), self.new_sink()
        self.check(self.format.function("commit")(self.tables, self.host, call, handle, *text(files), sink), call)
        return json.loads(self.sink_bytes(sink))

    def metadata(self, identifier, name, at=None):
        import pyarrow
        stream = ctypes.create_string_buffer(40)  # five pointers
        call = self.new_call()
        status = self.format.function("metadata")(self.tables, self.host, call, *text(identifier), *text(name),
                                                  *text(at or {}), ctypes.cast(stream, ctypes.c_void_p))
        self.check(status, call)
        return pyarrow.RecordBatchReader._import_from_c(ctypes.addressof(stream)).read_all()

    def close(self):
        self.format.function("close", None)(self.tables)
