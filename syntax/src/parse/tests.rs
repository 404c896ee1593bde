//! Partial input, as an editor passes it at every keystroke: the parser reads what is there, and each mistake is one error.

use std::fmt::Write as _;
use std::{env, fs};

use oci_fixture_grammar::language::BlockKind;
use proc_macro2::TokenStream;
use quote::ToTokens;

use super::parse;
use crate::ast::{Attribute, Content, Encoder, EntryKind, FileBody, Item, Items, Json, Node, Value};
use crate::errors::Errors;

/// Parses a declaration. The results are the shape of the items, and the errors.
fn parsed(source: &str) -> (String, Vec<String>) {
    let tokens: TokenStream = source.parse().expect("tokens");
    let mut errors = Errors::default();
    let declaration = parse(tokens, proc_macro2::Span::mixed_site(), &mut errors);
    (shapes(&declaration.items), errors.iter().map(ToString::to_string).collect())
}

fn shapes(items: &Items) -> String {
    items.iter().map(shape).collect::<Vec<_>>().join(" ")
}

fn shape(item: &Item) -> String {
    match item {
        Item::Node(node) => node_shape(node),
        Item::Again(again) => match &again.items {
            Some(items) => format!("{} {{ {} }}", again.label, shapes(items)),
            None => again.label.to_string(),
        },
        Item::Tag(tag) => {
            let label = tag.label.as_ref().map_or_else(|| "_".to_owned(), ToString::to_string);
            let items = tag.items.as_ref().map(|items| format!(" {{ {} }}", shapes(items)));
            format!("tag {} => {label}{}", tag.reference.to_token_stream(), items.unwrap_or_default())
        }
        Item::Entry(entry) => {
            let attributes = attributes_shape(&entry.attributes);
            let path = entry.path.to_token_stream();
            match &entry.kind {
                EntryKind::Directory => format!("{attributes}{path}"),
                EntryKind::File(content) => format!("{attributes}{path} => {}", content_shape(content)),
                EntryKind::Symlink(target) => format!("{attributes}{path} -> {}", target.to_token_stream()),
                EntryKind::Hardlink(target) => {
                    format!("{attributes}hardlink {path} -> {}", target.to_token_stream())
                }
                EntryKind::Whiteout => format!("{attributes}whiteout {path}"),
                EntryKind::Opaque => format!("{attributes}opaque {path}"),
                EntryKind::Fifo => format!("{attributes}fifo {path}"),
                EntryKind::Char(..) => format!("{attributes}char {path}"),
                EntryKind::Block(..) => format!("{attributes}block {path}"),
            }
        }
        Item::From(base) => {
            format!("{}from ({})", attributes_shape(&base.attributes), base.image.to_token_stream())
        }
        Item::File(file) => {
            let (attributes, path) = (attributes_shape(&file.attributes), file.path.to_token_stream());
            match &file.body {
                FileBody::Content(content) => {
                    format!("{attributes}file {path} => {}", content_shape(content))
                }
                FileBody::Symlink(target) => {
                    format!("{attributes}file {path} -> {}", target.to_token_stream())
                }
            }
        }
        Item::Header(header) => {
            format!("{}entry {{ {} }}", attributes_shape(&header.attributes), shapes(&header.items))
        }
        Item::Field(field) => format!("{}: {}", field.name, value_shape(&field.value)),
        Item::Splice(splice) => format!("..{}", splice.parts.to_token_stream()),
        Item::Alone(value) => format!("({})", value.to_token_stream()),
        Item::For(flow) => format!("for {{ {} }}", shapes(&flow.items)),
        Item::If(flow) => {
            let otherwise = flow.otherwise.as_ref().map(|items| format!(" else {{ {} }}", shapes(items)));
            format!("if {{ {} }}{}", shapes(&flow.then), otherwise.unwrap_or_default())
        }
    }
}

#[allow(clippy::format_push_string, reason = "it reads as what it makes")]
fn node_shape(node: &Node) -> String {
    let mut shape = node.label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
    shape.push_str(&attributes_shape(&node.attributes));
    shape.push_str(if node.kind == BlockKind::Manifest { "manifest" } else { node.kind.keyword() });
    for text in [&node.reference, &node.media_type].into_iter().flatten() {
        shape += &format!(" {}", text.to_token_stream());
    }
    if let Some(platform) = &node.platform {
        shape += &format!(" {platform}");
    }
    match &node.encoder {
        Some(Encoder::Named(name)) => shape += &format!(" {name}"),
        Some(Encoder::Expr(encoder)) => shape += &format!(" ({})", encoder.to_token_stream()),
        None => {}
    }
    match &node.content {
        Some(content) => format!("{shape} => {}", content_shape(content)),
        None => format!("{shape} {{ {} }}", shapes(&node.items)),
    }
}

fn attributes_shape(attributes: &[Attribute]) -> String {
    attributes.iter().map(|attribute| format!("#{} ", attribute.name)).collect::<Vec<_>>().concat()
}

fn content_shape(content: &Content) -> String {
    match content {
        Content::Expr(expression) => expression.to_token_stream().to_string(),
        Content::Text(text) => text.to_token_stream().to_string(),
        Content::Bytes(label, property) => format!("{label}.{property}"),
        Content::Json(value) => format!("json {}", json_shape(value)),
        Content::Missing => "_".to_owned(),
    }
}

fn value_shape(value: &Value) -> String {
    match value {
        Value::Missing => "_".to_owned(),
        Value::Json(value) => json_shape(value),
        Value::Records(records) => format!("{{{}}}", records.len()),
        Value::Platform(platform) => platform.to_string(),
        Value::Content(content) => content_shape(content),
        Value::Block(block) => format!("{{ {} }}", shapes(&block.items)),
        Value::Blocks(_, blocks) => format!("[{}]", blocks.len()),
        Value::Label(label) => label.to_string(),
    }
}

fn json_shape(value: &Json) -> String {
    match value {
        Json::Text(text) => text.to_token_stream().to_string(),
        Json::Descriptor(label, property) => format!("{label}.{property}"),
        Json::Number(number) | Json::Null(number) => number.to_string(),
        Json::List(_, values) => format!("[{}]", values.len()),
        Json::Map(_, pairs) => format!("{{{}}}", pairs.len()),
    }
}

#[test]
fn whole_input_has_no_errors() {
    let source = r#"
        /// Documented.
        index "app:1" {
            annotations: { "a": 1, ("b"): c },
            linux/arm/v7 { "a" => "1", #[mode = 0o755] "b" => if x { y } else { z } ("c/"), "d/", }
            "windows(10.0.17763)/amd64" {}
            (platform) { layer { "e" => f(|x| { x }), "g" => h { i: 1 }, } }
        }
        manifest (reference) (platform) { if let Some(x) = y && z { "a/" } else if w { "b/" } else { "c/" } }
        for (a, b) in c.iter() { linux/386 { config { env: [a, "b"], user: -5 } } }
    "#;
    let shape = "index \"app:1\" { annotations: {2} \
        manifest linux/arm/v7 { \"a\" => \"1\" #mode \"b\" => if x { y } else { z } (\"c/\") \"d/\" } \
        manifest \"windows(10.0.17763)/amd64\" {  } \
        manifest platform { layer { \"e\" => f (| x | { x }) \"g\" => h { i : 1 } } } } \
        manifest reference platform { if { \"a/\" } else { if { \"b/\" } else { \"c/\" } } } \
        for { manifest linux/386 { config { env: [2] user: - 5 } } }";
    assert_eq!(parsed(source), (shape.to_owned(), vec![]));
}

/// All constructs of honest images. The tests of the macro also read this file.
const HONEST: &str = include_str!("tests/honest.txt");

/// All constructs that declare a fault. The tests of the macro read this file, too.
const FAULTS: &str = include_str!("tests/faults.txt");

#[test]
fn every_honest_construct_is_parsed() {
    let shape = "'image: #docker index \"app:1\" { artifact_type: \"a/b\" subject: 'other \
        descriptor: { platform: linux/arm64 data: true } \
        manifest { 'base: layer gzip { \"a\" -> \"b\" hardlink \"c\" -> \"a\" whiteout \"e\" opaque \"f\" fifo \"g\" } \
        layer (Gzip :: level (9)) { char \"h\" #xattr block \"i\" } \
        'base 'base { descriptor: { urls: [1] } } \
        layer { #xattr \"k\" 'base size 1 => 'base.bytes \"l\" -> 'base hex \
        b\"m\\xff/\" b\"m\\xff/n\" => \"1\" hardlink b\"o\\xff\" -> b\"m\\xff/n\" \"p\" -> b\"\\xfe\" (q) \
        whiteout b\"r\\xfd\" entry { name: 'base hex size: 'base size 2 body: json {1} } } \
        blob \"k/l\" => json {1} blob \"n/o\" { content: \"sha256:\" 'base hex p 5 } config \"q/r\" => json ..layers } \
        dangling { media_type: \"s/t\" digest: 'image digest size: 5 platform: u } \
        manifest linux/amd64 { config { history: [2] env: x } } } \
        for { 'each: manifest linux/386 { if { \"w\" => a } else { if { #uid \"x/\" } else { b => \"y\" } } } 'each } \
        manifest \"linux/arm64\" { annotations: {3} } \
        manifest { config \"a/b\" { content: json 1 descriptor: { data: true } } } \
        file \"docs/\" 'image hex => 'image.bytes file \"latest\" -> \"docs\" \
        tag \"app:\" 'image hex => 'image { descriptor: { ref_name: \"b\" } }";
    assert_eq!(parsed(HONEST), (shape.to_owned(), vec![]));
}

#[test]
fn every_fault_is_parsed() {
    let shape = "annotations: {1} merge: {1} extend: {2} oci_layout: null \
        's: #truncate #flip #append #unlisted index { raw: json {1} } \
        #unchecked #replace manifest \"U\" \"v\" { \
        descriptor: { media_type: \"w\" digest: \"x\" size: - 5 data: \"y\" merge: z } \
        #missing layer { eof: 0 #unchecked \"/a\" => \"1\" #unchecked \"b\" -> \"/../c\" } \
        layer { entry { name: b\"/d\" mode: \"0\" size: - 1 mtime: f typeflag: 5 pax: {3} } \
        if { entry { raw: h } } } \
        #unchecked from (y) #prepend blob \"j\" { content: \"k\" diff_id: \"l\" } config { diff_ids: [2] raw: \"{}\" } }";
    assert_eq!(parsed(FAULTS), (shape.to_owned(), vec![]));
}

/// `partial.txt` has lines with a declaration, and below each the shape of the parts that could be read (`=`), and its errors
/// (`!`). One command writes these anew: `OCI_FIXTURE_BLESS=1 cargo test -p oci-fixture-syntax --lib`.
#[test]
fn a_mistake_leaves_the_rest_of_a_declaration() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/parse/tests/partial.txt");
    let expected = fs::read_to_string(path).expect("partial.txt");
    let mut found = String::new();
    for line in expected.lines().filter(|line| !line.starts_with(' ')) {
        writeln!(found, "{line}").expect("a text");
        if !line.starts_with("##") {
            let (shape, errors) = parsed(line);
            writeln!(found, "{}", format!("    = {shape}").trim_end()).expect("a text");
            for error in errors {
                writeln!(found, "    ! {error}").expect("a text");
            }
        }
    }
    if env::var_os("OCI_FIXTURE_BLESS").is_some() {
        fs::write(path, found).expect("partial.txt is written");
    } else {
        assert!(found == expected, "write partial.txt anew, and read what has changed:\n{found}");
    }
}

/// The errors of both phases.
#[test]
fn a_part_that_was_taken_out_is_not_reported_again() {
    let label = "unknown label `'x`; declare it before a node: `'x: layer { ... }`";
    let platform =
        "`foo` is no platform; write `(foo)` for a variable, or both parts of one, such as `linux/amd64`";
    let (content, path) =
        ("a map alone is no content; write `json { ... }`", "path `/x` starts with `/`; write `x`");
    for (source, shape, messages) in [
        (r#"manifest "a:1" { config foo {} }"#, r#"manifest "a:1" { config _ {  } }"#, &[platform][..]),
        ("index { manifest 'x.digest {} }", "index { manifest  {  } }", &[label]),
        (
            r#"manifest "a:1" { "a.json" => { "a": 1 }, "/x" => "" }"#,
            r#"manifest "a:1" { "a.json" => json {1} "/x" => "" }"#,
            &[content, path],
        ),
    ] {
        let tokens: proc_macro2::TokenStream = source.parse().expect("tokens");
        let (declaration, errors) = crate::declaration(tokens, proc_macro2::Span::mixed_site());
        assert_eq!(shapes(&declaration.items), shape);
        assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), messages, "{source}");
    }
}
