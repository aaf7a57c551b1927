//! Files of machines lie apart from the data folder when we are root (`machines.rs`), so they outlive one that was
//! deleted. Each folder says whose it is; a later demonstration takes those away whose data folder is gone.

use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Says which data folder a folder of machines belongs to: the number of its disk, a line break, its path.
const OWNER_FILE: &str = "data_folder";

/// Writes down whose machines lie in `folder`. They are in use for as long as the answer is kept.
pub(super) fn claim(folder: &Path, data_dir: &Path) -> Result<File> {
    let path = folder.join(OWNER_FILE);
    let disk = disk_of(data_dir).with_context(|| format!("cannot look at {}", data_dir.display()))?;
    let owner = [disk.to_string().as_bytes(), b"\n", data_dir.as_os_str().as_bytes()].concat();
    let write = || -> std::io::Result<File> {
        // Locked before anything stands in it: a data folder is made a little later than its machines, and whoever
        // sweeps meanwhile would take it for one that was deleted.
        let mut file = File::options().write(true).create(true).truncate(false).open(&path)?;
        file.lock_shared()?;
        file.set_len(0)?;
        file.write_all(&owner)?;
        Ok(file)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Takes away what an earlier data folder of this path left: a new one gets machines with new keys.
pub(super) fn forget(folder: &Path, data_dir: &Path) -> Result<()> {
    if data_dir.try_exists()? || !folder.try_exists()? {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}

/// Takes the folders beside `folder` away whose data folder is gone. What cannot be judged stays: it is only space.
pub(super) fn sweep(folder: &Path) {
    let Some(Ok(beside)) = folder.parent().map(fs::read_dir) else { return };
    for other in beside.flatten().map(|entry| entry.path()).filter(|other| other != folder && is_left(other))
    {
        match fs::remove_dir_all(&other) {
            Ok(()) => tracing::info!(folder = %other.display(), "took away what a demonstration left"),
            Err(error) => tracing::warn!(folder = %other.display(), %error, "cannot take it away"),
        }
    }
}

/// Only a folder of ours that names its data folder.
fn is_left(folder: &Path) -> bool {
    let ours = folder.file_name().is_some_and(|name| name.as_bytes().starts_with(b"demo-"));
    let real = folder.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    if !ours || !real {
        return false;
    }
    let Ok(owner) = fs::read(folder.join(OWNER_FILE)) else { return false };
    let mut parts = owner.splitn(2, |byte| *byte == b'\n');
    let disk = parts.next().and_then(|disk| std::str::from_utf8(disk).ok()?.parse().ok());
    let (Some(disk), Some(path)) = (disk, parts.next()) else { return false };
    is_gone(Path::new(OsStr::from_bytes(path)), disk) && !is_used(folder)
}

/// Whether a demonstration that runs holds it.
fn is_used(folder: &Path) -> bool {
    !File::open(folder.join(OWNER_FILE)).is_ok_and(|file| file.try_lock().is_ok())
}

/// Whether it was deleted. A disk that is not mounted now looks the same, but for the disk of what is above.
fn is_gone(data_dir: &Path, disk: u64) -> bool {
    let gone = data_dir.try_exists().is_ok_and(|there| !there);
    let above = data_dir.ancestors().find(|above| above.is_dir());
    gone && data_dir.is_absolute()
        && above.is_some_and(|above| disk_of(above).is_ok_and(|other| other == disk))
}

/// Of whatever is there already; a data folder is made a little later than its machines.
fn disk_of(path: &Path) -> std::io::Result<u64> {
    let there = path.ancestors().find(|above| above.exists()).unwrap_or(path);
    Ok(fs::metadata(there)?.dev())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_new_data_folder_gets_new_machines_and_one_that_is_there_keeps_its_own() {
        let home = tempfile::tempdir().unwrap();
        let (data, folder) = (home.path().join("data"), home.path().join("demo-1"));
        forget(&folder, &data).unwrap();
        fs::create_dir_all(folder.join("acme")).unwrap();
        fs::create_dir(&data).unwrap();
        forget(&folder, &data).unwrap();
        assert!(folder.join("acme").is_dir());
        fs::remove_dir(&data).unwrap();
        forget(&folder, &data).unwrap();
        assert!(!folder.exists());
    }

    #[test]
    fn only_what_a_deleted_data_folder_left_goes() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        fs::create_dir(&data).unwrap();
        let machines = home.path().join("machines");
        let make = |name: &str, owner: Option<&Path>| {
            let folder = machines.join(name);
            fs::create_dir_all(folder.join("acme")).unwrap();
            if let Some(owner) = owner {
                claim(&folder, owner).unwrap();
            }
            folder
        };
        let gone = home.path().join("gone");
        let mine = make("demo-mine", Some(&gone));
        let starting = make("demo-starting", None);
        let _held = claim(&starting, &gone).unwrap();
        let left = make("demo-left", Some(&gone.join("deeper")));
        let kept = [
            mine.clone(),
            starting,
            make("demo-used", Some(&data)),
            make("demo-from-before", None),
            make("demo-unmounted", Some(&gone)),
            make("postgres", Some(&gone)),
        ];
        let elsewhere = [b"1\n", gone.as_os_str().as_bytes()].concat();
        fs::write(machines.join("demo-unmounted").join(OWNER_FILE), elsewhere).unwrap();
        let link = machines.join("demo-link");
        symlink(&left, &link).unwrap();
        sweep(&mine);
        assert!(!left.exists());
        assert!(kept.iter().all(|folder| folder.join("acme").is_dir()), "{kept:?}");
        assert!(link.symlink_metadata().is_ok());
    }
}
