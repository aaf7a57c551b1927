//! A full disk: a sentence, nothing lost, and on we go when there is room.

use std::path::Path;
use std::process::Command;

use crate::support::{commit_a_row_in, durable, needs_root, open_folder, refusal, rows_in, start_durable};

/// A small disk that is gone at the end of the test.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(on: &'a Path, size: &str) -> Option<Self> {
        let options = format!("size={size},mode=755");
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "none"]).arg(on).status();
        let mounted = status.is_ok_and(|status| status.success());
        if !mounted {
            println!("not checked: this machine lets nobody mount");
        }
        mounted.then(|| Self(on))
    }

    fn grow(&self, size: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,size={size}")]).arg(self.0).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

#[tokio::test]
async fn a_disk_too_small_for_the_beginning_is_told_and_then_enlarged() {
    if needs_root("a small disk") {
        return;
    }
    let folder = open_folder();
    let Some(disk) = SmallDisk::mount(folder.path(), "20m") else { return };
    let told = refusal(durable(folder.path())).await;
    assert!(told.starts_with("The disk of ") && told.contains(" is full: "), "{told}");
    assert!(!folder.path().join("postgres/data").exists());

    disk.grow("300m");
    let running = start_durable(folder.path()).await;
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_disk_full_at_the_start_is_told_and_nothing_is_lost() {
    if needs_root("a small disk") {
        return;
    }
    let folder = open_folder();
    let Some(_disk) = SmallDisk::mount(folder.path(), "120m") else { return };
    let running = start_durable(folder.path()).await;
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;
    fill(&folder.path().join("ballast"));

    let told = refusal(durable(folder.path())).await;
    assert!(told.starts_with("The disk of ") && told.contains("No space left on device"), "{told}");
    std::fs::remove_file(folder.path().join("ballast")).unwrap();
    let running = start_durable(folder.path()).await;
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_disk_that_fills_up_under_load_loses_nothing_acknowledged() {
    if needs_root("a small disk") {
        return;
    }
    let folder = open_folder();
    let Some(_disk) = SmallDisk::mount(folder.path(), "120m") else { return };
    let running = start_durable(folder.path()).await;
    let mut acknowledged = commit_a_row_in(&running).await;
    fill(&folder.path().join("ballast"));
    let mut connection = crate::support::owner(&running).await;
    let big = sqlx::query("CREATE TABLE big AS SELECT repeat('x', 1000) FROM generate_series(1, 100000)");
    let refused = big.execute(&mut connection).await.unwrap_err().to_string();
    println!("refused with: {refused}");
    drop(connection);

    std::fs::remove_file(folder.path().join("ballast")).unwrap();
    let mut status = running.status();
    let up = status.wait_for(|status| matches!(status, sallyport_pg_cluster::Status::Up { .. }));
    tokio::time::timeout(crate::support::GENEROUS, up).await.unwrap().unwrap();
    let mut tries = 0;
    let rows = loop {
        // The crash may be noticed only after `Up` was read.
        match sqlx::ConnectOptions::connect(&running.connect_options(crate::support::OWNER, "product")).await
        {
            Ok(mut connection) => break crate::support::commit_a_row(&mut connection).await,
            Err(error) => assert!(tries < 600, "{error}"),
        }
        tries += 1;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    acknowledged += 1;
    assert_eq!(rows, acknowledged);
    running.stop().await;
}

/// To the last byte.
fn fill(file: &Path) {
    let mut file = std::fs::File::create(file).unwrap();
    for chunk in [1 << 20, 4096, 1] {
        let zeroes = vec![0_u8; chunk];
        while std::io::Write::write_all(&mut file, &zeroes).is_ok() {}
    }
}
