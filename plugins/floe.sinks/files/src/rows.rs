//! The bytes of a file, row by row.

use crate::abi::{fail, Call, Outcome};
use crate::arrow::{Batch, Field, Stream};
use crate::json;
use crate::target::{Format, Target};
use crate::text;
use floe_sys::*;
use std::io::Write;

/// How many rows are written between two questions whether the caller gave up.
const ROWS_PER_QUESTION: usize = 1_024;

/// Writes all rows of the stream; answers how many there were.
pub fn write_rows(call: Call, stream: &mut Stream, target: &Target, out: &mut impl Write) -> Outcome<u64> {
    let columns = renamed(stream.columns()?, target)?;
    let mut line = String::new();
    if let Format::Csv {
        delimiter,
        header: true,
    } = target.format
    {
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name, delimiter)).collect();
        line = names.join(&delimiter.to_string());
        line.push('\n');
    }
    let mut rows = 0;
    loop {
        call.check_alive()?;
        let batch = match stream.next()? {
            Some(batch) => batch,
            None => break,
        };
        if !batch.has_columns(columns.len()) {
            return fail(FLOE_DATA, "a batch has other columns than the stream");
        }
        for row in 0..batch.rows() {
            append_row(&mut line, &columns, &batch, row + batch.first(), &target.format)?;
            if row % ROWS_PER_QUESTION == 0 {
                call.check_alive()?;
                flush(&mut line, out)?;
            }
        }
        flush(&mut line, out)?;
        rows += batch.rows() as u64;
    }
    flush(&mut line, out)?;
    Ok(rows)
}

fn flush(text: &mut String, out: &mut impl Write) -> Outcome<()> {
    let written = out.write_all(text.as_bytes());
    text.clear();
    written.or_else(|error| fail(FLOE_IO, format!("the file cannot be written: {error}")))
}

/// The columns under the names that the other side knows them by.
fn renamed(mut columns: Vec<Field>, target: &Target) -> Outcome<Vec<Field>> {
    for wanted in target.field_mapping.keys() {
        if !columns.iter().any(|column| &column.name == wanted) {
            return fail(
                FLOE_INVALID_ARGUMENT,
                format!("`field_mapping` names column `{wanted}`, which the rows do not have"),
            );
        }
    }
    for column in &mut columns {
        if let Some(field) = target.field_mapping.get(&column.name) {
            column.name = field.clone();
        }
    }
    let mut names: Vec<&String> = columns.iter().map(|column| &column.name).collect();
    names.sort();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return fail(
            FLOE_INVALID_ARGUMENT,
            format!("two columns would be the field `{}`", twice[0]),
        );
    }
    Ok(columns)
}

fn append_row(line: &mut String, columns: &[Field], batch: &Batch, row: usize, format: &Format) -> Outcome<()> {
    match format {
        Format::Csv { delimiter, .. } => append_csv(line, columns, batch, row, *delimiter),
        Format::JsonLines => append_json(line, columns, batch, row),
    }
}

fn append_json(line: &mut String, columns: &[Field], batch: &Batch, row: usize) -> Outcome<()> {
    for (i, column) in columns.iter().enumerate() {
        line.push(if i == 0 { '{' } else { ',' });
        json::write_text(line, &column.name);
        line.push(':');
        text::write_json(line, column, batch.column(i), row)?;
    }
    line.push_str(if columns.is_empty() { "{}\n" } else { "}\n" });
    Ok(())
}

/// RFC 4180 with LF. NULL is nothing at all, an empty text is two quotes.
fn append_csv(line: &mut String, columns: &[Field], batch: &Batch, row: usize, delimiter: char) -> Outcome<()> {
    let mut value = String::new();
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            line.push(delimiter);
        }
        let values = batch.column(i);
        if values.is_null(row, column.kind) {
            continue;
        }
        value.clear();
        text::write_plain(&mut value, column, values, row)?;
        line.push_str(&quoted(&value, delimiter));
    }
    line.push('\n');
    Ok(())
}

fn quoted(value: &str, delimiter: char) -> String {
    let needs_quotes = value.is_empty() || value.contains([delimiter, '"', '\n', '\r']);
    if needs_quotes {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_string()
    }
}
