//! The end of a test: what came is shown and kept, and nobody is signed in by it.

use super::connections::{failed, passed};
use super::domains::domain_of;
use super::flow::with_note;
use super::model::{SsoTest, SsoTestPerson};
use super::notices::GROUPS_ELSEWHERE;
use super::sign_in::{Ended, target};
use super::store::{self, Kept, Spent};
use crate::app::App;
use crate::audit::{Event, Outcome, catalogue};
use crate::error::Result;
use crate::http::request::Origin;
use sallyport_oidc::Identity;
use serde_json::json;

/// Groups that are shown.
const SHOWN_GROUPS: usize = 50;

/// Keeps how it went.
pub(super) async fn keep(
    app: &App,
    origin: &Origin,
    kept: &Kept,
    spent: &Spent,
    proven: Result<Identity, String>,
) -> Result<Ended> {
    let connection = &kept.connection;
    let at = app.db.now().await?;
    let mut tx = app.db.unscoped("keep how the test of a connection went").await?;
    let mut checks = spent.checks.clone();
    let mut person = None;
    match proven {
        Ok(identity) => {
            checks.push(passed("signed_in", "Somebody signed in there and was believed here"));
            if !connection.groups.is_empty() {
                let what = "It tells which groups the person is in";
                checks.push(if identity.groups_elsewhere {
                    failed("groups_told", what, &GROUPS_ELSEWHERE)
                } else {
                    passed("groups_told", what)
                });
            }
            let domain = identity.email.as_deref().and_then(domain_of).unwrap_or_default();
            let domain_verified = store::has_domain(tx.conn(), connection.organization_id, &domain).await?;
            person = Some(SsoTestPerson {
                role: connection.role_of(&identity.groups),
                domain_verified,
                groups: identity.groups.iter().take(SHOWN_GROUPS).cloned().collect(),
                subject: identity.subject,
                email: identity.email,
                claims: identity.claims,
            });
        }
        Err(refused) => {
            checks.push(failed("signed_in", "Somebody signed in there and was believed here", &refused));
        }
    }
    let all = checks.iter().all(|check| check.passed);
    let test = SsoTest { at, passed: all, checks, person };
    store::keep_test(tx.conn(), connection.id, spent.settings_version, &test).await?;
    let outcome = if all { Outcome::Success } else { Outcome::Failed };
    let event = Event::by_platform(&catalogue::SSO_TEST_END, outcome, connection.organization_id)
        .origin(origin.clone())
        .target(target(connection))
        .details(
            json!({ "checks": test.checks, "subject": test.person.as_ref().map(|person| &person.subject) }),
        );
    tx.commit(event).await?;
    let note = format!("id={}&tested={all}", connection.id);
    Ok(Ended::Back { page: with_note(&spent.return_to, &note), cookies: None })
}
