//! The service: the answers to requests, which do not depend on the connection.

use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use oci_fixture_grammar::{Digest, Reference};

use super::answer::{Accepted, Answer, ErrorCode};
use super::auth::{Access, Auth};
use super::endpoint::{Endpoint, RequestTarget};
use super::faults::Faults;
use super::head::RequestHead;
use super::log::Log;
use super::options::{Api, Options};
use super::percent::encode;
use super::repositories::{Repositories, RepositoryKey};
use super::stop::Stop;
use super::upload::Uploads;
use crate::declare::http::{Redirect, WireFault};
use crate::json::Json;
use crate::store::spool::SpoolFile;

/// The state that all connections of a registry share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) options: Options,
    pub(crate) auth: Auth,
    pub(crate) spool: Arc<SpoolFile>,
    pub(crate) uploads: Uploads,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) stop: Stop,
    /// The URLs of the registry, which are known once it listens.
    pub(crate) urls: OnceLock<Urls>,
    repositories: Mutex<Repositories>,
}

/// The two origins of a registry, such as `http://127.0.0.1:41234`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Urls {
    pub(crate) own: String,
    pub(crate) other: String,
}

/// A request to one repository, or to the registry as a whole.
pub(crate) struct Call<'c> {
    pub(crate) service: &'c Service,
    pub(crate) head: &'c RequestHead,
    pub(crate) target: &'c RequestTarget,
    pub(crate) key: RepositoryKey,
    pub(crate) at_other_origin: bool,
    /// Whether clients can ask for a part of a blob.
    pub(crate) knows_ranges: bool,
}

impl Service {
    pub(crate) fn new(
        options: Options,
        auth: Auth,
        spool: Arc<SpoolFile>,
        repositories: Repositories,
    ) -> Self {
        Self {
            options,
            auth,
            spool,
            uploads: Uploads::default(),
            faults: Faults::default(),
            log: Log::default(),
            stop: Stop::default(),
            urls: OnceLock::new(),
            repositories: Mutex::new(repositories),
        }
    }

    pub(crate) fn repositories(&self) -> MutexGuard<'_, Repositories> {
        // Each change is one step, so a panic leaves no change half done.
        self.repositories.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn urls(&self) -> Urls {
        self.urls.get().cloned().unwrap_or_default()
    }

    /// Answers a request, and returns the fault that applies to the answer.
    pub(crate) fn answer(
        &self,
        head: &RequestHead,
        target: Option<&RequestTarget>,
        body: &mut dyn Read,
        at_other_origin: bool,
    ) -> (Answer, Option<Arc<WireFault>>) {
        let Some(target) = target else {
            let message = format!("no endpoint has the path {:?}", head.path);
            return (Answer::error(ErrorCode::NameUnknown, message), None);
        };
        let urls = self.urls();
        let needed = needed(head, target);
        if at_other_origin && head.header("authorization").is_some() {
            let message = "credentials were sent to another origin than the one that asked for them";
            return (Answer::error_with(400, ErrorCode::Denied, message), None);
        }
        if !at_other_origin
            && target.endpoint != Endpoint::Token
            && let Err(refusal) = self.auth.check(head, needed, &urls.own)
        {
            return (refusal, None);
        }
        let namespace = if self.options.by_namespace { head.query.get("ns").unwrap_or_default() } else { "" };
        let key = RepositoryKey { namespace: namespace.to_owned(), path: target.repository.clone() };
        let node = self.node(&key, target);
        let fault = self.faults.choose(&head.method, target, node.as_ref(), at_other_origin);
        if let Some(fault) = &fault
            && let Some(answer) = self.instead(fault, head, target, needed, &urls)
        {
            return (answer, Some(Arc::clone(fault)));
        }
        let knows_ranges =
            self.options.has(Api::Ranges) && !fault.as_ref().is_some_and(|fault| fault.without_ranges);
        let call = Call { service: self, head, target, key, at_other_origin, knows_ranges };
        (call.answer(body), fault)
    }

    /// The digest of the requested node, by its tag or its digest.
    fn node(&self, key: &RepositoryKey, target: &RequestTarget) -> Option<Digest> {
        match target.endpoint {
            Endpoint::Manifest => {
                let tagged =
                    self.repositories().get(key).and_then(|repository| repository.digest(&target.name));
                tagged.or_else(|| Digest::parse(&target.name).ok())
            }
            Endpoint::Blob => Digest::parse(&target.name).ok(),
            _ => None,
        }
    }

    /// The answer of a fault that replaces the request.
    fn instead(
        &self,
        fault: &WireFault,
        head: &RequestHead,
        target: &RequestTarget,
        needed: Access<'_>,
        urls: &Urls,
    ) -> Option<Answer> {
        if let Some(status) = fault.status.filter(|status| *status >= 400) {
            let code = match (status, target.endpoint) {
                (401, _) => ErrorCode::Unauthorized,
                (403, _) => ErrorCode::Denied,
                (404, Endpoint::Blob) => ErrorCode::BlobUnknown,
                (404, Endpoint::Manifest) => ErrorCode::ManifestUnknown,
                (404, Endpoint::Upload) => ErrorCode::BlobUploadUnknown,
                (404, _) => ErrorCode::NameUnknown,
                (413 | 416, _) => ErrorCode::SizeInvalid,
                (429, _) => ErrorCode::TooManyRequests,
                _ => ErrorCode::Unsupported,
            };
            let answer = Answer::error_with(status, code, format!("a declared fault: {}", fault.shown));
            let challenge = self.auth.challenge(needed, &urls.own).filter(|_| status == 401);
            return Some(match challenge {
                Some(challenge) => answer.with("WWW-Authenticate", challenge),
                None => answer,
            });
        }
        let location = match fault.redirect.as_ref()? {
            Redirect::Url(url) => url.clone(),
            Redirect::OtherOrigin => {
                let query: Vec<String> = head
                    .query
                    .iter()
                    .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
                    .collect();
                let separator = if query.is_empty() { "" } else { "?" };
                format!("{}{}{separator}{}", urls.other, head.path, query.join("&"))
            }
        };
        Some(Answer::new(307).with("Location", location))
    }
}

/// The parts of the registry that a request needs.
fn needed<'t>(head: &RequestHead, target: &'t RequestTarget) -> Access<'t> {
    let action = match (target.endpoint, head.method.as_str()) {
        (Endpoint::Ping | Endpoint::Token, _) => return Access::Any,
        (Endpoint::Catalog, _) => return Access::Catalog,
        (Endpoint::Uploads | Endpoint::Upload, _) | (_, "PUT") => "push",
        (_, "DELETE") => "delete",
        _ => "pull",
    };
    Access::Repository(&target.repository, action)
}

impl Call<'_> {
    fn answer(&self, body: &mut dyn Read) -> Answer {
        let (endpoint, method) = (self.target.endpoint, self.head.method.as_str());
        let options = &self.service.options;
        let methods = endpoint.methods().iter().copied();
        let methods: Vec<&str> = methods.filter(|method| options.has_method(endpoint, method)).collect();
        if !methods.contains(&method) {
            let message = format!("this registry has no method {method} for this endpoint");
            return Answer::error(ErrorCode::Unsupported, message).with("Allow", methods.join(", "));
        }
        let repository = &self.target.repository;
        let is_known = !endpoint.is_of_repository() || self.service.repositories().get(&self.key).is_some();
        if !is_known && !Reference::is_path(repository) {
            return Answer::error(
                ErrorCode::NameInvalid,
                format!("{repository:?} is no name of a repository"),
            );
        }
        if options.by_namespace && endpoint.is_of_repository() && self.key.namespace.is_empty() {
            let message = "this registry serves several domains, and `?ns=` does not name one of them";
            return Answer::error(ErrorCode::NameUnknown, message);
        }
        let answer = self.dispatch(body);
        match self.key.namespace.as_str() {
            "" => answer,
            namespace => answer.with("OCI-Namespace", namespace),
        }
    }

    fn dispatch(&self, body: &mut dyn Read) -> Answer {
        let is_read = matches!(self.head.method.as_str(), "GET" | "HEAD");
        let answered = |accepted: Accepted<Answer>| accepted.unwrap_or_else(|refusal| *refusal);
        match (self.target.endpoint, self.head.method.as_str()) {
            (Endpoint::Ping, _) => Answer::json(200, "application/json", &Json::Object(Vec::new()))
                .with("Docker-Distribution-API-Version", "registry/2.0"),
            (Endpoint::Token, _) => self
                .service
                .auth
                .token(self.head, body)
                .unwrap_or_else(|| Answer::error(ErrorCode::NameUnknown, "this registry gives no tokens")),
            (Endpoint::Catalog, _) => self.catalog(),
            (Endpoint::Tags, _) => self.tags(),
            (Endpoint::Referrers, _) => answered(self.referrers()),
            (Endpoint::Manifest, _) if is_read => self.manifest(),
            (Endpoint::Blob, _) if is_read => answered(self.blob()),
            (Endpoint::Manifest, "DELETE") => self.delete_manifest(),
            (Endpoint::Blob, _) => answered(self.delete_blob()),
            (Endpoint::Manifest, _) => answered(self.push_manifest(body)),
            (Endpoint::Uploads, _) => answered(self.begin_upload(body)),
            (Endpoint::Upload, _) => answered(self.upload(body)),
        }
    }

    /// Adds the headers that identify a manifest or a blob.
    pub(crate) fn with_digest(&self, answer: Answer, digest: &Digest) -> Answer {
        if !self.service.options.has(Api::DigestHeader) {
            return answer;
        }
        answer.with("Docker-Content-Digest", digest.as_str())
    }
}
