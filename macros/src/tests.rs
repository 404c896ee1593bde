//! What a broken declaration expands to.

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
