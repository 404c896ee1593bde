//! `entry`: an entry by the fields of its header.

use oci_fixture_grammar::header;
use oci_fixture_grammar::language::{BlockKind, KnownAttribute, plain_word};
use quote::ToTokens;
use syn::{Expr, Lit};

use super::seen::Seen;
use super::{Checker, Place, attribute};
use crate::ast::{Attribute, Content, Header, Item, Items, Literal, Value};

impl Checker<'_> {
    pub(super) fn header(&mut self, header: &mut Header, within: BlockKind, seen: &mut Seen) {
        for attribute in &header.attributes {
            self.errors.at(&attribute.name, misplaced(attribute));
        }
        self.entry_fits(within, &header.keyword, seen);
        self.fields(&mut header.items, Place::new(BlockKind::Entry));
        self.records_beside_a_body(&header.items);
    }

    /// An entry of the type `x` or `g` is a PAX header itself, so its records are its body.
    fn records_beside_a_body(&mut self, items: &Items) {
        let fields = items.iter().filter_map(|item| match item {
            Item::Field(field) => Some(field),
            _ => None,
        });
        if !fields.clone().any(|field| field.name == "typeflag" && is_pax(&field.value)) {
            return;
        }
        let mut bodies = fields.filter(|field| field.name == "pax" || field.name == "body");
        if let (Some(first), Some(second)) = (bodies.next(), bodies.next())
            && first.name != second.name
        {
            let message = "`pax` is the body of an entry of the type `x` or `g`, so `body` changes nothing; remove one of the two";
            self.errors.at(&second.name, message);
        }
    }

    /// Whether the value of a field is text or bytes or, where the field is numeric, a number.
    pub(super) fn header_field(&mut self, field: &str, content: &mut Content, is_numeric: bool) -> bool {
        let Content::Expr(expression) = &*content else {
            self.content(content);
            return true;
        };
        let checked = match Literal::of(expression) {
            None => return true,
            Some(Literal::Bytes(count)) => header::check_bytes(field, count),
            Some(Literal::Byte(byte)) if is_numeric => header::check_number(field, byte),
            Some(Literal::Number(_)) if field == "mode" && octal(expression).is_some() => {
                let octal = octal(expression).unwrap_or_default();
                self.errors.at(expression, format!("a mode is octal; write `{octal}`"));
                return true;
            }
            Some(Literal::Number(digits)) if is_numeric => match digits.parse::<i128>() {
                Ok(number) => header::check_number(field, number),
                Err(_) => {
                    let message =
                        format!("`{digits}` is too large for an `i128`; write a smaller number, or bytes");
                    self.errors.at(expression, message);
                    return true;
                }
            },
            Some(_) => return false,
        };
        if let Err(invalid) = checked {
            let meant = attribute::string(expression)
                .and_then(|word| typeflag_of(&word.value()))
                .filter(|_| field == "typeflag");
            match meant {
                Some(meant) => {
                    self.errors
                        .at(expression, format!("header field `typeflag` is one byte; write `\"{meant}\"`"));
                }
                None => self.errors.at(expression, invalid),
            }
        }
        true
    }
}

/// The octal number that is meant by a decimal one with a zero at its begin, as C writes it: `0644`.
fn octal(expression: &Expr) -> Option<String> {
    let digits = expression.to_token_stream().to_string();
    let digits = digits.strip_prefix('0').filter(|digits| !digits.is_empty())?;
    digits.chars().all(|digit| digit.is_digit(8)).then(|| format!("0o{digits}"))
}

/// The `typeflag` of a sort of entry ([ustar](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html)).
fn typeflag_of(word: &str) -> Option<char> {
    Some(match plain_word(word).as_str() {
        "file" | "regular" => '0',
        "hardlink" | "link" => '1',
        "symlink" => '2',
        "char" => '3',
        "block" => '4',
        "dir" | "directory" => '5',
        "fifo" => '6',
        _ => return None,
    })
}

/// Whether this `typeflag` makes the entry a PAX header.
fn is_pax(typeflag: &Value) -> bool {
    let Value::Content(content) = typeflag else { return false };
    let Content::Expr(Expr::Lit(literal)) = &**content else { return false };
    let typeflag = match &literal.lit {
        Lit::Str(text) => text.value().into_bytes(),
        Lit::ByteStr(bytes) => bytes.value(),
        Lit::Byte(byte) => vec![byte.value()],
        Lit::Int(number) => number.base10_parse().map_or_else(|_| Vec::new(), |byte| vec![byte]),
        _ => return false,
    };
    matches!(typeflag.as_slice(), b"x" | b"g")
}

/// The message for an attribute before an `entry`. It names the field to write instead, or says where the attribute belongs.
fn misplaced(attribute: &Attribute) -> String {
    let name = attribute.name.to_string();
    match KnownAttribute::of(&name) {
        Some(_) if name == "unchecked" => {
            "an `entry` is taken as it is written; remove `#[unchecked]`".to_owned()
        }
        Some(_) if name == "xattr" => {
            "`#[xattr]` belongs to an entry by path; write a record: `pax: { \"SCHILY.xattr.NAME\": VALUE }`"
                .to_owned()
        }
        Some(known) if known.entries => {
            format!("`#[{name}]` belongs to an entry by path; write the field `{name}:`")
        }
        Some(known) => attribute::belongs(known),
        None => attribute::unknown(&name, false),
    }
}
