//! Rows of an Arrow C stream: the schema as a tree, the batches as arrays that release themselves.

use crate::abi::{fail, Outcome};
use floe_sys::*;
use std::ffi::CStr;
use std::os::raw::c_char;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    Second,
    Milli,
    Micro,
    Nano,
}

impl Unit {
    fn of(letter: u8) -> Option<Unit> {
        Some(match letter {
            b's' => Unit::Second,
            b'm' => Unit::Milli,
            b'u' => Unit::Micro,
            b'n' => Unit::Nano,
            _ => return None,
        })
    }

    pub fn per_second(self) -> i64 {
        match self {
            Unit::Second => 1,
            Unit::Milli => 1_000,
            Unit::Micro => 1_000_000,
            Unit::Nano => 1_000_000_000,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Null,
    Bool,
    /// Width in bytes; whether it has a sign.
    Integer(u8, bool),
    Float,
    Double,
    /// Digits behind the point; 128 bits.
    Decimal(usize),
    /// Bits of an offset (32, 64), or 0 for views.
    Utf8(u8),
    Binary(u8),
    FixedBinary(usize),
    Date,
    Time(Unit),
    /// Whether it is an instant (in UTC), not a local time.
    Timestamp(Unit, bool),
    Struct,
    List(u8),
    FixedList(usize),
    Map,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub is_uuid: bool,
    pub children: Vec<Field>,
    pub dictionary: Option<Box<Field>>,
}

/// The kind behind an Arrow format; None for those without a text form here.
fn kind_of(format: &str) -> Option<Kind> {
    Some(match format {
        "n" => Kind::Null,
        "b" => Kind::Bool,
        "c" => Kind::Integer(1, true),
        "C" => Kind::Integer(1, false),
        "s" => Kind::Integer(2, true),
        "S" => Kind::Integer(2, false),
        "i" => Kind::Integer(4, true),
        "I" => Kind::Integer(4, false),
        "l" => Kind::Integer(8, true),
        "L" => Kind::Integer(8, false),
        "f" => Kind::Float,
        "g" => Kind::Double,
        "u" => Kind::Utf8(32),
        "U" => Kind::Utf8(64),
        "vu" => Kind::Utf8(0),
        "z" => Kind::Binary(32),
        "Z" => Kind::Binary(64),
        "vz" => Kind::Binary(0),
        "tdD" => Kind::Date,
        "tts" => Kind::Time(Unit::Second),
        "ttm" => Kind::Time(Unit::Milli),
        "ttu" => Kind::Time(Unit::Micro),
        "ttn" => Kind::Time(Unit::Nano),
        "+s" => Kind::Struct,
        "+l" => Kind::List(32),
        "+L" => Kind::List(64),
        "+m" => Kind::Map,
        _ => return parameterized(format),
    })
}

fn parameterized(format: &str) -> Option<Kind> {
    if let Some(rest) = format.strip_prefix("d:") {
        let mut parts = rest.split(',').skip(1);
        let scale = parts.next()?.parse().ok()?;
        return parts
            .next()
            .map_or(true, |bits| bits == "128")
            .then_some(Kind::Decimal(scale));
    }
    if let Some(width) = format.strip_prefix("w:") {
        return width.parse().ok().map(Kind::FixedBinary);
    }
    if let Some(length) = format.strip_prefix("+w:") {
        return length.parse().ok().map(Kind::FixedList);
    }
    let rest = format.strip_prefix("ts")?;
    let (unit, zone) = rest.split_once(':')?;
    let letter = (unit.len() == 1).then(|| unit.as_bytes()[0])?;
    Some(Kind::Timestamp(Unit::of(letter)?, !zone.is_empty()))
}

unsafe fn c_text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// Whether the metadata of a schema (a count of pairs, then each text with its length) names the extension type of UUIDs.
unsafe fn names_uuid(metadata: *const c_char) -> bool {
    if metadata.is_null() {
        return false;
    }
    let number_at = |at: usize| unsafe { (metadata.add(at) as *const i32).read_unaligned() }.max(0) as usize;
    let mut words = Vec::new();
    let mut at = 4;
    for _ in 0..number_at(0) * 2 {
        let length = number_at(at);
        words.push(unsafe { std::slice::from_raw_parts(metadata.add(at + 4) as *const u8, length) });
        at += 4 + length;
    }
    words
        .chunks(2)
        .any(|pair| pair[0] == b"ARROW:extension:name" && pair[1] == b"arrow.uuid")
}

unsafe fn read_field(schema: &ArrowSchema, place: &str) -> Outcome<Field> {
    let name = unsafe { c_text(schema.name) };
    let format = unsafe { c_text(schema.format) };
    let place = if place.is_empty() {
        name.clone()
    } else {
        format!("{place}.{name}")
    };
    let kind = match kind_of(&format) {
        Some(kind) => kind,
        None => {
            return fail(
                FLOE_UNSUPPORTED,
                format!("column `{place}` has the Arrow format `{format}`, which has no text form"),
            )
        }
    };
    let mut children = Vec::new();
    for i in 0..schema.n_children.max(0) as usize {
        children.push(unsafe { read_field(&**schema.children.add(i), &place)? });
    }
    let wanted = match kind {
        Kind::List(_) | Kind::FixedList(_) | Kind::Map => 1..=1,
        Kind::Struct => 0..=usize::MAX,
        _ => 0..=0,
    };
    if !wanted.contains(&children.len()) {
        return fail(FLOE_DATA, format!("column `{place}` has {} children", children.len()));
    }
    let dictionary = match unsafe { schema.dictionary.as_ref() } {
        Some(values) => Some(Box::new(unsafe { read_field(values, &place)? })),
        None => None,
    };
    let is_uuid = kind == Kind::FixedBinary(16) && unsafe { names_uuid(schema.metadata) };
    Ok(Field {
        name,
        kind,
        is_uuid,
        children,
        dictionary,
    })
}

/// Owns a stream that was moved in; releases it.
pub struct Stream {
    raw: ArrowArrayStream,
}

impl Stream {
    /// Takes the stream out of `from`, which is empty afterwards. None when there is none.
    ///
    /// # Safety
    /// `from` is NULL or a valid stream that nobody uses meanwhile.
    pub unsafe fn take(from: *mut ArrowArrayStream) -> Option<Stream> {
        let source = unsafe { from.as_mut() }?;
        source.release?;
        let raw = unsafe { std::ptr::read(source) };
        source.release = None;
        Some(Stream { raw })
    }

    /// The columns.
    pub fn columns(&mut self) -> Outcome<Vec<Field>> {
        let mut schema: ArrowSchema = unsafe { std::mem::zeroed() };
        let code = self
            .raw
            .get_schema
            .map_or(-1, |get| unsafe { get(&mut self.raw, &mut schema) });
        if code != 0 {
            return self.failed("the columns cannot be read");
        }
        let root = unsafe { read_field(&schema, "") };
        if let Some(release) = schema.release {
            unsafe { release(&mut schema) };
        }
        match root? {
            Field {
                kind: Kind::Struct,
                children,
                ..
            } => Ok(children),
            _ => fail(FLOE_INVALID_ARGUMENT, "the rows are no struct of columns"),
        }
    }

    /// The next batch; None at the end.
    pub fn next(&mut self) -> Outcome<Option<Batch>> {
        let mut raw: ArrowArray = unsafe { std::mem::zeroed() };
        let code = self
            .raw
            .get_next
            .map_or(-1, |get| unsafe { get(&mut self.raw, &mut raw) });
        if code != 0 {
            return self.failed("the rows cannot be read");
        }
        Ok(raw.release.is_some().then(|| Batch { raw }))
    }

    fn failed<T>(&mut self, what: &str) -> Outcome<T> {
        let text = self
            .raw
            .get_last_error
            .map_or(std::ptr::null(), |get| unsafe { get(&mut self.raw) });
        let reason = unsafe { c_text(text) };
        let separator = if reason.is_empty() { "" } else { ": " };
        fail(FLOE_DATA, format!("{what}{separator}{reason}"))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(release) = self.raw.release {
            unsafe { release(&mut self.raw) };
        }
    }
}

/// Owns a batch of rows.
pub struct Batch {
    raw: ArrowArray,
}

impl Batch {
    pub fn rows(&self) -> usize {
        self.raw.length.max(0) as usize
    }

    pub fn column(&self, index: usize) -> Column<'_> {
        Column::of(&self.raw).child(index)
    }

    /// Where the first row stands in the columns.
    pub fn first(&self) -> usize {
        self.raw.offset.max(0) as usize
    }

    pub fn has_columns(&self, count: usize) -> bool {
        self.raw.n_children == count as i64
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if let Some(release) = self.raw.release {
            unsafe { release(&mut self.raw) };
        }
    }
}

/// The values of one array. Rows count from its first one; the host vouches for lengths and offsets.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    array: &'a ArrowArray,
    offset: usize,
}

impl<'a> Column<'a> {
    fn of(array: &'a ArrowArray) -> Column<'a> {
        Column {
            array,
            offset: array.offset.max(0) as usize,
        }
    }

    /// An array below this one, whose rows do not know of this one's offset.
    pub fn child(self, index: usize) -> Column<'a> {
        Column::of(unsafe { &**self.array.children.add(index) })
    }

    pub fn dictionary(self) -> Column<'a> {
        Column::of(unsafe { &*self.array.dictionary })
    }

    /// Where the row stands in children that share the rows of this array.
    pub fn row_below(self, row: usize) -> usize {
        row + self.offset
    }

    fn buffer<T>(self, index: usize) -> *const T {
        unsafe { *self.array.buffers.add(index) as *const T }
    }

    fn bit(self, buffer: usize, row: usize) -> bool {
        let at = row + self.offset;
        unsafe { *self.buffer::<u8>(buffer).add(at / 8) >> (at % 8) & 1 == 1 }
    }

    pub fn is_null(self, row: usize, kind: Kind) -> bool {
        if kind == Kind::Null {
            return true;
        }
        self.array.null_count != 0 && self.array.n_buffers > 0 && !self.buffer::<u8>(0).is_null() && !self.bit(0, row)
    }

    pub fn boolean(self, row: usize) -> bool {
        self.bit(1, row)
    }

    /// A fixed-width value.
    pub fn value<T: Copy>(self, row: usize) -> T {
        unsafe { self.buffer::<T>(1).add(row + self.offset).read_unaligned() }
    }

    pub fn integer(self, row: usize, width: u8, has_sign: bool) -> i128 {
        match (width, has_sign) {
            (1, true) => self.value::<i8>(row).into(),
            (1, false) => self.value::<u8>(row).into(),
            (2, true) => self.value::<i16>(row).into(),
            (2, false) => self.value::<u16>(row).into(),
            (4, true) => self.value::<i32>(row).into(),
            (4, false) => self.value::<u32>(row).into(),
            (_, true) => self.value::<i64>(row).into(),
            (_, false) => self.value::<u64>(row).into(),
        }
    }

    /// Where a list or text begins and ends.
    pub fn range(self, row: usize, bits: u8) -> (usize, usize) {
        let at = row + self.offset;
        if bits == 64 {
            let offsets = self.buffer::<i64>(1);
            return unsafe { (*offsets.add(at) as usize, *offsets.add(at + 1) as usize) };
        }
        let offsets = self.buffer::<i32>(1);
        unsafe { (*offsets.add(at) as usize, *offsets.add(at + 1) as usize) }
    }

    pub fn bytes(self, row: usize, bits: u8) -> &'a [u8] {
        if bits == 0 {
            return self.view(row);
        }
        let (begin, end) = self.range(row, bits);
        if begin == end {
            return &[];
        }
        unsafe { std::slice::from_raw_parts(self.buffer::<u8>(2).add(begin), end - begin) }
    }

    pub fn fixed_bytes(self, row: usize, width: usize) -> &'a [u8] {
        unsafe { std::slice::from_raw_parts(self.buffer::<u8>(1).add((row + self.offset) * width), width) }
    }

    /// 16 bytes: the length, then up to 12 bytes of text, or 4 bytes of it, a buffer and an offset there.
    fn view(self, row: usize) -> &'a [u8] {
        const INLINE: usize = 12;
        let view = unsafe { self.buffer::<u8>(1).add((row + self.offset) * 16) };
        let number = |at: usize| unsafe { (view.add(at) as *const i32).read_unaligned() as usize };
        let length = number(0);
        if length <= INLINE {
            return unsafe { std::slice::from_raw_parts(view.add(4), length) };
        }
        unsafe { std::slice::from_raw_parts(self.buffer::<u8>(2 + number(8)).add(number(12)), length) }
    }
}
