//! What an asset is, and the rules of its fields.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource};
use crate::credentials::CredentialKind;
use crate::error::{ApiError, Result};
use crate::grants::AccessLevel;
use crate::http::{Order, text};
use crate::ids::{AssetId, CredentialId, OrganizationId};
use crate::targets;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Tags of one machine at most, and characters of one tag.
/// Where SSH is, when nothing else is said.
pub(super) const SSH_PORT: i32 = 22;
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 40;

text_enum! {
    /// What a session speaks with a machine.
    Protocol {
        /// A terminal by SSH.
        Ssh = "ssh",
    }
}

/// A customer's machine.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    /// Its id.
    pub id: AssetId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Their name.
    pub organization_name: String,
    /// Its name, unique at the customer.
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// TCP port.
    pub port: i32,
    /// What a session speaks with it.
    pub protocol: Protocol,
    /// In lower case, sorted.
    pub tags: Vec<String>,
    /// For people.
    pub description: String,
    /// The key that it must show; none: nobody confirmed one yet, and no session opens.
    pub host_key: Option<HostKey>,
    /// The accounts that a session can use.
    pub accounts: Vec<Account>,
    /// Sessions open now.
    pub live_sessions: i64,
    /// When somebody last went in.
    pub last_session_at: Option<DateTime<Utc>>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Raised by each change; send it as `If-Match` to change only what you saw.
    pub version: i64,
    /// What you may do to it.
    pub can: Can,
    /// Whether its organization is active.
    #[serde(skip)]
    pub organization_active: bool,
}

crate::http::versioned!(Asset);

impl Asset {
    /// As the policies see it. Only customers have machines: the policies let nobody add one elsewhere.
    pub fn resource(&self) -> Resource {
        Resource {
            org_id: self.organization_id,
            kind: OrganizationKind::Customer,
            active: self.organization_active,
        }
    }
}

/// The host key that a person confirmed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostKey {
    /// `ssh-ed25519`, …
    pub algorithm: String,
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// Who confirmed it.
    pub confirmed_by_name: String,
    /// When.
    pub confirmed_at: DateTime<Utc>,
}

/// An account on a machine: all of a credential but its secret.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The credential.
    pub credential_id: CredentialId,
    /// The name on the machine.
    pub username: String,
    /// What opens it.
    pub kind: CredentialKind,
    /// The level of the grants that may use it.
    pub access_level: AccessLevel,
}

/// A machine to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAsset {
    /// The customer.
    pub organization_id: OrganizationId,
    /// 1 to 200 characters, unique at the customer.
    pub name: String,
    /// Host name or IP address, without scheme, user or port.
    pub address: String,
    /// 1 to 65535; 22 when not given.
    pub port: Option<i32>,
    /// `ssh` when not given.
    pub protocol: Option<Protocol>,
    /// At most 20 of at most 40 characters.
    #[serde(default)]
    pub tags: Vec<String>,
    /// At most 4000 characters.
    #[serde(default)]
    pub description: String,
}

impl CreateAsset {
    /// The rules of its fields; brings them into the one form that is kept.
    pub fn check(&mut self) -> Result<()> {
        self.name = text::line("name", &self.name, 200)?;
        self.address = check_address(&self.address)?;
        check_port(self.port)?;
        self.tags = normalise_tags(&self.tags)?;
        self.description = text::block("description", &self.description, 4000)?;
        Ok(())
    }
}

/// What to change; what is not given stays.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAsset {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new address: the host key is forgotten, live sessions end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A new port: the host key is forgotten, live sessions end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i32>,
    /// All tags anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// A new description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl UpdateAsset {
    /// The rules of its fields; brings them into the one form that is kept.
    pub fn check(&mut self) -> Result<()> {
        self.name = self.name.as_deref().map(|name| text::line("name", name, 200)).transpose()?;
        self.address = self.address.as_deref().map(check_address).transpose()?;
        check_port(self.port)?;
        self.tags = self.tags.as_deref().map(normalise_tags).transpose()?;
        self.description =
            self.description.as_deref().map(|words| text::block("description", words, 4000)).transpose()?;
        Ok(())
    }

    /// Whether it would lead sessions elsewhere than they go now.
    pub(super) fn moves(&self, address: &str, port: i32) -> bool {
        self.address.as_deref().is_some_and(|new| new != address) || self.port.is_some_and(|new| new != port)
    }
}

text_enum! {
    /// What a list of machines can be sorted by.
    AssetSort {
        /// By name.
        Name = "name",
        /// By address.
        Address = "address",
        /// By the customer's name.
        OrganizationName = "organizationName",
        /// By when it was added.
        CreatedAt = "createdAt",
    }
}

/// Which machines to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct AssetFilter {
    /// Machines of one customer.
    pub organization_id: Option<OrganizationId>,
    /// A part of name, address or a tag.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// One whole tag.
    pub tag: Option<String>,
    /// `name` when not given.
    #[param(inline)]
    pub sort: Option<AssetSort>,
    /// `asc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

/// What a machine showed when it was asked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScannedHostKey {
    /// `ssh-ed25519`, …
    pub algorithm: String,
    /// `SHA256:…`. Compare it with what the machine's console says (`ssh-keygen -lf`).
    pub fingerprint: String,
    /// Whether it is the confirmed one; null: none is confirmed.
    pub matches_pinned: Option<bool>,
}

/// The word of a person that this is the key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmHostKey {
    /// The fingerprint that the person saw and compared.
    pub fingerprint: String,
}

impl ConfirmHostKey {
    /// The rules of its fields.
    pub fn check(&self) -> Result<()> {
        let digest = self.fingerprint.strip_prefix("SHA256:").unwrap_or_default();
        let fits = digest.len() == 43
            && digest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
        if fits {
            return Ok(());
        }
        Err(ApiError::invalid("fingerprint", "it must be what the scan showed: SHA256: and 43 characters"))
    }
}

fn check_address(address: &str) -> Result<String> {
    targets::normalise(address).map_err(|problem| ApiError::invalid("address", problem))
}

fn check_port(port: Option<i32>) -> Result<()> {
    if port.is_some_and(|port| !(1..=65535).contains(&port)) {
        return Err(ApiError::invalid("port", "it must lie between 1 and 65535"));
    }
    Ok(())
}

/// Lower case, spaces to hyphens, sorted, each once.
fn normalise_tags(tags: &[String]) -> Result<Vec<String>> {
    let mut all = tags.iter().map(|tag| normalise_tag(tag)).collect::<Result<Vec<_>>>()?;
    all.sort_unstable();
    all.dedup();
    if all.len() > MAX_TAGS {
        return Err(ApiError::invalid("tags", format!("at most {MAX_TAGS} tags")));
    }
    Ok(all)
}

fn normalise_tag(tag: &str) -> Result<String> {
    let tag = tag.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
    if tag.is_empty() || tag.chars().count() > MAX_TAG {
        return Err(ApiError::invalid("tags", format!("a tag must have 1 to {MAX_TAG} characters")));
    }
    if !tag.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/')) {
        return Err(ApiError::invalid("tags", "a tag has letters, digits and - _ . : / only"));
    }
    Ok(tag)
}

/// `tag` as the filter takes it: a person may type it as it was typed when it was set.
pub(super) fn filter_tag(tag: &str) -> String {
    normalise_tag(tag).unwrap_or_else(|_| tag.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(given: &[&str]) -> Result<Vec<String>> {
        normalise_tags(&given.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn tags_have_one_form() {
        assert_eq!(tags(&[" Web  Front ", "DB", "db", "env:prod"]).unwrap(), ["db", "env:prod", "web-front"]);
        assert_eq!(tags(&[]).unwrap(), Vec::<String>::new());
        for bad in ["", "  ", "a,b", "a\u{0}", "<b>", &"x".repeat(41)] {
            assert_eq!(tags(&[bad]).unwrap_err().code, "invalid_input", "{bad:?}");
        }
        let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        assert!(normalise_tags(&many).is_err());
    }

    #[test]
    fn fields_have_bounds() {
        let new = |name: &str, address: &str, port| CreateAsset {
            organization_id: uuid::Uuid::nil().into(),
            name: name.to_owned(),
            address: address.to_owned(),
            port,
            protocol: None,
            tags: Vec::new(),
            description: String::new(),
        };
        let mut good = new("  Core router ", "RTR1.Example", Some(22));
        good.check().unwrap();
        assert_eq!((good.name.as_str(), good.address.as_str()), ("Core router", "rtr1.example"));
        for mut bad in [
            new("", "host", None),
            new("a\u{1b}[2J", "host", None),
            new(&"x".repeat(201), "host", None),
            new("a", "ssh://host", None),
            new("a", "host", Some(0)),
            new("a", "host", Some(65536)),
            new("a", "host", Some(-1)),
        ] {
            assert_eq!(bad.check().unwrap_err().code, "invalid_input", "{bad:?}");
        }
    }

    #[test]
    fn another_address_or_port_moves_the_machine() {
        let change = |address: Option<&str>, port| UpdateAsset {
            address: address.map(str::to_owned),
            port,
            ..UpdateAsset::default()
        };
        assert!(!change(None, None).moves("host", 22));
        assert!(!change(Some("host"), Some(22)).moves("host", 22));
        assert!(change(Some("other"), None).moves("host", 22));
        assert!(change(None, Some(2222)).moves("host", 22));
    }

    #[test]
    fn a_fingerprint_is_what_the_scan_showed() {
        let fits = |text: &str| ConfirmHostKey { fingerprint: text.to_owned() }.check().is_ok();
        assert!(fits("SHA256:uNiVztksCsDhcc0u9e8BrDcPiQ/ZVFOhwh4OVlPzzXY"));
        for bad in ["", "SHA256:", "uNiVztksCsDhcc0u9e8BrDcPiQ/ZVFOhwh4OVlPzzXY", "MD5:00:11", "SHA256:short"]
        {
            assert!(!fits(bad), "{bad}");
        }
    }
}
