//! A registry in the test: it serves a layout over HTTP, receives pushes, and applies the declared faults.
//!
//! A [`listener`] accepts a connection, a [`connection`] reads request after request from its [`input`], the [`service`]
//! makes an [`answer`], and the [`sender`] sends it with the fault that applies.

mod answer;
mod auth;
mod connection;
mod endpoint;
mod faults;
mod head;
mod input;
mod listener;
mod lists;
mod log;
mod options;
mod percent;
mod pull;
mod receive;
mod repositories;
mod repository;
mod running;
mod sender;
mod service;
mod source;
mod stop;
#[cfg(feature = "tls")]
mod tls;
mod transport;
mod upload;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use self::auth::{Auth, Credentials};
pub use self::endpoint::{Endpoint, EndpointScope};
use self::listener::Listener;
pub use self::log::{End, Request, Requests};
use self::options::Options;
pub use self::options::{Api, UploadLocation};
use self::repositories::Repositories;
pub use self::running::RunningRegistry;
use self::service::{Service, Urls};
pub use self::source::Source;
#[cfg(feature = "tls")]
use self::tls::Certificate;
use crate::declare::fixture::Fixture;
use crate::declare::http::{Http, WireFault};
use crate::error::{Error, Problem, Result};
use crate::layout::Layout;
use crate::seal::origin::Origin;
use crate::store::Store;
use crate::store::spool::{Spool, SpoolFile};

/// How long a token is valid by default.
const LIFETIME: Duration = Duration::from_secs(300);

/// A registry before it is started: its contents, its authentication and its faults. [`Fixture::serve`] is a short form.
///
/// It follows the [distribution specification](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md):
/// everything can be pulled, pushed, listed and deleted, unless a method below changes that.
///
/// ```
/// use oci_fixture::{Api, Endpoint, Fixture, Http, Manifest, Registry};
///
/// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
/// let registry = Registry::new()
///     .with(&fixture)
///     .bearer("user", "password")
///     .without(Api::Referrers)
///     .on(Endpoint::Manifest.of("library/app"), Http::status(503).times(2))
///     .start()?;
/// assert!(registry.host().starts_with("127.0.0.1:"));
/// # Ok::<(), oci_fixture::Error>(())
/// ```
///
/// # Repositories
///
/// The path of a reference is its repository, so that `ghcr.io/me/app:1` is the tag `1` of `me/app`; its domain is
/// dropped, unless the registry is [`by_namespace`](Self::by_namespace). An entry without a reference is in every
/// repository of its fixture, or in `fixture` if no entry has one, and so are blobs to which no entry leads. A repository
/// holds the nodes below its entries, and nothing of other repositories.
///
/// A registry has no place for the annotations of index.json itself and for the content of oci-layout.
#[must_use = "a registry does nothing until it is started"]
pub struct Registry {
    spool: Arc<SpoolFile>,
    layouts: Vec<Layout<Spool>>,
    options: Options,
    auth: Auth,
    lifetime: Option<Duration>,
    address: SocketAddr,
    faults: Vec<(EndpointScope, WireFault)>,
    #[cfg(feature = "tls")]
    tls: bool,
    /// The first error.
    failed: Option<Error>,
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            spool: Arc::default(),
            layouts: Vec::new(),
            options: Options::default(),
            auth: Auth::default(),
            lifetime: None,
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            faults: Vec::new(),
            #[cfg(feature = "tls")]
            tls: false,
            failed: None,
        }
    }
}

impl Registry {
    /// An empty registry, which accepts all pushes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the contents of a [`Fixture`] or a [`Layout`].
    pub fn with(mut self, source: &impl Source) -> Self {
        match source.spooled(&self.spool) {
            Ok(layout) => self.layouts.push(layout),
            Err(error) => self.fail(error),
        }
        self
    }

    /// Listens at this address instead of on a free port of `127.0.0.1`. Other machines can reach any address but a loopback
    /// address.
    pub fn listen(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// Requires this name and this password with each request.
    pub fn basic(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.auth = Auth::Basic(Credentials { user: user.into(), password: password.into() });
        self
    }

    /// Requires a token with each request, which the endpoint `/token` gives for this name and this password. A token is
    /// valid for the requested scopes, such as `repository:library/app:pull`, and for five minutes.
    pub fn bearer(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.auth = Auth::bearer(Credentials { user: user.into(), password: password.into() }, LIFETIME);
        self
    }

    /// Sets how long a token of [`bearer`](Self::bearer) is valid.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Leaves out a part of the API, as a registry may do.
    pub fn without(mut self, api: Api) -> Self {
        self.options.without.push(api);
        self
    }

    /// Accepts neither pushes nor deletions.
    pub fn read_only(self) -> Self {
        self.without(Api::Push).without(Api::Delete)
    }

    /// Lists at most `items` tags, referrers or repositories in one answer, whatever number a client asks for.
    pub fn page(mut self, items: usize) -> Self {
        if items == 0 {
            let problem = "a page of 0 items lists nothing, and has no next page; write how many it lists";
            self.fail(Problem::new(problem).into_error("page".to_owned()));
        }
        self.options.page = Some(items);
        self
    }

    /// Changes the form of the `Location` of an upload.
    pub fn upload_location(mut self, location: UploadLocation) -> Self {
        self.options.upload_location = location;
        self
    }

    /// Serves several registries: a client selects the domain of a reference by `?ns=`, as containerd does for a mirror. A
    /// request without it is answered `404`.
    pub fn by_namespace(mut self) -> Self {
        self.options.by_namespace = true;
        self
    }

    /// Uses TLS, with a certificate for `127.0.0.1` and `localhost` that is made when the registry starts:
    /// [`RunningRegistry::ca_pem`].
    #[cfg(feature = "tls")]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Adds a fault on the wire to an endpoint. At most one fault applies to a request: the first one that matches it and is
    /// not used up, and the faults of the requested node come first. None applies to a request without the required
    /// credentials.
    ///
    /// ```
    /// use oci_fixture::{Endpoint, Http, Registry};
    ///
    /// let registry = Registry::new().on(Endpoint::Ping, Http::status(503).times(2));
    /// ```
    pub fn on(mut self, endpoint: impl Into<EndpointScope>, http: Http) -> Self {
        let scope = endpoint.into();
        match http.of_endpoint(&scope) {
            Ok(fault) => self.faults.push((scope, fault)),
            Err(error) => self.fail(error),
        }
        self
    }

    /// Starts the registry.
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) if a fixture or a fault has a mistake,
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) if two entries have the same path and tag with different digests, and
    /// [`Io`](crate::ErrorKind::Io) if it cannot listen.
    pub fn start(self) -> Result<RunningRegistry> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut repositories = Repositories::new(self.options.by_namespace);
        let mut origin = Origin::default();
        let mut auth = self.auth;
        if let (Auth::Bearer(bearer), Some(lifetime)) = (&mut auth, self.lifetime) {
            bearer.lifetime = lifetime;
        }
        for layout in &self.layouts {
            repositories.add(layout)?;
        }
        let service = Arc::new(Service::new(self.options, auth, self.spool, repositories));
        for layout in self.layouts {
            service.faults.add_nodes(&layout.origin.wire);
            origin.extend(layout.origin);
        }
        for (scope, fault) in &self.faults {
            service.faults.add(scope.clone(), fault);
        }

        let failed = |error| Error::io(Path::new(&self.address.to_string()), "listen there", error);
        let own = TcpListener::bind(self.address).map_err(failed)?;
        let other = TcpListener::bind((self.address.ip(), 0)).map_err(failed)?;
        let address = own.local_addr().map_err(failed)?;
        let other_port = other.local_addr().map_err(failed)?.port();
        // The other origin has another host name, because some clients compare only the host.
        let is_ipv4_loopback = address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST);
        let other_host = if is_ipv4_loopback { "localhost".to_owned() } else { host(address.ip()) };
        #[cfg(feature = "tls")]
        let certificate = self.tls.then(|| Certificate::new(address.ip())).transpose()?.map(Arc::new);
        #[cfg(feature = "tls")]
        let scheme = if certificate.is_some() { "https" } else { "http" };
        #[cfg(not(feature = "tls"))]
        let scheme = "http";
        let urls = Urls {
            own: format!("{scheme}://{address}"),
            other: format!("{scheme}://{other_host}:{other_port}"),
        };
        // This is the only place that sets it.
        let _ = service.urls.set(urls);
        let mut listeners = Vec::new();
        for (socket, is_other_origin) in [(own, false), (other, true)] {
            let listener = Listener::start(
                socket,
                &service,
                is_other_origin,
                #[cfg(feature = "tls")]
                certificate.clone(),
            );
            listeners.push(listener.map_err(failed)?);
        }
        Ok(RunningRegistry::new(
            service,
            listeners,
            address,
            origin,
            #[cfg(feature = "tls")]
            certificate.map(|certificate| certificate.ca_pem().to_owned()),
        ))
    }

    fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
    }
}

/// An address as a part of a URL.
fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

impl Http {
    /// The fault of an endpoint, which cannot mention nodes.
    pub(super) fn of_endpoint(self, scope: &EndpointScope) -> Result<WireFault> {
        let at = |problem: Problem| problem.into_error(self.to_string());
        self.check().map_err(at)?;
        scope.check().map_err(at)?;
        let mut mentions = Vec::new();
        self.mentions(&mut mentions);
        if !mentions.is_empty() {
            let problem =
                "a fault of an endpoint cannot use a label; give the fault to a node, or write the value";
            return Err(at(Problem::new(problem)));
        }
        Ok(self.plain_wire())
    }
}

impl Fixture {
    /// Starts a registry with the fixture, on a free port of `127.0.0.1`. It ends when it is dropped. A [`Registry`] has more
    /// options.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use std::net::TcpStream;
    ///
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let registry = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).serve()?;
    ///
    /// let mut client = TcpStream::connect(registry.host()).unwrap();
    /// client.write_all(b"GET /v2/library/app/manifests/1 HTTP/1.0\r\n\r\n").unwrap();
    /// let mut answer = String::new();
    /// client.read_to_string(&mut answer).unwrap();
    /// assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    ///
    /// assert_eq!(registry.requests().to_string(), "GET library/app manifests 1 200 397");
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`Registry::start`].
    pub fn serve(&self) -> Result<RunningRegistry> {
        Registry::new().with(self).start()
    }
}

impl<S: Store> Layout<S> {
    /// Starts a registry with the layout: see [`Fixture::serve`].
    ///
    /// # Errors
    ///
    /// The errors of [`Registry::start`], and those of reading the layout.
    pub fn serve(&self) -> Result<RunningRegistry> {
        Registry::new().with(self).start()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({} layouts)", self.layouts.len())
    }
}
