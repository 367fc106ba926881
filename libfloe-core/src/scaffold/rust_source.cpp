// A plugin in Rust on floe-sys, without other crates.
#include "scaffold/scaffold.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::scaffold {
namespace {

using conformance::MethodSpec;
using conformance::ValueSpec;

std::string parameter(const ValueSpec& param) {
  const std::string& name = param.name;
  if (param.kind == "bytes") return fmt::format("_{0}: *const c_void, _{0}_length: usize", name);
  if (param.is_text()) return fmt::format("{0}: *const c_char, {0}_length: usize", name);
  if (param.kind == "arrow") return name + ": *mut ArrowArrayStream";
  if (param.kind == "f64") return "_" + name + ": f64";
  return "_" + name + (param.kind == "i64" ? ": i64" : ": u64");
}

std::string result(const ValueSpec& value) {
  if (value.is_text()) return "_" + value.name + ": *mut floe_sink";
  if (value.kind == "arrow") return value.name + ": *mut ArrowArrayStream";
  return "_" + value.name + ": *mut u64";
}

// Refuses what the method must not be given.
std::string guard(const ValueSpec& param) {
  if (param.kind == "str") {
    return fmt::format(
        "        if utf8({0}, {0}_length).is_none() {{ return refuse(host, call, \"`{0}` is no UTF-8\"); }}\n",
        param.name);
  }
  if (param.kind != "json") return {};
  const char root = json_root(param);
  const std::string wanted =
      root == '\0' ? "is_some()" : fmt::format("is_some_and(|text| json::kind(text) == '{}')", root);
  const char* what = root == '{' ? "JSON object" : root == '[' ? "JSON array" : "JSON";
  return fmt::format("        if !utf8({0}, {0}_length).{1} {{ return refuse(host, call, \"`{0}` is no {2}\"); }}\n",
                     param.name, wanted, what);
}

std::string function(const MethodSpec& method) {
  std::vector<std::string> parameters{"host: *mut c_void", "call: *mut floe_call"};
  std::string streams;  // first: a refusal leaves them as it must
  std::string guards;
  for (const ValueSpec& param : method.params) {
    parameters.push_back(parameter(param));
    if (param.kind == "arrow") streams += fmt::format("        release({});\n", param.name);
    if (param.is_text()) guards += guard(param);
  }
  for (const ValueSpec& value : method.returns) {
    parameters.push_back(result(value));
    if (value.kind == "arrow") streams += fmt::format("        (*{}).release = None;\n", value.name);
  }
  const std::string body =
      streams + guards +
      fmt::format("        fail(host, call, FLOE_UNSUPPORTED, \"{} is not written yet\")\n", method.name);
  return fmt::format(
      "unsafe extern \"C\" fn {}({}) -> floe_status {{\n    guarded(host, call, || unsafe {{\n{}    }})\n}}\n\n",
      method.name, text::join(parameters, ", "), body);
}

constexpr std::string_view kHead =
    R"(//! @NAME@: a @INTERFACE@ plugin. Write what the methods answer; an instance has no state yet: it is its host.
// What a method does not use of floe-sys and of its own parameters, another one does.
#![allow(unused_imports, unused_variables, dead_code)]

mod json;

use floe_sys::*;
use std::os::raw::{c_char, c_void};

unsafe fn fail(host: *mut c_void, call: *mut floe_call, status: floe_status, message: &str) -> floe_status {
    let host = host as *const floe_host;
    if let Some(set_error) = unsafe { (*host).set_error } {
        unsafe { set_error(call, status, message.as_ptr() as *const c_char, message.len()) };
    }
    status
}

unsafe fn refuse(host: *mut c_void, call: *mut floe_call, message: &str) -> floe_status {
    unsafe { fail(host, call, FLOE_INVALID_ARGUMENT, message) }
}

unsafe fn answer(host: *mut c_void, out: *mut floe_sink, text: &str) -> floe_status {
    match unsafe { (*(host as *const floe_host)).write } {
        Some(write) => unsafe { write(out, text.as_ptr() as *const c_void, text.len()) },
        None => FLOE_INTERNAL,
    }
}

unsafe fn utf8<'a>(data: *const c_char, length: usize) -> Option<&'a str> {
    if length == 0 { return Some(""); }
    std::str::from_utf8(unsafe { std::slice::from_raw_parts(data as *const u8, length) }).ok()
}

unsafe fn release(stream: *mut ArrowArrayStream) {
    if stream.is_null() { return; }
    if let Some(release) = unsafe { (*stream).release } { unsafe { release(stream) }; }
}

/// A panic must not leave the library.
fn guarded(host: *mut c_void, call: *mut floe_call, body: impl FnOnce() -> floe_status) -> floe_status {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)) {
        Ok(status) => status,
        Err(_) => unsafe { fail(host, call, FLOE_PANIC, "a panic was caught") },
    }
}

unsafe extern "C" fn validate_config(host: *const floe_host, call: *mut floe_call, config: *const c_char, length: usize, problems: *mut floe_sink) -> floe_status {
    guarded(host as *mut c_void, call, || unsafe {
        let is_empty = utf8(config, length).is_some_and(json::is_empty_object);
        answer(host as *mut c_void, problems, if is_empty { "[]" } else { r#"[{"path":"","message":"there are no settings"}]"# })
    })
}

unsafe extern "C" fn create(host: *const floe_host, call: *mut floe_call, config: *const c_char, length: usize, instance: *mut *mut c_void) -> floe_status {
    guarded(host as *mut c_void, call, || unsafe {
        if !utf8(config, length).is_some_and(json::is_empty_object) {
            return fail(host as *mut c_void, call, FLOE_INVALID_CONFIG, "there are no settings");
        }
        *instance = host as *mut c_void;
        FLOE_OK
    })
}

unsafe extern "C" fn destroy(_instance: *mut c_void) {}

unsafe extern "C" fn health(host: *mut c_void, call: *mut floe_call, out: *mut floe_sink) -> floe_status {
    guarded(host, call, || unsafe { answer(host, out, r#"{"state":"ok","message":"","details":{}}"#) })
}

unsafe extern "C" fn describe(host: *mut c_void, call: *mut floe_call, out: *mut floe_sink) -> floe_status {
    guarded(host, call, || unsafe { answer(host, out, r#"{"name":"@NAME@","version":"0.1.0"}"#) })
}

)";

constexpr std::string_view kTail = R"(static INTERFACES: [floe_interface; 1] = [floe_interface {
    id: @MACRO@_INTERFACE.as_ptr() as *const c_char,
    name: b"@NAME@\0".as_ptr() as *const c_char,
    table: &TABLE as *const @TABLE@ as *const c_void,
}];

static PLUGIN: floe_plugin = floe_plugin {
    struct_size: std::mem::size_of::<floe_plugin>() as u32,
    abi_version: FLOE_ABI_VERSION,
    min_host_minor: 0,
    interface_count: 1,
    interfaces: &INTERFACES as *const floe_interface,
    id: b"org.example.@NAME@\0".as_ptr() as *const c_char,
    version: b"0.1.0\0".as_ptr() as *const c_char,
    vendor: b"Example Ltd\0".as_ptr() as *const c_char,
    shutdown: None,
};

#[no_mangle]
pub unsafe extern "C" fn floe_plugin_entry_v1(host: *const floe_host, call: *mut floe_call, out: *mut *const floe_plugin) -> floe_status {
    if unsafe { (*host).abi_version } >> 16 != FLOE_ABI_MAJOR {
        return unsafe { fail(host as *mut c_void, call, FLOE_UNSUPPORTED, "another ABI major is needed") };
    }
    unsafe { *out = &PLUGIN };
    FLOE_OK
}
)";

constexpr std::string_view kJson =
    R"(//! Whether a text is JSON, and of which kind. A JSON crate does this and more, once there is one.

/// '{' object, '[' array, '"' string, '0' number, 't' boolean, 'n' null, ' ' when it is no JSON.
pub fn kind(text: &str) -> char {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    reader.space();
    let first = reader.peek();
    if reader.value(256).is_none() { return ' '; }
    reader.space();
    if reader.at != reader.bytes.len() { return ' '; }
    match first {
        b'{' | b'[' | b'"' | b't' | b'n' => first as char,
        b'f' => 't',
        _ => '0',
    }
}

pub fn is_empty_object(text: &str) -> bool {
    kind(text) == '{' && text.chars().filter(|c| !c.is_whitespace()).eq("{}".chars())
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 { self.bytes.get(self.at).copied().unwrap_or(0) }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') { self.at += 1; }
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        if self.peek() != wanted || self.at >= self.bytes.len() { return None; }
        self.at += 1;
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        word.bytes().try_for_each(|byte| self.take(byte))
    }

    fn digits(&mut self) -> Option<()> {
        let begin = self.at;
        while self.peek().is_ascii_digit() { self.at += 1; }
        (self.at > begin).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        if self.peek() == b'-' { self.at += 1; }
        if self.peek() == b'0' { self.at += 1; } else { self.digits()?; }
        if self.peek() == b'.' { self.at += 1; self.digits()?; }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') { self.at += 1; }
            self.digits()?;
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        while self.peek() != b'"' {
            if self.peek() < 0x20 { return None; }
            let escaped = self.peek() == b'\\';
            self.at += 1;
            if !escaped { continue; }
            let code = self.peek();
            self.at += 1;
            match code {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                b'u' => for _ in 0..4 {
                    if !self.peek().is_ascii_hexdigit() { return None; }
                    self.at += 1;
                },
                _ => return None,
            }
        }
        self.take(b'"')
    }

    fn items(&mut self, close: u8, depth: u32) -> Option<()> {
        self.at += 1;
        self.space();
        if self.peek() == close { return self.take(close); }
        loop {
            if close == b'}' {
                self.string()?;
                self.space();
                self.take(b':')?;
                self.space();
            }
            self.value(depth - 1)?;
            self.space();
            if self.peek() == close { return self.take(close); }
            self.take(b',')?;
            self.space();
        }
    }

    fn value(&mut self, depth: u32) -> Option<()> {
        if depth == 0 { return None; }
        match self.peek() {
            b'{' => self.items(b'}', depth),
            b'[' => self.items(b']', depth),
            b'"' => self.string(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }
}
)";

std::string replaced(std::string_view pattern, const Request& request) {
  std::string text(pattern);
  const std::string& name = request.interface->name;
  for (const auto& [place, value] : {std::pair<std::string, std::string>{"@NAME@", request.name},
                                     {"@INTERFACE@", request.interface->id},
                                     {"@TABLE@", "floe_" + name + "_v1"},
                                     {"@MACRO@", "FLOE_" + text::to_upper_ascii(name)}}) {
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
      text.replace(at, place.size(), value);
  }
  return text;
}

std::string table(const Request& request) {
  const conformance::InterfaceSpec& interface = *request.interface;
  const std::string type = "floe_" + interface.name + "_v1";
  std::vector<std::string> bits;
  for (const std::string& capability : chosen_capabilities(interface))
    bits.push_back("FLOE_" + text::to_upper_ascii(interface.name + "_" + capability));
  std::string made = fmt::format(
      "static TABLE: {0} = {0} {{\n    struct_size: std::mem::size_of::<{0}>() as u32,\n"
      "    threading: FLOE_THREADS_CONCURRENT,\n    capabilities: {1},\n    validate_config: Some(validate_config),\n"
      "    create: Some(create),\n    destroy: Some(destroy),\n    health: Some(health),\n    describe: "
      "Some(describe),\n",
      type, bits.empty() ? "0" : text::join(bits, " | "));
  const auto chosen = chosen_methods(interface);
  for (const MethodSpec& method : interface.methods) {
    const bool is_there = std::find(chosen.begin(), chosen.end(), &method) != chosen.end();
    made += fmt::format("    {}: {},\n", method.name, is_there ? "Some(" + method.name + ")" : "None");
  }
  return made + "};\n\n";
}

}  // namespace

std::string rust_source(const Request& request) {
  std::string source = replaced(kHead, request);
  for (const MethodSpec* method : chosen_methods(*request.interface))
    source += function(*method);
  return source + table(request) + replaced(kTail, request);
}

std::string rust_json_module() { return std::string(kJson); }

}  // namespace floe::scaffold
