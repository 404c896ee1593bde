//! Pairs of text, such as annotations and labels.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::context::Context;
use crate::json::Json;
use crate::problem::Problem;
use crate::text::{Text, ToText};

/// Pairs of text in the order in which they were added; written as an object, sorted by key as Go sorts maps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(Vec<(Text, Option<Text>)>);

impl Map {
    pub(crate) fn extend<K: ToText, V: ToText>(&mut self, pairs: impl IntoIterator<Item = (K, V)>) {
        for (key, value) in pairs {
            self.0.push((key.into_text(), Some(value.into_text())));
        }
    }

    /// Takes a key away that is there without being declared.
    pub(crate) fn remove(&mut self, key: Text) {
        self.0.push((key, None));
    }

    /// Each key once; `what` is the noun for a pair.
    pub(crate) fn check(&self, what: &str) -> Result<(), Problem> {
        if self.0.iter().any(|(key, _)| key.plain().is_none()) {
            return Err(Problem::new(format!(
                "the key of {} {what} cannot say anything of a label; write it out",
                if what.starts_with('a') { "an" } else { "a" }
            )));
        }
        let mut keys: Vec<&Text> = self.0.iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        for pair in keys.windows(2) {
            if let [first, second] = pair
                && first == second
            {
                let key = first.to_string();
                return Err(Problem::new(format!(
                    "the {what} `{}` is given twice; remove one of the two",
                    key.escape_debug()
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().flat_map(|(key, value)| std::iter::once(key).chain(value))
    }

    /// The object, sorted; nothing where it is empty.
    pub(crate) fn json<'a>(&'a self, context: &Context<'a>) -> Option<Json<'a>> {
        Self::merged([], [self], context)
    }

    /// The object of the pairs of `base`, and of maps that add to it, replace and remove.
    pub(crate) fn merged<'a>(
        base: impl IntoIterator<Item = (&'static str, String)>,
        maps: impl IntoIterator<Item = &'a Self>,
        context: &Context<'a>,
    ) -> Option<Json<'a>> {
        let mut members: BTreeMap<Cow<'a, str>, Json<'a>> = BTreeMap::new();
        members.extend(base.into_iter().map(|(key, value)| (Cow::Borrowed(key), Json::text(value))));
        for (key, value) in maps.into_iter().flat_map(|map| &map.0) {
            let key = context.text(key);
            match value {
                Some(value) => members.insert(key, Json::Text(context.text(value))),
                None => members.remove(&key),
            };
        }
        Json::Object(members.into_iter().collect()).unless_empty()
    }
}
