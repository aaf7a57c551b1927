//! Writes each refused request into the log: one entry, whatever layer refused it.

use super::catalogue::{self, Outcome};
use super::{Event, append};
use crate::access::Caller;
use crate::app::App;
use crate::error::{RefusedWith, Result};
use crate::http::request::Origin;
use axum::http::StatusCode;
use axum::response::Response;

/// Left on a response whose refusal is in the log already, with more detail than this layer has.
#[derive(Clone, Copy, Debug)]
pub struct AlreadyAudited;

/// What the layer knows of the request.
#[derive(Debug)]
pub struct Refused<'a> {
    /// The operation of the matched route.
    pub operation: Option<&'a str>,
    /// Who asked, if known.
    pub caller: Option<&'a Caller>,
    /// Whether some token was presented that named nobody.
    pub token_presented: bool,
    /// Where it came from.
    pub origin: &'a Origin,
    /// The path as sent, cut.
    pub path: &'a str,
}

/// The status and code of a refusal that is to be kept, if `response` to `request` is one.
pub fn find(request: &Refused<'_>, response: &Response) -> Option<(StatusCode, &'static str)> {
    if response.extensions().get::<AlreadyAudited>().is_some() {
        return None;
    }
    let status = response.status();
    let kept = match request.caller {
        Some(_) => status.is_client_error(),
        None => request.token_presented && status == StatusCode::UNAUTHORIZED,
    };
    let code = response.extensions().get::<RefusedWith>().map_or("refused", |refused| refused.0);
    kept.then_some((status, code))
}

/// Keeps the refusal. A failure to do so is logged and does not change the answer: nothing was done anyway.
pub async fn keep(app: &App, request: &Refused<'_>, status: StatusCode, code: &str) {
    if let Err(error) = write(app, request, status, code).await {
        tracing::warn!(%error, "a refusal could not be kept");
    }
}

async fn write(app: &App, request: &Refused<'_>, status: StatusCode, code: &str) -> Result<()> {
    let kind = request.operation.and_then(catalogue::of_operation).unwrap_or(&catalogue::REQUEST_REFUSE);
    let event = if let Some(caller) = request.caller {
        Event::of_caller(caller, kind, Outcome::Refused, caller.org_id)
    } else {
        // Strangers may knock as often as they like; the log is not theirs to fill.
        let Some(provider) = app.provider_for_strangers() else { return Ok(()) };
        Event::by_platform(&catalogue::TOKEN_REFUSE, Outcome::Refused, provider)
            .origin(request.origin.clone())
    };
    let path: String = request.path.chars().take(200).collect();
    let event = event.because(code).details(serde_json::json!({
        "error": code, "status": status.as_u16(), "path": path, "operation": request.operation,
    }));
    let mut tx = app.db.unscoped("keep a refusal").await?;
    append(tx.conn(), &event).await?;
    tx.commit_unaudited("the entry is the change").await
}
