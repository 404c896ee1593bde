//! The way through a layout: every document, and every blob that one refers to.

mod descriptors;
mod documents;
mod files;

use std::collections::{BTreeSet, HashMap, HashSet};

use oci_fixture_grammar::Digest;

use super::blobs::Blobs;
use super::excerpt::of_error;
use super::findings::Findings;
use super::frame::Frame;
use super::kind::FindingKind;
use super::limits::Limits;
use crate::store::{Found, Name, Store, blob_name};

/// Documents that are held at a time, in multiples of the largest.
const HELD: u64 = 4;

/// A walk that finds what is wrong, depth first.
pub(super) struct Verifier<'v, S> {
    store: &'v S,
    limits: &'v Limits,
    pub(super) findings: Findings,
    blobs: Blobs,
    /// The names of index.json, and the places of their entries.
    names: HashMap<String, String>,
    /// Blobs that are not of a media type that a descriptor says: no more than there are findings.
    mistaken: HashSet<(Digest, String)>,
    /// Descriptors that were visited.
    descriptors: u64,
    /// Bytes of documents that were read.
    documents: u64,
    /// Paths that are remembered of layers.
    remembered: usize,
    /// Something was not looked into that may refer to blobs.
    blind: bool,
    /// A limit was passed of all together.
    ended: bool,
}

impl<'v, S: Store> Verifier<'v, S> {
    pub(super) fn new(store: &'v S, limits: &'v Limits) -> Self {
        Self {
            store,
            limits,
            findings: Findings::new(limits.findings),
            blobs: Blobs::default(),
            names: HashMap::new(),
            mistaken: HashSet::new(),
            descriptors: 0,
            documents: 0,
            remembered: 0,
            blind: false,
            ended: false,
        }
    }

    pub(super) fn run(&mut self) {
        self.oci_layout();
        let mut frames: Vec<Frame> = self.index_json().into_iter().collect();
        while let Some(frame) = frames.last_mut()
            && !self.ended
            && !self.findings.is_full()
        {
            if !self.hold(frame) {
                frames.pop();
                continue;
            }
            match frame.next() {
                None => drop(frames.pop()),
                Some(next) => {
                    let visited = frames.last_mut().and_then(|frame| self.visit(frame, next));
                    frames.pop_if(|frame| frame.is_done());
                    frames.extend(visited);
                    self.release(&mut frames);
                }
            }
        }
        self.unreferenced();
    }

    /// Reads the document of a frame again where it was let go of.
    fn hold(&mut self, frame: &mut Frame) -> bool {
        if frame.text().is_some() {
            return true;
        }
        let name = frame.digest.as_ref().map_or(Name::Index, Name::Blob);
        let found = self.store.look(name);
        let Ok(Found::File { reader, .. }) = found else { return false };
        let Some(bytes) = self.read(&frame.place, reader) else { return false };
        let Ok(text) = String::from_utf8(bytes) else { return false };
        frame.restore(text);
        true
    }

    /// Lets go of the documents that come again last, where they are too large together.
    fn release(&self, frames: &mut [Frame]) {
        let most = usize::try_from(self.limits.document.saturating_mul(HELD)).unwrap_or(usize::MAX);
        let mut held: usize = frames.iter().map(Frame::held).sum();
        for frame in frames {
            if held <= most {
                break;
            }
            held -= frame.held();
            frame.release();
        }
    }

    /// Blobs that nothing refers to, sorted; nothing where it is not known what was referred to.
    fn unreferenced(&mut self) {
        if self.blind || self.ended || self.findings.is_full() {
            return;
        }
        let room = self.findings.room();
        let mut unreferenced = BTreeSet::new();
        let listed = self.store.each_digest(&mut |digest| {
            if !self.blobs.knows(&digest) {
                unreferenced.insert(digest);
                if unreferenced.len() > room {
                    unreferenced.pop_last();
                }
            }
        });
        if let Err(error) = listed {
            self.findings.add("blobs", FindingKind::Unreadable { problem: of_error(&error) });
        }
        for digest in unreferenced {
            self.findings.add(blob_name(&digest), FindingKind::Unreferenced);
        }
    }
}
