//! `sallyport serve`: from a started platform to one that answers, until it is told to stop.

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::{auth, demo, routes, startup};
use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until SIGINT or SIGTERM, then ends what is live and stops what was started.
pub async fn run(mut config: Config, with_demo: bool) -> Result<()> {
    allow_open_files();
    let listen = config.http.listen;
    let metrics = config.http.metrics_listen;
    // Taken first: a port in use must be said before anything is started.
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}; is another Sallyport running? Choose another with --listen")
    })?;
    let machines = if with_demo { Some(demo::Machines::start(&mut config).await?) } else { None };
    let mut platform = startup::start(config, Clock::default()).await?;
    platform.keep_sealing();
    if let Some(machines) = &machines {
        demo::fill(&platform.app, machines).await.context("the demonstration could not be filled in")?;
    }
    if let Some(metrics) = metrics {
        crate::http::metrics::serve(metrics).await?;
    }
    announce(&platform.app, machines.is_some()).await?;
    let service = routes::service(Arc::clone(&platform.app));
    // Open WebSockets and downloads would hold a graceful shutdown up; sessions are ended by `stop`, in order.
    tokio::select! {
        () = crate::http::listen::answer(listener, service) => {}
        () = stop_signal()? => tracing::info!("stopping"),
    }
    platform.stop().await;
    if let Some(machines) = machines {
        machines.stop().await;
    }
    Ok(())
}

/// A session is three open files, and the usual limit of 1,024 is there for programs that use `select`.
fn allow_open_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Says where the platform is, and how to get in for the first time.
async fn announce(app: &App, with_demo: bool) -> Result<()> {
    let url = &app.config.http.public_url;
    println!("\nSallyport is at {url}");
    if with_demo {
        println!("{}", demo::accounts(&app.config.data_dir)?);
    } else if let Some(link) = auth::create_setup_url(app).await? {
        println!("Nobody has an account yet. Make the first super admin (this link works once):\n  {link}");
    }
    println!("Stop it with ctrl-C.\n");
    Ok(())
}
