//! Single sign-on: which identity providers may be asked.

use anyhow::{Context, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sallyport_outbound::Rules;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Section `sso`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sso {
    /// Exact addresses and ports of identity providers that are asked although they are in a private network or on this machine, also without TLS.
    pub allow: Vec<SocketAddr>,
    /// Certificates (PEM) of authorities that identity providers' certificates may be signed by, beside those of the web.
    pub ca_file: Option<PathBuf>,
    /// The DNS server that is asked for the records of mail domains; the system's when not given.
    pub dns_server: Option<SocketAddr>,
}

impl Sso {
    /// What the one way out goes by.
    pub fn rules(&self) -> Result<Rules> {
        rules("sso.ca_file", &self.allow, self.ca_file.as_deref())
    }
}

/// Out of a list of exceptions and a file of certificates, which the key of the configuration is named for.
pub(super) fn rules(key: &str, allow: &[SocketAddr], ca_file: Option<&Path>) -> Result<Rules> {
    let authorities = match ca_file {
        None => Vec::new(),
        Some(file) => {
            let read = || -> Result<Vec<CertificateDer<'static>>> {
                Ok(CertificateDer::pem_file_iter(file)?.collect::<Result<_, _>>()?)
            };
            read().with_context(|| format!("{key} {} cannot be read", file.display()))?
        }
    };
    Ok(Rules { allow: allow.to_vec(), authorities })
}
