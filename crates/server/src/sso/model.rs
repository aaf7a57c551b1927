//! A connection to a customer's identity provider, and the rules of its fields.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource, Role};
use crate::credentials::Sensitive;
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::{OrganizationId, SsoConnectionId};
use chrono::{DateTime, Utc};
use sallyport_oidc::{Algorithm, Profile};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::HashSet;
use utoipa::{IntoParams, ToSchema};

/// Groups that a connection maps at most.
const MAX_GROUP_ROLES: usize = 50;

text_enum! {
    /// How the identity provider speaks.
    SsoProtocol {
        /// OpenID Connect.
        Oidc = "oidc",
        /// SAML 2.0.
        Saml = "saml",
    }
}

text_enum! {
    /// How a connection stands.
    SsoState {
        /// Being set up: nobody signs in by it yet.
        Draft = "draft",
        /// People sign in by it.
        Active = "active",
        /// Switched off.
        Off = "off",
    }
}

text_enum! {
    /// Who asks for the second factor of those who come in by a connection.
    SecondFactorBy {
        /// The identity provider does.
        Provider = "provider",
        /// Sallyport does, as for a sign-in by password.
        Here = "here",
    }
}

impl SecondFactorBy {
    /// Where nothing is said: the provider's own people always prove theirs here.
    pub(super) fn of(kind: OrganizationKind) -> Self {
        if kind == OrganizationKind::MssProvider { Self::Here } else { Self::Provider }
    }
}

text_enum! {
    /// Who may come in by password although single sign-on is required.
    SsoFallback {
        /// Nobody: when the identity provider is down, nobody comes in.
        Nobody = "nobody",
        /// Who administers the organization.
        Admins = "admins",
        /// Everybody who has a password.
        Everyone = "everyone",
    }
}

/// A group there and the role that it gives here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupRole {
    /// As the identity provider writes it: a name, or an id.
    pub group: String,
    /// A role of this kind of organization.
    pub role: Role,
}

/// One thing that a test looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoCheck {
    /// Stable.
    pub code: String,
    /// In words.
    pub what: String,
    /// How it went.
    pub passed: bool,
    /// More, when there is more to say.
    pub detail: Option<String>,
}

/// Who came in by a test, as the identity provider told.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoTestPerson {
    /// Their name for ever there.
    pub subject: String,
    /// Their address.
    pub email: Option<String>,
    /// Whether its domain is one that the organization verified.
    pub domain_verified: bool,
    /// Their groups, the first fifty.
    pub groups: Vec<String>,
    /// The role that they would have here; null: they would not come in.
    pub role: Option<Role>,
    /// Which claims or attributes came.
    pub claims: Vec<String>,
}

/// How a test went.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoTest {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether all checks passed and a person came in.
    pub passed: bool,
    /// What was looked at, in its order.
    pub checks: Vec<SsoCheck>,
    /// Who came in.
    pub person: Option<SsoTestPerson>,
}

/// A certificate that an identity provider signs with.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoCertificate {
    /// SHA-256 in hexadecimal.
    pub fingerprint: String,
    /// Whom it names.
    pub subject: String,
    /// From when it is valid.
    pub not_before: DateTime<Utc>,
    /// Until when it is valid.
    pub not_after: DateTime<Utc>,
    /// Whether its kind of key is verified here: RSA of at least 2048 bits.
    pub supported: bool,
}

impl From<&sallyport_saml::Certificate> for SsoCertificate {
    fn from(of: &sallyport_saml::Certificate) -> Self {
        Self {
            fingerprint: of.fingerprint.clone(),
            subject: of.subject.clone(),
            not_before: of.not_before,
            not_after: of.not_after,
            supported: of.supported,
        }
    }
}

text_enum! {
    /// What a certificate of ours is for.
    OwnKeyUse {
        /// Requests are signed with it.
        Signs = "signs",
        /// It is announced in our metadata: from some day on requests are signed with it.
        Next = "next",
        /// Requests were signed with it.
        Former = "former",
    }
}

/// A certificate of ours, as our metadata name it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoOwnCertificate {
    /// What it is for.
    #[serde(rename = "use")]
    pub used: OwnKeyUse,
    #[serde(flatten)]
    #[allow(missing_docs, reason = "flattened: its fields are documented where they are")]
    pub certificate: SsoCertificate,
}

/// An organization's connection to an identity provider.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "a row as it is shown: each stands for itself")]
pub struct SsoConnection {
    /// The connection.
    pub id: SsoConnectionId,
    /// Whose people sign in by it.
    pub organization_id: OrganizationId,
    /// As people see it on the sign-in page.
    pub name: String,
    /// How it speaks.
    pub protocol: SsoProtocol,
    /// Whose product it is.
    pub profile: Profile,
    /// How it stands.
    pub state: SsoState,
    /// The identity provider's own name: issuer or entity id; empty until its metadata were given (SAML).
    pub issuer: String,
    /// Where its metadata are read anew (SAML); null: they were given by hand.
    pub metadata_url: Option<String>,
    /// Our name there (OpenID Connect).
    pub client_id: Option<String>,
    /// Whether a client secret is kept. It is never shown.
    pub has_secret: bool,
    /// How it signs (OpenID Connect).
    pub algorithm: Option<Algorithm>,
    /// Which of its claims or attributes lists groups.
    pub groups_claim: String,
    /// Our own name there, and where our metadata are (SAML).
    pub entity_id: Option<String>,
    /// Where it sends people back to: to be entered there, letter by letter.
    pub redirect_uri: String,
    /// Where it tells that somebody signed out there (OpenID Connect back-channel logout, SAML single logout).
    pub logout_uri: String,
    /// Where its people sign in, as it says itself.
    pub sign_in_address: Option<String>,
    /// What it signs with: names of keys, or fingerprints of certificates.
    pub keys: Vec<String>,
    /// What it signs with (SAML).
    pub certificates: Vec<SsoCertificate>,
    /// What our requests to it are signed with (SAML).
    pub own_certificates: Vec<SsoOwnCertificate>,
    /// When it was last asked about itself.
    pub described_at: Option<DateTime<Utc>>,
    /// Whether people may come from there without having begun here (SAML).
    pub idp_initiated: bool,
    /// Whether who has no account yet gets one at their first sign-in.
    pub creates_users: bool,
    /// The role of who is in no mapped group; null: they do not come in.
    pub default_role: Option<Role>,
    /// Which group gives which role; the first that fits counts.
    pub groups: Vec<GroupRole>,
    /// Who asks for the second factor.
    pub second_factor: SecondFactorBy,
    /// Whether somebody came in by a test of the settings as they are now.
    pub tested: bool,
    /// The last test.
    pub last_test: Option<SsoTest>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Raised by each change; send it as `If-Match` to change only what you saw.
    pub version: i64,
    /// What you may do to it.
    pub can: Can,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) organization: Resource,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) settings_version: i32,
}

crate::http::versioned!(SsoConnection);

impl SsoConnection {
    /// The organization, as the policies see it.
    pub fn resource(&self) -> Resource {
        self.organization.clone()
    }

    /// The role that `groups` give; none: the person does not come in.
    pub(super) fn role_of(&self, groups: &[String]) -> Option<Role> {
        let mapped =
            self.groups.iter().find(|mapped| groups.contains(&mapped.group)).map(|mapped| mapped.role);
        mapped.or(self.default_role)
    }
}

/// A connection to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSsoConnection {
    /// Whose people sign in by it.
    pub organization_id: OrganizationId,
    /// 1 to 120 characters; people see it on the sign-in page.
    pub name: String,
    /// How it speaks.
    pub protocol: SsoProtocol,
    /// Whose product it is.
    pub profile: Profile,
    /// The address of the identity provider (issuer); what it says of itself is read from there (OpenID Connect).
    pub issuer: Option<String>,
    /// Its metadata as XML (SAML). They, or their address, can be given later too.
    pub metadata: Option<String>,
    /// Where its metadata are; they are read anew from there (SAML).
    pub metadata_url: Option<String>,
    /// Whether people may come from there without having begun here (SAML); no when not given.
    pub idp_initiated: Option<bool>,
    /// Our name there (OpenID Connect).
    pub client_id: Option<String>,
    /// Our secret there; none for a client that the provider knows as public. Write-only.
    #[schema(value_type = Option<String>, format = Password)]
    pub client_secret: Option<Sensitive>,
    /// RS256 when not given.
    pub algorithm: Option<Algorithm>,
    /// `groups` when not given.
    pub groups_claim: Option<String>,
    /// Whether who has no account yet gets one; yes when not given.
    pub creates_users: Option<bool>,
    /// The role of who is in no mapped group: the lowest of this kind of organization. Without it only mapped groups
    /// come in.
    pub default_role: Option<Role>,
    /// Which group gives which role.
    #[serde(default)]
    pub groups: Vec<GroupRole>,
    /// The identity provider when not given.
    pub second_factor: Option<SecondFactorBy>,
}

/// What to change; what is not given stays. A change of how people are proven needs a new test.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSsoConnection {
    /// Another name.
    pub name: Option<String>,
    /// Another address. Accounts are bound to the connection: for another provider make another connection.
    pub issuer: Option<String>,
    /// Other metadata as XML (SAML).
    pub metadata: Option<String>,
    /// Another address of them (SAML).
    pub metadata_url: Option<String>,
    /// Whether people may come from there without having begun here (SAML).
    pub idp_initiated: Option<bool>,
    /// Another client.
    pub client_id: Option<String>,
    /// Another secret; null: the client has none any more. Write-only.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Password)]
    pub client_secret: Option<Option<Sensitive>>,
    /// Another algorithm.
    pub algorithm: Option<Algorithm>,
    /// Another claim.
    pub groups_claim: Option<String>,
    /// Whether who has no account yet gets one.
    pub creates_users: Option<bool>,
    /// The lowest role; null: only mapped groups come in.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Role>)]
    pub default_role: Option<Option<Role>>,
    /// All groups anew.
    pub groups: Option<Vec<GroupRole>>,
    /// Who asks for the second factor.
    pub second_factor: Option<SecondFactorBy>,
}

/// `null` is a value, not an absence.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl CreateSsoConnection {
    pub(super) fn check_fields(&self) -> Result<()> {
        let (oidc, saml) = (SsoProtocol::Oidc, SsoProtocol::Saml);
        refuse_strangers(
            self.protocol,
            &[
                ("issuer", oidc, self.issuer.is_some()),
                ("clientId", oidc, self.client_id.is_some()),
                ("clientSecret", oidc, self.client_secret.is_some()),
                ("algorithm", oidc, self.algorithm.is_some()),
                ("metadata", saml, self.metadata.is_some()),
                ("metadataUrl", saml, self.metadata_url.is_some()),
                ("idpInitiated", saml, self.idp_initiated.is_some()),
            ],
        )
    }
}

impl UpdateSsoConnection {
    pub(super) fn check_fields(&self, protocol: SsoProtocol) -> Result<()> {
        let (oidc, saml) = (SsoProtocol::Oidc, SsoProtocol::Saml);
        refuse_strangers(
            protocol,
            &[
                ("issuer", oidc, self.issuer.is_some()),
                ("clientId", oidc, self.client_id.is_some()),
                ("clientSecret", oidc, self.client_secret.is_some()),
                ("algorithm", oidc, self.algorithm.is_some()),
                ("metadata", saml, self.metadata.is_some()),
                ("metadataUrl", saml, self.metadata_url.is_some()),
                ("idpInitiated", saml, self.idp_initiated.is_some()),
            ],
        )
    }
}

/// Which connections.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SsoFilter {
    /// Of this organization.
    pub organization_id: Option<OrganizationId>,
}

/// How people of an organization may sign in.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SsoSettings {
    /// Whether its people must come by single sign-on. Needs an active connection.
    pub required: bool,
    /// Who may come in by password all the same; each time stands in the log and is told to the admins.
    pub fallback: SsoFallback,
}

/// A test that is to be done in the browser.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoTestStarted {
    /// What was looked at already.
    pub checks: Vec<SsoCheck>,
    /// Where the person who tests signs in; null when a check failed.
    pub url: Option<String>,
}

/// The rules of the fields that both forms have.
pub(super) fn check_groups(groups: &[GroupRole], kind: OrganizationKind) -> Result<()> {
    if groups.len() > MAX_GROUP_ROLES {
        return Err(ApiError::invalid("groups", "at most 50 groups can be mapped"));
    }
    let mut seen = HashSet::new();
    for mapped in groups {
        if mapped.group.is_empty()
            || mapped.group.chars().count() > 255
            || mapped.group.contains(char::is_control)
        {
            return Err(ApiError::invalid("groups", "each group has 1 to 255 characters"));
        }
        if !seen.insert(&mapped.group) {
            return Err(ApiError::invalid(
                "groups",
                format!("the group {} stands there twice", mapped.group),
            ));
        }
        check_role("groups", mapped.role, kind)?;
    }
    Ok(())
}

pub(super) fn check_role(field: &str, role: Role, kind: OrganizationKind) -> Result<()> {
    if role.kind() == kind {
        return Ok(());
    }
    Err(ApiError::invalid(
        field,
        format!("the role {} does not exist at this kind of organization", role.words()),
    ))
}

/// Who is in no mapped group is somebody of whom nothing is known but that they are there: they get the lowest role.
pub(super) fn check_default_role(role: Role, kind: OrganizationKind) -> Result<()> {
    check_role("defaultRole", role, kind)?;
    let lowest = match kind {
        OrganizationKind::Customer => Role::BasicUser,
        // By itself it opens nothing: technicians see what a grant names, and account managers may invite them.
        OrganizationKind::MssProvider => Role::Technician,
    };
    if role == lowest {
        return Ok(());
    }
    Err(ApiError::invalid(
        "defaultRole",
        format!(
            "whoever is in no mapped group can be {} or nobody; map a group to the role {}",
            lowest.words(),
            role.words()
        ),
    ))
}

/// A short word of the protocol: printable, without spaces.
pub(super) fn check_word(field: &str, word: &str, most: usize) -> Result<String> {
    let word = text::line(field, word, most)?;
    if word.chars().all(|c| !c.is_whitespace()) {
        Ok(word)
    } else {
        Err(ApiError::invalid(field, "it has no spaces"))
    }
}

/// An address that is asked.
pub(super) fn check_address(field: &str, address: &str) -> Result<String> {
    match sallyport_outbound::web_address(address) {
        Ok(_) => Ok(address.to_owned()),
        Err(problem) => Err(ApiError::invalid(field, problem.0)),
    }
}

/// What belongs to the other protocol is refused rather than ignored.
fn refuse_strangers(protocol: SsoProtocol, given: &[(&str, SsoProtocol, bool)]) -> Result<()> {
    match given.iter().find(|(_, of, given)| *given && *of != protocol) {
        Some((field, ..)) => Err(ApiError::invalid(field, format!("a connection by {protocol} has none"))),
        None => Ok(()),
    }
}
