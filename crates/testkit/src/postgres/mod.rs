//! A real PostgreSQL for tests: one server a run, one template database a schema, one clone of it a test.
//!
//! ```no_run
//! use sallyport_testkit::postgres::{Template, TestDb};
//! use tokio::sync::OnceCell;
//!
//! static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
//!
//! async fn fresh() -> TestDb {
//!     let template = TEMPLATE.get_or_init(|| Template::make("server", |owner| async move {
//!         // run the migrations with `owner`, the options to connect as the owner
//!         # let _ = owner;
//!         Ok(())
//!     }));
//!     TestDb::fresh(template.await).await
//! }
//! ```

mod cluster;
mod database;
mod server;
mod template;

pub use cluster::TestCluster;
pub use database::TestDb;
pub use server::Server;
pub use template::Template;

/// Who makes a cluster, and may do everything in it.
const OWNER: &str = "sallyport_owner";
