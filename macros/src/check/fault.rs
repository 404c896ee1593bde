//! Faults: what an attribute changes of a node after it has its digest.

use oci_fixture_grammar::language::Attribute as Known;
use syn::Ident;

use super::Checker;
use crate::ast::Attribute;

impl Checker<'_> {
    /// A fault that others make void.
    pub(super) fn faults(&mut self, attributes: &[Attribute]) {
        let names = attributes.iter().map(|attribute| &attribute.name);
        let faults: Vec<&Ident> =
            names.filter(|name| Known::of(&name.to_string()).is_some_and(Known::is_fault)).collect();
        let missing = faults.iter().position(|name| *name == "missing");
        let other = faults.iter().position(|name| *name != "missing");
        if let (Some(missing), Some(other)) = (missing, other) {
            let message =
                "the node is missing, so nothing else of it can be changed; remove one of the two attributes";
            self.errors.at(faults.get(missing.max(other)), message);
            return;
        }
        let replace = faults.iter().rposition(|name| *name == "replace").unwrap_or_default();
        for before in faults.into_iter().take(replace) {
            let message = format!(
                "`{before}` changes nothing, because `replace` behind it takes all bytes away; remove it"
            );
            self.errors.at(before, message);
        }
    }
}
