//! Sealing: a node's bytes get their digest, and go to the store.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use oci_fixture_grammar::{Digest, Platform};

use crate::content::Content;
use crate::context::Context;
use crate::declaration::Labelled;
use crate::declared::{Edge, Kind};
use crate::descriptor;
use crate::digest::Hashed;
use crate::error::{Error, ErrorKind, Result};
use crate::layer::Tarball;
use crate::names::{Name, Names};
use crate::plan::{Plan, Step};
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::sealing::Sealing;

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
