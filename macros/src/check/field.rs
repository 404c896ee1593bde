//! Fields and their values.

use oci_fixture_grammar::language::{Field as Known, Kind, NODES, Value as Takes, nearest};
use oci_fixture_grammar::{eof, media_type, number};
use quote::ToTokens;
use syn::Expr;

use super::seen::{Key, Seen};
use super::{Checker, Place};
use crate::ast::{Content, Field, Items, Literal, Text, Value};

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
        self.once(seen, &Key::Field(name.clone()), &field.name, &message);
        if name == "raw" || place.within.is_lost_in_raw(&name) {
            self.beside_raw(seen, place.within, &format!("`{name}`"), &field.name);
        }
        if name == "descriptor" && seen.has(&Key::Unlisted) {
            let message = "nothing lists an unlisted node, so nothing describes it; remove its `descriptor`";
            self.errors.at(&field.name, message);
        }
        if !self.value(&mut field.value, known, place) {
            field.value = Value::Missing;
        }
    }

    /// A block of fields.
    pub(super) fn fields(&mut self, items: &mut Items, place: Place) -> Seen {
        let mut seen = Seen::default();
        self.items(items, place, &mut seen);
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
    fn value(&mut self, value: &mut Value, field: Known, place: Place) -> bool {
        let (name, takes, within) = (field.name, field.value, place.within);
        match (takes, value) {
            (_, Value::Missing) => false,
            (Takes::Text, Value::Text(text)) => {
                self.text(text);
                self.literal(name, text, within);
                true
            }
            (Takes::Number, Value::Text(text)) => {
                self.text(text);
                if let Text::Literal(literal) = text
                    && let Err(invalid) = number::check(&literal.value())
                {
                    self.errors.at(literal, invalid);
                }
                true
            }
            (Takes::Number, Value::Number(number)) => {
                self.number(number);
                true
            }
            (Takes::Patch | Takes::Members, Value::Text(Text::Expr(Expr::Lit(literal)))) => {
                self.errors.at(literal, format!("`{name}` takes {}", takes.title()));
                false
            }
            (Takes::Text, Value::Number(_))
            | (Takes::ContentOrNull, Value::Null(_))
            | (_, Value::Text(Text::Expr(_))) => true,
            (Takes::Patch, Value::Map(_, pairs)) => {
                self.patch(pairs);
                true
            }
            (Takes::Members, Value::Map(_, pairs)) => {
                self.members(pairs);
                true
            }
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
            (_, Value::Content(content)) => {
                let fits = self.content_value(content, field, within);
                if !fits {
                    self.wrong_content(content, &format!("`{name}` takes {}", takes.title()));
                }
                fits
            }
            (Takes::Records, Value::Records(records)) => {
                for (key, content) in records {
                    self.plain_content(key);
                    self.plain_content(content);
                }
                true
            }
            (Takes::Block(_) | Takes::Subject, Value::Block(span, kind, items)) => {
                let seen = self.fields(items, Place::new(*kind));
                let place = syn::Ident::new("_", *span);
                self.required(*kind, &seen, &place);
                true
            }
            (Takes::Blocks(_), Value::List(_, blocks)) => {
                blocks.retain_mut(|block| match block {
                    Value::Block(_, kind, items) => {
                        self.fields(items, Place::new(*kind));
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
    fn literal(&mut self, name: &str, text: &Text, within: Kind) {
        let Text::Literal(literal) = text else { return };
        // What a descriptor says of a stored node is taken as it is written.
        let is_media_type = name == "artifact_type" || name == "media_type" && within != Kind::Descriptor;
        if is_media_type && let Err(invalid) = media_type::check(&literal.value()) {
            self.errors.at(literal, invalid);
        }
    }

    /// Whether a content is what the field takes.
    fn content_value(&mut self, content: &mut Content, field: Known, within: Kind) -> bool {
        let literal = match content {
            Content::Expr(expression) => Literal::of(expression),
            _ => None,
        };
        match field.value {
            Takes::Bytes => return self.header_field(field.name, content, false),
            Takes::Numeric | Takes::Typeflag => return self.header_field(field.name, content, true),
            Takes::Eof => {
                let (Content::Expr(expression), literal) = (content, literal) else { return false };
                let blocks = match literal {
                    None => return true,
                    Some(Literal::Number(digits)) => digits.parse().ok(),
                    Some(_) => None,
                };
                let Some(blocks) = blocks else { return false };
                if let Err(invalid) = eof::check(blocks) {
                    self.errors.at(expression, invalid);
                }
            }
            Takes::Data if matches!(literal, Some(Literal::Bool)) => {
                if let (Content::Expr(expression), Kind::Dangling) = (&*content, within) {
                    let message = "there is nothing behind a dangling descriptor to embed; write the bytes themselves: `data: \"...\"`";
                    self.errors.at(expression, message);
                }
            }
            Takes::Data if matches!(literal, Some(Literal::Number(_) | Literal::Other)) => return false,
            _ if matches!(within, Kind::Layer | Kind::Entry) => self.plain_content(content),
            _ => self.content(content),
        }
        true
    }

    fn pairs(&mut self, pairs: &mut Vec<(Text, Value)>, may_be_null: bool) {
        let mut seen = Seen::default();
        pairs.retain_mut(|(key, value)| {
            self.text(key);
            self.member_once(&mut seen, key);
            may_be_null && matches!(value, Value::Null(_)) || self.one_text(value, "a value of the map")
        });
    }

    /// A key that may stand only once.
    pub(super) fn member_once(&mut self, seen: &mut Seen, key: &Text) {
        let Text::Literal(literal) = key else { return };
        let message = format!("{} is given twice; remove one of the two", literal.token());
        self.once(seen, &Key::Member(literal.value()), literal, &message);
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
            Value::Content(content) => self.wrong_content(content, message),
            Value::Records(_) | Value::Missing => {}
        }
    }

    fn wrong_content(&mut self, content: &Content, message: &str) {
        match content {
            Content::Expr(expression) => self.errors.at(expression, message),
            Content::Text(text) => self.errors.at(text, message),
            Content::Json(value) => self.wrong(value, message),
            // It was reported.
            Content::Missing => {}
        }
    }
}

/// What a field is called elsewhere, or in other words.
fn meant(name: &str, within: Kind) -> Option<&'static str> {
    Some(match (within, name) {
        (Kind::Blob, "raw") => "content",
        (Kind::Entry, "path") => "name",
        (Kind::Entry, "target" | "link") => "linkname",
        (Kind::Entry, "content" | "data") => "body",
        (Kind::Entry, "type" | "kind") => "typeflag",
        (Kind::Entry, "major") => "devmajor",
        (Kind::Entry, "minor") => "devminor",
        _ => return None,
    })
}

fn unknown_field(name: &str, within: Kind) -> String {
    let title = within.title();
    if let Some(meant) = meant(name, within) {
        return format!("{title} has no field `{name}`; write `{meant}`");
    }
    if within.field("descriptor").is_some() && Kind::Descriptor.field(name).is_some() {
        return format!("{title} has no field `{name}`; it belongs into its `descriptor: {{ ... }}`");
    }
    if within.field("history").is_some() && Kind::History.field(name).is_some() {
        return format!("{title} has no field `{name}`; it belongs into its `history: [{{ ... }}]`");
    }
    let owners = NODES.iter().chain(&[Kind::Descriptor, Kind::History, Kind::Entry, Kind::Fixture]);
    if let Some(owner) = owners.clone().find(|kind| kind.field(name).is_some()) {
        if *owner == Kind::Fixture {
            return format!("{title} has no field `{name}`; it stands at the top level");
        }
        return format!("{title} has no field `{name}`; it belongs into {}", owner.title());
    }
    let everywhere = owners.flat_map(|kind| kind.fields()).map(|field| field.name);
    let here = within.fields().iter().map(|field| field.name);
    match nearest(name, here.chain(everywhere)) {
        Some(meant) => format!("{title} has no field `{name}`; did you mean `{meant}`?"),
        None => format!("{title} has no field `{name}`; it holds {}", within.fitting()),
    }
}
