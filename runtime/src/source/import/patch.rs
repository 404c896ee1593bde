//! The edits that turn one JSON document into another: the `merge` and the `extend` of a declaration.

use std::borrow::Cow;

use crate::declare::value::Value;
use crate::json::Json;

type PatchedMembers<'j> = [(Cow<'j, str>, Json<'j>)];

/// The edits that turn a document into another.
#[derive(Debug, Default, PartialEq)]
pub(super) struct DocumentEdits {
    /// A merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)).
    pub(super) merge: Option<Json<'static>>,
    /// Members that are appended after the patch.
    pub(super) extend: Option<Json<'static>>,
}

impl DocumentEdits {
    /// The edits that turn `from` into `to`. `None` if no edits do.
    pub(super) fn of(from: &Json<'_>, to: &Json<'_>) -> Option<Self> {
        if from == to {
            return Some(Self::default());
        }
        let (Json::Object(members), Json::Object(wanted)) = (from, to) else { return None };
        if let Some(merge) = merge_patch(from, to) {
            return Some(Self { merge: Some(merge), extend: None });
        }
        // A merge patch makes the members before the first one that it cannot make. The others are appended.
        let mut kept = 0;
        while kept < wanted.len() && members_patch(members, wanted.get(..=kept)?).is_some() {
            kept += 1;
        }
        let (kept, appended) = wanted.split_at_checked(kept)?;
        let merge = members_patch(members, kept)?;
        Some(Self {
            merge: merge.unless_empty(),
            extend: Some(Json::Object(appended.to_vec()).into_owned()).and_then(Json::unless_empty),
        })
    }

    /// The number of bytes of the edits.
    pub(super) fn size(&self) -> usize {
        [&self.merge, &self.extend].into_iter().flatten().map(|edit| edit.to_vec().len()).sum()
    }
}

/// The merge patch that turns `from` into `to`. `None` if there is none.
pub(super) fn merge_patch(from: &Json<'_>, to: &Json<'_>) -> Option<Json<'static>> {
    match (from, to) {
        (Json::Object(from), Json::Object(to)) => members_patch(from, to),
        // A patch removes each member that is `null` in it, also in an object that it adds.
        (_, Json::Object(to)) => members_patch(&[], to),
        (_, Json::Null) => None,
        (_, value) => Some(value.clone().into_owned()),
    }
}

fn members_patch(from: &PatchedMembers<'_>, to: &PatchedMembers<'_>) -> Option<Json<'static>> {
    let repeats = |members: &PatchedMembers<'_>| {
        members.iter().enumerate().any(|(position, (name, _))| {
            members.get(..position).is_some_and(|before| before.iter().any(|(other, _)| other == name))
        })
    };
    if repeats(from) || repeats(to) {
        return None;
    }
    let (mut patch, mut rest) = (Vec::new(), from);
    let mut to_names = to.iter();
    for (name, value) in &mut to_names {
        let position = rest.iter().position(|(known, _)| known == name);
        let Some(position) = position else {
            // The patch appends a new member behind all members that stay.
            if from.iter().any(|(known, _)| known == name) || rest.iter().any(|(known, _)| stays(known, to)) {
                return None;
            }
            patch.push((name.to_string().into(), merge_patch(&Json::Null, value)?));
            continue;
        };
        let (passed, behind) = rest.split_at_checked(position)?;
        // The members between are removed, so `to` must not have them later.
        if passed.iter().any(|(passed, _)| stays(passed, to)) {
            return None;
        }
        patch.extend(passed.iter().map(|(passed, _)| (passed.to_string().into(), Json::Null)));
        let (known, behind) = behind.split_first()?;
        if known.1 != *value {
            patch.push((name.to_string().into(), merge_patch(&known.1, value)?));
        }
        rest = behind;
    }
    patch.extend(rest.iter().map(|(name, _)| (name.to_string().into(), Json::Null)));
    Some(Json::Object(patch))
}

fn stays(name: &str, to: &PatchedMembers<'_>) -> bool {
    to.iter().any(|(known, _)| known == name)
}

/// The JSON as a value of a declaration.
pub(super) fn value(json: &Json<'_>) -> Value {
    match json {
        Json::Null => Value::null(),
        Json::Bool(value) => Value::new(value),
        Json::Number(number) => Value::number(&**number),
        Json::Text(text) => Value::new(text),
        Json::List(values) => Value::list(values.iter().map(value)),
        Json::Object(members) => Value::map(members.iter().map(|(name, member)| (name, value(member)))),
    }
}

#[cfg(test)]
mod tests {
    use super::DocumentEdits;
    use crate::json::Json;

    /// The edits that turn `from` into `to`, after a check that they do.
    fn edits(from: &str, to: &str) -> String {
        let [from, to] = [from, to].map(|text| Json::parse(text.as_bytes()).unwrap());
        let Some(edits) = DocumentEdits::of(&from, &to) else { return "the whole document".to_owned() };
        let mut made = from;
        let shown = [&edits.merge, &edits.extend].map(|edit| {
            edit.as_ref().map_or(String::new(), |edit| String::from_utf8(edit.to_vec()).unwrap())
        });
        edits.merge.into_iter().for_each(|patch| made.merge(patch));
        edits.extend.into_iter().for_each(|members| made.extend(members));
        assert_eq!(made, to);
        shown.join(" ")
    }

    #[test]
    fn the_smallest_edits_are_found() {
        assert_eq!(edits(r#"{"a":1}"#, r#"{"a":1}"#), " ");
        assert_eq!(edits(r#"{"a":1,"b":2}"#, r#"{"b":2}"#), r#"{"a":null} "#);
        assert_eq!(edits(r#"{"a":1,"b":2}"#, r#"{"a":3,"b":2,"c":4}"#), r#"{"a":3,"c":4} "#);
        assert_eq!(edits(r#"{"a":{"x":1,"y":2}}"#, r#"{"a":{"y":2,"z":3}}"#), r#"{"a":{"x":null,"z":3}} "#);
        assert_eq!(edits(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#), r#"{"a":null} {"a":1}"#);
        assert_eq!(edits(r#"{"a":1}"#, r#"{"a":1,"a":2,"n":null}"#), r#" {"a":2,"n":null}"#);
        assert_eq!(edits(r#"{"a":{"x":1}}"#, r#"{"a":{"x":null}}"#), r#"{"a":null} {"a":{"x":null}}"#);
        assert_eq!(edits(r#"{"a":[1]}"#, r#"{"a":[null,{"b":null}]}"#), r#"{"a":[null,{"b":null}]} "#);
        assert_eq!(edits(r#"{"a":1}"#, "[1]"), "the whole document");
    }
}
