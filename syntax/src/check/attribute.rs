//! Attributes.

use oci_fixture_grammar::language::{
    ATTRIBUTES, BlockKind, Cure, Form, Habit, HabitPlace, KnownAttribute, nearest,
};
use oci_fixture_grammar::mtime::SecondsSince1970;
use oci_fixture_grammar::{mode, owner, sparse, xattr};
use quote::ToTokens;
use syn::{Expr, Ident, Lit, LitStr};

use super::Checker;
use super::seen::{Key, Seen};
use crate::ast::{Attribute, AttributeValue, Content, Has, Literal, Text};

impl Checker<'_> {
    /// Whether a node can have the attribute.
    pub(super) fn attribute_on_node(
        &mut self,
        attribute: &mut Attribute,
        kind: BlockKind,
        seen: &mut Seen,
    ) -> bool {
        let name = attribute.name.to_string();
        let message = match KnownAttribute::of(&name) {
            None => unknown(&name, true),
            Some(known) if known.nodes.is_empty() => {
                format!("`#[{name}]` belongs to an entry; write it before a file or a directory")
            }
            Some(known) if !known.nodes.contains(&kind) => belongs(known),
            Some(known) => {
                // The faults of stored bytes may be repeated, since they are applied one after another.
                if known.form != Form::Http && (!known.is_fault() || known.form == Form::Flag) {
                    let message = || format!("`{name}` is given twice; remove one of the two");
                    self.once(seen, Key::Attribute(name.clone()), &attribute.name, message);
                }
                return self.form(attribute, known, false);
            }
        };
        self.errors.at(&attribute.name, message);
        false
    }

    /// Whether an entry can have the attribute. The xattrs of an unchecked entry may have any name, and may repeat.
    pub(super) fn attribute_on_entry(
        &mut self,
        attribute: &mut Attribute,
        unchecked: bool,
        seen: &mut Seen,
    ) -> bool {
        let name = attribute.name.to_string();
        let known = match KnownAttribute::of(&name) {
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
            let message = || format!("`{name}` is given twice; remove one of the two");
            self.once(seen, key, &attribute.name, message);
        }
        self.form(attribute, known, unchecked)
    }

    /// Whether the attribute takes the value that it has.
    fn form(&mut self, attribute: &mut Attribute, known: KnownAttribute, unchecked: bool) -> bool {
        let (name, example) = (&attribute.name, known.example);
        match (known.form, &mut attribute.value) {
            (Form::Http, AttributeValue::Expr(value)) if Literal::of(value).is_some() => {
                self.errors.at(&*value, format!("`{name}` is a block of words; write `{example}`"));
                false
            }
            (Form::Flag, AttributeValue::None) | (Form::Http, AttributeValue::Expr(_)) => true,
            (Form::Flag, AttributeValue::Expr(value))
                if matches!(Literal::of(value), None | Some(Literal::Bool)) =>
            {
                true
            }
            (Form::Flag, _) => {
                let message = format!("`{name}` takes no value, or a `bool`; write `{example}`");
                self.errors.at(name, message);
                false
            }
            (_, AttributeValue::None) => {
                self.errors.at(name, format!("`{name}` has no value; write `{example}`"));
                false
            }
            (Form::Number(of_type), AttributeValue::Expr(expression)) => {
                let checked = number(expression, known, of_type);
                self.accepts(expression, &checked)
            }
            (Form::Time, AttributeValue::Expr(expression)) => {
                let checked = time(expression, known);
                self.accepts(expression, &checked)
            }
            (Form::Text, AttributeValue::Expr(expression)) => {
                let checked = text(expression, known, unchecked);
                self.accepts(expression, &checked)
            }
            (Form::Content, AttributeValue::Content(content)) => {
                self.content(content);
                let adds = matches!(known.name, "prepend" | "append");
                if let Content::Expr(expression) = content
                    && let (true, Some(Literal::Bytes(0))) = (adds, Literal::of(expression))
                {
                    let message =
                        format!("an empty `{name}` changes nothing; write some bytes, or remove it");
                    self.errors.at(expression, message);
                    return false;
                }
                true
            }
            (Form::Pair, AttributeValue::Pair(key, content)) => {
                self.text(key);
                self.content(content);
                let Text::Literal(key) = key else { return true };
                let checked = xattr::check(&key.value());
                if let Err(invalid) = &checked {
                    self.errors.at(key, invalid);
                }
                checked.is_ok()
            }
            (Form::Http, AttributeValue::Http(words)) => self.http(words),
            (Form::Number(_) | Form::Time | Form::Text | Form::Content | Form::Pair | Form::Http, _) => {
                self.errors.at(name, format!("`{name}` has the wrong form; write `{example}`"));
                false
            }
        }
    }

    /// Reports a mistake in a value. Returns whether there is none.
    fn accepts(&mut self, value: &Expr, checked: &Result<(), String>) -> bool {
        if let Err(message) = checked {
            self.errors.at(value, message);
        }
        checked.is_ok()
    }

    /// Reports a fault that changes nothing because of another fault of the node.
    pub(super) fn faults(&mut self, attributes: &[Attribute]) {
        // Whether the other faults apply is known only at run time.
        let certain = attributes.iter().filter(|attribute| attribute.applies() == Has::Always);
        let names = certain.map(|attribute| &attribute.name);
        let faults: Vec<&Ident> = names
            .filter(|name| KnownAttribute::of(&name.to_string()).is_some_and(KnownAttribute::is_fault))
            .collect();
        let missing = faults.iter().position(|name| *name == "missing");
        let other = faults.iter().position(|name| *name != "missing");
        if let (Some(missing), Some(other)) = (missing, other) {
            let message =
                "the node is missing, so nothing else of it can be changed; remove one of the two attributes";
            self.errors.at(faults.get(missing.max(other)), message);
            return;
        }
        let replace = faults.iter().rposition(|name| *name == "replace").unwrap_or_default();
        for before in faults.into_iter().take(replace) {
            let message = format!(
                "`{before}` changes nothing, because `replace` behind it takes all bytes away; remove it"
            );
            self.errors.at(before, message);
        }
    }
}

/// The message for an attribute of an item that can have only `#[unchecked]`, such as a `file`.
pub(super) fn not_on(name: &str, what: &str) -> String {
    match KnownAttribute::of(name) {
        Some(known) => belongs(known),
        None => format!("there is no attribute `{name}`; {what} has `#[unchecked]`"),
    }
}

pub(super) fn belongs(known: KnownAttribute) -> String {
    format!("`#[{}]` belongs to {}; move it there, or remove it", known.name, known.fitting())
}

pub(super) fn unknown(name: &str, on_node: bool) -> String {
    let place = if on_node { BlockKind::Layer } else { BlockKind::Entry };
    if let Some(Cure::Say(cure)) = Habit::of(name, HabitPlace::Attribute, place).map(|habit| habit.cure) {
        return format!("there is no attribute `{name}`; {cure}");
    }
    match nearest(name, ATTRIBUTES.iter().map(|attribute| attribute.name)).and_then(KnownAttribute::of) {
        Some(meant) => format!("there is no attribute `{name}`; did you mean `{}`?", meant.example),
        None => {
            let fits =
                |known: &&KnownAttribute| if on_node { !known.nodes.is_empty() } else { known.entries };
            let honest =
                ATTRIBUTES.iter().filter(fits).filter(|known| !known.is_fault() && known.form != Form::Http);
            let all: Vec<String> = honest.take(6).map(|known| format!("`#[{}]`", known.name)).collect();
            let what = if on_node { "a node has the attributes of faults, and" } else { "an entry has" };
            format!("there is no attribute `{name}`; {what} {}", all.join(", "))
        }
    }
}

/// Checks a literal time. An error says what is wrong with it, and what to write instead.
fn time(value: &Expr, known: KnownAttribute) -> Result<(), String> {
    match Literal::of(value) {
        None => Ok(()),
        Some(Literal::Number(digits) | Literal::Decimal(digits)) => {
            SecondsSince1970::parse(&digits).map(drop).map_err(|invalid| invalid.to_string())
        }
        Some(Literal::Byte(_) | Literal::Bytes(_) | Literal::Bool | Literal::Other) => {
            Err(format!("`{}` is a number of seconds; write `{}`", known.name, known.example))
        }
    }
}

/// Checks a literal text: the name of an owner, of a group, or of a format of sparse files.
fn text(value: &Expr, known: KnownAttribute, unchecked: bool) -> Result<(), String> {
    match (string(value), Literal::of(value)) {
        (None, None) => Ok(()),
        (Some(format), _) if known.name == "sparse" => {
            sparse::check(&format.value()).map_err(|invalid| invalid.to_string())
        }
        (Some(_), _) if unchecked => Ok(()),
        (Some(name), _) => owner::check_name(&name.value()).map_err(|invalid| invalid.to_string()),
        (None, Some(_)) => Err(format!("`{}` is text; write `{}`", known.name, known.example)),
    }
}

/// A string, also one that a `macro_rules!` passed on.
pub(super) fn string(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        Expr::Group(group) => string(&group.expr),
        Expr::Paren(parentheses) => string(&parentheses.expr),
        _ => None,
    }
}

/// Checks a literal number of an attribute. An error says what is wrong with it, and what to write instead.
fn number(value: &Expr, known: KnownAttribute, of_type: &str) -> Result<(), String> {
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

/// Whether this is `unchecked`, or a word of other languages for it, which is reported.
pub(super) fn means_unchecked(name: &str) -> bool {
    let habit = Habit::of(name, HabitPlace::Attribute, BlockKind::Entry).map(|habit| habit.cure);
    name == "unchecked" || matches!(habit, Some(Cure::Say(cure)) if cure.contains("#[unchecked]"))
}
