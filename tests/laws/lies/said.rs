//! Lies of descriptors, and what is found of each.

use oci_fixture::{Document, FindingKind};

use super::{Told, case, missing, wrong};
use crate::json::Json;
use crate::model::Platform;

/// What the descriptor of a node says that is not so.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) how: Saying,
    pub(crate) finds: Vec<FindingKind>,
    /// It may refer to something else than what is read of it.
    pub(crate) unsure: bool,
    /// What is read of it, where that is not what it would be.
    pub(crate) media_type: Told<String>,
    pub(crate) digest: Told<String>,
    pub(crate) size: Told<u64>,
    pub(crate) data: Told<Vec<u8>>,
    pub(crate) platform: Told<Platform>,
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
        let finds = Vec::new();
        Self {
            how,
            finds,
            unsure: false,
            media_type: Told::Usual,
            digest: Told::Usual,
            size: Told::Usual,
            data: Told::Usual,
            platform: Told::Usual,
        }
    }

    pub(crate) fn media_type(text: &str) -> Self {
        Self { media_type: Told::Is(text.to_owned()), ..Self::new(Saying::MediaType(text.to_owned())) }
    }

    fn digest(text: &str) -> Self {
        Self { digest: Told::Is(text.to_owned()), ..Self::new(Saying::Digest(text.to_owned())) }
    }

    fn no_digest(text: &str) -> Self {
        Self { digest: Told::Nothing, ..Self::new(Saying::Digest(text.to_owned())) }.unsure()
    }

    fn size(text: &str) -> Self {
        let size = Self::new(Saying::Size(text.to_owned()));
        match text.parse::<i64>().ok().and_then(|size| u64::try_from(size).ok()) {
            Some(number) => Self { size: Told::Is(number), ..size },
            None => Self { size: Told::Nothing, ..size }
                .finds(wrong(Document::Descriptor, "size", "a number of bytes", text))
                .unsure(),
        }
    }

    fn merge(patch: &str) -> Self {
        Self::new(Saying::Merge(Json::read(patch.as_bytes())))
    }

    fn finds(mut self, kind: FindingKind) -> Self {
        self.finds.push(kind);
        self
    }

    fn unsure(self) -> Self {
        Self { unsure: true, ..self }
    }
}

/// What a descriptor may say, whatever it is of; except that it is dangling.
pub(crate) fn of_descriptor(dangling: bool, number: usize) -> Vec<Said> {
    let document = Document::Descriptor;
    let malformed = || FindingKind::DigestMalformed { problem: String::new() };
    let no_media_type = || FindingKind::MediaTypeMalformed { problem: String::new() };
    let unknown = |found: &str| FindingKind::DigestUnknown { found: found.to_owned() };
    let platform =
        Platform { os: "zos".to_owned(), architecture: format!("s{number}"), ..Platform::default() };
    let mut all = vec![
        Said::no_digest("sha256:../../etc/passwd").finds(malformed()),
        Said::no_digest("none").finds(malformed()),
        Said::no_digest("").finds(malformed()),
        Said::no_digest(&format!("sha256:{:064X}", 10)).finds(malformed()),
        Said::no_digest("sha999:abc").finds(unknown("sha999:abc")),
        Said::no_digest("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8")
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
        Said { data: Told::Is(b"other".to_vec()), ..Said::new(Saying::Data(b"other".to_vec())) },
        Said { platform: Told::Is(platform.clone()), ..Said::new(Saying::Platform(platform)) },
        Said { size: Told::Nothing, ..Said::merge(r#"{"size":null}"#) }
            .finds(missing(document, "size"))
            .unsure(),
        Said { size: Told::Nothing, ..Said::merge(r#"{"size":"large"}"#) }
            .finds(wrong(document, "size", "a number of bytes", "\"large\""))
            .unsure(),
        Said { digest: Told::Nothing, ..Said::merge(r#"{"digest":null}"#) }
            .finds(missing(document, "digest"))
            .unsure(),
        Said { digest: Told::Nothing, ..Said::merge(r#"{"digest":5}"#) }
            .finds(wrong(document, "digest", "a text", "5"))
            .unsure(),
        Said { media_type: Told::Nothing, ..Said::merge(r#"{"mediaType":null}"#) }
            .finds(missing(document, "mediaType"))
            .unsure(),
        Said { data: Told::Nothing, ..Said::merge(r#"{"data":"!"}"#) }.finds(FindingKind::DataMalformed),
        Said { data: Told::Nothing, ..Said::merge(r#"{"data":5}"#) }
            .finds(wrong(document, "data", "a text", "5"))
            .unsure(),
        Said { platform: Told::Nothing, ..Said::merge(r#"{"platform":7}"#) }
            .finds(wrong(document, "platform", "an object", "7"))
            .unsure(),
        Said::merge(r#"{"annotations":{"odd":1}}"#)
            .finds(wrong(document, "annotations.odd", "a text", "1"))
            .unsure(),
        Said::merge(r#"{"Size":3}"#).finds(case("Size", "size")),
        Said::merge(r#"{"artifactType":"none"}"#).finds(no_media_type()),
        Said::merge(r#"{"extra":[1,{"a":null}]}"#),
    ];
    if !dangling {
        all.push(Said::media_type("html").finds(no_media_type()));
        all.push(Said::media_type("").finds(no_media_type()));
    }
    all
}
