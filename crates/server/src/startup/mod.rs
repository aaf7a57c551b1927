//! From a configuration to a running platform: data folder, PostgreSQL, migrations, the gate, keys, what a
//! restart left open.

mod database;
mod instance;
pub mod keys;
mod provider;
mod vault;

pub use database::PrivateCluster;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::{audit, auth, grants, http, mail, sessions, sso};
use anyhow::{Context, Result};
use sallyport_relay::live::{EndCode, Reason};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use tokio::task::JoinSet;

/// A platform that is ready to serve, with its own PostgreSQL, if it has one.
#[derive(Debug)]
pub struct Platform {
    /// What requests stand on.
    pub app: Arc<App>,
    jobs: JoinSet<()>,
    cluster: Option<PrivateCluster>,
}

/// Brings everything up. What fails says in a sentence what to do.
pub async fn start(config: Config, clock: Clock) -> Result<Platform> {
    make_data_folder(&config.data_dir)?;
    let (mut connect, cluster) = database::open(&config).await?;
    connect.migrate().await?;
    database::give_passwords(&config, &mut connect).await?;
    let db = connect.serve().await?;
    let vault = vault::open(&config, &db).await?;
    let provider = provider::ensure(&db, &clock, &vault).await?;
    let keys = keys::load(&db, vault, &config.http.public_url, &clock).await?;
    let instance = instance::id(&config.data_dir, &clock)?;
    let app = Arc::new(App::new(config, clock, db, keys, instance, provider)?);
    audit::tree::read_keys(&app).await?;
    // Before anything is written that would have to be moved.
    audit::months::tend_months(&app).await;
    // By the time of its last beat in the earlier life, so before the first of this one.
    sessions::end_left_over(&app).await?;
    sessions::register(&app).await?;
    let mut jobs = JoinSet::new();
    jobs.spawn(connect.keep_to_the_primary(app.db.clone()));
    jobs.spawn(keep(&app, sessions::keep_beating));
    jobs.spawn(keep(&app, sessions::keep_leases));
    jobs.spawn(keep(&app, sessions::tend));
    jobs.spawn(keep(&app, auth::keys::keep));
    jobs.spawn(keep(&app, auth::denylist::keep_carrying));
    jobs.spawn(keep(&app, http::limits::keep_counting_together));
    jobs.spawn(keep(&app, auth::keep_answering_knocks));
    jobs.spawn(keep(&app, mail::keep_sending));
    jobs.spawn(keep(&app, grants::keep_tending));
    jobs.spawn(keep(&app, audit::live::keep_watching));
    jobs.spawn(keep(&app, audit::months::keep_months));
    jobs.spawn(keep(&app, sso::keep_metadata_fresh));
    Ok(Platform { app, jobs, cluster })
}

/// A job of the platform, begun anew when the database moved: it may wait for a server that is gone. Each goes on where it was
/// after a death, so after this too.
fn keep<F: Future<Output = ()> + Send + 'static>(
    app: &Arc<App>,
    job: impl Fn(Arc<App>) -> F + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static {
    let app = Arc::clone(app);
    async move {
        loop {
            let moved = app.db.moved();
            tokio::select! {
                () = job(Arc::clone(&app)) => return,
                () = moved => {}
            }
        }
    }
}

/// Brings the database up to date and ends.
pub async fn migrate(config: &Config) -> Result<()> {
    make_data_folder(&config.data_dir)?;
    let (connect, cluster) = database::open(config).await?;
    connect.migrate().await?;
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
    Ok(())
}

/// What a command beside the platform looks at.
pub(crate) struct Examined {
    /// The database, as the platform itself sees it.
    pub(crate) db: Db,
    /// The public keys of audit logs' checkpoints.
    pub(crate) audit_keys: Vec<[u8; 32]>,
    cluster: Option<PrivateCluster>,
}

impl Examined {
    /// Lets go of it.
    pub(crate) async fn close(self) {
        drop(self.db);
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// Opens the database for a command, which serves nobody and changes no role.
pub(crate) async fn examine(config: &Config) -> Result<Examined> {
    let (connect, cluster) = database::open_beside(config).await?;
    let db = connect.examine().await?;
    let vault = vault::open(config, &db).await?;
    let audit_keys = keys::audit_keys(&db, &vault).await?;
    Ok(Examined { db, audit_keys, cluster })
}

impl Platform {
    /// Has this instance seal the audit log from now on, and forward what is sealed. Apart from [`start`], so that a test
    /// seals when it wants to.
    pub fn keep_sealing(&mut self) {
        self.jobs.spawn(keep(&self.app, audit::tree::keep_sealing));
        self.jobs.spawn(keep(&self.app, audit::forward::keep_forwarding));
    }

    /// Ends what is live, with its recordings closed and its ends kept; then PostgreSQL.
    pub async fn stop(mut self) {
        let reason = Reason::new(
            EndCode::GatewayRestart,
            "The gateway is being restarted. Connect again in a moment.",
        );
        self.app.live.registry.end_all(&reason).await;
        self.app.live.all_kept().await;
        self.jobs.shutdown().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

fn make_data_folder(path: &Path) -> Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        // Others may pass through: the private PostgreSQL runs as another user. Each thing inside has its own mode.
        .mode(0o711)
        .create(path)
        .with_context(|| format!("cannot make the data folder {}", path.display()))
}
