//! The root key's file and text.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Barrier;

use sallyport_secrets::{RootKey, RootKeyError, Vault};
use tempfile::TempDir;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    (folder, path)
}

fn file(content: impl AsRef<[u8]>, mode: u32) -> (TempDir, PathBuf) {
    let (folder, path) = folder();
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    (folder, path)
}

fn refusal(path: &Path) -> String {
    // Nothing that is there is ever replaced, and no message tells the key.
    let message = RootKey::load_or_create(path).err().unwrap().to_string();
    assert_eq!(message, RootKey::load(path).err().unwrap().to_string());
    assert!(!message.contains("AAEC"), "{message}");
    message
}

#[test]
fn made_once_private_and_the_same_afterwards() {
    let (folder, path) = folder();
    let made = RootKey::load_or_create(&path).unwrap();
    let sealed = Vault::new(made).seal_server("p", b"x").unwrap();
    let meta = fs::metadata(&path).unwrap();
    assert_eq!(meta.permissions().mode() & 0o7777, 0o600);
    let again = Vault::new(RootKey::load_or_create(&path).unwrap());
    assert_eq!(again.open_server("p", &sealed).unwrap().expose(), b"x");
    let given = RootKey::from_base64(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(given.id(), again.current_root_key(), "the file's line is what the configuration takes");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
}

#[test]
fn create_never_overwrites_and_load_never_creates() {
    let (folder, path) = file(KEY, 0o600);
    assert!(matches!(RootKey::create(&path), Err(RootKeyError::Exists { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), KEY);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let missing = folder.path().join("missing.key");
    assert!(matches!(RootKey::load(&missing), Err(RootKeyError::Missing { .. })));
    assert!(!missing.exists());
}

#[test]
fn a_file_open_to_others_is_refused_with_what_to_do() {
    for mode in [0o644, 0o640, 0o604, 0o660, 0o666, 0o610, 0o601, 0o620, 0o602] {
        let (_folder, path) = file(KEY, mode);
        let message = refusal(&path);
        assert!(
            message.contains(&format!("(mode {mode:04o})")) && message.contains("chmod 600"),
            "{message}"
        );
    }
    for mode in [0o600, 0o400] {
        let (_folder, path) = file(KEY, mode);
        assert!(RootKey::load(&path).is_ok());
    }
}

#[test]
fn what_is_not_a_regular_file_is_refused() {
    let (folder, real) = file(KEY, 0o600);
    let link = folder.path().join("link.key");
    symlink(&real, &link).unwrap();
    assert!(refusal(&link).contains("is a symbolic link"));
    let dangling = folder.path().join("dangling.key");
    symlink(folder.path().join("nowhere"), &dangling).unwrap();
    assert!(refusal(&dangling).contains("is a symbolic link"));
    assert!(refusal(folder.path()).contains("is not a regular file"));
    let pipe = folder.path().join("pipe.key");
    assert!(Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status().unwrap().success());
    assert!(refusal(&pipe).contains("is not a regular file"));
}

#[test]
fn a_file_with_anything_but_a_key_is_refused() {
    let cases: [(&[u8], &str); 9] = [
        (b"", "has 0 characters"),
        (b"\n", "has 0 characters"),
        (&KEY.as_bytes()[..43], "has 43 characters"),
        (&[b'A'; 45], "has 45 characters"),
        (&[b'A'; 4096], "has 128 characters"),
        (&[0; 32], "has 32 characters"),
        (&[0xff; 44], "not valid base64"),
        (b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8h", "not valid base64"),
        (b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "placeholder"),
    ];
    for (content, expected) in cases {
        let (_folder, path) = file(content, 0o600);
        let message = refusal(&path);
        assert!(message.contains(expected) && message.contains("root.key"), "{message}");
    }
}

#[test]
fn a_key_from_the_configuration_is_checked_alike() {
    let id = RootKey::from_base64(KEY).unwrap().id();
    assert_eq!(RootKey::from_base64(&format!("  {KEY}\r\n")).unwrap().id(), id);
    assert!(matches!(RootKey::from_base64(""), Err(RootKeyError::WrongLength { length: 0 })));
    assert!(matches!(
        RootKey::from_base64(&KEY.replace('=', "")),
        Err(RootKeyError::WrongLength { length: 43 })
    ));
    assert!(matches!(RootKey::from_base64(&KEY.replace('E', "-")), Err(RootKeyError::NotBase64)));
    assert!(matches!(RootKey::from_base64(&"é".repeat(22)), Err(RootKeyError::NotBase64)));
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let (folder, _) = folder();
    let path = folder.path().join("no/root.key");
    let message = RootKey::load_or_create(&path).err().unwrap().to_string();
    assert!(message.contains("could not be written") && message.contains("No such file"), "{message}");
}

#[test]
fn threads_that_race_get_one_key() {
    for _ in 0..50 {
        let (folder, path) = folder();
        let barrier = Barrier::new(8);
        let ids: Vec<_> = std::thread::scope(|scope| {
            let start = || {
                barrier.wait();
                RootKey::load_or_create(&path).unwrap().id()
            };
            let racers: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

const RACE: &str = "SALLYPORT_TEST_ROOT_KEY_RACE";

#[test]
fn processes_that_race_get_one_key() {
    if let Some(path) = std::env::var_os(RACE) {
        // One of the racers below.
        println!("racer {}", RootKey::load_or_create(Path::new(&path)).unwrap().id());
        return;
    }
    let (folder, path) = folder();
    let racers: Vec<_> = (0..6)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "root_key::processes_that_race_get_one_key", "--nocapture"])
                .env(RACE, &path)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs: Vec<_> = racers
        .into_iter()
        .map(|racer| String::from_utf8(racer.wait_with_output().unwrap().stdout).unwrap())
        .collect();
    let racer = format!("racer {}", RootKey::load(&path).unwrap().id());
    assert!(outputs.iter().all(|output| output.contains(&racer)), "{outputs:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
