//! The settings of the generator: which things a random fixture may have.

use oci_fixture::{LayerEntryKind, LayerFormat};

/// The largest number of each thing in a fixture, and the kinds of things that may be in it.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a thing that there may be or not")]
pub(crate) struct Settings {
    /// A fixture without any node.
    pub(crate) empty: bool,
    /// Dangling descriptors.
    pub(crate) dangling: bool,
    /// Blobs, configs of other types, artifact types, and subjects.
    pub(crate) artifacts: bool,
    /// Documents with the media types of Docker.
    pub(crate) docker: bool,
    /// The entries of index.json.
    pub(crate) roots: usize,
    /// Indexes inside one another.
    pub(crate) depth: usize,
    pub(crate) layers: usize,
    pub(crate) entries: usize,
    /// The largest number of bytes in a content, without headers and repetitions.
    pub(crate) content: usize,
    pub(crate) kinds: Vec<LayerEntryKind>,
    pub(crate) whiteouts: bool,
    pub(crate) formats: Vec<LayerFormat>,
    /// Only fixtures for which the language has a form: a sum stands alone, and nothing mentions a config.
    pub(crate) sayable: bool,
    /// Each entry of index.json has a name with a tag, by which a client pulls it.
    pub(crate) tagged: bool,
}

impl Settings {
    /// Everything.
    pub(crate) fn all() -> Self {
        Self {
            empty: true,
            dangling: true,
            artifacts: true,
            docker: true,
            roots: 5,
            depth: 4,
            layers: 3,
            entries: 5,
            content: usize::MAX,
            kinds: KINDS.to_vec(),
            whiteouts: true,
            formats: FORMATS.to_vec(),
            sayable: false,
            tagged: false,
        }
    }

    /// Honest fixtures for which the language has a form, with contents that are written out in the text.
    pub(crate) fn sayable() -> Self {
        Self { empty: false, dangling: false, content: 512, sayable: true, ..Self::all() }
    }

    /// Whether there may be entries of a kind; if not, they are files.
    pub(crate) fn allows(&self, kind: LayerEntryKind) -> bool {
        self.kinds.contains(&kind)
    }
}

pub(crate) const FORMATS: [LayerFormat; 3] = [LayerFormat::Tar, LayerFormat::Gzip, LayerFormat::Zstd];

pub(crate) const KINDS: [LayerEntryKind; 7] = [
    LayerEntryKind::File,
    LayerEntryKind::Directory,
    LayerEntryKind::Symlink,
    LayerEntryKind::Hardlink,
    LayerEntryKind::Fifo,
    LayerEntryKind::Char,
    LayerEntryKind::Block,
];
