"""bindings/rust/floe-sys/src/lib.rs: the plugin ABI in Rust."""

import textwrap

from interfaces import abi
from interfaces.model import GENERATED, ROOT, is_host

HEAD = '''\
// {generated}
//! The plugin ABI: `floe/plugin.h` and `floe/interfaces/*.h`, spelled as in C. No dependencies. The features `core`,
//! `iceberg` and `dbt` add the functions of the three libraries and link them.
//!
//! A plugin is a `cdylib` that exports `floe_plugin_entry_v1`. Methods catch panics and answer `FLOE_PANIC`: unwinding across
//! the boundary is undefined. Text going in is (pointer, length); results go into a sink through `floe_host::write`.
#![allow(non_camel_case_types)]

use std::os::raw::{{c_char, c_int, c_void}};

#[cfg(feature = "dbt")]
pub mod dbt;
#[cfg(feature = "core")]
pub mod embedding;
#[cfg(feature = "iceberg")]
pub mod iceberg;
#[cfg(feature = "core")]
pub mod verbs;

pub type floe_status = i32;
pub type floe_wake = Option<unsafe extern "C" fn(arg: *mut c_void)>;
pub type floe_plugin_entry_v1_fn =
    unsafe extern "C" fn(host: *const floe_host, call: *mut floe_call, out: *mut *const floe_plugin) -> floe_status;

#[repr(C)]
pub struct ArrowSchema {{
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut ArrowSchema,
    pub dictionary: *mut ArrowSchema,
    pub release: Option<unsafe extern "C" fn(schema: *mut ArrowSchema)>,
    pub private_data: *mut c_void,
}}

#[repr(C)]
pub struct ArrowArray {{
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut ArrowArray,
    pub dictionary: *mut ArrowArray,
    pub release: Option<unsafe extern "C" fn(array: *mut ArrowArray)>,
    pub private_data: *mut c_void,
}}

#[repr(C)]
pub struct ArrowArrayStream {{
    pub get_schema: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int>,
    pub get_next: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int>,
    pub get_last_error: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream) -> *const c_char>,
    pub release: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream)>,
    pub private_data: *mut c_void,
}}
'''
SCALARS = {"uint32_t": "u32", "int32_t": "i32", "uint64_t": "u64", "int64_t": "i64", "double": "f64", "size_t": "usize", "char": "c_char",
           "void": "c_void", "struct ArrowArrayStream": "ArrowArrayStream"}
KEYWORDS = {"type", "match", "ref", "in", "where", "self"}


def rust_type(name):
    if name == "text":
        return "*const c_char"
    if name.endswith("*"):
        inner = name[:-1]
        if inner.startswith("const ") and not inner.endswith("*"):
            return f"*const {rust_type(inner.removeprefix('const '))}"
        return f"*mut {rust_type(inner)}"
    return SCALARS.get(name, name)


def identifier(name):
    return f"{name}_" if name == "self" else f"r#{name}" if name in KEYWORDS else name


def doc(text, indent):
    return [f"{indent}/// {line}" for line in textwrap.wrap(text, 110, break_on_hyphens=False)]


def field(member, text):
    lines = doc(text, "    ")
    if not abi.is_function(member):
        return lines + [f"    pub {identifier(member['name'])}: {rust_type(member['type'])},"]
    params = ", ".join(f"{identifier(p['name'])}: {rust_type(p['type'])}" for p in member["params"])
    result = "" if member["returns"] == "void" else f" -> {rust_type(member['returns'])}"
    return lines + [f"    pub {identifier(member['name'])}: Option<unsafe extern \"C\" fn({params}){result}>,"]


def struct_source(struct, description, texts):
    out = ["", *doc(description, ""), "#[repr(C)]", f"pub struct {struct['name']} {{"]
    for member in struct["members"]:
        out += field(member, texts.get(member["name"], ""))
    return out + ["}"]


def source(specs):
    by_table = {spec["table"]: spec for spec in specs}
    out = [HEAD.format(generated=GENERATED.format("*.json")).rstrip()]
    for name in abi.plugin_h()["opaque"]:
        out += ["", "/// Opaque, owned by the host.", "#[repr(C)]", f"pub struct {name} {{", "    _private: [u8; 0],", "}"]
    out.append("")
    out += [f"pub const {c['name']}: {rust_type(c['type'])} = {c['value']};" for c in abi.plugin_h()["constants"]]
    out.append("pub const FLOE_ABI_VERSION: u32 = (FLOE_ABI_MAJOR << 16) | FLOE_ABI_MINOR;")
    for spec in specs:
        out.append(f'/// With the NUL that C wants.\npub const FLOE_{spec["name"].upper()}_INTERFACE: &[u8] = b"{spec["interface"]}\\0";')
        out += [f"pub const {name}: u64 = 1 << {value.bit_length() - 1};" for name, value in abi.constants(spec)]
    structs = abi.structs(specs)
    for struct in structs:
        spec = by_table.get(struct["name"])
        texts = {m["name"]: m["description"] for m in spec["methods"]} if spec else {}
        description = f"`{spec['interface']}`. {spec['description']}" if spec else "See `floe/plugin.h`."
        out += struct_source(struct, description, texts)
    out += ["", "// Tables are read only and name no thread.", *[f"unsafe impl Sync for {name} {{}}" for name in
            ["floe_plugin", "floe_interface", *[s["table"] for s in specs if not is_host(s)]]]]
    out += ["", '#[cfg(target_pointer_width = "64")]', "const _: () = {"]
    out += [f"    assert!(std::mem::size_of::<{s['name']}>() == {abi.layout(s, 8)[1]});" for s in structs] + ["};", ""]
    return "\n".join(out)


def outputs(specs):
    yield ROOT / "bindings" / "rust" / "floe-sys" / "src" / "lib.rs", source(specs)
