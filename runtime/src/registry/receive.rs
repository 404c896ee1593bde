//! Receiving: the manifests and blobs that clients push.

use std::io::Read;

use oci_fixture_grammar::{Digest, Reference};
use serde_json::Value;

use super::answer::{Accepted, Answer, ErrorCode, parse_digest};
use super::auth::Access;
use super::head::BodyLength;
use super::options::{Api, UploadLocation};
use super::percent::encode;
use super::repositories::RepositoryKey;
use super::repository::{HeldBlob, HeldManifest};
use super::service::Call;
use super::upload::{Session, Upload, UploadError};
use crate::digest::Hasher;
use crate::store::spool::SpooledBytes;

/// The largest manifest that is accepted.
const MANIFEST: u64 = 64 * 1024 * 1024;

fn refused<T>(answer: Answer) -> Accepted<T> {
    Err(Box::new(answer))
}

impl Call<'_> {
    pub(crate) fn push_manifest(&self, body: &mut dyn Read) -> Accepted<Answer> {
        let name = &self.target.name;
        let named = if name.contains(':') { Some(parse_digest(name)?) } else { None };
        let mut tags: Vec<String> = match named {
            Some(_) if self.service.options.has(Api::TagParameter) => {
                self.head.query.all("tag").map(str::to_owned).collect()
            }
            Some(_) => Vec::new(),
            None => vec![name.clone()],
        };
        if let Some(tag) = tags.iter().find(|tag| !Reference::is_tag(tag)) {
            return refused(Answer::error(ErrorCode::ManifestInvalid, format!("{tag:?} is no tag")));
        }
        let bytes = self.manifest_bytes(body)?;
        let mut hasher = named.as_ref().map(Hasher::like).unwrap_or_default();
        hasher.update(&bytes);
        let (digest, _) = hasher.finish();
        if let Some(named) = named.filter(|named| *named != digest) {
            let message = format!("the manifest is {digest}, and was pushed as {named}");
            return refused(Answer::error(ErrorCode::DigestInvalid, message));
        }
        let media_type = self.manifest_type(&bytes)?;
        let manifest = HeldManifest::new(SpooledBytes::from(bytes), media_type);
        let subject = manifest.subject.clone().filter(|_| self.service.options.has(Api::Referrers));
        self.service.repositories().make(&self.key).push(&digest, manifest, &tags, self.key.domain());

        let location = self.url(&format!("manifests/{digest}"));
        let mut answer = self.with_digest(Answer::new(201).with("Location", location), &digest);
        if let Some(subject) = subject {
            answer = answer.with("OCI-Subject", subject);
        }
        if name.contains(':') {
            tags.dedup();
            for tag in tags {
                answer = answer.with("OCI-Tag", tag);
            }
        }
        Ok(answer)
    }

    fn manifest_bytes(&self, body: &mut dyn Read) -> Accepted<Vec<u8>> {
        let large = || {
            let message = "a manifest of more than 64 MiB is not taken";
            refused(Answer::error_with(413, ErrorCode::SizeInvalid, message).closing())
        };
        if matches!(self.head.length, BodyLength::Known(length) if length > MANIFEST) {
            return large();
        }
        let mut bytes = Vec::new();
        if let Err(error) = body.take(MANIFEST + 1).read_to_end(&mut bytes) {
            return refused(unreadable(&error));
        }
        if bytes.len() as u64 > MANIFEST { large() } else { Ok(bytes) }
    }

    /// The media type of a manifest in the request. If the document has one, the two must be equal.
    fn manifest_type(&self, bytes: &[u8]) -> Accepted<Option<String>> {
        let invalid = |message: String| refused(Answer::error(ErrorCode::ManifestInvalid, message));
        let document: Value = match serde_json::from_slice(bytes) {
            Ok(document @ Value::Object(_)) => document,
            Ok(_) => return invalid("a manifest is a JSON object".to_owned()),
            Err(error) => return invalid(format!("a manifest is a JSON object: {error}")),
        };
        let own = document.get("mediaType").and_then(Value::as_str);
        let sent = self.head.header("content-type").and_then(|text| text.split(';').next()).map(str::trim);
        match (sent.filter(|text| !text.is_empty()), own) {
            (Some(sent), Some(own)) if sent != own => {
                invalid(format!("the Content-Type is {sent:?}, and the manifest's mediaType is {own:?}"))
            }
            (sent, own) => Ok(sent.or(own).map(str::to_owned)),
        }
    }

    pub(crate) fn begin_upload(&self, body: &mut dyn Read) -> Accepted<Answer> {
        let query = &self.head.query;
        if let Some(text) = query.get("mount") {
            let digest = parse_digest(text)?;
            if let Some(blob) = self.mounted(&digest, query.get("from")) {
                self.service.repositories().make(&self.key).blobs.insert(digest.clone(), blob);
                return Ok(self.stored_blob(&digest));
            }
        } else if let Some(text) = query.get("digest").filter(|_| self.service.options.has(Api::SinglePost)) {
            let digest = parse_digest(text)?;
            let mut upload = Upload::new(&self.service.spool);
            receive(&mut upload, body)?;
            return self.finish(upload, &digest);
        }
        let session = self.service.uploads.begin(&self.key, &self.service.spool);
        Ok(self.with_session(Answer::new(202), &session, 0))
    }

    /// A blob from another repository that the client may read: from the repository that the client names, or from any if it
    /// names none.
    fn mounted(&self, digest: &Digest, from: Option<&str>) -> Option<HeldBlob> {
        if !self.service.options.has(Api::Mount) {
            return None;
        }
        let may_read = |path: &str| {
            let needed = Access::Repository(path, "pull");
            self.at_other_origin || self.service.auth.check(self.head, needed, "").is_ok()
        };
        let namespace = self.key.namespace.clone();
        let repositories = self.service.repositories();
        match from {
            Some(from) => {
                let key = RepositoryKey { namespace, path: from.to_owned() };
                repositories.get(&key).filter(|_| may_read(from))?.blobs.get(digest).cloned()
            }
            None => repositories
                .iter()
                .filter(|(key, _)| key.namespace == namespace && may_read(&key.path))
                .find_map(|(_, repository)| repository.blobs.get(digest).cloned()),
        }
    }

    pub(crate) fn upload(&self, body: &mut dyn Read) -> Accepted<Answer> {
        let uploads = &self.service.uploads;
        let unknown = || {
            let message = "there is no such upload; it may have ended";
            Box::new(Answer::error(ErrorCode::BlobUploadUnknown, message))
        };
        let session = uploads.get(&self.key, &self.target.name).ok_or_else(unknown)?;
        let busy = || {
            let message = "another request of this upload is under way";
            Box::new(Answer::error_with(409, ErrorCode::BlobUploadInvalid, message))
        };
        if self.head.method == "DELETE" {
            uploads.end(&session);
            return Ok(Answer::new(204));
        }
        // The digest is checked before the bytes are received, so that a mistake costs no upload.
        let digest = match (self.head.method.as_str(), self.head.query.get("digest")) {
            ("PUT", Some(text)) => Some(parse_digest(text)?),
            ("PUT", None) => {
                return refused(Answer::error(
                    ErrorCode::DigestInvalid,
                    "the digest is missing in the query",
                ));
            }
            _ => None,
        };
        let mut upload = session.take().ok_or_else(busy)?;
        if matches!(self.head.method.as_str(), "GET" | "HEAD") {
            let answer = self.with_session(Answer::new(204), &session, upload.size());
            session.give_back(upload);
            return Ok(answer);
        }
        let received = self.check_range(&upload, &session).and_then(|()| receive(&mut upload, body));
        if let Err(answer) = received {
            session.give_back(upload);
            return Err(answer);
        }
        match digest {
            None => {
                let answer = self.with_session(Answer::new(202), &session, upload.size());
                session.give_back(upload);
                Ok(answer)
            }
            Some(digest) => {
                uploads.end(&session);
                self.finish(upload, &digest)
            }
        }
    }

    /// Checks the range of a chunk: it must begin behind the received bytes, and be as long as the chunk.
    fn check_range(&self, upload: &Upload, session: &Session) -> Accepted<()> {
        let Some(text) = self.head.header("content-range") else { return Ok(()) };
        let number = |text: &str| text.parse::<u64>().ok().filter(|_| !text.starts_with('+'));
        let range = text.strip_prefix("bytes ").unwrap_or(text);
        let range = range.split_once('/').map_or(range, |(range, _)| range);
        let parsed = range.split_once('-').and_then(|(first, last)| Some((number(first)?, number(last)?)));
        let Some((first, last)) = parsed else {
            let message = format!("the Content-Range {text:?} is not FIRST-LAST");
            return refused(Answer::error(ErrorCode::BlobUploadInvalid, message));
        };
        if first != upload.size() {
            let message = format!("the upload has {} bytes, and the chunk begins at {first}", upload.size());
            let answer = Answer::error_with(416, ErrorCode::BlobUploadInvalid, message);
            return refused(self.with_session(answer, session, upload.size()));
        }
        let length = last.checked_sub(first).and_then(|length| length.checked_add(1));
        match (length, self.head.length) {
            (Some(length), BodyLength::Known(sent)) if length == sent => Ok(()),
            (Some(_), BodyLength::Chunked) => Ok(()),
            // Docker's clients send this with an empty chunk.
            (_, BodyLength::Known(0)) if last <= first => Ok(()),
            _ => {
                let message = format!("the Content-Range {text:?} is not as long as the chunk");
                refused(Answer::error(ErrorCode::SizeInvalid, message))
            }
        }
    }

    fn finish(&self, upload: Upload, digest: &Digest) -> Accepted<Answer> {
        let (bytes, found) = upload.finish(digest).map_err(|error| Box::new(failed(&error)))?;
        if found != *digest {
            let message = format!("the blob is {found}, and was pushed as {digest}");
            return refused(Answer::error(ErrorCode::DigestInvalid, message));
        }
        let blob = HeldBlob { bytes, media_type: Some("application/octet-stream".to_owned()) };
        self.service.repositories().make(&self.key).blobs.insert(digest.clone(), blob);
        Ok(self.stored_blob(digest))
    }

    fn stored_blob(&self, digest: &Digest) -> Answer {
        let location = self.url(&format!("blobs/{digest}"));
        self.with_digest(Answer::new(201).with("Location", location), digest)
    }

    /// Adds the `Location` of the upload, and the range of the received bytes. The range of no bytes is `0-0`, because the
    /// format has no other form for it.
    fn with_session(&self, answer: Answer, session: &Session, size: u64) -> Answer {
        answer
            .with("Location", self.upload_location(&session.id))
            .with("Range", format!("0-{}", size.saturating_sub(1)))
            .with("Docker-Upload-UUID", session.id.as_str())
    }

    fn upload_location(&self, id: &str) -> String {
        let (path, urls) = (self.url(&format!("blobs/uploads/{id}")), self.service.urls());
        match self.service.options.upload_location {
            UploadLocation::Relative => path,
            UploadLocation::Absolute if self.at_other_origin => urls.other + &path,
            UploadLocation::Absolute => urls.own + &path,
            UploadLocation::Query if path.contains('?') => format!("{path}&_state={id}"),
            UploadLocation::Query => format!("{path}?_state={id}"),
            UploadLocation::OtherOrigin => urls.other + &path,
        }
    }

    /// An absolute path in the repository.
    fn url(&self, rest: &str) -> String {
        let path = format!("/v2/{}/{rest}", encode(&self.target.repository));
        match self.key.namespace.as_str() {
            "" => path,
            namespace => format!("{path}?ns={}", encode(namespace)),
        }
    }
}

/// The answer if the client closed the connection, or sent an invalid body.
fn unreadable(error: &std::io::Error) -> Answer {
    let message = format!("the body cannot be read: {error}");
    Answer::error(ErrorCode::BlobUploadInvalid, message).closing()
}

/// The answer if the registry cannot store the bytes.
fn failed(error: &std::io::Error) -> Answer {
    Answer::error_with(500, ErrorCode::Unsupported, format!("it cannot be stored: {error}")).closing()
}

fn receive(upload: &mut Upload, body: &mut dyn Read) -> Accepted<()> {
    match upload.receive(body) {
        Ok(()) => Ok(()),
        Err(UploadError::Client(error)) => refused(unreadable(&error)),
        Err(UploadError::Spool(error)) => refused(failed(&error)),
    }
}
