//! A sign-in by an identity provider: which ways there are, the beginning, and the way back.

use super::domains::domain_of;
use super::flow::{self, BrowserKey, Purpose, Remembered, Wish};
use super::model::{SsoConnection, SsoState};
use super::people::{self, Arrival, NoEntry};
use super::store::{self, Kept, SignedOut, Spent};
use super::{linking, notices, proof, tested};
use crate::access::caller::text_enum;
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::auth::opaque::{hash_bytes, hash_of};
use crate::auth::sso::{Carried, Entered, SetCookies};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::SsoConnectionId;
use chrono::{DateTime, Utc};
use sallyport_oidc::{Callback, Identity, LogoutNotice, Refused};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

text_enum! {
    /// Why somebody did not come in; the sign-in page says it in words.
    NotIn {
        /// It took too long, was begun in another browser, or was done already.
        Over = "over",
        /// The identity provider said no, or was not believed.
        Refused = "refused",
        /// The identity provider did not answer.
        ProviderDown = "provider_down",
        /// There is no account, and none is made.
        NoAccount = "no_account",
        /// There is an account with this address that is not bound to the connection.
        LinkFirst = "link_first",
        /// The connection was switched off meanwhile.
        SwitchedOff = "switched_off",
        /// The identity belongs to somebody else here.
        Taken = "taken",
        /// Somebody else signed in there than is signed in here.
        SomebodyElse = "somebody_else",
    }
}

/// Somebody who is about to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiscoverSso {
    /// What they typed as their address. Only its domain is looked at.
    pub email: String,
}

/// A way to sign in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoWay {
    /// The connection.
    pub id: SsoConnectionId,
    /// As its organization calls it.
    pub name: String,
    /// Whose product it is.
    pub profile: String,
}

/// The ways that an address has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoWays {
    /// Identity providers of its domain.
    pub connections: Vec<SsoWay>,
    /// Whether a password is of use to somebody of this domain.
    pub password: bool,
}

/// The ways that an address has: by its domain alone. Whether there is such an account is not looked at.
pub async fn discover_sso(app: &App, wish: DiscoverSso) -> Result<SsoWays> {
    let domain = domain_of(&wish.email).filter(|domain| domain.len() <= 253).unwrap_or_default();
    let mut tx = app.db.unscoped("find the ways to sign in of a mail domain").await?;
    let ways = store::ways_in(tx.conn(), &domain).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    let password = !ways.iter().any(|way| way.required && way.fallback == "nobody");
    let connections = ways.into_iter().map(|way| SsoWay { id: way.id, name: way.name, profile: way.profile });
    Ok(SsoWays { connections: connections.collect(), password })
}

/// A sign-in to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartSso {
    /// By this connection.
    pub connection_id: SsoConnectionId,
    /// The address that was typed, so that nobody has to type it there again.
    pub email: Option<String>,
    /// Of a sign-in by password that owes a link (`owed: link`): who is proven there is linked to its account.
    #[schema(value_type = Option<String>, format = Password)]
    pub challenge: Option<String>,
    /// The page of the console to come back to.
    pub return_to: Option<String>,
}

/// Where the browser goes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoStarted {
    /// The sign-in page of the identity provider.
    pub url: String,
}

/// Begins a sign-in; gives what the browser keeps too.
pub async fn start_sso(app: &App, origin: &Origin, wish: StartSso) -> Result<(SsoStarted, BrowserKey)> {
    let return_to = flow::check_return_to(wish.return_to.as_deref())?;
    let hint = wish.email.as_deref().map(crate::auth::check_email).transpose()?;
    let owes = linking::present(app, origin, wish.challenge.as_deref(), wish.connection_id).await?;
    let mut tx = app.db.unscoped("begin a sign-in by an identity provider").await?;
    // A connection that is not, is off, or was never finished: the same answer.
    let kept = store::find(tx.conn(), wish.connection_id).await?;
    let kept = kept.filter(|kept| usable(&kept.connection)).ok_or_else(flow::not_active)?;
    let asked = Wish {
        purpose: Purpose::SignIn,
        hint: owes.as_ref().map(|owes| owes.email.as_str()).or(hint.as_deref()),
        whose: None,
        challenge: owes.as_ref().map(|owes| owes.challenge),
        return_to: &return_to,
        by_browser: true,
        checks: &[],
    };
    let begun = flow::begin(app, tx.conn(), &kept, asked).await?;
    let organization = kept.connection.organization_id;
    if owes.is_some() || app.logs_strangers_of(organization) {
        let event = Event::by_platform(&catalogue::SSO_START, Outcome::Success, organization)
            .origin(origin.clone())
            .target(target(&kept.connection));
        tx.commit(event).await?;
    } else {
        tx.commit_unaudited("strangers begin more than the log has room for; who comes in by it is audited")
            .await?;
    }
    Ok((SsoStarted { url: begun.url }, begun.browser))
}

/// Whether people come in by it.
pub(super) fn usable(connection: &SsoConnection) -> bool {
    connection.state == SsoState::Active && connection.organization.active
}

/// How a way back ends.
#[derive(Debug)]
pub(super) enum Ended {
    /// Somebody is in, or owes a second factor.
    In {
        /// What a sign-in gives.
        entered: Box<Entered>,
        /// The page that they wanted.
        return_to: String,
    },
    /// Something was proven for somebody who was signed in already: back to this page, with this note.
    Back {
        /// The page.
        page: String,
        /// The new tokens of who proved anew who they are.
        cookies: Option<SetCookies>,
    },
    /// Nobody came in.
    Not(NotIn),
}

/// What the browser brings: the answer, and what it kept.
pub(super) struct Back {
    /// The answer of the provider.
    pub(super) callback: Callback,
    /// What the browser kept since the beginning.
    pub(super) browser: Option<String>,
    /// The tokens of whoever was signed in in it.
    pub(super) carried: Carried,
}

/// The way back.
pub(super) async fn finish_sso(app: &App, origin: &Origin, back: Back) -> Result<Ended> {
    let state = back.callback.state.as_deref().map(|state| hash_bytes(state.as_bytes()));
    let browser = back.browser.as_deref().and_then(hash_of);
    let (Some(state), Some(browser)) = (state, browser) else { return over(app, origin).await };
    let mut tx = app.db.unscoped("end a sign-in by an identity provider").await?;
    let Some(spent) = store::spend_flow(tx.conn(), &state, &browser).await? else {
        let late = store::find_flow(tx.conn(), &state, &browser, false).await?;
        return too_late(app, tx, origin, late).await;
    };
    let kept = store::find(tx.conn(), spent.connection).await?;
    let kept = kept.filter(|kept| kept.connection.settings_version == spent.settings_version);
    let kept = kept.filter(|kept| spent.purpose == Purpose::Test || usable(&kept.connection));
    let Some(kept) = kept else {
        let why = "the connection was changed meanwhile";
        return not(app, tx, origin, (&spent, None), NotIn::SwitchedOff, why).await;
    };
    let Some(provider) = kept.provider.clone() else {
        let why = "nothing is known of the provider";
        return not(app, tx, origin, (&spent, Some(&kept)), NotIn::SwitchedOff, why).await;
    };
    let client = proof::open(app, tx.conn(), &kept, provider).await?;
    let Remembered::Oidc(remembered) = flow::open(app, spent.id, &spent.sealed)? else {
        return Err(anyhow::anyhow!("a flow of another protocol").into());
    };
    tx.commit_unaudited("a flow is spent; how it ended is audited itself").await?;
    let now = app.db.now().await?;
    let proven = client.finish(&app.outbound, *remembered, back.callback, now).await;
    let proven = match proven {
        Ok(finished) => {
            if let Some(keys) = finished.keys.filter(|_| spent.purpose != Purpose::Test) {
                keep_keys(app, &kept, client.provider.with_keys(keys)).await?;
            }
            Ok(finished.identity)
        }
        Err(refused) => {
            let why = if matches!(refused, Refused::Send(_)) { NotIn::ProviderDown } else { NotIn::Refused };
            Err((why, refused.to_string()))
        }
    };
    conclude(app, origin, &kept, &spent, proven, back.carried).await
}

/// From here on it is the same for every protocol: who was proven, or why nobody was, and what that was for.
pub(super) async fn conclude(
    app: &App,
    origin: &Origin,
    kept: &Kept,
    spent: &Spent,
    proven: Result<Identity, (NotIn, String)>,
    carried: Carried,
) -> Result<Ended> {
    match (spent.purpose, proven) {
        (Purpose::Test, proven) => {
            tested::keep(app, origin, kept, spent, proven.map_err(|(_, why)| why)).await
        }
        (_, Err((not_in, why))) => {
            let tx = app.db.unscoped("keep why a sign-in was refused").await?;
            not(app, tx, origin, (spent, Some(kept)), not_in, &why).await
        }
        (Purpose::SignIn, Ok(identity)) => enter(app, origin, kept, spent, identity, carried).await,
        (_, Ok(identity)) => people::prove_for_whoever_is_in(app, origin, kept, spent, identity).await,
    }
}

/// The keys of a provider change; the new ones are kept by the one who met them.
async fn keep_keys(app: &App, kept: &Kept, provider: sallyport_oidc::Provider) -> Result<()> {
    let connection = &kept.connection;
    let mut tx = app.db.unscoped("keep the new keys of an identity provider").await?;
    store::keep_description(tx.conn(), connection.id, connection.settings_version, &provider).await?;
    let event = Event::by_platform(&catalogue::SSO_KEYS_RENEW, Outcome::Success, connection.organization_id)
        .target(target(connection))
        .details(json!({ "keys": provider.key_names(), "before": connection.keys }));
    tx.commit(event).await
}

async fn enter(
    app: &App,
    origin: &Origin,
    kept: &Kept,
    spent: &Spent,
    identity: Identity,
    carried: Carried,
) -> Result<Ended> {
    if identity.groups_elsewhere && !kept.connection.groups.is_empty() {
        notices::tell_of_trouble(app, &kept.connection, notices::GROUPS_ELSEWHERE).await?;
    }
    let arrival = Arrival { origin, connection: &kept.connection, identity: &identity };
    let arrived = match spent.challenge {
        Some(owed) => linking::arrive(app, &arrival, owed, carried).await?,
        None => people::arrive(app, &arrival, carried).await?,
    };
    match arrived {
        Ok(entered) => Ok(Ended::In { entered: Box::new(entered), return_to: spent.return_to.clone() }),
        Err(NoEntry { not_in, why }) => {
            let refused = refusal(origin, spent, Some(kept), &why).details(json!({
                "reason": not_in, "subject": identity.subject, "email": identity.email,
            }));
            app.db.unscoped("keep why a sign-in was refused").await?.commit(refused).await?;
            Ok(Ended::Not(not_in))
        }
    }
}

/// Whoever comes back when it is over, or once more: to where they belong, if that is known.
pub(super) async fn too_late(
    app: &App,
    tx: crate::db::WriteTx,
    origin: &Origin,
    flow: Option<Spent>,
) -> Result<Ended> {
    let Some(flow) = flow else {
        drop(tx);
        return over(app, origin).await;
    };
    not(app, tx, origin, (&flow, None), NotIn::Over, "it took too long, or was done already").await
}

/// Nothing that could be told apart: a state that never was, was used, is over, or of another browser.
pub(super) async fn over(app: &App, origin: &Origin) -> Result<Ended> {
    if let Some(provider) = app.provider_for_strangers() {
        let event = Event::by_platform(&catalogue::SSO_LOGIN, Outcome::Refused, provider)
            .origin(origin.clone())
            .because("no such sign-in is on its way in this browser");
        app.db.unscoped("log an unknown way back").await?.commit(event).await?;
    }
    Ok(Ended::Not(NotIn::Over))
}

pub(super) async fn not(
    app: &App,
    tx: crate::db::WriteTx,
    origin: &Origin,
    (spent, kept): (&Spent, Option<&Kept>),
    not_in: NotIn,
    why: &str,
) -> Result<Ended> {
    // Anybody can begin a sign-in and bring back whatever they like.
    if spent.purpose != Purpose::SignIn || app.logs_strangers_of(spent.organization) {
        tx.commit(refusal(origin, spent, kept, why).details(json!({ "reason": not_in }))).await?;
    } else {
        tx.commit_unaudited("strangers are refused more often than the log has room for").await?;
    }
    let note = match spent.purpose {
        Purpose::SignIn => return Ok(Ended::Not(not_in)),
        Purpose::Test => format!("id={}&sso={not_in}", spent.connection),
        Purpose::Link | Purpose::StepUp => format!("sso={not_in}"),
    };
    // Who did it is signed in: they go back to where they were.
    Ok(Ended::Back { page: flow::with_note(&spent.return_to, &note), cookies: None })
}

fn refusal(origin: &Origin, spent: &Spent, kept: Option<&Kept>, why: &str) -> Event {
    let event = Event::by_platform(&catalogue::SSO_LOGIN, Outcome::Refused, spent.organization)
        .origin(origin.clone())
        .because(why);
    match kept {
        Some(kept) => event.target(target(&kept.connection)),
        None => event,
    }
}

pub(super) fn target(connection: &SsoConnection) -> Target {
    Target::new("sso_connection", connection.id.0, &connection.name)
}

/// The notice that somebody signed out there.
pub async fn sign_out_there(app: &App, origin: &Origin, id: SsoConnectionId, token: &str) -> Result<()> {
    let not_good = || {
        ApiError::new(
            axum::http::StatusCode::BAD_REQUEST,
            "logout_token_refused",
            "This logout token is not good for this connection.",
        )
    };
    let mut tx = app.db.unscoped("hear that somebody signed out at an identity provider").await?;
    let kept = store::find(tx.conn(), id).await?.filter(|kept| usable(&kept.connection));
    let Some(kept) = kept else { return Err(not_good()) };
    let Some(provider) = kept.provider.clone() else { return Err(not_good()) };
    let client = proof::open(app, tx.conn(), &kept, provider).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    let connection = &kept.connection;
    let now = app.db.now().await?;
    let told = hear(app, &kept, client, token, now).await?;
    let mut tx = app.db.unscoped("end the sign-ins of somebody who signed out elsewhere").await?;
    let event = |outcome| {
        Event::by_platform(&catalogue::SSO_LOGOUT, outcome, connection.organization_id)
            .origin(origin.clone())
            .target(target(connection))
    };
    let notice = match told {
        Ok(notice) => notice,
        Err(refused) => {
            if app.logs_strangers_of(connection.organization_id) {
                tx.commit(event(Outcome::Refused).because(refused.to_string())).await?;
            }
            return Err(not_good().audited());
        }
    };
    if !store::see_once(tx.conn(), connection.organization_id, id, &notice.id, notice.until).await? {
        tx.commit(event(Outcome::Refused).because("the logout token was used before")).await?;
        return Err(not_good().audited());
    }
    let ended = store::sign_out(tx.conn(), id, notice.subject.as_deref(), notice.session.as_deref()).await?;
    let mut events = vec![event(Outcome::Success).details(json!({ "signInsEnded": ended.len() }))];
    events.extend(ended_there(origin, connection, ended));
    tx.commit_all(events).await
}

/// What a logout token says. Anybody can send one, so that of those whose key is not known at most one a minute has the
/// keys read anew; what is read then is kept, and the next one finds it.
async fn hear(
    app: &App,
    kept: &Kept,
    client: sallyport_oidc::Connection,
    token: &str,
    now: DateTime<Utc>,
) -> Result<std::result::Result<LogoutNotice, Refused>> {
    let told = client.logout_notice(token, now);
    if !told.as_ref().is_err_and(Refused::may_be_a_new_key) {
        return Ok(told);
    }
    let mut tx = app.db.unscoped("see when the keys of an identity provider were asked for last").await?;
    let due = store::claim_keys(tx.conn(), kept.connection.id).await?;
    tx.commit_unaudited("only says who asks").await?;
    if !due {
        return Ok(told);
    }
    let Ok(keys) = client.provider.read_keys(&app.outbound).await else { return Ok(told) };
    if keys == *client.provider.keys() {
        return Ok(told);
    }
    let provider = client.provider.clone().with_keys(keys);
    keep_keys(app, kept, provider.clone()).await?;
    Ok(sallyport_oidc::Connection { provider, ..client }.logout_notice(token, now))
}

/// An entry for each sign-in that ended because it ended there.
pub(super) fn ended_there(origin: &Origin, connection: &SsoConnection, ended: Vec<SignedOut>) -> Vec<Event> {
    let one = |one: SignedOut| {
        Event::by_platform(&catalogue::USER_SESSION_END, Outcome::Success, connection.organization_id)
            .origin(origin.clone())
            .target(Target::new("user", one.user.0, one.email))
            .because("signed out at the identity provider")
            .details(json!({ "userSessionId": one.session }))
    };
    ended.into_iter().map(one).collect()
}
