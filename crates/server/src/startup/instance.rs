//! This instance's name for itself: kept in the data folder, so that after a death it knows what it left open.

use crate::clock::Clock;
use crate::ids::InstanceId;
use anyhow::{Context, Result};
use std::path::Path;

/// The id of this data folder's instance, made at the first start.
pub(super) fn id(data_dir: &Path, clock: &Clock) -> Result<InstanceId> {
    let path = data_dir.join("instance.id");
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let id =
                text.trim().parse().with_context(|| format!("{} does not hold an id", path.display()))?;
            Ok(InstanceId(id))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let id = InstanceId::new(clock);
            std::fs::write(&path, format!("{id}\n"))
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(id)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}
