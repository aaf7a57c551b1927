//! What a request can be refused with, and the one place that turns it into HTTP.

use crate::audit::refusals::AlreadyAudited;
use crate::http::request::current_request_id;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// A refusal with its status, a stable code and a sentence for a person.
#[derive(Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Stable; clients branch on it.
    pub code: &'static str,
    /// What happened and what to do next.
    pub message: String,
    /// More for the client: fields, policy.
    pub details: Map<String, Value>,
    /// Seconds after which another try makes sense.
    pub retry_after_s: Option<u32>,
    audited: bool,
}

/// What every handler and use case returns.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

impl ApiError {
    /// A refusal; the other constructors are shorthands of this one.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Map::new(),
            retry_after_s: None,
            audited: false,
        }
    }

    /// The thing is not there, or the caller may not know of it: the same answer.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("There is no such {what}, or you may not see it."),
        )
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "You are not signed in. Sign in and try again.",
        )
    }

    /// Signed in, may see it, may not do it.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// The caller may do it, once they have proved again who they are.
    pub fn step_up_required() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "step_up_required",
            "This asks for a fresh sign-in: confirm that it is you, and try again. Nothing was changed.",
        )
    }

    /// Somebody comes from where their organization does not let its people in.
    pub fn elsewhere(client_ip: IpAddr) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "address_not_allowed",
            format!(
                "Your organization lets its people in from its own networks only, and you come from {client_ip}. \
                 Connect to one of them, or ask an admin of yours to add this address."
            ),
        )
    }

    /// What the caller could do a moment ago they may not do any more.
    pub fn access_ended() -> Self {
        Self::forbidden("Your access ended while this was being done. Nothing was changed.")
    }

    /// The input does not fit; `field` is its name in the request.
    pub fn invalid(field: &str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self::new(StatusCode::BAD_REQUEST, "invalid_input", format!("Check {field}: {problem}"))
            .detail("fields", json!({ field: problem }))
    }

    /// The request fits, but not with what is there now.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// A request with this `Idempotency-Key` was done before.
    pub fn already_done() -> Self {
        Self::conflict(
            "already_done",
            "A request with this Idempotency-Key was carried out already, and is not carried out twice. Look at what \
             it did.",
        )
    }

    /// Somebody else was quicker.
    pub fn stale() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "stale_version",
            "Somebody changed this since you read it. Nothing was overwritten; look at it again.",
        )
    }

    /// Emergency access is what it was told to be, until it ends.
    pub fn emergency_fixed() -> Self {
        Self::conflict(
            "emergency_fixed",
            "The level and the times of emergency access stay as they are. End it, and grant access instead.",
        )
    }

    /// Something the platform stands on is away; nothing was changed.
    pub fn unavailable(message: impl Into<String>) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
        error.retry_after_s = Some(1);
        error
    }

    /// Adds a detail.
    #[must_use]
    pub fn detail(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// Whoever refused has written it into the log, with more detail than the outer layer has.
    #[must_use]
    pub fn audited(mut self) -> Self {
        self.audited = true;
        self
    }

    /// Emergency access that nobody has looked into yet stands in the way of the next.
    fn review_owed(refusal: &dyn sqlx::error::DatabaseError) -> Self {
        let (owed, [technician, customer]) = emergency_in(refusal);
        let message = format!(
            "The emergency access of {technician} at {customer} has no review yet. There is no next one until somebody who \
             had no part in it has looked into it."
        );
        Self::conflict("review_owed", message).detail("emergency", owed)
    }

    /// Whoever would get emergency access has one already.
    fn emergency_active(refusal: &dyn sqlx::error::DatabaseError) -> Self {
        let (active, [technician, customer]) = emergency_in(refusal);
        let message = format!(
            "{technician} has emergency access already, at {customer}, and nobody has two at a time. End that one first."
        );
        Self::conflict("emergency_active", message).detail("emergency", active)
    }

    /// Our own fault: the log gets the cause, the client the request id alone.
    fn internal(cause: &dyn std::fmt::Debug) -> Self {
        tracing::error!(?cause, "internal error");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something broke on our side. Nothing was changed; quote the request id to support.",
        )
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<sqlx::Error>() {
            Ok(database) => database.into(),
            Err(other) => Self::internal(&other),
        }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(database) = &error {
            if database.constraint() == Some("emergency_accesses_review_owed") {
                return Self::review_owed(database.as_ref());
            }
            if database.constraint() == Some("emergency_accesses_one_active") {
                return Self::emergency_active(database.as_ref());
            }
            if let Some(refusal) = database.constraint().and_then(from_constraint) {
                return refusal;
            }
            // Raised by `wall.enter`: whoever asks was disabled since the request began.
            if database.message() == "the caller is not active" {
                return Self::unauthenticated();
            }
            // A text with a NUL in it, which PostgreSQL cannot keep or compare, in a column or inside of JSON.
            if matches!(database.code().as_deref(), Some("22021" | "22P05")) {
                return Self::new(
                    StatusCode::BAD_REQUEST,
                    "invalid_input",
                    "A text holds a character that cannot be kept (NUL). Remove it.",
                );
            }
            // Between a look and a write, a grant can end.
            if database.message().starts_with("new row violates row-level security policy") {
                tracing::warn!(%error, "the wall refused a row");
                return Self::access_ended();
            }
            // 57014: a statement that took too long. Another try would take as long.
            if database.code().as_deref() == Some("57014") {
                tracing::warn!(%error, "a statement took too long");
                return Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "too_slow",
                    "This took the database too long and was stopped; nothing was changed. Ask for less at once: a shorter \
                     time, one organization.",
                );
            }
            // 57P0x: the server is going away or coming up; 53xxx: out of a resource; 55P03: a lock; 40P01: two that waited
            // for each other; 25P03: a transaction that slept; 25006: a server that takes no writes any more. Whichever it
            // was, the transaction is undone as a whole.
            if let Some(code) = database.code()
                && (code.starts_with("57P")
                    || code.starts_with("53")
                    || matches!(&*code, "55P03" | "40P01" | "25P03" | "25006"))
            {
                tracing::warn!(%error, "database away");
                return Self::unavailable("The database is busy or restarting. Try again in a moment.");
            }
            return Self::internal(&error);
        }
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => {
                tracing::warn!(%error, "database away");
                Self::unavailable("The database cannot be reached. Try again in a moment.")
            }
            other => Self::internal(&other),
        }
    }
}

/// The emergency that the database names in a refusal: as it says it, and whose and where.
fn emergency_in(refusal: &dyn sqlx::error::DatabaseError) -> (Value, [String; 2]) {
    let refusal = refusal.try_downcast_ref::<sqlx::postgres::PgDatabaseError>();
    let named = refusal.and_then(|refusal| serde_json::from_str::<Value>(refusal.detail()?).ok());
    let named = named.unwrap_or_default();
    let word = |name: &str| named.get(name).and_then(Value::as_str).unwrap_or("somebody").to_owned();
    let words = [word("technicianName"), word("customerOrgName")];
    (named, words)
}

/// Refusals that the database decides: never by a look before the write, which another write could overtake.
fn from_constraint(name: &str) -> Option<ApiError> {
    let (code, field, message) = match name {
        "idempotency_keys_once" => return Some(ApiError::already_done()),
        "emergency_accesses_fixed" => return Some(ApiError::emergency_fixed()),
        "emergency_accesses_reason" => {
            return Some(ApiError::invalid("reason", "say anew what happens, in at least 20 characters"));
        }
        "organizations_name_key" => ("name_taken", "name", "There is already an organization of this name."),
        "users_email_key" => ("email_taken", "email", "This address already belongs to an account."),
        "users_role_fits_organization" => {
            ("role_unfit", "role", "This role does not exist at this kind of organization.")
        }
        "technician_customer_access_one_active" => (
            "grant_exists",
            "accessLevel",
            "This technician already holds a grant of this level for this customer. Change or revoke that one.",
        ),
        "access_requests_one_pending" => (
            "request_exists",
            "accessLevel",
            "There is an open request for this level at this customer already. Change or withdraw that one.",
        ),
        "access_approvals_once" => {
            ("already_decided", "side", "Somebody of your side approved this already.")
        }
        "access_proposal_grants_one_pending" => (
            "not_proposable",
            "grantIds",
            "Somebody proposed to revoke one of these grants just now. Look at them again.",
        ),
        "assets_name_key" => ("name_taken", "name", "This organization already has a machine of this name."),
        "credentials_account_key" => (
            "account_exists",
            "username",
            "There is already a credential for this account and level. Rotate it instead.",
        ),
        "sso_connections_name_key" => {
            ("name_taken", "name", "This organization already has a connection of this name.")
        }
        "audit_destinations_name_key" => {
            ("name_taken", "name", "This organization already has a destination of this name.")
        }
        "sso_domains_org_id_domain_key" => ("domain_exists", "domain", "This domain is in the list already."),
        "sso_domains_verified_once" => (
            "domain_taken",
            "domain",
            "Another organization proved this domain before. Ask your provider to look into it.",
        ),
        "directory_users_user_name_key" => {
            ("user_name_taken", "userName", "The directory keeps somebody of this userName already.")
        }
        "directory_users_external_id_key" | "directory_groups_external_id_key" => {
            ("external_id_taken", "externalId", "The directory keeps something of this externalId already.")
        }
        "directory_groups_display_name_key" => {
            ("name_taken", "displayName", "The directory keeps a group of this displayName already.")
        }
        _ => return None,
    };
    Some(ApiError::conflict(code, message).detail("fields", json!({ field: message })))
}

impl IntoResponse for ApiError {
    fn into_response(mut self) -> Response {
        if let Some(id) = current_request_id() {
            self.details.insert("requestId".to_owned(), json!(id));
        }
        // What a field was filled with can be in these words, and no one may read a secret in the log.
        let words = if self.code == "invalid_input" { INVALID.to_owned() } else { self.message.clone() };
        let body = json!({
            "success": false, "error": self.code, "message": self.message, "details": self.details,
        });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(RefusedWith { code: self.code, words });
        if self.audited {
            response.extensions_mut().insert(AlreadyAudited);
        }
        response
    }
}

/// What the log says of a refused input.
const INVALID: &str = "the request did not fit the rules of its fields.";

/// Left on a refused response for the layer that writes refusals into the audit log.
#[derive(Clone, Debug)]
pub struct RefusedWith {
    /// The stable code.
    pub code: &'static str,
    /// Why, for a person.
    pub words: String,
}
