//! A sealing: the nodes of a plan with their digests, whose bytes can be made again.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use oci_fixture_grammar::Digest;

use crate::declare::descriptor;
use crate::declare::encoded::{Body, SealedNode};
use crate::declare::extra_file::SealedFile;
use crate::declare::fault::{Fault, Faulty};
use crate::declare::fixture::IndexContent;
use crate::declare::graph::NodeKind;
use crate::digest::Hasher;
use crate::error::{Error, Problem, Result};
use crate::image_layout::{LAYOUT, blob_name, fresh};
use crate::io::Recipe;
use crate::json::written;
use crate::seal::Sink;
use crate::seal::names::EntryName;
use crate::seal::origin::{DeclaredFaults, Labelled, Origin, WireFaults};
use crate::seal::plan::Plan;

/// The directory of the blobs that are stored.
const SHA256_BLOBS: &str = "blobs/sha256";

/// The result of sealing a plan.
pub(crate) struct Sealing<'p> {
    pub(crate) plan: &'p Plan<'p>,
    /// The sealed nodes, at the positions of their steps.
    pub(crate) sealed: Vec<SealedNode>,
    /// The names of the entries of index.json.
    pub(crate) names: Vec<Option<Cow<'p, EntryName>>>,
    pub(crate) index: IndexContent,
    /// The bytes of oci-layout; `None` for no such file.
    pub(crate) layout: Option<Vec<u8>>,
    /// The further files.
    pub(crate) files: Vec<SealedFile>,
    pub(crate) labels: Vec<Labelled>,
    /// The stored bytes under the digests that have faults after sealing.
    pub(crate) falsified: HashMap<Digest, Falsified>,
    pub(crate) wire: WireFaults,
}

/// The stored bytes under a digest, if they are not the sealed ones.
#[derive(Clone, Copy)]
pub(crate) enum Falsified {
    Missing,
    /// The bytes of a step after its faults, and their number.
    Faulty(usize, u64),
}

/// A blob to store: the step that makes it, its digest, and the number of its bytes.
pub(crate) struct StoredBlob<'s> {
    pub(crate) step: usize,
    pub(crate) digest: &'s Digest,
    pub(crate) size: u64,
}

impl Sealing<'_> {
    /// The blobs to store: one for all nodes of the same bytes.
    pub(crate) fn stored(&self) -> impl Iterator<Item = StoredBlob<'_>> {
        (0..self.sealed.len()).filter_map(|step| self.stored_blob(step))
    }

    /// The blob that is stored under the digest of a node. `None` if no blob is.
    pub(crate) fn stored_blob(&self, step: usize) -> Option<StoredBlob<'_>> {
        let (digest, size) = self.sealed.get(step)?.blob.as_ref()?;
        match self.falsified.get(digest) {
            None => Some(StoredBlob { step, digest, size: *size }),
            Some(Falsified::Faulty(step, size)) => Some(StoredBlob { step: *step, digest, size: *size }),
            Some(Falsified::Missing) => None,
        }
    }

    /// Makes the bytes that are stored for a blob again.
    pub(crate) fn recipe(&self, stored: &StoredBlob<'_>) -> Option<Box<dyn Recipe + '_>> {
        match self.falsified.get(stored.digest) {
            None => Some(Box::new(self.body(stored.step)?)),
            Some(_) => Some(Box::new(self.faulty(stored.step)?.ok()?)),
        }
    }

    /// The bytes of a node as they were sealed; `None` for a dangling node.
    pub(crate) fn body(&self, step: usize) -> Option<Body<'_>> {
        let context = self.plan.context(Some(step), &self.sealed);
        Some(match self.plan.steps.get(step)?.node.encode(&context)?.body {
            Body::Layer(tarball) => Body::Layer(tarball.untapped()),
            body => body,
        })
    }

    /// The bytes of a node after its faults.
    fn faulty(&self, step: usize) -> Option<Result<Faulty<'_>, Problem>> {
        let context = self.plan.context(Some(step), &self.sealed);
        let (body, (_, size)) = (self.body(step)?, self.sealed.get(step)?.blob.as_ref()?);
        Some(Faulty::new(body, *size, &self.plan.steps.get(step)?.node.faults, &context))
    }

    /// Applies the faults to the blobs in the sink.
    pub(crate) fn falsify(&mut self, sink: &mut impl Sink) -> Result<()> {
        for (digest, step) in falsified(self.plan, &self.sealed)? {
            let falsified = match step.and_then(|step| Some((step, self.faulty(step)?))) {
                None => {
                    sink.falsify(&digest, None)?;
                    Falsified::Missing
                }
                Some((step, faulty)) => {
                    let at = |problem: Problem| problem.into_error(self.plan.place(step));
                    let faulty = faulty.map_err(at)?;
                    let mut made = Hasher::like(&digest);
                    let in_place = |error: Error| error.in_place(|| self.plan.place(step));
                    faulty.write_to(&mut made).map_err(Error::recipe).map_err(in_place)?;
                    if made.finish().0 == digest {
                        let problem =
                            "the faults leave its bytes as they were, so they change nothing; remove them";
                        return Err(at(Problem::new(problem)));
                    }
                    sink.falsify(&digest, Some(&faulty)).map_err(in_place)?;
                    Falsified::Faulty(step, faulty.size())
                }
            };
            self.falsified.insert(digest, falsified);
        }
        Ok(())
    }

    /// Refuses further files that take the place of a blob or of one another.
    pub(crate) fn check_files(&self) -> Result<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        let mut taken: BTreeMap<String, &str> =
            self.stored().map(|stored| (blob_name(stored.digest), "a blob")).collect();
        for (file, declared) in self.files.iter().zip(self.plan.fixture.extra_files()) {
            let above = file.path.match_indices('/').filter_map(|(end, _)| file.path.get(..end));
            let below = format!("{}/", file.path);
            let inner = taken.range(below.clone()..).next().filter(|(path, _)| path.starts_with(&below));
            let of_layout = (file.path == SHA256_BLOBS).then_some("the directory of blobs");
            let other = above.chain([file.path.as_str()]).find_map(|path| taken.get(path).copied());
            if let Some(other) = of_layout.or(other).or(inner.map(|(_, other)| *other)) {
                let problem = format!("its path is taken by {other}; write another path");
                return Err(Problem::new(problem).into_error(declared.place()));
            }
            taken.insert(file.path.clone(), "another file");
        }
        Ok(())
    }

    /// The index.json of a layout that has no other entries.
    pub(crate) fn index_json(&self) -> Vec<u8> {
        match &self.index {
            IndexContent::Entries(entries) => fresh(entries),
            IndexContent::Whole(bytes) => bytes.clone(),
        }
    }

    /// Whether the fixture can be added to a layout that exists: it declares neither the whole index.json nor
    /// oci-layout.
    pub(crate) fn can_be_added(&self) -> bool {
        matches!(self.index, IndexContent::Entries(_)) && self.layout.as_deref() == Some(LAYOUT)
    }

    /// The origin of the layout, with the data of the fixture.
    pub(crate) fn into_origin(self) -> Origin {
        let faults = self.declared_faults();
        let layers = self.plan.steps.iter().enumerate().filter_map(|(number, step)| match &step.node.kind {
            // If two layers have the same bytes, the origin has the one with declared entries.
            NodeKind::Layer(layer) if layer.has_entries() => {
                let (digest, _) = self.sealed.get(number)?.blob.as_ref()?;
                let context = self.plan.context(Some(number), &self.sealed);
                Some((digest.clone(), layer.resolved(&context)))
            }
            _ => None,
        });
        let layers = layers.collect();
        Origin { labels: self.labels, layers, faults, wire: self.wire }
    }

    /// The names of all faults, and the descriptors of the nodes that have them.
    fn declared_faults(&self) -> DeclaredFaults {
        let mut faults =
            DeclaredFaults { fixture: self.plan.fixture.fault_names(), ..DeclaredFaults::default() };
        for number in 0..self.plan.steps.len() {
            self.add_faults(Some(number), &mut faults);
        }
        self.add_faults(None, &mut faults);
        faults
    }

    /// Adds the faults of the nodes that a step lists; `None` for index.json.
    fn add_faults(&self, parent: Option<usize>, faults: &mut DeclaredFaults) {
        let step = parent.and_then(|parent| self.plan.steps.get(parent));
        let (edges, children) = match step {
            Some(step) => (step.node.edges(), &step.children),
            None => (self.plan.edges(), &self.plan.roots),
        };
        for (position, (edge, child)) in edges.iter().zip(children).enumerate() {
            let Some(node) = self.sealed.get(*child) else { continue };
            let mut said = edge.fault_names(node.platform.as_ref());
            let of_node = edge.node.fault_names();
            if said.is_empty() && of_node.is_empty() {
                continue;
            }
            // A layer and an entry in it may both be unchecked, which is one fault of the layer.
            let is_new = |name: &String| !(edge.listing.unchecked && name == "#[unchecked]");
            said.extend(of_node.into_iter().filter(is_new));
            let name = self.names.get(position).and_then(Option::as_deref).filter(|_| step.is_none());
            let annotations = name.map(EntryName::annotations).unwrap_or_default();
            let in_index = step.is_some_and(|step| matches!(step.node.kind, NodeKind::Index(_)));
            let platform = node.platform.as_ref().filter(|_| in_index);
            let context = self.plan.context(parent, &self.sealed);
            let descriptor =
                written(|out| descriptor::write(out, edge, node, &annotations, platform, &context));
            if edge.listing.unlisted {
                let parent = parent.and_then(|parent| self.sealed.get(parent)?.blob.as_ref());
                let parent = parent.map(|(digest, _)| digest.clone());
                faults.unlisted.entry(parent).or_default().push(descriptor.clone());
            }
            faults.of_descriptors.insert(descriptor, said);
        }
    }
}

/// The digests under which other bytes than the sealed ones are stored: those of a step after its faults, or `None` for no
/// blob.
fn falsified(plan: &Plan<'_>, sealed: &[SealedNode]) -> Result<BTreeMap<Digest, Option<usize>>> {
    let mut falsified: BTreeMap<Digest, Option<usize>> = BTreeMap::new();
    let mut first: HashMap<&Digest, usize> = HashMap::new();
    let digest = |step: usize| sealed.get(step).and_then(|node| Some(&node.blob.as_ref()?.0));
    let is_wrong = |number: usize| sealed.get(number).is_some_and(|node| node.is_wrong);
    for (number, step) in plan.steps.iter().enumerate() {
        if step.node.faults.is_empty() && !is_wrong(number) {
            continue;
        }
        let Some(digest) = digest(number) else { continue };
        let missing = step.node.faults.contains(&Fault::Missing);
        match first.get(digest).and_then(|first| Some((*first, plan.steps.get(*first)?))) {
            Some((first, other)) if other.node.faults != step.node.faults => {
                let problem = format!(
                    "{} has the same bytes, and other faults, but one blob is wrong in one way; give both the same",
                    plan.place(first)
                );
                return Err(Problem::new(problem).into_error(plan.place(number)));
            }
            Some(_) => {}
            None => {
                first.insert(digest, number);
                falsified.insert(digest.clone(), (!missing).then_some(number));
            }
        }
    }
    if falsified.values().all(Option::is_some) {
        return Ok(falsified);
    }
    // A node that only missing nodes list is not stored either.
    let mut reached = HashSet::new();
    let mut rest = plan.roots.clone();
    while let Some(number) = rest.pop() {
        let missing = digest(number).is_some_and(|digest| falsified.get(digest) == Some(&None));
        if !missing && reached.insert(number) {
            rest.extend(plan.steps.get(number).map_or(&[][..], |step| &step.children));
        }
    }
    let stored: HashSet<&Digest> = reached.into_iter().filter_map(digest).collect();
    for (digest, _) in sealed.iter().filter_map(|node| node.blob.as_ref()) {
        if !stored.contains(digest) {
            falsified.insert(digest.clone(), None);
        }
    }
    Ok(falsified)
}
