//! The way to a value in a document.

use std::fmt;

use super::excerpt::excerpt;

/// The keys and numbers that lead to a value. It is shown as `manifests[2].platform.os`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Field(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Field {
    /// Goes to the member of an object.
    pub(super) fn enter_key(&mut self, key: &str) {
        self.0.push(Step::Key(excerpt(key)));
    }

    /// Goes to the item of a list.
    pub(super) fn enter_index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }

    /// Goes back.
    pub(super) fn leave(&mut self) {
        self.0.pop();
    }

    /// The descriptor that it is in, as places have it, and the rest of the way.
    pub(super) fn in_descriptor(&self) -> Option<(String, Self)> {
        match self.0.as_slice() {
            [Step::Key(list), Step::Index(index), rest @ ..] if list == "manifests" || list == "layers" => {
                Some((format!("{list}[{index}]"), Self(rest.to_vec())))
            }
            [Step::Key(key), rest @ ..] if !rest.is_empty() && (key == "config" || key == "subject") => {
                Some((key.clone(), Self(rest.to_vec())))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if number == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
