//! JSON (RFC 8259): what comes in as a tree, what goes out as text.

/// Numbers keep their text: nothing here computes with them.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The last member of that name; None as well when this is no object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_count(&self) -> Option<u64> {
        match self {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }
}

const MAXIMUM_DEPTH: u32 = 200;

pub fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: 0,
    };
    let value = reader.spaced_value(MAXIMUM_DEPTH)?;
    (reader.at == reader.bytes.len()).then_some(value)
}

/// The text in quotes, with what JSON wants escaped.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_text(&mut out, text);
    out
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        if self.at >= self.bytes.len() || self.peek() != wanted {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        word.bytes().try_for_each(|byte| self.take(byte))?;
        Some(value)
    }

    fn spaced_value(&mut self, depth: u32) -> Option<Value> {
        self.skip_space();
        let value = self.value(depth)?;
        self.skip_space();
        Some(value)
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        if depth == 0 {
            return None;
        }
        match self.peek() {
            b'{' => self.object(depth - 1),
            b'[' => self.array(depth - 1),
            b'"' => self.text().map(Value::Text),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: u32) -> Option<Value> {
        self.take(b'{')?;
        let mut members = Vec::new();
        self.skip_space();
        while self.peek() != b'}' {
            if !members.is_empty() {
                self.take(b',')?;
                self.skip_space();
            }
            let key = self.text()?;
            self.skip_space();
            self.take(b':')?;
            members.push((key, self.spaced_value(depth)?));
        }
        self.take(b'}')?;
        Some(Value::Object(members))
    }

    fn array(&mut self, depth: u32) -> Option<Value> {
        self.take(b'[')?;
        let mut items = Vec::new();
        self.skip_space();
        while self.peek() != b']' {
            if !items.is_empty() {
                self.take(b',')?;
            }
            items.push(self.spaced_value(depth)?);
        }
        self.take(b']')?;
        Some(Value::Array(items))
    }

    fn digits(&mut self) -> Option<()> {
        let begin = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        (self.at > begin).then_some(())
    }

    fn number(&mut self) -> Option<Value> {
        let begin = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        if self.peek() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = std::str::from_utf8(&self.bytes[begin..self.at]).ok()?;
        Some(Value::Number(text.to_string()))
    }

    fn text(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut out = String::new();
        loop {
            let begin = self.at;
            while !matches!(self.peek(), b'"' | b'\\') && self.peek() >= 0x20 {
                self.at += 1;
            }
            out.push_str(std::str::from_utf8(&self.bytes[begin..self.at]).ok()?);
            if self.peek() == b'"' {
                self.at += 1;
                return Some(out);
            }
            self.take(b'\\')?;
            out.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let code = self.peek();
        self.at += 1;
        Some(match code {
            b'"' | b'\\' | b'/' => code as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// The rest of `\uXXXX`, with its second half where it is a surrogate.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        self.take(b'\\')?;
        self.take(b'u')?;
        let second = self.hex4()?;
        if !(0xDC00..0xE000).contains(&second) {
            return None;
        }
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind() {
        let value = parse(r#" {"a": [1, -2.5e3, true, false, null], "b": {"c": "ü\u00e9\ud83d\ude00\n\""}} "#).unwrap();
        assert_eq!(value.get("b").unwrap().get("c").unwrap().as_text(), Some("üé😀\n\""));
        let items = vec![
            Value::Number("1".into()),
            Value::Number("-2.5e3".into()),
            Value::Bool(true),
            Value::Bool(false),
            Value::Null,
        ];
        assert_eq!(value.get("a"), Some(&Value::Array(items)));
    }

    #[test]
    fn refuses_what_is_no_json() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "01",
            "1.",
            "\"\\ud800\"",
            "\"\n\"",
            "nul",
            "[] []",
            "{,}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&("[".repeat(100_000) + &"]".repeat(100_000))), None);
    }

    #[test]
    fn escapes_what_it_writes() {
        assert_eq!(quoted("a\"\\\n\t\u{1}é"), r#""a\"\\\n\t\u0001é""#);
    }
}
