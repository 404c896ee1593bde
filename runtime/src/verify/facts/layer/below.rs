//! The layers below a layer: the symbolic links that a path of it may lead through.

use std::collections::HashMap;

use super::path_marks::Key;
use crate::verify::limits::Limits;

/// The symbolic links of an image after the layers that were judged so far.
#[derive(Clone)]
pub(in crate::verify) struct Below {
    paths: HashMap<Key, LowerMarks>,
    layers: u32,
    /// The layers below, from the lowest up.
    chain: Key,
}

/// The last of the layers, counted from 1, in which something stands at a path; 0 for none.
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
    /// Other entries where lower layers have one.
    replaced: Vec<Key>,
}

/// How much is known of the effects of one layer on the symbolic links of an image.
pub(in crate::verify) enum KnownEffects {
    All(Effects),
    /// Not all of its entries were read.
    Unknown,
    /// The paths of all layers together are too many to be kept.
    Forgotten,
}

impl KnownEffects {
    /// How many paths are kept.
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
    /// Adds a layer of a digest. Of one whose effects are not known, or upon other layers, nothing below is known.
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

    /// Whether no more paths are kept than may be.
    pub(in crate::verify) fn is_within(&self, limits: &Limits) -> bool {
        self.paths.len() <= limits.links
    }

    /// Forgets all paths.
    pub(in crate::verify) fn forget(&mut self) {
        self.paths = HashMap::new();
    }

    /// How many layers there are.
    pub(in crate::verify) fn len(&self) -> u32 {
        self.layers
    }

    /// No effects so far, for a layer that is about to be read on top of these.
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
        // Mostly there are none at all.
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
    /// The last layer that hides what is further on the way.
    hidden: u32,
}

impl LowerWay<'_> {
    /// Goes on; says whether a symbolic link is there.
    pub(super) fn enter(&mut self, key: Key) -> bool {
        let marks = self.below.marks(key);
        self.hidden = self.hidden.max(marks.hidden);
        let is_symlink = marks.symlink > self.hidden;
        self.hidden = self.hidden.max(marks.opaque);
        is_symlink
    }
}

impl Effects {
    /// How many paths it keeps.
    fn len(&self) -> usize {
        self.symlinks.len() + self.hidden.len() + self.opaque.len() + self.replaced.len()
    }

    /// Whether it keeps more paths than it may.
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

    /// An entry that is no symbolic link.
    pub(super) fn replace(&mut self, key: Key, below: &Below) {
        if below.marks(key).symlink > 0 {
            self.replaced.push(key);
        }
    }
}
