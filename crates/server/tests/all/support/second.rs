//! A second instance on the same database, with the root key given to it as an operator would.

use super::TestApp;
use sallyport::clock::Clock;
use sallyport::config::Config;
use sallyport::startup::Platform;
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Another running copy.
pub struct Second {
    pub platform: Platform,
    pub address: SocketAddr,
    serving: JoinHandle<()>,
    _data: TempDir,
}

impl Second {
    pub async fn start(app: &TestApp) -> Self {
        Self::start_with(app, |_| {}).await
    }

    /// The same with another configuration.
    pub async fn start_with(app: &TestApp, change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = app.platform.app.config.clone();
        let key = std::fs::read_to_string(config.data_dir.join("root.key")).unwrap();
        config.root_key = Some(key.trim().to_owned());
        config.data_dir = data.path().join("data");
        change(&mut config);
        let platform = sallyport::startup::start(config, Clock::default()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = sallyport::routes::service(platform.app.clone());
        let serving = tokio::spawn(sallyport::http::listen::answer(listener, service));
        Self { platform, address, serving, _data: data }
    }

    pub async fn stop(self) {
        self.platform.stop().await;
        self.serving.abort();
    }
}
