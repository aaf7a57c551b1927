//! `/api/sso`.

use super::sign_in::{Back, Ended};
use super::{
    BrowserKey, CreateSsoConnection, CreateSsoDomain, DiscoverSso, LinkSso, SsoConnection, SsoDomainShown,
    SsoFilter, SsoIdentity, SsoSettings, SsoStarted, SsoState, SsoTestStarted, SsoWays, StartSso,
    StepUpBySso, UpdateSsoConnection,
};
use crate::access::Caller;
use crate::app::App;
use crate::auth::sso::{self as auth, Entered};
use crate::error::ApiError;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, Filter, IfMatch, Page, PathId, Reply, created, done, ok, tagged};
use crate::ids::{OrganizationId, SsoConnectionId, SsoDomainId, SsoIdentityId};
use axum::Extension;
use axum::extract::{Form, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use sallyport_oidc::Callback;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Binds a way back that is an address to the browser that began it. Lax: it comes from another site.
const BY_ADDRESS: &str = "__Host-sallyport_sso";
/// Binds a way back that is a form. None: browsers keep stricter cookies back when another site makes them post, and
/// this one is good for nothing but the one answer that it waits for.
pub(super) const BY_POST: &str = "__Host-sallyport_saml";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_sso_connections, create_sso_connection))
        .routes(routes!(get_sso_connection, update_sso_connection, delete_sso_connection))
        .routes(routes!(test_sso_connection))
        .routes(routes!(activate_sso_connection))
        .routes(routes!(deactivate_sso_connection))
        .routes(routes!(sign_out_there))
        .routes(routes!(list_sso_domains, create_sso_domain))
        .routes(routes!(delete_sso_domain))
        .routes(routes!(verify_sso_domain))
        .routes(routes!(get_sso_settings, update_sso_settings))
        .routes(routes!(discover_sso))
        .routes(routes!(start_sso))
        .routes(routes!(finish_sso))
        .routes(routes!(list_sso_identities))
        .routes(routes!(delete_sso_identity))
        .routes(routes!(link_sso))
        .routes(routes!(step_up_by_sso))
        .merge(super::saml::http::routes())
}

/// List the connections of an organization; one's own when none is named.
#[utoipa::path(get, path = "/api/sso/connections", operation_id = "listSsoConnections", tag = "sso",
    params(SsoFilter), responses((status = 200, body = Envelope<Page<SsoConnection>>), Problems))]
async fn list_sso_connections(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<SsoFilter>,
) -> Reply<Page<SsoConnection>> {
    ok(super::list_sso_connections(&app, &caller, &filter).await?)
}

/// Add a connection, as a draft.
#[utoipa::path(post, path = "/api/sso/connections", operation_id = "createSsoConnection", tag = "sso",
    request_body = CreateSsoConnection, responses((status = 201, body = Envelope<SsoConnection>), Problems))]
async fn create_sso_connection(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateSsoConnection>,
) -> Reply<SsoConnection> {
    created(super::create_sso_connection(&app, &caller, new).await?)
}

/// Get one connection.
#[utoipa::path(get, path = "/api/sso/connections/{id}", operation_id = "getSsoConnection", tag = "sso",
    params(("id" = SsoConnectionId, Path)), responses((status = 200, body = Envelope<SsoConnection>), Problems))]
async fn get_sso_connection(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoConnectionId>,
) -> Reply<SsoConnection> {
    tagged(super::get_sso_connection(&app, &caller, id).await?)
}

/// Change a connection. Where that changes how people are proven, it must be tested and switched on again.
#[utoipa::path(put, path = "/api/sso/connections/{id}", operation_id = "updateSsoConnection", tag = "sso",
    params(("id" = SsoConnectionId, Path), IfMatch), request_body = UpdateSsoConnection,
    responses((status = 200, body = Envelope<SsoConnection>), Problems))]
async fn update_sso_connection(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoConnectionId>,
    version: IfMatch,
    Body(change): Body<UpdateSsoConnection>,
) -> Reply<SsoConnection> {
    tagged(super::update_sso_connection(&app, &caller, id, change, version.version()).await?)
}

/// Remove a connection. The sign-ins that came by it end; the people stay.
#[utoipa::path(delete, path = "/api/sso/connections/{id}", operation_id = "deleteSsoConnection", tag = "sso",
    params(("id" = SsoConnectionId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_sso_connection(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoConnectionId>,
) -> Reply<Done> {
    super::delete_sso_connection(&app, &caller, id).await?;
    done()
}

/// Test a connection: what can be seen from here at once, then by a sign-in that changes nothing.
#[utoipa::path(post, path = "/api/sso/connections/{id}/test", operation_id = "testSsoConnection", tag = "sso",
    params(("id" = SsoConnectionId, Path)), responses((status = 200, body = Envelope<SsoTestStarted>), Problems))]
async fn test_sso_connection(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoConnectionId>,
) -> Result<Response, ApiError> {
    let (started, browser) = Box::pin(super::test_sso_connection(&app, &caller, id)).await?;
    let cookie = browser.as_ref().map(keep);
    Ok((cookie, ok(started)).into_response())
}

/// Switch a connection on. It must have been tested as it is.
#[utoipa::path(post, path = "/api/sso/connections/{id}/activate", operation_id = "activateSsoConnection", tag = "sso",
    params(("id" = SsoConnectionId, Path)), responses((status = 200, body = Envelope<SsoConnection>), Problems))]
async fn activate_sso_connection(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoConnectionId>,
) -> Reply<SsoConnection> {
    tagged(super::set_sso_state(&app, &caller, id, SsoState::Active).await?)
}

/// Switch a connection off. The sign-ins that came by it end.
#[utoipa::path(post, path = "/api/sso/connections/{id}/deactivate", operation_id = "deactivateSsoConnection",
    tag = "sso", params(("id" = SsoConnectionId, Path)),
    responses((status = 200, body = Envelope<SsoConnection>), Problems))]
async fn deactivate_sso_connection(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoConnectionId>,
) -> Reply<SsoConnection> {
    tagged(super::set_sso_state(&app, &caller, id, SsoState::Off).await?)
}

/// A logout token (OpenID Connect Back-Channel Logout 1.0, section 2.5).
#[derive(Debug, Deserialize, ToSchema)]
struct LogoutForm {
    /// Signed by the identity provider.
    logout_token: String,
}

/// Hear from an identity provider that somebody signed out there.
#[utoipa::path(post, path = "/api/sso/connections/{id}/logout", operation_id = "signOutThere", tag = "sso",
    params(("id" = SsoConnectionId, Path)),
    request_body(content = LogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Envelope<Done>), Problems), security(()))]
async fn sign_out_there(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    PathId(id): PathId<SsoConnectionId>,
    form: Result<Form<LogoutForm>, axum::extract::rejection::FormRejection>,
) -> Result<Response, ApiError> {
    let Form(form) = form.map_err(|_| ApiError::invalid("logout_token", "it is missing"))?;
    Box::pin(super::sign_out_there(&app, &origin, id, &form.logout_token)).await?;
    Ok(done().into_response())
}

/// List the mail domains of an organization.
#[utoipa::path(get, path = "/api/sso/domains", operation_id = "listSsoDomains", tag = "sso",
    params(SsoFilter), responses((status = 200, body = Envelope<Vec<SsoDomainShown>>), Problems))]
async fn list_sso_domains(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<SsoFilter>,
) -> Reply<Vec<SsoDomainShown>> {
    ok(super::list_sso_domains(&app, &caller, filter.organization_id.unwrap_or(caller.org_id)).await?)
}

/// Enter a mail domain, and learn which DNS record proves it.
#[utoipa::path(post, path = "/api/sso/domains", operation_id = "createSsoDomain", tag = "sso",
    request_body = CreateSsoDomain, responses((status = 201, body = Envelope<SsoDomainShown>), Problems))]
async fn create_sso_domain(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateSsoDomain>,
) -> Reply<SsoDomainShown> {
    created(super::create_sso_domain(&app, &caller, new).await?)
}

/// Look for the DNS record of a mail domain.
#[utoipa::path(post, path = "/api/sso/domains/{id}/verify", operation_id = "verifySsoDomain", tag = "sso",
    params(("id" = SsoDomainId, Path)), responses((status = 200, body = Envelope<SsoDomainShown>), Problems))]
async fn verify_sso_domain(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoDomainId>,
) -> Reply<SsoDomainShown> {
    ok(super::verify_sso_domain(&app, &caller, id).await?)
}

/// Give a mail domain up.
#[utoipa::path(delete, path = "/api/sso/domains/{id}", operation_id = "deleteSsoDomain", tag = "sso",
    params(("id" = SsoDomainId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_sso_domain(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoDomainId>,
) -> Reply<Done> {
    super::delete_sso_domain(&app, &caller, id).await?;
    done()
}

/// How people of an organization may sign in.
#[utoipa::path(get, path = "/api/organizations/{id}/sso", operation_id = "getSsoSettings", tag = "sso",
    params(("id" = OrganizationId, Path)), responses((status = 200, body = Envelope<SsoSettings>), Problems))]
async fn get_sso_settings(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
) -> Reply<SsoSettings> {
    ok(super::get_sso_settings(&app, &caller, id).await?)
}

/// Change how people of an organization may sign in.
#[utoipa::path(put, path = "/api/organizations/{id}/sso", operation_id = "updateSsoSettings", tag = "sso",
    params(("id" = OrganizationId, Path)), request_body = SsoSettings,
    responses((status = 200, body = Envelope<SsoSettings>), Problems))]
async fn update_sso_settings(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    Body(wish): Body<SsoSettings>,
) -> Reply<SsoSettings> {
    ok(super::update_sso_settings(&app, &caller, id, wish).await?)
}

/// Find the ways to sign in of an address. Only its domain is looked at.
#[utoipa::path(post, path = "/api/sso/discover", operation_id = "discoverSso", tag = "sso",
    request_body = DiscoverSso, responses((status = 200, body = Envelope<SsoWays>), Problems), security(()))]
async fn discover_sso(State(app): State<Arc<App>>, Body(wish): Body<DiscoverSso>) -> Reply<SsoWays> {
    ok(super::discover_sso(&app, wish).await?)
}

/// Begin a sign-in at an identity provider; with the challenge of a sign-in that owes a link, one that links the account.
#[utoipa::path(post, path = "/api/sso/start", operation_id = "startSso", tag = "sso", request_body = StartSso,
    responses((status = 200, body = Envelope<SsoStarted>), Problems), security(()))]
async fn start_sso(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<StartSso>,
) -> Result<Response, ApiError> {
    let (started, browser) = super::start_sso(&app, &origin, wish).await?;
    Ok((keep(&browser), ok(started)).into_response())
}

/// What an identity provider says by the browser (RFC 6749, section 4.1.2; RFC 9207).
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
struct Answer {
    /// Which question it answers.
    state: Option<String>,
    /// What the tokens are had for.
    code: Option<String>,
    /// Who answers.
    iss: Option<String>,
    /// Why not.
    error: Option<String>,
}

impl Answer {
    /// What cannot be read in one way answers nothing, and is treated like the answer to a question that never was: it is
    /// a person who stands there, and a page that they are led to.
    fn read(query: &str) -> Self {
        let mut answer = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let field = match &*name {
                "state" => &mut answer.state,
                "code" => &mut answer.code,
                "iss" => &mut answer.iss,
                "error" => &mut answer.error,
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return Self::default();
            }
        }
        answer
    }
}

/// Come back from an identity provider. Leads to a page of the console in any case.
#[utoipa::path(get, path = "/api/sso/callback", operation_id = "finishSso", tag = "sso", params(Answer),
    responses((status = 303, description = "To the console"), Problems), security(()))]
async fn finish_sso(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let answer = Answer::read(query.as_deref().unwrap_or_default());
    let browser = CookieJar::from_headers(&headers).get(BY_ADDRESS).map(|cookie| cookie.value().to_owned());
    let callback = Callback { state: answer.state, code: answer.code, iss: answer.iss, error: answer.error };
    let back = Back { callback, browser, carried: auth::carried(&headers) };
    leave(Box::pin(super::sign_in::finish_sso(&app, &origin, back)).await?, BY_ADDRESS)
}

/// Leaves the way back, and the cookie that it went by.
pub(super) fn leave(ended: Ended, cookie: &'static str) -> Result<Response, ApiError> {
    match ended {
        Ended::In { entered, return_to } => match *entered {
            Entered::SignedIn(mut signed_in) => {
                let cookies = auth::deliver(&mut signed_in)?;
                Ok((cookies, forget(cookie), to(&return_to)).into_response())
            }
            // After the #, so that no server and no log on the way sees it.
            Entered::Owes(challenge) => {
                let page = format!(
                    "/sign-in?owed={}#challenge={}&returnTo={return_to}",
                    challenge.owed.as_str(),
                    challenge.challenge
                );
                Ok((forget(cookie), to(&page)).into_response())
            }
        },
        Ended::Back { page, cookies } => Ok((cookies, forget(cookie), to(&page)).into_response()),
        Ended::Not(why) => Ok((forget(cookie), to(&format!("/sign-in?sso={why}"))).into_response()),
    }
}

/// List one's own identities at identity providers.
#[utoipa::path(get, path = "/api/sso/identities", operation_id = "listSsoIdentities", tag = "sso",
    responses((status = 200, body = Envelope<Vec<SsoIdentity>>), Problems))]
async fn list_sso_identities(State(app): State<Arc<App>>, caller: Caller) -> Reply<Vec<SsoIdentity>> {
    ok(super::list_sso_identities(&app, &caller).await?)
}

/// Undo a binding of one's own account to an identity.
#[utoipa::path(delete, path = "/api/sso/identities/{id}", operation_id = "deleteSsoIdentity", tag = "sso",
    params(("id" = SsoIdentityId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_sso_identity(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SsoIdentityId>,
) -> Reply<Done> {
    super::delete_sso_identity(&app, &caller, id).await?;
    done()
}

/// Begin to bind one's own account to an identity at one's organization's identity provider.
#[utoipa::path(post, path = "/api/sso/link", operation_id = "linkSso", tag = "sso", request_body = LinkSso,
    responses((status = 200, body = Envelope<SsoStarted>), Problems))]
async fn link_sso(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<LinkSso>,
) -> Result<Response, ApiError> {
    let (started, browser) = super::link_sso(&app, &caller, wish).await?;
    Ok((keep(&browser), ok(started)).into_response())
}

/// Begin to prove anew who one is, at one's identity provider; with a code where the second factor is asked for here.
#[utoipa::path(post, path = "/api/sso/step-up", operation_id = "stepUpBySso", tag = "sso", request_body = StepUpBySso,
    responses((status = 200, body = Envelope<SsoStarted>), Problems))]
async fn step_up_by_sso(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(wish): Body<StepUpBySso>,
) -> Result<Response, ApiError> {
    let by_browser = auth::is_browser(&headers);
    let (started, browser) = super::step_up_by_sso(&app, &caller, wish, by_browser).await?;
    Ok((keep(&browser), ok(started)).into_response())
}

type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

fn keep(browser: &BrowserKey) -> SetCookie {
    cookie(if browser.by_post { BY_POST } else { BY_ADDRESS }, &browser.value, 600)
}

fn forget(name: &str) -> SetCookie {
    cookie(name, "", 0)
}

fn cookie(name: &str, value: &str, seconds: u32) -> SetCookie {
    let same_site = if name == BY_POST { "None" } else { "Lax" };
    let cookie = format!("{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite={same_site}");
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

/// Only paths that were checked come here, and addresses of identity providers.
pub(super) fn to(page: &str) -> Response {
    let place = HeaderValue::from_str(page).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}
