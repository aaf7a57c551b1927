//! How a client presents its tokens: cookies for browsers, a bearer header for machines.

use crate::access::Caller;
use crate::app::App;
use crate::ids::UserSessionId;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The access token of a browser.
pub const ACCESS: &str = "__Host-sallyport_access";
/// The refresh token of a browser.
pub const REFRESH: &str = "__Host-sallyport_refresh";
/// Readable by the console's own script, which sends it back in [`CSRF_HEADER`].
pub const CSRF: &str = "__Host-sallyport_csrf";
/// Where the console's script puts the value of [`CSRF`].
pub const CSRF_HEADER: &str = "x-csrf-token";

/// An access token as it came.
#[derive(Clone, Debug)]
pub enum Presented {
    /// In `Authorization: Bearer`.
    Bearer(String),
    /// In the cookie.
    Cookie(String),
}

impl Presented {
    /// The token itself.
    pub fn access(&self) -> &str {
        match self {
            Self::Bearer(token) | Self::Cookie(token) => token,
        }
    }

    /// A browser sends cookies by itself, so what they allow needs a proof of intent too.
    pub fn is_cookie(&self) -> bool {
        matches!(self, Self::Cookie(_))
    }
}

/// The token of a request; a bearer header goes before cookies.
pub fn presented(headers: &HeaderMap) -> Option<Presented> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let (scheme, token) = text.split_once(' ').unwrap_or_default();
        let bearer = scheme.eq_ignore_ascii_case("bearer");
        return Some(Presented::Bearer(if bearer { token.to_owned() } else { String::new() }));
    }
    CookieJar::from_headers(headers).get(ACCESS).map(|cookie| Presented::Cookie(cookie.value().to_owned()))
}

/// The CSRF token of a sign-in session: bound to it, so that one session's serves no other.
pub fn csrf_token(app: &App, session: UserSessionId) -> String {
    URL_SAFE_NO_PAD.encode(app.csrf_key.sign(session.0.as_bytes()))
}

/// Whether the header carries the token of the caller's session.
pub fn csrf_holds(app: &App, caller: &Caller, headers: &HeaderMap) -> bool {
    let sent = headers.get(CSRF_HEADER).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    let Ok(tag) = URL_SAFE_NO_PAD.decode(sent) else { return false };
    app.csrf_key.holds(caller.user_session_id.0.as_bytes(), &tag)
}
