//! The log taken out of the platform: streamed, however long it is, in as much memory as a few hundred entries need.
//!
//! What is asked for is counted and the attempt kept before the first byte goes out. Then a task of its own reads piece
//! after piece, each in a transaction of its own through the wall, each only while the person still may; a slow reader
//! slows it down. How it ended is an entry too, written before the stream says that it is whole.

mod csv;
mod model;
pub(super) mod ocsf;
mod ocsf_classes;
mod store;
mod stream;

pub use model::{ExportFilter, ExportFormat};
pub(super) use store::standing;
pub use stream::Export;

use super::{Event, Outcome, Target, catalogue, read};
use crate::access::{Action, Caller, Facts, Permit, Resource};
use crate::app::App;
use crate::error::Result;
use crate::ids::OrganizationId;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;
use std::sync::Arc;

/// Begins an export; the rest happens while its stream is read.
pub async fn export_audit_logs(app: &Arc<App>, caller: &Caller, wish: &ExportFilter) -> Result<Export> {
    let mut tx = app.db.read(caller).await?;
    let (resource, name) = whose(&mut tx, caller, wish.organization_id).await?;
    let org = resource.org_id;
    let permit = app.may(caller, Action::AuditExport, &resource, &Facts::default())?;
    let filter = wish.until(caller.asked_at);
    filter.check()?;
    let only = caller.only(wish.organization_id);
    tx.plan_each_anew().await?;
    let total = read::count(tx.conn(), &filter, only).await?;
    tx.done().await?;
    let format = wish.format;
    let about = Target::new("organization", org.0, name);
    let details = json!({ "wanted": wish, "total": total });
    let attempt = event(caller, &permit, org, about.clone()).outcome(Outcome::Attempt).details(details);
    app.db.write(caller).await?.commit(attempt).await?;
    let work = stream::Work {
        app: Arc::clone(app),
        caller: caller.clone(),
        permit,
        about,
        asked: wish.organization_id,
        org,
        filter,
        only,
        format,
    };
    Ok(stream::begin(work, total))
}

/// The organization that the export is about, as the policies see it, and what the log calls it.
async fn whose(
    tx: &mut crate::db::ReadTx,
    caller: &Caller,
    asked: Option<OrganizationId>,
) -> Result<(Resource, String)> {
    let Some(id) = asked else {
        let name =
            if caller.is_provider() { "all organizations".to_owned() } else { caller.org_name.clone() };
        return Ok((Resource::own(caller), name));
    };
    let resource = crate::organizations::kept_resource(tx.conn(), caller, id).await?;
    Ok((resource, read::organization_name(tx.conn(), id).await?))
}

fn event(caller: &Caller, permit: &Permit, org: OrganizationId, about: Target) -> Event {
    Event::by(caller, permit, &catalogue::AUDIT_EXPORT, org).target(about)
}

/// RFC 3339 in UTC, to the microsecond that the database keeps.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
