//! Fields: the way to a value in a document.

use std::fmt;

use crate::verify::excerpt::excerpt;

/// The keys and numbers that lead to a value. It is shown as `manifests[2].platform.os`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::verify) struct FieldPath(Vec<FieldStep>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum FieldStep {
    Key(String),
    Index(usize),
}

impl FieldPath {
    /// Goes to the member of an object.
    pub(in crate::verify) fn enter_key(&mut self, key: &str) {
        self.0.push(FieldStep::Key(excerpt(key)));
    }

    /// Goes to the item of a list.
    pub(in crate::verify) fn enter_index(&mut self, index: usize) {
        self.0.push(FieldStep::Index(index));
    }

    /// Goes back to the object or the list.
    pub(in crate::verify) fn leave(&mut self) {
        self.0.pop();
    }

    /// Whether the way ends at a key of annotations, or of the labels of a config.
    pub(in crate::verify) fn is_annotation(&self) -> bool {
        let is_key = |step: &FieldStep, name: &str| matches!(step, FieldStep::Key(key) if key == name);
        match self.in_descriptor().map_or(self.0.clone(), |(_, rest)| rest.0).as_slice() {
            [map, FieldStep::Key(_)] => {
                is_key(map, "annotations") || self.0.len() == 3 && is_key(map, "Labels")
            }
            _ => false,
        }
    }

    /// The descriptor that contains the value, as a place shows it, and the rest of the way.
    pub(in crate::verify) fn in_descriptor(&self) -> Option<(String, Self)> {
        match self.0.as_slice() {
            [FieldStep::Key(list), FieldStep::Index(index), rest @ ..]
                if list == "manifests" || list == "layers" =>
            {
                Some((format!("{list}[{index}]"), Self(rest.to_vec())))
            }
            [FieldStep::Key(key), rest @ ..] if !rest.is_empty() && (key == "config" || key == "subject") => {
                Some((key.clone(), Self(rest.to_vec())))
            }
            _ => None,
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                FieldStep::Key(key) if number == 0 => f.write_str(key)?,
                FieldStep::Key(key) => write!(f, ".{key}")?,
                FieldStep::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
