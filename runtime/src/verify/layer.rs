//! Layers: how they are compressed, and the tars in them.

use std::io::Read;

use oci_fixture_grammar::Digest;

use super::blobs::Layer;
use super::findings::Findings;
use super::kind::FindingKind;
use super::layer_format::LayerFormat;
use super::limits::Limits;

pub(super) fn judge(
    _reader: impl Read,
    _place: &str,
    _media_type: &str,
    _digest: &Digest,
    _diff_id: Option<&Digest>,
    _limits: &Limits,
    _findings: &mut Findings,
) -> Layer {
    Layer { format: LayerFormat::Tar, diff_id: None }
}

pub(super) fn check_format(_media_type: &str, _format: LayerFormat) -> Option<FindingKind> {
    None
}
