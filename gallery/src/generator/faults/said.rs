//! Faults of descriptors, with the findings about each.

use oci_fixture::{Document, FindingKind};

use super::super::json::Json;
use super::super::model::Platform;
use super::{case, missing, wrong};

/// A false value in the descriptor of a node.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) how: Saying,
    pub(crate) finds: Vec<FindingKind>,
}

#[derive(Clone, Debug)]
pub(crate) enum Saying {
    MediaType(String),
    Digest(String),
    Size(String),
    Data(Vec<u8>),
    Platform(Platform),
    Merge(Json),
}

impl Said {
    fn new(how: Saying) -> Self {
        Self { how, finds: Vec::new() }
    }

    pub(crate) fn media_type(text: &str) -> Self {
        Self::new(Saying::MediaType(text.to_owned()))
    }

    fn digest(text: &str) -> Self {
        Self::new(Saying::Digest(text.to_owned()))
    }

    fn size(text: &str) -> Self {
        let size = Self::new(Saying::Size(text.to_owned()));
        match text.parse::<i64>() {
            Ok(0..) => size,
            _ => size.finds(wrong(Document::Descriptor, "size", "a number of bytes", text)),
        }
    }

    fn merge(patch: &str) -> Self {
        Self::new(Saying::Merge(Json::read(patch.as_bytes())))
    }

    fn finds(mut self, kind: FindingKind) -> Self {
        self.finds.push(kind);
        self
    }

    /// Whether the false value is a media type, or leaves it out.
    pub(crate) fn has_media_type(&self) -> bool {
        match &self.how {
            Saying::MediaType(_) => true,
            Saying::Merge(patch) => patch.get("mediaType").is_some(),
            _ => false,
        }
    }
}

/// All false values that a descriptor of a node may say. A dangling descriptor may say fewer.
pub(crate) fn of_descriptor(dangling: bool, number: usize) -> Vec<Said> {
    let missing = |field| missing(Document::Descriptor, field);
    let wrong = |field, expected, found| wrong(Document::Descriptor, field, expected, found);
    let merge = |patch, kind| Said::merge(patch).finds(kind);
    let malformed = || FindingKind::DigestMalformed { problem: String::new() };
    let no_media_type = || FindingKind::MediaTypeMalformed { problem: String::new() };
    let unknown = |found: &str| FindingKind::DigestUnknown { found: found.to_owned() };
    let platform =
        Platform { os: "zos".to_owned(), architecture: format!("s{number}"), ..Platform::default() };
    let mut all = vec![
        Said::digest("sha256:../../etc/passwd").finds(malformed()),
        Said::digest("none").finds(malformed()),
        Said::digest("").finds(malformed()),
        Said::digest(&format!("sha256:{:064X}", 10)).finds(malformed()),
        Said::digest("sha999:abc").finds(unknown("sha999:abc")),
        Said::digest("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8")
            .finds(unknown("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8")),
        Said::digest(&format!("sha256:{:064x}", 0xabc)),
        Said::digest(&format!("sha384:{:096x}", 0xabc)),
        Said::size("0"),
        Said::size("123456789"),
        Said::size("9223372036854775807"),
        Said::size("9223372036854775808"),
        Said::size("-5"),
        Said::size("1e3"),
        Said::media_type("text/html"),
        Said::new(Saying::Data(b"other".to_vec())),
        Said::new(Saying::Platform(platform.clone())).finds(FindingKind::PlatformUnusual {
            field: "platform.architecture".to_owned(),
            found: platform.architecture,
            expected: None,
        }),
        Said::merge(r#"{"platform":null}"#),
        Said::merge(r#"{"urls":["example.com/layer"]}"#)
            .finds(FindingKind::UrlMalformed { field: "urls[0]".to_owned(), problem: String::new() }),
        Said::merge(r#"{"urls":["ftp://example.com/layer"]}"#)
            .finds(FindingKind::UrlScheme { field: "urls[0]".to_owned(), problem: String::new() }),
        merge(r#"{"size":null}"#, missing("size")),
        merge(r#"{"size":"large"}"#, wrong("size", "a number of bytes", "\"large\"")),
        merge(r#"{"digest":null}"#, missing("digest")),
        merge(r#"{"digest":5}"#, wrong("digest", "a text", "5")),
        merge(r#"{"mediaType":null}"#, missing("mediaType")),
        Said::merge(r#"{"data":"!"}"#).finds(FindingKind::DataMalformed),
        merge(r#"{"data":5}"#, wrong("data", "a text", "5")),
        merge(r#"{"platform":7}"#, wrong("platform", "an object", "7")),
        merge(r#"{"annotations":{"odd":1}}"#, wrong("annotations.odd", "a text", "1")),
        Said::merge(r#"{"Size":3}"#).finds(case("Size", "size")),
        merge(r#"{"artifactType":"none"}"#, no_media_type()),
        Said::merge(r#"{"extra":[1,{"a":null}]}"#),
    ];
    if !dangling {
        all.push(Said::media_type("html").finds(no_media_type()));
        all.push(Said::media_type("").finds(no_media_type()));
    }
    all
}
