//! What those who administer an organization are told by mail.

use super::model::SsoConnection;
use super::{sign_in, store};
use crate::app::App;
use crate::audit::{Event, Outcome, catalogue};
use crate::auth::sso::network;
use crate::db::WriteTx;
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::OrganizationId;
use crate::mail::{self, Letter, To};
use serde_json::json;
use sqlx::PgConnection;

/// What is said where groups give roles, and the provider does not tell them.
pub(super) const GROUPS_ELSEWHERE: &str = "Somebody is in more groups than the identity provider puts into its answer, so \
     it tells none: such people get the role for those without a group. Let it tell only the groups that are assigned to \
     this application.";

/// What is said where answers come that no known certificate explains.
const UNKNOWN_KEY: &str = "Sign-ins from several networks were answered with a certificate that this connection does not \
     know. If your identity provider has changed its certificate, give this connection its metadata anew. If it has not, \
     somebody tries to get in, and was refused.";
/// From how many networks. A stranger has one.
const NETWORKS: i64 = 3;

/// Tells them that a connection does not work, once a day.
pub(super) async fn tell_of_trouble(app: &App, connection: &SsoConnection, problem: &str) -> Result<()> {
    let tx = app.db.unscoped("tell the admins of trouble with their identity provider").await?;
    tell(app, tx, connection, problem, false).await
}

/// An answer to a sign-in that was begun here is signed with a certificate that is not known, and nothing could be asked
/// that knows better. Anybody can make such an answer: the admins hear of it when they come from several networks.
pub(super) async fn hear_of_unknown_key(
    app: &App,
    connection: &SsoConnection,
    origin: &Origin,
) -> Result<()> {
    let mut tx = app.db.unscoped("count the networks that answers with an unknown key come from").await?;
    let whose = (connection.organization_id, connection.id);
    let from = network(origin.client_ip).to_string();
    if store::count_unknown_keys(tx.conn(), whose, &from, NETWORKS).await? < NETWORKS {
        return tx.commit_unaudited("only counted; the refused sign-in is audited itself").await;
    }
    tell(app, tx, connection, UNKNOWN_KEY, true).await
}

async fn tell(
    app: &App,
    mut tx: WriteTx,
    connection: &SsoConnection,
    problem: &str,
    by_strangers: bool,
) -> Result<()> {
    if !store::claim_notice(tx.conn(), connection.id, by_strangers).await? {
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
