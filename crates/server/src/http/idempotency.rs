//! `Idempotency-Key`: a request whose answer was lost can be sent again, and is not done twice.
//!
//! The key is kept with the change (`db/once.rs`) and not with the answer, which may hold a secret: whoever sends the
//! request again is told that it was done and to what, and reads the rest as always.

use super::extract::MAX_BODY_BYTES;
use crate::access::Caller;
use crate::app::App;
use crate::db::{Once, find_done};
use crate::error::{ApiError, Result};
use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;

/// The header's name.
pub(super) const HEADER: &str = "idempotency-key";

/// The request as it was, its caller bound to do it once; or what was done with its key before.
pub(super) async fn bind(app: &App, caller: &Caller, request: Request) -> Result<Request> {
    let Some(key) = request.headers().get(HEADER).filter(|_| !request.method().is_safe()) else {
        return Ok(request);
    };
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let key = key
        .ok_or_else(|| {
            ApiError::invalid("Idempotency-Key", "it must have 1 to 255 visible ASCII characters")
        })?
        .to_owned();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| {
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("The body is larger than {} KiB.", MAX_BODY_BYTES / 1024),
        )
    })?;
    let mut hash = Context::new(&SHA256);
    for part in [parts.method.as_str().as_bytes(), b" ", parts.uri.to_string().as_bytes(), b"\n", &body] {
        hash.update(part);
    }
    let once = Once {
        org_id: caller.org_id,
        user_id: caller.user_id,
        key,
        request_hash: hash.finish().as_ref().to_vec(),
        request_id: caller.origin.request_id,
    };
    let mut tx = app.db.read(caller).await?;
    let done = find_done(tx.conn(), &once).await?;
    tx.done().await?;
    match done {
        None => caller.decided.bind(once),
        Some(done) if done.request_hash == once.request_hash => {
            let mut refusal = ApiError::already_done().detail("at", done.at.to_rfc3339());
            refusal = refusal.detail("firstRequestId", done.request_id.to_string());
            if let (Some(kind), Some(id)) = (done.target_type, done.target_id) {
                refusal = refusal.detail("target", serde_json::json!({ "type": kind, "id": id }));
            }
            return Err(refusal);
        }
        Some(_) => {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request. Send each request with a key of its own.",
            ));
        }
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}
