//! Writes each refused request into the log: one entry, whatever layer refused it.

use super::catalogue::{self, Outcome};
use super::{Event, append, store};
use crate::access::{Caller, Directory};
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
    /// Which directory asked, if one did.
    pub directory: Option<&'a Directory>,
    /// Whether some token was presented that named nobody.
    pub token_presented: bool,
    /// Where it came from.
    pub origin: &'a Origin,
    /// The path as sent, cut.
    pub path: &'a str,
}

/// The status of a refusal that is to be kept, and what it was refused with, if `response` to `request` is one.
pub fn find(request: &Refused<'_>, response: &Response) -> Option<(StatusCode, RefusedWith)> {
    if response.extensions().get::<AlreadyAudited>().is_some() {
        return None;
    }
    let status = response.status();
    let kept = match request.caller {
        Some(_) => status.is_client_error(),
        None if request.directory.is_some() => status.is_client_error(),
        None => request.token_presented && status == StatusCode::UNAUTHORIZED,
    };
    let with = response.extensions().get::<RefusedWith>().cloned();
    let with = with.unwrap_or_else(|| RefusedWith { code: "refused", words: status.to_string() });
    kept.then_some((status, with))
}

/// Keeps the refusal. A failure to do so is logged and does not change the answer: nothing was done anyway.
pub async fn keep(app: &App, request: &Refused<'_>, status: StatusCode, with: &RefusedWith) {
    if let Err(error) = write(app, request, status, with).await {
        tracing::warn!(%error, "a refusal could not be kept");
    }
}

/// "list audit logs" for `listAuditLogs`.
fn in_words(operation: &str) -> String {
    let mut words = String::with_capacity(operation.len() + 4);
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

async fn write(app: &App, request: &Refused<'_>, status: StatusCode, with: &RefusedWith) -> Result<()> {
    let kind = request.operation.and_then(catalogue::of_operation).unwrap_or(&catalogue::REQUEST_REFUSE);
    let mut tx = app.db.unscoped("keep a refusal").await?;
    let mut event = if let Some(caller) = request.caller {
        let mut event = Event::of_caller(caller, kind, Outcome::Refused, caller.org_id);
        if let Some(asked) = caller.decided.asked() {
            // Whose gate was knocked at reads of it; an organization that was to be made is none yet.
            if asked.org_id != caller.org_id && store::organization_exists(tx.conn(), asked.org_id).await? {
                event.org_id = asked.org_id;
            }
            event.policy_ids = asked.forbidden_by;
            event.target = caller.decided.about();
        }
        let general = kind.code == catalogue::REQUEST_REFUSE.code;
        event.doing(request.operation.filter(|_| general).map(in_words))
    } else if let Some(directory) = request.directory {
        let mut event = Event::of_directory(directory, kind, Outcome::Refused);
        event.policy_ids = directory.decided.asked().map(|asked| asked.forbidden_by).unwrap_or_default();
        event.target = directory.decided.about();
        let general = kind.code == catalogue::REQUEST_REFUSE.code;
        let words =
            |operation| crate::scim::in_words(operation).map_or_else(|| in_words(operation), str::to_owned);
        event.doing(request.operation.filter(|_| general).map(words))
    } else {
        // Strangers may knock as often as they like; the log is not theirs to fill.
        if !app.limits.has_entry_for(request.origin.client_ip) {
            return Ok(());
        }
        let Some(provider) = app.provider_for_strangers() else { return Ok(()) };
        Event::by_platform(&catalogue::TOKEN_REFUSE, Outcome::Refused, provider)
            .origin(request.origin.clone())
    };
    let path: String = request.path.chars().take(200).collect();
    event = event.because(with.words.as_str()).details(serde_json::json!({
        "error": with.code, "status": status.as_u16(), "path": path, "operation": request.operation,
    }));
    append(tx.conn(), &event).await?;
    tx.commit_unaudited("the entry is the change").await
}
