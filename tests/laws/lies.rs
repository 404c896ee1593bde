//! Lies as plain data: what is declared that is not so, and what a reader makes of it.

use oci_fixture::{Document, FindingKind, Value};

use crate::json::Json;
use crate::layer_lies::LayerLie;
use crate::model::Platform;

/// A lie of a node.
#[derive(Clone, Debug)]
pub(crate) enum Lie {
    Fault(Fault),
    Edit(Edit),
    Layer(LayerLie),
    /// What a dangling one says itself.
    Said(Said),
}

/// What becomes of the bytes of a node after they have got their digest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    Missing,
    Truncate(i64),
    Prepend(Vec<u8>),
    Append(Vec<u8>),
    Flip(i64),
    Replace(Vec<u8>),
}

impl Fault {
    /// What is left of some bytes; nothing where they are missing.
    pub(crate) fn apply(&self, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let at = |number: i64| {
            let end = i64::try_from(bytes.len()).unwrap();
            usize::try_from(if number < 0 { end + number } else { number }).unwrap()
        };
        match self {
            Self::Missing => return None,
            Self::Truncate(keep) => bytes.truncate(at(*keep)),
            Self::Prepend(before) => bytes = [before.as_slice(), &bytes].concat(),
            Self::Append(behind) => bytes.extend(behind),
            Self::Flip(byte) => {
                let byte = at(*byte);
                bytes[byte] ^= 1;
            }
            Self::Replace(other) => bytes.clone_from(other),
        }
        Some(bytes)
    }
}

/// An edit of a document before it gets its digest.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) how: How,
    pub(crate) finds: Vec<FindingKind>,
    /// Nothing in it is read.
    pub(crate) unread: bool,
    /// It may refer to more than is read of it.
    pub(crate) unsure: bool,
    /// The fields that are not there, or cannot be read.
    pub(crate) without: Vec<&'static str>,
    /// It lists nothing.
    pub(crate) is_empty: bool,
    /// What it says, where that is not what it would say.
    pub(crate) media_type: Option<Option<String>>,
    pub(crate) platform: Option<Option<Platform>>,
    pub(crate) diff_ids: Option<Option<Vec<String>>>,
    /// How many steps of the history made a layer; nothing where there is no history.
    pub(crate) steps: Option<Option<usize>>,
}

#[derive(Clone, Debug)]
pub(crate) enum How {
    Merge(Json),
    Extend(Json),
    Raw(Vec<u8>),
    DiffIds(Vec<String>),
}

impl Edit {
    fn new(how: How) -> Self {
        Self {
            how,
            finds: Vec::new(),
            unread: false,
            unsure: false,
            without: Vec::new(),
            is_empty: false,
            media_type: None,
            platform: None,
            diff_ids: None,
            steps: None,
        }
    }

    fn merge(patch: &str) -> Self {
        Self::new(How::Merge(Json::read(patch.as_bytes())))
    }

    fn extend(members: &str) -> Self {
        Self::new(How::Extend(Json::read(members.as_bytes())))
    }

    fn raw(document: &[u8]) -> Self {
        let nothing = vec!["manifests", "config", "layers", "subject"];
        Self { media_type: Some(None), without: nothing, ..Self::new(How::Raw(document.to_vec())) }
    }

    fn no_json(document: &[u8], offset: u64) -> Self {
        let problem = String::new();
        Self { unread: true, unsure: true, ..Self::raw(document) }
            .finds(FindingKind::JsonMalformed { offset, problem })
    }

    fn finds(mut self, kind: FindingKind) -> Self {
        self.finds.push(kind);
        self
    }

    fn unsure(self) -> Self {
        Self { unsure: true, ..self }
    }

    fn without(self, field: &'static str) -> Self {
        Self { without: vec![field], ..self }
    }

    fn says(self, media_type: Option<&str>) -> Self {
        Self { media_type: Some(media_type.map(str::to_owned)), ..self }
    }
}

fn missing(document: Document, field: &str) -> FindingKind {
    FindingKind::FieldMissing { document, field: field.to_owned() }
}

fn wrong(document: Document, field: &str, expected: &'static str, found: &str) -> FindingKind {
    FindingKind::FieldType { document, field: field.to_owned(), expected, found: found.to_owned() }
}

fn twice(field: &str) -> FindingKind {
    FindingKind::KeyDuplicate { field: field.to_owned() }
}

fn case(field: &str, expected: &'static str) -> FindingKind {
    FindingKind::KeyCase { field: field.to_owned(), expected }
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// Edits of an index and of a manifest.
fn in_both(document: Document) -> Vec<Edit> {
    let version = |found: &str| FindingKind::SchemaVersion { document, found: found.to_owned() };
    let number = |found| wrong(document, "schemaVersion", "a whole number", found);
    let says =
        |media_type: &str| Edit::merge(&format!(r#"{{"mediaType":"{media_type}"}}"#)).says(Some(media_type));
    vec![
        Edit::merge(r#"{"schemaVersion":1}"#).finds(version("1")),
        Edit::merge(r#"{"schemaVersion":-2}"#).finds(version("-2")),
        Edit::merge(r#"{"schemaVersion":null}"#).finds(missing(document, "schemaVersion")).unsure(),
        Edit::merge(r#"{"schemaVersion":"2"}"#).finds(number("\"2\"")).unsure(),
        Edit::merge(r#"{"schemaVersion":2.0}"#).finds(number("2.0")).unsure(),
        Edit::merge(r#"{"mediaType":null}"#).says(None),
        Edit::merge(r#"{"mediaType":7}"#)
            .finds(wrong(document, "mediaType", "a text", "7"))
            .says(None)
            .unsure(),
        says("text/plain"),
        says(INDEX),
        says(DOCKER_INDEX),
        says(MANIFEST),
        says(DOCKER_MANIFEST),
        Edit::merge(r#"{"annotations":{"odd":1}}"#)
            .finds(wrong(document, "annotations.odd", "a text", "1"))
            .unsure(),
        Edit::merge(r#"{"subject":7}"#)
            .finds(wrong(document, "subject", "an object", "7"))
            .without("subject")
            .unsure(),
        Edit::merge(r#"{"x":[{"a":null,"b":[1.50,-0,"\u003c"]}]}"#),
        Edit::extend(r#"{"schemaVersion":2}"#).finds(twice("schemaVersion")).unsure(),
        Edit::extend(r#"{"SchemaVersion":1}"#).finds(case("SchemaVersion", "schemaVersion")),
        Edit::extend("{\"\u{17f}ubject\":null}").finds(case("\u{17f}ubject", "subject")),
        Edit::no_json(b"", 0),
        Edit::no_json(b"not JSON", 0),
        Edit::no_json(b"\xef\xbb\xbf{}", 0),
        Edit::no_json(br#"{"schemaVersion":2"#, 18),
        Edit::no_json(b"{\"schemaVersion\":2,\"a\":\"\xff\"}", 24),
        Edit::no_json(b"{}\0", 2),
        Edit::raw(b"[]").finds(wrong(document, "", "an object", "[]")).unsure(),
    ]
}

pub(crate) fn of_index() -> Vec<Edit> {
    let document = Document::Index;
    let mut edits = in_both(document);
    edits.extend([
        Edit::extend(r#"{"layers":[]}"#).finds(FindingKind::ManifestAndIndex).unsure(),
        Edit::extend(r#"{"config":{}}"#).finds(FindingKind::ManifestAndIndex).unsure(),
        Edit::extend(r#"{"Manifests":[]}"#).finds(case("Manifests", "manifests")),
        Edit::merge(r#"{"manifests":null}"#)
            .finds(missing(document, "manifests"))
            .without("manifests")
            .unsure(),
        Edit::merge(r#"{"manifests":{}}"#)
            .finds(wrong(document, "manifests", "a list", "{}"))
            .without("manifests")
            .unsure(),
        Edit { is_empty: true, ..Edit::merge(r#"{"manifests":[]}"#) },
        Edit::extend(r#"{"manifests":[]}"#).finds(twice("manifests")).unsure(),
        Edit::raw(br#"{"schemaVersion":2,"manifests":[]}"#),
        Edit::raw(b"{}")
            .finds(missing(document, "schemaVersion"))
            .finds(missing(document, "manifests"))
            .unsure(),
    ]);
    edits
}

pub(crate) fn of_manifest() -> Vec<Edit> {
    let document = Document::Manifest;
    let mut edits = in_both(document);
    edits.extend([
        Edit::extend(r#"{"manifests":[]}"#).finds(FindingKind::ManifestAndIndex).unsure(),
        Edit::extend(r#"{"Layers":[]}"#).finds(case("Layers", "layers")),
        Edit::extend(r#"{"layers":[]}"#).finds(twice("layers")).unsure(),
        Edit::merge(r#"{"layers":null}"#).finds(missing(document, "layers")).without("layers").unsure(),
        Edit::merge(r#"{"layers":"none"}"#)
            .finds(wrong(document, "layers", "a list", "\"none\""))
            .without("layers")
            .unsure(),
        Edit { is_empty: true, ..Edit::merge(r#"{"layers":[]}"#) },
        Edit::merge(r#"{"config":null}"#).finds(missing(document, "config")).without("config").unsure(),
        Edit::merge(r#"{"config":[]}"#)
            .finds(wrong(document, "config", "an object", "[]"))
            .without("config")
            .unsure(),
        Edit::raw(b"{}")
            .finds(missing(document, "schemaVersion"))
            .finds(missing(document, "config"))
            .finds(missing(document, "layers"))
            .unsure(),
    ]);
    edits
}

/// Edits of a config that is for a platform, and of as many layers as have these digests.
pub(crate) fn of_config(platform: &Platform, diff_ids: &[String]) -> Vec<Edit> {
    let document = Document::Config;
    let other = Platform { os: "zos".to_owned(), ..platform.clone() };
    let no_platform = |edit: Edit| Edit { platform: Some(None), ..edit };
    let no_diff_ids = |edit: Edit| Edit { diff_ids: Some(None), ..edit };
    let steps = |edit: Edit, steps: usize| Edit { steps: Some(Some(steps)), ..edit };
    let of_diff_ids = |diff_ids: Vec<String>| Edit {
        diff_ids: Some(Some(diff_ids.clone())),
        ..Edit::new(How::DiffIds(diff_ids))
    };
    let mut edits = vec![
        no_platform(Edit::merge(r#"{"os":null}"#).finds(missing(document, "os"))),
        no_platform(Edit::merge(r#"{"architecture":7}"#).finds(wrong(
            document,
            "architecture",
            "a text",
            "7",
        ))),
        Edit { platform: Some(Some(other)), ..Edit::merge(r#"{"os":"zos"}"#) },
        Edit::merge(r#"{"rootfs":{"type":"files"}}"#)
            .finds(FindingKind::RootfsType { found: "files".to_owned() }),
        Edit::merge(r#"{"rootfs":{"type":null}}"#).finds(missing(document, "rootfs.type")),
        no_diff_ids(Edit::merge(r#"{"rootfs":null}"#).finds(missing(document, "rootfs"))),
        no_diff_ids(
            Edit::merge(r#"{"rootfs":{"diff_ids":null}}"#).finds(missing(document, "rootfs.diff_ids")),
        ),
        no_diff_ids(Edit::merge(r#"{"rootfs":{"diff_ids":"none"}}"#).finds(wrong(
            document,
            "rootfs.diff_ids",
            "a list",
            "\"none\"",
        ))),
        Edit::merge(r#"{"config":{"Env":"A=1"}}"#).finds(wrong(document, "config.Env", "a list", "\"A=1\"")),
        Edit::merge(r#"{"config":{"User":7}}"#).finds(wrong(document, "config.User", "a text", "7")),
        Edit::merge(r#"{"config":{"env":[]}}"#).finds(case("config.env", "Env")),
        Edit::merge(r#"{"config":{"Healthcheck":{"Test":["NONE"]}}}"#),
        steps(Edit::merge(r#"{"history":[{"empty_layer":true}]}"#), 0),
        steps(Edit::merge(r#"{"history":[{},{"empty_layer":false},{},{},{"empty_layer":true}]}"#), 4),
        steps(
            Edit::merge(r#"{"history":[{"empty_layer":"yes"}]}"#).finds(wrong(
                document,
                "history[0].empty_layer",
                "true or false",
                "\"yes\"",
            )),
            1,
        ),
        Edit {
            steps: Some(None),
            ..Edit::merge(r#"{"history":{}}"#).finds(wrong(document, "history", "a list", "{}"))
        },
        Edit::merge(&format!(r#"{{"mediaType":"{INDEX}"}}"#)).says(Some(INDEX)),
        Edit::merge(r#"{"mediaType":"text/plain"}"#).says(Some("text/plain")),
        Edit::extend(r#"{"os":"zos"}"#).finds(twice("os")),
        Edit::extend(r#"{"Rootfs":{}}"#).finds(case("Rootfs", "rootfs")),
        Edit { unsure: false, ..Edit::no_json(b"", 0) },
        Edit { unsure: false, ..Edit::no_json(b"{'os':'linux'}", 1) },
        Edit { steps: Some(None), ..no_platform(no_diff_ids(Edit::raw(b"{}"))) }
            .finds(missing(document, "architecture"))
            .finds(missing(document, "os"))
            .finds(missing(document, "rootfs")),
        of_diff_ids([diff_ids, &[format!("sha256:{:064}", 1)]].concat()),
    ];
    if let Some((_, rest)) = diff_ids.split_first() {
        edits.push(of_diff_ids(rest.to_vec()));
        for first in ["none", "md5:d41d8cd98f00b204e9800998ecf8427e", &format!("sha256:{:064}", 2)] {
            edits.push(of_diff_ids([&[first.to_owned()], rest].concat()));
        }
    }
    edits
}

/// What the descriptor of a node says that is not so.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) how: Saying,
    pub(crate) finds: Vec<FindingKind>,
    /// It may refer to something else than what is read of it.
    pub(crate) unsure: bool,
    /// What is read of it, where that is not what it would be.
    pub(crate) media_type: Option<Option<String>>,
    pub(crate) digest: Option<Option<String>>,
    pub(crate) size: Option<Option<u64>>,
    pub(crate) data: Option<Option<Vec<u8>>>,
    pub(crate) platform: Option<Option<Platform>>,
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
            media_type: None,
            digest: None,
            size: None,
            data: None,
            platform: None,
        }
    }

    pub(crate) fn media_type(text: &str) -> Self {
        Self { media_type: Some(Some(text.to_owned())), ..Self::new(Saying::MediaType(text.to_owned())) }
    }

    fn digest(text: &str) -> Self {
        Self { digest: Some(Some(text.to_owned())), ..Self::new(Saying::Digest(text.to_owned())) }
    }

    fn no_digest(text: &str) -> Self {
        Self { digest: Some(None), ..Self::new(Saying::Digest(text.to_owned())) }.unsure()
    }

    fn size(text: &str) -> Self {
        let size = Self::new(Saying::Size(text.to_owned()));
        match text.parse::<i64>().ok().and_then(|size| u64::try_from(size).ok()) {
            Some(number) => Self { size: Some(Some(number)), ..size },
            None => Self { size: Some(None), ..size }
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
        Said { data: Some(Some(b"other".to_vec())), ..Said::new(Saying::Data(b"other".to_vec())) },
        Said { platform: Some(Some(platform.clone())), ..Said::new(Saying::Platform(platform)) },
        Said { size: Some(None), ..Said::merge(r#"{"size":null}"#) }
            .finds(missing(document, "size"))
            .unsure(),
        Said { size: Some(None), ..Said::merge(r#"{"size":"large"}"#) }
            .finds(wrong(document, "size", "a number of bytes", "\"large\""))
            .unsure(),
        Said { digest: Some(None), ..Said::merge(r#"{"digest":null}"#) }
            .finds(missing(document, "digest"))
            .unsure(),
        Said { digest: Some(None), ..Said::merge(r#"{"digest":5}"#) }
            .finds(wrong(document, "digest", "a text", "5"))
            .unsure(),
        Said { media_type: Some(None), ..Said::merge(r#"{"mediaType":null}"#) }
            .finds(missing(document, "mediaType"))
            .unsure(),
        Said { data: Some(None), ..Said::merge(r#"{"data":"!"}"#) }.finds(FindingKind::DataMalformed),
        Said { data: Some(None), ..Said::merge(r#"{"data":5}"#) }
            .finds(wrong(document, "data", "a text", "5"))
            .unsure(),
        Said { platform: Some(None), ..Said::merge(r#"{"platform":7}"#) }
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

/// What is declared of the files beside the blobs.
#[derive(Clone, Debug)]
pub(crate) enum TopLie {
    /// Of index.json.
    Edit(Edit),
    /// The content of oci-layout, or that it is not there; and what is found.
    Layout(Option<&'static [u8]>, FindingKind),
}

pub(crate) fn of_layout() -> Vec<TopLie> {
    let document = Document::OciLayout;
    let no_json = |offset| FindingKind::JsonMalformed { offset, problem: String::new() };
    let version = |found: &str| FindingKind::OciLayoutVersion { found: found.to_owned() };
    vec![
        TopLie::Layout(None, FindingKind::OciLayoutMissing),
        TopLie::Layout(Some(b""), no_json(0)),
        TopLie::Layout(Some(b"{}"), missing(document, "imageLayoutVersion")),
        TopLie::Layout(Some(br#"{"imageLayoutVersion":"2.0.0"}"#), version("2.0.0")),
        TopLie::Layout(
            Some(br#"{"imageLayoutVersion":1}"#),
            wrong(document, "imageLayoutVersion", "a text", "1"),
        ),
    ]
}

/// A value as a declaration takes it.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(),
        Json::Bool(bool) => Value::new(*bool),
        Json::Number(number) => Value::number(number),
        Json::Text(text) => Value::new(text.as_str()),
        Json::List(values) => Value::list(values.iter().map(value)),
        Json::Object(members) => Value::map(members.iter().map(|(key, member)| (key, value(member)))),
    }
}
