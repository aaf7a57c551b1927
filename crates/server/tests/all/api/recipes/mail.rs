//! Mails that were kept instead of sent.

use super::auth::link;
use super::{Call, recipes};

recipes! {
    "listKeptMails" => |world, _| {
        link(world).await;
        world.app.until_sql("SELECT count(*) > 0 FROM mails WHERE sent_at IS NOT NULL").await;
        Call::bare()
    },
}
