//! One destination: which file its rows go to, and in which form.

use crate::abi::{fail, Outcome};
use crate::json::{self, Value};
use floe_sys::*;
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mode {
    /// Each delivery is the one file of the target.
    Replace,
    /// Each delivery is a file of its own in the folder of the target.
    Append,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Format {
    Csv { delimiter: char, header: bool },
    JsonLines,
}

impl Format {
    pub fn extension(&self) -> &'static str {
        match self {
            Format::Csv { .. } => "csv",
            Format::JsonLines => "jsonl",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Target {
    /// Relative, with `/` between its folders.
    pub path: String,
    pub mode: Mode,
    pub format: Format,
    /// From column to field.
    pub field_mapping: HashMap<String, String>,
}

/// The target of `floe.sink/1 open`.
pub fn parse(text: &str) -> Outcome<Target> {
    let value = match json::parse(text) {
        Some(value @ Value::Object(_)) => value,
        _ => return fail(FLOE_INVALID_ARGUMENT, "`target` is no JSON object"),
    };
    let name = match optional_text(&value, "name")? {
        Some(name) if !name.is_empty() => name,
        _ => return fail(FLOE_INVALID_ARGUMENT, "the destination has no `name`"),
    };
    let path = optional_text(&value, "target")?.unwrap_or(name);
    check_path(path)?;
    let mode = match optional_text(&value, "mode")? {
        Some("replace") => Mode::Replace,
        Some("append") => Mode::Append,
        Some("upsert") => {
            return fail(
                FLOE_UNSUPPORTED,
                "files have no upsert; modes are `replace` and `append`",
            )
        }
        _ => return fail(FLOE_INVALID_ARGUMENT, "`mode` is none of `replace` and `append`"),
    };
    Ok(Target {
        path: path.to_string(),
        mode,
        format: format_of(&value)?,
        field_mapping: mapping_of(&value)?,
    })
}

fn optional_text<'a>(value: &'a Value, key: &str) -> Outcome<Option<&'a str>> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(_) => fail(FLOE_INVALID_ARGUMENT, format!("`{key}` is no text")),
    }
}

/// A target stays inside the directory, and clear of the hidden files that deliveries are made with.
fn check_path(path: &str) -> Outcome<()> {
    let is_fine = path
        .split('/')
        .all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains('\0'));
    if is_fine {
        return Ok(());
    }
    let shown: String = path.chars().take(100).collect();
    fail(
        FLOE_INVALID_ARGUMENT,
        format!("target `{shown}` is no path below the directory, without parts that begin with a dot"),
    )
}

fn format_of(value: &Value) -> Outcome<Format> {
    let name = optional_text(value, "format")?.unwrap_or("csv");
    let options = value.get("options").cloned().unwrap_or(Value::Object(Vec::new()));
    let known: &[&str] = match name {
        "csv" => &["delimiter", "header"],
        "jsonl" => &[],
        "parquet" => {
            return fail(
                FLOE_UNSUPPORTED,
                "this sink writes no Parquet; formats are `csv` and `jsonl`",
            )
        }
        _ => return fail(FLOE_INVALID_ARGUMENT, "`format` is none of `csv` and `jsonl`"),
    };
    let members = match &options {
        Value::Object(members) => members,
        _ => return fail(FLOE_INVALID_ARGUMENT, "`options` is no object"),
    };
    if let Some((key, _)) = members.iter().find(|(key, _)| !known.contains(&key.as_str())) {
        let accepted = if known.is_empty() {
            "none".to_string()
        } else {
            known.join(", ")
        };
        let shown: String = key.chars().take(60).collect();
        return fail(
            FLOE_INVALID_ARGUMENT,
            format!("format `{name}` has no option `{shown}`; accepted: {accepted}"),
        );
    }
    if name == "jsonl" {
        return Ok(Format::JsonLines);
    }
    Ok(Format::Csv {
        delimiter: delimiter_of(&options)?,
        header: header_of(&options)?,
    })
}

fn delimiter_of(options: &Value) -> Outcome<char> {
    let text = optional_text(options, "delimiter")?.unwrap_or(",");
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if !matches!(one, '"' | '\r' | '\n') => Ok(one),
        _ => fail(
            FLOE_INVALID_ARGUMENT,
            "`delimiter` is not one character other than a quote or a line end",
        ),
    }
}

fn header_of(options: &Value) -> Outcome<bool> {
    match options.get("header") {
        None => Ok(true),
        Some(Value::Bool(header)) => Ok(*header),
        Some(_) => fail(FLOE_INVALID_ARGUMENT, "`header` is neither true nor false"),
    }
}

fn mapping_of(value: &Value) -> Outcome<HashMap<String, String>> {
    let members = match value.get("field_mapping") {
        None | Some(Value::Null) => return Ok(HashMap::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return fail(FLOE_INVALID_ARGUMENT, "`field_mapping` is no object"),
    };
    let mut mapping = HashMap::new();
    for (column, field) in members {
        match field {
            Value::Text(field) => mapping.insert(column.clone(), field.clone()),
            _ => return fail(FLOE_INVALID_ARGUMENT, "`field_mapping` maps columns to texts"),
        };
    }
    Ok(mapping)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_members() {
        let target = parse(
            r#"{"name": "crm", "target": "out/contacts", "mode": "append", "format": "csv", "keys": [], "batch_rows": 5,
                "field_mapping": {"id": "externalId"}, "options": {"delimiter": ";", "header": false}, "later": 1}"#,
        )
        .unwrap();
        assert_eq!((target.path.as_str(), target.mode), ("out/contacts", Mode::Append));
        assert_eq!(
            target.format,
            Format::Csv {
                delimiter: ';',
                header: false
            }
        );
        assert_eq!(target.field_mapping.get("id").map(String::as_str), Some("externalId"));
    }

    #[test]
    fn the_name_is_the_target() {
        let target = parse(r#"{"name": "crm", "mode": "replace", "format": "jsonl"}"#).unwrap();
        assert_eq!((target.path.as_str(), target.format), ("crm", Format::JsonLines));
    }

    #[test]
    fn refusals() {
        for (text, message) in [
            ("[]", "`target` is no JSON object"),
            (r#"{"mode": "replace"}"#, "the destination has no `name`"),
            (r#"{"name": "a"}"#, "`mode` is none of `replace` and `append`"),
            (
                r#"{"name": "a", "mode": "upsert"}"#,
                "files have no upsert; modes are `replace` and `append`",
            ),
            (
                r#"{"name": "a", "mode": "replace", "format": "parquet"}"#,
                "this sink writes no Parquet; formats are `csv` and `jsonl`",
            ),
            (
                r#"{"name": "a", "mode": "replace", "format": "jsonl", "options": {"header": true}}"#,
                "format `jsonl` has no option `header`; accepted: none",
            ),
            (
                r#"{"name": "a", "mode": "replace", "options": {"delimiter": "::"}}"#,
                "`delimiter` is not one character other than a quote or a line end",
            ),
            (
                r#"{"name": "a", "mode": "replace", "field_mapping": {"a": 1}}"#,
                "`field_mapping` maps columns to texts",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().message, message, "{text}");
        }
        for path in ["", "/etc/x", "../x", "a/../x", "a//x", ".hidden", "a/", "a/.x"] {
            assert!(check_path(path).is_err(), "{path}");
        }
    }
}
