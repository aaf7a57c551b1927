//! Staying signed in: a refresh token is good for one use and buys the next one.
//!
//! A spent token that comes back is either an answer that got lost on its way, or a theft. Within ten seconds and from the
//! same browser it is taken for the former, and gets the same answer again as long as nobody has used what it gave out: the
//! next token follows from the one before by a key that this process made for itself and forgets with its end. Anything else ends the sign-in with all its tokens, and so
//! does whichever of two who share a token comes second with it.

use super::binding;
use super::cookies;
use super::devices::Proofs;
use super::model::{LOST_ANSWER_S, Renewed};
use super::opaque::{self, OpaqueToken};
use super::store::{self, RefreshToken, Spent};
use super::tokens::ACCESS_LIFE;
use crate::app::App;
use crate::audit::Actor;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::{OrganizationId, RefreshTokenId, UserSessionId};
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
    let Some(hash) = opaque::hash_of(presented) else {
        return Err(refuse_stranger(app, origin).await?);
    };
    let mut tx = app.db.unscoped("stay signed in").await?;
    let next = OpaqueToken::after(presented, &app.renewal_key);
    let proofs = browser.map(Proofs::of).unwrap_or_default();
    let id = RefreshTokenId::new(&app.clock);
    let spent = store::spend_refresh(tx.conn(), &hash, id, next.hash()).await?;
    let again = spent.is_none();
    let spent = if let Some(spent) = spent {
        spent
    } else {
        let Some(token) = store::find_refresh(tx.conn(), &hash).await? else {
            drop(tx);
            return Err(refuse_stranger(app, origin).await?);
        };
        let verdict = token.verdict(app, origin, &proofs);
        let given = match verdict {
            Verdict::Lost => store::find_unspent(tx.conn(), next.hash()).await?,
            _ => None,
        };
        let Some(given) = given else {
            drop(tx);
            return Err(refuse_unspent(app, origin, &token, verdict).await?);
        };
        given
    };
    if let Some((reason, answer)) = objection(app, origin, &spent, &proofs, browser) {
        // Not committed: the token is as good as it was.
        drop(tx);
        return Err(refuse(app, origin, spent.whose(), reason, answer).await?);
    }
    let access = app.tokens.sign(spent.user_id, spent.handle, spent.epoch, &app.clock)?;
    let event = Event::by_platform(&catalogue::REFRESH, Outcome::Success, spent.org_id)
        .actor(spent.actor())
        .origin(origin.clone())
        .details(json!({ "userSessionId": spent.session_id, "again": again }));
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

/// Why a good token is not taken from whoever presents it.
fn objection(
    app: &App,
    origin: &Origin,
    spent: &Spent,
    proofs: &Proofs,
    browser: Option<&HeaderMap>,
) -> Option<(&'static str, ApiError)> {
    if browser.is_some_and(|headers| !cookies::csrf_holds(app, spent.handle, headers)) {
        return Some(("csrf", not_from_the_console()));
    }
    binding::broken(app, spent, origin.client_ip, proofs).map(|reason| (reason, binding::moved()))
}

/// The token cannot be spent: what comes of it.
async fn refuse_unspent(
    app: &App,
    origin: &Origin,
    token: &RefreshToken,
    verdict: Verdict,
) -> Result<ApiError> {
    match verdict {
        Verdict::Refused(reason) => {
            refuse(app, origin, token.whose(), reason, ApiError::unauthenticated()).await
        }
        Verdict::Lost => {
            let superseded = ApiError::new(
                StatusCode::UNAUTHORIZED,
                "refresh_superseded",
                "Another request renewed this sign-in a moment ago, and its tokens are in use. Go on with those.",
            );
            refuse(app, origin, token.whose(), "superseded", superseded).await
        }
        Verdict::Stolen => {
            let mut tx = app.db.unscoped("end a sign-in whose token was stolen").await?;
            if !store::revoke_for_reuse(tx.conn(), token.session_id).await? {
                drop(tx);
                return refuse(app, origin, token.whose(), "token_reuse", ApiError::unauthenticated()).await;
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
    /// Spent a moment ago by the same browser, which did not get the answer perhaps.
    Lost,
    /// Spent before.
    Stolen,
}

impl RefreshToken {
    fn verdict(&self, app: &App, origin: &Origin, proofs: &Proofs) -> Verdict {
        let same_device = self.device.as_ref().is_none_or(|device| proofs.include(app, device));
        self.verdict_of(same_device && self.user_agent == origin.user_agent)
    }

    fn verdict_of(&self, same_browser: bool) -> Verdict {
        let used_ago_s = match self.used_ago_s {
            _ if self.user_status != "active" => return Verdict::Refused("account_disabled"),
            _ if self.org_status != "active" => return Verdict::Refused("organization_suspended"),
            _ if self.revoke_reason.is_some() => return Verdict::Refused("sign_in_ended"),
            None => return Verdict::Refused("sign_in_expired"),
            Some(seconds) => seconds,
        };
        if used_ago_s <= LOST_ANSWER_S && same_browser { Verdict::Lost } else { Verdict::Stolen }
    }

    fn whose(&self) -> Whose {
        (self.org_id, Target::new("user", self.user_id.0, &self.email), self.session_id)
    }
}

impl Spent {
    fn whose(&self) -> Whose {
        (self.org_id, Target::new("user", self.user_id.0, &self.email), self.session_id)
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

/// Of which organization, for whom, and which sign-in.
type Whose = (OrganizationId, Target, UserSessionId);

async fn refuse(
    app: &App,
    origin: &Origin,
    (org_id, user, session): Whose,
    reason: &str,
    answer: ApiError,
) -> Result<ApiError> {
    let event = Event::by_platform(&catalogue::REFRESH, Outcome::Refused, org_id)
        .origin(origin.clone())
        .target(user)
        .because(reason)
        .details(json!({ "reason": reason, "userSessionId": session }));
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
    use crate::clock::Clock;
    use crate::ids::UserId;

    #[test]
    fn t01_a_spent_token_is_a_theft_unless_the_same_browser_lost_an_answer() {
        let clock = Clock::default();
        let token = |used_ago_s, revoked: bool, user_status: &str| RefreshToken {
            session_id: UserSessionId::new(&clock),
            user_id: UserId::new(&clock),
            org_id: OrganizationId::new(&clock),
            email: String::new(),
            user_status: user_status.to_owned(),
            org_status: "active".to_owned(),
            user_agent: "Firefox".to_owned(),
            device: None,
            revoke_reason: revoked.then(|| "token_reuse".to_owned()),
            used_ago_s,
        };
        for (token, same_browser, expected) in [
            (token(Some(0.0), false, "active"), true, Verdict::Lost),
            (token(Some(10.0), false, "active"), true, Verdict::Lost),
            (token(Some(10.1), false, "active"), true, Verdict::Stolen),
            (token(Some(0.0), false, "active"), false, Verdict::Stolen),
            (token(Some(60.0), true, "active"), true, Verdict::Refused("sign_in_ended")),
            (token(None, false, "active"), true, Verdict::Refused("sign_in_expired")),
            (token(None, false, "disabled"), true, Verdict::Refused("account_disabled")),
        ] {
            assert_eq!(token.verdict_of(same_browser), expected, "{token:?}");
        }
    }
}
