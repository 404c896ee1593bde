//! The expressions of a text: literals, arrays, arithmetic, and a few calls.

#![allow(clippy::needless_pass_by_value, reason = "each value is used up by what it becomes")]

use std::path::{Component, Path};

use oci_fixture_grammar::language::nearest;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprCall, ExprMethodCall, Lit, UnOp};

use super::report::{Mistake, TextPlace};
use crate::declare::content::{Content, ToContent};
use crate::declare::encoder::{Encoder, Gzip, Plain, Zstd};
use crate::declare::layer::field::{HeaderField, ToField};
use crate::declare::path::ToPath;
use crate::declare::text::{Text, ToText};
use crate::declare::value::{ToValue, Value};

const EXPRESSIONS: &str =
    "a text has no code but arithmetic and constructors such as `Content::zeros(8)`; write out what it is";

/// The value of an expression.
pub(super) enum Evaluated {
    Text(String),
    /// A character, which is text, but no content.
    Character(char),
    Bytes(Vec<u8>),
    Number(i128),
    /// A number, with its digits.
    Float(String),
    Bool(bool),
    List(Vec<Evaluated>),
    Content(Content),
    Gzip(Gzip),
    Zstd(Zstd),
    Plain(Plain),
}

type Evaluation<T> = std::result::Result<T, Mistake>;

pub(super) fn mistake<T>(span: Span, message: impl Into<String>) -> Evaluation<T> {
    Err(Mistake::new(TextPlace::of(span), message))
}

/// Evaluates an expression. `folder` is the folder at which the paths of files start.
pub(super) fn evaluate(expression: &Expr, folder: &Path) -> Evaluation<Evaluated> {
    let at = expression.span();
    match expression {
        Expr::Lit(literal) => literal_of(&literal.lit),
        Expr::Paren(inner) => evaluate(&inner.expr, folder),
        Expr::Group(inner) => evaluate(&inner.expr, folder),
        Expr::Reference(inner) if inner.mutability.is_none() => evaluate(&inner.expr, folder),
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => {
            match evaluate(&negative.expr, folder)? {
                Evaluated::Number(number) => match number.checked_neg() {
                    Some(number) => Ok(Evaluated::Number(number)),
                    None => mistake(at, TOO_LARGE),
                },
                Evaluated::Float(digits) => Ok(Evaluated::Float(format!("-{digits}"))),
                _ => mistake(at, EXPRESSIONS),
            }
        }
        Expr::Binary(binary) => {
            let one = number(evaluate(&binary.left, folder)?, binary.left.span())?;
            let other = number(evaluate(&binary.right, folder)?, binary.right.span())?;
            let result = match binary.op {
                BinOp::Add(_) => one.checked_add(other),
                BinOp::Sub(_) => one.checked_sub(other),
                BinOp::Mul(_) => one.checked_mul(other),
                BinOp::Shl(_) => u32::try_from(other)
                    .ok()
                    .and_then(|shift| 1_i128.checked_shl(shift))
                    .and_then(|power| one.checked_mul(power)),
                _ => return mistake(at, EXPRESSIONS),
            };
            result.map_or_else(|| mistake(at, TOO_LARGE), |number| Ok(Evaluated::Number(number)))
        }
        Expr::Array(array) => Ok(Evaluated::List(
            array.elems.iter().map(|element| evaluate(element, folder)).collect::<Evaluation<_>>()?,
        )),
        Expr::Repeat(repeat) => {
            let byte = integer::<u8>(evaluate(&repeat.expr, folder)?, repeat.expr.span())?;
            let length = integer::<u32>(evaluate(&repeat.len, folder)?, repeat.len.span())?;
            if length > 1 << 20 {
                return mistake(at, "the array has more than 1 MiB; write `Content::repeat`");
            }
            Ok(Evaluated::Bytes(vec![byte; length as usize]))
        }
        Expr::Call(call) => called(call, folder),
        Expr::MethodCall(call) => method(call, folder),
        Expr::Macro(call) => {
            let (name, arguments) = (names_of(&call.mac.path), call.mac.tokens.to_string());
            match name.last().map(String::as_str) {
                Some("include_bytes" | "include_str") => {
                    mistake(at, format!("a text has no macros; write `Content::file({arguments})`"))
                }
                _ => mistake(at, EXPRESSIONS),
            }
        }
        _ => mistake(at, EXPRESSIONS),
    }
}

const TOO_LARGE: &str = "the number is too large; write a smaller one";

fn literal_of(literal: &Lit) -> Evaluation<Evaluated> {
    Ok(match literal {
        Lit::Str(text) => Evaluated::Text(text.value()),
        Lit::ByteStr(bytes) => Evaluated::Bytes(bytes.value()),
        Lit::Byte(byte) => Evaluated::Number(byte.value().into()),
        Lit::Char(character) => Evaluated::Character(character.value()),
        Lit::Int(number) => match number.base10_parse() {
            Ok(number) => Evaluated::Number(number),
            Err(_) => return mistake(literal.span(), TOO_LARGE),
        },
        Lit::Float(number) => Evaluated::Float(number.base10_digits().to_owned()),
        Lit::Bool(value) => Evaluated::Bool(value.value),
        _ => return mistake(literal.span(), EXPRESSIONS),
    })
}

/// The names of a path, such as `Content` and `zeros`.
fn names(expression: &Expr) -> Vec<String> {
    match expression {
        Expr::Path(path) => names_of(&path.path),
        _ => Vec::new(),
    }
}

fn names_of(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn called(call: &ExprCall, folder: &Path) -> Evaluation<Evaluated> {
    let names = names(&call.func);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // The name of the crate may stand before the path.
    let names = names.strip_prefix(&["oci_fixture"]).unwrap_or(&names);
    let arguments: Vec<&Expr> = call.args.iter().collect();
    let value = |argument: &Expr| evaluate(argument, folder);
    let size = |argument: &Expr| integer::<u64>(value(argument)?, argument.span());
    Ok(match (names, arguments.as_slice()) {
        (["Content", "zeros"], [bytes]) => Evaluated::Content(Content::zeros(size(bytes)?)),
        (["Content", "random"], [seed, bytes]) => {
            Evaluated::Content(Content::random(size(seed)?, size(bytes)?))
        }
        (["Content", "repeat"], [bytes, times]) => {
            Evaluated::Content(Content::repeat(content(value(bytes)?, bytes.span())?, size(times)?))
        }
        (["Content", "sparse"], [bytes, Expr::Array(pieces)]) => {
            let pieces = pieces.elems.iter().map(|piece| match piece {
                Expr::Tuple(pair) if pair.elems.len() == 2 => {
                    let mut parts = pair.elems.iter();
                    let (Some(offset), Some(data)) = (parts.next(), parts.next()) else {
                        return mistake(piece.span(), EXPRESSIONS);
                    };
                    Ok((size(offset)?, content(value(data)?, data.span())?))
                }
                _ => mistake(piece.span(), "a piece is an offset and its data: `(0, \"...\")`"),
            });
            Evaluated::Content(Content::sparse(size(bytes)?, pieces.collect::<Evaluation<Vec<_>>>()?))
        }
        (["Content", "new"], [bytes]) => Evaluated::Content(content(value(bytes)?, bytes.span())?),
        (["Content", "file"], [path]) => {
            let Evaluated::Text(name) = value(path)? else {
                return mistake(path.span(), "the path of a file is a string");
            };
            let leads_out = |part| !matches!(part, Component::Normal(_) | Component::CurDir);
            if name.is_empty() || Path::new(&name).components().any(leads_out) {
                let message =
                    "the path leads out of the folder of the declaration; write one below it, without `..`";
                return mistake(path.span(), message);
            }
            Evaluated::Content(Content::file(folder.join(name)))
        }
        (["Gzip", "stored"], []) => Evaluated::Gzip(Gzip::stored()),
        (["Gzip", "level"], [level]) => Evaluated::Gzip(Gzip::level(integer(value(level)?, level.span())?)),
        (["Zstd", "stored"], []) => Evaluated::Zstd(Zstd::stored()),
        (["Zstd", "level"], [level]) => Evaluated::Zstd(Zstd::level(integer(value(level)?, level.span())?)),
        (["Plain", "new"], []) => Evaluated::Plain(Plain::new()),
        _ => return mistake(call.span(), EXPRESSIONS),
    })
}

/// The methods of encoders.
const METHODS: [&str; 15] = [
    "name",
    "comment",
    "extra",
    "mtime",
    "members",
    "bad_crc",
    "bad_size",
    "frames",
    "window",
    "skippable",
    "checksum",
    "bad_checksum",
    "prefix",
    "suffix",
    "labelled",
];

/// The methods that all three encoders have.
macro_rules! around {
    ($encoder:expr, $bytes:expr, $label:expr, $method:expr, $other:expr) => {
        match $method {
            ("prefix", [bytes]) => $encoder.prefix($bytes(bytes)?),
            ("suffix", [bytes]) => $encoder.suffix($bytes(bytes)?),
            ("labelled", [label]) => $encoder.labelled($label(label)?),
            _ => $other,
        }
    };
}

fn method(call: &ExprMethodCall, folder: &Path) -> Evaluation<Evaluated> {
    let name = call.method.to_string();
    let arguments: Vec<&Expr> = call.args.iter().collect();
    let method = (name.as_str(), arguments.as_slice());
    let unknown = || {
        let cure = nearest(&name, METHODS)
            .filter(|meant| *meant != name)
            .map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        mistake(
            call.method.span(),
            format!("an encoder has no method `{name}` with this number of arguments{cure}"),
        )
    };
    let bytes = |argument: &Expr| content(evaluate(argument, folder)?, argument.span());
    let label = |argument: &Expr| text(evaluate(argument, folder)?, argument.span());
    let count = |argument: &Expr| integer(evaluate(argument, folder)?, argument.span());
    Ok(match evaluate(&call.receiver, folder)? {
        Evaluated::Plain(plain) => Evaluated::Plain(around!(plain, bytes, label, method, return unknown())),
        Evaluated::Gzip(gzip) => Evaluated::Gzip(match method {
            ("name", [name]) => gzip.name(bytes(name)?),
            ("comment", [comment]) => gzip.comment(bytes(comment)?),
            ("extra", [extra]) => gzip.extra(bytes(extra)?),
            ("mtime", [time]) => gzip.mtime(integer(evaluate(time, folder)?, time.span())?),
            ("members", [members]) => gzip.members(count(members)?),
            ("bad_crc", []) => gzip.bad_crc(),
            ("bad_size", []) => gzip.bad_size(),
            _ => around!(gzip, bytes, label, method, return unknown()),
        }),
        Evaluated::Zstd(zstd) => Evaluated::Zstd(match method {
            ("frames", [frames]) => zstd.frames(count(frames)?),
            ("window", [window]) => zstd.window(count(window)?),
            ("skippable", [skippable]) => zstd.skippable(bytes(skippable)?),
            ("checksum", []) => zstd.checksum(),
            ("bad_checksum", []) => zstd.bad_checksum(),
            _ => around!(zstd, bytes, label, method, return unknown()),
        }),
        _ => return mistake(call.span(), EXPRESSIONS),
    })
}

pub(super) fn content(value: Evaluated, at: Span) -> Evaluation<Content> {
    match value {
        Evaluated::Text(text) => Ok(text.into_content()),
        Evaluated::Bytes(bytes) => Ok(bytes.into_content()),
        Evaluated::Content(content) => Ok(content),
        Evaluated::List(values) => {
            let bytes: Evaluation<Vec<u8>> = values.into_iter().map(|value| integer(value, at)).collect();
            Ok(bytes?.into_content())
        }
        _ => mistake(at, "this is not bytes; write a string, a byte string, or an array of bytes"),
    }
}

pub(super) fn text(value: Evaluated, at: Span) -> Evaluation<Text> {
    match value {
        Evaluated::Text(text) => Ok(text.into_text()),
        Evaluated::Character(character) => Ok(character.to_text()),
        Evaluated::Number(number) => Ok(number.to_text()),
        _ => mistake(at, "this is not text; write a string"),
    }
}

pub(super) fn value(evaluated: Evaluated, at: Span) -> Evaluation<Value> {
    Ok(match evaluated {
        Evaluated::Text(text) => text.to_value(),
        Evaluated::Character(character) => character.to_value(),
        Evaluated::Number(number) => number.to_value(),
        Evaluated::Float(digits) => Value::number(digits),
        Evaluated::Bool(value) => value.to_value(),
        Evaluated::List(values) => Value::list(
            values.into_iter().map(|evaluated| value(evaluated, at)).collect::<Evaluation<Vec<_>>>()?,
        ),
        _ => return mistake(at, "this is not a JSON value; write text, a number, a `bool`, a list or a map"),
    })
}

pub(super) fn field(value: Evaluated, at: Span) -> Evaluation<HeaderField> {
    match value {
        Evaluated::Number(number) => Ok(number.into_field()),
        other => Ok(content(other, at)?.into_field()),
    }
}

pub(super) fn encoder(value: Evaluated, at: Span) -> Evaluation<Encoder> {
    match value {
        Evaluated::Gzip(gzip) => Ok(gzip.into()),
        Evaluated::Zstd(zstd) => Ok(zstd.into()),
        Evaluated::Plain(plain) => Ok(plain.into()),
        _ => mistake(at, "this is no encoder; write `Gzip::..`, `Zstd::..` or `Plain::new()`"),
    }
}

fn number(value: Evaluated, at: Span) -> Evaluation<i128> {
    match value {
        Evaluated::Number(number) => Ok(number),
        Evaluated::Text(_) | Evaluated::Bytes(_) => {
            mistake(at, "this is no whole number; write texts that are joined as one string")
        }
        _ => mistake(at, "this is no whole number"),
    }
}

/// A path or a target.
pub(super) enum NameValue {
    Text(Text),
    Bytes(Vec<u8>),
}

impl ToPath for NameValue {
    fn into_path(self) -> Text {
        match self {
            Self::Text(text) => text.into_path(),
            Self::Bytes(bytes) => bytes.into_path(),
        }
    }
}

pub(super) fn name(value: Evaluated, at: Span) -> Evaluation<NameValue> {
    match value {
        Evaluated::Bytes(bytes) => Ok(NameValue::Bytes(bytes)),
        other => Ok(NameValue::Text(text(other, at)?)),
    }
}

/// The digits of a number that may have a fraction.
pub(super) fn decimal(value: Evaluated, at: Span) -> Evaluation<String> {
    match value {
        Evaluated::Number(number) => Ok(number.to_string()),
        Evaluated::Float(digits) => Ok(digits),
        _ => mistake(at, "this is no number"),
    }
}

pub(super) fn integer<T: TryFrom<i128>>(value: Evaluated, at: Span) -> Evaluation<T> {
    let number = number(value, at)?;
    T::try_from(number).or_else(|_| mistake(at, format!("the number {number} is out of its range")))
}

/// A number as it was written, without a space behind its sign.
pub(super) fn digits(number: &proc_macro2::TokenStream) -> String {
    number.to_string().replace(' ', "")
}

/// Whether an expression is `true`, such as that of a flag.
pub(super) fn is_true(value: Evaluated, at: Span) -> Evaluation<bool> {
    match value {
        Evaluated::Bool(value) => Ok(value),
        _ => mistake(at, "this is neither `true` nor `false`"),
    }
}
