//! Pairs of text, such as annotations and labels.

use std::borrow::Cow;
use std::collections::BTreeMap;

use oci_fixture_grammar::annotation;

use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::declare::text::{Text, ToText};
use crate::error::Problem;
use crate::json::Writer;

/// Pairs of text, in the order in which they were added. They are written as an object sorted by key, as Go sorts maps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(pub(crate) Vec<(Text, Option<Text>)>);

impl Map {
    pub(crate) fn extend<K: ToText, V: ToText>(&mut self, pairs: impl IntoIterator<Item = (K, V)>) {
        for (key, value) in pairs {
            self.0.push((key.into_text(), Some(value.into_text())));
        }
    }

    /// Leaves out a pair of a reference.
    pub(crate) fn remove(&mut self, key: Text) {
        self.0.push((key, None));
    }

    /// Checks annotations: their keys, and the values for which the specification defines a form.
    pub(crate) fn check_annotations(&self, unchecked: bool) -> Result<(), Problem> {
        self.check("annotation")?;
        for (key, value) in self.0.iter().filter(|_| !unchecked) {
            if let Some(value) = value {
                annotation::check(key.as_str(), &value.sample())?;
            }
        }
        Ok(())
    }

    /// Refuses a key that is given twice. `what` is the noun for a pair in the message.
    pub(crate) fn check(&self, what: &str) -> Result<(), Problem> {
        if self.is_empty() {
            return Ok(());
        }
        if self.0.iter().any(|(key, _)| key.plain().is_none()) {
            return Err(Problem::new(format!(
                "the key of {} {what} cannot mention a label; write it out",
                if what.starts_with('a') { "an" } else { "a" }
            )));
        }
        let mut keys: Vec<&str> = self.0.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        for pair in keys.windows(2) {
            if let [first, second] = pair
                && first == second
            {
                return Err(Problem::new(format!(
                    "the {what} `{}` is given twice; remove one of the two",
                    first.escape_debug()
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        for (key, value) in &self.0 {
            key.mentions(mentions);
            if let Some(value) = value {
                value.mentions(mentions);
            }
        }
    }

    /// Writes a member with the pairs, unless there are none.
    pub(crate) fn write<'a>(&'a self, out: &mut Writer, name: &'static str, context: &Context<'a>) {
        if !self.is_empty() {
            Self::write_merged(out, name, &[], [None, Some(self)], context);
        }
    }

    /// Writes a member with the pairs of `base`, which the pairs of the maps add to, replace or remove.
    pub(crate) fn write_merged<'a>(
        out: &mut Writer,
        name: &'static str,
        base: &[(&'a str, &'a str)],
        maps: [Option<&'a Self>; 2],
        context: &Context<'a>,
    ) {
        if base.is_empty() && maps.iter().all(Option::is_none) {
            return;
        }
        let base = base.iter().map(|(key, value)| (Cow::Borrowed(*key), Cow::Borrowed(*value)));
        let mut pairs: BTreeMap<Cow<'a, str>, Cow<'a, str>> = base.collect();
        for (key, value) in maps.into_iter().flatten().flat_map(|map| &map.0) {
            let key = context.text(key);
            match value {
                Some(value) => pairs.insert(key, context.text(value)),
                None => pairs.remove(&key),
            };
        }
        if !pairs.is_empty() {
            out.member(name).object(|out| pairs.iter().for_each(|(key, value)| out.key(key).text(value)));
        }
    }
}
