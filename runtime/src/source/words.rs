//! Prints texts, values, contents, encoders, and the entries of layers.

#![allow(clippy::unused_self, reason = "all functions that print have the same signature")]

use std::fmt;

use oci_fixture_grammar::{number, path};

use super::literal;
use super::page::{Group, SourcePiece};
use super::printer::{INLINE, Printer};
use super::stop::{PrintStop, Printed};
use crate::declare::content::{Content, ContentKind};
use crate::declare::encoder::{Encoder, EncoderArgument};
use crate::declare::layer::entry::{EntryData, EntryKind};
use crate::declare::layer::field::{FieldValue, HeaderField};
use crate::declare::layer::header::{Header, HeaderData};
use crate::declare::layer::mtime::Mtime;
use crate::declare::layer::{LayerData, LayerMember};
use crate::declare::text::{Addend, Property, Text, TextPiece, TextRepr};
use crate::declare::value::{Value, ValueRepr};
use crate::digest::Hasher;
use crate::json::Json;
use crate::verify::json_tree;

/// The largest number of bytes of a document that is printed as JSON.
const DOCUMENT: usize = 16 * 1024;

/// A layer with more members is printed when the page is written, so that its pieces are not all in memory.
pub(super) const LARGE: usize = 512;

/// The largest number of bytes of a content in the short form.
const SHORT: usize = 32;

impl<'f> Printer<'f> {
    /// A text, which may have properties of nodes.
    pub(super) fn text(&mut self, text: &'f Text) -> Printed<'f, String> {
        let TextRepr::Pieces(pieces) = &text.0 else { return self.constant(text) };
        let mut terms: Vec<Term> = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let term = match piece {
                TextPiece::Plain(text) => Term::Plain(text.to_string()),
                TextPiece::Of(mention, property) => {
                    let name = match property {
                        Property::Digest => "digest",
                        Property::Hex => "hex",
                        Property::Size => "size",
                        Property::DiffId => "diff_id",
                    };
                    match self.label(&mention.0)? {
                        Some(label) => Term::Property(format!("'{label}.{name}")),
                        None => self.sealed_piece(piece)?,
                    }
                }
                // Behind other text, only the first number of a sum would be joined to the text, and the others to the result, so the sum
                // is printed as its value.
                TextPiece::Sum(addends) if addends.len() > 1 && !terms.is_empty() => {
                    self.sealed_piece(piece)?
                }
                TextPiece::Sum(addends) => match self.sum(addends)? {
                    Some(sum) => Term::Sum(sum),
                    None => self.sealed_piece(piece)?,
                },
            };
            match (terms.as_mut_slice(), term) {
                (_, Term::Plain(text)) if text.is_empty() => {}
                ([.., Term::Plain(before)], Term::Plain(text)) => before.push_str(&text),
                // Two numbers side by side would be added, so an empty text stands between them.
                ([Term::Sum(_)], sum @ Term::Sum(_)) => terms.extend([Term::Plain(String::new()), sum]),
                (_, term) => terms.push(term),
            }
        }
        // A sum alone would be a number, but `"" + 'label.size` is a text.
        if terms.is_empty() || matches!(terms.as_slice(), [Term::Sum(_)]) && !text.is_number() {
            terms.push(Term::Plain(String::new()));
        }
        Ok(terms.iter().map(Term::to_string).collect::<Vec<_>>().join(" + "))
    }

    /// A text in a place where a number has no quotes: in JSON, and in a field that takes a number.
    pub(super) fn number(&mut self, text: &'f Text) -> Printed<'f, String> {
        let said = self.text(text)?;
        let bare = said.strip_prefix('"').and_then(|said| said.strip_suffix('"'));
        Ok(bare.filter(|bare| number::check(bare).is_ok()).map_or(said.clone(), str::to_owned))
    }

    /// A piece of a text, with the digests and sizes of sealed nodes.
    fn sealed_piece(&self, piece: &TextPiece) -> Printed<'f, Term> {
        let text = Text(TextRepr::Pieces(vec![piece.clone()]));
        Ok(Term::Plain(self.context()?.text(&text).into_owned()))
    }

    /// The sum of sizes and a number. `None` if one of the nodes has no label here.
    fn sum(&self, addends: &'f [Addend]) -> Printed<'f, Option<String>> {
        let mut sum = String::new();
        let is_first = |addend: &&Addend| match addend {
            Addend::Number(number) => *number >= 0,
            Addend::Size { minus, .. } => !minus,
        };
        let (first, others): (Vec<_>, Vec<_>) = addends.iter().partition(is_first);
        if first.is_empty() {
            sum.push('0');
        }
        for addend in first.into_iter().chain(others) {
            let (minus, term) = match addend {
                Addend::Number(number) => (*number < 0, number.unsigned_abs().to_string()),
                Addend::Size { of, minus } => match self.label(&of.0)? {
                    Some(label) => (*minus, format!("'{label}.size")),
                    None => return Ok(None),
                },
            };
            if !sum.is_empty() {
                sum.push_str(if minus { " - " } else { " + " });
            }
            sum.push_str(&term);
        }
        Ok(Some(sum))
    }

    /// A text in a place where no label may stand.
    pub(super) fn constant(&self, text: &Text) -> Printed<'f, String> {
        match &text.0 {
            TextRepr::Plain(text) | TextRepr::Number(text) => Ok(literal::text(text)),
            TextRepr::Pieces(_) => Ok(literal::text(&self.context()?.text(text))),
        }
    }

    pub(super) fn value(&mut self, value: &'f Value) -> Printed<'f> {
        Ok(match &value.repr {
            ValueRepr::Null => SourcePiece::text("null"),
            ValueRepr::Bool(value) => SourcePiece::text(value.to_string()),
            ValueRepr::Number(number) => SourcePiece::text(number.clone()),
            ValueRepr::Text(Text(TextRepr::Number(number))) => SourcePiece::text(&**number),
            ValueRepr::Text(text) if text.is_number() => SourcePiece::text(self.number(text)?),
            ValueRepr::Text(text) => SourcePiece::text(self.text(text)?),
            ValueRepr::Descriptor(node) => match self.label(&node.0)? {
                Some(label) => SourcePiece::text(format!("'{label}.descriptor")),
                None => document(&self.context()?.descriptor(&node.0)),
            },
            ValueRepr::List(values) => {
                let values = values.iter().map(|value| self.value(value)).collect::<Printed<'f, Vec<_>>>()?;
                SourcePiece::group("", Group::brackets(values))
            }
            ValueRepr::Map(members) => {
                let mut pieces = Vec::with_capacity(members.len());
                for (key, value) in members {
                    let key = self.constant(key)?;
                    pieces.push(self.value(value)?.behind(&format!("{key}: ")));
                }
                SourcePiece::group("", Group::braces(pieces))
            }
            ValueRepr::TooDeep | ValueRepr::Random => {
                return Err(PrintStop::unsayable("a value has a mistake"));
            }
        })
    }

    /// A content behind `=>`, or of a field.
    pub(super) fn content(&mut self, content: &'f Content) -> Printed<'f> {
        match &content.0 {
            ContentKind::Text(text) => self.text(text).map(SourcePiece::text),
            ContentKind::Json(value) => Ok(self.value(value)?.behind("json ")),
            ContentKind::Bytes(bytes) => match json(bytes) {
                Some(json) if self.files.is_some() => Ok(document(&json).behind("json ")),
                _ => self.expression(content).map(SourcePiece::text),
            },
            ContentKind::Node(node) => match self.label(&node.0)? {
                Some(label) => Ok(SourcePiece::text(format!("'{label}.bytes"))),
                None => self.sealed_bytes(&node.0),
            },
            ContentKind::Zeros(_)
            | ContentKind::Random { .. }
            | ContentKind::Repeat { .. }
            | ContentKind::File(_)
            | ContentKind::Sparse(_)
            | ContentKind::Made(_) => self.expression(content).map(SourcePiece::text),
        }
    }

    /// The `data` of a descriptor, which is never a file.
    pub(super) fn data(&mut self, content: &'f Content) -> Printed<'f> {
        self.inline = u64::MAX;
        let data = match &content.0 {
            ContentKind::Bytes(_) => self.expression(content).map(SourcePiece::text),
            _ => self.content(content),
        };
        self.inline = INLINE;
        data
    }

    /// A content as an expression of Rust.
    pub(super) fn expression(&mut self, content: &Content) -> Printed<'f, String> {
        Ok(match &content.0 {
            ContentKind::Bytes(bytes) => match self.beside(content, bytes.len() as u64)? {
                Some(file) => file,
                None if self.files.is_none() && bytes.len() > SHORT => format!("..({} bytes)", bytes.len()),
                None => literal::bytes(bytes),
            },
            ContentKind::Zeros(size) => format!("Content::zeros({})", literal::size(*size)),
            ContentKind::Random { seed, size } => {
                format!("Content::random({seed}, {})", literal::size(*size))
            }
            ContentKind::Repeat { content, times } => {
                format!("Content::repeat({}, {})", self.expression(content)?, literal::size(*times))
            }
            ContentKind::Sparse(sparse) => {
                let mut pieces = Vec::new();
                for (offset, data) in sparse.pieces() {
                    pieces.push((offset, self.expression(data)?));
                }
                let pieces = of_one_type(pieces);
                let size = literal::size(sparse.declared_size());
                format!("Content::sparse({size}, [{}])", pieces.join(", "))
            }
            ContentKind::File(file) => match self.beside(content, u64::MAX)? {
                Some(file) => file,
                None => format!("Content::file({})", literal::text(&file.path().to_string_lossy())),
            },
            ContentKind::Made(_) => match self.beside(content, u64::MAX)? {
                Some(file) => file,
                None => format!("{content:?}"),
            },
            // An expression cannot have a label.
            ContentKind::Text(_) | ContentKind::Json(_) | ContentKind::Node(_) => {
                let resolved = content.resolved(&self.context()?);
                let size = resolved.size().map_err(PrintStop::failed)?;
                match self.beside(&resolved, size)? {
                    Some(file) => file,
                    None => literal::bytes(&self.bytes(&resolved)?),
                }
            }
        })
    }

    /// The expression for a content that is too large for the text, and becomes a file beside it.
    pub(super) fn beside(&mut self, content: &Content, size: u64) -> Printed<'f, Option<String>> {
        let Some(files) = self.files.as_mut().filter(|_| size > self.inline) else { return Ok(None) };
        if let ContentKind::Bytes(bytes) = &content.0
            && bytes.iter().all(|byte| *byte == 0)
        {
            return Ok(Some(format!("Content::zeros({})", literal::size(size))));
        }
        let mut hasher = Hasher::default();
        content.write_to(&mut hasher).map_err(PrintStop::failed)?;
        let (digest, _) = hasher.finish();
        let name = format!("files/{}", digest.hex().get(..16).unwrap_or_default());
        files.entry(name.clone()).or_insert_with(|| content.clone());
        Ok(Some(format!("Content::file({name:?})")))
    }

    /// All bytes of a content.
    pub(super) fn bytes(&self, content: &Content) -> Printed<'f, Vec<u8>> {
        let mut bytes = Vec::new();
        content.write_to(&mut bytes).map_err(PrintStop::failed)?;
        Ok(bytes)
    }

    /// A content in a place where people write a string: the bytes of a field, the value of an extended attribute.
    fn short_content(&mut self, content: &'f Content) -> Printed<'f, String> {
        match &content.0 {
            ContentKind::Bytes(_) => self.expression(content),
            _ => Ok(self.content(content)?.flat()),
        }
    }

    pub(super) fn encoder(&mut self, encoder: &'f Encoder) -> Printed<'f, String> {
        let Some(said) = encoder.calls() else {
            return Err(PrintStop::unsayable("an encoder is code"));
        };
        let mut calls = Vec::new();
        for (method, argument) in said {
            let argument = match argument {
                EncoderArgument::None => String::new(),
                EncoderArgument::Number(number) => number.to_string(),
                EncoderArgument::Text(text) => self.constant(text)?,
                EncoderArgument::Content(content) => self.expression(content)?,
            };
            calls.push(format!("{method}({argument})"));
        }
        Ok(calls.join("."))
    }

    /// The entries of a layer.
    pub(super) fn members(&mut self, layer: &'f LayerData) -> Printed<'f, Vec<SourcePiece>> {
        if layer.members.len() > LARGE && !layer.mentions_label() {
            return Ok(vec![SourcePiece::members(layer.members.clone())]);
        }
        layer.members.iter().map(|member| self.member(member)).collect()
    }

    /// A member of a layer.
    pub(super) fn member(&mut self, member: &'f LayerMember) -> Printed<'f> {
        match member {
            LayerMember::Entry(entry) => self.entry(entry.data()),
            LayerMember::Header(header) => self.header(header),
        }
    }

    fn entry(&mut self, entry: &'f EntryData) -> Printed<'f> {
        let EntryData { path, kind, mode, uid, gid, uname, gname, mtime, sparse, xattrs, unchecked } = entry;
        let mut attributes = Vec::new();
        attributes.extend(unchecked.then(|| "#[unchecked]".to_owned()));
        attributes.extend(mode.map(|mode| format!("#[mode = {mode:#o}]")));
        attributes.extend(uid.map(|uid| format!("#[uid = {uid}]")));
        attributes.extend(gid.map(|gid| format!("#[gid = {gid}]")));
        for (name, text) in [("uname", uname), ("gname", gname), ("sparse", sparse)] {
            if let Some(text) = text {
                attributes.push(format!("#[{name} = {}]", self.constant(text)?));
            }
        }
        if let Some(time) = mtime.as_ref().and_then(Mtime::time) {
            let time = time.fractional().map_or_else(|| time.seconds().to_string(), ToString::to_string);
            attributes.push(format!("#[mtime = {time}]"));
        }
        for (name, value) in xattrs {
            attributes.push(format!("#[xattr({}, {})]", self.text(name)?, self.short_content(value)?));
        }
        let is_named = path.plain().is_some_and(|path| !path.ends_with('/'));
        let path = self.name(path)?;
        let mut piece = match kind {
            EntryKind::File(content) => self.content(content)?.behind(&format!("{path} => ")),
            // Only a path in parentheses is a directory without a slash at its end.
            EntryKind::Directory if is_named => SourcePiece::text(format!("({path})")),
            EntryKind::Directory => SourcePiece::text(path),
            EntryKind::Symlink(target) => SourcePiece::text(format!("{path} -> {}", self.name(target)?)),
            EntryKind::Hardlink(target) => {
                SourcePiece::text(format!("hardlink {path} -> {}", self.name(target)?))
            }
            EntryKind::Whiteout => SourcePiece::text(format!("whiteout {path}")),
            EntryKind::Opaque => SourcePiece::text(format!("opaque {path}")),
            EntryKind::Fifo => SourcePiece::text(format!("fifo {path}")),
            EntryKind::Char { major, minor } => SourcePiece::text(format!("char {path} ({major}, {minor})")),
            EntryKind::Block { major, minor } => {
                SourcePiece::text(format!("block {path} ({major}, {minor})"))
            }
        };
        piece.attributes = attributes;
        Ok(piece)
    }

    /// A path or a target, which may be any bytes.
    fn name(&mut self, name: &'f Text) -> Printed<'f, String> {
        match name.plain() {
            Some(name) => {
                let bytes = path::to_bytes(name);
                Ok(str::from_utf8(&bytes).map_or_else(|_| literal::byte_string(&bytes), literal::text))
            }
            None => self.text(name),
        }
    }

    /// An entry that is declared by hand.
    fn header(&mut self, header: &'f Header) -> Printed<'f> {
        let HeaderData {
            name,
            mode,
            uid,
            gid,
            size,
            mtime,
            checksum,
            typeflag,
            linkname,
            magic,
            version,
            uname,
            gname,
            devmajor,
            devminor,
            prefix,
            body,
            pax,
            raw,
            // A fixture with such a header is refused before it is printed.
            is_random: _,
        } = header.data();
        let fields = [
            ("name", name),
            ("linkname", linkname),
            ("typeflag", typeflag),
            ("mode", mode),
            ("uid", uid),
            ("gid", gid),
            ("size", size),
            ("mtime", mtime),
            ("checksum", checksum),
            ("magic", magic),
            ("version", version),
            ("uname", uname),
            ("gname", gname),
            ("devmajor", devmajor),
            ("devminor", devminor),
            ("prefix", prefix),
        ];
        let mut pieces = Vec::new();
        for (name, field) in fields {
            let Some(value) = field.as_ref().map(HeaderField::value) else { continue };
            let value = match value {
                FieldValue::Number(number) if name == "mode" && *number >= 0 => format!("{number:#o}"),
                FieldValue::Number(number) => number.to_string(),
                FieldValue::Large(number) => number.to_string(),
                FieldValue::Sum(text) => self.number(text)?,
                FieldValue::Bytes(content) => self.short_content(content)?,
            };
            pieces.push(SourcePiece::text(format!("{name}: {value}")));
        }
        if let Some(records) = pax {
            let mut pairs = Vec::with_capacity(records.len());
            for (key, value) in records {
                pairs.push(SourcePiece::text(format!(
                    "{}: {}",
                    self.expression(key)?,
                    self.short_content(value)?
                )));
            }
            pieces.push(SourcePiece::group("pax:", Group::braces(pairs)));
        }
        for (name, content) in [("body", body), ("raw", raw)] {
            if let Some(content) = content {
                pieces.push(self.content(content)?.behind(&format!("{name}: ")));
            }
        }
        Ok(SourcePiece::group("entry", Group::braces(pieces)).node())
    }
}

/// The pieces of a sparse content. The elements of an array must have one type, and an empty array has none by itself.
fn of_one_type(mut pieces: Vec<(&u64, String)>) -> Vec<String> {
    if pieces.is_empty() {
        pieces.push((&0, "\"\"".to_owned()));
    }
    let is_string = |data: &str| data.starts_with(['"', 'r']);
    let is_content = |data: &str| data.starts_with("Content::");
    let is_one_type = pieces.len() == 1
        || pieces.iter().all(|(_, data)| is_string(data))
        || pieces.iter().all(|(_, data)| is_content(data));
    let piece = |(offset, data): (&u64, String)| {
        if is_one_type || is_content(&data) {
            format!("({offset}, {data})")
        } else {
            format!("({offset}, Content::new({data}))")
        }
    };
    pieces.into_iter().map(piece).collect()
}

/// A term of a text. The terms are joined by `+`.
enum Term {
    Plain(String),
    /// The property of a label that is a text.
    Property(String),
    Sum(String),
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.write_str(&literal::text(text)),
            Self::Property(said) | Self::Sum(said) => f.write_str(said),
        }
    }
}

/// The map or list of these bytes, if they are exactly the bytes that `json` writes.
pub(super) fn json(bytes: &[u8]) -> Option<Json<'_>> {
    if bytes.len() > DOCUMENT || !matches!(bytes, [b'{', .., b'}'] | [b'[', .., b']']) {
        return None;
    }
    let json = json_tree(bytes, 64)?;
    (json.to_vec() == bytes).then_some(json)
}

pub(super) fn document(json: &Json<'_>) -> SourcePiece {
    match json {
        Json::Null => SourcePiece::text("null"),
        Json::Bool(value) => SourcePiece::text(value.to_string()),
        Json::Number(number) => SourcePiece::text(&**number),
        Json::Text(text) => SourcePiece::text(literal::text(text)),
        Json::List(values) => SourcePiece::group("", Group::brackets(values.iter().map(document).collect())),
        Json::Object(members) => {
            let members = members.iter();
            let members =
                members.map(|(key, value)| document(value).behind(&format!("{}: ", literal::text(key))));
            SourcePiece::group("", Group::braces(members.collect()))
        }
    }
}
