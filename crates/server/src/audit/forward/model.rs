//! What people set of a destination and see of how it goes, and the rules of its fields.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource};
use crate::audit::RiskLevel;
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::{AuditDestinationId, OrganizationId};
use chrono::{DateTime, Utc};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sallyport_outbound::{Client, line_address, web_address};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// How a receiver is spoken to.
    DestinationKind {
        /// RFC 5424 by TLS, counted as RFC 5425 has it.
        Syslog = "syslog",
        /// HTTP POST, signed.
        Webhook = "webhook",
    }
}

text_enum! {
    /// In which shape it gets events.
    DestinationFormat {
        /// Syslog: the entry of `/api/audit/logs` as JSON in each message.
        Rfc5424Json = "rfc5424_json",
        /// Webhook: an array of entries of `/api/audit/logs`.
        Json = "json",
        /// Webhook: an array of events of the Open Cybersecurity Schema Framework.
        Ocsf = "ocsf",
    }
}

text_enum! {
    /// How it goes.
    DestinationState {
        /// The last try was taken.
        Delivering = "delivering",
        /// Nothing was to be delivered yet.
        Waiting = "waiting",
        /// The last try was not taken; it is tried again, and nothing is lost.
        Failing = "failing",
        /// Switched off. What happens meanwhile is delivered when it is switched on again.
        Disabled = "disabled",
    }
}

/// Where an audit log is forwarded to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditDestination {
    /// Its id.
    pub id: AuditDestinationId,
    /// Whose log it gets; none: those of all organizations.
    pub organization_id: Option<OrganizationId>,
    /// What that organization is called.
    pub organization_name: Option<String>,
    /// What people call it.
    pub name: String,
    /// How it is spoken to.
    pub kind: DestinationKind,
    /// `host:port` of syslog, the https address of a webhook.
    pub address: String,
    /// In which shape it gets events.
    pub format: DestinationFormat,
    /// Certificates (PEM) of the authorities that alone count for it; none: those that count everywhere.
    pub ca_pem: Option<String>,
    /// Whether events are delivered.
    pub enabled: bool,
    /// Events of less risk are left out; none: it gets all.
    pub min_risk_level: Option<RiskLevel>,
    /// How it goes.
    pub state: DestinationState,
    /// When it last took something.
    pub last_delivered_at: Option<DateTime<Utc>>,
    /// Why the last try failed, in our words: nothing of what it answered.
    pub last_error: Option<String>,
    /// Events that it took so far.
    pub delivered: i64,
    /// Sealed events that it has not taken yet.
    pub lag: i64,
    /// When it is tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Counts the changes by people.
    pub version: i64,
    /// What the caller may do with it.
    pub can: Can,
    /// The organization that it belongs to.
    #[serde(skip)]
    pub(super) owner: Owner,
}

crate::http::versioned!(AuditDestination);

/// Whose a destination is.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) id: OrganizationId,
    pub(super) kind: OrganizationKind,
    pub(super) active: bool,
}

impl AuditDestination {
    pub(super) fn resource(&self) -> Resource {
        Resource { org_id: self.owner.id, kind: self.owner.kind, active: self.owner.active }
    }
}

/// A new destination. This is the only time that its secret is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedAuditDestination {
    /// What was made.
    pub destination: AuditDestination,
    /// What a webhook's deliveries are signed with; syslog has none.
    #[schema(format = Password)]
    pub secret: Option<String>,
}

/// A new secret. This is the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditDestinationSecret {
    /// What deliveries are signed with from now on.
    #[schema(format = Password)]
    pub secret: String,
}

/// How a receiver took the sample event. Nothing of what it answered but its status.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditDestinationTest {
    /// Whether it took it.
    pub delivered: bool,
    /// The status of its answer (webhook).
    pub status: Option<u16>,
    /// Stable; none where it was taken.
    pub code: Option<&'static str>,
    /// What happened, for a person.
    pub message: String,
}

/// Which destinations are to be listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DestinationFilter {
    /// Those of one organization.
    pub organization_id: Option<OrganizationId>,
}

/// A destination to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAuditDestination {
    /// Whose log it gets; none: those of all organizations, for the provider's super admins.
    pub organization_id: Option<OrganizationId>,
    /// 1 to 120 characters.
    pub name: String,
    /// How it is spoken to; stays.
    pub kind: DestinationKind,
    /// `host:port` of syslog, the https address of a webhook. No private network, unless the operator allowed it.
    pub address: String,
    /// `rfc5424_json` for syslog, `json` or `ocsf` for a webhook; the first of them when not given.
    pub format: Option<DestinationFormat>,
    /// Certificates (PEM) of the authorities that alone are to count.
    pub ca_pem: Option<String>,
    /// Yes when not given.
    pub enabled: Option<bool>,
    /// Leave out events of less risk.
    pub min_risk_level: Option<RiskLevel>,
}

/// What is to be different; what is not given stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAuditDestination {
    /// Another name.
    pub name: Option<String>,
    /// Another address of the same kind.
    pub address: Option<String>,
    /// Another shape that fits its kind.
    pub format: Option<DestinationFormat>,
    /// Other certificates; null: those that count everywhere.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub ca_pem: Option<Option<String>>,
    /// On or off.
    pub enabled: Option<bool>,
    /// Another least risk; null: all events.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<RiskLevel>)]
    pub min_risk_level: Option<Option<RiskLevel>>,
}

/// `null` is a value, not an absence.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What people set, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) name: String,
    pub(super) kind: DestinationKind,
    pub(super) address: String,
    pub(super) format: DestinationFormat,
    pub(super) ca_pem: Option<String>,
    pub(super) enabled: bool,
    pub(super) min_risk_level: Option<RiskLevel>,
}

impl Settings {
    pub(super) fn of(known: &AuditDestination) -> Self {
        Self {
            name: known.name.clone(),
            kind: known.kind,
            address: known.address.clone(),
            format: known.format,
            ca_pem: known.ca_pem.clone(),
            enabled: known.enabled,
            min_risk_level: known.min_risk_level,
        }
    }

    pub(super) fn new(wish: CreateAuditDestination) -> Result<Self> {
        let usual = match wish.kind {
            DestinationKind::Syslog => DestinationFormat::Rfc5424Json,
            DestinationKind::Webhook => DestinationFormat::Json,
        };
        Self {
            name: wish.name,
            kind: wish.kind,
            address: wish.address,
            format: wish.format.unwrap_or(usual),
            ca_pem: wish.ca_pem,
            enabled: wish.enabled.unwrap_or(true),
            min_risk_level: wish.min_risk_level,
        }
        .checked()
    }

    pub(super) fn changed(self, change: UpdateAuditDestination) -> Result<Self> {
        Self {
            name: change.name.unwrap_or(self.name),
            kind: self.kind,
            address: change.address.unwrap_or(self.address),
            format: change.format.unwrap_or(self.format),
            ca_pem: change.ca_pem.unwrap_or(self.ca_pem),
            enabled: change.enabled.unwrap_or(self.enabled),
            min_risk_level: change.min_risk_level.unwrap_or(self.min_risk_level),
        }
        .checked()
    }

    fn checked(mut self) -> Result<Self> {
        self.name = text::line("name", &self.name, 120)?;
        let refused = |why: &dyn std::fmt::Display| ApiError::invalid("address", why.to_string());
        match self.kind {
            DestinationKind::Syslog => {
                line_address(&self.address).map_err(|why| refused(&why))?;
            }
            DestinationKind::Webhook => {
                let url = web_address(&self.address).map_err(|why| refused(&why))?;
                if url.scheme() != "https" {
                    return Err(refused(&"it must begin with https://"));
                }
            }
        }
        if (self.kind == DestinationKind::Syslog) != (self.format == DestinationFormat::Rfc5424Json) {
            return Err(ApiError::invalid("format", "syslog takes rfc5424_json, a webhook json or ocsf"));
        }
        self.ca_pem = self.ca_pem.map(|pem| pem.trim().to_owned());
        if let Some(pem) = &self.ca_pem {
            check_certificates(pem)?;
        }
        Ok(self)
    }

    /// What an event says of it.
    pub(super) fn facts(&self) -> serde_json::Value {
        serde_json::json!({
            "name": self.name, "kind": self.kind, "address": self.address, "format": self.format,
            "ownCertificates": self.ca_pem.is_some(), "enabled": self.enabled,
            "minRiskLevel": self.min_risk_level,
        })
    }
}

/// Longest text of certificates, and most of them.
const MAX_PEM: usize = 64 * 1024;
const MAX_CERTIFICATES: usize = 20;

fn check_certificates(pem: &str) -> Result<()> {
    let wrong = |why: &str| ApiError::invalid("caPem", why);
    if pem.len() > MAX_PEM {
        return Err(wrong("it is longer than 64 KiB"));
    }
    if pem.contains("PRIVATE KEY") {
        return Err(wrong("there is a private key in it: give certificates alone"));
    }
    let certificates = certificates(pem).ok_or_else(|| wrong("it holds no certificate in PEM"))?;
    if certificates.is_empty() || certificates.len() > MAX_CERTIFICATES {
        return Err(wrong("give 1 to 20 certificates in PEM"));
    }
    let nobody = Client::new(sallyport_outbound::Rules::default(), sallyport_outbound::Patience::default());
    let takes = nobody.and_then(|client| client.trusting_only(certificates));
    takes.map(drop).map_err(|_| wrong("it holds something that is no certificate of an authority"))
}

/// All of them; none where one cannot be read.
pub(super) fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(kind: DestinationKind, address: &str) -> CreateAuditDestination {
        CreateAuditDestination {
            organization_id: None,
            name: "SIEM".to_owned(),
            kind,
            address: address.to_owned(),
            format: None,
            ca_pem: None,
            enabled: None,
            min_risk_level: None,
        }
    }

    #[test]
    fn an_address_and_a_format_fit_their_kind() {
        use DestinationFormat::{Json, Ocsf, Rfc5424Json};
        use DestinationKind::{Syslog, Webhook};
        let usual = Settings::new(wish(Syslog, "siem.example:6514")).unwrap();
        assert_eq!((usual.format, usual.enabled), (Rfc5424Json, true));
        assert_eq!(Settings::new(wish(Webhook, "https://siem.example/in")).unwrap().format, Json);
        for (kind, address) in [
            (Syslog, "https://siem.example/"),
            (Syslog, "siem.example"),
            (Webhook, "http://siem.example/"),
            (Webhook, "siem.example:6514"),
            (Webhook, "https://user@siem.example/"),
        ] {
            assert!(Settings::new(wish(kind, address)).is_err(), "{address}");
        }
        for (kind, address, format) in
            [(Syslog, "siem.example:6514", Ocsf), (Webhook, "https://siem.example/", Rfc5424Json)]
        {
            let wish = CreateAuditDestination { format: Some(format), ..wish(kind, address) };
            assert!(Settings::new(wish).is_err(), "{format}");
        }
    }

    #[test]
    fn v01_no_private_key_is_taken_for_a_certificate() {
        for pem in [
            "",
            "no PEM",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        ] {
            let wish = CreateAuditDestination {
                ca_pem: Some(pem.to_owned()),
                ..wish(DestinationKind::Syslog, "siem.example:6514")
            };
            assert!(Settings::new(wish).is_err(), "{pem}");
        }
    }
}
