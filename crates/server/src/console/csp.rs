//! The content security policy of each page. Next.js writes a few inline scripts into an exported page; each
//! is allowed by its hash and nothing else is. MUI's styles need `unsafe-inline` for styles alone.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The policy of the page `name`, worked out once for each content.
pub(super) fn of_page(name: &str, html: &[u8]) -> Option<HeaderValue> {
    static KNOWN: OnceLock<Mutex<HashMap<(String, usize), HeaderValue>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let key = (name.to_owned(), html.len());
    let cached = known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    // A debug build reads the files from disk, where they may change under us.
    if let Some(policy) = cached.filter(|_| !cfg!(debug_assertions)) {
        return Some(policy);
    }
    let policy = HeaderValue::from_str(&policy(&String::from_utf8_lossy(html))).ok()?;
    known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, policy.clone());
    Some(policy)
}

fn policy(html: &str) -> String {
    let hashes: Vec<String> = inline_scripts(html)
        .map(|script| {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
            format!("'sha256-{}'", STANDARD.encode(digest.as_ref()))
        })
        .collect();
    format!(
        "default-src 'none'; script-src 'self' {}; style-src 'self' 'unsafe-inline'; \
         font-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        hashes.join(" ")
    )
}

/// The text between `<script …>` and `</script>` of scripts without `src`.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, body) = rest.split_once('>')?;
        let inline = !attributes.contains("src=");
        let (script, _) = body.split_once("</script>")?;
        (inline && !script.is_empty()).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_each_inline_script_by_its_hash_and_no_other() {
        let html = r#"<script src="/a.js"></script><script>alert(1)</script><script id="x">2</script>"#;
        assert_eq!(inline_scripts(html).collect::<Vec<_>>(), ["alert(1)", "2"]);
        let policy = policy(html);
        assert!(policy.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{policy}");
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"));
    }
}
