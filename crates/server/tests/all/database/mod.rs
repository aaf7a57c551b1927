//! What becomes of the platform when its database moves, waits or is stuck.

mod failover;
mod locks;

use crate::support::TestApp;
use serde_json::Value;
use std::time::Duration;

/// Asks again and again until the answer is yes; how long that takes is the machine's matter.
async fn until<F: Future<Output = bool>>(what: &str, mut yes: impl FnMut() -> F) {
    for _ in 0..600 {
        if yes().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never: {what}");
}

/// What the platform says of itself; null while it is not ready.
async fn health(app: &TestApp) -> Value {
    let answer = app.stranger().get("/readyz").await;
    if answer.status == 200 { answer.ok() } else { Value::Null }
}
