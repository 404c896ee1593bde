//! A registry that runs.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use oci_fixture_grammar::Reference;
use serde_json::Value;

use super::endpoint::EndpointScope;
use super::listener::Listener;
use super::log::{Names, Requests};
use super::service::Service;
use crate::declare::http::Http;
use crate::error::Result;
use crate::layout::Layout;
use crate::seal::origin::Origin;
use crate::store::spool::Spool;

/// A registry that answers until it is dropped. [`Fixture::serve`](crate::Fixture::serve) and
/// [`Registry::start`](crate::Registry::start) return it.
///
/// It ends within a second after it is dropped, even if connections are open, and leaves no thread behind.
///
/// ```
/// use oci_fixture::{Fixture, Manifest};
///
/// let registry = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).serve()?;
/// assert_eq!(registry.reference("app:1"), format!("{}/library/app:1", registry.host()));
/// assert!(registry.requests().is_empty());
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[must_use = "a registry ends when it is dropped"]
pub struct RunningRegistry {
    service: Arc<Service>,
    /// The listeners, which are dropped before the service.
    listeners: Vec<Listener>,
    address: SocketAddr,
    host: String,
    /// The origins of the layouts.
    origin: Origin,
    names: Names,
    #[cfg(feature = "tls")]
    ca_pem: Option<String>,
}

impl RunningRegistry {
    pub(super) fn new(
        service: Arc<Service>,
        listeners: Vec<Listener>,
        address: SocketAddr,
        origin: Origin,
        #[cfg(feature = "tls")] ca_pem: Option<String>,
    ) -> Self {
        let labels = origin.labels.iter().filter_map(|labelled| {
            let descriptor: Value = serde_json::from_slice(&labelled.descriptor).ok()?;
            Some((descriptor.get("digest")?.as_str()?.to_owned(), labelled.name.clone()))
        });
        // If a digest has two labels, the first one is used.
        let labels: HashMap<String, String> = labels.fold(HashMap::new(), |mut labels, (digest, name)| {
            labels.entry(digest).or_insert(name);
            labels
        });
        Self {
            service,
            listeners,
            address,
            host: address.to_string(),
            origin,
            names: Names { labels },
            #[cfg(feature = "tls")]
            ca_pem,
        }
    }

    /// The host and the port, such as `127.0.0.1:41234`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address at which the registry listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL, such as `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        self.service.urls().own
    }

    /// A reference of the fixture in the form that a client of this registry needs: the host of the registry takes the place
    /// of the domain, so `app:1` becomes `127.0.0.1:41234/library/app:1`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let registry = Fixture::new().with(Manifest::new().reference("ghcr.io/me/app:1")).serve()?;
    /// assert_eq!(registry.reference("ghcr.io/me/app:1"), format!("{}/me/app:1", registry.host()));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn reference(&self, reference: &str) -> String {
        let rest = match Reference::parse(reference) {
            Ok(parsed) => {
                let parsed = parsed.or_latest();
                let tag = parsed.tag().map(|tag| format!(":{tag}")).unwrap_or_default();
                let digest = parsed.digest().map(|digest| format!("@{digest}")).unwrap_or_default();
                format!("{}{tag}{digest}", parsed.path())
            }
            // An unchecked reference that cannot be parsed stays as it is.
            Err(_) => reference.to_owned(),
        };
        format!("{}/{rest}", self.host)
    }

    /// The requests so far, in their order. The call waits for requests under way, one second at most. Only the last 20,000
    /// requests are kept.
    ///
    /// ```no_run
    /// # use oci_fixture::RunningRegistry;
    /// # fn pull(reference: &str) {}
    /// # fn test(registry: RunningRegistry) {
    /// pull(&registry.reference("app:1"));
    /// assert_eq!(registry.requests().sorted().to_string(), "\
    /// GET library/app blobs 'base 200 2048
    /// GET library/app manifests 1 200 397");
    /// # }
    /// ```
    pub fn requests(&self) -> Requests {
        self.service.log.requests(&self.names)
    }

    /// The current layout, pushes and deletions included. It is a snapshot, which later requests do not change. A manifest
    /// that was pushed by its digest alone is listed without a name. A pushed tag has the domain of the tag that it replaces,
    /// or of the first tag of its repository, or else `docker.io`; but `localhost` if the repository has no `/`, because
    /// `docker.io/app` is read as `docker.io/library/app`.
    ///
    /// # Errors
    ///
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) if two repositories have different bytes under one digest.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let registry = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).serve()?;
    /// let layout = registry.layout()?;
    /// assert_eq!(layout.reference("app:1")?.layers()?.len(), 1);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn layout(&self) -> Result<Layout<Spool>> {
        self.service.repositories().layout(self.origin.clone())
    }

    /// Adds a fault to an endpoint from now on: see [`Registry::on`](super::Registry::on).
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) if the fault has a mistake, or no request could meet it.
    pub fn on(&self, endpoint: impl Into<EndpointScope>, http: Http) -> Result<()> {
        let scope = endpoint.into();
        let fault = http.of_endpoint(&scope)?;
        self.service.faults.add(scope, &fault);
        Ok(())
    }

    /// Removes all faults on the wire, those of endpoints and those of nodes.
    pub fn clear(&self) {
        self.service.faults.clear();
    }

    /// The certificate that a client has to trust, as PEM. `None` without [`tls`](super::Registry::tls).
    #[cfg(feature = "tls")]
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }
}

impl fmt::Debug for RunningRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunningRegistry({})", self.host)
    }
}

impl Drop for RunningRegistry {
    fn drop(&mut self) {
        self.service.stop.stop();
        self.listeners.iter_mut().for_each(Listener::end);
    }
}
