//! `floe/floe.h`: whole projects. What each function means, owns and answers: the header, docs/reference/embedding.md.
use crate::{floe_status, ArrowArrayStream};
use std::os::raw::{c_char, c_void};

/// Opaque: one project, its plugins and open tables.
#[repr(C)]
pub struct floe_context {
    _private: [u8; 0],
}

/// Opaque: what one verb answered; ends with `floe_result_free`.
#[repr(C)]
pub struct floe_result {
    _private: [u8; 0],
}

/// Opaque: a request to stop; ends with `floe_cancel_free`.
#[repr(C)]
pub struct floe_cancel {
    _private: [u8; 0],
}

/// `event` is a JSON object, borrowed for the call. Must not unwind.
pub type floe_event_callback = Option<unsafe extern "C" fn(arg: *mut c_void, event: *const c_char, length: usize)>;

#[link(name = "floe-core")]
extern "C" {
    pub fn floe_version() -> *const c_char;
    pub fn floe_status_name(status: floe_status) -> *const c_char;

    pub fn floe_result_status(result: *const floe_result) -> floe_status;
    pub fn floe_result_message(result: *const floe_result) -> *const c_char;
    pub fn floe_result_details(result: *const floe_result, length: *mut usize) -> *const c_char;
    pub fn floe_result_json(result: *const floe_result, length: *mut usize) -> *const c_char;
    pub fn floe_result_diagnostics(result: *const floe_result, length: *mut usize) -> *const c_char;
    pub fn floe_result_render(result: *mut floe_result, format: *const c_char, color: i32, length: *mut usize) -> *const c_char;
    pub fn floe_result_text(result: *mut floe_result, part: *const c_char, style: i32, length: *mut usize) -> *const c_char;
    pub fn floe_result_exit_code(result: *const floe_result) -> i32;
    pub fn floe_result_free(result: *mut floe_result);

    pub fn floe_context_create(options: *const c_char, length: usize, context: *mut *mut floe_context,
                               result: *mut *mut floe_result) -> floe_status;
    pub fn floe_context_on_event(context: *mut floe_context, callback: floe_event_callback, arg: *mut c_void);
    pub fn floe_context_cancel(context: *mut floe_context);
    pub fn floe_context_set_cancel(context: *mut floe_context, cancel: *const floe_cancel) -> floe_status;
    pub fn floe_context_destroy(context: *mut floe_context);

    pub fn floe_cancel_new() -> *mut floe_cancel;
    pub fn floe_cancel_request(cancel: *mut floe_cancel);
    pub fn floe_cancel_is_requested(cancel: *const floe_cancel) -> i32;
    pub fn floe_cancel_free(cancel: *mut floe_cancel);

    pub fn floe_running_call(text: *mut c_char, capacity: usize) -> usize;
    pub fn floe_running_calls(text: *mut c_char, capacity: usize) -> usize;
    pub fn floe_plugin_at(address: *const c_void, text: *mut c_char, capacity: usize) -> usize;
    pub fn floe_loaded_plugins(text: *mut c_char, capacity: usize) -> usize;
    pub fn floe_use_signal_stacks();
    pub fn floe_shutdown_plugins();

    /// The verb of that name: `floe_sys::verbs` has the names.
    pub fn floe_context_call(context: *mut floe_context, verb: *const c_char, request: *const c_char, length: usize,
                             result: *mut *mut floe_result) -> floe_status;
    pub fn floe_verbs(length: *mut usize) -> *const c_char;
    pub fn floe_show_stream(context: *mut floe_context, request: *const c_char, length: usize, rows: *mut ArrowArrayStream,
                            result: *mut *mut floe_result) -> floe_status;
    pub fn floe_plugin_call(context: *mut floe_context, request: *const c_char, length: usize,
                            rows_in: *mut ArrowArrayStream, rows_out: *mut ArrowArrayStream,
                            result: *mut *mut floe_result) -> floe_status;
}
