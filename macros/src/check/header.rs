//! `entry`: an entry by the fields of its header.

use oci_fixture_grammar::header;
use oci_fixture_grammar::language::{Attribute as Known, Kind};

use super::seen::Seen;
use super::{Checker, Place, attribute};
use crate::ast::{Attribute, Content, Header, Literal};

impl Checker<'_> {
    pub(super) fn header(&mut self, header: &mut Header, within: Kind, seen: &mut Seen) {
        for attribute in &header.attributes {
            self.errors.at(&attribute.name, misplaced(attribute));
        }
        self.entry_fits(within, &header.keyword, seen);
        self.fields(&mut header.items, Place::new(Kind::Entry));
    }

    /// The value of a field that is text or bytes, or also a number; whether it is one.
    pub(super) fn header_field(&mut self, field: &str, content: &mut Content, is_numeric: bool) -> bool {
        let Content::Expr(expression) = &*content else {
            self.plain_content(content);
            return true;
        };
        let checked = match Literal::of(expression) {
            None => return true,
            Some(Literal::Bytes(count)) => header::check_bytes(field, count),
            Some(Literal::Byte(byte)) if is_numeric => header::check_number(field, byte.into()),
            Some(Literal::Number(digits)) if is_numeric => match digits.parse() {
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
            self.errors.at(expression, invalid);
        }
        true
    }
}

/// An attribute that belongs elsewhere, or that a field says.
fn misplaced(attribute: &Attribute) -> String {
    let name = attribute.name.to_string();
    match Known::of(&name) {
        Some(_) if name == "unchecked" => {
            "nothing of an `entry` is checked; remove `#[unchecked]`".to_owned()
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
