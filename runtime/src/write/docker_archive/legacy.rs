//! The format of a Docker before 1.10: images that are based on one another, one for each layer.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::digest::Hasher;
use crate::write::archive::ArchiveWriter;

/// Adds a directory for each layer, named by an identity, with the layer's files. Returns the identity of the top
/// layer.
pub(super) fn add(
    layers: &[(String, &str)],
    config: &[u8],
    archive: &mut ArchiveWriter<'_>,
) -> Option<String> {
    // A config that is no JSON has no members.
    let config: LegacyConfig<'_> = serde_json::from_slice(config).unwrap_or_default();
    let mut chain: Option<String> = None;
    let mut parent: Option<String> = None;
    for (position, (path, diff_id)) in layers.iter().enumerate() {
        let mut members = Vec::new();
        if position + 1 == layers.len() {
            members.extend(config.members());
        } else {
            members.push(("created", "\"1970-01-01T00:00:00Z\"".to_owned()));
        }
        members.extend(parent.take().map(|parent| ("parent", format!("\"{parent}\""))));
        let chain_id = match chain.take() {
            None => (*diff_id).to_owned(),
            Some(below) => format!("sha256:{}", hex(format!("{below} {diff_id}").as_bytes())),
        };
        // The identity depends on the layers below, because a layer on other layers is another image.
        members.push(("layer_id", format!("\"{chain_id}\"")));
        let id = hex(&object(&members));
        members.pop();
        members.push(("id", format!("\"{id}\"")));

        archive.add(format!("{id}/VERSION"), b"1.0".to_vec());
        archive.add(format!("{id}/json"), object(&members));
        archive.add_symlink(format!("{id}/layer.tar"), format!("../{path}"));
        chain = Some(chain_id);
        parent = Some(id);
    }
    parent
}

/// The members of a config that such an image has, too.
#[derive(Default, Deserialize)]
struct LegacyConfig<'c> {
    #[serde(borrow)]
    architecture: Option<&'c RawValue>,
    #[serde(borrow)]
    config: Option<&'c RawValue>,
    #[serde(borrow)]
    created: Option<&'c RawValue>,
    #[serde(borrow)]
    os: Option<&'c RawValue>,
}

impl LegacyConfig<'_> {
    fn members(&self) -> impl Iterator<Item = (&'static str, String)> {
        let members = [
            ("architecture", self.architecture),
            ("config", self.config),
            ("created", self.created),
            ("os", self.os),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name, value?.get().to_owned())))
    }
}

fn object(members: &[(&str, String)]) -> Vec<u8> {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    let mut hasher = Hasher::default();
    hasher.update(bytes);
    hasher.finish().0.hex().to_owned()
}
