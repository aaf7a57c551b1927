//! `/api/sso/saml`.

use super::back::{Posted, ask, finish};
use super::logout::sign_out;
use super::{page, service};
use crate::app::App;
use crate::auth::sso as auth;
use crate::error::{ApiError, Result};
use crate::http::PathId;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::ids::SsoConnectionId;
use crate::sso::http::{BY_POST, leave, to};
use crate::sso::{sign_in, store};
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use sallyport_saml::{Binding, LogoutMessage};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this protocol.
pub(in crate::sso) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_saml_metadata))
        .routes(routes!(ask_by_saml_form))
        .routes(routes!(finish_saml))
        .routes(routes!(sign_out_by_saml, sign_out_by_saml_form))
}

/// Get our metadata for an identity provider, as XML.
#[utoipa::path(get, path = "/api/sso/saml/{id}/metadata", operation_id = "getSamlMetadata", tag = "sso",
    params(("id" = SsoConnectionId, Path)),
    responses((status = 200, body = String, content_type = "application/samlmetadata+xml"), Problems), security(()))]
async fn get_saml_metadata(
    State(app): State<Arc<App>>,
    PathId(id): PathId<SsoConnectionId>,
) -> Result<Response, ApiError> {
    let mut tx = app.db.unscoped("tell an identity provider who we are").await?;
    let kept = store::find(tx.conn(), id).await?.filter(|kept| kept.certificate.is_some());
    let kept = kept.ok_or_else(|| ApiError::not_found("connection"))?;
    let ours = service::open(&app, tx.conn(), &kept).await?;
    tx.commit_unaudited("only read").await?;
    Ok(([(header::CONTENT_TYPE, "application/samlmetadata+xml")], ours.metadata()).into_response())
}

/// A sign-in on its way.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "read by hand: what a person's browser brings is never answered with a bare refusal"
)]
struct Asking {
    /// Which one.
    state: Option<String>,
}

/// What a query says of `name`; nothing where it says it twice.
fn only(name: &str, query: &str) -> Option<String> {
    let mut all = url::form_urlencoded::parse(query.as_bytes()).filter(|(given, _)| given == name);
    let (_, value) = all.next()?;
    all.next().is_none().then(|| value.into_owned())
}

/// Go to a SAML identity provider that takes requests by a form alone: a page that posts it.
#[utoipa::path(get, path = "/api/sso/saml/{id}/ask", operation_id = "askBySamlForm", tag = "sso",
    params(("id" = SsoConnectionId, Path), Asking),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 303, description = "To the console: there is no such sign-in on its way"), Problems), security(()))]
async fn ask_by_saml_form(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    id: Result<PathId<SsoConnectionId>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let state = only("state", query.as_deref().unwrap_or_default());
    let (Ok(PathId(id)), Some(state)) = (id, state) else {
        return leave(sign_in::over(&app, &origin).await?, BY_POST);
    };
    let cookies = CookieJar::from_headers(&headers);
    let browser = cookies.get(BY_POST).map(axum_extra::extract::cookie::Cookie::value);
    match ask(&app, &origin, id, Some(&state), browser).await? {
        Ok(form) => Ok(page::form(&form.url, &form.fields)),
        Err(ended) => leave(ended, BY_POST),
    }
}

/// An answer, as a form of the provider's posts it (SAML 2.0 Bindings, section 3.5.4).
#[derive(Debug, Deserialize, ToSchema)]
struct SamlAnswer {
    /// In base64.
    #[serde(rename = "SAMLResponse")]
    response: String,
    /// Which question it answers.
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
}

/// Come back from a SAML identity provider. Leads to a page of the console in any case.
#[utoipa::path(post, path = "/api/sso/saml/{id}/acs", operation_id = "finishSaml", tag = "sso",
    params(("id" = SsoConnectionId, Path)),
    request_body(content = SamlAnswer, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the console"), Problems), security(()))]
async fn finish_saml(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    id: Result<PathId<SsoConnectionId>>,
    headers: HeaderMap,
    form: Result<Form<SamlAnswer>, FormRejection>,
) -> Result<Response, ApiError> {
    let (Ok(PathId(id)), Ok(Form(form))) = (id, form) else {
        return leave(sign_in::over(&app, &origin).await?, BY_POST);
    };
    let browser = CookieJar::from_headers(&headers).get(BY_POST).map(|cookie| cookie.value().to_owned());
    let posted = Posted { answer: form.response, relay_state: form.relay_state, browser };
    leave(finish(&app, &origin, id, posted, auth::carried(&headers)).await?, BY_POST)
}

/// Has the browser carry a message.
fn carry(binding: Binding) -> Response {
    match binding {
        Binding::Redirect(address) => to(&address),
        Binding::Post { url, fields } => page::form(&url, &fields),
    }
}

/// A logout request in an address (SAML 2.0 Bindings, section 3.4.4).
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "what is signed is the address as it came; this tells what it consists of")]
struct SamlLogout {
    /// Deflated, in base64.
    #[param(rename = "SAMLRequest")]
    request: Option<String>,
    /// Goes back with the answer.
    #[param(rename = "RelayState")]
    relay_state: Option<String>,
    /// How it is signed.
    #[param(rename = "SigAlg")]
    algorithm: Option<String>,
    /// The signature.
    #[param(rename = "Signature")]
    signature: Option<String>,
}

/// Hear from a SAML identity provider, by an address, that somebody signed out there.
#[utoipa::path(get, path = "/api/sso/saml/{id}/logout", operation_id = "signOutBySaml", tag = "sso",
    params(("id" = SsoConnectionId, Path), SamlLogout),
    responses((status = 303, description = "Back to the identity provider"),
        (status = 200, body = String, content_type = "text/html", description = "The same, by a form"), Problems),
    security(()))]
async fn sign_out_by_saml(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    PathId(id): PathId<SsoConnectionId>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = query.unwrap_or_default();
    let message = LogoutMessage::Redirect(&query);
    Ok(carry(sign_out(&app, &origin, id, message, only("RelayState", &query).as_deref()).await?))
}

/// A logout request in a form.
#[derive(Debug, Deserialize, ToSchema)]
struct SamlLogoutForm {
    /// In base64.
    #[serde(rename = "SAMLRequest")]
    request: String,
    /// Goes back with the answer.
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
}

/// Hear from a SAML identity provider, by a form, that somebody signed out there.
#[utoipa::path(post, path = "/api/sso/saml/{id}/logout", operation_id = "signOutBySamlForm", tag = "sso",
    params(("id" = SsoConnectionId, Path)),
    request_body(content = SamlLogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Back to the identity provider"),
        (status = 200, body = String, content_type = "text/html", description = "The same, by a form"), Problems),
    security(()))]
async fn sign_out_by_saml_form(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    PathId(id): PathId<SsoConnectionId>,
    form: Result<Form<SamlLogoutForm>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(form) = form.map_err(|_| ApiError::invalid("SAMLRequest", "it is missing"))?;
    let message = LogoutMessage::Post(form.request.as_bytes());
    Ok(carry(sign_out(&app, &origin, id, message, form.relay_state.as_deref()).await?))
}
