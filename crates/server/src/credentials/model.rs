//! What a credential is, and the rules of its fields. Its secret is not a part of it: that only ever goes in.

use super::Sensitive;
use super::material::Material;
use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource};
use crate::error::{ApiError, Result};
use crate::grants::AccessLevel;
use crate::ids::{AssetId, CredentialId, OrganizationId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// What opens an account.
    CredentialKind {
        /// A password.
        Password = "password",
        /// A private key.
        PrivateKey = "private_key",
        /// A private key and the certificate over its public half.
        Certificate = "certificate",
    }
}

/// The means to enter a machine. What opens it is sealed and never told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// The machine.
    pub asset_id: AssetId,
    /// The machine's name.
    pub asset_name: String,
    /// The name of the account on the machine.
    pub username: String,
    /// What opens it.
    pub kind: CredentialKind,
    /// The level of the grants that may use it.
    pub access_level: AccessLevel,
    /// `SHA256:…` of the public key.
    pub public_fingerprint: Option<String>,
    /// For a certificate: the names that it is good for; empty: any.
    pub certificate_principals: Vec<String>,
    /// For a certificate: until when.
    pub certificate_expires_at: Option<DateTime<Utc>>,
    /// What a person should look at.
    pub warnings: Vec<String>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When its secret was last exchanged.
    pub rotated_at: Option<DateTime<Utc>>,
    /// Raised by each change; send it as `If-Match` to change only what you saw.
    pub version: i64,
    /// What you may do to it.
    pub can: Can,
    /// Whether its organization is active.
    #[serde(skip)]
    pub organization_active: bool,
    /// Counts up with every rotation.
    #[serde(skip)]
    pub secret_version: i32,
}

crate::http::versioned!(Credential);

impl Credential {
    /// As the policies see it. Only customers' machines have credentials.
    pub fn resource(&self) -> Resource {
        Resource {
            org_id: self.organization_id,
            kind: OrganizationKind::Customer,
            active: self.organization_active,
        }
    }

    /// `root on web-1`: for the log.
    pub fn title(&self) -> String {
        title(&self.username, &self.asset_name)
    }

    /// What a person should look at, as of `now`.
    pub(super) fn warn(&mut self, now: DateTime<Utc>) {
        self.warnings.clear();
        if let Some(at) = self.certificate_expires_at.filter(|at| *at <= now + chrono::TimeDelta::days(14)) {
            let word = if at <= now { "expired" } else { "expires" };
            self.warnings
                .push(format!("The certificate {word} on {}. Rotate it.", at.format("%Y-%m-%d %H:%M UTC")));
        }
        let names = &self.certificate_principals;
        if !names.is_empty() && !names.contains(&self.username) {
            self.warnings.push(format!(
                "The certificate is good for {}, not for {}. The machine must map one to the other \
                 (AuthorizedPrincipalsFile).",
                names.join(", "),
                self.username
            ));
        }
    }
}

/// `root on web-1`.
pub(super) fn title(username: &str, asset_name: &str) -> String {
    format!("{username} on {asset_name}")
}

/// What opens the account; which of the fields, the kind says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretFields {
    /// For a password: 1 to 1024 characters.
    #[schema(write_only)]
    pub password: Option<Sensitive>,
    /// For a private key or a certificate: the key's text, as OpenSSH, PKCS #8 or PEM.
    #[schema(write_only)]
    pub private_key: Option<Sensitive>,
    /// The passphrase of that text, if it has one. It opens the key once and is not kept.
    #[schema(write_only)]
    pub passphrase: Option<Sensitive>,
    /// For a certificate: the line that OpenSSH's certificate file has.
    pub certificate: Option<String>,
}

/// A credential to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateCredential {
    /// The customer; the machine must be theirs.
    pub organization_id: OrganizationId,
    /// The machine.
    pub asset_id: AssetId,
    /// The name of the account on the machine, 1 to 128 characters.
    pub username: String,
    /// What opens it.
    pub kind: CredentialKind,
    /// The level of the grants that may use it.
    pub access_level: AccessLevel,
    /// For a password: 1 to 1024 characters.
    #[schema(write_only)]
    pub password: Option<Sensitive>,
    /// For a private key or a certificate: the key's text, as OpenSSH, PKCS #8 or PEM.
    #[schema(write_only)]
    pub private_key: Option<Sensitive>,
    /// The passphrase of that text, if it has one. It opens the key once and is not kept.
    #[schema(write_only)]
    pub passphrase: Option<Sensitive>,
    /// For a certificate: the line that OpenSSH's certificate file has.
    pub certificate: Option<String>,
}

impl CreateCredential {
    /// What opens the account, apart.
    pub(super) fn take_secret(&mut self) -> SecretFields {
        SecretFields {
            password: self.password.take(),
            private_key: self.private_key.take(),
            passphrase: self.passphrase.take(),
            certificate: self.certificate.take(),
        }
    }
}

/// What to change; what is not given stays. A new secret has its own operation.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateCredential {
    /// The name of the account on the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The level of the grants that may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_level: Option<AccessLevel>,
}

/// Which credentials to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CredentialFilter {
    /// Credentials of one customer.
    pub organization_id: Option<OrganizationId>,
    /// Credentials of one machine.
    pub asset_id: Option<AssetId>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

/// The rules of an account's name.
pub(super) fn check_username(name: &str) -> Result<()> {
    let length = name.chars().count();
    if length == 0 || length > 128 {
        return Err(ApiError::invalid("username", "it must have 1 to 128 characters"));
    }
    if name.chars().any(char::is_control) || name.trim() != name {
        return Err(ApiError::invalid(
            "username",
            "it must not contain control characters or begin or end with a space",
        ));
    }
    Ok(())
}

/// The fields that fit `kind`, checked; anything else is refused by name. Opens keys: call it off the runtime.
pub(super) fn check_secret(
    kind: CredentialKind,
    fields: SecretFields,
    now: DateTime<Utc>,
) -> Result<Material> {
    let SecretFields { password, private_key, passphrase, certificate } = fields;
    let unfit = |given: bool, field: &str| {
        let problem = || ApiError::invalid(field, format!("it does not belong to a {}", kind.words()));
        if given { Err(problem()) } else { Ok(()) }
    };
    if kind == CredentialKind::Password {
        unfit(private_key.is_some(), "privateKey")?;
        unfit(passphrase.is_some(), "passphrase")?;
        unfit(certificate.is_some(), "certificate")?;
        let password = password.ok_or_else(|| ApiError::invalid("password", "it is missing"))?;
        return Material::from_password(password);
    }
    unfit(password.is_some(), "password")?;
    let text = private_key.ok_or_else(|| ApiError::invalid("privateKey", "it is missing"))?;
    if kind == CredentialKind::PrivateKey {
        unfit(certificate.is_some(), "certificate")?;
        return Material::from_private_key(&text, passphrase.as_ref());
    }
    let certificate = certificate.ok_or_else(|| ApiError::invalid("certificate", "it is missing"))?;
    Material::from_private_key(&text, passphrase.as_ref())?.with_certificate(&certificate, now)
}

impl CredentialKind {
    /// For a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PrivateKey => "private key",
            Self::Certificate => "certificate",
        }
    }
}
