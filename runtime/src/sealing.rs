//! A sealing: the nodes of a plan with their digests, whose bytes can be made once more.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use oci_fixture_grammar::Digest;

use crate::context::Context;
use crate::declaration::{Declaration, Labelled, Lies};
use crate::declared::Kind;
use crate::descriptor;
use crate::digest::Hashed;
use crate::error::{Error, Result};
use crate::fault::{Fault, Faulty};
use crate::names::Name;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::seal::{Body, Sealed, Sink};
use crate::store::{LAYOUT, index_json};

/// What sealing a plan gives.
pub(crate) struct Sealing<'p> {
    pub(crate) plan: &'p Plan<'p>,
    /// The nodes, by their steps.
    pub(crate) sealed: Vec<Sealed>,
    /// The names of the entries of index.json.
    pub(crate) names: Vec<Option<Name>>,
    pub(crate) index: Index,
    /// The bytes of oci-layout, where there is one.
    pub(crate) layout: Option<Vec<u8>>,
    pub(crate) labels: Vec<Labelled>,
    /// What the faults have made of it.
    pub(crate) lies: HashMap<Digest, Lie>,
}

/// What index.json is to be.
pub(crate) enum Index {
    /// These entries, beside others that are there.
    Entries(Vec<Vec<u8>>),
    /// These bytes, and nothing else.
    Whole(Vec<u8>),
}

/// What is stored under a digest that has other bytes.
#[derive(Clone, Copy)]
pub(crate) enum Lie {
    Nothing,
    /// The bytes of a step with its faults, and how many they are.
    Faulty(usize, u64),
}

/// A blob that is to be stored: of which step, under which digest, and how many bytes.
pub(crate) struct Stored<'s> {
    pub(crate) step: usize,
    pub(crate) digest: &'s Digest,
    pub(crate) size: u64,
}

impl Sealing<'_> {
    /// What there is to store; nodes of the same bytes are there more than once.
    pub(crate) fn stored(&self) -> impl Iterator<Item = Stored<'_>> {
        self.sealed.iter().enumerate().filter_map(|(step, node)| {
            let (digest, size) = node.blob.as_ref()?;
            match self.lies.get(digest) {
                None => Some(Stored { step, digest, size: *size }),
                Some(Lie::Faulty(step, size)) => Some(Stored { step: *step, digest, size: *size }),
                Some(Lie::Nothing) => None,
            }
        })
    }

    /// The bytes that are stored of a node, once more.
    pub(crate) fn recipe(&self, stored: &Stored<'_>) -> Option<Box<dyn Recipe + '_>> {
        match self.lies.get(stored.digest) {
            None => Some(Box::new(self.body(stored.step)?)),
            Some(_) => Some(Box::new(self.faulty(stored.step)?.ok()?)),
        }
    }

    /// The bytes of a node, as they were sealed; nothing for one that dangles.
    pub(crate) fn body(&self, step: usize) -> Option<Body<'_>> {
        let context = self.context(step)?;
        Some(match context.step?.node.encode(&context)?.body {
            Body::Layer(tarball) => Body::Layer(tarball.untapped()),
            body => body,
        })
    }

    /// The bytes of a node with its faults.
    fn faulty(&self, step: usize) -> Option<Result<Faulty<'_>, Problem>> {
        let context = self.context(step)?;
        let (body, (_, size)) = (self.body(step)?, self.sealed.get(step)?.blob.as_ref()?);
        Some(Faulty::new(body, *size, &context.step?.node.faults, &context))
    }

    fn context(&self, step: usize) -> Option<Context<'_>> {
        let step = self.plan.steps.get(step)?;
        Some(Context { plan: self.plan, sealed: &self.sealed, step: Some(step) })
    }

    /// Makes the sink keep what the faults leave.
    pub(crate) fn falsify(&mut self, sink: &mut impl Sink) -> Result<()> {
        for (digest, step) in lies(self.plan, &self.sealed)? {
            let lie = match step.and_then(|step| Some((step, self.faulty(step)?))) {
                None => {
                    sink.falsify(&digest, None)?;
                    Lie::Nothing
                }
                Some((step, faulty)) => {
                    let at = |problem: Problem| problem.into_error(self.plan.place(step));
                    let faulty = faulty.map_err(at)?;
                    let mut made = Hashed::default();
                    let in_place = |error: Error| error.in_place(|| self.plan.place(step));
                    faulty.write_to(&mut made).map_err(Error::recipe).map_err(in_place)?;
                    if made.finish().0 == digest {
                        let problem =
                            "the faults leave its bytes as they were, so they change nothing; remove them";
                        return Err(at(Problem::new(problem)));
                    }
                    sink.falsify(&digest, Some(&faulty)).map_err(in_place)?;
                    Lie::Faulty(step, faulty.size())
                }
            };
            self.lies.insert(digest, lie);
        }
        Ok(())
    }

    /// The index.json of a layout of its own.
    pub(crate) fn index_json(&self) -> Vec<u8> {
        match &self.index {
            Index::Entries(entries) => index_json::fresh(entries),
            Index::Whole(bytes) => bytes.clone(),
        }
    }

    /// Whether it can be added to a layout that is there.
    pub(crate) fn can_be_added(&self) -> bool {
        matches!(self.index, Index::Entries(_)) && self.layout.as_deref() == Some(LAYOUT)
    }

    /// What a layout knows of the fixture that it was made of.
    pub(crate) fn into_declaration(self) -> Declaration {
        let lies = self.lies();
        let layers =
            self.plan.steps.iter().zip(self.sealed).filter_map(|(step, node)| match &step.node.kind {
                // Of two of the same bytes, the one that tells its entries.
                Kind::Layer(layer) if layer.entries().is_some() => {
                    Some((node.blob?.0, Arc::clone(&step.edge.node)))
                }
                _ => None,
            });
        Declaration { labels: self.labels, layers: layers.collect(), lies }
    }

    /// What was declared that is not so, and where a reader comes across it.
    fn lies(&self) -> Lies {
        let mut lies = Lies { fixture: self.plan.fixture.lies(), ..Lies::default() };
        for number in 0..self.plan.steps.len() {
            self.add_lies(Some(number), &mut lies);
        }
        self.add_lies(None, &mut lies);
        lies
    }

    /// Those of what a step lists, or index.json.
    fn add_lies(&self, parent: Option<usize>, lies: &mut Lies) {
        let step = parent.and_then(|parent| self.plan.steps.get(parent));
        let context = Context { plan: self.plan, sealed: &self.sealed, step };
        let (edges, children) = match step {
            Some(step) => (step.node.edges(), &step.children),
            None => (self.plan.edges(), &self.plan.roots),
        };
        for (position, (edge, child)) in edges.iter().zip(children).enumerate() {
            let Some(node) = self.sealed.get(*child) else { continue };
            let mut said = edge.lies(node.platform.as_ref());
            said.extend(edge.node.lies());
            if said.is_empty() {
                continue;
            }
            let name = self.names.get(position).and_then(Option::as_ref).filter(|_| step.is_none());
            let annotations = name.map(Name::annotations).unwrap_or_default();
            let in_index = step.is_some_and(|step| matches!(step.node.kind, Kind::Index(_)));
            let platform = node.platform.as_ref().filter(|_| in_index);
            let descriptor = descriptor::json(edge, node, annotations, platform, &context).to_vec();
            if edge.unlisted {
                let parent = parent.and_then(|parent| self.sealed.get(parent)?.blob.as_ref());
                let parent = parent.map(|(digest, _)| digest.clone());
                lies.unlisted.entry(parent).or_default().push(descriptor.clone());
            }
            lies.of_descriptors.insert(descriptor, said);
        }
    }
}

/// The digests under which something else is stored than what they are of: the bytes of a step with its faults, or
/// nothing.
fn lies(plan: &Plan<'_>, sealed: &[Sealed]) -> Result<BTreeMap<Digest, Option<usize>>> {
    let mut lies: BTreeMap<Digest, Option<usize>> = BTreeMap::new();
    let mut first: HashMap<&Digest, usize> = HashMap::new();
    let digest = |step: usize| sealed.get(step).and_then(|node| Some(&node.blob.as_ref()?.0));
    for (number, step) in plan.steps.iter().enumerate().filter(|(_, step)| !step.node.faults.is_empty()) {
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
                lies.insert(digest.clone(), (!missing).then_some(number));
            }
        }
    }
    if lies.values().all(Option::is_some) {
        return Ok(lies);
    }
    // What only a missing node lists is not there either.
    let mut reached = HashSet::new();
    let mut rest = plan.roots.clone();
    while let Some(number) = rest.pop() {
        let missing = digest(number).is_some_and(|digest| lies.get(digest) == Some(&None));
        if !missing && reached.insert(number) {
            rest.extend(plan.steps.get(number).map_or(&[][..], |step| &step.children));
        }
    }
    let stored: HashSet<&Digest> = reached.into_iter().filter_map(digest).collect();
    for (digest, _) in sealed.iter().filter_map(|node| node.blob.as_ref()) {
        if !stored.contains(digest) {
            lies.insert(digest.clone(), None);
        }
    }
    Ok(lies)
}
