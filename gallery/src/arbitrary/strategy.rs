//! Strategies for random fixtures.

use std::io;
use std::ops::RangeInclusive;

use oci_fixture::{LayerEntryKind, LayerFormat};
use proptest::prelude::any;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::fixture::RandomFixture;
use super::shrink::Shrinking;
use crate::generator::choices::Made;
use crate::generator::declare::fixture;
use crate::generator::inject;
use crate::generator::model::{Edge, Model};
use crate::generator::random::{Numbers, Random};
use crate::generator::settings::{FORMATS, Settings};

/// Fixtures without any fault: images, indexes and artifacts with all that a declaration may have.
///
/// ```
/// use oci_fixture_gallery::arbitrary::honest;
/// use proptest::prelude::*;
///
/// proptest!(ProptestConfig::with_cases(32), |(random in honest().without_artifacts())| {
///     prop_assert!(random.fixture().in_memory()?.index()?.manifests().len() <= 5);
/// });
/// ```
pub fn honest() -> RandomFixtures {
    RandomFixtures { settings: Settings::sayable(), faults: None, docker: false }
}

/// Fixtures with this number of faults before and after sealing: blobs that are missing or changed, wrong descriptors,
/// edited documents, faulty tars and streams, and faults of the files of a layout.
///
/// ```
/// use oci_fixture::Level;
/// use oci_fixture_gallery::arbitrary::with_faults;
/// use proptest::prelude::*;
///
/// proptest!(ProptestConfig::with_cases(16), |(random in with_faults(1..=2).without_indexes())| {
///     let findings = random.fixture().in_memory()?.verify();
///     prop_assert_eq!(random.findings(), findings);
/// });
/// ```
pub fn with_faults(count: RangeInclusive<usize>) -> RandomFixtures {
    RandomFixtures { faults: Some(count), ..honest() }
}

/// The strategy of [`honest`] and [`with_faults`]. Its methods narrow what the fixtures have.
///
/// ```
/// use oci_fixture::{LayerEntryKind, LayerFormat};
/// use oci_fixture_gallery::arbitrary::honest;
/// use proptest::prelude::*;
///
/// let images = honest()
///     .without_indexes()
///     .without_artifacts()
///     .roots(1)
///     .layers(2)
///     .entries(3)
///     .entry_kinds([LayerEntryKind::Directory])
///     .without_whiteouts()
///     .formats([LayerFormat::Gzip]);
/// proptest!(ProptestConfig::with_cases(32), |(random in images)| {
///     let layout = random.fixture().in_memory()?;
///     prop_assert_eq!(layout.index()?.manifests().len(), 1);
/// });
/// ```
#[derive(Clone, Debug)]
#[must_use = "strategies do nothing unless used"]
pub struct RandomFixtures {
    settings: Settings,
    faults: Option<RangeInclusive<usize>>,
    docker: bool,
}

impl RandomFixtures {
    /// No indexes but index.json.
    pub fn without_indexes(mut self) -> Self {
        self.settings.depth = 0;
        self
    }

    /// Only images and indexes of them: no blobs of other media types, no artifact types, and no subjects.
    pub fn without_artifacts(mut self) -> Self {
        self.settings.artifacts = false;
        self
    }

    /// No documents of Docker's media types.
    pub fn without_docker_types(mut self) -> Self {
        self.settings.docker = false;
        self
    }

    /// At most this number of entries of index.json, by default 5. There is at least one.
    pub fn roots(mut self, most: usize) -> Self {
        self.settings.roots = most;
        self
    }

    /// At most this number of layers in an image, by default 3.
    pub fn layers(mut self, most: usize) -> Self {
        self.settings.layers = most;
        self
    }

    /// At most this number of entries in a layer, by default 5. More than 26 count as 26.
    pub fn entries(mut self, most: usize) -> Self {
        self.settings.entries = most.min(26);
        self
    }

    /// Contents of at most about this number of bytes, by default 512. The text of a declaration has only the path of a
    /// file for a large content.
    pub fn content(mut self, bytes: usize) -> Self {
        self.settings.content = bytes;
        self
    }

    /// Entries of these kinds, and always files and whiteouts. By default entries of all kinds.
    pub fn entry_kinds(mut self, kinds: impl IntoIterator<Item = LayerEntryKind>) -> Self {
        self.settings.kinds = kinds.into_iter().collect();
        self
    }

    /// No whiteouts, and no opaque directories.
    pub fn without_whiteouts(mut self) -> Self {
        self.settings.whiteouts = false;
        self
    }

    /// Layers of these formats: a tar, gzip or zstd. By default layers of all three. Other formats are ignored.
    pub fn formats(mut self, formats: impl IntoIterator<Item = LayerFormat>) -> Self {
        self.settings.formats = formats.into_iter().filter(|format| FORMATS.contains(format)).collect();
        if self.settings.formats.is_empty() {
            self.settings.formats.push(LayerFormat::Tar);
        }
        self
    }

    /// Only fixtures that [`write_docker_archive`](oci_fixture::Fixture::write_docker_archive) takes: images, each for one
    /// platform.
    ///
    /// ```
    /// use oci_fixture_gallery::arbitrary::honest;
    /// use proptest::prelude::*;
    ///
    /// proptest!(ProptestConfig::with_cases(16), |(random in honest().for_docker())| {
    ///     prop_assert!(random.fixture().write_docker_archive(Vec::new()).is_ok());
    /// });
    /// ```
    pub fn for_docker(mut self) -> Self {
        self.docker = true;
        self.without_artifacts()
    }

    /// Only fixtures that a client can pull from a registry: each entry of index.json is an image or an index with a tag of
    /// its own, and index.json and oci-layout, which a registry does not have, have no faults.
    ///
    /// ```
    /// use oci_fixture_gallery::arbitrary::honest;
    /// use proptest::prelude::*;
    ///
    /// proptest!(ProptestConfig::with_cases(32), |(random in honest().for_registry())| {
    ///     let layout = random.fixture().in_memory()?;
    ///     let index = layout.index()?;
    ///     let is_tagged = |annotations: &std::collections::HashMap<String, String>| {
    ///         annotations.contains_key("io.containerd.image.name")
    ///     };
    ///     prop_assert!(index.manifests().iter().all(|entry| entry.annotations().as_ref().is_some_and(is_tagged)));
    /// });
    /// ```
    pub fn for_registry(mut self) -> Self {
        self.settings.tagged = true;
        self
    }

    /// The fixture that the numbers make. `None` if it has too few faults, or if the way out does not take it.
    fn made(&self, numbers: &Numbers) -> Option<(RandomFixture, [Made; 2])> {
        let random = Random::of(numbers, &self.settings, self.faults.as_ref());
        let count = inject::count(&random.explicit);
        let has_faults = self.faults.as_ref().is_none_or(|faults| faults.contains(&count));
        if !has_faults || self.settings.tagged && !is_pullable(&random.explicit) {
            return None;
        }
        let (text, fixture) = (random.text()?, fixture(&random.plain));
        if self.docker && fixture.write_docker_archive(io::sink()).is_err() {
            return None;
        }
        Some((RandomFixture::new(fixture, random.explicit, text), random.made))
    }
}

/// Whether index.json and oci-layout have no faults, which no client sees.
fn is_pullable(model: &Model) -> bool {
    let is_plain = |root: &Edge| !root.unchecked && !root.unlisted && root.said.is_none();
    model.faults.is_empty() && model.roots.iter().all(is_plain)
}

impl Strategy for RandomFixtures {
    type Tree = RandomFixtureTree;
    type Value = RandomFixture;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        /// Few fixtures are refused, so the limit is never reached in practice.
        const TRIES: usize = 10_000;
        let numbers = proptest::collection::vec(any::<u16>(), 0..400);
        let faults = proptest::collection::vec(any::<u16>(), 0..40);
        for _ in 0..TRIES {
            let [numbers, faults] = [numbers.new_tree(runner)?, faults.new_tree(runner)?];
            if let Some((fixture, made)) = self.made(&[numbers.current(), faults.current()]) {
                let shrinking = Shrinking::new(made);
                return Ok(RandomFixtureTree {
                    strategy: self.clone(),
                    best: fixture,
                    tried: None,
                    shrinking,
                });
            }
        }
        Err("no random fixture fits the strategy".into())
    }
}

/// A random fixture, and those that are smaller.
#[derive(Clone, Debug)]
pub struct RandomFixtureTree {
    strategy: RandomFixtures,
    best: RandomFixture,
    /// The candidate that is tried now, and how it was made.
    tried: Option<(RandomFixture, [Made; 2])>,
    shrinking: Shrinking,
}

impl RandomFixtureTree {
    /// Goes to the next candidate, if there is one.
    fn next(&mut self) -> bool {
        while let Some(numbers) = self.shrinking.candidate() {
            let Some(made) = self.strategy.made(&numbers) else { continue };
            if made.0.to_string() == self.best.to_string() {
                // Fewer or smaller numbers made the same fixture.
                self.shrinking.take(made.1);
                self.best = made.0;
                continue;
            }
            self.tried = Some(made);
            return true;
        }
        false
    }
}

impl ValueTree for RandomFixtureTree {
    type Value = RandomFixture;

    fn current(&self) -> RandomFixture {
        self.tried.as_ref().map_or(&self.best, |(fixture, _)| fixture).clone()
    }

    fn simplify(&mut self) -> bool {
        if let Some((fixture, made)) = self.tried.take() {
            self.shrinking.take(made);
            self.best = fixture;
        }
        self.next()
    }

    fn complicate(&mut self) -> bool {
        self.tried = None;
        self.next()
    }
}
