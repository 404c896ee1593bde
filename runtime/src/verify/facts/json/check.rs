//! Checks whether a text is JSON, and finds the keys that occur twice.

use super::{Characters, JsonValue, string_length};
use crate::verify::facts::field::FieldPath;

/// Why a text is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::verify) enum JsonProblem {
    At {
        /// The offset in bytes.
        offset: usize,
        problem: &'static str,
    },
    /// Values are nested deeper than the limit.
    TooDeep,
}

/// Checks a whole text, which may be any bytes. Calls `duplicate` once for each key that occurs twice in its object. The keys
/// of inner objects come first.
pub(in crate::verify) fn check<'d>(
    bytes: &'d [u8],
    depth: u32,
    duplicate: &mut dyn FnMut(&FieldPath),
) -> Result<JsonValue<'d>, JsonProblem> {
    let text = str::from_utf8(bytes)
        .map_err(|error| JsonProblem::At { offset: error.valid_up_to(), problem: "the text is not UTF-8" })?;
    let mut check =
        JsonScanner { bytes, text, position: 0, depth, open: Vec::new(), keys: Vec::new(), duplicate };
    check.document()?;
    Ok(JsonValue::at(text))
}

struct JsonScanner<'d, 'r> {
    bytes: &'d [u8],
    text: &'d str,
    position: usize,
    depth: u32,
    open: Vec<OpenValue>,
    /// Where the keys of all open objects begin, those of the innermost last.
    keys: Vec<usize>,
    duplicate: &'r mut dyn FnMut(&FieldPath),
}

/// A list or an object that is not yet closed.
enum OpenValue {
    List {
        index: usize,
    },
    Object {
        /// The number of keys before its own.
        first: usize,
    },
}

impl OpenValue {
    fn first(&self) -> Option<usize> {
        match self {
            Self::List { .. } => None,
            Self::Object { first } => Some(*first),
        }
    }
}

impl JsonScanner<'_, '_> {
    fn document(&mut self) -> Result<(), JsonProblem> {
        self.value()?;
        while !self.open.is_empty() {
            self.step()?;
        }
        self.pass_space();
        if self.position < self.bytes.len() { self.fail("bytes follow the document") } else { Ok(()) }
    }

    /// Reads the `,` or the closing bracket behind a value in a list or an object.
    fn step(&mut self) -> Result<(), JsonProblem> {
        self.pass_space();
        let next = self.peek();
        match (self.open.last_mut(), next) {
            (Some(OpenValue::List { index }), Some(b',')) => {
                *index += 1;
                self.position += 1;
                self.value()
            }
            (Some(OpenValue::Object { .. }), Some(b',')) => {
                self.position += 1;
                self.member()
            }
            (Some(OpenValue::List { .. }), Some(b']')) => {
                self.position += 1;
                self.open.pop();
                Ok(())
            }
            (Some(OpenValue::Object { first }), Some(b'}')) => {
                let first = *first;
                self.position += 1;
                self.close(first);
                Ok(())
            }
            (Some(OpenValue::List { .. }), _) => self.fail("a `,` or a `]` is expected"),
            (_, _) => self.fail("a `,` or a `}` is expected"),
        }
    }

    /// A whole value, or the start of a list or an object with the first of its values.
    fn value(&mut self) -> Result<(), JsonProblem> {
        loop {
            self.pass_space();
            match self.peek() {
                Some(b'{') => {
                    self.enter(OpenValue::Object { first: self.keys.len() })?;
                    if self.peek() == Some(b'}') {
                        return Ok(());
                    }
                    self.key()?;
                }
                Some(b'[') => {
                    self.enter(OpenValue::List { index: 0 })?;
                    if self.peek() == Some(b']') {
                        return Ok(());
                    }
                }
                Some(b'"') => return self.string(),
                Some(b't') => return self.word("true"),
                Some(b'f') => return self.word("false"),
                Some(b'n') => return self.word("null"),
                Some(b'-' | b'0'..=b'9') => return self.number(),
                _ => return self.fail("a value is expected"),
            }
        }
    }

    fn enter(&mut self, open: OpenValue) -> Result<(), JsonProblem> {
        if self.open.len() as u64 >= u64::from(self.depth) {
            return Err(JsonProblem::TooDeep);
        }
        self.open.push(open);
        self.position += 1;
        self.pass_space();
        Ok(())
    }

    fn member(&mut self) -> Result<(), JsonProblem> {
        self.pass_space();
        self.key()?;
        self.value()
    }

    /// A key and its colon.
    fn key(&mut self) -> Result<(), JsonProblem> {
        if self.peek() != Some(b'"') {
            return self.fail("a key is expected");
        }
        self.keys.push(self.position);
        self.string()?;
        self.pass_space();
        if self.peek() != Some(b':') {
            return self.fail("a `:` is expected");
        }
        self.position += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<(), JsonProblem> {
        let start = self.position;
        self.position += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0..0x20) => return self.fail("a control character stands in a string"),
                Some(_) => self.position += 1,
                None => {
                    self.position = start;
                    return self.fail("a string does not end");
                }
            }
        }
    }

    fn escape(&mut self) -> Result<(), JsonProblem> {
        match self.bytes.get(self.position + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.position += 2;
                Ok(())
            }
            Some(b'u') => {
                let digits = self.bytes.get(self.position + 2..self.position + 6).unwrap_or_default();
                if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return self.fail("an escape does not have four digits");
                }
                self.position += 6;
                Ok(())
            }
            _ => self.fail("an escape is invalid"),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), JsonProblem> {
        if !self.bytes.get(self.position..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return self.fail("a value is expected");
        }
        self.position += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), JsonProblem> {
        if self.peek() == Some(b'-') {
            self.position += 1;
        }
        if self.peek() == Some(b'0') {
            self.position += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.position += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.position += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.position += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), JsonProblem> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => self.fail("a digit is expected"),
            count => {
                self.position += count;
                Ok(())
            }
        }
    }

    /// Closes an object, all keys of which are known now.
    fn close(&mut self, first: usize) {
        let text = self.text;
        let keys = self.keys.get_mut(first..).unwrap_or_default();
        let mut repeated = Vec::new();
        if keys.len() > 1 {
            keys.sort_unstable_by(|one, other| key(text, *one).cmp(key(text, *other)).then(one.cmp(other)));
            for same in keys.chunk_by(|one, other| key(text, *one).eq(key(text, *other))) {
                repeated.extend(same.get(1));
            }
            repeated.sort_unstable();
        }
        self.keys.truncate(first);
        self.open.pop();
        for repeated in repeated {
            let mut field = self.field();
            field.enter_key(&key(text, repeated).collect::<String>());
            (self.duplicate)(&field);
        }
    }

    /// The way to the innermost open list or object.
    fn field(&self) -> FieldPath {
        let mut field = FieldPath::default();
        for (number, open) in self.open.iter().enumerate() {
            match open {
                OpenValue::List { index } => field.enter_index(*index),
                OpenValue::Object { .. } => {
                    // The keys of the next object follow its last key.
                    let next = self.open.iter().skip(number + 1).find_map(OpenValue::first);
                    let last = next.unwrap_or(self.keys.len()).checked_sub(1);
                    let last = last.and_then(|last| self.keys.get(last));
                    let last = last.map(|last| key(self.text, *last).collect::<String>());
                    field.enter_key(&last.unwrap_or_default());
                }
            }
        }
        field
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    fn pass_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    fn fail(&self, problem: &'static str) -> Result<(), JsonProblem> {
        Err(JsonProblem::At { offset: self.position, problem })
    }
}

/// The characters of the key that begins at an offset.
fn key(text: &str, start: usize) -> Characters<'_> {
    let rest = text.get(start..).unwrap_or_default();
    let end = string_length(rest.as_bytes()).saturating_sub(1);
    Characters(rest.get(1..end).unwrap_or_default())
}
