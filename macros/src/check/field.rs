//! Fields and their values.

use oci_fixture_grammar::language::{Field as Known, Kind, NODES, Value as Takes, nearest};
use oci_fixture_grammar::{media_type, size};
use quote::ToTokens;

use super::seen::{Key, Seen};
use super::{Checker, Place};
use crate::ast::{Field, Items, Text, Value};

impl Checker<'_> {
    pub(super) fn field(&mut self, field: &mut Field, place: Place, seen: &mut Seen) {
        let name = field.name.to_string();
        for attribute in &field.attributes {
            self.errors.at(&attribute.name, "an attribute does not belong to a field; remove it");
        }
        let Some(known) = place.within.field(&name) else {
            self.errors.at(&field.name, unknown_field(&name, place.within));
            field.value = Value::Missing;
            return;
        };
        if place.repeated {
            let message =
                format!("the field `{name}` cannot be given again and again; move it out of the `for`");
            self.errors.at(&field.name, message);
        }
        let message = format!("the field `{name}` is given twice; remove one of the two");
        self.once(seen, &Key::Field(name), &field.name, &message);
        if !self.value(&mut field.value, known, place.within) {
            field.value = Value::Missing;
        }
    }

    /// A block of fields.
    pub(super) fn fields(&mut self, items: &mut Items, kind: Kind) -> Seen {
        let mut seen = Seen::default();
        self.items(items, Place { within: kind, repeated: false }, &mut seen);
        seen
    }

    /// The fields that must be there; one in a branch is there.
    pub(super) fn required(&mut self, kind: Kind, seen: &Seen, tokens: &dyn ToTokens) {
        let missing = kind
            .fields()
            .iter()
            .filter(|field| field.required && !seen.has(&Key::Field(field.name.to_owned())));
        let mut missing: Vec<String> = missing.map(|field| format!("`{}:`", field.name)).collect();
        let Some(last) = missing.pop() else { return };
        let (title, first) = (kind.title(), missing.join(", no "));
        let message = if missing.is_empty() {
            format!("{title} has no {last}; write it")
        } else {
            format!("{title} has no {first} and no {last}; write them")
        };
        self.errors.at(tokens.to_token_stream(), message);
    }

    /// Whether a value is what the field takes.
    fn value(&mut self, value: &mut Value, field: Known, within: Kind) -> bool {
        let (name, takes) = (field.name, field.value);
        match (takes, value) {
            (_, Value::Missing) => false,
            (Takes::Text, Value::Text(text)) => {
                self.text(text);
                self.literal(name, text);
                true
            }
            (Takes::Text, Value::Number(number)) => {
                if name == "size" {
                    self.size(number, &number.to_string().replace(' ', ""));
                }
                true
            }
            (_, Value::Text(Text::Expr(_))) => true,
            (Takes::List, Value::List(_, values)) => {
                values.retain_mut(|value| self.one_text(value, "a value of the list"));
                true
            }
            (Takes::Map, Value::Map(_, pairs)) => {
                // There it takes away what a reference adds.
                let may_be_null = within == Kind::Descriptor;
                self.pairs(pairs, may_be_null);
                true
            }
            (Takes::Platform, Value::Platform(platform)) => {
                self.platform(platform);
                true
            }
            (Takes::Content, Value::Content(content)) => {
                self.content(content);
                true
            }
            (Takes::Block(_) | Takes::Subject, Value::Block(span, kind, items)) => {
                let seen = self.fields(items, *kind);
                let place = syn::Ident::new("_", *span);
                self.required(*kind, &seen, &place);
                true
            }
            (Takes::Blocks(_), Value::List(_, blocks)) => {
                blocks.retain_mut(|block| match block {
                    Value::Block(_, kind, items) => {
                        self.fields(items, *kind);
                        true
                    }
                    Value::Text(Text::Expr(_)) => true,
                    other => {
                        self.wrong(other, &format!("an entry of `{name}` is a block of fields: `{{ ... }}`"));
                        false
                    }
                });
                true
            }
            (Takes::Subject, Value::Label(label)) => self.used(label).is_some(),
            (_, value) => {
                let none =
                    if matches!(value, Value::Null(_)) { "; leave the field out for none" } else { "" };
                self.wrong(value, &format!("`{name}` takes {}{none}", takes.title()));
                false
            }
        }
    }

    /// A literal of a field whose form is known.
    fn literal(&mut self, name: &str, text: &Text) {
        let Text::Literal(literal) = text else { return };
        if matches!(name, "artifact_type" | "media_type")
            && let Err(invalid) = media_type::check(&literal.value())
        {
            self.errors.at(literal, invalid);
        }
        if name == "size" {
            self.size(literal, &literal.value());
        }
    }

    fn size(&mut self, tokens: &dyn ToTokens, size: &str) {
        if let Err(invalid) = size::check(size) {
            self.errors.at(tokens.to_token_stream(), invalid);
        }
    }

    fn pairs(&mut self, pairs: &mut Vec<(Text, Value)>, may_be_null: bool) {
        let mut seen = Seen::default();
        pairs.retain_mut(|(key, value)| {
            self.text(key);
            if let Text::Literal(literal) = key {
                let message = format!("{} is given twice; remove one of the two", literal.token());
                self.once(&mut seen, &Key::Member(literal.value()), literal, &message);
            }
            may_be_null && matches!(value, Value::Null(_)) || self.one_text(value, "a value of the map")
        });
    }

    /// One text in a list or a map.
    fn one_text(&mut self, value: &mut Value, what: &str) -> bool {
        match value {
            Value::Text(text) => {
                self.text(text);
                true
            }
            Value::Number(_) => true,
            Value::Null(_) => {
                self.wrong(value, &format!("{what} is text; write `\"...\"`, or leave it out"));
                false
            }
            _ => {
                self.wrong(value, &format!("{what} is text; write `\"...\"`"));
                false
            }
        }
    }

    fn wrong(&mut self, value: &Value, message: &str) {
        match value {
            Value::Text(text) => self.errors.at(text, message),
            Value::Number(tokens) | Value::Null(tokens) => self.errors.at(tokens, message),
            Value::Platform(platform) => self.errors.at(platform, message),
            Value::Label(label) => self.errors.at(label, message),
            Value::List(span, _) | Value::Map(span, _) | Value::Block(span, ..) => {
                self.errors.at_span(*span, message);
            }
            Value::Content(_) | Value::Missing => {}
        }
    }
}

fn unknown_field(name: &str, within: Kind) -> String {
    let title = within.title();
    if within.field("descriptor").is_some() && Kind::Descriptor.field(name).is_some() {
        return format!("{title} has no field `{name}`; it belongs into its `descriptor: {{ ... }}`");
    }
    if within.field("history").is_some() && Kind::History.field(name).is_some() {
        return format!("{title} has no field `{name}`; it belongs into its `history: [{{ ... }}]`");
    }
    let owners = NODES.iter().chain(&[Kind::Descriptor, Kind::History]);
    if let Some(owner) = owners.clone().find(|kind| kind.field(name).is_some()) {
        return format!("{title} has no field `{name}`; it belongs into {}", owner.title());
    }
    let everywhere = owners.flat_map(|kind| kind.fields()).map(|field| field.name);
    let here = within.fields().iter().map(|field| field.name);
    match nearest(name, here.chain(everywhere)) {
        Some(meant) => format!("{title} has no field `{name}`; did you mean `{meant}`?"),
        None => format!("{title} has no field `{name}`; it holds {}", within.fitting()),
    }
}
