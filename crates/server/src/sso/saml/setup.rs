//! What can be said of a SAML connection before anybody signs in by it.

use super::{metadata, service};
use crate::access::Caller;
use crate::app::App;
use crate::error::Result;
use crate::sso::connections::{failed, passed};
use crate::sso::model::SsoCheck;
use crate::sso::store::Kept;
use sallyport_saml::Provider;

/// Looks at it. The provider only if nothing stands against it.
pub(in crate::sso) async fn check(
    app: &App,
    caller: &Caller,
    kept: &Kept,
) -> Result<(Vec<SsoCheck>, Option<Provider>)> {
    let mut checks = Vec::new();
    let what = "The identity provider describes itself";
    let provider = match (kept.connection.metadata_url.as_deref(), kept.saml.clone()) {
        (Some(address), _) => metadata::fetch_again(app, kept, address).await,
        (None, Some(given)) => Ok(given),
        (None, None) => Err("Enter its metadata or their address first.".to_owned()),
    };
    let provider = match provider {
        Ok(provider) => provider,
        Err(problem) => {
            checks.push(failed("provider_read", what, &problem));
            return Ok((checks, None));
        }
    };
    checks.push(passed("provider_read", what));
    let what = "It has a certificate for signing that is valid now, and an address to sign in at";
    if let Some(problem) = provider.problems(app.db.now().await?).first() {
        checks.push(failed("provider_fits", what, problem));
        return Ok((checks, Some(provider)));
    }
    checks.push(passed("provider_fits", what));
    let mut tx = app.db.read(caller).await?;
    let ours = service::open(app, tx.conn(), kept).await?;
    tx.done().await?;
    match metadata::self_test(app, ours, &provider).await? {
        Ok(tried) => checks.extend(tried.into_iter().filter_map(|one| {
            let (code, what) = words(one.check)?;
            Some(SsoCheck { code: code.to_owned(), what: what.to_owned(), passed: one.passed, detail: None })
        })),
        Err(refused) => checks.push(failed("self_test", "Forged answers were tried", &refused)),
    }
    Ok((checks, Some(provider)))
}

fn words(check: &str) -> Option<(&'static str, &'static str)> {
    Some(match check {
        "accepted" => ("genuine_accepted", "An answer as it should be is accepted"),
        "unsigned" => ("unsigned_refused", "An unsigned answer is refused"),
        "wrapped" => ("wrapped_refused", "A forged assertion beside a signed one is refused"),
        "changed" => ("changed_refused", "An answer that was changed after it was signed is refused"),
        "foreign_key" => ("forged_refused", "An answer signed by somebody else is refused"),
        "expired" => ("expired_refused", "An answer of another time is refused"),
        _ => return None,
    })
}
