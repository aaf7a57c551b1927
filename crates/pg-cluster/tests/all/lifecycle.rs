//! From nothing to serving, and again.

use std::time::Instant;

use sallyport_pg_cluster::{Cluster, Config, Status};
use sqlx::Connection;

use crate::support::{
    Holder, OWNER, commit_a_row_in, config, connect, eventually, open_folder, owner, postmaster_pid, refusal,
    rows_in, start, start_durable,
};

#[tokio::test]
async fn from_nothing_to_serving_and_again() {
    let folder = open_folder();
    let begun = Instant::now();
    let running = start_durable(folder.path()).await;
    println!("from nothing: {:?}", begun.elapsed());
    let mut connection = owner(&running).await;
    let facts: (String, String, String, String, String) = sqlx::query_as(
        "SELECT current_setting('listen_addresses'), current_setting('data_checksums'), current_setting('fsync'),
                current_setting('server_encoding'), current_setting('TimeZone')",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let told = [facts.0, facts.1, facts.2, facts.3, facts.4];
    assert_eq!(told, ["", "on", "on", "UTF8", "UTC"]);
    connection.close().await.unwrap();
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;

    let begun = Instant::now();
    let running = start_durable(folder.path()).await;
    println!("again: {:?}", begun.elapsed());
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_stop_leaves_no_process_and_no_socket() {
    let folder = open_folder();
    let running = start(folder.path()).await;
    let (pid, home, mut status) =
        (running.postmaster_pid().unwrap(), running.home().to_path_buf(), running.status());
    assert_eq!(postmaster_pid(&home), pid);
    running.stop().await;
    assert_eq!(*status.borrow_and_update(), Status::Stopped);
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    assert!(!home.join("data/postmaster.pid").exists());
    assert_eq!(std::fs::read_dir(home.join("run")).unwrap().count(), 0);
}

#[tokio::test]
async fn dropped_without_a_stop_it_ends_and_starts_again() {
    let folder = open_folder();
    let running = start(folder.path()).await;
    assert_eq!(commit_a_row_in(&running).await, 1);
    drop(running);
    let running = start(folder.path()).await;
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_second_process_on_the_same_folder_is_refused_by_name() {
    let folder = open_folder();
    let holder = Holder::start(&folder.path().join("postgres"), None);
    let told = refusal(config(folder.path())).await;
    let pid = holder.process.id();
    assert!(told.contains(&format!("Another process ({pid}) is already running the database in")), "{told}");
    holder.stop();
    start(folder.path()).await.stop().await;
}

#[tokio::test]
async fn a_command_beside_a_running_one_reaches_it_and_starts_nothing() {
    let folder = open_folder();
    let beside = || Cluster::open(config(folder.path())).beside();
    assert!(beside().await.unwrap().is_none(), "there is none");
    assert!(!folder.path().join("postgres/data").exists());
    let running = start(folder.path()).await;
    let found = beside().await.unwrap().expect("it runs");
    let mut connection = connect(found.connect_options(OWNER, "product")).await;
    let name: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut connection).await.unwrap();
    assert_eq!(name, "product");
    connection.close().await.unwrap();
    running.stop().await;
    assert!(beside().await.unwrap().is_none(), "nobody runs it any more");
}

#[tokio::test]
async fn the_url_reaches_the_same_database() {
    let folder = open_folder();
    let running = start(folder.path()).await;
    let url = running.url("sallyport_owner", "product");
    let mut connection = connect(url.parse().unwrap()).await;
    let place: (String, String) = sqlx::query_as("SELECT current_database()::text, current_user::text")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(place, ("product".to_owned(), "sallyport_owner".to_owned()));
    let by_psql = std::process::Command::new("psql").args(["-Atc", "SELECT 7", &url]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&by_psql.stdout), "7\n");
    connection.close().await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_gets_a_short_one() {
    let folder = open_folder();
    let long = folder.path().join("x".repeat(120));
    let running = start(&long).await;
    assert!(running.socket_dir().as_os_str().len() < 60, "{}", running.socket_dir().display());
    let socket_dir = running.socket_dir().to_path_buf();
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;

    // Somebody was there first.
    std::fs::remove_dir_all(&socket_dir).unwrap();
    std::os::unix::fs::symlink(folder.path(), &socket_dir).unwrap();
    let told = refusal(config(&long)).await;
    assert!(told.contains("is not ours alone"), "{told}");
    std::fs::remove_file(&socket_dir).unwrap();
    let running = start(&long).await;
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;
    std::fs::remove_dir_all(&socket_dir).unwrap();
}

#[tokio::test]
async fn an_odd_path_is_no_trouble() {
    let folder = open_folder();
    let odd = folder.path().join("it's a \"folder\", ü\\x");
    let running = start(&odd).await;
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn local_settings_outrank_ours() {
    let folder = open_folder();
    start(folder.path()).await.stop().await;
    std::fs::write(folder.path().join("postgres/local.conf"), "work_mem = '7MB'\n").unwrap();
    let running = start(folder.path()).await;
    let mut connection = owner(&running).await;
    let set: String = sqlx::query_scalar("SHOW work_mem").fetch_one(&mut connection).await.unwrap();
    assert_eq!(set, "7MB");
    connection.close().await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn another_major_version_is_refused_with_both_numbers() {
    let folder = open_folder();
    start(folder.path()).await.stop().await;
    let file = folder.path().join("postgres/data/PG_VERSION");
    let version = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, "14\n").unwrap();
    let told = refusal(config(folder.path())).await;
    assert!(told.contains("was written by PostgreSQL 14"), "{told}");
    assert!(told.contains(&format!("found here is {}", version.trim())), "{told}");
    std::fs::write(&file, version).unwrap();
    start(folder.path()).await.stop().await;
}

#[tokio::test]
async fn a_damaged_database_is_never_made_anew() {
    let folder = open_folder();
    let running = start(folder.path()).await;
    commit_a_row_in(&running).await;
    running.stop().await;
    let data = folder.path().join("postgres/data");
    let (file, aside) = (data.join("PG_VERSION"), folder.path().join("aside"));
    std::fs::rename(&file, &aside).unwrap();
    let told = refusal(config(folder.path())).await;
    assert!(told.contains("PG_VERSION is missing") && told.contains("left as it is"), "{told}");
    std::fs::rename(&aside, &file).unwrap();

    let (file, aside) = (data.join("global/pg_control"), folder.path().join("aside"));
    std::fs::rename(&file, &aside).unwrap();
    let told = refusal(config(folder.path())).await;
    assert!(told.contains("pg_control"), "{told}");
    std::fs::rename(&aside, &file).unwrap();
    let running = start(folder.path()).await;
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn an_interrupted_initdb_is_done_again() {
    let folder = open_folder();
    let half = folder.path().join("postgres/data.new.4242");
    std::fs::create_dir_all(half.join("base/1")).unwrap();
    std::fs::write(half.join("PG_VERSION"), "15\n").unwrap();
    let running = start(folder.path()).await;
    assert!(!half.exists());
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;
}

#[tokio::test]
async fn names_that_could_be_sql_are_refused() {
    let folder = open_folder();
    for name in ["", "a b", "x\"; DROP", "Ü", "A"] {
        let told = refusal(Config::new(folder.path().join("postgres")).database(name)).await;
        assert!(told.contains("is no name for a role or database"), "{told}");
    }
}

#[tokio::test]
async fn missing_binaries_are_told_with_the_remedy() {
    let folder = open_folder();
    let told = refusal(config(folder.path()).bin_dir(Some(folder.path().to_path_buf()))).await;
    assert!(told.contains("apt install postgresql-15") && told.contains("PG_BIN_DIR"), "{told}");
}

#[tokio::test]
async fn a_cluster_for_tests_leaves_nothing() {
    let folder = open_folder();
    let data_dir = folder.path().join("postgres");
    let running = Cluster::open(Config::for_tests(&data_dir)).start().await.unwrap();
    assert!(data_dir.join("data").exists());
    running.stop().await;
    assert!(!data_dir.exists());

    let running = Cluster::open(Config::for_tests(&data_dir)).start().await.unwrap();
    drop(running);
    eventually("the folder is removed", || !data_dir.exists()).await;
}
