//! Connections: made, changed, tested, switched on and off.

use super::flow::{self, BrowserKey, Purpose, Wish};
use super::model::{
    CreateSsoConnection, SecondFactorBy, SsoCheck, SsoConnection, SsoFilter, SsoProtocol, SsoState, SsoTest,
    SsoTestStarted, UpdateSsoConnection, check_address, check_default_role, check_groups, check_word,
};
use super::settings::keep_a_way_in;
use super::store::{self, Kept, Write};
use super::{dressed, proof, saml};
use crate::access::policies::Can;
use crate::access::{Action, Caller, Facts, OrganizationKind, Permit, Resource};
use crate::app::App;
use crate::audit::{Event, Kind, Outcome, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::{Page, text};
use crate::ids::SsoConnectionId;
use crate::scim;
use chrono::{DateTime, Utc};
use sallyport_oidc::{Algorithm, Profile, Provider};
use serde_json::json;
use sqlx::PgConnection;

/// What a provider has to be able to do.
const FITS: &str =
    "It offers the code flow, the signature algorithm and a way for this client to prove itself";

/// All that the caller looks after.
pub async fn list_sso_connections(
    app: &App,
    caller: &Caller,
    filter: &SsoFilter,
) -> Result<Page<SsoConnection>> {
    let organization = filter.organization_id.unwrap_or(caller.org_id);
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::SsoRead, &resource, &Facts::default())?;
    let all = store::select(tx.conn(), None, Some(organization)).await?;
    tx.done().await?;
    Ok(Page::whole(all.into_iter().map(|kept| dressed(app, caller, kept.connection)).collect()))
}

/// One.
pub async fn get_sso_connection(app: &App, caller: &Caller, id: SsoConnectionId) -> Result<SsoConnection> {
    let mut tx = app.db.read(caller).await?;
    let kept = get(tx.conn(), id).await?;
    tx.done().await?;
    app.may(caller, Action::SsoRead, &kept.connection.resource(), &Facts::default())?;
    Ok(dressed(app, caller, kept.connection))
}

/// A new one, as a draft: nobody signs in by it before it is tested and switched on.
pub async fn create_sso_connection(
    app: &App,
    caller: &Caller,
    new: CreateSsoConnection,
) -> Result<SsoConnection> {
    let id = SsoConnectionId::new(&app.clock);
    let mut tx = app.db.read(caller).await?;
    let organization = crate::organizations::resource(tx.conn(), new.organization_id).await?;
    app.may(caller, Action::SsoUpdate, &organization, &Facts::default())?;
    // No transaction waits for the other side, nor for a key.
    tx.done().await?;
    let now = app.db.now().await?;
    let mut connection = drafted(id, organization, &new, now)?;
    let (described, own_key) = match new.protocol {
        SsoProtocol::Oidc => (None, None),
        SsoProtocol::Saml => {
            let given = saml::read_given(app, new.metadata.as_deref(), new.metadata_url.as_deref()).await?;
            (given, Some(saml::make_key(app).await?))
        }
    };
    if let Some(provider) = &described {
        connection.issuer.clone_from(&provider.entity_id);
    }
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), new.organization_id).await?;
    let permit = app.may(caller, Action::SsoUpdate, &resource, &Facts::default())?;
    let secret = match (&new.client_secret, &own_key) {
        (Some(secret), _) => Some(check_secret(secret.expose())?),
        (None, Some(key)) => Some(key.pkcs8().as_slice()),
        (None, None) => None,
    };
    let sealed = match secret {
        Some(secret) => Some(proof::seal(app, &mut tx, &connection, secret).await?),
        None => None,
    };
    let write = Write {
        connection: &connection,
        key: sealed.as_ref().map(|(key, _)| *key),
        sealed_secret: sealed.as_ref().map(|(_, bytes)| bytes.as_slice()),
        secret_taken: false,
        certificate: own_key.as_ref().map(|key| key.certificate().der.as_slice()),
        described: described.as_ref().map(serde_json::to_value).transpose().map_err(anyhow::Error::from)?,
    };
    store::insert(tx.conn(), &write).await?;
    let event = event(caller, &permit, &catalogue::SSO_CREATE, &connection).details(settings_of(&connection));
    tx.commit(event).await?;
    get_sso_connection(app, caller, id).await
}

/// As it begins; what is asked of its fields goes by its protocol.
fn drafted(
    id: SsoConnectionId,
    organization: Resource,
    new: &CreateSsoConnection,
    now: DateTime<Utc>,
) -> Result<SsoConnection> {
    let kind = organization.kind;
    let oidc = new.protocol == SsoProtocol::Oidc;
    let (issuer, client_id) = if oidc {
        let issuer = new.issuer.as_deref().ok_or_else(|| ApiError::invalid("issuer", "it is missing"))?;
        let client =
            new.client_id.as_deref().ok_or_else(|| ApiError::invalid("clientId", "it is missing"))?;
        (issuer_of(new.profile, issuer)?, Some(check_word("clientId", client, 512)?))
    } else {
        (String::new(), None)
    };
    new.check_fields()?;
    let connection = SsoConnection {
        id,
        organization_id: new.organization_id,
        name: text::line("name", &new.name, 120)?,
        protocol: new.protocol,
        profile: new.profile,
        state: SsoState::Draft,
        issuer,
        metadata_url: new.metadata_url.as_deref().map(|url| check_address("metadataUrl", url)).transpose()?,
        client_id,
        has_secret: new.client_secret.is_some(),
        algorithm: oidc.then(|| new.algorithm.unwrap_or(Algorithm::Rs256)),
        groups_claim: check_word(
            "groupsClaim",
            new.groups_claim.as_deref().unwrap_or(if oidc {
                new.profile.groups_claim()
            } else {
                new.profile.groups_attribute()
            }),
            255,
        )?,
        entity_id: None,
        redirect_uri: String::new(),
        logout_uri: String::new(),
        sign_in_address: None,
        keys: Vec::new(),
        certificates: Vec::new(),
        own_certificates: Vec::new(),
        described_at: None,
        idp_initiated: new.idp_initiated.unwrap_or(false),
        creates_users: new.creates_users.unwrap_or(true),
        default_role: new.default_role,
        groups: new.groups.clone(),
        second_factor: new.second_factor.unwrap_or(SecondFactorBy::of(kind)),
        tested: false,
        last_test: None,
        created_at: now,
        version: 1,
        can: Can::default(),
        organization,
        settings_version: 1,
    };
    check(&connection, kind)?;
    Ok(connection)
}

/// Changes one. Where that changes how people are proven, it is a draft again until it is tested.
pub async fn update_sso_connection(
    app: &App,
    caller: &Caller,
    id: SsoConnectionId,
    change: UpdateSsoConnection,
    version: Option<i64>,
) -> Result<SsoConnection> {
    let mut tx = app.db.read(caller).await?;
    let kept = get(tx.conn(), id).await?;
    app.may(caller, Action::SsoUpdate, &kept.connection.resource(), &Facts::default())?;
    tx.done().await?;
    change.check_fields(kept.connection.protocol)?;
    let described = saml::read_given(app, change.metadata.as_deref(), change.metadata_url.as_deref()).await?;
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let kept = get(tx.conn(), id).await?;
    let before = kept.connection.clone();
    let permit = app.may(caller, Action::SsoUpdate, &before.resource(), &Facts::default())?;
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    let mut after = before.clone();
    if let Some(name) = &change.name {
        after.name = text::line("name", name, 120)?;
    }
    if let Some(issuer) = &change.issuer {
        after.issuer = issuer_of(before.profile, issuer)?;
    }
    if let Some(client) = &change.client_id {
        after.client_id = Some(check_word("clientId", client, 512)?);
    }
    if let Some(claim) = &change.groups_claim {
        after.groups_claim = check_word("groupsClaim", claim, 255)?;
    }
    if let Some(provider) = &described {
        after.issuer.clone_from(&provider.entity_id);
        after.metadata_url.clone_from(&change.metadata_url);
    }
    after.idp_initiated = change.idp_initiated.unwrap_or(before.idp_initiated);
    after.algorithm = change.algorithm.or(before.algorithm);
    after.creates_users = change.creates_users.unwrap_or(before.creates_users);
    after.default_role = change.default_role.unwrap_or(before.default_role);
    after.groups = change.groups.clone().unwrap_or(before.groups.clone());
    after.second_factor = change.second_factor.unwrap_or(before.second_factor);
    check(&after, before.organization.kind)?;
    let secret_changed = is_another_secret(app, tx.conn(), &kept, &change).await?;
    let needs_test = secret_changed
        || is_proven_otherwise(&before, &after)
        || described.as_ref().is_some_and(|now| Some(now) != kept.saml.as_ref());
    if needs_test {
        keep_a_way_in(tx.conn(), &before).await?;
    }
    let sealed = match change.client_secret.as_ref().and_then(Option::as_ref) {
        Some(secret) => Some(proof::seal(app, &mut tx, &after, check_secret(secret.expose())?).await?),
        None => None,
    };
    let write = Write {
        connection: &after,
        key: sealed.as_ref().map(|(key, _)| *key),
        sealed_secret: sealed.as_ref().map(|(_, bytes)| bytes.as_slice()),
        secret_taken: matches!(change.client_secret, Some(None)),
        certificate: None,
        described: described.as_ref().map(serde_json::to_value).transpose().map_err(anyhow::Error::from)?,
    };
    store::update(tx.conn(), &write, needs_test).await?;
    let details = json!({ "before": settings_of(&before), "after": settings_of(&after), "secretChanged": secret_changed });
    tx.commit(event(caller, &permit, &catalogue::SSO_UPDATE, &before).details(details)).await?;
    get_sso_connection(app, caller, id).await
}

/// Whether people are proven in another way than they were tested.
fn is_proven_otherwise(before: &SsoConnection, after: &SsoConnection) -> bool {
    let of = |c: &SsoConnection| {
        let words = (c.issuer.clone(), c.client_id.clone(), c.groups_claim.clone(), c.metadata_url.clone());
        (words, c.algorithm)
    };
    of(before) != of(after)
}

/// Whether the client's secret is another one from now on; one that does not open any more is.
async fn is_another_secret(
    app: &App,
    conn: &mut PgConnection,
    kept: &Kept,
    change: &UpdateSsoConnection,
) -> Result<bool> {
    Ok(match &change.client_secret {
        None => false,
        Some(None) => kept.connection.has_secret,
        Some(Some(new)) => match proof::open_secret(app, conn, kept).await {
            Ok(known) => known.is_none_or(|known| known.expose() != new.expose().as_bytes()),
            Err(_) => true,
        },
    })
}

/// Takes a connection away: who came by it stays, is linked to nothing any more, and comes in by another way. What its
/// directory could do by its token ends.
pub async fn delete_sso_connection(app: &App, caller: &Caller, id: SsoConnectionId) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let connection = get(tx.conn(), id).await?.connection;
    let permit = app.may(caller, Action::SsoUpdate, &connection.resource(), &Facts::default())?;
    keep_a_way_in(tx.conn(), &connection).await?;
    let unlinked = store::delete(tx.conn(), &connection).await?;
    let ended = store::end_sign_ins_of(tx.conn(), &connection, "the connection was removed").await?;
    let organization = connection.organization_id;
    let tokens = scim::tokens::revoke_of_connection(tx.conn(), organization, id).await?;
    let details =
        json!({ "signInsEnded": ended, "unlinked": unlinked, "directoryTokensRevoked": tokens.len() });
    let mut events = vec![event(caller, &permit, &catalogue::SSO_DELETE, &connection).details(details)];
    events.extend(tokens.into_iter().map(|(token, name)| {
        Event::by(caller, &permit, &catalogue::DIRECTORY_TOKEN_REVOKE, organization)
            .target(Target::new("directory_token", token.0, name))
            .because("its connection was removed")
    }));
    tx.commit_all(events).await
}

/// Looks at the provider anew, and begins a sign-in there that changes nothing here but the test's outcome.
pub async fn test_sso_connection(
    app: &App,
    caller: &Caller,
    id: SsoConnectionId,
) -> Result<(SsoTestStarted, Option<BrowserKey>)> {
    let mut tx = app.db.read(caller).await?;
    let kept = get(tx.conn(), id).await?;
    let permit = app.may(caller, Action::SsoUpdate, &kept.connection.resource(), &Facts::default())?;
    // No transaction waits for the other side.
    tx.done().await?;
    let before = kept.connection.clone();
    let (checks, whole) = ask(app, caller, kept).await?;
    let at = app.db.now().await?;
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let now = get(tx.conn(), id).await?;
    if now.connection.settings_version != before.settings_version {
        return Err(ApiError::stale());
    }
    let passed = checks.iter().all(|check| check.passed);
    let begun = if passed {
        whole.keep_description(tx.conn()).await?;
        let wish = Wish {
            purpose: Purpose::Test,
            hint: None,
            // It signs nobody in, and whoever tests may be of the provider's organization: the browser is enough.
            whose: None,
            challenge: None,
            return_to: "/sso",
            by_browser: true,
            checks: &checks,
        };
        Some(flow::begin(app, tx.conn(), &whole, wish).await?)
    } else {
        let test = SsoTest { at, passed: false, checks: checks.clone(), person: None };
        store::keep_test(tx.conn(), id, before.settings_version, &test).await?;
        None
    };
    let outcome = if passed { Outcome::Success } else { Outcome::Failed };
    let event = event(caller, &permit, &catalogue::SSO_TEST, &before)
        .outcome(outcome)
        .details(json!({ "checks": checks }));
    tx.commit(event).await?;
    let (url, browser) = begun.map(|begun| (begun.url, begun.browser)).unzip();
    Ok((SsoTestStarted { checks, url }, browser))
}

/// Switches on or off. Only what somebody came in by in a test can be switched on.
pub async fn set_sso_state(
    app: &App,
    caller: &Caller,
    id: SsoConnectionId,
    state: SsoState,
) -> Result<SsoConnection> {
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let connection = get(tx.conn(), id).await?.connection;
    let permit = app.may(caller, Action::SsoUpdate, &connection.resource(), &Facts::default())?;
    let kind = match state {
        SsoState::Active if !connection.tested => {
            return Err(ApiError::conflict(
                "sso_not_tested",
                "This connection has not been tested as it is now. Test it first: that shows what would go wrong for \
                 your people, before it does.",
            ));
        }
        SsoState::Active => &catalogue::SSO_ACTIVATE,
        _ => &catalogue::SSO_DEACTIVATE,
    };
    if state != SsoState::Active {
        keep_a_way_in(tx.conn(), &connection).await?;
    }
    store::set_state(tx.conn(), &connection, state).await?;
    let mut event = event(caller, &permit, kind, &connection);
    if state != SsoState::Active {
        let ended = store::end_sign_ins_of(tx.conn(), &connection, "the connection was switched off").await?;
        event = event.details(json!({ "signInsEnded": ended }));
    }
    tx.commit(event).await?;
    get_sso_connection(app, caller, id).await
}

/// One, if the transaction sees it.
pub(super) async fn get(conn: &mut PgConnection, id: SsoConnectionId) -> Result<Kept> {
    store::find(conn, id).await?.ok_or_else(|| ApiError::not_found("connection"))
}

/// What can be said of a connection before anybody signs in by it, and the connection with what its provider says now.
async fn ask(app: &App, caller: &Caller, kept: Kept) -> Result<(Vec<SsoCheck>, Kept)> {
    match kept.connection.protocol {
        SsoProtocol::Oidc => {
            let (checks, provider) = ask_oidc(app, caller, &kept).await?;
            Ok((checks, Kept { provider, ..kept }))
        }
        SsoProtocol::Saml => {
            let (checks, saml) = saml::check(app, caller, &kept).await?;
            Ok((checks, Kept { saml, ..kept }))
        }
    }
}

async fn ask_oidc(app: &App, caller: &Caller, kept: &Kept) -> Result<(Vec<SsoCheck>, Option<Provider>)> {
    let mut checks = Vec::new();
    let provider = match Provider::read(&app.outbound, &kept.connection.issuer).await {
        Ok(provider) => provider,
        Err(refused) => {
            checks.push(failed("provider_read", "The identity provider describes itself", &refused));
            return Ok((checks, None));
        }
    };
    checks.push(passed("provider_read", "The identity provider describes itself"));
    let mut tx = app.db.read(caller).await?;
    let client = proof::open(app, tx.conn(), kept, provider.clone()).await?;
    tx.done().await?;
    match client.check() {
        Ok(()) => checks.push(passed("provider_fits", FITS)),
        Err(refused) => {
            checks.push(failed("provider_fits", FITS, &refused));
        }
    }
    for (code, what, held) in client.self_test(app.db.now().await?) {
        checks.push(SsoCheck { code: code.to_owned(), what: what.to_owned(), passed: held, detail: None });
    }
    Ok((checks, Some(provider)))
}

pub(super) fn passed(code: &str, what: &str) -> SsoCheck {
    SsoCheck { code: code.to_owned(), what: what.to_owned(), passed: true, detail: None }
}

pub(super) fn failed(code: &str, what: &str, why: &impl ToString) -> SsoCheck {
    SsoCheck { code: code.to_owned(), what: what.to_owned(), passed: false, detail: Some(why.to_string()) }
}

fn check(connection: &SsoConnection, kind: OrganizationKind) -> Result<()> {
    check_groups(&connection.groups, kind)?;
    if kind == OrganizationKind::MssProvider && connection.second_factor == SecondFactorBy::Provider {
        let why = "the provider's own people prove their second factor here, whatever they proved elsewhere";
        return Err(ApiError::invalid("secondFactor", why));
    }
    match connection.default_role {
        Some(role) => check_default_role(role, kind),
        None => Ok(()),
    }
}

fn issuer_of(profile: Profile, entered: &str) -> Result<String> {
    let issuer = check_address("issuer", entered)?;
    profile.issuer(&issuer).map_err(|why| ApiError::invalid("issuer", why))
}

fn check_secret(secret: &str) -> Result<&[u8]> {
    match secret.len() {
        1..=4096 => Ok(secret.as_bytes()),
        _ => Err(ApiError::invalid("clientSecret", "it has 1 to 4,096 bytes")),
    }
}

/// What an event says of a connection; no secret is in it.
fn settings_of(connection: &SsoConnection) -> serde_json::Value {
    json!({
        "name": connection.name, "protocol": connection.protocol, "profile": connection.profile,
        "issuer": connection.issuer, "metadataUrl": connection.metadata_url,
        "idpInitiated": connection.idp_initiated, "clientId": connection.client_id, "algorithm": connection.algorithm,
        "groupsClaim": connection.groups_claim, "createsUsers": connection.creates_users,
        "defaultRole": connection.default_role, "groups": connection.groups,
        "secondFactor": connection.second_factor,
    })
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, connection: &SsoConnection) -> Event {
    Event::by(caller, permit, kind, connection.organization_id).target(Target::new(
        "sso_connection",
        connection.id.0,
        &connection.name,
    ))
}
