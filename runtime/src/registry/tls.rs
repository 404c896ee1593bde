//! TLS: a certificate that is made when a registry starts.

use std::net::{IpAddr, TcpStream};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};

use super::transport::Transport;
use crate::error::{Error, ErrorKind, Result};

/// The certificate of a registry.
#[derive(Debug)]
pub(crate) struct Certificate {
    config: Arc<ServerConfig>,
    ca_pem: String,
}

impl Certificate {
    /// A certificate for an address of this machine, by an authority that is made for it, because some clients do not accept
    /// a self-signed one.
    pub(crate) fn new(address: IpAddr) -> Result<Self> {
        let made = || -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
            let mut authority = CertificateParams::new(Vec::new())?;
            authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
            let authority_key = KeyPair::generate()?;
            let authority_certificate = authority.self_signed(&authority_key)?;
            let issuer = Issuer::new(authority, authority_key);

            let names =
                ["127.0.0.1".to_owned(), "::1".to_owned(), "localhost".to_owned(), address.to_string()];
            let key = KeyPair::generate()?;
            let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)?;
            Ok(Self { config: Arc::new(config), ca_pem: authority_certificate.pem() })
        };
        made()
            .map_err(|error| Error::new(ErrorKind::Io, "tls", "cannot make a certificate").with_source(error))
    }

    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The transport of a connection, whose handshake comes with its first bytes.
    pub(crate) fn accept(&self, stream: TcpStream) -> Option<Transport> {
        let connection = ServerConnection::new(Arc::clone(&self.config)).ok()?;
        Some(Transport::tls(stream, connection))
    }
}
