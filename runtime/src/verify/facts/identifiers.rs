//! Identifiers that documents and descriptors have: media types and digests.

use oci_fixture_grammar::{Digest, media_type};

use crate::digest;
use crate::verify::excerpt::excerpt;
use crate::verify::kind::FindingKind;

/// Reports what is wrong with a media type.
pub(in crate::verify) fn check_media_type(media_type: &str, add: &mut dyn FnMut(FindingKind)) {
    if let Err(invalid) = media_type::check(media_type) {
        add(FindingKind::MediaTypeMalformed { problem: excerpt(&invalid.to_string()) });
    } else if media_type.split('/').any(|name| name.len() > 64) {
        add(FindingKind::MediaTypeLong { found: excerpt(media_type) });
    }
}

/// Reports what is wrong with a digest.
pub(in crate::verify) fn check_digest(text: &str, add: &mut dyn FnMut(FindingKind)) {
    if let Err(invalid) = Digest::parse(text) {
        add(if digest::is_of_unknown_algorithm(text) {
            FindingKind::DigestUnknown { found: excerpt(text) }
        } else {
            FindingKind::DigestMalformed { problem: excerpt(&invalid.to_string()) }
        });
    }
}
