//! One delivery: a file that is there as a whole or not at all, and a receipt that says which delivery it is.

use crate::abi::{fail, Call, Outcome};
use crate::arrow::Stream;
use crate::json::{self, Value};
use crate::rows;
use crate::target::{Mode, Target};
use floe_sys::*;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Of a file system's name, with room for what hidden files add.
const LONGEST_NAME: usize = 200;

/// What `floe.sink/1 write` gets beside the rows.
pub struct Options {
    pub idempotency_key: String,
}

pub fn parse_options(text: &str) -> Outcome<Options> {
    let value = match json::parse(text) {
        Some(value @ Value::Object(_)) => value,
        _ => return fail(FLOE_INVALID_ARGUMENT, "`options` is no JSON object"),
    };
    match value.get("idempotency_key").and_then(Value::as_text) {
        Some(key) if !key.is_empty() => Ok(Options {
            idempotency_key: key.to_string(),
        }),
        _ => fail(FLOE_INVALID_ARGUMENT, "`idempotency_key` is missing"),
    }
}

/// Delivers the rows, unless they are there already; answers sink/write_result.
pub fn deliver(
    call: Call,
    directory: &Path,
    target: &Target,
    options: &Options,
    stream: &mut Stream,
) -> Outcome<String> {
    call.check_alive()?;
    let file = file_of(directory, target, &options.idempotency_key)?;
    let folder = file.parent().unwrap_or(directory);
    if let Some(receipt) = Receipt::find(&file).filter(|receipt| receipt.holds(&file, &options.idempotency_key)) {
        return Ok(receipt.result(true));
    }
    fs::create_dir_all(folder).or_else(|error| io_failure("the folder", folder, &error))?;
    let draft = Draft::new(&file)?;
    let mut writer = BufWriter::with_capacity(1 << 18, &draft.file);
    let rows = rows::write_rows(call, stream, target, &mut writer)?;
    let flushed = writer.flush();
    drop(writer);
    flushed.or_else(|error| io_failure("the file", &file, &error))?;
    let bytes = draft.file.metadata().map_or(0, |info| info.len());
    call.check_alive()?;
    draft.put_at(&file)?;
    // After the file: a crash between the two delivers the same rows once more, to the same file.
    let receipt = Receipt {
        key: options.idempotency_key.clone(),
        rows,
        bytes,
    };
    receipt.keep(&file)?;
    Ok(receipt.result(false))
}

fn io_failure<T>(what: &str, path: &Path, error: &io::Error) -> Outcome<T> {
    let status = match error.kind() {
        io::ErrorKind::PermissionDenied => FLOE_PERMISSION,
        _ => FLOE_IO,
    };
    fail(
        status,
        format!("{what} `{}` cannot be written: {error}", path.display()),
    )
}

fn file_of(directory: &Path, target: &Target, key: &str) -> Outcome<PathBuf> {
    let relative = match target.mode {
        Mode::Replace => format!("{}.{}", target.path, target.format.extension()),
        Mode::Append => format!("{}/{}.{}", target.path, file_name(key), target.format.extension()),
    };
    if relative.split('/').any(|part| part.len() > LONGEST_NAME) {
        return fail(
            FLOE_INVALID_ARGUMENT,
            format!("a part of the file's path is longer than {LONGEST_NAME} bytes"),
        );
    }
    Ok(directory.join(relative))
}

/// A key as the name of a file: different keys are different names.
fn file_name(key: &str) -> String {
    let mut name = String::new();
    for (i, byte) in key.bytes().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (byte == b'.' && i > 0);
        if is_plain {
            name.push(byte as char);
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    name
}

/// A hidden neighbour of the file: `.orders.csv.receipt`.
fn neighbour(file: &Path, suffix: &str) -> PathBuf {
    let name = file
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    file.with_file_name(format!(".{name}.{suffix}"))
}

/// A file in the making: hidden, and removed unless it is put at its place.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    fn new(file: &Path) -> Outcome<Draft> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = neighbour(file, &format!("{}-{number}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create(true).truncate(true).open(&path) {
            Ok(file) => Ok(Draft { path, file }),
            Err(error) => io_failure("the file", file, &error),
        }
    }

    /// On the disk first, then at its place in one step, and the step on the disk too.
    fn put_at(self, file: &Path) -> Outcome<()> {
        let put = || -> io::Result<()> {
            self.file.sync_all()?;
            fs::rename(&self.path, file)?;
            File::open(file.parent().unwrap_or_else(|| Path::new(".")))?.sync_all()
        };
        put().or_else(|error| io_failure("the file", file, &error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone when it was put at its place. A name that cannot be removed is hidden and harmless.
        let _ = fs::remove_file(&self.path);
    }
}

/// What lies in a file, as of its last delivery.
struct Receipt {
    key: String,
    rows: u64,
    bytes: u64,
}

impl Receipt {
    fn find(file: &Path) -> Option<Receipt> {
        let value = json::parse(&fs::read_to_string(neighbour(file, "receipt")).ok()?)?;
        Some(Receipt {
            key: value.get("idempotency_key")?.as_text()?.to_string(),
            rows: value.get("rows")?.as_count()?,
            bytes: value.get("bytes")?.as_count()?,
        })
    }

    /// Whether the file is still what that delivery left.
    fn holds(&self, file: &Path, key: &str) -> bool {
        self.key == key && fs::metadata(file).map_or(false, |info| info.is_file() && info.len() == self.bytes)
    }

    fn keep(&self, file: &Path) -> Outcome<()> {
        let draft = Draft::new(&neighbour(file, "receipt"))?;
        let text = format!(
            "{{\"idempotency_key\":{},\"rows\":{},\"bytes\":{}}}\n",
            json::quoted(&self.key),
            self.rows,
            self.bytes
        );
        (&draft.file)
            .write_all(text.as_bytes())
            .or_else(|error| io_failure("the receipt of", file, &error))?;
        draft.put_at(&neighbour(file, "receipt"))
    }

    fn result(&self, already_delivered: bool) -> String {
        format!(
            "{{\"rows\":{},\"bytes\":{},\"idempotency_key\":{},\"already_delivered\":{already_delivered},\"errors\":[]}}",
            self.rows,
            if already_delivered { 0 } else { self.bytes },
            json::quoted(&self.key)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keys() {
        for (key, name) in [
            ("crm-731", "crm-731"),
            ("a/b", "a%2Fb"),
            ("..", "%2E."),
            ("ü", "%C3%BC"),
            ("a%2Fb", "a%252Fb"),
        ] {
            assert_eq!(file_name(key), name);
        }
    }
}
