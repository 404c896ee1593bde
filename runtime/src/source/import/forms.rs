//! The forms of a document: fields, fields with `merge` and `extend`, and bytes.

use super::descriptor::{pairs, text};
use super::patch::{DocumentEdits, value};
use super::sealed::bodies;
use super::{Import, Said, Surroundings};
use crate::declare::graph::{Edge, IntoEdge};
use crate::declare::index::Index;
use crate::declare::manifest::Manifest;
use crate::declare::subject::Subject;
use crate::json::Json;
use crate::source::with;
use crate::store::Store;

/// The forms of a document, the most readable first.
pub(super) struct Forms<'f, T> {
    /// The bytes that the document must have.
    pub(super) bytes: &'f [u8],
    /// Returns the bytes that a form gives.
    pub(super) made: &'f dyn Fn(&T) -> Option<Vec<u8>>,
    pub(super) honest: &'f T,
    pub(super) unchecked: &'f dyn Fn(&T) -> T,
    pub(super) merge: &'f dyn Fn(T, &Json<'_>) -> T,
    pub(super) extend: &'f dyn Fn(T, &Json<'_>) -> T,
    pub(super) raw: &'f dyn Fn() -> T,
}

impl<T: Clone> Forms<'_, T> {
    /// The first form that gives the bytes.
    pub(super) fn first(&self) -> Option<T> {
        let unchecked = (self.unchecked)(self.honest);
        for honest in [self.honest, &unchecked] {
            let Some(made) = (self.made)(honest) else { continue };
            if made == self.bytes {
                return Some(honest.clone());
            }
            let edited = self.edited(honest, &made);
            if edited.is_some() {
                return edited;
            }
        }
        let raw = (self.raw)();
        let forms = [(self.unchecked)(&raw), raw];
        forms.into_iter().rev().find(|form| (self.made)(form).is_some_and(|made| made == self.bytes))
    }

    /// The form with edits, unless these make up more than half of the document.
    fn edited(&self, honest: &T, made: &[u8]) -> Option<T> {
        let (made, wanted) = (Json::parse(made).ok()?, Json::parse(self.bytes).ok()?);
        let edits = DocumentEdits::of(&made, &wanted)?;
        if edits.size() * 2 > self.bytes.len() {
            return None;
        }
        let form = with(honest.clone(), edits.merge.as_ref(), self.merge);
        let form = with(form, edits.extend.as_ref(), self.extend);
        (self.made)(&form).is_some_and(|made| made == self.bytes).then_some(form)
    }
}

/// A document with the nodes that it lists, or with descriptors in the place of these nodes.
pub(super) type Build<'b, T> = dyn Fn(&T, bool) -> Edge + 'b;

impl<S: Store> Import<'_, S> {
    /// The first form of a document that gives the bytes. `honest` has all fields, `empty`
    /// only the properties on which its nodes depend, and `build` adds the nodes.
    pub(super) fn first_form<T: DocumentBuilder>(
        &self,
        bytes: &[u8],
        honest: &T,
        empty: &T,
        build: &Build<'_, T>,
    ) -> Option<T> {
        let made = |form: &T| bodies(&build(form, false))?.pop();
        if self.is_logical {
            let forms = [honest.clone(), honest.clone().unchecked()];
            let (form, made) = forms.into_iter().find_map(|form| made(&form).map(|made| (form, made)))?;
            self.left_out.borrow_mut().add_members(T::KIND, bytes, &made);
            return Some(form);
        }
        Forms {
            bytes,
            made: &made,
            honest,
            unchecked: &|form| form.clone().unchecked(),
            merge: &|form, patch| form.merge(patch),
            extend: &|form, members| form.extend(members),
            raw: &|| empty.clone().raw(bytes),
        }
        .first()
    }
}

/// The fields of an index or of a manifest.
pub(super) fn headed<T: DocumentBuilder>(builder: T, document: &Json<'_>) -> T {
    let builder = with(builder, text(document, "artifactType"), T::artifact_type);
    let annotations = document.get("annotations").and_then(pairs);
    with(builder, annotations, |builder, annotations| builder.annotations(&annotations))
}

/// A document with the attributes of the nodes around it, because as a candidate it stands alone.
pub(super) fn placed<T: DocumentBuilder>(
    builder: &T,
    around: Surroundings,
    subject: Option<&[Subject; 2]>,
    is_real: bool,
) -> T {
    let mut builder = builder.clone();
    if if is_real { around.docker == Said::Here } else { around.docker.is_said() } {
        builder = builder.docker();
    }
    if if is_real { around.sha512 == Said::Here } else { around.sha512.is_said() } {
        builder = builder.sha512();
    }
    match subject {
        Some([real, stand_in]) if !builder.is_raw() => {
            builder.subject(if is_real { real.clone() } else { stand_in.clone() })
        }
        _ => builder,
    }
}

/// The builder of an index or of a manifest.
pub(super) trait DocumentBuilder: Clone {
    /// The keyword of the language.
    const KIND: &'static str;

    fn unchecked(self) -> Self;
    fn merge(self, patch: &Json<'_>) -> Self;
    fn extend(self, members: &Json<'_>) -> Self;
    fn raw(self, bytes: &[u8]) -> Self;
    fn artifact_type(self, artifact_type: String) -> Self;
    fn annotations(self, annotations: &[(&str, &str)]) -> Self;
    fn subject(self, subject: Subject) -> Self;
    fn docker(self) -> Self;
    fn sha512(self) -> Self;
    fn is_raw(&self) -> bool;
}

macro_rules! document_builder {
    ($builder:ident, $kind:literal) => {
        impl DocumentBuilder for $builder {
            const KIND: &'static str = $kind;

            fn unchecked(self) -> Self {
                self.unchecked()
            }

            fn merge(self, patch: &Json<'_>) -> Self {
                self.merge(value(patch))
            }

            fn extend(self, members: &Json<'_>) -> Self {
                self.extend(value(members))
            }

            fn raw(self, bytes: &[u8]) -> Self {
                self.raw(bytes)
            }

            fn artifact_type(self, artifact_type: String) -> Self {
                self.artifact_type(artifact_type)
            }

            fn annotations(self, annotations: &[(&str, &str)]) -> Self {
                self.annotations(annotations.iter().copied())
            }

            fn subject(self, subject: Subject) -> Self {
                self.subject(subject)
            }

            fn docker(self) -> Self {
                self.docker()
            }

            fn sha512(self) -> Self {
                self.sha512()
            }

            fn is_raw(&self) -> bool {
                self.clone().into_edge().node.stored_fault_names().iter().any(|name| name == "raw:")
            }
        }
    };
}
document_builder!(Index, "index");
document_builder!(Manifest, "manifest");
