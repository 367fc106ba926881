//! What a method gets from the host, and how it fails: the raw tables of floe-sys end here.

use floe_sys::*;
use std::os::raw::{c_char, c_void};

/// Why a method did not do it; becomes the error of the call.
#[derive(Debug)]
pub struct Failure {
    pub status: floe_status,
    pub message: String,
}

pub type Outcome<T> = Result<T, Failure>;

pub fn fail<T>(status: floe_status, message: impl Into<String>) -> Outcome<T> {
    Err(Failure {
        status,
        message: message.into(),
    })
}

/// One call of one method. Borrows what the host gave for its duration.
#[derive(Clone, Copy)]
pub struct Call {
    host: *const floe_host,
    call: *mut floe_call,
}

impl Call {
    /// # Safety
    /// Both come from the host and live as long as the method runs.
    pub unsafe fn new(host: *const floe_host, call: *mut floe_call) -> Self {
        Call { host, call }
    }

    /// Runs a method: its failure is the error of the call, and a panic does not leave the library.
    pub fn guard(self, body: impl FnOnce() -> Outcome<()>) -> floe_status {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
        match outcome {
            Ok(Ok(())) => FLOE_OK,
            Ok(Err(failure)) => self.set_error(&failure),
            Err(_) => self.set_error(&Failure {
                status: FLOE_PANIC,
                message: "a panic was caught".into(),
            }),
        }
    }

    fn set_error(self, failure: &Failure) -> floe_status {
        if let Some(set_error) = unsafe { (*self.host).set_error } {
            let text = &failure.message;
            unsafe { set_error(self.call, failure.status, text.as_ptr() as *const c_char, text.len()) };
        }
        failure.status
    }

    /// What was written goes to the host, which copies it.
    pub fn answer(self, out: *mut floe_sink, text: &str) -> Outcome<()> {
        let status = match unsafe { (*self.host).write } {
            Some(write) => unsafe { write(out, text.as_ptr() as *const c_void, text.len()) },
            None => FLOE_INTERNAL,
        };
        if status == FLOE_OK {
            return Ok(());
        }
        fail(status, "the host refuses the answer")
    }

    /// Fails when the caller gave up or the time is over.
    pub fn check_alive(self) -> Outcome<()> {
        let is_cancelled = unsafe { (*self.host).is_cancelled };
        if is_cancelled.map_or(false, |ask| unsafe { ask(self.call) } != 0) {
            return fail(FLOE_CANCELLED, "cancelled");
        }
        let deadline = unsafe { (*self.host).deadline_unix_ns }.map_or(0, |ask| unsafe { ask(self.call) });
        if deadline > 0 && i128::from(deadline) < now_unix_ns() {
            return fail(FLOE_TIMEOUT, "the time for this delivery is over");
        }
        Ok(())
    }
}

fn now_unix_ns() -> i128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |elapsed| elapsed.as_nanos() as i128)
}

/// Text that the caller owns, for the duration of the call.
///
/// # Safety
/// `data` points to `length` bytes, or is anything when `length` is 0.
pub unsafe fn text<'a>(data: *const c_char, length: usize, name: &str) -> Outcome<&'a str> {
    if length == 0 {
        return Ok("");
    }
    let bytes = unsafe { std::slice::from_raw_parts(data as *const u8, length) };
    std::str::from_utf8(bytes).or_else(|_| fail(FLOE_INVALID_ARGUMENT, format!("`{name}` is no UTF-8")))
}
