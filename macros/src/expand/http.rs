//! Faults on the wire.

use oci_fixture_syntax::ast::{HttpFault, HttpValue};
use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::Expander;

impl Expander<'_> {
    /// The value of a fault. Its words are added one after another, so that their values are evaluated in their order.
    pub(super) fn http(&self, words: &[HttpFault]) -> TokenStream {
        let krate = self.krate;
        let words = words.iter().map(|HttpFault { name, word, value }| {
            let place = proc_macro2::Span::mixed_site().located_at(name.span());
            let (method, arguments) = match value {
                HttpValue::None => (name.clone(), TokenStream::new()),
                HttpValue::Expr(value) if word.name == "redirect" => {
                    (proc_macro2::Ident::new("redirect_to", name.span()), ours!(#value))
                }
                HttpValue::Expr(value) => (name.clone(), ours!(#value)),
                HttpValue::Exprs(first, second) => {
                    (proc_macro2::Ident::new("stall_after", name.span()), ours!(#first, #second))
                }
                HttpValue::Content(content) => (name.clone(), self.content(content)),
                HttpValue::Header(key, value) => {
                    let (key, value) = (self.text(key), self.json(value));
                    (name.clone(), ours!(#key, #value))
                }
            };
            if word.is_condition {
                quote_spanned!(place=> http = http.#method(#arguments);)
            } else {
                quote_spanned!(place=> http = http.and(#krate::Http::#method(#arguments));)
            }
        });
        ours!({
            let mut http = #krate::Http::new();
            #(#words)*
            http
        })
    }
}
