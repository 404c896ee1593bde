//! The layers below a layer: the symbolic links through which a path of the layer may lead.

use std::collections::HashMap;

use super::path_marks::Key;
use crate::verify::limits::Limits;

/// The symbolic links of an image after the layers that were judged before.
#[derive(Clone)]
pub(in crate::verify) struct Below {
    paths: HashMap<Key, LowerMarks>,
    layers: u32,
    /// The layers below, the lowest first.
    chain: Key,
}

/// The last layer, counted from 1, that has an entry with the path. 0 means none.
#[derive(Clone, Copy, Default)]
struct LowerMarks {
    symlink: u32,
    /// The last layer with a whiteout of the path.
    hidden: u32,
    /// The last layer in which the directory is opaque.
    opaque: u32,
}

/// The effects of one layer on the symbolic links of an image.
#[derive(Clone)]
pub(in crate::verify) struct Effects {
    /// The layers below this one.
    chain: Key,
    symlinks: Vec<Key>,
    hidden: Vec<Key>,
    opaque: Vec<Key>,
    /// The paths of symbolic links of lower layers that are entries of another kind in this layer.
    replaced: Vec<Key>,
}

/// How much is known of the effects of one layer on the symbolic links of an image.
pub(in crate::verify) enum KnownEffects {
    All(Effects),
    /// Not all entries of the layer were read.
    Unknown,
    /// All layers together have too many paths, so those of this layer are not kept.
    Forgotten,
}

impl KnownEffects {
    /// The number of paths that are kept.
    pub(in crate::verify) fn len(&self) -> usize {
        match self {
            Self::All(effects) => effects.len(),
            Self::Unknown | Self::Forgotten => 0,
        }
    }
}

impl Default for Below {
    fn default() -> Self {
        Self { paths: HashMap::new(), layers: 0, chain: Key::ROOT }
    }
}

impl Below {
    /// Adds the layer of a digest. If its effects are not known, or were found on top of other layers, nothing is known
    /// of the layers below any more.
    pub(in crate::verify) fn add(&mut self, digest: &str, effects: &KnownEffects) {
        let effects = match effects {
            KnownEffects::All(effects) => Some(effects),
            KnownEffects::Unknown | KnownEffects::Forgotten => None,
        };
        if effects.is_none_or(|effects| effects.chain != self.chain) {
            self.paths = HashMap::new();
        }
        self.layers = self.layers.saturating_add(1);
        self.chain = self.chain.join(digest.as_bytes());
        let Some(effects) = effects else { return };
        for key in &effects.replaced {
            self.paths.entry(*key).or_default().symlink = 0;
        }
        for key in &effects.symlinks {
            self.paths.entry(*key).or_default().symlink = self.layers;
        }
        for key in &effects.hidden {
            self.paths.entry(*key).or_default().hidden = self.layers;
        }
        for key in &effects.opaque {
            self.paths.entry(*key).or_default().opaque = self.layers;
        }
    }

    /// Whether the number of kept paths is within the limits.
    pub(in crate::verify) fn is_within(&self, limits: &Limits) -> bool {
        self.paths.len() <= limits.links
    }

    /// Forgets all paths of layers below.
    pub(in crate::verify) fn forget(&mut self) {
        self.paths = HashMap::new();
    }

    /// The number of layers below.
    pub(in crate::verify) fn len(&self) -> u32 {
        self.layers
    }

    /// The effects of a layer that is about to be read on top of these: none so far.
    pub(super) fn effects(&self) -> Effects {
        Effects {
            chain: self.chain,
            symlinks: Vec::new(),
            hidden: Vec::new(),
            opaque: Vec::new(),
            replaced: Vec::new(),
        }
    }

    /// A way from the root.
    pub(super) fn way(&self) -> LowerWay<'_> {
        LowerWay { below: self, hidden: 0 }
    }

    fn marks(&self, key: Key) -> LowerMarks {
        // Most images have no symbolic link in a lower layer.
        if self.paths.is_empty() {
            LowerMarks::default()
        } else {
            self.paths.get(&key).copied().unwrap_or_default()
        }
    }
}

/// A way through the lower layers.
pub(super) struct LowerWay<'b> {
    below: &'b Below,
    /// The last layer that hides everything further on the way.
    hidden: u32,
}

impl LowerWay<'_> {
    /// Goes on to the next name. Returns whether it is a symbolic link.
    pub(super) fn enter(&mut self, key: Key) -> bool {
        let marks = self.below.marks(key);
        self.hidden = self.hidden.max(marks.hidden);
        let is_symlink = marks.symlink > self.hidden;
        self.hidden = self.hidden.max(marks.opaque);
        is_symlink
    }
}

impl Effects {
    /// The number of paths that are kept.
    fn len(&self) -> usize {
        self.symlinks.len() + self.hidden.len() + self.opaque.len() + self.replaced.len()
    }

    /// Whether more paths are kept than the limit allows.
    pub(super) fn is_full(&self, limits: &Limits) -> bool {
        self.len() > limits.links
    }

    pub(super) fn symlink(&mut self, key: Key) {
        self.symlinks.push(key);
    }

    pub(super) fn hide(&mut self, key: Key) {
        self.hidden.push(key);
    }

    pub(super) fn make_opaque(&mut self, key: Key) {
        self.opaque.push(key);
    }

    /// Adds an entry that is not a symbolic link.
    pub(super) fn replace(&mut self, key: Key, below: &Below) {
        if below.marks(key).symlink > 0 {
            self.replaced.push(key);
        }
    }
}
