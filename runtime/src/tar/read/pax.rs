//! The body of a PAX header: records, each with its own length.

use std::io;

use super::TarProblem;
use super::header::quoted;

/// The records of a PAX header, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pax {
    /// The offset of the body in the tar.
    offset: u64,
    // The body is kept as it is, because in a list a record of five bytes would take many times its size.
    body: Vec<u8>,
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'p> {
    /// The offset of the record in the tar.
    pub(crate) offset: u64,
    pub(crate) key: &'p [u8],
    /// The value, which may be any bytes, without the line break that ends the record.
    pub(crate) value: &'p [u8],
}

impl Pax {
    /// Checks each record.
    pub(crate) fn of(offset: u64, body: Vec<u8>) -> io::Result<Self> {
        let mut rest = Records { offset, rest: &body };
        while let Some(record) = rest.read() {
            record.map_err(|problem| TarProblem::new(rest.offset, problem))?;
        }
        Ok(Self { offset, body })
    }

    pub(crate) fn records(&self) -> Records<'_> {
        Records { offset: self.offset, rest: &self.body }
    }

    /// The records as stored.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

/// The records that are left.
#[derive(Clone, Debug)]
pub(crate) struct Records<'p> {
    offset: u64,
    rest: &'p [u8],
}

impl<'p> Iterator for Records<'p> {
    type Item = Record<'p>;

    fn next(&mut self) -> Option<Record<'p>> {
        self.read()?.ok()
    }
}

impl<'p> Records<'p> {
    /// The next record, `LENGTH KEY=VALUE\n`, where the length counts all of it.
    fn read(&mut self) -> Option<Result<Record<'p>, String>> {
        if self.rest.is_empty() {
            return None;
        }
        Some(self.cut().map(|(length, key, value)| {
            let record = Record { offset: self.offset, key, value };
            self.offset += length as u64;
            self.rest = self.rest.get(length..).unwrap_or_default();
            record
        }))
    }

    fn cut(&self) -> Result<(usize, &'p [u8], &'p [u8]), String> {
        let (length, digits) = self.length()?;
        let Some(record) = self.rest.get(..length) else {
            let there = self.rest.len();
            return Err(format!("the PAX record has a length of {length}, but {there} bytes are there"));
        };
        let Some((b'\n', text)) = record.split_last() else {
            return Err(format!("the PAX record of {length} bytes does not end with a line break"));
        };
        let Some(text) = text.get(digits + 1..) else {
            return Err(format!("the PAX record has a length of {length}, which is too short"));
        };
        let Some(equals) = text.iter().position(|byte| *byte == b'=') else {
            return Err("the PAX record has no `=`".to_owned());
        };
        let (key, value) = text.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        if key.is_empty() {
            return Err("the PAX record has no key".to_owned());
        }
        // Most programs end a name at a NUL, so no name can contain one.
        let is_name = matches!(key, b"path" | b"linkpath" | b"uname" | b"gname");
        if key.contains(&0) || is_name && value.contains(&0) {
            return Err(format!("the PAX record {} has a NUL in a name", quoted(key)));
        }
        Ok((length, key, value))
    }

    /// The length of the next record, and the number of its digits.
    fn length(&self) -> Result<(usize, usize), String> {
        // No length here has more digits than this. Leading zeros are accepted.
        let digits = self.rest.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
        let length = self.rest.get(..digits).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
        match (length, self.rest.get(digits)) {
            (Some(length), Some(b' ')) => Ok((length, digits)),
            _ => Err("the PAX record does not begin with its length and a space".to_owned()),
        }
    }
}
