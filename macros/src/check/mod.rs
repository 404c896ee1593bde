//! The checks of a whole declaration: what fits where, what stands there twice, and what a literal says.

mod seen;

use oci_fixture_grammar::language::{ATTRIBUTES, Attribute, Kind, NODES, Value as Takes, nearest};
use oci_fixture_grammar::{Platform as GrammarPlatform, Reference, mode, path};
use quote::ToTokens;
use syn::{Expr, Lit};

use self::seen::{Key, Seen};
use crate::ast::{self, Entry, EntryKind, Field, Item, Items, Node, Platform, Text, Value};
use crate::errors::Errors;

/// Checks a whole declaration.
pub(crate) fn check(items: &mut Items, errors: &mut Errors) {
    Checker { errors }.items(items, Kind::Fixture, false, &mut Seen::default());
}

struct Checker<'e> {
    errors: &'e mut Errors,
}

impl Checker<'_> {
    /// Items in a node; `repeated` within the body of a `for`.
    fn items(&mut self, items: &mut Items, within: Kind, repeated: bool, seen: &mut Seen) {
        for item in items {
            match item {
                Item::Node(node) => self.node(node, within, seen),
                Item::Entry(entry) => self.entry(entry, within, seen),
                Item::Field(field) => self.field(field, within, repeated, seen),
                Item::For(flow) => self.items(&mut flow.items, within, true, seen),
                Item::If(flow) => {
                    // Only one of the two branches is taken.
                    let mut other = seen.clone();
                    self.items(&mut flow.then, within, repeated, seen);
                    if let Some(otherwise) = &mut flow.otherwise {
                        self.items(otherwise, within, repeated, &mut other);
                    }
                    seen.merge(other);
                }
            }
        }
    }

    fn node(&mut self, node: &mut Node, within: Kind, seen: &mut Seen) {
        for attribute in &node.attributes {
            self.attribute_on_node(attribute);
        }
        if !within.nodes().contains(&node.kind) {
            let title = node.kind.title();
            let message = format!("{title} does not fit in {}; {}", within.title(), belongs(node.kind));
            self.errors.at(&node.head, message);
        }
        self.reference(node, within, seen);
        self.platform(node, within, seen);
        match node.kind {
            Kind::Config if within == Kind::Manifest => {
                let message =
                    "a manifest has one `config`; remove one of the two, or move what it says into the other";
                self.once(seen, &Key::Config, &node.head, message);
            }
            Kind::Layer if within == Kind::Manifest => {
                let message =
                    "a `layer` stands beside entries without one; put those into a `layer { ... }` too";
                self.apart(seen, [Key::Layers, Key::Entries], &node.head, message);
            }
            _ => {}
        }
        self.items(&mut node.items, node.kind, false, &mut Seen::default());
    }

    fn reference(&mut self, node: &Node, within: Kind, seen: &mut Seen) {
        let Some(text) = &node.reference else { return };
        let Text::Literal(literal) = text else {
            self.top_level_only(text, within);
            return;
        };
        if node.platform.is_none()
            && let Ok(platform) = GrammarPlatform::parse(&literal.value())
            && platform.is_known()
            && node.kind != Kind::Index
        {
            let keyword = node.kind.keyword();
            let message = format!(
                "a reference stands here, and this is a platform; write `{keyword} {platform}` for the platform, or `{keyword} \"docker.io/{platform}\"` for the reference"
            );
            self.errors.at(literal, message);
            return;
        }
        if !self.top_level_only(text, within) {
            return;
        }
        match Reference::parse(&literal.value()) {
            Ok(reference) => {
                let reference = reference.or_latest().to_string();
                let message =
                    format!("the reference `{reference}` names two entries of index.json; give each its own");
                self.once(seen, &Key::Reference(reference), literal, &message);
            }
            Err(invalid) => self.errors.at(literal, invalid),
        }
    }

    fn top_level_only(&mut self, reference: &Text, within: Kind) -> bool {
        let message = match reference {
            _ if within == Kind::Fixture => return true,
            Text::Literal(_) => {
                "a reference names an entry of index.json; remove it, or move the node to the top level"
            }
            Text::Expr(_) => {
                "a reference stands here, which names an entry of index.json; for a platform write it alone: `(...) { ... }`"
            }
        };
        self.errors.at(reference, message);
        false
    }

    fn platform(&mut self, node: &Node, within: Kind, seen: &mut Seen) {
        let parsed = match &node.platform {
            None => (node.kind == Kind::Manifest).then(|| "linux/amd64".to_owned()),
            Some(platform @ Platform::Words(words)) => (words.len() > 1).then(|| platform.to_string()),
            Some(Platform::Text(Text::Expr(_))) => None,
            Some(Platform::Text(Text::Literal(literal))) => match GrammarPlatform::parse(&literal.value()) {
                Ok(platform) => Some(platform.to_string()),
                Err(invalid) => {
                    self.errors.at(literal, invalid);
                    None
                }
            },
        };
        if let (Kind::Config, Kind::Manifest, Some(platform)) = (node.kind, within, &node.platform) {
            let message = "a `config` has the platform of its manifest; write it there, and remove it here";
            self.errors.at(platform, message);
        }
        if let (Kind::Manifest, Kind::Index, Some(platform)) = (node.kind, within, parsed)
            && platform != "unknown/unknown"
        {
            let message = format!(
                "two manifests of the index are for `{platform}`; remove one, or give it another platform"
            );
            self.once(seen, &Key::Platform(platform), &node.head, &message);
        }
    }

    fn entry(&mut self, entry: &mut Entry, within: Kind, seen: &mut Seen) {
        entry.attributes.retain(|attribute| self.attribute(attribute));
        if !within.holds_entries() {
            let message = match within {
                Kind::Fixture | Kind::Index => {
                    "an entry belongs to a layer; put it into a manifest, such as `linux/amd64 { ... }`"
                }
                _ => "an entry belongs to a layer; put it into a `layer { ... }`",
            };
            self.errors.at(&entry.path, message);
            return;
        }
        if within == Kind::Manifest {
            let message = "an entry stands beside a `layer`; put it into a `layer { ... }` of its own";
            self.apart(seen, [Key::Entries, Key::Layers], &entry.path, message);
        }
        let Text::Literal(literal) = &entry.path else { return };
        let name = literal.value();
        let checked = match entry.kind {
            EntryKind::File(_) => path::file(&name),
            // What does not end with `/` was reported when it was parsed.
            EntryKind::Directory if name.ends_with('/') => path::directory(&name),
            EntryKind::Directory => Ok(()),
        };
        match checked {
            Ok(()) => {
                let key = path::key(&name).to_owned();
                let message = format!("{key:?} is twice in this layer; remove one of the two entries");
                self.once(seen, &Key::Path(key), literal, &message);
            }
            Err(invalid) => self.errors.at(literal, invalid),
        }
    }

    fn field(&mut self, field: &Field, within: Kind, repeated: bool, seen: &mut Seen) {
        let name = field.name.to_string();
        for attribute in &field.attributes {
            self.errors.at(&attribute.name, "an attribute belongs to an entry; a field has none");
        }
        let Some(known) = within.field(&name) else {
            self.errors.at(&field.name, unknown_field(&name, within));
            return;
        };
        if repeated {
            let message =
                format!("the field `{name}` cannot be given again and again; move it out of the `for`");
            self.errors.at(&field.name, message);
        }
        let message = format!("the field `{name}` is given twice; remove one of the two");
        self.once(seen, &Key::Field(name), &field.name, &message);
        if let Some(value) = &field.value {
            self.value(value, &field.name, known.value);
        }
    }

    fn value(&mut self, value: &Value, name: &dyn ToTokens, takes: Takes) {
        let example = match takes {
            Takes::Text => "text: `\"...\"`",
            Takes::List => "a list: `[\"...\", \"...\"]`",
            Takes::Map => "a map: `{ \"key\": \"...\" }`",
        };
        let name = name.to_token_stream();
        let message = format!("`{name}` takes {example}");
        match (takes, value) {
            (Takes::Text, Value::Text(_) | Value::Number(_))
            | (Takes::List | Takes::Map, Value::Text(Text::Expr(_))) => {}
            (Takes::List, Value::List(_, values)) => {
                for value in values {
                    self.text(value, "a value of the list");
                }
            }
            (Takes::Map, Value::Map(_, pairs)) => {
                let mut seen = Seen::default();
                for (key, value) in pairs {
                    if let Text::Literal(literal) = key {
                        let message = format!("{} is given twice; remove one of the two", literal.token());
                        self.once(&mut seen, &Key::Member(literal.value()), literal, &message);
                    }
                    self.text(value, "a value of the map");
                }
            }
            (_, Value::Null(null)) => {
                self.errors.at(null, format!("{message}; leave the field out for none"));
            }
            (_, Value::Text(text)) => self.errors.at(text, message),
            (_, Value::Number(number)) => self.errors.at(number, message),
            (_, Value::List(span, _) | Value::Map(span, _)) => self.errors.at_span(*span, message),
        }
    }

    /// One text in a list or a map.
    fn text(&mut self, value: &Value, what: &str) {
        match value {
            Value::Text(_) | Value::Number(_) => {}
            Value::Null(null) => {
                self.errors.at(null, format!("{what} is text; write `\"...\"`, or leave it out"));
            }
            Value::List(span, _) | Value::Map(span, _) => {
                self.errors.at_span(*span, format!("{what} is text; write `\"...\"`"));
            }
        }
    }

    fn attribute_on_node(&mut self, attribute: &ast::Attribute) {
        let name = attribute.name.to_string();
        let message = match ATTRIBUTES.iter().find(|known| known.name == name) {
            Some(_) => format!("`#[{name}]` belongs to an entry; write it before a file or a directory"),
            None => unknown_attribute(&name),
        };
        self.errors.at(&attribute.name, message);
    }

    /// Whether an entry can have the attribute.
    fn attribute(&mut self, attribute: &ast::Attribute) -> bool {
        let name = attribute.name.to_string();
        let Some(known) = ATTRIBUTES.iter().find(|known| known.name == name) else {
            self.errors.at(&attribute.name, unknown_attribute(&name));
            return false;
        };
        match &attribute.value {
            None => {
                let message = format!("`{name}` has no value; write `#[{name} = {}]`", known.example);
                self.errors.at(&attribute.name, message);
                false
            }
            Some(Expr::Lit(literal)) => match number(&literal.lit, *known) {
                Ok(()) => true,
                Err(message) => {
                    self.errors.at(literal, message);
                    false
                }
            },
            Some(_) => true,
        }
    }

    /// Something that may stand only once in its node. Both places are marked, the second with what to do.
    fn once(&mut self, seen: &mut Seen, key: &Key, tokens: &dyn ToTokens, message: &str) {
        if seen.insert(key.clone(), tokens) {
            return;
        }
        self.errors.at(tokens.to_token_stream(), message);
        if let Some(first) = seen.mark(key) {
            self.errors.at(first, "it stands here first");
        }
    }

    /// Two things that may not stand in one node; it is said once.
    fn apart(&mut self, seen: &mut Seen, keys: [Key; 2], tokens: &dyn ToTokens, message: &str) {
        let [this, other] = keys;
        seen.insert(this, tokens);
        if seen.has(&other) && seen.insert(Key::Mixed, tokens) {
            self.errors.at(tokens.to_token_stream(), message);
        }
    }
}

/// Where a node does fit.
fn belongs(kind: Kind) -> &'static str {
    match kind {
        Kind::Layer => "put it into a manifest: `linux/amd64 { layer { ... } }`",
        _ => "put it at the top level, or into an `index`",
    }
}

fn unknown_field(name: &str, within: Kind) -> String {
    let title = within.title();
    if let Some(owner) = NODES.iter().find(|kind| kind.field(name).is_some()) {
        return format!("{title} has no field `{name}`; it belongs into {}", owner.title());
    }
    let everywhere = NODES.iter().flat_map(|kind| kind.fields()).map(|field| field.name);
    let here = within.fields().iter().map(|field| field.name);
    match nearest(name, here.chain(everywhere)) {
        Some(meant) => format!("{title} has no field `{name}`; did you mean `{meant}`?"),
        None => format!("{title} has no field `{name}`; it holds {}", within.fitting()),
    }
}

fn unknown_attribute(name: &str) -> String {
    let names = || ATTRIBUTES.iter().map(|attribute| attribute.name);
    match nearest(name, names()) {
        Some(meant) => format!("there is no attribute `{name}`; did you mean `#[{meant} = ...]`?"),
        None => {
            let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
            format!("there is no attribute `{name}`; an entry has {}", all.join(", "))
        }
    }
}

/// What is wrong with the literal value of an attribute, and what to write instead.
fn number(literal: &Lit, known: Attribute) -> Result<(), String> {
    let cure = format!("write `#[{} = {}]`", known.name, known.example);
    let Lit::Int(number) = literal else {
        return Err(format!("`{}` is a number; {cure}", known.name));
    };
    let written = number.to_string();
    if known.name == "mode" && !written.starts_with("0o") {
        let octal = written.bytes().all(|digit| (b'0'..b'8').contains(&digit));
        let cure = if octal { format!("write `0o{}`", written.trim_start_matches('0')) } else { cure };
        return Err(format!("a mode is octal; {cure}"));
    }
    let fits = match known.value {
        "u32" => number.base10_parse::<u32>().map(mode::check),
        "u64" => number.base10_parse::<u64>().map(|_| Ok(())),
        _ => number.base10_parse::<i64>().map(|_| Ok(())),
    };
    match fits {
        Ok(checked) => checked.map_err(|invalid| invalid.to_string()),
        Err(_) => Err(format!("`{written}` is too large for a `{}`; {cure}", known.value)),
    }
}
