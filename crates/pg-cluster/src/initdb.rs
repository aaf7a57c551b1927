//! Making the data directory: in a folder of its own first, then by one rename. What was not renamed never
//! was complete and may be thrown away; what was renamed is never made again.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::binaries::Binaries;
use crate::home::Home;
use crate::{Config, Durability, Error};

const HALF_MADE: &str = "data.new.";

pub(crate) fn ensure(home: &Home, binaries: &Binaries, config: &Config) -> Result<(), Error> {
    discard_half_made(home);
    if home.data.exists() {
        return Ok(());
    }
    tracing::info!("Making a new PostgreSQL {} database in {}", binaries.major, home.root.display());
    let fresh = home.root.join(format!("{HALF_MADE}{}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&fresh).map_err(Error::io("Cannot create", &fresh))?;
    let made = home.postgres.own(&fresh).and_then(|()| run(home, binaries, config, &fresh));
    if let Err(error) = made {
        discard_half_made(home);
        return Err(error);
    }
    fs::rename(&fresh, &home.data).map_err(Error::io("Cannot rename", &fresh))?;
    File::open(&home.root).and_then(|root| root.sync_all()).map_err(Error::io("Cannot sync", &home.root))
}

fn run(home: &Home, binaries: &Binaries, config: &Config, fresh: &Path) -> Result<(), Error> {
    let program = binaries.program("initdb");
    let mut command = home.postgres.command(&program);
    command.arg("--pgdata").arg(fresh);
    command.args(["--username", &config.superuser, "--encoding=UTF8", "--locale=C.UTF-8"]);
    // The access files that initdb writes are not the ones in use; `peer` keeps them harmless all the same.
    command.args(["--data-checksums", "--auth=peer", "--no-instructions"]);
    if config.durability == Durability::None {
        command.arg("--no-sync");
    }
    let output = command.output().map_err(Error::io("Cannot run", &program))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let words: Vec<String> = words.lines().map(str::to_owned).collect();
    Err(Error::from_words("initdb", &home.root, &words))
}

/// Best effort: an interrupted initdb may still be writing into its folder, which nobody will ever use.
fn discard_half_made(home: &Home) {
    let Ok(entries) = fs::read_dir(&home.root) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(HALF_MADE) {
            continue;
        }
        tracing::info!("Discarding {}, whose making was interrupted", entry.path().display());
        if let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::warn!("Could not remove all of {}: {error}", entry.path().display());
        }
    }
}
