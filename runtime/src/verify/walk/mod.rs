//! The walk: from index.json to every blob to which something refers, and then to all other blobs.
//!
//! It joins facts of blobs with the claims of descriptors: it decides which blobs are read, in which roles and when,
//! remembers as much of them as [`Limits`] allow, and gives findings their places and their order.

mod blobs;
mod descriptors;
mod documents;
mod files;
mod findings;
mod visit;

use std::collections::{BTreeMap, HashMap};

use oci_fixture_grammar::Digest;

use self::blobs::KnownBlobs;
use self::findings::FoundSoFar;
use self::visit::Visit;
use super::excerpt::{of_bytes, of_error};
use super::facts::{BlobFacts, Problems};
use super::kind::FindingKind;
use super::limits::Limits;
use crate::digest;
use crate::error::Result;
use crate::image_layout::{BLOBS, blob_name};
use crate::store::{BlobsFound, Found, Name, Store};

/// The largest number of bytes of documents that are held at a time, in multiples of the largest document.
const HELD: u64 = 4;

/// A walk through the layout, depth first.
pub(super) struct Verifier<'w, S> {
    store: &'w S,
    limits: &'w Limits,
    pub(super) findings: FoundSoFar,
    blobs: KnownBlobs,
    /// The names of entries of index.json, and the places of these entries.
    names: HashMap<String, String>,
    spent: Spent,
}

/// The amounts that were already used of the limits that apply to all blobs together.
#[derive(Default)]
struct Spent {
    /// The number of visited descriptors.
    descriptors: u64,
    /// The number of bytes of documents that were read.
    documents: u64,
    /// The number of paths that are remembered of layers.
    links: usize,
}

impl<'w, S: Store> Verifier<'w, S> {
    pub(super) fn new(store: &'w S, limits: &'w Limits) -> Self {
        Self {
            store,
            limits,
            findings: FoundSoFar::new(limits.findings),
            blobs: KnownBlobs::default(),
            names: HashMap::new(),
            spent: Spent::default(),
        }
    }

    pub(super) fn run(&mut self) {
        self.oci_layout();
        let mut visits: Vec<Visit> = self.index_json().into_iter().collect();
        while let Some(visit) = visits.last_mut()
            && !self.has_ended()
        {
            if !self.hold(visit) {
                visits.pop();
                continue;
            }
            match visit.next() {
                None => drop(visits.pop()),
                Some(next) => {
                    let below = visits.last_mut().and_then(|visit| self.visit(visit, next));
                    visits.pop_if(|visit| visit.is_done());
                    visits.extend(below);
                    self.release(&mut visits);
                }
            }
        }
        if !self.has_ended() {
            self.directory_of_blobs();
        }
    }

    /// Whether nothing more is read, because a limit for all blobs together is exceeded.
    fn has_ended(&self) -> bool {
        self.spent.descriptors > self.limits.descriptors
            || self.spent.documents > self.limits.documents
            || self.findings.is_full()
    }

    /// An empty list for the problems of one blob, with room for as many as are still taken.
    fn problems(&self) -> Problems {
        Problems::within(self.findings.room())
    }

    /// Adds the problems of a blob.
    fn report(&mut self, place: &str, problems: Problems) {
        for (place, kind) in problems.at(place) {
            self.findings.add(place, kind);
        }
    }

    /// Reads the document of a visit again, if it was dropped.
    fn hold(&mut self, visit: &mut Visit) -> bool {
        if visit.text().is_some() {
            return true;
        }
        let name = visit.digest.as_ref().map_or(Name::Index, Name::Blob);
        let found = self.store.look(name);
        let Ok(Found::File { reader, .. }) = found else { return false };
        let Some(bytes) = self.read(&visit.place, reader) else { return false };
        let Ok(text) = String::from_utf8(bytes) else { return false };
        visit.restore(text);
        true
    }

    /// Drops the documents that are needed last, if all held documents together are too large.
    fn release(&self, visits: &mut [Visit]) {
        let most = usize::try_from(self.limits.document.saturating_mul(HELD)).unwrap_or(usize::MAX);
        let mut held: usize = visits.iter().map(Visit::held).sum();
        for visit in visits {
            if held <= most {
                break;
            }
            held -= visit.held();
            visit.release();
        }
    }

    /// Judges the directory `blobs`, the names in it, and the blobs to which nothing refers.
    fn directory_of_blobs(&mut self) {
        let problem = match self.store.blobs() {
            Ok(BlobsFound::Directory) => {
                self.names_of_blobs();
                return self.unreferenced();
            }
            Ok(BlobsFound::Nothing) => FindingKind::BlobsMissing { linked: false },
            Ok(BlobsFound::ArchivedLink) => FindingKind::BlobsMissing { linked: true },
            Ok(BlobsFound::Outside) => FindingKind::Symlink { outside: true },
            Err(error) => FindingKind::Unreadable { problem: of_error(&error) },
        };
        self.findings.add(BLOBS, problem);
    }

    fn names_of_blobs(&mut self) {
        let mut names = Sorted::new(self.findings.room());
        let listed = self.store.each_name(&mut |name, is_directory| {
            if !is_name_of_blobs(name, is_directory) {
                names.insert(name.to_vec(), ());
            }
        });
        for (name, ()) in names.into_iter() {
            self.findings.add(BLOBS, FindingKind::BlobName { name: of_bytes(&name) });
        }
        self.unlisted(listed);
    }

    /// Judges the blobs to which nothing refers, in order: each must be a file with its digest, but its content is not
    /// judged. The note that nothing refers to a blob is added only if all descriptors of the layout could be read.
    fn unreferenced(&mut self) {
        let mut unreferenced = Sorted::new(self.findings.room());
        let listed = self.store.each_digest(&mut |digest| {
            if self.blobs.get(&digest).is_some() {
                return;
            }
            let found = self.store.look(Name::Blob(&digest));
            let mut kinds = BlobFacts::read(found, &digest, self.limits).problems(&digest, None);
            kinds.extend(self.blobs.is_complete.then_some(FindingKind::Unreferenced));
            if !kinds.is_empty() {
                unreferenced.insert(digest, kinds);
            }
        });
        for (digest, kinds) in unreferenced.into_iter() {
            for kind in kinds {
                self.findings.add(blob_name(&digest), kind);
            }
        }
        self.unlisted(listed);
    }

    fn unlisted(&mut self, listed: Result<()>) {
        if let Err(error) = listed {
            self.findings.add(BLOBS, FindingKind::Unreadable { problem: of_error(&error) });
        }
    }
}

/// The first items in the order of their keys, up to a number.
struct Sorted<K, V> {
    first: BTreeMap<K, V>,
    most: usize,
}

impl<K: Ord, V> Sorted<K, V> {
    fn new(most: usize) -> Self {
        Self { first: BTreeMap::new(), most }
    }

    fn insert(&mut self, key: K, value: V) {
        self.first.insert(key, value);
        if self.first.len() > self.most {
            self.first.pop_last();
        }
    }

    fn into_iter(self) -> impl Iterator<Item = (K, V)> {
        self.first.into_iter()
    }
}

/// Whether a path below `blobs` is that of an algorithm's directory, or that of a blob.
fn is_name_of_blobs(name: &[u8], is_directory: bool) -> bool {
    let Ok(name) = str::from_utf8(name) else { return false };
    match name.split_once('/') {
        None => is_directory && digest::is_algorithm(name),
        // The name of the directory is judged on its own.
        Some((algorithm, _)) if !digest::is_algorithm(algorithm) => true,
        Some((algorithm, encoded)) => {
            let digest = format!("{algorithm}:{encoded}");
            Digest::parse(&digest).is_ok() || digest::is_of_unknown_algorithm(&digest)
        }
    }
}
