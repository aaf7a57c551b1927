//! What an identity provider publishes about itself: its discovery document and its keys (OpenID Connect Discovery
//! 1.0). Each connection keeps its own; keys of one never count for another.

use crate::refused::Refused;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AsyncHttpClient, DiscoveryError, HttpRequest, HttpResponse, IssuerUrl,
    JsonWebKey, JsonWebKeySet, ProviderMetadata,
};
use sallyport_outbound::{Client, SendError, web_address};
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// Keys that a provider may publish at most.
const MAX_KEYS: usize = 64;

/// What stands in the document beside what the library reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Extra {
    /// RFC 9207: whether answers say who gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for Extra {}

pub(crate) type Document = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The keys that an identity provider signs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keys(pub(crate) CoreJsonWebKeySet);

/// One identity provider, as it describes itself; fit to be kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Provider {
    pub(crate) document: Document,
    pub(crate) keys: Keys,
}

impl Provider {
    /// Asks `issuer` for its description and its keys.
    pub async fn read(client: &Client, issuer: &str) -> Result<Self, Refused> {
        web_address(issuer).map_err(SendError::from)?;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| discovery(&error))?;
        let way = Way::of(client);
        let document = Document::discover_async(issuer, &way).await.map_err(from_discovery)?;
        check_endpoints(&document)?;
        let keys = Keys(document.jwks().clone());
        keys.check()?;
        Ok(Self { document, keys })
    }

    /// Asks for the keys anew.
    pub async fn read_keys(&self, client: &Client) -> Result<Keys, Refused> {
        let way = Way::of(client);
        let keys =
            JsonWebKeySet::fetch_async(self.document.jwks_uri(), &way).await.map_err(from_discovery)?;
        let keys = Keys(keys);
        keys.check()?;
        Ok(keys)
    }

    /// The same provider with other keys.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    /// Its keys, as they were read last.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Its name for itself.
    pub fn issuer(&self) -> &str {
        self.document.issuer()
    }

    /// How its keys are called, for a person who compares.
    pub fn key_names(&self) -> Vec<String> {
        self.keys.names()
    }

    /// Where people sign in.
    pub fn authorization_endpoint(&self) -> &str {
        self.document.authorization_endpoint()
    }

    /// What can be asked for, as far as it says.
    pub(crate) fn scopes(&self) -> Vec<&str> {
        self.document.scopes_supported().into_iter().flatten().map(|scope| scope.as_str()).collect()
    }

    /// Whether its answers say who gave them.
    pub(crate) fn tells_issuer(&self) -> bool {
        self.document.additional_metadata().authorization_response_iss_parameter_supported == Some(true)
    }

    /// Whether clients without a secret may come (OpenID Connect Discovery 1.0, section 3: a provider that says nothing
    /// wants one).
    pub(crate) fn takes_public_clients(&self) -> bool {
        let offered = self.document.token_endpoint_auth_methods_supported();
        offered.is_some_and(|offered| offered.contains(&CoreClientAuthMethod::None))
    }

    /// Whether the client's secret goes into the body because it cannot go into a header.
    pub(crate) fn wants_secret_in_body(&self) -> bool {
        let offered = self.document.token_endpoint_auth_methods_supported();
        offered.is_some_and(|offered| {
            !offered.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && offered.contains(&CoreClientAuthMethod::ClientSecretPost)
        })
    }
}

impl Keys {
    fn check(&self) -> Result<(), Refused> {
        match self.0.keys().len() {
            0 => Err(Refused::Discovery("it publishes no keys".to_owned())),
            n if n > MAX_KEYS => Err(Refused::Discovery("it publishes more than 64 keys".to_owned())),
            _ => Ok(()),
        }
    }

    /// How the keys are called, for a person who compares.
    pub fn names(&self) -> Vec<String> {
        let name =
            |key: &CoreJsonWebKey| key.key_id().map_or("without a name".to_owned(), |id| id.to_string());
        self.0.keys().iter().map(name).collect()
    }
}

/// Every address in the document is asked later or shown to browsers: each is judged now.
fn check_endpoints(document: &Document) -> Result<(), Refused> {
    let token = document.token_endpoint().map(|url| url.as_str());
    let token = token.ok_or_else(|| Refused::NotOffered("a token endpoint".to_owned()))?;
    let all = [
        ("sign-in", Some(document.authorization_endpoint().as_str())),
        ("tokens", Some(token)),
        ("keys", Some(document.jwks_uri().as_str())),
        ("the person's claims", document.userinfo_endpoint().map(|url| url.as_str())),
    ];
    for (what, address) in all {
        if let Some(address) = address {
            web_address(address).map_err(|problem| Refused::Endpoint { what, why: problem.0 })?;
        }
    }
    Ok(())
}

/// The library's way to the one client. A type of its own, and no closure: what waits for it can go from thread to
/// thread.
pub(crate) struct Way(Client);

impl Way {
    pub(crate) fn of(client: &Client) -> Self {
        Self(client.clone())
    }
}

impl<'c> AsyncHttpClient<'c> for Way {
    type Error = SendError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, SendError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.send(request))
    }
}

fn from_discovery(error: DiscoveryError<SendError>) -> Refused {
    match error {
        DiscoveryError::Request(error) => Refused::Send(error),
        DiscoveryError::Response(status, _, _) if status.is_redirection() => {
            Refused::Discovery("it points somewhere else (a redirect), which is not followed".to_owned())
        }
        DiscoveryError::Response(status, _, _) => {
            Refused::Discovery(format!("it answered with status {}", status.as_u16()))
        }
        DiscoveryError::Parse(_) => Refused::Discovery("its document cannot be read".to_owned()),
        DiscoveryError::Validation(_) => {
            Refused::Discovery("the issuer in its document is another one than the address given".to_owned())
        }
        _ => Refused::Discovery("the address cannot be used".to_owned()),
    }
}

fn discovery(error: &dyn std::fmt::Display) -> Refused {
    Refused::Discovery(error.to_string())
}
