//! Values as text, as docs/reference/types.md says for JSON.

use crate::abi::{fail, Outcome};
use crate::arrow::{Column, Field, Kind, Unit};
use crate::json;
use floe_sys::FLOE_DATA;
use std::fmt::Write;

/// A value as JSON.
pub fn write_json(out: &mut String, field: &Field, column: Column<'_>, row: usize) -> Outcome<()> {
    if column.is_null(row, field.kind) {
        out.push_str("null");
        return Ok(());
    }
    if let Some(values) = &field.dictionary {
        return write_json(out, values, column.dictionary(), key_of(field, column, row));
    }
    match field.kind {
        Kind::Struct => write_object(out, field, column, row),
        Kind::List(bits) => {
            let (begin, end) = column.range(row, bits);
            write_array(out, &field.children[0], column.child(0), begin, end)
        }
        Kind::FixedList(length) => {
            let begin = column.row_below(row) * length;
            write_array(out, &field.children[0], column.child(0), begin, begin + length)
        }
        Kind::Map => write_pairs(out, field, column, row),
        Kind::Float | Kind::Double if !is_finite(field.kind, column, row) => {
            out.push('"');
            write_plain(out, field, column, row)?;
            out.push('"');
            Ok(())
        }
        Kind::Bool | Kind::Integer(..) | Kind::Float | Kind::Double => write_plain(out, field, column, row),
        _ => {
            let mut text = String::new();
            write_plain(&mut text, field, column, row)?;
            json::write_text(out, &text);
            Ok(())
        }
    }
}

/// A value as bare text; nested ones as JSON. Not for NULL.
pub fn write_plain(out: &mut String, field: &Field, column: Column<'_>, row: usize) -> Outcome<()> {
    if let Some(values) = &field.dictionary {
        return write_plain(out, values, column.dictionary(), key_of(field, column, row));
    }
    match field.kind {
        Kind::Null => {}
        Kind::Bool => out.push_str(if column.boolean(row) { "true" } else { "false" }),
        Kind::Integer(width, has_sign) => append(out, format_args!("{}", column.integer(row, width, has_sign))),
        Kind::Float => write_float(out, f64::from(column.value::<f32>(row)), &column.value::<f32>(row)),
        Kind::Double => write_float(out, column.value::<f64>(row), &column.value::<f64>(row)),
        Kind::Decimal(scale) => write_decimal(out, column.value::<i128>(row), scale),
        Kind::Utf8(bits) => match std::str::from_utf8(column.bytes(row, bits)) {
            Ok(text) => out.push_str(text),
            Err(_) => return fail(FLOE_DATA, format!("a text of column `{}` is no UTF-8", field.name)),
        },
        Kind::Binary(bits) => write_base64(out, column.bytes(row, bits)),
        Kind::FixedBinary(width) if field.is_uuid => write_uuid(out, column.fixed_bytes(row, width)),
        Kind::FixedBinary(width) => write_base64(out, column.fixed_bytes(row, width)),
        Kind::Date => write_date(out, column.value::<i32>(row).into()),
        Kind::Time(unit) => write_time(out, time_of(column, row, unit), unit),
        Kind::Timestamp(unit, is_instant) => write_timestamp(out, column.value::<i64>(row), unit, is_instant),
        Kind::Struct | Kind::List(_) | Kind::FixedList(_) | Kind::Map => return write_json(out, field, column, row),
    }
    Ok(())
}

/// Which value of its dictionary a row has.
fn key_of(field: &Field, column: Column<'_>, row: usize) -> usize {
    match field.kind {
        Kind::Integer(width, has_sign) => column.integer(row, width, has_sign) as usize,
        _ => 0,
    }
}

// Writing to a String does not fail.
fn append(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn write_object(out: &mut String, field: &Field, column: Column<'_>, row: usize) -> Outcome<()> {
    out.push('{');
    for (i, child) in field.children.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        json::write_text(out, &child.name);
        out.push(':');
        write_json(out, child, column.child(i), column.row_below(row))?;
    }
    out.push('}');
    Ok(())
}

fn write_array(out: &mut String, items: &Field, column: Column<'_>, begin: usize, end: usize) -> Outcome<()> {
    out.push('[');
    for at in begin..end {
        if at > begin {
            out.push(',');
        }
        write_json(out, items, column, at)?;
    }
    out.push(']');
    Ok(())
}

/// A map as an array of pairs: its keys may be of any type.
fn write_pairs(out: &mut String, field: &Field, column: Column<'_>, row: usize) -> Outcome<()> {
    let (begin, end) = column.range(row, 32);
    let entries = &field.children[0];
    let pairs = column.child(0);
    out.push('[');
    for at in begin..end {
        out.push_str(if at > begin { ",[" } else { "[" });
        for (i, half) in entries.children.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            write_json(out, half, pairs.child(i), pairs.row_below(at))?;
        }
        out.push(']');
    }
    out.push(']');
    Ok(())
}

/// JSON has no numbers that are not finite: they are texts there.
fn is_finite(kind: Kind, column: Column<'_>, row: usize) -> bool {
    match kind {
        Kind::Float => column.value::<f32>(row).is_finite(),
        _ => column.value::<f64>(row).is_finite(),
    }
}

/// `shortest` is the value in its own width: the fewest digits that read back as it.
fn write_float(out: &mut String, value: f64, shortest: &dyn std::fmt::Debug) {
    if value.is_finite() {
        append(out, format_args!("{shortest:?}"));
    } else if value.is_nan() {
        out.push_str("NaN");
    } else {
        out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
}

fn write_decimal(out: &mut String, value: i128, scale: usize) {
    if value < 0 {
        out.push('-');
    }
    let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    out.push_str(whole);
    if scale > 0 {
        out.push('.');
        out.push_str(fraction);
    }
}

fn write_base64(out: &mut String, bytes: &[u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let mut bits = 0u32;
        for i in 0..3 {
            bits = bits << 8 | u32::from(group.get(i).copied().unwrap_or(0));
        }
        for i in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= group.len() { letter as char } else { '=' });
        }
    }
}

fn write_uuid(out: &mut String, bytes: &[u8]) {
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        append(out, format_args!("{byte:02x}"));
    }
}

/// A day as its date in the proleptic Gregorian calendar; Howard Hinnant's civil_from_days.
fn write_date(out: &mut String, days_since_1970: i64) {
    const DAYS_TO_1970: i64 = 719_468; // from 0000-03-01
    const DAYS_PER_ERA: i64 = 146_097; // 400 years
    let days = days_since_1970 + DAYS_TO_1970;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153; // from March
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // ISO 8601 wants a sign on years of more than four digits.
    match year {
        ..=-1 => append(out, format_args!("-{:04}", -year)),
        0..=9_999 => append(out, format_args!("{year:04}")),
        _ => append(out, format_args!("+{year}")),
    }
    append(out, format_args!("-{month:02}-{day:02}"));
}

fn time_of(column: Column<'_>, row: usize, unit: Unit) -> i64 {
    match unit {
        Unit::Second | Unit::Milli => column.value::<i32>(row).into(),
        Unit::Micro | Unit::Nano => column.value::<i64>(row),
    }
}

/// Microseconds, and nanoseconds where the type has them.
fn write_time(out: &mut String, value: i64, unit: Unit) {
    let (seconds, fraction) = (value.div_euclid(unit.per_second()), value.rem_euclid(unit.per_second()));
    append(
        out,
        format_args!("{:02}:{:02}:{:02}.", seconds / 3_600, seconds / 60 % 60, seconds % 60),
    );
    match unit {
        Unit::Nano => append(out, format_args!("{fraction:09}")),
        _ => append(out, format_args!("{:06}", fraction * (1_000_000 / unit.per_second()))),
    }
}

fn write_timestamp(out: &mut String, value: i64, unit: Unit, is_instant: bool) {
    let per_day = 86_400 * unit.per_second();
    write_date(out, value.div_euclid(per_day));
    out.push('T');
    write_time(out, value.rem_euclid(per_day), unit);
    if is_instant {
        out.push_str("+00:00");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn decimals() {
        for (value, scale, text) in [
            (0, 0, "0"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (1250, 2, "12.50"),
            (i128::MIN, 38, "-1.70141183460469231731687303715884105728"),
        ] {
            assert_eq!(made(|out| write_decimal(out, value, scale)), text);
        }
    }

    #[test]
    fn dates() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (19_782, "2024-02-29"),
            (-719_528, "0000-01-01"),
            (-719_529, "-0001-12-31"),
            (2_932_896, "9999-12-31"),
            (2_932_897, "+10000-01-01"),
        ] {
            assert_eq!(made(|out| write_date(out, days)), text);
        }
    }

    #[test]
    fn timestamps() {
        assert_eq!(
            made(|out| write_timestamp(out, -1, Unit::Micro, false)),
            "1969-12-31T23:59:59.999999"
        );
        assert_eq!(
            made(|out| write_timestamp(out, 1_001, Unit::Milli, true)),
            "1970-01-01T00:00:01.001000+00:00"
        );
        assert_eq!(
            made(|out| write_timestamp(out, 7, Unit::Nano, false)),
            "1970-01-01T00:00:00.000000007"
        );
    }

    #[test]
    fn binary() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(made(|out| write_base64(out, bytes.as_bytes())), text);
        }
        assert_eq!(
            made(|out| write_uuid(out, &[0xab; 16])),
            "abababab-abab-abab-abab-abababababab"
        );
    }

    #[test]
    fn floats() {
        assert_eq!(made(|out| write_float(out, 0.1, &0.1f64)), "0.1");
        assert_eq!(made(|out| write_float(out, f64::from(0.1f32), &0.1f32)), "0.1");
        assert_eq!(made(|out| write_float(out, f64::NAN, &f64::NAN)), "NaN");
        assert_eq!(made(|out| write_float(out, f64::NEG_INFINITY, &0.0f64)), "-Infinity");
    }
}
