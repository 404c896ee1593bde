//! `file`: a further file of the layout.

use oci_fixture_grammar::language::BlockKind;
use oci_fixture_grammar::layout_path;

use super::Checker;
use super::attribute;
use super::seen::{Key, Seen};
use crate::ast::{ExtraFile, FileBody, Text};

impl Checker<'_> {
    pub(super) fn extra_file(&mut self, file: &mut ExtraFile, within: BlockKind, seen: &mut Seen) {
        let mut attributes = Seen::default();
        file.attributes.retain_mut(|attribute| {
            let name = attribute.name.to_string();
            if name == "unchecked" {
                return self.attribute_on_entry(attribute, true, &mut attributes);
            }
            self.errors.at(&attribute.name, attribute::not_on(&name, "a `file`"));
            false
        });
        let unchecked = !file.attributes.is_empty();
        self.text(&mut file.path);
        match &mut file.body {
            FileBody::Content(content) => self.content(content),
            FileBody::Symlink(target) => self.text(target),
        }
        if within != BlockKind::Fixture {
            let message = "a `file` is in the layout, not in an image; move it to the top level, or write an entry by its path in a layer";
            self.errors.at(&file.keyword, message);
            return;
        }
        let Text::Literal(literal) = &file.path else { return };
        let path = literal.value();
        if let Err(invalid) = layout_path::check(&path, unchecked) {
            self.errors.at(literal, invalid);
            return;
        }
        let message = || format!("the file {} is declared twice; remove one of the two", literal.token());
        self.once(seen, Key::File(path.clone()), literal, message);
        if let FileBody::Symlink(Text::Literal(target)) = &file.body
            && let Err(invalid) = layout_path::check_target(&path, &target.value(), unchecked)
        {
            self.errors.at(target, invalid);
        }
    }
}
