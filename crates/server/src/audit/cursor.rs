//! A place in the log that a client carries from one page to the next. What stands in it is no secret; that nobody makes
//! one up, or takes it to another question or to another person, its tag holds.

use super::read::Place;
use super::{AuditEvent, LogFilter};
use crate::access::Caller;
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::http::Order;
use crate::ids::AuditEventId;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use serde_json::json;
use uuid::Uuid;

/// After which entry a page begins, and what the pages before it said of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) place: Place,
    /// As counted for the first page: it is not counted again for each.
    pub(super) total: i64,
    /// The number of the page before.
    pub(super) page: i64,
}

/// Instant in microseconds, id, total, page.
const BODY: usize = 8 + 16 + 8 + 8;

impl Cursor {
    /// After the last entry of a page.
    pub(super) fn after(order: Order, last: &AuditEvent, total: i64, page: i64) -> Self {
        Self { place: Place::after(order, last), total, page }
    }

    /// For the client.
    pub(super) fn seal(self, app: &App, caller: &Caller, filter: &LogFilter) -> Option<String> {
        let (at, id) = self.place.after?;
        let mut bytes = Vec::with_capacity(BODY + 32);
        bytes.extend(at.timestamp_micros().to_be_bytes());
        bytes.extend(id.0.as_bytes());
        bytes.extend(self.total.to_be_bytes());
        bytes.extend(self.page.to_be_bytes());
        let tag = app.csrf_key.sign(&signed(caller, filter, &bytes));
        bytes.extend(tag);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// One that this caller got for this question; every other is refused alike.
    pub(super) fn open(app: &App, caller: &Caller, filter: &LogFilter, text: &str) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let parts = bytes.as_deref().and_then(|bytes| bytes.split_at_checked(BODY));
        let body = parts.filter(|(body, tag)| app.csrf_key.holds(&signed(caller, filter, body), tag));
        body.and_then(|(body, _)| Self::read(order(filter), body)).ok_or_else(bad_cursor)
    }

    fn read(order: Order, body: &[u8]) -> Option<Self> {
        let (at, rest) = body.split_first_chunk::<8>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (total, rest) = rest.split_first_chunk::<8>()?;
        let page = rest.first_chunk::<8>()?;
        let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at))?;
        Some(Self {
            place: Place { order, after: Some((at, AuditEventId(Uuid::from_bytes(*id)))) },
            total: i64::from_be_bytes(*total),
            page: i64::from_be_bytes(*page),
        })
    }
}

/// What comes first, where nothing was said the newest.
pub(super) fn order(filter: &LogFilter) -> Order {
    filter.order.unwrap_or(Order::Desc)
}

/// Who asked what, and the body. Nothing else that the key signs begins like this.
fn signed(caller: &Caller, filter: &LogFilter, body: &[u8]) -> Vec<u8> {
    let question = json!([
        filter.organization_id,
        filter.actor_id,
        filter.session_id,
        filter.target_id,
        filter.address(),
        filter.request_id,
        filter.control,
        filter.code,
        filter.outcome,
        filter.risk_level,
        filter.from,
        filter.to,
        filter.q,
        filter.sort,
        order(filter),
    ]);
    let (user, org) = (caller.user_id.0.into_bytes(), caller.org_id.0.into_bytes());
    // Of a fixed length all three, so what follows cannot be cut elsewhere.
    [b"audit cursor\0".as_slice(), &user, &org, body, question.to_string().as_bytes()].concat()
}

fn bad_cursor() -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "bad_cursor",
        "This cursor belongs to another question or to somebody else, or it was changed. Ask again without one.",
    )
}
