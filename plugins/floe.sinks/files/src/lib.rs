//! floe.sinks/files: rows as CSV or JSON lines in a folder, each file as a whole or not at all, each delivery once.
// The ABI is unsafe as a whole: every function of a table says in plugin.h what its pointers are.
#![allow(clippy::missing_safety_doc)]
#![deny(unsafe_op_in_unsafe_fn)]

mod abi;
mod arrow;
mod delivery;
mod json;
mod rows;
mod target;
mod text;

use abi::{fail, Call, Outcome};
use arrow::Stream;
use floe_sys::*;
use json::Value;
use std::collections::HashMap;
use std::os::raw::{c_char, c_void};
use std::path::PathBuf;
use std::sync::Mutex;
use target::Target;

/// An instance: the folder it delivers to, and the destinations that are open. Any thread may use it.
struct Files {
    host: *const floe_host,
    directory: PathBuf,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    targets: HashMap<u64, Target>,
}

impl Files {
    fn open(&self, text: &str) -> Outcome<u64> {
        let target = target::parse(text)?;
        let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        open.last += 1;
        let handle = open.last;
        open.targets.insert(handle, target);
        Ok(handle)
    }

    fn find(&self, handle: u64) -> Outcome<Target> {
        let open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        open.targets
            .get(&handle)
            .cloned()
            .map_or_else(|| fail(FLOE_INVALID_ARGUMENT, "there is no such open destination"), Ok)
    }

    fn close(&self, handle: u64) -> Outcome<()> {
        let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        open.targets.remove(&handle).map_or_else(
            || fail(FLOE_INVALID_ARGUMENT, "there is no such open destination"),
            |_| Ok(()),
        )
    }

    /// "" when files can be made.
    fn problem(&self) -> String {
        let nearest = self.directory.ancestors().find(|path| path.exists());
        match nearest {
            Some(path) if !path.is_dir() => format!("`{}` is no folder", path.display()),
            _ => String::new(),
        }
    }
}

/// The folder of a configuration; else which key is wrong, and why.
fn directory_of(config: &str) -> Result<PathBuf, (String, String)> {
    let text = if config.is_empty() { "{}" } else { config };
    let members = match json::parse(text) {
        Some(Value::Object(members)) => members,
        _ => return Err((String::new(), "the configuration is no JSON object".into())),
    };
    if let Some((key, _)) = members.iter().find(|(key, _)| key != "directory") {
        let shown: String = key.chars().take(60).collect();
        return Err((shown.clone(), format!("unknown key `{shown}`; accepted is `directory`")));
    }
    let path = members
        .first()
        .and_then(|(_, value)| value.as_text())
        .and_then(absolute_path);
    path.ok_or_else(|| {
        (
            "directory".into(),
            "`directory` must be an absolute path or a file URI".into(),
        )
    })
}

/// What follows the authority of a URI is the path, byte by byte, as everywhere in floe.
fn absolute_path(text: &str) -> Option<PathBuf> {
    let path = text.strip_prefix("file://").unwrap_or(text);
    (path.starts_with('/') && !path.contains('\0')).then(|| PathBuf::from(path))
}

unsafe extern "C" fn validate_config(
    host: *const floe_host,
    call: *mut floe_call,
    config: *const c_char,
    length: usize,
    problems: *mut floe_sink,
) -> floe_status {
    let call = unsafe { Call::new(host, call) };
    call.guard(|| {
        let found = match directory_of(unsafe { abi::text(config, length, "config")? }) {
            Ok(_) => "[]".to_string(),
            Err((path, message)) => format!(
                "[{{\"path\":{},\"message\":{}}}]",
                json::quoted(&path),
                json::quoted(&message)
            ),
        };
        call.answer(problems, &found)
    })
}

unsafe extern "C" fn create(
    host: *const floe_host,
    call: *mut floe_call,
    config: *const c_char,
    length: usize,
    instance: *mut *mut c_void,
) -> floe_status {
    let call = unsafe { Call::new(host, call) };
    call.guard(|| {
        let directory = match directory_of(unsafe { abi::text(config, length, "config")? }) {
            Ok(directory) => directory,
            Err((_, message)) => return fail(FLOE_INVALID_CONFIG, message),
        };
        let files = Box::new(Files {
            host,
            directory,
            open: Mutex::default(),
        });
        unsafe { *instance = Box::into_raw(files) as *mut c_void };
        Ok(())
    })
}

unsafe extern "C" fn destroy(instance: *mut c_void) {
    if !instance.is_null() {
        drop(unsafe { Box::from_raw(instance as *mut Files) });
    }
}

/// The instance behind a pointer that `create` gave, and the call on it.
unsafe fn enter<'a>(instance: *mut c_void, call: *mut floe_call) -> (&'a Files, Call) {
    let files = unsafe { &*(instance as *const Files) };
    (files, unsafe { Call::new(files.host, call) })
}

unsafe extern "C" fn health(instance: *mut c_void, call: *mut floe_call, out: *mut floe_sink) -> floe_status {
    let (files, call) = unsafe { enter(instance, call) };
    call.guard(|| {
        let problem = files.problem();
        let state = if problem.is_empty() { "ok" } else { "failed" };
        call.answer(
            out,
            &format!(
                "{{\"state\":\"{state}\",\"message\":{},\"details\":{{}}}}",
                json::quoted(&problem)
            ),
        )
    })
}

unsafe extern "C" fn describe(instance: *mut c_void, call: *mut floe_call, out: *mut floe_sink) -> floe_status {
    let (_, call) = unsafe { enter(instance, call) };
    call.guard(|| {
        call.answer(
            out,
            concat!(
                "{\"name\":\"files\",\"version\":\"",
                env!("CARGO_PKG_VERSION"),
                "\",\"capabilities\":[]}"
            ),
        )
    })
}

unsafe extern "C" fn open(
    instance: *mut c_void,
    call: *mut floe_call,
    target: *const c_char,
    target_length: usize,
    sink: *mut u64,
) -> floe_status {
    let (files, call) = unsafe { enter(instance, call) };
    call.guard(|| {
        call.check_alive()?;
        let handle = files.open(unsafe { abi::text(target, target_length, "target")? })?;
        unsafe { *sink = handle };
        Ok(())
    })
}

unsafe extern "C" fn write(
    instance: *mut c_void,
    call: *mut floe_call,
    sink: u64,
    rows: *mut ArrowArrayStream,
    options: *const c_char,
    options_length: usize,
    result: *mut floe_sink,
) -> floe_status {
    let (files, call) = unsafe { enter(instance, call) };
    // Owned from here on: released on every way out.
    let stream = unsafe { Stream::take(rows) };
    call.guard(move || {
        let options = delivery::parse_options(unsafe { abi::text(options, options_length, "options")? })?;
        let target = files.find(sink)?;
        let mut stream = match stream {
            Some(stream) => stream,
            None => return fail(FLOE_INVALID_ARGUMENT, "there are no rows"),
        };
        call.answer(
            result,
            &delivery::deliver(call, &files.directory, &target, &options, &mut stream)?,
        )
    })
}

unsafe extern "C" fn close(instance: *mut c_void, call: *mut floe_call, sink: u64) -> floe_status {
    let (files, call) = unsafe { enter(instance, call) };
    call.guard(|| files.close(sink))
}

static TABLE: floe_sink_v1 = floe_sink_v1 {
    struct_size: std::mem::size_of::<floe_sink_v1>() as u32,
    threading: FLOE_THREADS_CONCURRENT,
    capabilities: 0,
    validate_config: Some(validate_config),
    create: Some(create),
    destroy: Some(destroy),
    health: Some(health),
    describe: Some(describe),
    open: Some(open),
    write: Some(write),
    close: Some(close),
};

static INTERFACES: [floe_interface; 1] = [floe_interface {
    id: FLOE_SINK_INTERFACE.as_ptr() as *const c_char,
    name: b"files\0".as_ptr() as *const c_char,
    table: &TABLE as *const floe_sink_v1 as *const c_void,
}];

static PLUGIN: floe_plugin = floe_plugin {
    struct_size: std::mem::size_of::<floe_plugin>() as u32,
    abi_version: FLOE_ABI_VERSION,
    min_host_minor: 0,
    interface_count: 1,
    interfaces: &INTERFACES as *const floe_interface,
    id: b"io.floe.sink.files\0".as_ptr() as *const c_char,
    version: concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr() as *const c_char,
    vendor: b"floe\0".as_ptr() as *const c_char,
    shutdown: None,
};

#[no_mangle]
pub unsafe extern "C" fn floe_plugin_entry_v1(
    host: *const floe_host,
    call: *mut floe_call,
    out: *mut *const floe_plugin,
) -> floe_status {
    let call = unsafe { Call::new(host, call) };
    call.guard(|| {
        if unsafe { (*host).abi_version } >> 16 != FLOE_ABI_MAJOR {
            return fail(FLOE_UNSUPPORTED, "another ABI major is needed");
        }
        unsafe { *out = &PLUGIN };
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories() {
        assert_eq!(directory_of(r#"{"directory": "/a b"}"#), Ok(PathBuf::from("/a b")));
        assert_eq!(
            directory_of(r#"{"directory": "file:///a%20b"}"#),
            Ok(PathBuf::from("/a%20b"))
        );
        for (config, path) in [
            ("", "directory"),
            (r#"{"directory": "a"}"#, "directory"),
            (r#"{"dir": "/a"}"#, "dir"),
            ("[]", ""),
        ] {
            assert_eq!(directory_of(config).unwrap_err().0, path, "{config}");
        }
    }
}
