//! Keys exchanged while others work, and keys destroyed.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use sallyport_secrets::{KeyId, RootKey, SecretError, SecretRef, Vault};
use uuid::Uuid;

use crate::{ACME, GLOBEX, PASSWORD, organization_key, vault};

/// The database's part: the sealed key of each organization and its secrets.
#[derive(Clone, Default)]
struct Rows {
    keys: HashMap<Uuid, Vec<u8>>,
    secrets: HashMap<(Uuid, i64), Vec<u8>>,
}

fn at(organization_id: Uuid, version: i64) -> SecretRef<'static> {
    SecretRef { organization_id, version, ..PASSWORD }
}

fn rotate(vault: &Vault) -> KeyId {
    let before = vault.current_root_key();
    let key = RootKey::generate().unwrap();
    let id = key.id();
    vault.admit(key);
    vault.make_current(id).unwrap();
    before
}

/// One pass as the server makes it: read a row, rewrap it, write it if nobody did meanwhile. Returns how many
/// were stale.
fn rewrap_all(vault: &Vault, rows: &Mutex<Rows>) -> usize {
    let snapshot = rows.lock().unwrap().keys.clone();
    let stale: Vec<_> =
        snapshot.into_iter().filter(|(_, sealed)| !vault.is_current(sealed).unwrap()).collect();
    for (id, sealed) in &stale {
        let rewrapped = vault.rewrap_organization_key(sealed, *id).unwrap();
        let mut rows = rows.lock().unwrap();
        if rows.keys.get(id) == Some(sealed) {
            rows.keys.insert(*id, rewrapped);
        }
    }
    stale.len()
}

#[test]
fn v06_root_key_rotates_while_a_thousand_reads_and_writes_succeed() {
    let vault = vault();
    let first_key = vault.new_organization_key(ACME).unwrap();
    let rows = Mutex::new(Rows { keys: HashMap::from([(ACME, first_key.clone())]), ..Rows::default() });
    let working = AtomicBool::new(true);
    let write_and_read = |worker: u128| {
        for round in 0..250 {
            // Every tenth round brings a new organization, the others share one.
            let id = if round % 10 == 0 { Uuid::from_u128(worker << 64 | round) } else { ACME };
            let version = i64::try_from(worker << 32 | round).unwrap();
            let known = rows.lock().unwrap().keys.get(&id).cloned();
            let sealed_key = known.unwrap_or_else(|| vault.new_organization_key(id).unwrap());
            let key = vault.open_organization(&sealed_key, id).unwrap();
            let secret = key.seal(at(id, version), &version.to_be_bytes()).unwrap();
            let mut all = rows.lock().unwrap();
            all.keys.entry(id).or_insert(sealed_key);
            all.secrets.insert((id, version), secret);
            let (sealed_key, secret) = (all.keys[&id].clone(), all.secrets[&(id, version)].clone());
            drop(all);
            let key = vault.open_organization(&sealed_key, id).unwrap();
            assert_eq!(key.open(at(id, version), &secret).unwrap().expose(), version.to_be_bytes());
        }
    };
    let mut retired = Vec::new();
    std::thread::scope(|scope| {
        let rotator = scope.spawn(|| {
            let mut retired = vec![rotate(&vault)];
            while working.load(Ordering::Acquire) {
                rewrap_all(&vault, &rows);
                retired.push(rotate(&vault));
            }
            retired
        });
        let workers: Vec<_> = (1..5).map(|worker| scope.spawn(move || write_and_read(worker))).collect();
        let results: Vec<_> = workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        working.store(false, Ordering::Release);
        retired = rotator.join().unwrap();
        assert!(results.iter().all(Result::is_ok));
    });

    while rewrap_all(&vault, &rows) > 0 {}
    for id in &retired {
        vault.forget(*id).unwrap();
    }
    let rows = rows.into_inner().unwrap();
    assert_eq!(rows.secrets.len(), 1000);
    for ((id, version), secret) in &rows.secrets {
        let key = vault.open_organization(&rows.keys[id], *id).unwrap();
        assert_eq!(key.open(at(*id, *version), secret).unwrap().expose(), version.to_be_bytes());
    }
    assert_eq!(vault.open_organization(&first_key, ACME).err(), Some(SecretError::UnknownKey(retired[0])));
}

#[test]
fn v06_only_a_retired_root_key_can_be_forgotten_and_it_opens_nothing_afterwards() {
    let vault = vault();
    let server = vault.seal_server("hmac", b"x").unwrap();
    let old = vault.current_root_key();
    assert_eq!(vault.forget(old), Err(SecretError::StillCurrent(old)));
    let stranger = RootKey::generate().unwrap().id();
    assert_eq!(vault.make_current(stranger), Err(SecretError::UnknownKey(stranger)));
    assert_eq!(vault.forget(stranger), Err(SecretError::UnknownKey(stranger)));

    rotate(&vault);
    assert_eq!(vault.is_current(&server), Ok(false));
    let rewrapped = vault.rewrap_server("hmac", &server).unwrap();
    assert_eq!(vault.is_current(&rewrapped), Ok(true));
    // Back and forth: both are known until one is forgotten.
    let new = vault.current_root_key();
    vault.make_current(old).unwrap();
    vault.make_current(old).unwrap();
    assert_eq!(vault.open_server("hmac", &rewrapped).unwrap().expose(), b"x");
    vault.make_current(new).unwrap();
    vault.forget(old).unwrap();
    assert_eq!(vault.open_server("hmac", &server).err(), Some(SecretError::UnknownKey(old)));
    assert_eq!(vault.open_server("hmac", &rewrapped).unwrap().expose(), b"x");
    assert_eq!(vault.forget(old), Err(SecretError::UnknownKey(old)));
}

#[test]
fn v06_instances_that_rotate_one_after_the_other_read_each_other() {
    let load = |text: &str| RootKey::from_base64(text).unwrap();
    let (old, new) =
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let (a, b) = (Vault::new(load(old)), Vault::new(load(old)));
    let id = load(new).id();
    a.admit(load(new));
    b.admit(load(new));
    b.admit(load(new));
    a.make_current(id).unwrap();
    let (by_a, by_b) = (a.seal_server("p", b"a").unwrap(), b.seal_server("p", b"b").unwrap());
    assert_eq!(b.open_server("p", &by_a).unwrap().expose(), b"a");
    assert_eq!(a.open_server("p", &by_b).unwrap().expose(), b"b");
}

#[test]
fn an_organization_key_is_exchanged_without_opening_a_value() {
    let vault = vault();
    let (old, new) = (organization_key(&vault, ACME), organization_key(&vault, ACME));
    let sealed = old.seal(PASSWORD, b"hunter2").unwrap();
    let rewrapped = old.rewrap(PASSWORD, &sealed, &new).unwrap();
    assert_eq!(new.open(PASSWORD, &rewrapped).unwrap().expose(), b"hunter2");
    assert_eq!(old.open(PASSWORD, &rewrapped).err(), Some(SecretError::UnknownKey(new.id())));
    assert_eq!(sealed[98..], rewrapped[98..], "the value's box is the same");
}

#[test]
fn v07_without_its_key_row_an_organization_is_unreadable() {
    let vault = vault();
    let destroyed = vault.new_organization_key(ACME).unwrap();
    let (sealed, old) = {
        let key = vault.open_organization(&destroyed, ACME).unwrap();
        (key.seal(PASSWORD, b"hunter2").unwrap(), key.id())
    };
    drop(destroyed);
    // A new key for the same organization, or another organization's, opens none of it.
    assert_eq!(
        organization_key(&vault, ACME).open(PASSWORD, &sealed).err(),
        Some(SecretError::UnknownKey(old))
    );
    let forged = organization_key(&vault, ACME);
    let mut renamed = sealed.clone();
    renamed[2..18].copy_from_slice(&forged.seal(PASSWORD, b"x").unwrap()[2..18]);
    assert_eq!(forged.open(PASSWORD, &renamed).err(), Some(SecretError::Refused));
}

/// A backup from before the destruction holds the key's row too: it is the root key's rotation that closes it.
#[test]
fn v07_a_restored_backup_stays_unreadable_once_the_root_key_was_rotated() {
    let vault = vault();
    let mut rows = Rows::default();
    for id in [ACME, GLOBEX] {
        let sealed_key = vault.new_organization_key(id).unwrap();
        let key = vault.open_organization(&sealed_key, id).unwrap();
        rows.secrets.insert((id, 1), key.seal(at(id, 1), b"hunter2").unwrap());
        rows.keys.insert(id, sealed_key);
    }
    let backup = rows.clone();
    rows.keys.remove(&ACME);

    let old = rotate(&vault);
    let rows = Mutex::new(rows);
    while rewrap_all(&vault, &rows) > 0 {}
    vault.forget(old).unwrap();

    assert_eq!(vault.open_organization(&backup.keys[&ACME], ACME).err(), Some(SecretError::UnknownKey(old)));
    let rows = rows.into_inner().unwrap();
    let key = vault.open_organization(&rows.keys[&GLOBEX], GLOBEX).unwrap();
    assert_eq!(key.open(at(GLOBEX, 1), &backup.secrets[&(GLOBEX, 1)]).unwrap().expose(), b"hunter2");
}
