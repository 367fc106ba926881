"""bindings/python/floe/abi.py: the structs and constants of the plugin ABI for ctypes."""

from interfaces import abi
from interfaces.model import GENERATED, ROOT, is_host

HEAD = '''\
# {generated}
"""The plugin ABI for ctypes: floe/plugin.h and floe/interfaces/*.h, spelled as in C.

Text with a length is an address: `ctypes.string_at(address, length)`. Fields and parameters follow the headers, where each
method is documented.
"""

import ctypes

if ctypes.sizeof(ctypes.c_void_p) != 8:
    raise ImportError("floe has no 32-bit build")

floe_status = ctypes.c_int32
floe_wake = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class ArrowSchema(ctypes.Structure):
    pass


class ArrowArray(ctypes.Structure):
    pass


class ArrowArrayStream(ctypes.Structure):
    pass


ArrowSchema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowSchema))),
    ("dictionary", ctypes.POINTER(ArrowSchema)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowSchema))),
    ("private_data", ctypes.c_void_p),
]
ArrowArray._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowArray))),
    ("dictionary", ctypes.POINTER(ArrowArray)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowArray))),
    ("private_data", ctypes.c_void_p),
]
ArrowArrayStream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ArrowArrayStream), ctypes.POINTER(ArrowSchema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ArrowArrayStream), ctypes.POINTER(ArrowArray))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(ArrowArrayStream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowArrayStream))),
    ("private_data", ctypes.c_void_p),
]
'''
TAIL = '''

def _check_layout() -> None:
    """The sizes and last offsets that the C compiler gives the same structs."""
    for struct, size, member, offset in ({rows}
    ):
        if ctypes.sizeof(struct) != size or getattr(struct, member).offset != offset:
            raise ImportError(f"ctypes lays out {{struct.__name__}} differently from C")


_check_layout()
'''
TYPES = {"void": "None", "uint32_t": "ctypes.c_uint32", "int32_t": "ctypes.c_int32", "uint64_t": "ctypes.c_uint64", "int64_t": "ctypes.c_int64",
         "double": "ctypes.c_double", "size_t": "ctypes.c_size_t", "floe_status": "floe_status", "floe_wake": "floe_wake", "text": "ctypes.c_char_p",
         "uint64_t*": "ctypes.POINTER(ctypes.c_uint64)", "size_t*": "ctypes.POINTER(ctypes.c_size_t)", "void**": "ctypes.POINTER(ctypes.c_void_p)",
         "const void**": "ctypes.POINTER(ctypes.c_void_p)", "struct ArrowArrayStream*": "ctypes.POINTER(ArrowArrayStream)"}


def python_type(name):
    if name in TYPES:
        return TYPES[name]
    pointee = name.removeprefix("const ").removesuffix("*")
    if pointee in ("floe_host", "floe_interface"):
        return f"ctypes.POINTER({pointee})"
    return "ctypes.c_void_p"  # opaque objects, text with a length, bytes, tables


def field(member):
    if not abi.is_function(member):
        return f'    ("{member["name"]}", {python_type(member["type"])}),'
    types = ", ".join([python_type(member["returns"])] + [python_type(p["type"]) for p in member["params"]])
    return f'    ("{member["name"]}", ctypes.CFUNCTYPE({types})),'


def class_of(struct):
    return ["", "", f"class {struct['name']}(ctypes.Structure):", "    pass", "", "", f"{struct['name']}._fields_ = [",
            *[field(m) for m in struct["members"]], "]"]


def source(specs):
    structs = abi.structs(specs)
    out = [HEAD.format(generated=GENERATED.format("*.json")).rstrip(), ""]
    out += [f"{c['name']} = {c['value']}" for c in abi.plugin_h()["constants"]]
    for spec in specs:
        out.append(f'FLOE_{spec["name"].upper()}_INTERFACE = "{spec["interface"]}"')
        out += [f"{name} = 1 << {value.bit_length() - 1}" for name, value in abi.constants(spec)]
    for struct in structs:
        out += class_of(struct)
    out += ["", "entry_type = ctypes.CFUNCTYPE(floe_status, ctypes.POINTER(floe_host), ctypes.c_void_p, ctypes.POINTER(ctypes.POINTER(floe_plugin)))",
            "# The table of every plugin interface by its id.", "TABLES = {"]
    out += [f'    "{spec["interface"]}": {spec["table"]},' for spec in specs if not is_host(spec)] + ["}"]
    rows = ""
    for struct in structs:
        places, size = abi.layout(struct, 8)
        rows += f'\n        ({struct["name"]}, {size}, "{places[-1][0]}", {places[-1][1]}),'
    return "\n".join(out) + "\n" + TAIL.format(rows=rows)


def outputs(specs):
    yield ROOT / "bindings" / "python" / "floe" / "abi.py", source(specs)
