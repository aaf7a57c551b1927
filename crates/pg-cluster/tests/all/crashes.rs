//! What a kill leaves behind, on either side.

use rustix::process::Signal;
use sallyport_pg_cluster::Status;
use tokio::time::timeout;

use crate::support::{
    GENEROUS, Holder, alive, commit_a_row, commit_a_row_in, connect, eventually, kill, open_folder, owner,
    postmaster_pid, rows_in, signal, start_durable,
};

/// Waits until another postmaster than `old` serves.
async fn up_again(running: &sallyport_pg_cluster::Running, old: u32) -> u32 {
    let mut status = running.status();
    let up = status.wait_for(|status| matches!(status, Status::Up { pid } if *pid != old));
    timeout(GENEROUS, up).await.expect("PostgreSQL did not come back").unwrap();
    running.postmaster_pid().unwrap()
}

#[tokio::test]
async fn a_killed_postmaster_comes_back_with_every_committed_row() {
    let folder = open_folder();
    let running = start_durable(folder.path()).await;
    let mut pid = running.postmaster_pid().unwrap();
    for round in 1..=3 {
        let mut connection = owner(&running).await;
        assert_eq!(commit_a_row(&mut connection).await, round);
        kill(pid);
        pid = up_again(&running, pid).await;
        assert_eq!(rows_in(&running).await, round);
    }
    running.stop().await;
}

#[tokio::test]
async fn an_immediate_stop_by_another_hand_is_recovered_from() {
    let folder = open_folder();
    let running = start_durable(folder.path()).await;
    assert_eq!(commit_a_row_in(&running).await, 1);
    let pid = running.postmaster_pid().unwrap();
    signal(pid, Signal::QUIT);
    up_again(&running, pid).await;
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_stop_during_the_recovery_is_a_stop() {
    let folder = open_folder();
    let running = start_durable(folder.path()).await;
    let home = running.home().to_path_buf();
    commit_a_row_in(&running).await;
    kill(running.postmaster_pid().unwrap());
    timeout(GENEROUS, running.stop()).await.expect("the stop hangs");
    let running = start_durable(folder.path()).await;
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;
    assert!(!home.join("data/postmaster.pid").exists());
}

#[tokio::test]
async fn a_killed_master_takes_postgresql_with_it() {
    let folder = open_folder();
    let data_dir = folder.path().join("postgres");
    let holder = Holder::start(&data_dir, None);
    let mut connection = connect(holder.url.parse().unwrap()).await;
    assert_eq!(commit_a_row(&mut connection).await, 1);
    let pid = postmaster_pid(&data_dir);
    holder.kill();
    eventually("PostgreSQL ends", || !alive(pid)).await;
    assert!(!data_dir.join("data/postmaster.pid").exists(), "it was not an orderly end");
}

#[tokio::test]
async fn an_orphaned_postmaster_is_stopped_and_started_anew() {
    let folder = open_folder();
    let data_dir = folder.path().join("postgres");
    let holder = Holder::start(&data_dir, None);
    let mut connection = connect(holder.url.parse::<sqlx::postgres::PgConnectOptions>().unwrap()).await;
    sqlx::query("CREATE DATABASE product").execute(&mut connection).await.unwrap();
    let pid = postmaster_pid(&data_dir);
    kill(holder.guard());
    holder.kill();
    assert!(alive(pid), "there is no orphan to test with");

    let running = start_durable(folder.path()).await;
    assert!(!alive(pid));
    assert_ne!(running.postmaster_pid(), Some(pid));
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn backends_without_a_postmaster_are_waited_for() {
    let folder = open_folder();
    let data_dir = folder.path().join("postgres");
    let holder = Holder::start(&data_dir, None);
    let options: sqlx::postgres::PgConnectOptions = holder.url.parse().unwrap();
    let mut busy = connect(options).await;
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut busy).await.unwrap();
    let hang =
        tokio::spawn(async move { sqlx::query("SELECT pg_sleep(3)").execute(&mut busy).await.is_err() });
    let backend = u32::try_from(backend).unwrap();
    signal(backend, Signal::STOP);
    let postmaster = postmaster_pid(&data_dir);
    kill(holder.guard());
    holder.kill();
    kill(postmaster);
    signal(backend, Signal::CONT);
    let running = start_durable(folder.path()).await;
    assert!(!alive(backend), "a backend of the dead postmaster still runs beside the new one");
    assert_eq!(commit_a_row_in(&running).await, 1);
    hang.abort();
    running.stop().await;
}

#[tokio::test]
async fn stale_lock_files_of_dead_and_of_reused_numbers_are_no_obstacle() {
    let folder = open_folder();
    let running = start_durable(folder.path()).await;
    let socket_dir = running.socket_dir().to_path_buf();
    assert_eq!(commit_a_row_in(&running).await, 1);
    let data = running.home().join("data");
    let whole = std::fs::read_to_string(data.join("postmaster.pid")).unwrap();
    running.stop().await;

    // A stranger of PostgreSQL's own user, so that PostgreSQL itself would believe in it.
    let mut stranger = stranger_as_owner_of(&data);
    for number in [stranger.id(), 4_000_000, std::process::id()] {
        let rest: String = whole.split_inclusive('\n').skip(1).collect();
        std::fs::write(data.join("postmaster.pid"), format!("{number}\n{rest}")).unwrap();
        std::fs::write(socket_dir.join(".s.PGSQL.5432.lock"), format!("{number}\n{rest}")).unwrap();
        std::fs::write(socket_dir.join(".s.PGSQL.5432"), "").unwrap();
        let running = start_durable(folder.path()).await;
        assert_eq!(rows_in(&running).await, 1, "pid file of {number}");
        running.stop().await;
    }
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

fn stranger_as_owner_of(data: &std::path::Path) -> std::process::Child {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let mut sleep = std::process::Command::new("sleep");
    sleep.arg("1000");
    if crate::support::is_root() {
        let owner = std::fs::metadata(data).unwrap();
        sleep.uid(owner.uid()).gid(owner.gid());
    }
    sleep.spawn().unwrap()
}
