//! Seals declared nodes, to compare them with stored bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read};

use oci_fixture_grammar::Digest;

use super::stored::Compared;
use crate::declare::content::Content;
use crate::declare::encoded::Body;
use crate::declare::extra_file::SealedBody;
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
use crate::store::{FurtherFile, Store};

/// A sink that keeps the bytes of all nodes.
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

/// The bytes of a node and of the nodes below it. The node is the last. `None` if there is a mistake.
pub(super) fn bodies(edge: &Edge) -> Option<Vec<Vec<u8>>> {
    let mut fixture = Fixture::new();
    let listing = Listing { unchecked: edge.listing.unchecked, ..Listing::default() };
    fixture.push_edge(Edge { node: edge.node.clone(), listing });
    let plan = Plan::of(fixture.data()).ok()?;
    let mut bodies = Bodies::default();
    seal(&plan, &mut bodies).ok()?;
    Some(bodies.0)
}

/// The bytes of index.json. `None` if the fixture has a mistake.
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
    let (links, files): (Vec<_>, Vec<_>) =
        sealing.files.iter().partition(|file| matches!(file.body, SealedBody::Symlink(_)));
    digests.extend(files.iter().filter_map(|file| file.digest()));
    let links: BTreeSet<Digest> = links.iter().filter_map(|file| file.digest()).collect();
    if !digests.into_iter().eq(layout.store.digests()?.into_iter().filter(|digest| !links.contains(digest))) {
        return Ok(false);
    }
    Ok(has_faults_of(&sealing, layout)? && has_files_of(&sealing, layout)?)
}

/// Whether the fixture has the further files of the layout.
fn has_files_of<S: Store>(sealing: &Sealing<'_>, layout: &Layout<S>) -> Result<bool> {
    let is_same = |content: &Content, reader: &mut dyn Read| {
        let mut compared = Compared::new(BufReader::new(reader));
        content.write_to(&mut compared).is_ok() && compared.ends()
    };
    let mut rest: BTreeMap<&str, &SealedBody> = BTreeMap::new();
    for file in &sealing.files {
        match (file.digest(), &file.body) {
            // A reader finds this file as a blob.
            (Some(digest), SealedBody::Content(content)) => {
                if !is_same(content, &mut *layout.store.reader(&digest)?) {
                    return Ok(false);
                }
            }
            (_, body) => drop(rest.insert(&file.path, body)),
        }
    }
    let mut are_same = true;
    layout.store.each_further(&mut |path, file| {
        let declared = str::from_utf8(path).ok().and_then(|path| rest.remove(path));
        are_same &= match (declared, file) {
            (Some(SealedBody::Content(content)), FurtherFile::File(mut reader)) => {
                is_same(content, &mut *reader)
            }
            (Some(SealedBody::Symlink(target)), FurtherFile::Symlink(stored)) => target.as_bytes() == stored,
            _ => false,
        };
        Ok(())
    })?;
    Ok(are_same && rest.is_empty())
}

/// Whether the blobs with faults after sealing have the stored bytes. All other blobs are compared by their digests.
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
