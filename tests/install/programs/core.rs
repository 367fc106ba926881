//! Runs the project in the first argument and prints a model's rows.
use floe_sys::embedding::*;
use floe_sys::verbs;
use std::ffi::CStr;
use std::os::raw::c_char;
use std::ptr::null_mut;

unsafe fn ask(context: *mut floe_context, verb: &CStr, request: &str) -> Result<String, String> {
    let mut result = null_mut();
    let status = floe_context_call(context, verb.as_ptr(), request.as_ptr() as *const c_char, request.len(), &mut result);
    let text = |address| CStr::from_ptr(address).to_string_lossy().into_owned();
    let answer = if status == floe_sys::FLOE_OK {
        Ok(text(floe_result_json(result, null_mut())))
    } else {
        Err(text(floe_result_message(result)))
    };
    floe_result_free(result);
    answer
}

fn main() -> Result<(), String> {
    let options = format!("{{\"project_dir\": \"{}\"}}", std::env::args().nth(1).unwrap());
    unsafe {
        let (mut context, mut result) = (null_mut(), null_mut());
        let status = floe_context_create(options.as_ptr() as *const c_char, options.len(), &mut context, &mut result);
        assert_eq!(status, floe_sys::FLOE_OK);
        floe_result_free(result);
        ask(context, verbs::RUN, "{}")?;
        println!("{}", ask(context, verbs::SHOW, "{\"name\": \"numbers\"}")?);
        floe_context_destroy(context);
    }
    Ok(())
}
