//! Prometheus metrics, on a listener of their own: they are for the operator, not for customers.

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Serves `/metrics` at `listen` from now on.
pub async fn serve(listen: SocketAddr) -> Result<()> {
    let handle = PrometheusBuilder::new().install_recorder().context("metrics are installed already")?;
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen} for metrics"))?;
    let router = Router::new().route("/metrics", get(move || std::future::ready(handle.render())));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "metrics are not served any more");
        }
    });
    Ok(())
}
