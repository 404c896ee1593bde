//! Images: the layers of a manifest, compared with the `diff_ids` of its config.

use oci_fixture_grammar::Digest;

use super::facts::config::ConfigFacts;
use super::facts::json::{JsonKind, JsonValue};
use super::kind::FindingKind;
use crate::media_type;

/// Which `diff_id` each layer of a manifest should have.
pub(super) struct ExpectedDiffIds {
    diff_ids: Vec<Option<Digest>>,
    /// The layers that have a `diff_id`, if not all layers have one.
    numbers: Option<Vec<usize>>,
}

impl ExpectedDiffIds {
    /// A blob of another media type among the layers, such as a signature, needs no `diff_id`: either all such blobs have
    /// one, or none. If the manifest has no list of layers, or the config no list of `diff_ids`, nothing is compared.
    pub(super) fn of(manifest: JsonValue<'_>, config: ConfigFacts) -> Result<Option<Self>, Box<FindingKind>> {
        let list = manifest.get("layers").filter(|layers| layers.kind() == JsonKind::List);
        let (Some(list), Some(diff_ids)) = (list, config.diff_ids) else { return Ok(None) };
        let layers = || list.items();
        let is_tar = |layer: JsonValue<'_>| {
            let media_type = layer.get("mediaType").and_then(JsonValue::text);
            media_type.is_some_and(|media_type| media_type::of_layer(&media_type).is_some())
        };
        if layers().count() == diff_ids.len() {
            return Ok(Some(Self { diff_ids, numbers: None }));
        }
        let tars = layers().enumerate().filter(|(_, layer)| is_tar(*layer)).map(|(number, _)| number);
        let numbers: Vec<usize> = tars.collect();
        if numbers.len() == diff_ids.len() {
            return Ok(Some(Self { diff_ids, numbers: Some(numbers) }));
        }
        let (layers, diff_ids) = (numbers.len() as u64, diff_ids.len() as u64);
        Err(Box::new(FindingKind::DiffIdCount { layers, diff_ids }))
    }

    /// The `diff_id` that a layer should have.
    pub(super) fn diff_id(&self, layer: usize) -> Option<&Digest> {
        let number = match &self.numbers {
            None => layer,
            Some(numbers) => numbers.binary_search(&layer).ok()?,
        };
        self.diff_ids.get(number)?.as_ref()
    }
}
