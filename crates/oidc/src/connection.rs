//! One client registered at one identity provider, and the beginning of a sign-in there.

use crate::profile::Profile;
use crate::provider::Provider;
use crate::refused::Refused;
use openidconnect::core::{CoreAuthPrompt, CoreJwsSigningAlgorithm, CoreResponseType};
use openidconnect::{
    AuthenticationFlow, ClientId, CsrfToken, LoginHint, Nonce, PkceCodeChallenge, RedirectUrl, Scope,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// The secret of a client; never printed.
#[derive(Clone)]
pub struct ClientSecret(pub Zeroizing<String>);

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// How an identity provider signs. One is pinned for each connection: what a token says about itself decides nothing.
/// No shared-key algorithm is among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256; what every provider has.
    #[default]
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256.
    Es256,
    /// ECDSA on P-384.
    Es384,
}

impl Algorithm {
    pub(crate) fn pinned(self) -> CoreJwsSigningAlgorithm {
        match self {
            Self::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            Self::Rs384 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
            Self::Rs512 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
            Self::Ps256 => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            Self::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Self::Es384 => CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        }
    }
}

/// One client at one identity provider.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Whose it is.
    pub profile: Profile,
    /// What it says of itself.
    pub provider: Provider,
    /// Our name there.
    pub client_id: String,
    /// Our secret there, if it gave one.
    pub client_secret: Option<ClientSecret>,
    /// How it signs.
    pub algorithm: Algorithm,
    /// Which of its claims lists groups.
    pub groups_claim: String,
    /// Where it sends people back to; known there letter by letter.
    pub redirect_uri: String,
}

/// Whether somebody may come in by a sign-in that they still have there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// They may.
    Any,
    /// They must prove anew who they are.
    Anew,
}

/// What must be remembered of a sign-in until its answer comes; a secret.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    pub(crate) freshness: Freshness,
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flow(…)")
    }
}

impl Flow {
    /// By which the answer finds its question.
    pub fn state(&self) -> &str {
        &self.state
    }
}

/// A sign-in that begins.
#[derive(Debug)]
pub struct Started {
    /// Where the browser goes.
    pub url: String,
    /// What is remembered.
    pub flow: Flow,
}

impl Connection {
    /// Whether the provider can do what is asked of it.
    pub fn check(&self) -> Result<(), Refused> {
        let document = &self.provider.document;
        if !document.id_token_signing_alg_values_supported().contains(&self.algorithm.pinned()) {
            return Err(Refused::NotOffered(
                format!("the signature algorithm {:?}", self.algorithm).to_uppercase(),
            ));
        }
        let code = document
            .response_types_supported()
            .iter()
            .any(|types| types.as_slice() == [CoreResponseType::Code]);
        if !code {
            return Err(Refused::NotOffered("the authorization code flow".to_owned()));
        }
        if self.client_secret.is_none() && !self.provider.takes_public_clients() {
            let what = "sign-in to clients without a secret: enter the client secret";
            return Err(Refused::NotOffered(what.to_owned()));
        }
        Ok(())
    }

    /// Begins a sign-in. `hint` is the address that somebody typed.
    pub fn start(&self, hint: Option<&str>, freshness: Freshness) -> Result<Started, Refused> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client()?;
        let scopes = self.profile.scopes(&self.provider.scopes());
        let mut wish = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new_random_len(32),
                || Nonce::new_random_len(32),
            )
            .set_pkce_challenge(challenge)
            .add_scopes(scopes.into_iter().map(|scope| Scope::new(scope.to_owned())));
        if let Some(hint) = hint {
            wish = wish.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        if freshness == Freshness::Anew {
            wish = wish.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        let (url, state, nonce) = wish.url();
        let flow = Flow {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            freshness,
        };
        Ok(Started { url: url.into(), flow })
    }

    pub(crate) fn client_id(&self) -> ClientId {
        ClientId::new(self.client_id.clone())
    }

    pub(crate) fn redirect(&self) -> Result<RedirectUrl, Refused> {
        RedirectUrl::new(self.redirect_uri.clone())
            .map_err(|_| Refused::Endpoint { what: "coming back", why: "it is no web address" })
    }
}
