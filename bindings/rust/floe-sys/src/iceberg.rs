//! `floe/iceberg.h`: Iceberg tables. What each function means, owns and answers: the header, docs/reference/embedding.md.
use crate::{floe_call, floe_catalog_v1, floe_host, floe_storage_v1, floe_table_format_v1};
use std::os::raw::{c_char, c_void};

/// Opaque: a small host for programs without one.
#[repr(C)]
pub struct floe_iceberg_host {
    _private: [u8; 0],
}

/// Receives log records, on any thread. Must not unwind.
pub type floe_iceberg_log_fn = Option<unsafe extern "C" fn(arg: *mut c_void, level: i32, message: *const c_char, length: usize)>;

#[link(name = "floe-iceberg")]
extern "C" {
    pub fn floe_iceberg_version() -> *const c_char;
    pub fn floe_iceberg_table_format_v1() -> *const floe_table_format_v1;
    pub fn floe_iceberg_host_new(log: floe_iceberg_log_fn, log_arg: *mut c_void) -> *mut floe_iceberg_host;
    pub fn floe_iceberg_host_free(host: *mut floe_iceberg_host);
    pub fn floe_iceberg_host_table(host: *mut floe_iceberg_host) -> *const floe_host;
    pub fn floe_iceberg_call_new(host: *mut floe_iceberg_host, deadline_unix_ns: i64) -> *mut floe_call;
    pub fn floe_iceberg_call_cancel(call: *mut floe_call);
    pub fn floe_iceberg_call_free(call: *mut floe_call);
    pub fn floe_iceberg_local_storage_v1() -> *const floe_storage_v1;
    pub fn floe_iceberg_directory_catalog_v1() -> *const floe_catalog_v1;
}
