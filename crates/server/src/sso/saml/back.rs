//! The way back from a SAML provider: a form that its page makes the browser post here.

use super::{identity, metadata, service};
use crate::app::App;
use crate::auth::opaque::{hash_bytes, hash_of};
use crate::auth::sso::Carried;
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::{SsoConnectionId, SsoFlowId};
use crate::sso::flow::{self, Form, Purpose, Remembered};
use crate::sso::notices;
use crate::sso::sign_in::{self, Ended, NotIn};
use crate::sso::store::{self, Kept, Spent};
use chrono::TimeDelta;
use sallyport_oidc::Identity;
use sallyport_saml::{Assertion, Expected, Provider, Refused, ServiceProvider};

/// How long ago a person may have proven themselves there for it to be a fresh proof here.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// What the admins are told then.
const CERTIFICATE_ENDED: &str =
    "The certificate that the identity provider signs with has ended: nobody comes in by it.";

/// What the browser posts, and what it kept.
pub(super) struct Posted {
    /// The field `SAMLResponse`.
    pub(super) answer: String,
    /// The field `RelayState`.
    pub(super) relay_state: Option<String>,
    /// Its cookie of the beginning.
    pub(super) browser: Option<String>,
}

/// Ends a sign-in.
pub(super) async fn finish(
    app: &App,
    origin: &Origin,
    id: SsoConnectionId,
    posted: Posted,
    carried: Carried,
) -> Result<Ended> {
    let state = posted.relay_state.as_deref().map(|state| hash_bytes(state.as_bytes()));
    let browser = posted.browser.as_deref().and_then(hash_of);
    let mut tx = app.db.unscoped("end a sign-in by an identity provider").await?;
    let (mut asked, mut late) = (None, None);
    if let (Some(state), Some(browser)) = (state, browser) {
        asked = store::spend_flow(tx.conn(), &state, &browser).await?;
        if asked.is_none() {
            late = store::find_flow(tx.conn(), &state, &browser, false).await?;
        }
    }
    if let Some(late) = late.filter(|late| late.connection == id) {
        return sign_in::too_late(app, tx, origin, Some(late)).await;
    }
    // An answer that goes to another connection than its question was of answers nothing.
    let asked = asked.filter(|spent| spent.connection == id);
    let kept = store::find(tx.conn(), id).await?.filter(|kept| kept.saml.is_some());
    let Some(kept) = kept else {
        tx.commit_unaudited("a flow is spent; how it ended is audited itself").await?;
        return sign_in::over(app, origin).await;
    };
    let usable = sign_in::usable(&kept.connection);
    let (spent, request_id) = match asked {
        Some(spent) => {
            let same = kept.connection.settings_version == spent.settings_version;
            if !same || !(usable || spent.purpose == Purpose::Test) {
                let why = "the connection was changed meanwhile";
                return sign_in::not(app, tx, origin, (&spent, Some(&kept)), NotIn::SwitchedOff, why).await;
            }
            let Remembered::Saml { request_id, .. } = flow::open(app, spent.id, &spent.sealed)? else {
                return Err(anyhow::anyhow!("a flow of another protocol").into());
            };
            (spent, Some(request_id))
        }
        None if usable && kept.connection.idp_initiated => (unasked(app, &kept), None),
        None if usable => {
            let why =
                "it answers no question of this browser, and the connection takes none that nobody asked for";
            let spent = unasked(app, &kept);
            return sign_in::not(app, tx, origin, (&spent, Some(&kept)), NotIn::Over, why).await;
        }
        None => {
            drop(tx);
            return sign_in::over(app, origin).await;
        }
    };
    let ours = service::open(app, tx.conn(), &kept).await?;
    tx.commit_unaudited("a flow is spent; how it ended is audited itself").await?;
    let proven = prove(app, origin, (&kept, &spent), &ours, &posted.answer, request_id).await?;
    sign_in::conclude(app, origin, &kept, &spent, proven, carried).await
}

/// The form that takes a request to the provider, for the browser that began, while it is on its way; else where it is
/// to go.
pub(super) async fn ask(
    app: &App,
    origin: &Origin,
    id: SsoConnectionId,
    state: Option<&str>,
    browser: Option<&str>,
) -> Result<Result<Form, Ended>> {
    let keys = state.map(|state| hash_bytes(state.as_bytes())).zip(browser.and_then(hash_of));
    let Some((state, browser)) = keys else { return Ok(Err(sign_in::over(app, origin).await?)) };
    let mut tx = app.db.unscoped("take a request to an identity provider").await?;
    let flow = store::find_flow(tx.conn(), &state, &browser, true).await?;
    if let Some(flow) = flow.filter(|flow| flow.connection == id)
        && let Remembered::Saml { form: Some(form), .. } = flow::open(app, flow.id, &flow.sealed)?
    {
        tx.commit_unaudited("only read; the beginning and the end are audited").await?;
        return Ok(Ok(form));
    }
    let late = store::find_flow(tx.conn(), &state, &browser, false).await?;
    Ok(Err(sign_in::too_late(app, tx, origin, late.filter(|late| late.connection == id)).await?))
}

/// What an answer that nobody asked for is: a sign-in that leads to the console's first page.
fn unasked(app: &App, kept: &Kept) -> Spent {
    Spent {
        id: SsoFlowId::new(&app.clock),
        organization: kept.connection.organization_id,
        connection: kept.connection.id,
        settings_version: kept.connection.settings_version,
        purpose: Purpose::SignIn,
        sealed: Vec::new(),
        user_id: None,
        user_session_id: None,
        challenge: None,
        return_to: "/".to_owned(),
        by_browser: true,
        checks: Vec::new(),
    }
}

type Proven = Result<Identity, (NotIn, String)>;

/// Who it is. An assertion is used up by this, whatever becomes of it.
async fn prove(
    app: &App,
    origin: &Origin,
    (kept, spent): (&Kept, &Spent),
    ours: &ServiceProvider,
    answer: &str,
    request_id: Option<String>,
) -> Result<Proven> {
    let refused = |why: String| Ok(Err((NotIn::Refused, why)));
    let Some(provider) = &kept.saml else { return refused("nothing is known of the provider".to_owned()) };
    let now = app.db.now().await?;
    let asked_for = request_id.is_some();
    let expected = Expected { request_id, now };
    let mut judged = ours.finish(provider, answer.as_bytes(), &expected);
    // Perhaps it signs with a new key: its metadata says so, if anything does.
    let mut told_anew = false;
    if unknown_key(&judged) && kept.connection.metadata_url.is_some() {
        told_anew = kept.connection.described_at.is_some_and(|at| now - at <= TimeDelta::minutes(1));
        if !told_anew && let Some(renewed) = renewed(app, kept).await? {
            judged = ours.finish(&renewed, answer.as_bytes(), &expected);
            told_anew = true;
        }
    }
    match &judged {
        _ if spent.purpose == Purpose::Test => {}
        // That stands in our own row, or needs a key that was pinned: no stranger makes it so.
        Err(Refused::CertificateExpired) => {
            notices::tell_of_trouble(app, &kept.connection, CERTIFICATE_ENDED).await?;
        }
        // What the provider's own address does not name is nobody's key but a stranger's.
        Err(Refused::NotGenuine) if asked_for && !told_anew => {
            notices::hear_of_unknown_key(app, &kept.connection, origin).await?;
        }
        _ => {}
    }
    let assertion = match judged {
        Ok(assertion) => assertion,
        Err(problem) => return refused(problem.to_string()),
    };
    if !see_once(app, kept, &assertion).await? {
        return Ok(Err((NotIn::Over, "the assertion was used before".to_owned())));
    }
    let fresh = assertion.authenticated_at.is_some_and(|at| now - at < FRESH);
    if spent.purpose == Purpose::StepUp && !fresh {
        return refused("the identity provider asked for no proof anew".to_owned());
    }
    Ok(identity::read(&kept.connection, &assertion).map_err(|why| (NotIn::Refused, why.to_owned())))
}

fn unknown_key(judged: &Result<Assertion, Refused>) -> bool {
    matches!(judged, Err(Refused::NotGenuine | Refused::CertificateExpired))
}

async fn renewed(app: &App, kept: &Kept) -> Result<Option<Provider>> {
    match metadata::renew(app, kept).await? {
        Ok(provider) => Ok(Some(provider)),
        Err(problem) => {
            tracing::info!(connection = %kept.connection.id, problem, "metadata was not renewed");
            Ok(None)
        }
    }
}

/// One row decides, whichever instance the second one comes to.
async fn see_once(app: &App, kept: &Kept, assertion: &Assertion) -> Result<bool> {
    let connection = &kept.connection;
    let mut tx = app.db.unscoped("keep that an assertion was used").await?;
    let id = &assertion.assertion_id;
    let organization = connection.organization_id;
    let until = assertion.not_on_or_after;
    let new = store::see_once(tx.conn(), organization, connection.id, id, until).await?;
    tx.commit_unaudited("the sign-in that it is for is audited itself").await?;
    Ok(new)
}
