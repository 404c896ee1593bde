//! Sealing: a node's bytes get their digest, and go to the store.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use oci_fixture_grammar::{Digest, Platform};

use crate::content::Content;
use crate::declaration::{Declaration, Labelled, Lies};
use crate::declared::{Edge, Kind};
use crate::descriptor;
use crate::digest::Hashed;
use crate::error::{Error, ErrorKind, Result};
use crate::fault::{Fault, Faulty};
use crate::json::Json;
use crate::layer::Tarball;
use crate::manifest;
use crate::names::{Name, Names};
use crate::plan::{Plan, Step};
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::store::{LAYOUT, index_json};
use crate::text::{Property, Text};
use crate::value::Value;

/// A descriptor may embed blobs of up to this many bytes.
pub(crate) const DATA: usize = 1024 * 1024;

/// A node's bytes, before they have a digest.
pub(crate) struct Encoded<'n> {
    pub(crate) media_type: Cow<'n, str>,
    pub(crate) body: Body<'n>,
    pub(crate) platform: Option<Cow<'n, Platform>>,
    pub(crate) artifact_type: Option<Cow<'n, str>>,
}

/// The bytes of a node: a document as such, anything that may be large as a recipe.
pub(crate) enum Body<'n> {
    Document(Vec<u8>),
    Layer(Tarball<'n>),
    Content(&'n Content),
}

impl Recipe for Body<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Document(bytes) => bytes.write_to(out),
            Self::Layer(tarball) => tarball.write_to(out),
            Self::Content(content) => content.write_to(out),
        }
    }

    fn size(&self) -> io::Result<u64> {
        match self {
            Self::Document(bytes) => Ok(bytes.len() as u64),
            Self::Layer(tarball) => tarball.size(),
            Self::Content(content) => content.size(),
        }
    }
}

/// A node with its digest.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) media_type: String,
    pub(crate) digest: String,
    /// The number of bytes, in digits.
    pub(crate) size: String,
    pub(crate) platform: Option<Platform>,
    pub(crate) artifact_type: Option<String>,
    /// What is stored of it: under which digest, and how many bytes; nothing where it dangles.
    pub(crate) blob: Option<(Digest, u64)>,
    /// The digest of a layer's uncompressed tar.
    pub(crate) diff_id: Option<String>,
    /// The size of that tar, in bytes, where it is not that of the blob.
    pub(crate) tar_size: Option<u64>,
    /// The bytes, where a parent embeds them.
    pub(crate) data: Option<Vec<u8>>,
}

/// Where sealed blobs go: it hashes what the body makes, and keeps it under its digest.
pub(crate) trait Sink {
    fn put(&mut self, body: &Body<'_>) -> Result<(Digest, u64)>;

    /// Keeps other bytes under a digest that it was given bytes for; or nothing.
    fn falsify(&mut self, digest: &Digest, bytes: Option<&dyn Recipe>) -> Result<()>;
}

/// What a node can refer to when it is encoded: the nodes that are sealed.
pub(crate) struct Context<'s> {
    plan: &'s Plan<'s>,
    sealed: &'s [Sealed],
    /// Nothing for index.json.
    step: Option<&'s Step<'s>>,
}

impl<'s> Context<'s> {
    /// The nodes that it lists, and how.
    pub(crate) fn children(&self) -> impl Iterator<Item = (&'s Edge, &'s Sealed)> + use<'s> {
        let sealed = self.sealed;
        let (edges, steps) = match self.step {
            Some(step) => (step.node.edges(), step.children.as_slice()),
            None => (self.plan.edges(), self.plan.roots.as_slice()),
        };
        let listed = edges.iter().zip(steps).filter(|(edge, _)| !edge.unlisted);
        listed.filter_map(|(edge, step)| Some((edge, sealed.get(*step)?)))
    }

    /// A config's manifest.
    pub(crate) fn manifest(&self) -> Option<&'s manifest::Parts> {
        self.step?.manifest
    }

    /// The nodes that the parent lists before this one.
    pub(crate) fn before(&self) -> impl Iterator<Item = &'s Sealed> + use<'s> {
        let (sealed, before) = (self.sealed, self.step.map_or(&[][..], |step| &step.before));
        before.iter().filter_map(|step| sealed.get(*step))
    }

    /// Whether the node's media types are Docker's.
    pub(crate) fn is_docker(&self) -> bool {
        self.step.is_some_and(|step| step.docker)
    }

    /// The node, if it is sealed.
    pub(crate) fn sealed(&self, edge: &Edge) -> Option<&'s Sealed> {
        self.sealed.get(self.plan.step_of(edge)?)
    }

    /// The text, with what it says of nodes.
    pub(crate) fn text(&self, text: &'s Text) -> Cow<'s, str> {
        text.resolve(|node, property| {
            let Some(node) = self.sealed(node) else { return Cow::Borrowed("") };
            match property {
                Property::Digest => Cow::Borrowed(&node.digest),
                Property::Hex => Cow::Borrowed(node.digest.split_once(':').map_or("", |(_, hex)| hex)),
                Property::Size => Cow::Borrowed(&node.size),
            }
        })
    }

    /// The value, with what it says of nodes.
    pub(crate) fn json(&self, value: &'s Value) -> Json<'s> {
        value.json(&|text| self.text(text))
    }

    /// The texts as a list; nothing where there are none.
    pub(crate) fn list(&self, texts: &'s [Text]) -> Option<Json<'s>> {
        Json::List(texts.iter().map(|text| Json::Text(self.text(text))).collect()).unless_empty()
    }

    /// The text; nothing where there is none, or an empty one.
    pub(crate) fn optional(&self, text: Option<&'s Text>) -> Option<Json<'s>> {
        Json::Text(self.text(text?)).unless_empty()
    }
}

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
    labels: Vec<Labelled>,
    lies: HashMap<Digest, Lie>,
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
enum Lie {
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
    fn falsify(&mut self, sink: &mut impl Sink) -> Result<()> {
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

/// Seals all nodes of a plan into the sink.
pub(crate) fn seal<'p>(plan: &'p Plan<'p>, sink: &mut impl Sink) -> Result<Sealing<'p>> {
    let mut sealed: Vec<Sealed> = Vec::with_capacity(plan.steps.len());
    let mut labels = Vec::new();
    for (number, step) in plan.steps.iter().enumerate() {
        let at = |problem: Problem| problem.into_error(plan.place(number));
        let context = Context { plan, sealed: &sealed, step: Some(step) };
        for (edge, child) in step.node.edges().iter().zip(&step.children) {
            let checked =
                edge.descriptor.as_ref().map_or(Ok(()), |descriptor| descriptor.check_size(&context));
            checked.map_err(|problem| problem.into_error(plan.place(*child)))?;
        }
        let mut node = match step.node.encode(&context) {
            Some(encoded) => encoded.seal(sink).map_err(|error| error.in_place(|| plan.place(number)))?,
            None => Sealed::dangling(step, &context).map_err(at)?,
        };
        if let Kind::Blob(blob) = &step.node.kind {
            node.diff_id = blob.diff_id().map(|diff_id| context.text(diff_id).into_owned());
        }
        if step.embedded {
            let embedded = step.node.encode(&context).map(|encoded| encoded.data());
            node.data = embedded.transpose().map_err(|error| error.in_place(|| plan.place(number)))?;
        }
        if let Some(label) = step.node.label() {
            let edge = Edge::again(&step.edge.node);
            let descriptor = descriptor::json(&edge, &node, Vec::new(), node.platform.as_ref(), &context);
            labels.push(Labelled { name: label.to_owned(), descriptor: descriptor.to_vec() });
        }
        sealed.push(node);
    }
    let context = Context { plan, sealed: &sealed, step: None };
    let (mut known, mut names, mut entries) = (Names::default(), Vec::new(), Vec::new());
    for ((edge, node), root) in plan.edges().iter().zip(plan.nodes(&sealed)).zip(&plan.roots) {
        let at = |problem: Problem| problem.into_error(plan.place(*root));
        if let Some(descriptor) = &edge.descriptor {
            descriptor.check_size(&context).map_err(at)?;
        }
        let name = edge.reference.as_ref().map(|text| known.name(edge, &context.text(text), &node.digest));
        let name = name.transpose().map_err(at)?;
        if !edge.unlisted {
            let annotations = name.as_ref().map(Name::annotations).unwrap_or_default();
            entries.push(descriptor::json(edge, node, annotations, None, &context));
        }
        names.push(name);
    }
    let (index, layout) = plan.fixture.files(entries, &context)?;
    let lies = HashMap::new();
    let mut sealing = Sealing { plan, sealed, names, index, layout, labels, lies };
    sealing.falsify(sink)?;
    Ok(sealing)
}

impl Encoded<'_> {
    fn seal(self, sink: &mut impl Sink) -> Result<Sealed> {
        let (digest, size) = sink.put(&self.body)?;
        let blob = Some((digest.clone(), size));
        let digest = digest.to_string();
        let (diff_id, tar_size) = match &self.body {
            Body::Layer(tarball) => match tarball.uncompressed() {
                Some((diff_id, size)) => (Some(diff_id.to_string()), Some(size)),
                None => (Some(digest.clone()), None),
            },
            Body::Document(_) | Body::Content(_) => (None, None),
        };
        Ok(Sealed {
            media_type: self.media_type.into_owned(),
            digest,
            size: size.to_string(),
            platform: self.platform.map(Cow::into_owned),
            artifact_type: self.artifact_type.map(Cow::into_owned),
            blob,
            diff_id,
            tar_size,
            data: None,
        })
    }

    /// The bytes, to be embedded in a descriptor.
    fn data(&self) -> Result<Vec<u8>> {
        let mut data = Limited { bytes: Vec::new(), full: false };
        match self.body.write_to(&mut data) {
            Ok(()) => Ok(data.bytes),
            Err(_) if data.full => {
                let problem = "it has more than 1 MiB, which is too large for `data`; remove that";
                Err(Error::new(ErrorKind::Declaration, "", problem))
            }
            Err(error) => Err(Error::recipe(error)),
        }
    }
}

impl Sealed {
    fn dangling<'s>(step: &'s Step<'s>, context: &Context<'s>) -> Result<Self, Problem> {
        let [media_type, digest, size] = match &step.node.kind {
            Kind::Dangling(descriptor) => descriptor.identity(context)?,
            _ => Default::default(),
        };
        Ok(Self {
            media_type,
            digest,
            size,
            platform: None,
            artifact_type: None,
            blob: None,
            diff_id: None,
            tar_size: None,
            data: None,
        })
    }
}

/// A sink that keeps nothing: for what must know all digests before it writes.
#[derive(Default)]
pub(crate) struct Measure;

impl Sink for Measure {
    fn put(&mut self, body: &Body<'_>) -> Result<(Digest, u64)> {
        let mut hashed = Hashed::default();
        body.write_to(&mut hashed).map_err(Error::recipe)?;
        Ok(hashed.finish())
    }

    fn falsify(&mut self, _: &Digest, _: Option<&dyn Recipe>) -> Result<()> {
        Ok(())
    }
}

/// Takes what a descriptor may embed, and no more.
struct Limited {
    bytes: Vec<u8>,
    full: bool,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > DATA {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
