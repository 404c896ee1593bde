//! `from`: the image on which a manifest builds.

use oci_fixture_grammar::language::BlockKind;

use super::seen::{Key, Seen};
use super::{Checker, attribute};
use crate::ast::Base;

impl Checker<'_> {
    pub(super) fn base(&mut self, base: &mut Base, within: BlockKind, seen: &mut Seen) {
        let mut attributes = Seen::default();
        base.attributes.retain_mut(|attribute| {
            let name = attribute.name.to_string();
            if name == "unchecked" {
                return self.attribute_on_entry(attribute, true, &mut attributes);
            }
            self.errors.at(&attribute.name, attribute::not_on(&name, "a `from`"));
            false
        });
        if within != BlockKind::Manifest {
            let message = "`from` belongs to an image; put it into a manifest, such as `linux/amd64 { ... }`";
            self.errors.at(&base.keyword, message);
            return;
        }
        let message = || "a manifest has one `from`; remove one of the two".to_owned();
        self.once(seen, Key::Base, &base.keyword, message);
        let message = "`from` stands beside entries without a layer; put those into a `layer { ... }`";
        self.apart(seen, [Key::Layers, Key::Entries, Key::Mixed], &base.keyword, message);
    }
}
