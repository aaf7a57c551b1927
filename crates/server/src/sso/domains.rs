//! Mail domains that an organization proves to be its own, by a TXT record in their DNS. Only people with an address
//! in one of them get an account by signing in.

use super::store;
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::ids::{OrganizationId, SsoDomainId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use sallyport_secrets::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Providers of mail for everybody: nobody's own.
const EVERYBODYS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "t-online.de",
    "freenet.de",
    "mail.com",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "proton.me",
    "protonmail.com",
    "zoho.com",
    "qq.com",
    "163.com",
    "orange.fr",
    "free.fr",
    "libero.it",
    "bluewin.ch",
    "hushmail.com",
    "fastmail.com",
    "tutanota.com",
    "posteo.de",
];

/// A mail domain of an organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoDomain {
    /// The entry.
    pub id: SsoDomainId,
    /// Whose it is, or is said to be.
    pub organization_id: OrganizationId,
    /// What follows the @.
    pub domain: String,
    /// What its TXT record must say.
    pub challenge: String,
    /// Since when it is proven; null: not yet.
    pub verified_at: Option<DateTime<Utc>>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

impl SsoDomain {
    /// Where the TXT record is looked for.
    pub fn record_name(&self) -> String {
        format!("_sallyport.{}", self.domain)
    }
}

/// A domain, and the record that proves it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoDomainShown {
    /// The domain.
    #[serde(flatten)]
    pub domain: SsoDomain,
    /// Name of the TXT record.
    pub record_name: String,
}

impl From<SsoDomain> for SsoDomainShown {
    fn from(domain: SsoDomain) -> Self {
        Self { record_name: domain.record_name(), domain }
    }
}

/// A domain to be proven.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSsoDomain {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What follows the @ in its addresses.
    pub domain: String,
}

/// The domains of an organization that the caller looks after.
pub async fn list_sso_domains(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
) -> Result<Vec<SsoDomainShown>> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::SsoRead, &resource, &Facts::default())?;
    let domains = store::list_domains(tx.conn(), None, Some(organization)).await?;
    tx.done().await?;
    Ok(domains.into_iter().map(SsoDomainShown::from).collect())
}

/// Enters a domain, and says which record proves it.
pub async fn create_sso_domain(app: &App, caller: &Caller, new: CreateSsoDomain) -> Result<SsoDomainShown> {
    let domain = check_domain(&new.domain)?;
    let challenge = format!(
        "sallyport-verification={}",
        hex::encode(Secret::random(20).map_err(anyhow::Error::from)?.expose())
    );
    let id = SsoDomainId::new(&app.clock);
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), new.organization_id).await?;
    let permit = app.may(caller, Action::SsoUpdate, &resource, &Facts::default())?;
    store::insert_domain(tx.conn(), new.organization_id, id, &domain, &challenge).await?;
    let event = Event::by(caller, &permit, &catalogue::SSO_DOMAIN_CREATE, new.organization_id)
        .target(Target::new("sso_domain", id.0, &domain));
    tx.commit(event).await?;
    get(app, caller, id).await
}

/// Looks for the record.
pub async fn verify_sso_domain(app: &App, caller: &Caller, id: SsoDomainId) -> Result<SsoDomainShown> {
    let mut tx = app.db.read(caller).await?;
    let domain = find(tx.conn(), id).await?;
    let resource = crate::organizations::resource(tx.conn(), domain.organization_id).await?;
    let permit = app.may(caller, Action::SsoUpdate, &resource, &Facts::default())?;
    tx.done().await?;
    let name = domain.record_name();
    let said = app.dns.texts(&name).await.map_err(|problem| not_verified(&name, &domain, &problem))?;
    if !said.contains(&domain.challenge) {
        let problem = match said.len() {
            0 => "there is no TXT record of that name".to_owned(),
            1 => "its TXT record says something else".to_owned(),
            n => format!("none of its {n} TXT records says that"),
        };
        return Err(not_verified(&name, &domain, &problem));
    }
    let mut tx = app.db.write(caller).await?;
    store::set_verified(tx.conn(), id).await?;
    let event = Event::by(caller, &permit, &catalogue::SSO_DOMAIN_VERIFY, domain.organization_id)
        .target(Target::new("sso_domain", id.0, &domain.domain));
    tx.commit(event).await?;
    get(app, caller, id).await
}

/// Gives a domain up: nobody new comes in by it.
pub async fn delete_sso_domain(app: &App, caller: &Caller, id: SsoDomainId) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let domain = find(tx.conn(), id).await?;
    let resource = crate::organizations::resource(tx.conn(), domain.organization_id).await?;
    let permit = app.may(caller, Action::SsoUpdate, &resource, &Facts::default())?;
    store::delete_domain(tx.conn(), id).await?;
    let event = Event::by(caller, &permit, &catalogue::SSO_DOMAIN_DELETE, domain.organization_id)
        .target(Target::new("sso_domain", id.0, &domain.domain));
    tx.commit(event).await
}

async fn get(app: &App, caller: &Caller, id: SsoDomainId) -> Result<SsoDomainShown> {
    let mut tx = app.db.read(caller).await?;
    let domain = find(tx.conn(), id).await?;
    tx.done().await?;
    Ok(domain.into())
}

async fn find(conn: &mut sqlx::PgConnection, id: SsoDomainId) -> Result<SsoDomain> {
    let found = store::list_domains(conn, Some(id), None).await?;
    found.into_iter().next().ok_or_else(|| ApiError::not_found("domain"))
}

fn not_verified(name: &str, domain: &SsoDomain, problem: &str) -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        "domain_not_verified",
        format!(
            "{} is not proven yet: {problem}. Put a TXT record named {name} with the text {} into its DNS; it can take \
             an hour until everybody sees it.",
            domain.domain, domain.challenge
        ),
    )
}

/// A domain as it stands behind the @, in lower case.
fn check_domain(text: &str) -> Result<String> {
    let refuse = |why: &str| Err(ApiError::invalid("domain", why));
    let text = text.trim();
    let domain = match crate::targets::normalise(text.strip_prefix('@').unwrap_or(text)) {
        Ok(domain) => domain.trim_end_matches('.').to_owned(),
        Err(problem) => return refuse(problem),
    };
    if domain.parse::<std::net::IpAddr>().is_ok() {
        return refuse("it is an address, and no domain");
    }
    if !domain.contains('.') {
        return refuse("write the whole domain, like example.com");
    }
    if EVERYBODYS.contains(&domain.as_str()) {
        return refuse("everybody can have an address there; it is no organization's own");
    }
    Ok(domain)
}

/// The domain of an address in its one spelling.
pub(crate) fn domain_of(email: &str) -> Option<String> {
    let (_, domain) = email.rsplit_once('@')?;
    let domain = domain.trim_end_matches('.').to_lowercase();
    (!domain.is_empty()).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_somebodys_own() {
        for (text, domain) in [
            ("Kestrel.Example", "kestrel.example"),
            ("@kestrel.example", "kestrel.example"),
            ("a.b.example.", "a.b.example"),
        ] {
            assert_eq!(check_domain(text).unwrap(), domain);
        }
        for text in [
            "",
            "example",
            "gmail.com",
            "GMAIL.com.",
            "192.0.2.1",
            "a b.example",
            "https://a.example",
            "alice@a.example",
        ] {
            assert!(check_domain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn o12_the_last_at_begins_the_domain() {
        assert_eq!(domain_of("a@kestrel.example@evil.example").as_deref(), Some("evil.example"));
        assert_eq!(domain_of("a@Kestrel.Example.").as_deref(), Some("kestrel.example"));
        assert_eq!(domain_of("nobody"), None);
        assert_eq!(domain_of("a@"), None);
    }
}
