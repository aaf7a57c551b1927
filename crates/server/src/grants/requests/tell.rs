//! Who hears of a request by mail: those who may decide when it is made, the technician when it is decided.

use super::model::{AccessRequest, ApprovalSide};
use super::store::{self, Reader};
use crate::access::{Caller, Role};
use crate::app::App;
use crate::error::Result;
use crate::mail::{self, Letter, To};
use sqlx::PgConnection;

/// Tells those whose approval it needs; how many they are.
pub(super) async fn deciders(app: &App, conn: &mut PgConnection, request: &AccessRequest) -> Result<usize> {
    let managers = [Role::SuperAdmin, Role::AccountManager];
    let mut readers = store::people_of(conn, app.provider, &managers).await?;
    if request.needs.contains(&ApprovalSide::Customer) {
        readers.extend(store::people_of(conn, request.customer_org_id, &[Role::Admin]).await?);
    }
    let letter = Letter::AccessRequested {
        technician: request.technician_name.clone(),
        customer: request.customer_org_name.clone(),
        level: request.access_level.level().words().to_owned(),
        reason: request.reason.clone(),
        until: request.expires_on,
    };
    queue(app, conn, &readers, &letter).await
}

/// Tells the technician how it went; `refused`: why not.
pub(super) async fn asker(
    app: &App,
    conn: &mut PgConnection,
    request: &AccessRequest,
    by: &Caller,
    refused: Option<&str>,
) -> Result<()> {
    let letter = Letter::AccessDecided {
        customer: request.customer_org_name.clone(),
        level: request.access_level.level().words().to_owned(),
        by: by.display_name.clone(),
        refused: refused.map(str::to_owned),
    };
    let reader = store::person(conn, request.technician_id).await?;
    queue(app, conn, reader.as_slice(), &letter).await?;
    Ok(())
}

/// One letter to many; how many.
pub(in crate::grants) async fn queue(
    app: &App,
    conn: &mut PgConnection,
    readers: &[Reader],
    letter: &Letter,
) -> Result<usize> {
    for reader in readers {
        let to = To { org_id: reader.org_id, user_id: reader.id, email: &reader.email };
        mail::queue(app, conn, &to, letter).await?;
    }
    Ok(readers.len())
}
