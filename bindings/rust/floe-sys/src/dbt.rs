//! `floe/dbt.h`: dbt projects. What each function means, owns and answers: the header, docs/reference/embedding.md.
use crate::{floe_call, floe_host, floe_sink, floe_status, floe_warehouse_v1};
use std::os::raw::{c_char, c_void};

/// Opaque: a dbt engine; ends with `floe_dbt_destroy`.
#[repr(C)]
pub struct floe_dbt_engine {
    _private: [u8; 0],
}

#[link(name = "floe-dbt")]
extern "C" {
    pub fn floe_dbt_create(host: *const floe_host, call: *mut floe_call, config: *const c_char, length: usize,
                           engine: *mut *mut floe_dbt_engine) -> floe_status;
    pub fn floe_dbt_destroy(engine: *mut floe_dbt_engine);
    pub fn floe_dbt_invoke(engine: *mut floe_dbt_engine, call: *mut floe_call, warehouse: *const floe_warehouse_v1,
                           warehouse_self: *mut c_void, request: *const c_char, length: usize, result: *mut floe_sink)
                           -> floe_status;
    pub fn floe_dbt_parse(engine: *mut floe_dbt_engine, call: *mut floe_call, request: *const c_char, length: usize,
                          manifest: *mut floe_sink) -> floe_status;
    pub fn floe_dbt_runtime(engine: *mut floe_dbt_engine, call: *mut floe_call, result: *mut floe_sink) -> floe_status;
}
