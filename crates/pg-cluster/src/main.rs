//! `pg-cluster [--for-tests] FOLDER`: runs a private cluster in the folder, prints its URL, and stops it when
//! the input closes. `./test` keeps one for the time of its run, and the tests of this crate kill it.

use std::io::{Read, Write};
use std::process::ExitCode;

use sallyport_pg_cluster::{Cluster, Config, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let config = match arguments.as_slice() {
        ["--for-tests", folder] => Config::for_tests(*folder),
        [folder] if !folder.starts_with('-') => Config::new(*folder),
        _ => {
            eprintln!("usage: pg-cluster [--for-tests] FOLDER");
            return ExitCode::from(2);
        }
    };
    let config =
        config.superuser("sallyport_owner").login_role("sallyport_app").login_role("sallyport_system");
    match run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), Error> {
    let running = Cluster::open(config).start().await?;
    let mut out = std::io::stdout();
    // Whoever asked may be gone already; then the input is closed too.
    let _ = writeln!(out, "{}", running.url(running.superuser(), "postgres")).and_then(|()| out.flush());
    let closed = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = closed.await;
    running.stop().await;
    Ok(())
}
