//! Attributes.

use oci_fixture_grammar::language::{ATTRIBUTES, Attribute as Known, Form, Kind, nearest};
use oci_fixture_grammar::{mode, owner, xattr};
use quote::ToTokens;
use syn::Expr;

use super::Checker;
use super::seen::{Key, Seen};
use crate::ast::{Attribute, AttributeValue, Content, Literal, Text};

impl Checker<'_> {
    /// Whether a node can have the attribute.
    pub(super) fn attribute_on_node(
        &mut self,
        attribute: &mut Attribute,
        kind: Kind,
        seen: &mut Seen,
    ) -> bool {
        let name = attribute.name.to_string();
        let message = match Known::of(&name) {
            None => unknown(&name, true),
            Some(known) if known.nodes.is_empty() => {
                format!("`#[{name}]` belongs to an entry; write it before a file or a directory")
            }
            Some(known) if !known.nodes.contains(&kind) => belongs(known),
            Some(known) => {
                // Faults are applied one after another.
                if !known.is_fault() || known.form == Form::Flag {
                    let message = format!("`{name}` is given twice; remove one of the two");
                    self.once(seen, &Key::Attribute(name), &attribute.name, &message);
                }
                return self.form(attribute, known);
            }
        };
        self.errors.at(&attribute.name, message);
        false
    }

    /// Whether an entry can have the attribute. The names of one that is unchecked may be any, and repeat.
    pub(super) fn attribute_on_entry(
        &mut self,
        attribute: &mut Attribute,
        unchecked: bool,
        seen: &mut Seen,
    ) -> bool {
        let name = attribute.name.to_string();
        let known = match Known::of(&name) {
            Some(known) if known.entries => known,
            Some(known) => {
                self.errors.at(&attribute.name, belongs(known));
                return false;
            }
            None => {
                self.errors.at(&attribute.name, unknown(&name, false));
                return false;
            }
        };
        let key = match &attribute.value {
            AttributeValue::Pair(Text::Literal(key), _) if !unchecked => Some(Key::Member(key.value())),
            AttributeValue::Pair(..) if unchecked => return true,
            AttributeValue::Pair(..) => None,
            _ => Some(Key::Attribute(name.clone())),
        };
        if let Some(key) = key {
            let message = format!("`{name}` is given twice; remove one of the two");
            self.once(seen, &key, &attribute.name, &message);
        }
        self.form(attribute, known)
    }

    /// Whether the attribute has the value that it takes.
    fn form(&mut self, attribute: &mut Attribute, known: Known) -> bool {
        let (name, example) = (&attribute.name, known.example);
        match (known.form, &mut attribute.value) {
            (Form::Flag, AttributeValue::None) => true,
            (Form::Flag, _) => {
                self.errors.at(name, format!("`{name}` takes no value; write `{example}`"));
                false
            }
            (_, AttributeValue::None) => {
                self.errors.at(name, format!("`{name}` has no value; write `{example}`"));
                false
            }
            (Form::Number(of_type), AttributeValue::Expr(expression)) => {
                match number(expression, known, of_type) {
                    Ok(()) => true,
                    Err(message) => {
                        self.errors.at(expression, message);
                        false
                    }
                }
            }
            (Form::Content, AttributeValue::Content(content)) => {
                self.content(content);
                let adds = matches!(known.name, "prepend" | "append");
                if let Content::Expr(expression) = content
                    && let (true, Some(Literal::Bytes(0))) = (adds, Literal::of(expression))
                {
                    let message =
                        format!("`{name}` of nothing changes nothing; write some bytes, or remove it");
                    self.errors.at(expression, message);
                    return false;
                }
                true
            }
            (Form::Pair, AttributeValue::Pair(Text::Literal(key), _)) => {
                let checked = xattr::check(&key.value());
                if let Err(invalid) = &checked {
                    self.errors.at(key, invalid);
                }
                checked.is_ok()
            }
            (Form::Pair, AttributeValue::Pair(..)) => true,
            (Form::Number(_) | Form::Content | Form::Pair, _) => {
                self.errors.at(name, format!("`{name}` is written otherwise; write `{example}`"));
                false
            }
        }
    }
}

pub(super) fn belongs(known: Known) -> String {
    format!("`#[{}]` belongs to {}; move it there, or remove it", known.name, known.fitting())
}

pub(super) fn unknown(name: &str, on_node: bool) -> String {
    match nearest(name, ATTRIBUTES.iter().map(|attribute| attribute.name)).and_then(Known::of) {
        Some(meant) => format!("there is no attribute `{name}`; did you mean `{}`?", meant.example),
        None => {
            let fits = |known: &&Known| if on_node { !known.nodes.is_empty() } else { known.entries };
            let all: Vec<String> =
                ATTRIBUTES.iter().filter(fits).map(|known| format!("`#[{}]`", known.name)).collect();
            let what = if on_node { "a node" } else { "an entry" };
            format!("there is no attribute `{name}`; {what} has {}", all.join(", "))
        }
    }
}

/// What is wrong with the value of an attribute where it is written out, and what to write instead.
fn number(value: &Expr, known: Known, of_type: &str) -> Result<(), String> {
    let cure = format!("write `{}`", known.example);
    let digits = match Literal::of(value) {
        None => return Ok(()),
        Some(Literal::Number(digits)) => digits,
        Some(_) => return Err(format!("`{}` is a number; {cure}", known.name)),
    };
    let written = value.to_token_stream().to_string().replace(' ', "");
    if known.name == "mode" && !written.starts_with("0o") {
        let octal = written.bytes().all(|digit| (b'0'..b'8').contains(&digit));
        let cure = match written.trim_start_matches('0') {
            _ if !octal => cure,
            "" => "write `0o0`".to_owned(),
            digits => format!("write `0o{digits}`"),
        };
        return Err(format!("a mode is octal; {cure}"));
    }
    let fits = match of_type {
        "u32" => digits.parse().map(mode::check),
        "u64" => digits.parse().map(owner::check),
        _ => digits.parse::<i64>().map(|_| Ok(())),
    };
    match fits {
        Ok(checked) => checked.map_err(|invalid| invalid.to_string()),
        Err(_) if digits.starts_with('-') && of_type.starts_with('u') => {
            Err(format!("`{written}` is negative; {cure}"))
        }
        Err(_) => {
            let article = if of_type == "i64" { "an" } else { "a" };
            let far = if digits.starts_with('-') { "small" } else { "large" };
            Err(format!("`{written}` is too {far} for {article} `{of_type}`; {cure}"))
        }
    }
}
