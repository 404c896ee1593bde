//! What a declaration expands to, and what the docs say of the language.

use oci_fixture_grammar::language::{Kind, NODES};
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

/// The table of fields on the macro's page is that of the grammar.
#[test]
fn the_docs_list_all_fields() {
    let docs = include_str!("../../docs/language.md");
    for kind in NODES.iter().chain(&[Kind::Descriptor, Kind::History]) {
        let fields: Vec<String> = kind.fields().iter().map(|field| format!("`{}`", field.name)).collect();
        let row = format!("| `{}` | {} |", kind.keyword(), fields.join(", "));
        assert!(docs.lines().any(|line| line == row), "{row}");
    }
}
