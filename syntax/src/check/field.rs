//! Fields and their values.

use oci_fixture_grammar::language::{BlockKind, KnownField, NullMeaning, Takes};
use oci_fixture_grammar::{eof, number};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Ident};

use super::seen::{Key, Seen};
use super::{Checker, Place};
use crate::ast::{Content, Element, Field, Items, Json, Literal, Text, Value};

impl Checker<'_> {
    pub(super) fn field(&mut self, field: &mut Field, place: Place, seen: &mut Seen) {
        let name = field.name.to_string();
        for attribute in &field.attributes {
            self.errors.at(&attribute.name, "an attribute does not belong to a field; remove it");
        }
        if matches!(field.value, Value::Missing) {
            // The field has an error, but it is present, so it is not reported as missing.
            seen.insert(Key::Field(name), &field.name);
            return;
        }
        if place.repeated {
            let message =
                format!("the field `{name}` cannot be given again and again; move it out of the `for`");
            self.errors.at(&field.name, message);
        }
        let message = || format!("the field `{name}` is given twice; remove one of the two");
        self.once(seen, Key::Field(name.clone()), &field.name, message);
        if name == "raw" || place.within.is_lost_in_raw(&name) {
            self.beside_raw(seen, place.within, &format!("`{name}`"), &field.name);
        }
        if name == "descriptor" && seen.has(&Key::Unlisted) {
            let message = "nothing lists an unlisted node, so nothing describes it; remove its `descriptor`";
            self.errors.at(&field.name, message);
        }
        if !self.value(&mut field.value, field.known, place) {
            field.value = Value::Missing;
        }
    }

    /// A block of fields.
    pub(super) fn fields(&mut self, items: &mut Items, place: Place) -> Seen {
        let mut seen = Seen::default();
        self.items(items, place, &mut seen);
        seen
    }

    /// Reports the fields that are missing. A field in one branch of an `if` counts as present.
    pub(super) fn required(&mut self, kind: BlockKind, seen: &Seen, tokens: &dyn ToTokens) {
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

    /// Whether the field takes the value.
    fn value(&mut self, value: &mut Value, field: KnownField, place: Place) -> bool {
        match value {
            Value::Missing => return false,
            Value::Json(value) => return self.json_value(value, field, place),
            Value::Platform(platform) => return self.platform(platform, place.unchecked),
            Value::Content(content) => {
                let fits = self.content_value(content, field, place.within);
                if !fits {
                    self.wrong_content(content, &format!("`{}` takes {}", field.name, field.takes.title()));
                }
                return fits;
            }
            Value::Records(records) => {
                for (key, content) in records {
                    self.content(key);
                    self.content(content);
                }
            }
            Value::Block(block) => {
                let mut seen = self.fields(&mut block.items, place.block(block.kind));
                self.required(block.kind, &seen, &Ident::new("_", block.span));
                if field.takes == Takes::Subject
                    && let Some(mark) = seen.mark(&Key::Field("diff_id".to_owned()))
                {
                    self.errors.at(mark, "a subject is no layer; remove its `diff_id`");
                }
            }
            Value::Blocks(_, elements) => {
                for element in elements {
                    match element {
                        Element::Block(block) => {
                            self.fields(&mut block.items, place.block(block.kind));
                        }
                        Element::Expr(_) => {}
                    }
                }
            }
            Value::Label(label) => return self.used(label).is_some(),
        }
        true
    }

    /// Whether the field takes a value that is written as in JSON.
    fn json_value(&mut self, value: &mut Json, field: KnownField, place: Place) -> bool {
        let (name, takes) = (field.name, field.takes);
        if let (Json::Null(_), NullMeaning::Written | NullMeaning::LeftOut) = (&*value, field.null) {
            return true;
        }
        if matches!(takes, Takes::Text | Takes::Number) {
            self.literal(name, value, takes, place);
        }
        match (takes, value) {
            (Takes::DiffId, Json::Text(Text::Expr(expression)))
                if matches!(Literal::of(expression), Some(Literal::Byte(_) | Literal::Bytes(_))) =>
            {
                self.errors.at(expression, format!("`{name}` takes {}", takes.title()));
                return false;
            }
            (Takes::Text | Takes::DiffId | Takes::Number, Json::Text(text)) => {
                self.text(text);
            }
            (Takes::Patch | Takes::Members, Json::Descriptor(label, property)) => {
                self.property(label, property);
            }
            (Takes::Patch | Takes::Members, Json::Text(Text::Expr(Expr::Lit(literal)))) => {
                self.errors.at(literal, format!("`{name}` takes {}", takes.title()));
                return false;
            }
            (Takes::Subject, Json::Text(Text::Expr(Expr::Path(path))))
                if path.path.get_ident().is_some_and(|word| self.labels.knows(&word.to_string())) =>
            {
                let label = path.to_token_stream();
                let message = format!("a label has a quote before it; write `'{label}`");
                self.errors.at(label, message);
                return false;
            }
            (Takes::Text | Takes::Number, Json::Number(_)) | (_, Json::Text(Text::Expr(_))) => {}
            (Takes::Patch, Json::Map(_, pairs)) => self.patch(pairs),
            (Takes::Members, Json::Map(_, pairs)) => self.members(pairs),
            (Takes::List, Json::List(_, values)) => {
                values.retain_mut(|value| {
                    self.literal(name, value, takes, place);
                    self.one_text(value, "a value of the list")
                });
            }
            // In a descriptor, `null` removes an annotation that a reference adds.
            (Takes::Map, Json::Map(_, pairs)) => self.pairs(pairs, name, place),
            (_, value) => {
                let none = if matches!(value, Json::Null(_)) { "; leave the field out for none" } else { "" };
                self.wrong(value, &format!("`{name}` takes {}{none}", takes.title()));
                return false;
            }
        }
        true
    }

    /// Checks a literal by the rules of JSON, and of the specifications for the field.
    fn literal(&mut self, field: &str, value: &Json, takes: Takes, place: Place) {
        let Some(LiteralText { text, tokens }) = LiteralText::of(value) else { return };
        let is_number = if takes == Takes::Number { number::check(&text) } else { Ok(()) };
        let checked = if place.unchecked { Ok(()) } else { place.within.check_text(field, &text) };
        if let Err(invalid) = is_number.and(checked) {
            self.errors.at(tokens, invalid);
        }
    }

    /// Whether the field takes the content.
    fn content_value(&mut self, content: &mut Content, field: KnownField, within: BlockKind) -> bool {
        let literal = match content {
            Content::Expr(expression) => Literal::of(expression),
            _ => None,
        };
        match field.takes {
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
                if let (Content::Expr(expression), BlockKind::Dangling) = (&*content, within) {
                    let message = "there is nothing behind a dangling descriptor to embed; write the bytes themselves: `data: \"...\"`";
                    self.errors.at(expression, message);
                }
            }
            Takes::Data
                if matches!(literal, Some(Literal::Number(_) | Literal::Decimal(_) | Literal::Other)) =>
            {
                return false;
            }
            _ => self.content(content),
        }
        true
    }

    fn pairs(&mut self, pairs: &mut Vec<(Text, Json)>, field: &str, place: Place) {
        let may_be_null = place.within == BlockKind::Descriptor;
        let mut seen = Seen::default();
        pairs.retain_mut(|(key, value)| {
            self.text(key);
            self.member_once(&mut seen, key);
            if let (false, Text::Literal(key), Some(literal)) =
                (place.unchecked, &*key, LiteralText::of(value))
                && let Err(invalid) = place.within.check_pair(field, &key.value(), &literal.text)
            {
                self.errors.at(literal.tokens, invalid);
            }
            may_be_null && matches!(value, Json::Null(_)) || self.one_text(value, "a value of the map")
        });
    }

    /// Checks that a key stands only once in its map.
    pub(super) fn member_once(&mut self, seen: &mut Seen, key: &Text) {
        let Text::Literal(literal) = key else { return };
        let message = || format!("{} is given twice; remove one of the two", literal.token());
        self.once(seen, Key::Member(literal.value()), literal, message);
    }

    /// One text in a list or a map.
    fn one_text(&mut self, value: &mut Json, what: &str) -> bool {
        match value {
            Json::Text(text) => {
                self.text(text);
                true
            }
            Json::Number(_) => true,
            Json::Null(_) => {
                self.wrong(value, &format!("{what} is text; write `\"...\"`, or leave it out"));
                false
            }
            Json::Descriptor(..) | Json::List(..) | Json::Map(..) => {
                self.wrong(value, &format!("{what} is text; write `\"...\"`"));
                false
            }
        }
    }

    fn wrong(&mut self, value: &Json, message: &str) {
        match value {
            Json::Text(text) => self.errors.at(text, message),
            Json::Descriptor(_, property) => self.errors.at(property, message),
            Json::Number(tokens) | Json::Null(tokens) => self.errors.at(tokens, message),
            Json::List(span, _) | Json::Map(span, _) => self.errors.at_span(*span, message),
        }
    }

    pub(super) fn wrong_content(&mut self, content: &Content, message: &str) {
        match content {
            Content::Expr(expression) => self.errors.at(expression, message),
            Content::Text(text) => self.errors.at(text, message),
            Content::Bytes(_, property) => self.errors.at(property, message),
            Content::Json(value) => self.wrong(value, message),
            // The error is reported already.
            Content::Missing => {}
        }
    }
}

/// A text that is written in the declaration.
struct LiteralText {
    text: String,
    tokens: TokenStream,
}

impl LiteralText {
    /// `None` for a text that is known only at run time, and for a value that is no text.
    fn of(value: &Json) -> Option<Self> {
        match value {
            Json::Text(Text::Literal(literal)) => {
                Some(Self { text: literal.value(), tokens: literal.to_token_stream() })
            }
            Json::Number(number) => {
                Some(Self { text: number.to_string().replace(' ', ""), tokens: number.clone() })
            }
            Json::Text(_) | Json::Descriptor(..) | Json::Null(_) | Json::List(..) | Json::Map(..) => None,
        }
    }
}
