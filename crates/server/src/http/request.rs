//! The facts of the request at hand: its id, and where it came from.

use crate::ids::RequestId;
use std::net::IpAddr;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of the request that this task serves; none outside of one.
pub fn current_request_id() -> Option<RequestId> {
    CURRENT.try_with(|id| *id).ok()
}

/// Runs `work` as a part of the request `id`.
pub async fn with_request_id<F: Future>(id: RequestId, work: F) -> F::Output {
    CURRENT.scope(id, work).await
}

/// Where a request came from; goes into sign-in sessions and audit events.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The request's id.
    pub request_id: RequestId,
    /// The peer's address, or what a configured trusted proxy says of it.
    pub client_ip: IpAddr,
    /// The client's own word, cut to 300 bytes.
    pub user_agent: String,
}
