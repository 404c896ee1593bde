//! Seals what is declared, to compare it with what is stored.

use std::collections::BTreeSet;
use std::io::BufReader;

use oci_fixture_grammar::Digest;

use super::stored::Compared;
use crate::declare::encoded::Body;
use crate::declare::extra_file::SealedFile;
use crate::declare::fixture::Fixture;
use crate::declare::graph::{Edge, Parent};
use crate::declare::listing::Listing;
use crate::digest::{DigestAlgorithm, Hasher};
use crate::error::{Error, Result};
use crate::io::Recipe as _;
use crate::layout::Layout;
use crate::seal::plan::Plan;
use crate::seal::sealing::Sealing;
use crate::seal::{Measure, Sink, seal};
use crate::store::Store;

/// Keeps the bytes of all nodes.
#[derive(Default)]
struct Bodies(Vec<Vec<u8>>);

impl Sink for Bodies {
    fn put(&mut self, body: &Body<'_>, algorithm: DigestAlgorithm) -> Result<(Digest, u64)> {
        let mut bytes = Vec::new();
        body.write_to(&mut bytes).map_err(Error::recipe)?;
        let mut hasher = Hasher::new(algorithm);
        hasher.update(&bytes);
        self.0.push(bytes);
        Ok(hasher.finish())
    }

    fn falsify(&mut self, _: &Digest, _: Option<&dyn crate::io::Recipe>) -> Result<()> {
        Ok(())
    }
}

/// The bytes of a node and of those below it, the node last; `None` if it has a mistake.
pub(super) fn bodies(edge: &Edge) -> Option<Vec<Vec<u8>>> {
    let mut fixture = Fixture::new();
    let listing = Listing { unchecked: edge.listing.unchecked, ..Listing::default() };
    fixture.push_edge(Edge { node: edge.node.clone(), listing });
    let plan = Plan::of(fixture.data()).ok()?;
    let mut bodies = Bodies::default();
    seal(&plan, &mut bodies).ok()?;
    Some(bodies.0)
}

/// The bytes of index.json; `None` if the fixture has a mistake.
pub(super) fn index_json(fixture: &Fixture) -> Option<Vec<u8>> {
    let plan = Plan::of(fixture.data()).ok()?;
    Some(seal(&plan, &mut Measure).ok()?.index_json())
}

/// Whether the fixture gives the files of the layout.
pub(super) fn is_same<S: Store>(fixture: &Fixture, layout: &Layout<S>) -> Result<bool> {
    let Ok(plan) = Plan::of(fixture.data()) else { return Ok(false) };
    let Ok(sealing) = seal(&plan, &mut Measure) else { return Ok(false) };
    let layout_file = layout.oci_layout_bytes().ok();
    if sealing.index_json() != *layout.index_bytes()? || sealing.layout.as_deref() != layout_file.as_deref() {
        return Ok(false);
    }
    let mut digests: BTreeSet<Digest> = sealing.stored().map(|stored| stored.digest.clone()).collect();
    digests.extend(sealing.files.iter().filter_map(SealedFile::digest));
    if !digests.into_iter().eq(layout.store.digests()?) {
        return Ok(false);
    }
    has_faults_of(&sealing, layout)
}

/// Whether the blobs with faults after sealing are those that are stored. All others are known by their digests.
fn has_faults_of<S: Store>(sealing: &Sealing<'_>, layout: &Layout<S>) -> Result<bool> {
    for stored in sealing.stored().filter(|stored| sealing.falsified.contains_key(stored.digest)) {
        let mut compared = Compared::new(BufReader::new(layout.store.reader(stored.digest)?));
        let made = sealing.recipe(&stored).is_some_and(|recipe| recipe.write_to(&mut compared).is_ok());
        if !made || !compared.ends() {
            return Ok(false);
        }
    }
    Ok(true)
}
