//! Edits of documents, and what is found of each.

use oci_fixture::{Document, FindingKind};

use super::{Told, case, missing, twice, wrong};
use crate::json::Json;
use crate::model::Platform;

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
    pub(crate) media_type: Told<String>,
    pub(crate) platform: Told<Platform>,
    pub(crate) diff_ids: Told<Vec<String>>,
    /// How many steps of the history made a layer; nothing where there is no history.
    pub(crate) steps: Told<usize>,
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
            media_type: Told::Usual,
            platform: Told::Usual,
            diff_ids: Told::Usual,
            steps: Told::Usual,
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
        Self { media_type: Told::Nothing, without: nothing, ..Self::new(How::Raw(document.to_vec())) }
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
        Self {
            media_type: media_type.map_or(Told::Nothing, |media_type| Told::Is(media_type.to_owned())),
            ..self
        }
    }
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
    let no_platform = |edit: Edit| Edit { platform: Told::Nothing, ..edit };
    let no_diff_ids = |edit: Edit| Edit { diff_ids: Told::Nothing, ..edit };
    let steps = |edit: Edit, steps: usize| Edit { steps: Told::Is(steps), ..edit };
    let of_diff_ids = |diff_ids: Vec<String>| Edit {
        diff_ids: Told::Is(diff_ids.clone()),
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
        Edit { platform: Told::Is(other), ..Edit::merge(r#"{"os":"zos"}"#) },
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
            steps: Told::Nothing,
            ..Edit::merge(r#"{"history":{}}"#).finds(wrong(document, "history", "a list", "{}"))
        },
        Edit::merge(&format!(r#"{{"mediaType":"{INDEX}"}}"#)).says(Some(INDEX)),
        Edit::merge(r#"{"mediaType":"text/plain"}"#).says(Some("text/plain")),
        Edit::extend(r#"{"os":"zos"}"#).finds(twice("os")),
        Edit::extend(r#"{"Rootfs":{}}"#).finds(case("Rootfs", "rootfs")),
        Edit { unsure: false, ..Edit::no_json(b"", 0) },
        Edit { unsure: false, ..Edit::no_json(b"{'os':'linux'}", 1) },
        Edit { steps: Told::Nothing, ..no_platform(no_diff_ids(Edit::raw(b"{}"))) }
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
