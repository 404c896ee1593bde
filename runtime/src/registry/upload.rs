//! Uploads: blobs that a client is sending, piece by piece.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher as _, RandomState};
use std::io::{self, Read, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use oci_fixture_grammar::Digest;

use super::repositories::RepositoryKey;
use crate::digest::Hasher;
use crate::store::spool::{SpoolFile, SpoolWriter, SpooledBytes};

/// The largest number of open uploads. A new one replaces the oldest.
const OPEN: usize = 1_000;
/// How long a request waits for another request of the same upload.
const BUSY: Duration = Duration::from_secs(1);
/// The largest number of bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// The uploads that have begun and have not ended.
#[derive(Debug, Default)]
pub(crate) struct Uploads(Mutex<Sessions>);

#[derive(Debug, Default)]
struct Sessions {
    by_id: HashMap<String, Arc<Session>>,
    /// The number of uploads that were begun.
    begun: u64,
}

/// One upload, which only one request at a time can use.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    key: RepositoryKey,
    number: u64,
    upload: Mutex<Option<Upload>>,
    given_back: Condvar,
}

/// The bytes that were received.
#[derive(Debug)]
pub(crate) struct Upload {
    writer: SpoolWriter,
    hasher: Hasher,
}

/// Why a blob was not received.
pub(crate) enum UploadError {
    /// The client closed the connection, or its body cannot be read.
    Client(io::Error),
    /// The bytes cannot be stored.
    Spool(io::Error),
}

impl Uploads {
    /// Begins an upload to a repository.
    pub(crate) fn begin(&self, key: &RepositoryKey, spool: &Arc<SpoolFile>) -> Arc<Session> {
        let mut sessions = self.lock();
        if sessions.by_id.len() >= OPEN {
            let oldest = sessions.by_id.values().min_by_key(|session| session.number);
            if let Some(id) = oldest.map(|session| session.id.clone()) {
                sessions.by_id.remove(&id);
            }
        }
        sessions.begun += 1;
        let session = Arc::new(Session {
            id: uuid(sessions.begun),
            key: key.clone(),
            number: sessions.begun,
            upload: Mutex::new(Some(Upload::new(spool))),
            given_back: Condvar::new(),
        });
        sessions.by_id.insert(session.id.clone(), Arc::clone(&session));
        session
    }

    /// The upload with this ID in its repository.
    pub(crate) fn get(&self, key: &RepositoryKey, id: &str) -> Option<Arc<Session>> {
        self.lock().by_id.get(id).filter(|session| session.key == *key).cloned()
    }

    /// Ends an upload.
    pub(crate) fn end(&self, session: &Session) {
        self.lock().by_id.remove(&session.id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Sessions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// Takes the upload, until it is [given back](Self::give_back). `None` if another request does not give it back in time.
    pub(crate) fn take(&self) -> Option<Upload> {
        let end = Instant::now() + BUSY;
        let mut upload = self.upload.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let rest = end.saturating_duration_since(Instant::now());
            match upload.take() {
                Some(taken) => return Some(taken),
                None if rest.is_zero() => return None,
                None => {
                    let waited = self.given_back.wait_timeout(upload, rest);
                    upload = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    pub(crate) fn give_back(&self, upload: Upload) {
        *self.upload.lock().unwrap_or_else(PoisonError::into_inner) = Some(upload);
        self.given_back.notify_one();
    }
}

impl Upload {
    pub(crate) fn new(spool: &Arc<SpoolFile>) -> Self {
        Self { writer: SpoolWriter::new(spool), hasher: Hasher::default() }
    }

    /// The number of bytes that were received.
    pub(crate) fn size(&self) -> u64 {
        self.writer.size()
    }

    /// Receives a body, and keeps its bytes even if the client closes the connection.
    pub(crate) fn receive(&mut self, body: &mut dyn Read) -> Result<(), UploadError> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = body.read(&mut buffer).map_err(UploadError::Client)?;
            let bytes = buffer.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            self.writer.write_all(bytes).map_err(UploadError::Spool)?;
            self.hasher.update(bytes);
        }
    }

    /// The blob, and whether it has the digest. The algorithm is known only now, so the bytes are hashed again unless it is
    /// SHA-256.
    pub(crate) fn finish(self, digest: &Digest) -> io::Result<(SpooledBytes, Digest)> {
        let bytes = self.writer.finish()?;
        let found = match digest.algorithm() {
            "sha256" => self.hasher,
            _ => {
                let mut hasher = Hasher::like(digest);
                io::copy(&mut bytes.reader(), &mut hasher)?;
                hasher
            }
        };
        Ok((bytes, found.finish().0))
    }
}

/// 128 random bits.
pub(crate) fn unique() -> u128 {
    let half = || u128::from(RandomState::new().build_hasher().finish());
    half() << 64 | half()
}

/// The ID of an upload, which its location contains: a UUID of version 8
/// ([RFC 9562, section 5.8](https://www.rfc-editor.org/rfc/rfc9562#section-5.8)). It is random, except for its last part,
/// which is the number of the upload.
fn uuid(number: u64) -> String {
    let bits = unique() & !(0xf << 76) & !(0x3 << 62) | 8 << 76 | 2 << 62;
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{:012x}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        number & 0xffff_ffff_ffff
    )
}

/// The number of an upload.
pub(crate) fn number(id: &str) -> Option<u64> {
    u64::from_str_radix(id.rsplit_once('-')?.1, 16).ok()
}
