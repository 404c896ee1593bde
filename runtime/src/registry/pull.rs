//! Pulling: manifests, blobs and parts of them.

use oci_fixture_grammar::Digest;

use super::answer::{Accepted, Answer, AnswerBody, ErrorCode, parse_digest};
use super::repository::Repository;
use super::service::Call;
use crate::store::spool::SpooledBytes;

impl Call<'_> {
    /// A manifest, by its tag or its digest.
    pub(crate) fn manifest(&self) -> Answer {
        let repositories = self.service.repositories();
        let Some(repository) = repositories.get(&self.key) else { return self.unknown_name() };
        let digest = repository.digest(&self.target.name);
        let found = digest.and_then(|digest| Some((repository.manifests.get(&digest)?, digest)));
        let Some((manifest, digest)) = found else { return self.unknown_manifest(repository) };
        let (bytes, media_type) = (manifest.bytes.clone(), manifest.media_type.clone());
        drop(repositories);
        self.stored(&digest, bytes, media_type.as_deref(), false)
    }

    /// A blob, or a part of it.
    pub(crate) fn blob(&self) -> Accepted<Answer> {
        let digest = parse_digest(&self.target.name)?;
        let repositories = self.service.repositories();
        let Some(repository) = repositories.get(&self.key) else { return Ok(self.unknown_name()) };
        let Some(blob) = repository.blobs.get(&digest) else { return Ok(unknown_blob(&digest)) };
        let (bytes, media_type) = (blob.bytes.clone(), blob.media_type.clone());
        drop(repositories);
        Ok(self.stored(&digest, bytes, media_type.as_deref(), self.knows_ranges))
    }

    /// The answer to a request for a repository that does not exist.
    pub(crate) fn unknown_name(&self) -> Answer {
        let repository = &self.target.repository;
        Answer::error(ErrorCode::NameUnknown, format!("there is no repository {repository:?}"))
    }

    /// The answer to a request for a manifest that the repository does not have.
    fn unknown_manifest(&self, repository: &Repository) -> Answer {
        let name = &self.target.name;
        match Digest::parse(name) {
            // Only a digest has a colon.
            Err(invalid) if name.contains(':') && !repository.has_tag(name) => {
                Answer::error(ErrorCode::DigestInvalid, invalid)
            }
            _ => Answer::error(ErrorCode::ManifestUnknown, format!("there is no manifest {name:?}")),
        }
    }

    fn stored(
        &self,
        digest: &Digest,
        bytes: SpooledBytes,
        media_type: Option<&str>,
        has_ranges: bool,
    ) -> Answer {
        let etag = format!("\"{digest}\"");
        let mut answer = self.with_digest(Answer::new(200).with("ETag", etag.as_str()), digest);
        if let Some(media_type) = media_type {
            answer = answer.with("Content-Type", media_type);
        }
        if has_ranges {
            answer = answer.with("Accept-Ranges", "bytes");
        }
        // Only `If-None-Match` takes weak tags, which begin with `W/`.
        let lists = |header: &str| self.head.lists(header, "*") || self.head.lists(header, &etag);
        if self.head.header("if-match").is_some() && !lists("if-match") {
            return Answer::error_with(412, ErrorCode::Unsupported, format!("the `ETag` is {etag}"));
        }
        if lists("if-none-match") || self.head.lists("if-none-match", &format!("W/{etag}")) {
            answer.status = 304;
            return answer;
        }
        let size = bytes.size();
        // A range of another version of the blob does not apply to this one.
        let is_current = self.head.header("if-range").is_none_or(|tag| tag == etag);
        let range =
            self.head.header("range").filter(|_| has_ranges && is_current && self.head.method == "GET");
        match range.map_or(RangePart::Whole, |range| part(range, size)) {
            RangePart::Whole => answer.with_body(AnswerBody::Spooled { bytes, start: 0, size }),
            RangePart::Bytes(start, end) => {
                answer.status = 206;
                let body = AnswerBody::Spooled { bytes, start, size: end - start };
                answer.with("Content-Range", format!("bytes {start}-{}/{size}", end - 1)).with_body(body)
            }
            RangePart::Nothing => {
                Answer::error_with(416, ErrorCode::SizeInvalid, format!("the blob has {size} bytes"))
                    .with("Content-Range", format!("bytes */{size}"))
            }
        }
    }

    /// Deletes a tag, or a manifest with all its tags.
    pub(crate) fn delete_manifest(&self) -> Answer {
        let mut repositories = self.service.repositories();
        let Some(repository) = repositories.get_mut(&self.key) else { return self.unknown_name() };
        if repository.delete(&self.target.name) {
            Answer::new(202)
        } else {
            self.unknown_manifest(repository)
        }
    }

    /// Deletes a blob.
    pub(crate) fn delete_blob(&self) -> Accepted<Answer> {
        let digest = parse_digest(&self.target.name)?;
        let mut repositories = self.service.repositories();
        let Some(repository) = repositories.get_mut(&self.key) else { return Ok(self.unknown_name()) };
        Ok(match repository.blobs.remove(&digest) {
            Some(_) => self.with_digest(Answer::new(202), &digest),
            None => unknown_blob(&digest),
        })
    }
}

/// The answer to a request for a blob that the repository does not have.
fn unknown_blob(digest: &Digest) -> Answer {
    Answer::error(ErrorCode::BlobUnknown, format!("there is no blob {digest}"))
}

/// The part of a blob that a `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum RangePart {
    Whole,
    /// From the first of these positions on, up to the second.
    Bytes(u64, u64),
    /// No bytes of the blob.
    Nothing,
}

/// The part of a blob for a range. For several ranges, and for anything but a range of bytes, it is the whole blob ([RFC 9110,
/// section 14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2)).
fn part(range: &str, size: u64) -> RangePart {
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok());
    let of_bytes = range.split_once('=').filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = of_bytes.and_then(|(_, range)| range.split_once('-')) else {
        return RangePart::Whole;
    };
    match (number(first.trim()), number(last.trim())) {
        (Some(None), Some(Some(last))) if first.trim().is_empty() => match size.checked_sub(last) {
            _ if last == 0 || size == 0 => RangePart::Nothing,
            start => RangePart::Bytes(start.unwrap_or(0), size),
        },
        (Some(Some(first)), Some(None)) if last.trim().is_empty() => {
            if first < size {
                RangePart::Bytes(first, size)
            } else {
                RangePart::Nothing
            }
        }
        (Some(Some(first)), Some(Some(last))) if first <= last && first < size => {
            RangePart::Bytes(first, last.saturating_add(1).min(size))
        }
        (Some(Some(_)), Some(Some(_))) => RangePart::Nothing,
        _ => RangePart::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::{RangePart, part};

    #[test]
    fn a_range_is_one_part_of_a_blob() {
        for (range, expected) in [
            ("bytes=0-0", RangePart::Bytes(0, 1)),
            ("Bytes = 0-0", RangePart::Bytes(0, 1)),
            ("bytes=5-", RangePart::Bytes(5, 10)),
            ("bytes=-3", RangePart::Bytes(7, 10)),
            ("bytes=-30", RangePart::Bytes(0, 10)),
            ("bytes=5-500", RangePart::Bytes(5, 10)),
            ("bytes=9-9", RangePart::Bytes(9, 10)),
            ("bytes=10-", RangePart::Nothing),
            ("bytes=10-20", RangePart::Nothing),
            ("bytes=5-0", RangePart::Nothing),
            ("bytes=-0", RangePart::Nothing),
            ("bytes=0-1,3-4", RangePart::Whole),
            ("bytes=-", RangePart::Whole),
            ("bytes=a-b", RangePart::Whole),
            ("bytes=+1-2", RangePart::Whole),
            ("bytes=99999999999999999999-", RangePart::Whole),
            ("lines=1-2", RangePart::Whole),
            ("", RangePart::Whole),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), RangePart::Nothing);
        assert_eq!(part("bytes=-1", 0), RangePart::Nothing);
    }
}
