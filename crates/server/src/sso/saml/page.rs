//! The page that takes a message to an identity provider by a form (SAML 2.0 Bindings, section 3.5.4): the browser posts
//! it by itself, and by a button where scripts are off.

use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// The one script of the page; the policy names its digest, so no other runs.
const SCRIPT: &str = "document.forms[0].submit()";

/// The page for a form with these fields.
pub(super) fn form(address: &str, fields: &[(String, String)]) -> Response {
    let policy = policy(address);
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>To your identity provider</title>\
         <meta name=\"viewport\" content=\"width=device-width\"></head><body><form method=\"post\" action=\"{}\">",
        escaped(address)
    );
    for (name, value) in fields {
        let _ =
            write!(html, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value));
    }
    let _ = write!(
        html,
        "<p>You are on your way to your organization\u{2019}s identity provider.</p><button>Go on</button></form>\
         <script>{SCRIPT}</script></body></html>"
    );
    let policy: [(HeaderName, String); 1] = [(header::CONTENT_SECURITY_POLICY, policy)];
    (policy, Html(html)).into_response()
}

/// Nothing but the form and its script. Where the form goes is the page's own doing; the policy leaves the host open,
/// because browsers hold every further redirect of the identity provider to it too.
fn policy(address: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, SCRIPT.as_bytes());
    let script = STANDARD.encode(digest.as_ref());
    let scheme = if address.starts_with("http://") { "http: https:" } else { "https:" };
    format!(
        "default-src 'none'; script-src 'sha256-{script}'; frame-ancestors 'none'; base-uri 'none'; \
         form-action {scheme}"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{escaped, policy};

    #[test]
    fn nothing_ends_an_attribute_and_the_policy_lets_one_script_run() {
        assert_eq!(escaped("a\"><script>&"), "a&quot;&gt;&lt;script&gt;&amp;");
        let policy = policy("https://idp.example/sso");
        assert!(policy.ends_with("form-action https:") && policy.contains("script-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
