//! Staying signed in: a refresh token is good for one use and buys the next one.
//!
//! A spent token that comes back is either an answer that got lost on its way, or a theft. Within ten seconds
//! and from the same browser it is taken for the former and refused without harm: nobody gets anything by it,
//! and the tokens of whoever was first stand. Anything else ends the sign-in with all its tokens.

use super::cookies;
use super::model::{LOST_ANSWER_S, Renewed};
use super::opaque::{self, OpaqueToken};
use super::store::{self, RefreshToken};
use super::tokens::ACCESS_LIFE;
use crate::app::App;
use crate::audit::Actor;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::RefreshTokenId;
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde_json::json;

/// New tokens, and until when the sign-in lasts.
#[derive(Debug)]
pub struct Refreshed {
    /// For the client.
    pub tokens: Renewed,
    /// The end of the sign-in.
    pub sign_in_ends: DateTime<Utc>,
}

/// Exchanges a refresh token. `browser`: the headers of a request that carried it as a cookie, which a browser
/// sends by itself and which therefore must hold the CSRF token too.
pub async fn refresh(
    app: &App,
    origin: &Origin,
    presented: &str,
    browser: Option<&HeaderMap>,
) -> Result<Refreshed> {
    let hash = opaque::hash_of(presented);
    let mut tx = app.db.unscoped("stay signed in").await?;
    let found = match &hash {
        Some(hash) => store::find_refresh(tx.conn(), hash).await?,
        None => None,
    };
    let (Some(hash), Some(token)) = (hash, found) else {
        drop(tx);
        return Err(refuse_stranger(app, origin).await?);
    };
    if let Some(headers) = browser
        && !cookies::csrf_holds(app, token.handle, headers)
    {
        drop(tx);
        return Err(refuse(app, origin, &token, "csrf", not_from_the_console()).await?);
    }
    let next = OpaqueToken::new()?;
    let spent = store::spend_refresh(tx.conn(), &hash, RefreshTokenId::new(&app.clock), next.hash()).await?;
    let Some(spent) = spent else {
        drop(tx);
        return Err(refuse_spent(app, origin, &hash).await?);
    };
    let access = app.tokens.sign(token.user_id, spent.handle, spent.epoch, &app.clock)?;
    let event = Event::by_platform(&catalogue::REFRESH, Outcome::Success, token.org_id)
        .actor(token.actor())
        .origin(origin.clone())
        .details(json!({ "userSessionId": token.session_id }));
    tx.commit(event).await?;
    Ok(Refreshed {
        tokens: Renewed {
            expires_at: app.clock.now() + ACCESS_LIFE,
            csrf_token: cookies::csrf_token(app, spent.handle),
            access_token: Some(access),
            refresh_token: Some(next.reveal()?),
            device: None,
        },
        sign_in_ends: spent.expires_at,
    })
}

/// The token was not good any more when it was its turn: looked at again, because another request may have
/// spent it meanwhile.
async fn refuse_spent(app: &App, origin: &Origin, hash: &[u8]) -> Result<ApiError> {
    let mut tx = app.db.unscoped("see why a refresh token is not good").await?;
    let Some(token) = store::find_refresh(tx.conn(), hash).await? else {
        drop(tx);
        return refuse_stranger(app, origin).await;
    };
    match token.verdict(&origin.user_agent) {
        Verdict::Refused(reason) => {
            drop(tx);
            refuse(app, origin, &token, reason, ApiError::unauthenticated()).await
        }
        Verdict::Superseded => {
            drop(tx);
            let superseded = ApiError::new(
                StatusCode::UNAUTHORIZED,
                "refresh_superseded",
                "Another request renewed this sign-in a moment ago. Go on with the tokens that it received.",
            );
            refuse(app, origin, &token, "superseded", superseded).await
        }
        Verdict::Stolen => {
            if !store::revoke_for_reuse(tx.conn(), token.session_id).await? {
                drop(tx);
                return refuse(app, origin, &token, "token_reuse", ApiError::unauthenticated()).await;
            }
            let event = Event::by_platform(&catalogue::TOKEN_REUSE, Outcome::Success, token.org_id)
                .origin(origin.clone())
                .target(Target::new("user", token.user_id.0, &token.email))
                .because("a spent refresh token was presented again")
                .details(json!({ "userSessionId": token.session_id, "spentSecondsAgo": token.used_ago_s }));
            tx.commit(event).await?;
            tracing::warn!(user = %token.user_id, session = %token.session_id, "refresh token reuse");
            Ok(ApiError::unauthenticated().audited())
        }
    }
}

/// What a refresh token that could not be spent is.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// Not good, and no sign of a theft.
    Refused(&'static str),
    /// Spent a moment ago by the same browser.
    Superseded,
    /// Spent before.
    Stolen,
}

impl RefreshToken {
    fn verdict(&self, user_agent: &str) -> Verdict {
        let used_ago_s = match self.used_ago_s {
            _ if self.user_status != "active" => return Verdict::Refused("account_disabled"),
            _ if self.org_status != "active" => return Verdict::Refused("organization_suspended"),
            _ if self.revoke_reason.is_some() => return Verdict::Refused("sign_in_ended"),
            None => return Verdict::Refused("sign_in_expired"),
            Some(seconds) => seconds,
        };
        if used_ago_s <= LOST_ANSWER_S && self.user_agent == user_agent {
            Verdict::Superseded
        } else {
            Verdict::Stolen
        }
    }

    fn actor(&self) -> Actor {
        Actor {
            id: self.user_id,
            org_id: Some(self.org_id),
            name: self.display_name.clone(),
            email: self.email.clone(),
            role: Some(self.role.as_str()),
        }
    }
}

async fn refuse(
    app: &App,
    origin: &Origin,
    token: &RefreshToken,
    reason: &str,
    answer: ApiError,
) -> Result<ApiError> {
    let event = Event::by_platform(&catalogue::REFRESH, Outcome::Refused, token.org_id)
        .origin(origin.clone())
        .target(Target::new("user", token.user_id.0, &token.email))
        .because(reason)
        .details(json!({ "reason": reason, "userSessionId": token.session_id }));
    app.db.unscoped("log a refused refresh token").await?.commit(event).await?;
    Ok(answer.audited())
}

/// A token that never was one, or of a sign-in long gone. Anybody can make these up, so the log takes a
/// limited number.
async fn refuse_stranger(app: &App, origin: &Origin) -> Result<ApiError> {
    if let Some(provider) = app.provider_for_strangers() {
        let event = Event::by_platform(&catalogue::TOKEN_REFUSE, Outcome::Refused, provider)
            .origin(origin.clone())
            .because("unknown refresh token")
            .details(json!({ "operation": "refresh" }));
        app.db.unscoped("log an unknown refresh token").await?.commit(event).await?;
    }
    Ok(ApiError::unauthenticated().audited())
}

fn not_from_the_console() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "csrf",
        "This request did not come from the console itself. Reload the page and try again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::clock::Clock;
    use crate::ids::{OrganizationId, UserId, UserSessionId};

    #[test]
    fn t01_a_spent_token_is_a_theft_unless_the_same_browser_lost_an_answer() {
        let clock = Clock::default();
        let token = |used_ago_s, revoked: bool, user_status: &str| RefreshToken {
            session_id: UserSessionId::new(&clock),
            handle: UserSessionId::new(&clock),
            user_id: UserId::new(&clock),
            org_id: OrganizationId::new(&clock),
            email: String::new(),
            display_name: String::new(),
            role: Role::Technician,
            user_status: user_status.to_owned(),
            org_status: "active".to_owned(),
            user_agent: "Firefox".to_owned(),
            revoke_reason: revoked.then(|| "token_reuse".to_owned()),
            used_ago_s,
        };
        for (token, agent, expected) in [
            (token(Some(0.0), false, "active"), "Firefox", Verdict::Superseded),
            (token(Some(10.0), false, "active"), "Firefox", Verdict::Superseded),
            (token(Some(10.1), false, "active"), "Firefox", Verdict::Stolen),
            (token(Some(0.0), false, "active"), "curl", Verdict::Stolen),
            (token(Some(60.0), true, "active"), "Firefox", Verdict::Refused("sign_in_ended")),
            (token(None, false, "active"), "Firefox", Verdict::Refused("sign_in_expired")),
            (token(None, false, "disabled"), "Firefox", Verdict::Refused("account_disabled")),
        ] {
            assert_eq!(token.verdict(agent), expected, "{token:?}");
        }
    }
}
