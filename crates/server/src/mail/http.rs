//! `/api/dev/mails`.

use super::KeptMail;
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Envelope, Filter, Page, PageQuery, Reply, Window, ok};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_kept_mails))
}

/// List the mails that were kept instead of sent, where no mail server is configured; newest first.
#[utoipa::path(get, path = "/api/dev/mails", operation_id = "listKeptMails", tag = "mail", params(PageQuery),
    responses((status = 200, body = Envelope<Page<KeptMail>>), Problems))]
async fn list_kept_mails(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<KeptMail>> {
    ok(super::list_kept_mails(&app, &caller, Window::new(query.page, query.limit)).await?)
}
