//! The descriptors in a document, as `descriptor:`, as `dangling`, and as references.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_fixture_grammar::{Platform, Reference, annotation};
use serde::Deserialize;

use super::patch::{merge_patch, value};
use crate::declare::descriptor::{Descriptor, DescriptorData};
use crate::declare::platform::{self, PlatformJson};
use crate::json::Json;
use crate::source::with;

/// The descriptor that a parent writes for a node without `descriptor:`.
#[derive(Clone, Debug, Default)]
pub(super) struct NaturalDescriptor {
    pub(super) media_type: String,
    pub(super) digest: String,
    pub(super) size: u64,
    /// The platform, which only an index writes.
    pub(super) platform: Option<Platform>,
    pub(super) artifact_type: Option<String>,
}

impl NaturalDescriptor {
    /// The descriptor as JSON, with the annotations of a reference.
    fn json(&self, annotations: &[(&str, String)]) -> Json<'_> {
        let texts =
            annotations.iter().map(|(key, text)| (Cow::Owned((*key).to_owned()), Json::text(text.clone())));
        Json::object([
            ("mediaType", Some(Json::text(self.media_type.as_str()))),
            ("digest", Some(Json::text(self.digest.as_str()))),
            ("size", Some(Json::Number(self.size.to_string().into()))),
            ("annotations", Json::Object(texts.collect()).unless_empty()),
            ("platform", self.platform.as_ref().map(platform::json)),
            ("artifactType", self.artifact_type.as_deref().map(Json::text)),
        ])
    }

    /// The `descriptor:` with which a parent writes this descriptor. `None` if it needs none. `names` are the annotations of the
    /// reference of an entry of index.json, and `own` are the bytes of the node, if they are known.
    pub(super) fn said(
        &self,
        written: &Json<'_>,
        names: Option<&[(&str, String)]>,
        own: Option<&[u8]>,
    ) -> Option<Descriptor> {
        let natural = self.json(names.unwrap_or_default());
        if natural == *written {
            return None;
        }
        let said = fields(Descriptor::new(), &natural, written, names.is_some(), own);
        Some(if said.0.check(false).is_ok() {
            patched(said, written)
        } else {
            patched((Descriptor::new(), natural), written)
        })
    }
}

/// The members of an honest descriptor that do not follow from its node. `None` if it has none.
pub(super) fn honest(descriptor: &Descriptor) -> Option<Descriptor> {
    let DescriptorData { urls, annotations, platform, artifact_type, ref_name, .. } = descriptor.data_of();
    let mut honest = Descriptor::new();
    if !urls.is_empty() {
        honest = honest.urls(urls);
    }
    let others = annotations.0.iter().filter(|(key, _)| key.plain() != Some(annotation::REF_NAME));
    for (key, text) in others {
        honest = with(honest, text.as_ref(), |honest, text| honest.annotations([(key, text)]));
    }
    honest = with(honest, ref_name.as_ref(), Descriptor::ref_name);
    honest = with(honest, platform::declared(platform), Descriptor::platform);
    honest = with(honest, artifact_type.as_ref(), Descriptor::artifact_type);
    let data = honest.data_of();
    let says_nothing = urls.is_empty()
        && data.annotations.0.is_empty()
        && data.platform.is_none()
        && data.artifact_type.is_none();
    (!says_nothing).then_some(honest)
}

/// A descriptor of a blob that is not stored.
pub(super) fn dangling(written: &Json<'_>) -> Descriptor {
    let text = |name| match written.get(name) {
        Some(Json::Text(text)) => text.clone().into_owned(),
        _ => String::new(),
    };
    let size = match written.get("size") {
        Some(Json::Number(number)) => number.clone().into_owned(),
        _ => "0".to_owned(),
    };
    let (media_type, digest) = (text("mediaType"), text("digest"));
    let descriptor =
        Descriptor::new().media_type(media_type.as_str()).digest(digest.as_str()).size(size.as_str());
    let natural = Json::object([
        ("mediaType", Some(Json::text(media_type))),
        ("digest", Some(Json::text(digest))),
        ("size", Some(Json::Number(size.into()))),
    ]);
    let said = fields(descriptor.clone(), &natural, written, false, None);
    let descriptor = if said.0.check_whole(false).is_ok() {
        patched(said, written)
    } else {
        patched((descriptor, natural), written)
    };
    if descriptor.check_whole(false).is_ok() { descriptor } else { descriptor.unchecked() }
}

/// The descriptor with the fields that give `written`, and the JSON that it has with them.
fn fields<'j>(
    mut descriptor: Descriptor,
    natural: &Json<'j>,
    written: &'j Json<'_>,
    is_root: bool,
    own: Option<&[u8]>,
) -> (Descriptor, Json<'j>) {
    let mut members: Vec<(Cow<'j, str>, Json<'j>)> = Vec::new();
    for name in ["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"] {
        let (before, wanted) = (natural.get(name), written.get(name));
        if before == wanted {
            members.extend(before.map(|value| (name.into(), value.clone())));
            continue;
        }
        let said = match (name, wanted) {
            ("mediaType", None) => Some(descriptor.clone().without_media_type()),
            ("digest", None) => Some(descriptor.clone().without_digest()),
            ("size", None) => Some(descriptor.clone().without_size()),
            ("annotations", None) => Some(descriptor.clone().without_annotations()),
            ("platform", None) => Some(descriptor.clone().without_platform()),
            ("artifactType", None) => Some(descriptor.clone().without_artifact_type()),
            ("mediaType", Some(Json::Text(text))) => Some(descriptor.clone().media_type(&**text)),
            ("digest", Some(Json::Text(text))) => Some(descriptor.clone().digest(&**text)),
            ("size", Some(Json::Number(number))) => Some(descriptor.clone().size(&**number)),
            ("artifactType", Some(Json::Text(text))) if !text.is_empty() => {
                Some(descriptor.clone().artifact_type(&**text))
            }
            ("urls", Some(Json::List(urls))) => {
                texts(urls).filter(|urls| !urls.is_empty()).map(|urls| descriptor.clone().urls(urls))
            }
            ("annotations", Some(annotations)) => annotated(&descriptor, before, annotations, is_root),
            ("data", Some(Json::Text(text))) => {
                STANDARD.decode(&**text).ok().filter(|data| !data.is_empty()).map(|data| {
                    let is_own = own.is_some_and(|own| own == data);
                    if is_own { descriptor.clone().data(true) } else { descriptor.clone().data(data) }
                })
            }
            ("platform", Some(json)) => {
                platform_of(json).map(|platform| descriptor.clone().platform(platform))
            }
            _ => None,
        };
        match said {
            Some(said) => {
                descriptor = said;
                members.extend(wanted.map(|value| (name.into(), value.clone())));
            }
            None => members.extend(before.map(|value| (name.into(), value.clone()))),
        }
    }
    (descriptor, Json::Object(members))
}

/// The annotations without those of a reference.
fn annotated(
    descriptor: &Descriptor,
    before: Option<&Json<'_>>,
    wanted: &Json<'_>,
    is_root: bool,
) -> Option<Descriptor> {
    let wanted = pairs(wanted)?;
    let before = before.map_or(Some(Vec::new()), pairs)?;
    let is_sorted = wanted.windows(2).all(|pair| matches!(pair, [one, other] if one.0 < other.0));
    if !is_sorted || wanted.is_empty() {
        return None;
    }
    let mut said = descriptor.clone();
    for (key, text) in &wanted {
        match before.iter().find(|(known, _)| known == key) {
            Some((_, known)) if known == text => {}
            _ if *key == annotation::REF_NAME && is_root => said = said.ref_name(*text),
            _ => said = said.annotations([(*key, *text)]),
        }
    }
    for (key, _) in before.iter().filter(|(key, _)| !wanted.iter().any(|(wanted, _)| wanted == key)) {
        said = if *key == annotation::REF_NAME {
            said.without_ref_name()
        } else {
            said.without_annotation(*key)
        };
    }
    Some(said)
}

/// The members of a map of texts.
pub(super) fn pairs<'j>(map: &'j Json<'_>) -> Option<Vec<(&'j str, &'j str)>> {
    let Json::Object(members) = map else { return None };
    let pairs = members.iter().map(|(key, value)| match value {
        Json::Text(text) => Some((&**key, &**text)),
        _ => None,
    });
    pairs.collect()
}

/// The text of a member, if it is not empty.
pub(super) fn text(json: &Json<'_>, name: &str) -> Option<String> {
    match json.get(name) {
        Some(Json::Text(text)) if !text.is_empty() => Some(text.clone().into_owned()),
        _ => None,
    }
}

/// The texts of a list of texts.
pub(super) fn texts<'j>(values: &'j [Json<'_>]) -> Option<Vec<&'j str>> {
    let texts = values.iter().map(|value| match value {
        Json::Text(text) => Some(&**text),
        _ => None,
    });
    texts.collect()
}

/// Adds the members that are left as a merge patch.
fn patched((descriptor, made): (Descriptor, Json<'_>), written: &Json<'_>) -> Descriptor {
    match merge_patch(&made, written) {
        Some(Json::Object(members)) if members.is_empty() => descriptor,
        Some(patch) => descriptor.merge(value(&patch)),
        None => descriptor,
    }
}

/// The platform that is written as exactly this JSON. `None` if the language has no text for such a platform.
pub(super) fn platform_of(json: &Json<'_>) -> Option<Platform> {
    let bytes = json.to_vec();
    let platform = PlatformJson::deserialize(&mut serde_json::Deserializer::from_slice(&bytes)).ok()?;
    let platform = Platform::from(platform);
    let is_sayable = Platform::parse(&platform.to_string()).as_ref() == Ok(&platform);
    (is_sayable && platform.check_names().is_ok() && platform::json(&platform) == *json).then_some(platform)
}

/// The reference of an entry of index.json, if its annotations are those of a reference, and the annotations that this
/// reference writes.
pub(super) fn reference(written: &Json<'_>) -> Option<(String, Vec<(&'static str, String)>)> {
    let annotations = pairs(written.get("annotations")?)?;
    let find = |wanted: &str| annotations.iter().find(|(key, _)| *key == wanted).map(|(_, text)| *text);
    let name = find("io.containerd.image.name")?;
    let reference = Reference::parse(name).ok()?.or_latest();
    if reference.to_string() != name {
        return None;
    }
    let mut natural = vec![("io.containerd.image.name", name.to_owned())];
    natural.extend(reference.tag().map(|tag| (annotation::REF_NAME, tag.to_owned())));
    Some((reference.familiar(), natural))
}
