//! Who runs PostgreSQL, and who gets in.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::support::{
    Holder, as_user, commit_a_row_in, config, needs_root, open_folder, refusal, rows_in, start,
};

#[tokio::test]
async fn nobody_else_may_even_look() {
    let folder = open_folder();
    let running = start(folder.path()).await;
    for private in [running.home().join("data"), running.socket_dir().to_path_buf()] {
        assert_eq!(std::fs::metadata(&private).unwrap().mode() & 0o777, 0o700, "{}", private.display());
    }
    assert_eq!(std::fs::metadata(running.home()).unwrap().mode() & 0o007, 0);
    running.stop().await;
}

#[tokio::test]
async fn as_root_it_runs_as_an_unprivileged_user() {
    if needs_root("changing the user") {
        return;
    }
    let folder = open_folder();
    let running = start(folder.path()).await;
    let process = format!("/proc/{}", running.postmaster_pid().unwrap());
    let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
    let field = |name: &str| -> Vec<u32> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().map(|number| number.parse().unwrap()).collect()
    };
    let owner = std::fs::metadata(running.home().join("data")).unwrap();
    assert_ne!(owner.uid(), 0);
    assert_eq!(field("Uid:"), [owner.uid(); 4]);
    assert_eq!(field("Gid:"), [owner.gid(); 4]);
    assert_eq!(field("Groups:"), [] as [u32; 0], "supplementary groups of root were kept");
    running.stop().await;
}

#[tokio::test]
async fn another_os_user_is_refused_by_the_folder_and_by_the_server() {
    if needs_root("changing the user") {
        return;
    }
    let folder = open_folder();
    let running = start(folder.path()).await;
    let psql = || {
        let url = running.url("sallyport_owner", "product");
        let output = as_user("nobody", "psql".as_ref()).args(["-Atc", "SELECT 1", &url]).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let by_folder = psql();
    assert!(by_folder.contains("Permission denied"), "{by_folder}");

    // Even with every door of the file system open, the server asks the kernel who it is.
    let socket = running.socket_dir().join(".s.PGSQL.5432");
    for (path, mode) in [(running.home(), 0o755), (running.socket_dir(), 0o755), (socket.as_path(), 0o777)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let by_server = psql();
    assert!(by_server.contains("Peer authentication failed"), "{by_server}");
    running.stop().await;
}

#[tokio::test]
async fn as_an_unprivileged_user_it_runs_as_that_user() {
    if needs_root("changing the user") {
        return;
    }
    let folder = open_folder();
    let owned = folder.path().join("of-nobody");
    std::fs::create_dir(&owned).unwrap();
    std::os::unix::fs::chown(&owned, Some(65534), Some(65534)).unwrap();
    let holder = Holder::start(&owned.join("postgres"), Some("nobody"));
    let data = owned.join("postgres/data");
    assert_eq!(std::fs::metadata(&data).unwrap().uid(), 65534);
    holder.stop();

    // Root may go on with it, as its owner; and then the owner again.
    let running = start(&owned).await;
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;
    assert_eq!(std::fs::metadata(&data).unwrap().uid(), 65534);
    Holder::start(&owned.join("postgres"), Some("nobody")).stop();
}

#[tokio::test]
async fn data_of_somebody_else_is_refused_with_both_names() {
    if needs_root("changing the user") {
        return;
    }
    let folder = open_folder();
    let data = folder.path().join("postgres/data");
    std::fs::create_dir_all(&data).unwrap();
    let told = refusal(config(folder.path())).await;
    assert!(told.contains("belongs to the user root, and this process runs as root"), "{told}");
}

#[tokio::test]
async fn a_folder_out_of_reach_puts_the_cluster_elsewhere_and_leaves_word() {
    if needs_root("a folder of root alone") {
        return;
    }
    let (folder, elsewhere) = (open_folder(), open_folder());
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let config = || config(folder.path()).fallback_dir(elsewhere.path().join("clusters"));
    let start = || async { sallyport_pg_cluster::Cluster::open(config()).start().await.unwrap() };
    let running = start().await;
    let word = folder.path().join("postgres/postgres.location");
    assert_eq!(std::fs::read_to_string(&word).unwrap().trim_end(), running.home().to_str().unwrap());
    assert!(running.home().starts_with(elsewhere.path()));
    assert_eq!(commit_a_row_in(&running).await, 1);
    running.stop().await;

    let running = start().await;
    assert_eq!(rows_in(&running).await, 1);
    running.stop().await;

    std::fs::rename(elsewhere.path().join("clusters"), elsewhere.path().join("moved")).unwrap();
    let told = refusal(config()).await;
    assert!(told.contains("postgres.location says that the database lies in"), "{told}");
}
