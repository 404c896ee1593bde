//! The expansion of declarations, and the tables of the language in the docs.

use oci_fixture_grammar::language::{ATTRIBUTES, BlockKind, ENTRIES, NODES};
use oci_fixture_grammar::platform::os;
use std::fmt::Write as _;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, Expr, Stmt};

use super::declaration;
use super::editor::module;

fn expanded(source: &str) -> TokenStream {
    declaration(format!("krate {source}").parse().expect("tokens"))
}

/// Editors complete and check the code before an error. So the errors stand behind the fixture, which is still the value.
#[test]
fn errors_follow_the_fixture_which_is_still_the_value() {
    let block: Block =
        syn::parse2(expanded(r#"linux/amd64 { "a" =>, "b" => kept } imdex {}"#)).expect("a block");
    let [Stmt::Local(fixture), errors @ .., Stmt::Expr(Expr::Path(value), None)] = block.stmts.as_slice()
    else {
        panic!("{}", block.to_token_stream());
    };
    let made = fixture.init.as_ref().expect("it is made").expr.to_token_stream().to_string();
    assert!(made.starts_with("{ let mut node = krate :: Fixture :: new () ;"), "{made}");
    assert!(made.contains("krate :: Content :: new (kept)"), "{made}");
    assert_eq!(value.to_token_stream().to_string(), "fixture");
    let errors: String = errors.iter().map(|error| error.to_token_stream().to_string()).collect();
    assert_eq!(errors.matches("compile_error").count(), 2, "{errors}");
}

#[test]
fn a_good_declaration_is_one_expression_without_errors() {
    let tokens = expanded(r#"linux/amd64 { "a" => "b" }"#);
    assert!(!tokens.to_string().contains("compile_error"));
    syn::parse2::<Expr>(tokens).expect("an expression");
}

#[test]
fn an_empty_declaration_still_expands_to_a_fixture() {
    let tokens = expanded("").to_string();
    assert!(
        tokens.contains("krate :: Fixture :: new ()") && tokens.contains("nothing is declared"),
        "{tokens}"
    );
}

/// The tables of fields and attributes on the macro's page are those of the grammar.
#[test]
fn the_docs_list_all_fields_and_attributes() {
    let docs = include_str!("../../docs/language.md");
    for kind in NODES.iter().chain(&[
        BlockKind::OtherConfig,
        BlockKind::Descriptor,
        BlockKind::History,
        BlockKind::Entry,
        BlockKind::Fixture,
    ]) {
        let fields: Vec<String> = kind.fields().iter().map(|field| format!("`{}`", field.name)).collect();
        let block = match kind {
            BlockKind::Fixture => kind.title().to_owned(),
            BlockKind::OtherConfig => format!("`{} TYPE`", kind.keyword()),
            kind => format!("`{}`", kind.keyword()),
        };
        let row = format!("| {block} | {} |", fields.join(", "));
        assert!(docs.lines().any(|line| line == row), "{row}");
    }
    for attribute in ATTRIBUTES {
        let row = format!("| `{}` | {} |", attribute.example, attribute.fitting());
        assert!(docs.lines().any(|line| line.starts_with(&row)), "{row}");
    }
}

/// The values of attributes are evaluated in the order of the source, and before the content behind them.
#[test]
fn attributes_are_set_in_the_order_of_the_source() {
    let tokens = expanded(r#"#[flip = -1] #[truncate = f()] #[unlisted] blob "a/b" => c"#).to_string();
    let order =
        ["- 1", "f ()", "krate :: Text :: new (\"a/b\")", "(c)", ". flip", ". truncate", ". unlisted"];
    let places: Vec<usize> =
        order.iter().map(|token| tokens.find(token).unwrap_or_else(|| panic!("{token}: {tokens}"))).collect();
    assert!(places.is_sorted(), "{tokens}");
}

/// All numbers of a header have one type, so that rustc does not warn of literals that are too large.
#[test]
fn numbers_of_a_header_are_of_the_largest_type() {
    let source = "layer { entry { mode: 0o644, uid: -1, size: 99999999999, typeflag: b'5', gid: id } }";
    let tokens = expanded(&format!("linux/amd64 {{ {source} }}")).to_string();
    for value in ["= 420i128", "= - 1i128", "= 99999999999i128", "= 53i128", "= id"] {
        assert!(tokens.contains(value), "{value}: {tokens}");
    }
}

/// The words that an editor shows, by the blocks in which they fit. One command writes them anew:
/// `OCI_FIXTURE_BLESS=1 cargo test -p oci-fixture-macros words`.
#[test]
fn the_words_of_editors_are_those_of_the_grammar() {
    let mut words = String::from(
        "//! The words of the language by the blocks in which they fit, for editors. A test of the macro writes this file.\n\n#![allow(missing_docs, non_upper_case_globals, reason = \"only rust-analyzer reads this file: a block is a module, and a word is a constant\")]\n",
    );
    for kind in BlockKind::ALL {
        let _ = writeln!(words, "\npub mod {} {{", module(kind));
        if matches!(kind, BlockKind::Fixture | BlockKind::Index) {
            let _ = writeln!(words, "    pub use crate::os::{{{}}};", os::ALL.join(", "));
        }
        let nodes = kind.nodes().iter().map(|node| node.keyword());
        let entries = ENTRIES.iter().copied().filter(|_| kind.holds_entries());
        let others = match kind {
            BlockKind::Fixture => ["tag", "file"].as_slice(),
            BlockKind::Manifest => &["from"],
            _ => &[],
        };
        for word in nodes.chain(entries).chain(others.iter().copied()) {
            let _ = writeln!(words, "    /// {}\n    pub const {word}: () = ();", meaning(word));
        }
        for field in kind.fields() {
            let (name, takes, builder) = (field.name, field.takes.title(), kind.builder());
            let _ = writeln!(
                words,
                "    /// `{name}:` takes {takes}. It is [`{builder}::{name}`](crate::{builder}::{name}).\n    pub const {name}: () = ();"
            );
        }
        words.push_str("}\n");
    }
    words.push_str("\npub mod attribute {\n");
    for attribute in ATTRIBUTES {
        let _ = writeln!(
            words,
            "    /// `{}` fits on {}.\n    pub const {}: () = ();",
            attribute.example,
            attribute.fitting(),
            attribute.name
        );
    }
    words.push_str("}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/words.rs");
    if std::env::var_os("OCI_FIXTURE_BLESS").is_some() {
        std::fs::write(path, words).expect("src/words.rs is written");
    } else {
        assert!(std::fs::read_to_string(path).expect("src/words.rs") == words, "write src/words.rs anew");
    }
}

/// The documentation of a word that begins an item.
fn meaning(word: &str) -> &'static str {
    match word {
        "index" => {
            "An index lists images, usually one for each platform: `index \"app:1\" { linux/amd64 { ... } }`."
        }
        "manifest" => "A manifest is one image, or an artifact: `manifest \"app:1\" linux/amd64 { ... }`.",
        "config" => {
            "The config of an image: `config { cmd: [\"/bin/app\"] }`; or one of another type: `config \"TYPE\" => CONTENT`."
        }
        "layer" => "A layer is a tar of entries: `layer gzip { \"etc/name\" => \"content\" }`.",
        "blob" => "A blob of any media type: `blob \"text/plain\" => \"content\"`.",
        "dangling" => {
            "A descriptor of a blob that is not stored: `dangling { media_type: \"text/plain\", digest: \"sha256:...\", size: 1 }`."
        }
        "hardlink" => {
            "A hard link to an entry before it in the layer: `hardlink \"bin/ls\" -> \"bin/busybox\"`."
        }
        "whiteout" => "A whiteout hides a path of lower layers: `whiteout \"etc/passwd\"`.",
        "opaque" => "An opaque whiteout hides all that lower layers have in a directory: `opaque \"etc/\"`.",
        "fifo" => "A named pipe: `fifo \"run/initctl\"`.",
        "char" => "A character device with its major and its minor number: `char \"dev/null\" (1, 3)`.",
        "block" => "A block device with its major and its minor number: `block \"dev/sda\" (8, 0)`.",
        "entry" => "An entry by the fields of its tar header: `entry { name: \"etc/name\", mode: 0o644 }`.",
        "tag" => "One more reference of a node with a label: `tag \"app:latest\" => 'app`.",
        "file" => "A further file or symbolic link of the layout: `file \"README\" => \"content\"`.",
        "from" => "The image on which a manifest builds: `from (NODE)`.",
        _ => panic!("{word} has no meaning"),
    }
}

/// An editor completes a word at the end of each block, and fields behind a dot, so a path and an expression are left open.
#[test]
fn an_editor_gets_each_word_as_a_path_and_each_expression_as_written() {
    let source = r#"'base: manifest "a" { #[unlisted] layer { "b" => value. } config { env: list, us } }
        index "c" { linux/ }"#;
    let words = super::editor::words(source.parse().expect("tokens"), None).to_string();
    let expected = "if false {
        ::__private::words::fixture::manifest;
        ::__private::words::attribute::unlisted;
        ::__private::words::manifest::layer;
        let _ = { value. };
        ::__private::words::layer::;
        ::__private::words::manifest::config;
        ::__private::words::config::env;
        let _ = { list };
        ::__private::words::config::us;
        ::__private::words::config::;
        ::__private::words::manifest::;
        ::__private::words::fixture::index;
        ::os::linux;
        ::arch::;
        ::__private::words::index::;
        ::__private::words::fixture::;
    }";
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(plain(&words), plain(expected));
}
