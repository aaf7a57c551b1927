//! The binary `sallyport`.

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use sallyport::config::{Config, Http};
use sallyport::{serve, startup};
use std::path::PathBuf;
use tracing_subscriber::EnvFilter;

/// The platform of a managed security services provider.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the console and the API until ctrl-C.
    Serve {
        #[command(flatten)]
        place: Place,
        /// Address and port to listen on; the console's own address follows it.
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<std::net::SocketAddr>,
        /// Fill an empty platform with a demonstration: customers, people, machines that really answer.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database up to date and end.
    Migrate {
        #[command(flatten)]
        place: Place,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Verify the audit log, or take it home.
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
    /// Print the code that an authenticator app would show now, for the people of the demonstration.
    Totp {
        /// The secret of the app, base32.
        secret: String,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Verify the logs in the database: whether they are what was signed, and if not, what was changed.
    Verify {
        #[command(flatten)]
        place: Place,
        /// Only the log of this organization.
        #[arg(long, value_name = "ID")]
        organization: Option<uuid::Uuid>,
    },
    /// Write an organization's log into a file that can be verified offline.
    Bundle {
        #[command(flatten)]
        place: Place,
        /// Whose log.
        #[arg(long, value_name = "ID")]
        organization: uuid::Uuid,
        /// The file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Verify such a file, offline.
    VerifyBundle {
        /// The file.
        file: PathBuf,
        /// A public key: base64, or a verifier key (name+hash+key). May be given more than once: one of them has signed.
        #[arg(long, required = true)]
        key: Vec<String>,
        /// A checkpoint that was kept before; the log must continue it. May be given more than once.
        #[arg(long, value_name = "FILE")]
        earlier: Vec<PathBuf>,
    },
    /// Let a halted log go on, after an older state of the database was put back knowingly.
    Resume {
        #[command(flatten)]
        place: Place,
        /// Whose log.
        #[arg(long, value_name = "ID")]
        organization: uuid::Uuid,
        /// Why; stands in the log.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
struct Place {
    /// A configuration file (TOML); without it, defaults and the environment (`SALLYPORT_…`).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

impl Place {
    fn load(self) -> Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(data) = self.data {
            config.data_dir = data;
        }
        config.data_dir = std::path::absolute(&config.data_dir).context("the data folder")?;
        Ok(config)
    }
}

fn main() -> std::process::ExitCode {
    let filter = EnvFilter::try_from_env("SALLYPORT_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,russh=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        log.compact().with_target(false).init();
    } else {
        log.json().init();
    }
    match run(Cli::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes, each a sentence, for a person; no backtrace.
            eprintln!("sallyport: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("another TLS provider is installed already"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve { place, listen, demo } => {
                let mut config = place.load()?;
                if let Some(listen) = listen {
                    config.http.listen = listen;
                    if config.http.public_url == Http::default().public_url {
                        config.http.public_url = format!("http://{listen}");
                    }
                }
                serve::run(config, demo).await
            }
            Command::Migrate { place } => startup::migrate(&place.load()?).await,
            Command::Openapi => {
                println!("{}", sallyport::routes::document_json()?);
                Ok(())
            }
            Command::Audit { command } => run_audit(command).await,
            Command::Totp { secret } => {
                let now_s = sallyport::clock::Clock::default().now().timestamp();
                let code = sallyport::auth::totp::code_of_secret(&secret, now_s);
                println!("{}", code.context("this is no secret of an authenticator app (base32)")?);
                Ok(())
            }
        }
    })
}

async fn run_audit(command: Audit) -> Result<()> {
    use sallyport::audit::tree::command as audit;
    match command {
        Audit::Verify { place, organization } => {
            let sound = audit::run_verify(&place.load()?, organization.map(Into::into)).await?;
            anyhow::ensure!(sound, "the audit log is not as it was sealed");
            Ok(())
        }
        Audit::Bundle { place, organization, out } => {
            audit::run_bundle(&place.load()?, organization.into(), &out).await
        }
        Audit::VerifyBundle { file, key, earlier } => audit::run_verify_bundle(&file, &key, &earlier),
        Audit::Resume { place, organization, reason } => {
            audit::run_resume(&place.load()?, organization.into(), &reason).await
        }
    }
}
