//! What a provider says of itself: given by hand or read from its address, and read anew while people sign in by it.

use super::{own_key, service};
use crate::app::App;
use crate::audit::{Event, Outcome, catalogue};
use crate::error::{ApiError, Result};
use crate::sso::store::{self, Kept};
use crate::sso::{notices, sign_in};
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use sallyport_saml::{Provider, Rules, metadata};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How often a job looks for a connection that nobody looked after for hours.
const ROUND: Duration = Duration::from_mins(1);
/// How long before its certificates end the admins are told.
const NOTICE: TimeDelta = TimeDelta::days(14);

/// Metadata as somebody gives it: the text itself, or where it is.
pub(in crate::sso) async fn read_given(
    app: &App,
    text: Option<&str>,
    address: Option<&str>,
) -> Result<Option<Provider>> {
    match (text, address) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            Err(ApiError::invalid("metadata", "give the metadata or its address, and not both"))
        }
        (Some(text), None) => {
            let read = metadata::read(text.as_bytes(), rules(app));
            read.map(Some).map_err(|refused| ApiError::invalid("metadata", refused.to_string()))
        }
        (None, Some(address)) => {
            let read = fetch(app, address).await;
            read.map(Some).map_err(|problem| ApiError::invalid("metadataUrl", problem))
        }
    }
}

/// Without TLS only where the platform itself has none: for development, and of this very machine.
fn rules(app: &App) -> Rules {
    Rules { allow_loopback_http: app.config.http.public_url.starts_with("http://") }
}

/// From its address. Otherwise the problem in words, without a word of what was received.
pub(super) async fn fetch(app: &App, address: &str) -> Result<Provider, String> {
    let request = Request::get(address)
        .header(header::ACCEPT, "application/samlmetadata+xml, application/xml, text/xml")
        .body(Vec::new())
        .map_err(|_| "it is no address".to_owned())?;
    let answer = app.outbound.send(request).await.map_err(|problem| problem.to_string())?;
    if answer.status() != StatusCode::OK {
        return Err(format!("The address answered with status {}.", answer.status().as_u16()));
    }
    metadata::read(answer.body(), rules(app)).map_err(|refused| refused.to_string())
}

/// Reads it anew, of a provider that was known: it may have other keys, and no other name.
pub(super) async fn fetch_again(app: &App, kept: &Kept, address: &str) -> Result<Provider, String> {
    let provider = fetch(app, address).await?;
    let before = &kept.connection.issuer;
    if !before.is_empty() && provider.entity_id != *before {
        return Err(format!("It describes {} now, and described {before} before.", provider.entity_id));
    }
    Ok(provider)
}

/// Reads it anew and keeps it. From then on what it does not name any more is not believed.
pub(super) async fn renew(app: &App, kept: &Kept) -> Result<Result<Provider, String>> {
    let connection = &kept.connection;
    let Some(address) = connection.metadata_url.as_deref() else {
        return Ok(Err("It was given by hand.".to_owned()));
    };
    let fetched = fetch_again(app, kept, address).await;
    let now = app.db.now().await?;
    let provider = match fetched {
        Ok(provider) if provider.problems(now).is_empty() => provider,
        Ok(_) => return Ok(Err("What it says now could not be used.".to_owned())),
        Err(problem) => return Ok(Err(problem)),
    };
    let mut tx = app.db.unscoped("keep what an identity provider says of itself now").await?;
    store::keep_description(tx.conn(), connection.id, connection.settings_version, &provider).await?;
    let names = fingerprints(&provider);
    if names == connection.keys {
        tx.commit_unaudited("the same as before").await?;
    } else {
        let event =
            Event::by_platform(&catalogue::SSO_KEYS_RENEW, Outcome::Success, connection.organization_id)
                .target(sign_in::target(connection))
                .details(json!({ "keys": names, "before": connection.keys }));
        tx.commit(event).await?;
    }
    Ok(Ok(provider))
}

/// How its certificates are called.
pub(in crate::sso) fn fingerprints(provider: &Provider) -> Vec<String> {
    provider.certificates.iter().map(|certificate| certificate.fingerprint.clone()).collect()
}

/// Reads the metadata of connections anew every few hours, one instance each, tells the admins in time when the
/// certificates that are known come to their end, and renews our own.
pub async fn keep_fresh(app: Arc<App>) {
    loop {
        if let Err(error) = look_after_one(&app).await {
            tracing::warn!(%error, "metadata of identity providers is not looked after");
        }
        tokio::time::sleep(ROUND).await;
    }
}

async fn look_after_one(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("look after an identity provider's metadata").await?;
    let id = store::claim_stale(tx.conn()).await?;
    let kept = match id {
        Some(id) => store::find(tx.conn(), id).await?,
        None => None,
    };
    tx.commit_unaudited("only says who looks").await?;
    let Some(kept) = kept else { return Ok(()) };
    // What stands in the way of the one does not keep the other from being looked after.
    let own_key = own_key::tend(app, &kept).await;
    let mut provider = kept.saml.clone();
    if kept.connection.metadata_url.is_some() {
        match renew(app, &kept).await? {
            Ok(renewed) => provider = Some(renewed),
            Err(problem) => {
                tracing::info!(connection = %kept.connection.id, problem, "metadata was not renewed");
            }
        }
    }
    let soon = app.db.now().await? + NOTICE;
    if provider.is_none_or(|provider| provider.certificates_at(soon).is_empty()) {
        let problem =
            "The certificate that the identity provider signs with ends within two weeks, or has ended.";
        notices::tell_of_trouble(app, &kept.connection, problem).await?;
    }
    own_key
}

/// Tries a connection against forged answers, off the threads that requests wait on.
pub(super) async fn self_test(
    app: &App,
    service: sallyport_saml::ServiceProvider,
    provider: &Provider,
) -> Result<Result<Vec<sallyport_saml::Check>, sallyport_saml::Refused>> {
    let now = app.db.now().await?;
    let provider = provider.clone();
    service::in_background(move || sallyport_saml::self_test(&service, &provider, now)).await
}
