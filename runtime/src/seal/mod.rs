//! Sealing: a fixture is planned, the bytes of its nodes get their digests, and faults after sealing are applied. Code
//! that needs the whole fixture belongs here; how a single node is encoded belongs to `declare`.

pub(crate) mod names;
pub(crate) mod origin;
pub(crate) mod plan;
pub(crate) mod sealing;
pub(crate) mod wire;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{num, panic, thread};

use oci_fixture_grammar::Digest;

use crate::declare::context::Context;
use crate::declare::descriptor;
use crate::declare::encoded::{Body, DATA, Encoded, SealedNode};
use crate::declare::graph::{Edge, NodeKind};
use crate::digest::{DigestAlgorithm, Hasher};
use crate::error::{Error, ErrorKind, Problem, Result};
use crate::io::Recipe;
use crate::json::written;
use crate::seal::names::EntryName;
use crate::seal::origin::Labelled;
use crate::seal::plan::{Plan, Step};
use crate::seal::sealing::Sealing;

/// The place where sealed blobs go.
pub(crate) trait Sink {
    fn put(&mut self, body: &Body<'_>, algorithm: DigestAlgorithm) -> Result<(Digest, u64)>;

    /// Puts several large bodies, and returns what `put` returns for each. A sink that can make them at the same time does.
    fn put_large(&mut self, bodies: &[(&Body<'_>, DigestAlgorithm)]) -> Vec<Result<(Digest, u64)>> {
        bodies.iter().map(|(body, algorithm)| self.put(body, *algorithm)).collect()
    }

    /// Replaces the bytes under a digest that was returned by `put`, or removes them for `None`.
    fn falsify(&mut self, digest: &Digest, bytes: Option<&dyn Recipe>) -> Result<()>;
}

/// Seals all nodes of a plan into the sink.
pub(crate) fn seal<'p>(plan: &'p Plan<'p>, sink: &mut impl Sink) -> Result<Sealing<'p>> {
    let mut sealed: Vec<SealedNode> = Vec::with_capacity(plan.steps.len());
    let mut labels = Vec::new();
    let mut large = put_large_layers(plan, sink);
    for (number, step) in plan.steps.iter().enumerate() {
        let at = |problem: Problem| problem.into_error(plan.place(number));
        let context = plan.context(Some(number), &sealed);
        for (edge, child) in step.node.edges().iter().zip(&step.children) {
            let checked = edge
                .listing
                .descriptor
                .as_ref()
                .map_or(Ok(()), |descriptor| descriptor.check_resolved(&context));
            checked.map_err(|problem| problem.into_error(plan.place(*child)))?;
        }
        check_diff_ids(plan, step, &sealed).map_err(at)?;
        step.node.check_resolved(&context).map_err(at)?;
        let in_place = |error: Error| error.in_place(|| plan.place(number));
        let mut node = match large.remove(&number) {
            Some((layer, put)) => put.and_then(|put| layer.sealed(put)).map_err(in_place)?,
            None => match step.node.encode(&context) {
                Some(encoded) if step.node.is_unchecked_copy() => {
                    encoded.seal_copy(step, sink).map_err(in_place)?
                }
                Some(encoded) => encoded.seal(step.algorithm, sink).map_err(in_place)?,
                None => SealedNode::dangling(step, &context).map_err(at)?,
            },
        };
        if let NodeKind::Copied(copied) = &step.node.kind {
            if !copied.unchecked {
                copied.check_sealed(&node.digest, &node.size).map_err(at)?;
            }
            node.diff_id = copied.diff_id.as_deref().map(Arc::from);
        }
        let diff_id = match &step.node.kind {
            NodeKind::Blob(blob) => Some(blob.diff_id()),
            NodeKind::Dangling(descriptor) => Some(descriptor.declared_diff_id()),
            _ => None,
        };
        if let Some(diff_id) = diff_id {
            node.diff_id = diff_id.resolved(&node.digest, &context);
        }
        if step.embedded {
            let embedded = step.node.encode(&context).map(|encoded| encoded.data());
            node.data = embedded.transpose().map_err(|error| error.in_place(|| plan.place(number)))?;
        }
        if let Some(label) = step.node.label() {
            let edge = Edge::again(&step.edge.node);
            let platform = node.platform.as_ref();
            let descriptor = written(|out| descriptor::write(out, &edge, &node, &[], platform, &context));
            labels.push(Labelled { name: label.to_owned(), descriptor });
        }
        sealed.push(node);
    }
    let context = plan.context(None, &sealed);
    let (mut used, mut names, mut entries) = (Cow::Borrowed(&plan.used_names), Vec::new(), Vec::new());
    let roots = plan.roots.iter().zip(plan.nodes(&sealed)).zip(&plan.names);
    for (edge, ((root, node), planned)) in plan.edges().iter().zip(roots) {
        let at = |problem: Problem| problem.into_error(plan.place(*root));
        if let Some(descriptor) = &edge.listing.descriptor {
            descriptor.check_resolved(&context).map_err(at)?;
        }
        let name = match (planned, &edge.listing.reference) {
            (None, Some(text)) => {
                let name = used.to_mut().add(edge, &context.text(text));
                Some(Cow::Owned(name.map_err(at)?))
            }
            (planned, _) => planned.as_ref().map(Cow::Borrowed),
        };
        if let Some(name) = &name {
            name.check_digest(edge, &node.digest).map_err(at)?;
        }
        if !edge.listing.unlisted {
            let annotations = name.as_deref().map(EntryName::annotations).unwrap_or_default();
            entries.push(written(|out| descriptor::write(out, edge, node, &annotations, None, &context)));
        }
        names.push(name);
    }
    let (index, layout) = plan.fixture.files(entries, &context)?;
    let files = plan.fixture.extra_files().iter().map(|file| file.sealed(&context));
    let files = files.collect::<Result<Vec<_>>>()?;
    let falsified = HashMap::new();
    let mut sealing =
        Sealing { plan, sealed, names, index, layout, files, labels, falsified, wire: HashMap::new() };
    sealing.falsify(sink)?;
    sealing.check_files()?;
    sealing.wire = sealing.wire_faults()?;
    Ok(sealing)
}

/// Refuses a config in a second manifest whose layers have other `diff_id`s than those of the first one, from which the
/// config was made.
fn check_diff_ids(plan: &Plan<'_>, step: &Step<'_>, sealed: &[SealedNode]) -> Result<(), Problem> {
    let (NodeKind::Manifest(_), Some((config, layers))) = (&step.node.kind, step.children.split_last())
    else {
        return Ok(());
    };
    let Some(Step { node, before, .. }) = plan.steps.get(*config) else { return Ok(()) };
    match &node.kind {
        NodeKind::Config(config) if config.is_image() && !config.is_independent() => {}
        _ => return Ok(()),
    }
    let listed = step.node.edges().iter().zip(layers).filter(|(edge, _)| !edge.listing.unlisted);
    let diff_id = |layer: &usize| sealed.get(*layer).and_then(|layer| layer.diff_id.as_ref());
    let (here, first) = (listed.filter_map(|(_, layer)| diff_id(layer)), before.iter().filter_map(diff_id));
    if here.eq(first) {
        return Ok(());
    }
    Err(Problem::new(
        "the config has the `diff_id`s of the layers of its first manifest; give this manifest the same layers, or a config of its own",
    ))
}

/// A layer is large if the bytes of its files are at least so many.
const LARGE: u64 = 1 << 20;

/// Puts the large layers, if there are several, so that a sink can make them at the same time. A layer that mentions other
/// nodes has to wait for these. The order of the errors stays that of the steps.
fn put_large_layers<'p>(
    plan: &'p Plan<'p>,
    sink: &mut impl Sink,
) -> BTreeMap<usize, (Encoded<'p>, Result<(Digest, u64)>)> {
    let large = plan.steps.iter().enumerate().filter(|(_, step)| match &step.node.kind {
        NodeKind::Layer(layer) => layer.is_at_least(LARGE),
        _ => false,
    });
    let numbers: Vec<usize> = large.map(|(number, _)| number).collect();
    if numbers.len() < 2 {
        return BTreeMap::new();
    }
    let steps = numbers.iter().filter_map(|number| Some((*number, plan.steps.get(*number)?)));
    let layers: Vec<_> = steps
        .filter_map(|(number, step)| {
            let encoded = step.node.encode(&plan.context(Some(number), &[]))?;
            Some((number, step.algorithm, encoded))
        })
        .collect();
    let bodies: Vec<_> = layers.iter().map(|(_, algorithm, layer)| (&layer.body, *algorithm)).collect();
    let put = sink.put_large(&bodies);
    layers.into_iter().zip(put).map(|((number, _, layer), put)| (number, (layer, put))).collect()
}

/// Makes something of each item, on as many threads as the machine has processors. The first argument of `make` is the number
/// of the thread. The results are in the order of the items.
pub(crate) fn at_once<I: Sync, T: Send>(items: &[I], make: impl Fn(usize, &I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = |thread: usize| {
        let mut results = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(number) else { return results };
            results.push((number, make(thread, item)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, num::NonZero::get).min(items.len());
    let mut results: Vec<(usize, T)> = thread::scope(|scope| {
        // If the system has no more threads, there are fewer.
        let spawn = |number| thread::Builder::new().spawn_scoped(scope, move || work(number)).ok();
        let others: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut results = work(0);
        for other in others {
            results.extend(other.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        results
    });
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

impl Encoded<'_> {
    fn seal(self, algorithm: DigestAlgorithm, sink: &mut impl Sink) -> Result<SealedNode> {
        let put = sink.put(&self.body, algorithm)?;
        self.sealed(put)
    }

    /// The node whose bytes are put into a sink.
    fn sealed(self, (digest, size): (Digest, u64)) -> Result<SealedNode> {
        if let Body::Layer(tarball) = &self.body {
            tarball.check_repeats(&digest)?;
        }
        let blob = Some((digest.clone(), size));
        let digest: Arc<str> = digest.into();
        let (diff_id, tar_size) = match &self.body {
            Body::Layer(tarball) => match tarball.uncompressed() {
                Some((diff_id, size)) => (Some(diff_id.into()), Some(size)),
                None => (Some(Arc::clone(&digest)), None),
            },
            Body::Document(_) | Body::Content(_) => (None, None),
        };
        Ok(SealedNode {
            media_type: self.media_type,
            digest,
            size: size.to_string(),
            platform: self.platform.map(Cow::into_owned),
            artifact_type: self.artifact_type.map(Cow::into_owned),
            blob,
            diff_id,
            tar_size,
            data: None,
            is_wrong: false,
        })
    }

    /// Seals a blob of another layout under the digest that it has there, whatever its bytes are.
    fn seal_copy(self, step: &Step<'_>, sink: &mut impl Sink) -> Result<SealedNode> {
        let NodeKind::Copied(copied) = &step.node.kind else { return self.seal(step.algorithm, sink) };
        let (made, size) = Measure.put(&self.body, step.algorithm)?;
        let identity = ["mediaType", "digest", "size"].map(|name| copied.member(name).to_owned());
        let [media_type, digest, said_size] = identity;
        let is_wrong = made.as_str() != digest;
        let blob = if is_wrong {
            Digest::parse(&digest).ok().map(|digest| (digest, size))
        } else {
            Some(sink.put(&self.body, step.algorithm)?)
        };
        let (media_type, digest) = (media_type.into(), digest.into());
        Ok(SealedNode { media_type, digest, size: said_size, blob, is_wrong, ..SealedNode::default() })
    }

    /// The bytes that a descriptor embeds as its `data`.
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

impl SealedNode {
    fn dangling<'s>(step: &'s Step<'s>, context: &Context<'s>) -> Result<Self, Problem> {
        let [media_type, digest, size] = match &step.node.kind {
            NodeKind::Dangling(descriptor) => descriptor.identity(context)?,
            NodeKind::Copied(copied) => {
                ["mediaType", "digest", "size"].map(|name| copied.member(name).to_owned())
            }
            _ => Default::default(),
        };
        Ok(Self { media_type: media_type.into(), digest: digest.into(), size, ..Self::default() })
    }
}

/// A sink that only hashes, for archives, which need all digests before they write.
#[derive(Default)]
pub(crate) struct Measure;

impl Sink for Measure {
    fn put(&mut self, body: &Body<'_>, algorithm: DigestAlgorithm) -> Result<(Digest, u64)> {
        let mut hashed = Hasher::new(algorithm);
        body.write_to(&mut hashed).map_err(Error::recipe)?;
        Ok(hashed.finish())
    }

    fn put_large(&mut self, bodies: &[(&Body<'_>, DigestAlgorithm)]) -> Vec<Result<(Digest, u64)>> {
        at_once(bodies, |_, (body, algorithm)| Self.put(body, *algorithm))
    }

    fn falsify(&mut self, _: &Digest, _: Option<&dyn Recipe>) -> Result<()> {
        Ok(())
    }
}

/// Keeps the bytes that a descriptor may embed, and refuses more than the limit.
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
