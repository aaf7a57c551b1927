//! `demo.json` in the data folder: for programs, where, who and what. It holds passwords and the secrets of
//! authenticator apps, so nobody else of this machine reads it.

use anyhow::{Context, Result};
use serde_json::Value;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

const MODE: u32 = 0o600;

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("demo.json")
}

/// Writes it anew.
pub(super) fn write(data_dir: &Path, content: &Value) -> Result<()> {
    let path = path(data_dir);
    let text = serde_json::to_vec_pretty(content)?;
    let mut wish = OpenOptions::new();
    let file = wish.write(true).create(true).truncate(true).mode(MODE).open(&path);
    let written = file.and_then(|mut file| {
        // One that was there before keeps its mode otherwise.
        file.set_permissions(Permissions::from_mode(MODE))?;
        file.write_all(&text)
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// What it says; none where the platform was not filled in by a demonstration.
pub(super) fn read(data_dir: &Path) -> Result<Option<Value>> {
    let path = path(data_dir);
    let kept = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        kept => kept.with_context(|| format!("cannot read {}", path.display()))?,
    };
    fs::set_permissions(&path, Permissions::from_mode(MODE))
        .with_context(|| format!("cannot keep {} from others", path.display()))?;
    serde_json::from_slice(&kept).with_context(|| format!("{} is damaged", path.display())).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nobody_else_reads_it_whoever_wrote_it() {
        let data = tempfile::tempdir().unwrap();
        assert!(read(data.path()).unwrap().is_none());
        let file = path(data.path());
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        fs::write(&file, "{}").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(read(data.path()).unwrap(), Some(json!({})));
        assert_eq!(mode(), MODE);
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        write(data.path(), &json!({ "url": "http://127.0.0.1:8420" })).unwrap();
        assert_eq!(mode(), MODE);
        assert_eq!(read(data.path()).unwrap().unwrap()["url"], "http://127.0.0.1:8420");
    }
}
