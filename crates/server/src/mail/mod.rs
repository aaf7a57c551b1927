//! Mails: queued in the transaction of what they tell of, sealed until they are sent, sent by a job that tries for a
//! day. Without a mail server they go into a folder, and a page shows them.

mod deliver;
pub mod http;
mod kept;
mod letter;
mod letters_of_access;
mod place;
mod post;
mod store;
mod words;

pub use deliver::keep_sending;
pub use kept::{KeptMail, list_kept_mails};
pub use letter::Letter;
pub use place::Place;
pub use post::Post;

use crate::app::App;
use crate::error::Result;
use crate::ids::{MailId, OrganizationId, UserId};
use sqlx::PgConnection;

/// Whom a mail is for.
#[derive(Clone, Copy, Debug)]
pub struct To<'a> {
    /// Their organization.
    pub org_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// Where they read mail.
    pub email: &'a str,
}

/// Queues a mail in the transaction at hand: without that commit there is no mail, with it there is one.
pub async fn queue(app: &App, conn: &mut PgConnection, to: &To<'_>, letter: &Letter) -> Result<()> {
    let id = MailId::new(&app.clock);
    let open = serde_json::to_vec(letter).map_err(anyhow::Error::from)?;
    let sealed = app.vault.seal_server(&purpose(id), &open).map_err(anyhow::Error::from)?;
    store::insert(conn, id, to, letter.kind(), &sealed, letter.good_until()).await
}

/// Forgets mails of which nothing is left but that they were sent.
pub(crate) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    store::forget_old(conn).await
}

/// What is sealed opens as this one mail alone.
fn purpose(id: MailId) -> String {
    format!("mail {id}")
}
