//! Sealing: a node's bytes get their digest, and go to the store.

use std::borrow::Cow;
use std::io::{self, Write};

use oci_fixture_grammar::{Digest, Platform};

use crate::content::Content;
use crate::declared::{Edge, Kind};
use crate::descriptor;
use crate::error::{Error, ErrorKind, Result};
use crate::json::Json;
use crate::layer::Tarball;
use crate::manifest;
use crate::names::Names;
use crate::plan::{Plan, Step};
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::text::{Property, Text};

/// A descriptor may embed blobs of up to this many bytes.
const DATA: usize = 1024 * 1024;

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
    /// The digest of a layer's uncompressed tar.
    pub(crate) diff_id: Option<String>,
    /// The bytes, where a parent embeds them.
    pub(crate) data: Option<Vec<u8>>,
}

/// Where sealed blobs go: it hashes what the recipe makes, and keeps it under its digest.
pub(crate) trait Sink {
    fn put(&mut self, recipe: &dyn Recipe) -> Result<(Digest, u64)>;
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
            None => (self.plan.edges, self.plan.roots.as_slice()),
        };
        edges.iter().zip(steps).filter_map(|(edge, step)| Some((edge, sealed.get(*step)?)))
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
pub(crate) struct Sealing {
    /// The entries of index.json.
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) labels: Vec<Labelled>,
}

/// A label, with a descriptor of its node.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    pub(crate) name: String,
    pub(crate) descriptor: Vec<u8>,
}

/// Seals all nodes of a plan into the sink.
pub(crate) fn seal(plan: &Plan<'_>, sink: &mut impl Sink) -> Result<Sealing> {
    let mut sealed: Vec<Sealed> = Vec::with_capacity(plan.steps.len());
    let mut labels = Vec::new();
    for (number, step) in plan.steps.iter().enumerate() {
        let context = Context { plan, sealed: &sealed, step: Some(step) };
        let mut node = match step.node.encode(&context) {
            Some(encoded) => encoded.seal(sink).map_err(|error| error.in_place(|| plan.place(number)))?,
            None => {
                Sealed::dangling(step, &context).map_err(|problem| problem.into_error(plan.place(number)))?
            }
        };
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
    let mut names = Names::default();
    let mut entries = Vec::with_capacity(plan.roots.len());
    for ((edge, node), root) in context.children().zip(&plan.roots) {
        let annotations = annotations(edge, node, &mut names, &context);
        let annotations = annotations.map_err(|problem| problem.into_error(plan.place(*root)))?;
        entries.push(descriptor::json(edge, node, annotations, None, &context).to_vec());
    }
    Ok(Sealing { entries, labels })
}

/// The annotations by which containerd and the image specification name an entry of index.json.
fn annotations<'s>(
    edge: &'s Edge,
    node: &Sealed,
    names: &mut Names,
    context: &Context<'s>,
) -> Result<Vec<(&'static str, String)>, Problem> {
    let Some(text) = &edge.reference else { return Ok(Vec::new()) };
    let reference = names.add(&context.text(text))?;
    if let Some(digest) = reference.digest().filter(|digest| digest.as_str() != node.digest) {
        return Err(Problem::new(format!(
            "the reference has the digest `{digest}`, but the node's is `{}`; write that, or none",
            node.digest
        )));
    }
    let mut annotations = vec![("io.containerd.image.name", reference.to_string())];
    annotations.extend(reference.tag().map(|tag| ("org.opencontainers.image.ref.name", tag.to_owned())));
    Ok(annotations)
}

impl Encoded<'_> {
    fn seal(self, sink: &mut impl Sink) -> Result<Sealed> {
        let (digest, size) = sink.put(&self.body)?;
        let digest = digest.to_string();
        let diff_id = match &self.body {
            Body::Layer(tarball) => Some(tarball.diff_id().unwrap_or_else(|| digest.clone())),
            Body::Document(_) | Body::Content(_) => None,
        };
        Ok(Sealed {
            media_type: self.media_type.into_owned(),
            digest,
            size: size.to_string(),
            platform: self.platform.map(Cow::into_owned),
            artifact_type: self.artifact_type.map(Cow::into_owned),
            diff_id,
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
        Ok(Self { media_type, digest, size, platform: None, artifact_type: None, diff_id: None, data: None })
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
