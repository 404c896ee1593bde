//! What a declaration expands to, and what the docs say of the language.

use oci_fixture_grammar::language::{ATTRIBUTES, Kind, NODES};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, Expr, Stmt};

use super::declaration;

fn expanded(source: &str) -> TokenStream {
    declaration(format!("krate {source}").parse().expect("tokens"))
}

/// Editors complete and check what stands before an error, so it comes behind the fixture, which is still the value.
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
fn nothing_is_still_a_fixture() {
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
    for kind in NODES.iter().chain(&[Kind::Descriptor, Kind::History, Kind::Entry, Kind::Fixture]) {
        let fields: Vec<String> = kind.fields().iter().map(|field| format!("`{}`", field.name)).collect();
        let block =
            if *kind == Kind::Fixture { kind.title().to_owned() } else { format!("`{}`", kind.keyword()) };
        let row = format!("| {block} | {} |", fields.join(", "));
        assert!(docs.lines().any(|line| line == row), "{row}");
    }
    for attribute in ATTRIBUTES {
        let row = format!("| `{}` | {} |", attribute.example, attribute.fitting());
        assert!(docs.lines().any(|line| line.starts_with(&row)), "{row}");
    }
}

/// They are made one after another, in the order in which they are applied, and before what they stand before.
#[test]
fn attributes_are_set_in_the_order_of_the_source() {
    let tokens = expanded(r#"#[flip = -1] #[truncate = f()] #[unlisted] blob "a/b" => c"#).to_string();
    let order =
        ["- 1", "f ()", "krate :: Text :: new (\"a/b\")", "(c)", ". flip", ". truncate", ". unlisted"];
    let places: Vec<usize> =
        order.iter().map(|token| tokens.find(token).unwrap_or_else(|| panic!("{token}: {tokens}"))).collect();
    assert!(places.is_sorted(), "{tokens}");
}

/// One type for all, so that rustc has nothing to say of their size.
#[test]
fn numbers_of_a_header_are_of_the_largest_type() {
    let source = "layer { entry { mode: 0o644, uid: -1, size: 99999999999, typeflag: b'5', gid: id } }";
    let tokens = expanded(&format!("linux/amd64 {{ {source} }}")).to_string();
    for value in ["= 420i128", "= - 1i128", "= 99999999999i128", "= 53i128", "= id"] {
        assert!(tokens.contains(value), "{value}: {tokens}");
    }
}
