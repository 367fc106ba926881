//! Lists the nodes of the dbt project in the first argument, with a host of its own.
use floe_sys::dbt::*;
use floe_sys::*;
use std::os::raw::{c_char, c_void};
use std::ptr::{null, null_mut};

unsafe extern "C" fn set_error(_: *mut floe_call, status: floe_status, message: *const c_char, length: usize) {
    eprintln!("{}: {}", status, String::from_utf8_lossy(std::slice::from_raw_parts(message as *const u8, length)));
}

unsafe extern "C" fn add_error_detail(_: *mut floe_call, _: *const c_char, _: *const c_char, _: usize) {}

unsafe extern "C" fn write(sink: *mut floe_sink, data: *const c_void, length: usize) -> floe_status {
    (*(sink as *mut Vec<u8>)).extend_from_slice(std::slice::from_raw_parts(data as *const u8, length));
    FLOE_OK
}

unsafe extern "C" fn is_cancelled(_: *mut floe_call) -> i32 {
    0
}

unsafe extern "C" fn on_cancel(_: *mut floe_call, _: floe_wake, _: *mut c_void) -> floe_status {
    FLOE_OK
}

unsafe extern "C" fn deadline(_: *mut floe_call) -> i64 {
    i64::MAX
}

unsafe extern "C" fn log(_: *mut floe_host_ctx, _: *mut floe_call, _: i32, _: *const c_char, _: *const c_char, _: usize) {}

unsafe extern "C" fn clear_error(_: *mut floe_call) {}

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let request = format!(
        "{{\"command\": \"ls\", \"project_dir\": \"{0}\", \"target_path\": \"{0}/target\", \"args\": {{}}}}\0", folder);
    unsafe {
        let mut host: floe_host = std::mem::zeroed();
        host.struct_size = std::mem::size_of::<floe_host>() as u32;
        host.abi_version = FLOE_ABI_VERSION;
        host.set_error = Some(set_error);
        host.add_error_detail = Some(add_error_detail);
        host.write = Some(write);
        host.is_cancelled = Some(is_cancelled);
        host.on_cancel = Some(on_cancel);
        host.deadline_unix_ns = Some(deadline);
        host.log = Some(log);
        host.clear_error = Some(clear_error);
        let (mut slot, mut answer, mut engine) = (0_u8, Vec::<u8>::new(), null_mut());
        let call = &mut slot as *mut u8 as *mut floe_call;
        let sink = &mut answer as *mut Vec<u8> as *mut floe_sink;
        assert_eq!(floe_dbt_create(&host, call, b"{}\0".as_ptr() as *const c_char, 2, &mut engine), FLOE_OK);
        let data = request.as_ptr() as *const c_char;
        assert_eq!(floe_dbt_invoke(engine, call, null(), null_mut(), data, request.len() - 1, sink), FLOE_OK);
        floe_dbt_destroy(engine);
        println!("{}", String::from_utf8_lossy(&answer));
    }
}
