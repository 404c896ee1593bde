//! Partial input, as an editor passes it at every keystroke: what is there is parsed, and each fault is one error.

mod mutations;

use oci_fixture_grammar::language::Kind;
use proc_macro2::TokenStream;
use quote::ToTokens;

use super::parse;
use crate::ast::{Attribute, Content, Encoder, EntryKind, Item, Items, Node, Value};
use crate::errors::Errors;

/// Parses a declaration, and gives the shape of what was found, and the errors.
fn parsed(source: &str) -> (String, Vec<String>) {
    let tokens: TokenStream = source.parse().expect("tokens");
    let mut errors = Errors::default();
    let declaration = parse(tokens, &mut errors);
    (shapes(&declaration.items), errors.messages())
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
            format!("tag {} => {label}", tag.reference.to_token_stream())
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
        Item::Header(header) => {
            format!("{}entry {{ {} }}", attributes_shape(&header.attributes), shapes(&header.items))
        }
        Item::Field(field) => format!("{}: {}", field.name, value_shape(&field.value)),
        Item::Splice(parts) => format!("..{}", parts.to_token_stream()),
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
    shape.push_str(if node.kind == Kind::Manifest { "manifest" } else { node.kind.keyword() });
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
        Content::Json(value) => format!("json {}", value_shape(value)),
        Content::Missing => "_".to_owned(),
    }
}

fn value_shape(value: &Value) -> String {
    match value {
        Value::Missing => "_".to_owned(),
        Value::Text(text) => text.to_token_stream().to_string(),
        Value::Number(number) | Value::Null(number) => number.to_string(),
        Value::List(_, values) => format!("[{}]", values.len()),
        Value::Map(_, pairs) => format!("{{{}}}", pairs.len()),
        Value::Records(records) => format!("{{{}}}", records.len()),
        Value::Platform(platform) => platform.to_string(),
        Value::Content(content) => content_shape(content),
        Value::Block(_, _, items) => format!("{{ {} }}", shapes(items)),
        Value::Label(label) => label.to_string(),
    }
}

/// Each source with the shape that is found in it, and the one error.
#[track_caller]
fn assert_recovers(source: &str, shape: &str, error: &str) {
    assert_eq!(parsed(source), (shape.to_owned(), vec![error.to_owned()]), "{source}");
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
        manifest linux/arm/v7 { \"a\" => \"1\" #mode \"b\" => if x { y } else { z } \"c/\" \"d/\" } \
        manifest \"windows(10.0.17763)/amd64\" {  } \
        manifest platform { layer { \"e\" => f (| x | { x }) \"g\" => h { i : 1 } } } } \
        manifest reference platform { if { \"a/\" } else { if { \"b/\" } else { \"c/\" } } } \
        for { manifest linux/386 { config { env: [2] user: - 5 } } }";
    assert_eq!(parsed(source), (shape.to_owned(), vec![]));
}

/// All constructs of honest images.
const HONEST: &str = r#"
        #[docker] 'image: index "app:1" {
            artifact_type: "a/b", subject: 'other, descriptor: { platform: linux/arm64, data: true },
            manifest {
                'base: layer gzip { "a" -> "b", hardlink "c" -> "d", whiteout "e", opaque "f", fifo "g" }
                layer (Gzip::level(9)) { char "h" (1, 3), #[xattr("user.k", "v")] block "i" (8, 0) }
                'base, 'base { descriptor: { urls: ["j"] } }
                blob "k/l" => json { "m": [null, 'base.size] },
                blob "n/o" { content: "sha256:" + 'base.hex + (p) + 5 }
                config "q/r" => json,
                ..layers
            }
            dangling { media_type: "s/t", digest: 'image.digest, size: 5, platform: (u) }
            linux/amd64 { config { history: [{ created_by: "v" }, w], env: x } }
        }
        for (a, b) in c {
            'each: linux/386 { if d { "w" => a } else if let Some(e) = f { #[uid = 1] "x/" } else { (b) => "y" } }
            'each,
        }
        "linux/arm64" { annotations: { "z": null, ("a"): -1.5, "b": 'image.size } }
        tag "app:" + 'image.hex => 'image
    "#;

/// All constructs that can make others.
const LIES: &str = r#"
        annotations: { "m": "n" }, merge: { "o": [null, { "p": -5 }] }, extend: { "q": 1, "q": 1 }, oci_layout: null,
        #[truncate = -1] #[flip = 0x10] #[append = "r" + 'other.hex] #[unlisted] 's: index { raw: json { "t": 1 } }
        #[unchecked] #[replace = json [1]] manifest "U" "v" {
            descriptor: { media_type: "w", digest: "x", size: -5, data: "y", merge: z }
            #[missing] layer { eof: 0, #[unchecked] "/a" => "1", #[unchecked] "b" -> "/../c" }
            layer {
                entry { name: b"/d", mode: "0", size: -1, mtime: f, typeflag: 5, pax: { "a": b"b", b"c": json 1, (d): e } }
                if g { entry { raw: h } }
            }
            #[prepend = i] blob "j" { content: "k", diff_id: "l" }
            config { diff_ids: ["m", 'other.digest], raw: "{}" }
        }
    "#;

#[test]
fn every_honest_construct_is_parsed() {
    let shape = "'image: #docker index \"app:1\" { artifact_type: \"a/b\" subject: 'other \
        descriptor: { platform: linux/arm64 data: true } \
        manifest { 'base: layer gzip { \"a\" -> \"b\" hardlink \"c\" -> \"d\" whiteout \"e\" opaque \"f\" fifo \"g\" } \
        layer (Gzip :: level (9)) { char \"h\" #xattr block \"i\" } \
        'base 'base { descriptor: { urls: [1] } } \
        blob \"k/l\" => json {1} blob \"n/o\" { content: \"sha256:\" 'base hex p 5 } config \"q/r\" => json ..layers } \
        dangling { media_type: \"s/t\" digest: 'image digest size: 5 platform: u } \
        manifest linux/amd64 { config { history: [2] env: x } } } \
        for { 'each: manifest linux/386 { if { \"w\" => a } else { if { #uid \"x/\" } else { b => \"y\" } } } 'each } \
        manifest \"linux/arm64\" { annotations: {3} } \
        tag \"app:\" 'image hex => 'image";
    assert_eq!(parsed(HONEST), (shape.to_owned(), vec![]));
}

#[test]
fn every_lie_is_parsed() {
    let shape = "annotations: {1} merge: {1} extend: {2} oci_layout: null \
        's: #truncate #flip #append #unlisted index { raw: json {1} } \
        #unchecked #replace manifest \"U\" \"v\" { \
        descriptor: { media_type: \"w\" digest: \"x\" size: - 5 data: \"y\" merge: z } \
        #missing layer { eof: 0 #unchecked \"/a\" => \"1\" #unchecked \"b\" -> \"/../c\" } \
        layer { entry { name: b\"/d\" mode: \"0\" size: - 1 mtime: f typeflag: 5 pax: {3} } \
        if { entry { raw: h } } } \
        #prepend blob \"j\" { content: \"k\" diff_id: \"l\" } config { diff_ids: [2] raw: \"{}\" } }";
    assert_eq!(parsed(LIES), (shape.to_owned(), vec![]));
}

#[test]
fn a_content_that_is_cut_off_leaves_its_entry() {
    let error = "the content is missing after `=>`; write a string, or another value that is bytes";
    assert_recovers(r#"linux/amd64 { "a" => }"#, r#"manifest linux/amd64 { "a" => _ }"#, error);
    assert_recovers(
        r#"linux/amd64 { "a" =>, "b" => "2" }"#,
        r#"manifest linux/amd64 { "a" => _ "b" => "2" }"#,
        error,
    );
}

#[test]
fn a_content_that_is_no_expression_leaves_its_entry_and_the_next() {
    assert_recovers(
        r#"linux/amd64 { "a" => foo., "b" => "2" }"#,
        r#"manifest linux/amd64 { "a" => _ "b" => "2" }"#,
        "not a Rust expression: expected identifier or integer",
    );
}

#[test]
fn a_platform_that_is_cut_off_leaves_its_node() {
    assert_recovers(
        r#"linux/ { "a" => "1" }"#,
        r#"manifest linux { "a" => "1" }"#,
        "the platform is cut off after `/`; write another part, such as `amd64`",
    );
    assert_recovers(
        r#"linux/arm/ { "a" => "1" }"#,
        r#"manifest linux/arm { "a" => "1" }"#,
        "the platform is cut off after `/`; write another part, such as `v7`",
    );
}

#[test]
fn a_platform_without_a_block_leaves_what_follows() {
    assert_recovers("linux/amd64", "", "missing the block of a manifest; write `{ ... }` before the end");
    assert_recovers(
        "linux/, linux/amd64 {}",
        "manifest linux => _ manifest linux/amd64 {  }",
        "the platform is cut off after `/`; write another part, such as `amd64`",
    );
}

#[test]
fn a_path_alone_is_taken_for_a_directory() {
    assert_recovers(
        r#"linux/amd64 { "a" }"#,
        r#"manifest linux/amd64 { "a" }"#,
        r#"`"a"` has no content; write `"a" => CONTENT`, or `"a/"` for a directory"#,
    );
}

#[test]
fn a_word_alone_leaves_what_follows() {
    assert_recovers(
        r#"ind "app:1" { linux/amd64 {} } linux/arm64 {}"#,
        r"manifest linux/arm64 {  }",
        "unknown word `ind`; the top level holds platforms such as `linux/amd64 { ... }`, `index`, `manifest`, `config`, `blob`, `dangling`, `tag`, `annotations:`, `merge:`, `extend:`, `raw:` and `oci_layout:`",
    );
    assert_recovers("index", "", "missing the block of an `index`; write `{ ... }` before the end");
}

#[test]
fn a_near_word_is_taken_for_what_was_meant() {
    assert_recovers(
        r#"indx "app:1" { linux/amd64 {} }"#,
        r#"index "app:1" { manifest linux/amd64 {  } }"#,
        "unknown word `indx`; did you mean `index`?",
    );
}

#[test]
fn a_field_that_is_cut_off_leaves_its_name() {
    assert_recovers(
        "linux/amd64 { config { user:, env: [] } }",
        "manifest linux/amd64 { config { user: _ env: [0] } }",
        "the value of `user` is missing after `:`; write one, or remove the field",
    );
    assert_recovers(
        "linux/amd64 { config { us } }",
        "manifest linux/amd64 { config {  } }",
        "unknown word `us`; a `config` holds `user:`, `exposed_ports:`, `env:`, `entrypoint:`, `cmd:`, `volumes:`, `working_dir:`, `labels:`, `stop_signal:`, `created:`, `author:`, `os_version:`, `os_features:`, `history:`, `diff_ids:`, `descriptor:`, `merge:`, `extend:` and `raw:`",
    );
}

#[test]
fn a_pair_that_is_cut_off_leaves_the_others() {
    assert_recovers(
        r#"index { annotations: { "a": , "b": "2" } }"#,
        "index { annotations: {1} }",
        "the value is missing after `:`; write one, or remove the key",
    );
    assert_recovers(
        r#"index { annotations: { "a", "b": "2" } }"#,
        "index { annotations: {1} }",
        "missing `:` before `,`; write `KEY: VALUE`",
    );
}

#[test]
fn an_attribute_that_is_broken_leaves_its_entry() {
    assert_recovers(
        r#"linux/amd64 { #[] "a" => "1" }"#,
        r#"manifest linux/amd64 { "a" => "1" }"#,
        "an attribute is written as `#[NAME = VALUE]`",
    );
    assert_recovers(
        r#"linux/amd64 { #[mode = ] "a" => "1" }"#,
        r#"manifest linux/amd64 { "a" => "1" }"#,
        "the value of `mode` is missing after `=`; write `#[mode = 0o755]`",
    );
    assert_recovers(
        r#"linux/amd64 { #[mode = 0o755 0o644] "a" => "1" }"#,
        r#"manifest linux/amd64 { "a" => "1" }"#,
        "an attribute ends before `0o644`; remove it",
    );
}

#[test]
fn a_flow_that_is_cut_off_leaves_what_follows() {
    assert_recovers(
        "for x in y {} for , linux/amd64 {}",
        "for {  } manifest linux/amd64 {  }",
        "`for` needs a pattern before `,`; write `for PATTERN in VALUES { ... }`",
    );
    assert_recovers(
        "if , linux/amd64 {}",
        "manifest linux/amd64 {  }",
        "`if` needs a condition before `,`; write `if CONDITION { ... }`",
    );
    assert_recovers(
        "if a {} else linux/amd64 {}",
        "",
        "missing the block of the `else`; write `{ ... }` before `linux`",
    );
}

#[test]
fn all_faults_are_found_in_one_run() {
    let (shape, errors) = parsed(
        r#"index "app:1" { linux/amd64 { "a" =>, "b" "2", layer < > } } manifest linux/ { config { user: } }"#,
    );
    assert_eq!(
        shape,
        "index \"app:1\" { manifest linux/amd64 { \"a\" => _ layer => _ } } manifest linux { config { user: _ } }"
    );
    assert_eq!(
        errors,
        [
            "the content is missing after `=>`; write a string, or another value that is bytes",
            "missing `=>` between `\"b\"` and `\"2\"`",
            "a block is written with braces; write `{` instead of `<`",
            "the platform is cut off after `/`; write another part, such as `amd64`",
            "the value of `user` is missing after `:`; write one, or remove the field",
        ]
    );
}

#[test]
fn a_label_that_is_cut_off_leaves_what_follows() {
    assert_recovers(
        "'a: , linux/amd64 {}",
        "manifest linux/amd64 {  }",
        "missing the node behind the label; write `'a: layer { ... }`",
    );
    assert_recovers(
        "blob \"a/b\" => \"c\" + , linux/amd64 {}",
        "blob \"a/b\" => _ manifest linux/amd64 {  }",
        "not a Rust expression: expected an expression",
    );
    assert_recovers(
        "blob \"a/b\" => 'a. , linux/amd64 {}",
        "blob \"a/b\" => _ manifest linux/amd64 {  }",
        "what of the label is missing after `.`; write `'a.digest`, `'a.hex` or `'a.size`",
    );
    assert_recovers(
        "blob \"a/b\" => 'a.hex + , linux/amd64 {}",
        "blob \"a/b\" => _ manifest linux/amd64 {  }",
        "`,` is no part of a text with a label; write a string, or an expression in `(...)`",
    );
}

#[test]
fn a_tag_that_is_cut_off_leaves_what_follows() {
    assert_recovers(
        "tag , linux/amd64 {}",
        "manifest linux/amd64 {  }",
        "missing the reference of the `tag` before `,`; write `tag \"REF\" => 'label`",
    );
    assert_recovers(
        "tag \"a\" => , linux/amd64 {}",
        "tag \"a\" => _ manifest linux/amd64 {  }",
        "a `tag` names a label; write `=> 'label`",
    );
}

#[test]
fn a_link_and_a_device_that_are_cut_off_leave_what_follows() {
    assert_recovers(
        "layer { \"a\" -> , hardlink \"b\" -> \"c\" }",
        "layer { hardlink \"b\" -> \"c\" }",
        "missing the target of the link before `,`; write it as a string",
    );
    assert_recovers(
        "layer { char \"a\", fifo \"b\" }",
        "layer { fifo \"b\" }",
        "missing the numbers of the device before `,`; write `char \"PATH\" (MAJOR, MINOR)`",
    );
}

#[test]
fn a_value_of_json_that_is_cut_off_leaves_the_others() {
    assert_recovers(
        "blob \"a/b\" => json { \"a\": 'b., \"c\": 1 }",
        "blob \"a/b\" => json {1}",
        "what of the label is missing after `.`; write `'b.digest`, `'b.hex` or `'b.size`",
    );
    assert_recovers(
        "blob \"a/b\" => json [1, -, 2]",
        "blob \"a/b\" => json [2]",
        "not a Rust expression: expected an expression",
    );
}
