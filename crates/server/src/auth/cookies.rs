//! How a client presents its tokens: cookies for browsers, a bearer header for machines.

use super::devices;
use super::tokens::ACCESS_LIFE;
use crate::app::App;
use crate::ids::UserSessionId;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;

/// The access token of a browser.
pub const ACCESS: &str = "__Host-sallyport_access";
/// The refresh token of a browser.
pub const REFRESH: &str = "__Host-sallyport_refresh";
/// Readable by the console's own script, which sends it back in [`CSRF_HEADER`].
pub const CSRF: &str = "__Host-sallyport_csrf";
/// Proofs that somebody signed in with this browser before: stays when they sign out.
pub const DEVICE: &str = "__Host-sallyport_device";
/// The challenge of a passkey that this browser asked for.
pub const PASSKEY: &str = "__Host-sallyport_passkey";
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

/// The refresh token of a browser.
pub(super) fn refresh_token(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(REFRESH).map(|cookie| cookie.value().to_owned())
}

/// The challenge that a browser holds.
pub(super) fn passkey(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(PASSKEY).map(|cookie| cookie.value().to_owned())
}

/// Has the browser hold the challenge of a passkey.
pub(super) fn passkey_given(held: &str, life: TimeDelta) -> SetCookies {
    AppendHeaders(vec![hidden(PASSKEY, held, life)])
}

/// The proofs of a browser that is known.
pub(super) fn devices(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(DEVICE).map(|cookie| cookie.value().to_owned())
}

/// The CSRF token of a sign-in session: bound to it, so that one session's serves no other.
pub fn csrf_token(app: &App, session: UserSessionId) -> String {
    URL_SAFE_NO_PAD.encode(app.csrf_key.sign(session.0.as_bytes()))
}

/// Whether the header carries the token of the session.
pub fn csrf_holds(app: &App, session: UserSessionId, headers: &HeaderMap) -> bool {
    let sent = headers.get(CSRF_HEADER).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    let Ok(tag) = URL_SAFE_NO_PAD.decode(sent) else { return false };
    app.csrf_key.holds(session.0.as_bytes(), &tag)
}

/// `Set-Cookie` headers for an answer.
pub(crate) type SetCookies = AppendHeaders<Vec<(HeaderName, String)>>;

/// The cookies of a browser that is signed in. `life` is that of the sign-in; the device outlives it.
pub(super) fn given(
    access: &str,
    refresh: &str,
    csrf: &str,
    device: Option<&str>,
    life: TimeDelta,
) -> SetCookies {
    let mut cookies =
        vec![hidden(ACCESS, access, ACCESS_LIFE), hidden(REFRESH, refresh, life), readable(CSRF, csrf, life)];
    cookies.extend(device.map(|device| hidden(DEVICE, device, devices::LIFE)));
    AppendHeaders(cookies)
}

/// Takes the cookies back.
pub(super) fn taken() -> SetCookies {
    let now = TimeDelta::zero();
    AppendHeaders(vec![hidden(ACCESS, "", now), hidden(REFRESH, "", now), readable(CSRF, "", now)])
}

fn hidden(name: &str, value: &str, life: TimeDelta) -> (HeaderName, String) {
    let (header, cookie) = readable(name, value, life);
    (header, cookie + "; HttpOnly")
}

/// `__Host-` (RFC 6265bis section 4.1.3.2) wants Secure, Path=/ and no Domain: no sub-domain can plant one.
/// The values are base64url and dots: nothing in them needs quoting.
fn readable(name: &str, value: &str, life: TimeDelta) -> (HeaderName, String) {
    let seconds = life.num_seconds();
    let cookie = format!("{name}={value}; Max-Age={seconds}; Path=/; Secure; SameSite=Strict");
    (header::SET_COOKIE, cookie)
}
