//! A push: a layout to a registry.

use std::collections::{BTreeSet, HashSet};
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_fixture_grammar::Digest;
use serde_json::Value;
use ureq::config::ConfigBuilder;
use ureq::http::Response;
use ureq::typestate::AgentScope;
use ureq::{Agent, Body, SendBody};

use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::layout::entry_reference::{EntryReference, NAMELESS};
use crate::layout::node::Node;
use crate::store::{Found, Name, Store};

/// The most bytes that are read of an answer of a registry.
const ANSWER: u64 = 64 * 1024;

impl<S: Store> Layout<S> {
    /// Pushes all entries of index.json to a registry, each to the repository and the tag of its reference:
    /// `ghcr.io/me/app:1` to `me/app`. An entry without a reference, such as a signature, is pushed by its digest to all
    /// repositories of the layout, or to `fixture` if no entry has a reference. A tag alone, which other tools write, is the
    /// entry's tag there. Blobs that the registry has already are not sent again.
    ///
    /// The URL may have a name and a password, `http://user:password@127.0.0.1:5000`, for a registry that wants them, by
    /// itself or for a token. `https://` needs the feature `tls`, and trusts the authorities that browsers trust;
    /// `push_trusting` takes a certificate of your own.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest, Registry};
    ///
    /// # #[cfg(feature = "registry")] {
    /// let registry = Registry::new().bearer("user", "password").start()?;
    /// let layout = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).in_memory()?;
    /// layout.push(&format!("http://user:password@{}", registry.host()))?;
    /// assert_eq!(registry.layout()?.reference("app:1")?.digest(), layout.reference("app:1")?.digest());
    /// # }
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if a blob is not stored, and [`Io`](crate::ErrorKind::Io), with the
    /// request and the answer, if the registry cannot be reached or refuses something, for example a blob whose
    /// digest is wrong.
    pub fn push(&self, url: &str) -> Result<()> {
        self.push_by(Client::new(url, config())?)
    }

    /// Pushes as [`push`](Self::push) does, to a registry whose certificate is signed by the given authority, in PEM.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest, Registry};
    ///
    /// let registry = Registry::new().tls().start()?;
    /// let layout = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).in_memory()?;
    /// layout.push_trusting(&registry.url(), registry.ca_pem().unwrap_or_default())?;
    /// assert_eq!(registry.layout()?.reference("app:1")?.digest(), layout.reference("app:1")?.digest());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`push`](Self::push), and [`Declaration`](crate::ErrorKind::Declaration) if the text is no certificate.
    #[cfg(feature = "tls")]
    pub fn push_trusting(&self, url: &str, ca_pem: &str) -> Result<()> {
        use ureq::tls::{Certificate, RootCerts, TlsConfig};

        let authority = Certificate::from_pem(ca_pem.as_bytes()).map_err(|error| {
            let problem = format!("is trusted by no certificate: {error}; give one that begins with `-----BEGIN CERTIFICATE-----`");
            Error::new(ErrorKind::Declaration, url, problem)
        })?;
        let trusted = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[authority])).build();
        self.push_by(Client::new(url, config().tls_config(trusted))?)
    }

    fn push_by(&self, mut client: Client) -> Result<()> {
        let roots = self.nodes()?;
        let references: Vec<Option<EntryReference>> =
            roots.iter().map(|root| EntryReference::of(|key| root.annotation(key))).collect();
        let paths = references.iter().flatten().filter_map(|reference| reference.path.as_deref());
        let mut repositories: BTreeSet<&str> = paths.collect();
        if repositories.is_empty() {
            repositories.insert(NAMELESS);
        }
        for (root, reference) in roots.iter().zip(&references) {
            let path = reference.as_ref().and_then(|reference| reference.path.as_deref());
            let tag = reference.as_ref().and_then(|reference| reference.tag.as_deref());
            for repository in
                repositories.iter().filter(|repository| path.is_none_or(|path| path == **repository))
            {
                self.push_root(&mut client, root, repository, tag)?;
            }
        }
        Ok(())
    }

    /// Pushes an entry of index.json and all nodes below it to a repository.
    fn push_root(
        &self,
        client: &mut Client,
        root: &Node<'_, S>,
        repository: &str,
        tag: Option<&str>,
    ) -> Result<()> {
        // Parents are walked before their children, and pushed after them.
        let mut nodes: Vec<Node<'_, S>> = root.walk().collect::<Result<_>>()?;
        nodes.reverse();
        let mut pushed = HashSet::new();
        for node in nodes {
            let is_root = node.digest() == root.digest();
            // One digest may be listed as a manifest and as content, which a registry holds at two places.
            let is_manifest = is_root || node.is_document();
            if !pushed.insert((node.digest().clone(), is_manifest)) {
                continue;
            }
            if is_manifest {
                let tag = tag.filter(|_| is_root);
                client.push_manifest(repository, node.digest(), tag, node.media_type(), &node.bytes()?)?;
            } else {
                let digest = node.digest();
                let blob = || match self.store.look(Name::Blob(digest))? {
                    Found::File { size, reader, .. } => Ok((size, reader)),
                    _ => Err(Error::not_found(format!("the layout has no blob `{digest}` to push"))),
                };
                client.push_blob(repository, digest, &blob)?;
            }
        }
        Ok(())
    }
}

/// A client of one registry.
struct Client {
    agent: Agent,
    /// `http://HOST` or `https://HOST`
    origin: String,
    /// The credentials as they stand in `Authorization` behind `Basic`.
    credentials: Option<String>,
    /// The last `Authorization` that the registry accepted.
    authorization: Option<String>,
}

/// The bytes of a request, which are made again if it is sent again.
type Bytes<'b> = &'b dyn Fn() -> Result<(u64, Box<dyn Read + 'b>)>;

fn config() -> ConfigBuilder<AgentScope> {
    Agent::config_builder().http_status_as_error(false).max_redirects(0)
}

impl Client {
    fn new(url: &str, config: ConfigBuilder<AgentScope>) -> Result<Self> {
        let invalid = || {
            let problem = if !cfg!(feature = "tls") && url.starts_with("https://") {
                "needs TLS; enable the feature `tls`, or write `http://` if the registry speaks it"
            } else {
                "is no URL of a registry; write one such as `http://127.0.0.1:5000`"
            };
            Error::new(ErrorKind::Declaration, url, problem)
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(invalid)?;
        if scheme != "http" && (scheme != "https" || !cfg!(feature = "tls")) {
            return Err(invalid());
        }
        let rest = rest.trim_end_matches('/');
        let (credentials, host) = match rest.rsplit_once('@') {
            Some((credentials, host)) => (Some(STANDARD.encode(credentials)), host),
            None => (None, rest),
        };
        if host.is_empty() || host.contains('/') {
            return Err(invalid());
        }
        let origin = format!("{scheme}://{host}");
        Ok(Self { agent: config.build().into(), origin, credentials, authorization: None })
    }

    fn push_manifest(
        &mut self,
        repository: &str,
        digest: &Digest,
        tag: Option<&str>,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<()> {
        let mut put = |name: &str| {
            let url = format!("{}/v2/{repository}/manifests/{name}", self.origin);
            let body = || Ok((bytes.len() as u64, Box::new(bytes) as Box<dyn Read + '_>));
            expect(self.send("PUT", &url, Some(media_type), Some(&body))?, "PUT", &url, 201)
        };
        match tag {
            None => put(digest.as_str()).map(drop),
            Some(tag) if digest.algorithm() == "sha256" => put(tag).map(drop),
            Some(tag) => {
                // By a tag alone, a registry knows the manifest by its SHA-256. Not all registries read the parameter.
                let answer = put(&format!("{digest}?tag={tag}"))?;
                if answer.headers().contains_key("oci-tag") { Ok(()) } else { put(tag).map(drop) }
            }
        }
    }

    fn push_blob(&mut self, repository: &str, digest: &Digest, body: Bytes<'_>) -> Result<()> {
        let url = format!("{}/v2/{repository}/blobs/{digest}", self.origin);
        if self.send("HEAD", &url, None, None)?.status() == 200 {
            return Ok(());
        }
        let url = format!("{}/v2/{repository}/blobs/uploads/", self.origin);
        let begun = expect(self.send("POST", &url, None, None)?, "POST", &url, 202)?;
        let location = begun.headers().get("location").and_then(|location| location.to_str().ok());
        let location = match location {
            Some(path) if path.starts_with('/') => format!("{}{path}", self.origin),
            Some(location) => location.to_owned(),
            None => return Err(Error::new(ErrorKind::Io, format!("POST {url}"), "has no Location")),
        };
        let separator = if location.contains('?') { '&' } else { '?' };
        let url = format!("{location}{separator}digest={digest}");
        let answer = self.send("PUT", &url, Some("application/octet-stream"), Some(body))?;
        expect(answer, "PUT", &url, 201).map(drop)
    }

    /// Sends a request, and sends it again with credentials if the registry asks for them.
    fn send(
        &mut self,
        method: &str,
        url: &str,
        content_type: Option<&str>,
        body: Option<Bytes<'_>>,
    ) -> Result<Response<Body>> {
        let answer = self.send_once(method, url, content_type, body)?;
        if answer.status() != 401 || !self.is_own(url) {
            return Ok(answer);
        }
        let challenge =
            answer.headers().get("www-authenticate").and_then(|challenge| challenge.to_str().ok());
        let Some(authorization) = self.authorize(challenge.unwrap_or_default())? else { return Ok(answer) };
        self.authorization = Some(authorization);
        self.send_once(method, url, content_type, body)
    }

    fn send_once(
        &self,
        method: &str,
        url: &str,
        content_type: Option<&str>,
        body: Option<Bytes<'_>>,
    ) -> Result<Response<Body>> {
        let at = |error: ureq::Error| {
            Error::new(ErrorKind::Io, format!("{method} {url}"), "cannot be sent").with_source(error)
        };
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        if let Some(authorization) = self.authorization.as_ref().filter(|_| self.is_own(url)) {
            request = request.header("Authorization", authorization);
        }
        if let Some(content_type) = content_type {
            request = request.header("Content-Type", content_type);
        }
        let sent = match body {
            Some(body) => {
                let (size, mut reader) = body()?;
                let request = request.header("Content-Length", size);
                request.body(SendBody::from_reader(&mut reader)).map(|request| self.agent.run(request))
            }
            None if method == "POST" => {
                request.header("Content-Length", 0).body(()).map(|request| self.agent.run(request))
            }
            None => request.body(()).map(|request| self.agent.run(request)),
        };
        sent.map_err(ureq::Error::from).and_then(|sent| sent).map_err(at)
    }

    /// Whether a URL is at the registry itself. Credentials are not sent to another origin, such as one whose port begins
    /// with the digits of the registry's port.
    fn is_own(&self, url: &str) -> bool {
        url.strip_prefix(&self.origin).is_some_and(|path| path.starts_with('/'))
    }

    /// The value of `Authorization` for a challenge. `None` if there are no credentials for it.
    fn authorize(&self, challenge: &str) -> Result<Option<String>> {
        let Some(credentials) = &self.credentials else { return Ok(None) };
        let basic = format!("Basic {credentials}");
        let Some(parameters) = challenge.strip_prefix("Bearer ") else { return Ok(Some(basic)) };
        let parameter = |name: &str| {
            let (_, rest) = parameters.split_once(&format!("{name}=\""))?;
            rest.split_once('"').map(|(value, _)| value)
        };
        let realm = parameter("realm").unwrap_or_default();
        let query = ["service", "scope"].into_iter().filter_map(|name| Some((name, parameter(name)?)));
        let sent = self.agent.get(realm).query_pairs(query).header("Authorization", &basic).call();
        let answer = sent.map_err(|error| {
            Error::new(ErrorKind::Io, format!("GET {realm}"), "cannot be sent").with_source(error)
        })?;
        let text = text(expect(answer, "GET", realm, 200)?);
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        let token = answer.get("token").or_else(|| answer.get("access_token")).and_then(Value::as_str);
        Ok(token.map(|token| format!("Bearer {token}")))
    }
}

/// The answer, if it has this status, or else an error.
fn expect(answer: Response<Body>, method: &str, url: &str, status: u16) -> Result<Response<Body>> {
    let found = answer.status();
    if found == status {
        return Ok(answer);
    }
    let said = text(answer).replace(char::is_control, " ");
    Err(Error::new(ErrorKind::Io, format!("{method} {url}"), format!("is answered {found}: {said}")))
}

fn text(answer: Response<Body>) -> String {
    let mut text = Vec::new();
    // The error shows as much of the body as can be read.
    let _ = answer.into_body().into_reader().take(ANSWER).read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}
