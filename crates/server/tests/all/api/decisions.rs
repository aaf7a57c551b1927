//! A handler that forgets to ask whether somebody may: it writes nothing and tells nothing.

use super::document::Document;
use crate::support::TestApp;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use sallyport::access::Caller;
use sallyport::access::public::UNDECIDED;
use sallyport::app::App;
use sallyport::audit::{Event, Outcome, catalogue};
use sallyport::error::ApiError;
use sallyport::http::gatekeeper;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem};
use utoipa::openapi::{OpenApi, OpenApiBuilder, PathsBuilder};

async fn tell() -> Json<Value> {
    Json(json!({ "secret": "everything" }))
}

async fn change(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Value>, ApiError> {
    let mut tx = app.db.write(&caller).await?;
    sqlx::query("UPDATE users SET display_name = 'Changed'").execute(tx.conn()).await?;
    tx.commit(Event::of_caller(&caller, &catalogue::USER_UPDATE, Outcome::Success, caller.org_id)).await?;
    Ok(Json(json!({})))
}

fn document() -> OpenApi {
    let operation = |id: &str| OperationBuilder::new().operation_id(Some(id)).build();
    let paths = PathsBuilder::new()
        .path("/api/tell", PathItem::new(HttpMethod::Get, operation("tell")))
        .path("/api/change", PathItem::new(HttpMethod::Post, operation("change")));
    OpenApiBuilder::new().paths(paths).build()
}

#[tokio::test]
async fn g15_a_handler_that_asks_nothing_changes_nothing_and_tells_nothing() {
    let app = TestApp::start().await;
    let admin = app.super_admin().await;
    let router = Router::new().route("/api/tell", get(tell)).route("/api/change", post(change));
    let service = gatekeeper::guard(router, app.platform.app.clone(), &document());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });

    let before = app.audit_count().await;
    let token = admin.token.as_ref().unwrap();
    let answer = app.client.get(format!("{url}/api/tell")).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 500);
    assert!(!answer.text().await.unwrap().contains("everything"));
    let answer = app.client.post(format!("{url}/api/change")).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 500);
    let changed: i64 = sqlx::query_scalar("SELECT count(*) FROM users WHERE display_name = 'Changed'")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!((changed, app.audit_count().await), (0, before));
    serving.abort();
}

/// Each exception is an operation that there is and that only reads; docs of why stand beside it.
#[test]
fn g15_only_lists_that_the_wall_draws_answer_without_a_decision() {
    let reading: BTreeSet<String> = Document::of_the_code()
        .operations()
        .into_iter()
        .filter(|operation| !operation.mutates() && !operation.public())
        .map(|operation| operation.id)
        .collect();
    assert!(UNDECIDED.iter().all(|id| reading.contains(*id)), "{UNDECIDED:?}");
    assert!(UNDECIDED.len() < 3, "an operation without a decision is an exception: {UNDECIDED:?}");
}
