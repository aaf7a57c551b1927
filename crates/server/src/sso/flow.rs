//! The way to the provider: a question is remembered, sealed and bound to the browser that asks it.

use super::model::{SsoCheck, SsoProtocol, SsoState};
use super::store::{self, Kept, NewFlow};
use super::{proof, saml};
use crate::access::caller::text_enum;
use crate::app::App;
use crate::auth::opaque::{OpaqueToken, hash_bytes};
use crate::error::{ApiError, Result};
use crate::ids::{ChallengeId, SsoFlowId, UserId, UserSessionId};
use sallyport_oidc::{Flow, Freshness};
use sallyport_saml::Binding;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

text_enum! {
    /// What a sign-in there is for.
    Purpose {
        /// To come in.
        SignIn = "sign_in",
        /// To see whether the connection works.
        Test = "test",
        /// To bind the identity to the account of whoever is signed in.
        Link = "link",
        /// To prove anew who is signed in.
        StepUp = "step_up",
    }
}

/// A way to the provider that begins.
#[derive(Debug)]
pub(super) struct Begun {
    /// Where the browser goes.
    pub(super) url: String,
    /// What it keeps meanwhile.
    pub(super) browser: BrowserKey,
}

/// What the browser keeps meanwhile.
#[derive(Debug)]
pub struct BrowserKey {
    pub(super) value: String,
    /// Whether it comes back by a form that another site makes it post.
    pub(super) by_post: bool,
}

/// What has to be known of a question when its answer comes.
#[derive(Serialize, Deserialize)]
pub(super) enum Remembered {
    Oidc(Box<Flow>),
    Saml {
        request_id: String,
        /// What the browser takes there, where an address cannot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<Form>,
    },
}

/// A form that the browser posts to the provider.
#[derive(Serialize, Deserialize)]
pub(super) struct Form {
    pub(super) url: String,
    pub(super) fields: Vec<(String, String)>,
}

/// A question.
struct Asked {
    url: String,
    /// Comes back with the answer, and finds what was remembered.
    state: String,
    remembered: Remembered,
}

/// What is asked.
pub(super) struct Wish<'a> {
    pub(super) purpose: Purpose,
    pub(super) hint: Option<&'a str>,
    pub(super) whose: Option<(UserId, UserSessionId)>,
    /// The sign-in that owes a link, if this one pays it.
    pub(super) challenge: Option<ChallengeId>,
    pub(super) return_to: &'a str,
    /// Whether the sign-in of whoever asks lives in the cookies of a browser.
    pub(super) by_browser: bool,
    /// What was looked at already.
    pub(super) checks: &'a [SsoCheck],
}

/// Begins. The connection must be switched on, but for a test of it.
pub(super) async fn begin(app: &App, conn: &mut PgConnection, kept: &Kept, wish: Wish<'_>) -> Result<Begun> {
    let connection = &kept.connection;
    if wish.purpose != Purpose::Test && connection.state != SsoState::Active {
        return Err(not_active());
    }
    let asked = match connection.protocol {
        SsoProtocol::Oidc => ask_oidc(app, conn, kept, &wish).await?,
        SsoProtocol::Saml => ask_saml(app, conn, kept, &wish).await?,
    };
    let id = SsoFlowId::new(&app.clock);
    let open = serde_json::to_vec(&asked.remembered).map_err(anyhow::Error::from)?;
    let sealed = app.vault.seal_server(&purpose_of(id), &open).map_err(anyhow::Error::from)?;
    let browser = OpaqueToken::new()?;
    let flow = NewFlow {
        id,
        organization: connection.organization_id,
        connection: connection.id,
        settings_version: connection.settings_version,
        purpose: wish.purpose,
        state_hash: &hash_bytes(asked.state.as_bytes()),
        browser_hash: browser.hash(),
        sealed: &sealed,
        whose: wish.whose,
        challenge: wish.challenge,
        return_to: wish.return_to,
        by_browser: wish.by_browser,
        checks: wish.checks,
    };
    store::insert_flow(conn, &flow).await?;
    let by_post = connection.protocol == SsoProtocol::Saml;
    Ok(Begun { url: asked.url, browser: BrowserKey { value: browser.reveal()?, by_post } })
}

async fn ask_oidc(app: &App, conn: &mut PgConnection, kept: &Kept, wish: &Wish<'_>) -> Result<Asked> {
    let provider = kept.provider.clone().ok_or_else(not_active)?;
    let client = proof::open(app, conn, kept, provider).await?;
    let freshness = if wish.purpose == Purpose::StepUp { Freshness::Anew } else { Freshness::Any };
    let started = client.start(wish.hint, freshness).map_err(|problem| super::refused(&problem))?;
    let state = started.flow.state().to_owned();
    Ok(Asked { url: started.url, state, remembered: Remembered::Oidc(Box::new(started.flow)) })
}

async fn ask_saml(app: &App, conn: &mut PgConnection, kept: &Kept, wish: &Wish<'_>) -> Result<Asked> {
    let provider = kept.saml.as_ref().ok_or_else(not_active)?;
    let ours = saml::open(app, conn, kept).await?;
    let now = store::now(conn).await?;
    let state = OpaqueToken::new()?.reveal()?;
    let started = match wish.purpose {
        Purpose::StepUp => ours.start_anew(provider, Some(&state), now),
        _ => ours.start(provider, Some(&state), now),
    };
    // What stands against it is for those who test it, and not for strangers.
    let sallyport_saml::Started { request_id, binding } = started.map_err(|_| not_active())?;
    let (url, form) = match binding {
        Binding::Redirect(url) => (url, None),
        // A page of ours holds the form.
        Binding::Post { url, fields } => {
            (saml::ask_url(app, kept.connection.id, &state), Some(Form { url, fields }))
        }
    };
    Ok(Asked { url, state, remembered: Remembered::Saml { request_id, form } })
}

/// What was remembered.
pub(super) fn open(app: &App, id: SsoFlowId, sealed: &[u8]) -> Result<Remembered> {
    let open = app.vault.open_server(&purpose_of(id), sealed).map_err(anyhow::Error::from)?;
    Ok(serde_json::from_slice(open.expose()).map_err(anyhow::Error::from)?)
}

/// What is sealed opens as this one flow alone.
fn purpose_of(id: SsoFlowId) -> String {
    format!("sso flow {id}")
}

/// Where somebody is brought after it: a page of the console and nothing else.
pub(super) fn check_return_to(path: Option<&str>) -> Result<String> {
    let path = path.unwrap_or("/");
    let plain = path.starts_with('/')
        && path.len() <= 512
        && path.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"' | b'<' | b'>'));
    if plain && stays(path) && !path.starts_with("/api/") {
        return Ok(path.to_owned());
    }
    Err(ApiError::invalid("returnTo", "it must be the path of a page of the console"))
}

/// Whether every browser reads it as this very path of ours. What one resolves (dots, also as `%2e`) or drops (tabs) is
/// read by the next as another path, or as another host: none of it is taken, in whatever place.
fn stays(path: &str) -> bool {
    let ends = path.find(['?', '#']).unwrap_or(path.len());
    let dots = |part: &str| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let (place, _) = path.split_at(ends);
    let hidden = ["%2f", "%5c", "%09", "%0a", "%0d", "%00"];
    let lower = place.to_ascii_lowercase();
    if place.contains("//") || place.split('/').any(dots) || hidden.iter().any(|code| lower.contains(code)) {
        return false;
    }
    // And so says whoever resolves addresses as browsers do.
    let Ok(ours) = url::Url::parse("https://console.invalid/") else { return false };
    ours.join(path).is_ok_and(|there| {
        there.origin() == ours.origin()
            && there.as_str().strip_prefix("https://console.invalid") == Some(path)
    })
}

/// The page with a note for it.
pub(super) fn with_note(page: &str, note: &str) -> String {
    let (page, place) = page.split_once('#').unwrap_or((page, ""));
    let (between, place) = (
        if page.contains('?') { '&' } else { '?' },
        if place.is_empty() { place.to_owned() } else { format!("#{place}") },
    );
    format!("{page}{between}{note}{place}")
}

pub(super) fn not_active() -> ApiError {
    ApiError::conflict(
        "sso_not_active",
        "This way to sign in is switched off just now. Use another one, or ask your administrator.",
    )
}

#[cfg(test)]
mod tests {
    use super::{check_return_to, with_note};

    #[test]
    fn a_note_stands_in_the_query() {
        assert_eq!(with_note("/sso", "tested=true"), "/sso?tested=true");
        assert_eq!(with_note("/account?tab=2#top", "sso=taken"), "/account?tab=2&sso=taken#top");
    }

    #[test]
    fn o21_only_pages_of_the_console_are_returned_to() {
        for path in ["/", "/assets?id=7", "/sessions/", "/audit?code=a..b&next=/x/../y", "/a.b/..c#d//e"] {
            assert_eq!(check_return_to(Some(path)).unwrap(), path);
        }
        for path in [
            "",
            "assets",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a b",
            "/a\nSet-Cookie: x",
            "/api/auth/logout",
            "javascript:alert(1)",
            "/é",
            "/..//evil.example",
            "/x/..//evil.example",
            "/./x",
            "/x/.",
            "/%2e%2e//evil.example",
            "/x/%2E./evil.example",
            "/.%2e/evil.example",
            "/x//evil.example",
            "/\t/evil.example",
            "/%09/evil.example",
            "/%2f/evil.example",
            "/%5cevil.example",
            "/x/..?y=1",
            "/..#z",
            "/\u{1}x",
        ] {
            assert!(check_return_to(Some(path)).is_err(), "{path:?}");
        }
    }
}
