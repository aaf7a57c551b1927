//! What those who administer an organization are told by mail.

use super::model::SsoConnection;
use super::{sign_in, store};
use crate::app::App;
use crate::audit::{Event, Outcome, catalogue};
use crate::error::Result;
use crate::ids::OrganizationId;
use crate::mail::{self, Letter, To};
use serde_json::json;
use sqlx::PgConnection;

/// What is said where groups give roles, and the provider does not tell them.
pub(super) const GROUPS_ELSEWHERE: &str = "Somebody is in more groups than the identity provider puts into its answer, so \
     it tells none: such people get the role for those without a group. Let it tell only the groups that are assigned to \
     this application.";

/// Tells them that a connection does not work, once a day.
pub(super) async fn tell_of_trouble(app: &App, connection: &SsoConnection, problem: &str) -> Result<()> {
    let mut tx = app.db.unscoped("tell the admins of trouble with their identity provider").await?;
    if !store::claim_notice(tx.conn(), connection.id).await? {
        return tx.commit_unaudited("they were told today").await;
    }
    let letter = Letter::SsoTrouble { connection: connection.name.clone(), problem: problem.to_owned() };
    let told = tell_admins(app, tx.conn(), connection.organization_id, &letter).await?;
    let event = Event::by_platform(&catalogue::SSO_TROUBLE, Outcome::Success, connection.organization_id)
        .target(sign_in::target(connection))
        .because(problem)
        .details(json!({ "told": told }));
    tx.commit(event).await
}

/// Queues a letter for each of them; how many.
pub(crate) async fn tell_admins(
    app: &App,
    conn: &mut PgConnection,
    organization: OrganizationId,
    letter: &Letter,
) -> Result<usize> {
    let admins = store::admins(conn, organization).await?;
    for admin in &admins {
        let to = To { org_id: organization, user_id: admin.id, email: &admin.email };
        mail::queue(app, conn, &to, letter).await?;
    }
    Ok(admins.len())
}
