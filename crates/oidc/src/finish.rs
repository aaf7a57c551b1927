//! The end of a sign-in: the answer is matched with its question, the code exchanged, the ID token proven.

use crate::connection::{Connection, Flow, Freshness};
use crate::identity::Identity;
use crate::provider::{Keys, Way};
use crate::refused::{Refused, plain};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, Client,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims,
    IdTokenFields, IdTokenVerifier, Nonce, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
    UserInfoError,
};
use sallyport_outbound::{Client as Outbound, SendError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How far two clocks may be apart.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// How old an ID token may be: it was made for this very answer.
const MAX_AGE: TimeDelta = TimeDelta::minutes(5);

/// What stands in an ID token or in the person's claims beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct More {
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl AdditionalClaims for More {}

type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type ErrorAnswer = StandardErrorResponse<CoreErrorResponseType>;
pub(crate) type OidcClient = Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    ErrorAnswer,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
pub(crate) type Proof =
    IdToken<More, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<More, CoreGenderClaim>;

/// What the browser brings back in the address.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// Which question it answers.
    pub state: Option<String>,
    /// What the tokens are had for.
    pub code: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// A sign-in that is proven.
#[derive(Debug)]
pub struct Finished {
    /// Who it is.
    pub identity: Identity,
    /// The provider's keys, when they had to be read anew: keep them.
    pub keys: Option<Keys>,
}

impl Connection {
    pub(crate) fn client(&self) -> Result<OidcClient, Refused> {
        let secret =
            self.client_secret.as_ref().map(|secret| openidconnect::ClientSecret::new(secret.0.to_string()));
        let document = self.provider.document.clone().set_jwks(self.provider.keys.0.clone());
        let client = OidcClient::from_provider_metadata(document, self.client_id(), secret);
        let client = client.set_redirect_uri(self.redirect()?);
        Ok(if self.provider.wants_secret_in_body() {
            client.set_auth_type(AuthType::RequestBody)
        } else {
            client
        })
    }

    /// Ends the sign-in that `flow` remembers. `now` by the caller's clock.
    pub async fn finish(
        &self,
        outbound: &Outbound,
        flow: Flow,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<Finished, Refused> {
        let code = self.answered(&flow, callback)?;
        let client = self.client()?;
        let way = Way::of(outbound);
        let exchange =
            client.exchange_code(code).map_err(|_| Refused::NotOffered("a token endpoint".to_owned()))?;
        let tokens = exchange
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&way)
            .await
            .map_err(from_exchange)?;
        let token = tokens.id_token().ok_or(Refused::IdToken("there is none"))?;
        let (claims, keys) = self.proven(outbound, token, &flow.nonce, now).await?;
        check_party(&claims, &self.client_id)?;
        check_freshness(&claims, flow.freshness, now)?;
        let mut map = as_map(&claims)?;
        self.complete(outbound, &client, tokens.access_token(), &claims, &mut map).await?;
        let identity = Identity::read(self.profile, &self.groups_claim, claims.subject(), &map)?;
        Ok(Finished { identity, keys })
    }

    /// The code of an answer that belongs to the question and to this provider.
    fn answered(&self, flow: &Flow, callback: Callback) -> Result<AuthorizationCode, Refused> {
        if callback.state.as_deref() != Some(flow.state.as_str()) {
            return Err(Refused::State);
        }
        match callback.iss {
            Some(iss) if iss != self.provider.issuer() => return Err(Refused::Issuer),
            None if self.provider.tells_issuer() => return Err(Refused::Issuer),
            _ => {}
        }
        if let Some(error) = callback.error {
            return Err(Refused::Denied(plain(&error)));
        }
        callback.code.filter(|code| !code.is_empty()).map(AuthorizationCode::new).ok_or(Refused::NoCode)
    }

    /// The claims of `token`, by the provider's keys; read anew once, for keys are changed.
    async fn proven(
        &self,
        outbound: &Outbound,
        token: &Proof,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<(Claims, Option<Keys>), Refused> {
        let nonce = Nonce::new(nonce.to_owned());
        match token.claims(&self.verifier(&self.provider.keys, now), &nonce) {
            Ok(claims) => Ok((claims.clone(), None)),
            // Some change the key and keep its name.
            Err(error) if no_such_key(&error) || not_by_this_key(&error) => {
                let keys = self.provider.read_keys(outbound).await?;
                let claims = token.claims(&self.verifier(&keys, now), &nonce).map_err(|error| why(&error))?;
                Ok((claims.clone(), Some(keys)))
            }
            Err(error) => Err(why(&error)),
        }
    }

    pub(crate) fn verifier(
        &self,
        keys: &Keys,
        now: DateTime<Utc>,
    ) -> IdTokenVerifier<'static, CoreJsonWebKey> {
        // Without the client's secret: no shared-key algorithm can ever be tried.
        IdTokenVerifier::new_public_client(
            self.client_id(),
            self.provider.document.issuer().clone(),
            keys.0.clone(),
        )
        .set_allowed_algs([self.algorithm.pinned()])
        .set_time_fn(move || now - SKEW)
        .set_issue_time_verifier_fn(move |issued| {
            let age = now - issued;
            if age < -SKEW || age > MAX_AGE { Err("it was not made just now".to_owned()) } else { Ok(()) }
        })
    }

    /// Adds what the provider tells at its claims endpoint when the token names no address or no group: some keep
    /// their tokens small. It must speak of the same person, and never contradicts what was signed.
    async fn complete(
        &self,
        outbound: &Outbound,
        client: &OidcClient,
        access: &AccessToken,
        claims: &Claims,
        map: &mut Map<String, Value>,
    ) -> Result<(), Refused> {
        let whole = map.contains_key("email") && map.contains_key(&self.groups_claim);
        if whole || self.provider.document.userinfo_endpoint().is_none() {
            return Ok(());
        }
        // The library puts it into a header as it is.
        if !access.secret().bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Refused::Exchange("unusable_access_token".to_owned()));
        }
        let way = Way::of(outbound);
        let wish = client
            .user_info(access.clone(), Some(claims.subject().clone()))
            .map_err(|_| Refused::NotOffered("the person's claims".to_owned()))?;
        let told: UserInfoClaims<More, CoreGenderClaim> =
            wish.request_async(&way).await.map_err(from_user_info)?;
        for (name, value) in as_map(&told)? {
            map.entry(name).or_insert(value);
        }
        Ok(())
    }
}

/// Who the token was made for, when it names more than its audience (OpenID Connect Core 1.0, section 3.1.3.7).
fn check_party(claims: &Claims, client_id: &str) -> Result<(), Refused> {
    match claims.authorized_party() {
        Some(party) if party.as_str() != client_id => {
            Err(Refused::IdToken("it was made for another client (azp)"))
        }
        _ => Ok(()),
    }
}

fn check_freshness(claims: &Claims, wanted: Freshness, now: DateTime<Utc>) -> Result<(), Refused> {
    let anew = claims.auth_time().is_some_and(|at| now - at <= MAX_AGE && at - now <= SKEW);
    if wanted == Freshness::Anew && !anew { Err(Refused::NotFresh) } else { Ok(()) }
}

fn as_map(claims: &impl Serialize) -> Result<Map<String, Value>, Refused> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(map)) => Ok(map.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        _ => Err(Refused::Claims("they cannot be read")),
    }
}

fn no_such_key(error: &ClaimsVerificationError) -> bool {
    matches!(error, ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
}

fn not_by_this_key(error: &ClaimsVerificationError) -> bool {
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::CryptoError(_))
    )
}

fn why(error: &ClaimsVerificationError) -> Refused {
    match error {
        _ if no_such_key(error) => Refused::UnknownKey,
        ClaimsVerificationError::Expired(_) => Refused::IdToken("it is over, or was not made just now"),
        ClaimsVerificationError::InvalidAudience(_) => {
            Refused::IdToken("it was made for somebody else (aud)")
        }
        ClaimsVerificationError::InvalidIssuer(_) => Refused::IdToken("somebody else made it (iss)"),
        ClaimsVerificationError::InvalidNonce(_) => Refused::IdToken("it belongs to another sign-in (nonce)"),
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            Refused::IdToken("it is not signed by the algorithm that the connection expects")
        }
        ClaimsVerificationError::SignatureVerification(_) => Refused::IdToken("its signature is not right"),
        _ => Refused::IdToken("it cannot be read"),
    }
}

fn from_exchange(error: RequestTokenError<SendError, ErrorAnswer>) -> Refused {
    match error {
        RequestTokenError::Request(error) => Refused::Send(error),
        RequestTokenError::ServerResponse(answer) => Refused::Exchange(plain(answer.error().as_ref())),
        _ => Refused::Exchange("its answer cannot be read".to_owned()),
    }
}

fn from_user_info(error: UserInfoError<SendError>) -> Refused {
    match error {
        UserInfoError::Request(error) => Refused::Send(error),
        UserInfoError::ClaimsVerification(_) => {
            Refused::Claims("they speak of another person than the token")
        }
        _ => Refused::Claims("the endpoint for them did not answer as it should"),
    }
}
