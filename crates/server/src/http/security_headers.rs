//! Headers that every answer carries, static files too.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The policy of answers that are not pages: nothing may be loaded, nobody may frame.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Adds what the answer does not say itself.
pub fn add(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, NOTHING),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=()",
        ),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
        // Private by default; static files say otherwise themselves.
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Origin"),
    ];
    for (name, value) in fixed {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
