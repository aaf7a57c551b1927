//! Sealed bytes that were altered, cut, moved or made up.

use proptest::prelude::*;
use sallyport_secrets::{OrganizationKey, RootKey, SecretError, SecretRef, Vault};
use uuid::Uuid;

use crate::{ACME, GLOBEX, PASSWORD, organization_key, vault};

/// One of each kind of sealed bytes, each with a way to try to open it.
struct Each {
    vault: Vault,
    key: OrganizationKey,
    sealed: [Vec<u8>; 3],
}

impl Each {
    fn new() -> Self {
        let vault = vault();
        let sealed_key = vault.new_organization_key(ACME).unwrap();
        let key = vault.open_organization(&sealed_key, ACME).unwrap();
        let secret = key.seal(PASSWORD, b"hunter2").unwrap();
        let server = vault.seal_server("hmac", b"server").unwrap();
        Self { vault, key, sealed: [sealed_key, secret, server] }
    }

    /// Everything that reads these bytes, as errors; panics if one succeeds.
    fn errors(&self, which: usize, sealed: &[u8]) -> Vec<SecretError> {
        match which {
            0 => vec![
                self.vault.open_organization(sealed, ACME).err().unwrap(),
                self.vault.rewrap_organization_key(sealed, ACME).unwrap_err(),
            ],
            1 => vec![
                self.key.open(PASSWORD, sealed).unwrap_err(),
                // A rewrap does not open the value, so a change there shows when the value is opened.
                self.key
                    .rewrap(PASSWORD, sealed, &self.key)
                    .and_then(|sealed| self.key.open(PASSWORD, &sealed))
                    .unwrap_err(),
            ],
            _ => vec![
                self.vault.open_server("hmac", sealed).unwrap_err(),
                self.vault.rewrap_server("hmac", sealed).unwrap_err(),
            ],
        }
    }
}

#[test]
fn v04_bytes_cut_at_every_place_are_refused() {
    let each = Each::new();
    for (which, sealed) in each.sealed.iter().enumerate() {
        for length in 0..sealed.len() {
            for error in each.errors(which, &sealed[..length]) {
                assert!(
                    matches!(error, SecretError::CutShort { length: told, .. } if told == length)
                        || error == SecretError::Refused,
                    "{which} cut at {length}: {error}"
                );
            }
        }
        for longer in [1, 16, 48] {
            let sealed = [sealed.as_slice(), &vec![0; longer]].concat();
            for error in each.errors(which, &sealed) {
                assert_eq!(error, SecretError::Refused);
            }
        }
    }
}

#[test]
fn v04_a_bit_turned_in_any_byte_is_refused() {
    let each = Each::new();
    for (which, sealed) in each.sealed.iter().enumerate() {
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut sealed = sealed.clone();
                sealed[at] ^= 1 << bit;
                for error in each.errors(which, &sealed) {
                    let expected = match at {
                        0 => matches!(error, SecretError::UnknownFormat(_)),
                        1 => matches!(error, SecretError::WrongKind(_)),
                        2..18 => matches!(error, SecretError::UnknownKey(_)),
                        _ => error == SecretError::Refused,
                    };
                    assert!(expected, "{which}, byte {at}, bit {bit}: {error}");
                }
            }
        }
    }
}

#[test]
fn v04_an_unknown_format_kind_or_key_is_named() {
    let each = Each::new();
    let [sealed_key, secret, server] = &each.sealed;
    for (which, sealed) in each.sealed.iter().enumerate() {
        let mut newer = sealed.clone();
        newer[0] = 2;
        assert_eq!(each.errors(which, &newer)[0], SecretError::UnknownFormat(2));
        assert_eq!(
            each.errors(which, &[])[0].to_string().split(':').next(),
            Some("the sealed bytes are cut short")
        );
    }
    assert_eq!(each.errors(0, secret)[0], SecretError::WrongKind(2));
    assert_eq!(each.errors(1, server)[0], SecretError::WrongKind(3));
    assert_eq!(each.errors(2, sealed_key)[0], SecretError::WrongKind(1));

    let elsewhere = vault();
    let id = each.vault.current_root_key();
    assert_eq!(elsewhere.open_organization(sealed_key, ACME).err(), Some(SecretError::UnknownKey(id)));
    assert_eq!(elsewhere.open_server("hmac", server).err(), Some(SecretError::UnknownKey(id)));
    let other = organization_key(&each.vault, ACME);
    assert_eq!(other.open(PASSWORD, secret).err(), Some(SecretError::UnknownKey(each.key.id())));
}

#[test]
fn v04_a_key_id_put_in_place_of_another_does_not_help() {
    let mine = vault();
    let theirs = vault();
    let mut sealed = mine.new_organization_key(ACME).unwrap();
    let other = theirs.new_organization_key(ACME).unwrap();
    sealed[2..18].copy_from_slice(&other[2..18]);
    assert_eq!(theirs.open_organization(&sealed, ACME).err(), Some(SecretError::Refused));
}

#[test]
fn a_secret_opens_only_where_it_belongs() {
    let vault = vault();
    let key = organization_key(&vault, ACME);
    let sealed = key.seal(PASSWORD, b"hunter2").unwrap();
    assert_eq!(key.open(PASSWORD, &sealed).unwrap().expose_str(), Ok("hunter2"));
    for wrong in [
        SecretRef { secret_id: Uuid::from_u128(2), ..PASSWORD },
        SecretRef { version: 2, ..PASSWORD },
        SecretRef { version: 0, ..PASSWORD },
        SecretRef { version: -1, ..PASSWORD },
        SecretRef { field: "passphrase", ..PASSWORD },
        SecretRef { field: "", ..PASSWORD },
    ] {
        assert_eq!(key.open(wrong, &sealed).err(), Some(SecretError::Refused), "{wrong:?}");
        assert_eq!(key.rewrap(wrong, &sealed, &key).err(), Some(SecretError::Refused), "{wrong:?}");
    }
    let foreign = SecretRef { organization_id: GLOBEX, ..PASSWORD };
    assert_eq!(key.open(foreign, &sealed).err(), Some(SecretError::WrongOrganization));
    assert_eq!(key.seal(foreign, b"x").err(), Some(SecretError::WrongOrganization));
    let globex = organization_key(&vault, GLOBEX);
    assert_eq!(key.rewrap(PASSWORD, &sealed, &globex).err(), Some(SecretError::WrongOrganization));
    assert_eq!(globex.open(foreign, &sealed).err(), Some(SecretError::UnknownKey(key.id())));
}

#[test]
fn an_organization_key_and_a_server_secret_open_only_where_they_belong() {
    let vault = vault();
    let sealed = vault.new_organization_key(ACME).unwrap();
    assert_eq!(vault.open_organization(&sealed, GLOBEX).err(), Some(SecretError::Refused));
    assert_eq!(vault.rewrap_organization_key(&sealed, GLOBEX).err(), Some(SecretError::Refused));
    let sealed = vault.seal_server("token signing key", b"x").unwrap();
    assert_eq!(vault.open_server("manifest signing key", &sealed).err(), Some(SecretError::Refused));
    assert_eq!(vault.open_server("token signing key", &sealed).unwrap().expose(), b"x");
}

#[test]
fn parts_of_two_secrets_do_not_combine() {
    let key = organization_key(&vault(), ACME);
    let one = key.seal(PASSWORD, b"hunter2").unwrap();
    let two = key.seal(PASSWORD, b"hunter3").unwrap();
    let mixed = [&one[..98], &two[98..]].concat();
    assert_eq!(key.open(PASSWORD, &mixed).err(), Some(SecretError::Refused));
    assert_ne!(key.seal(PASSWORD, b"hunter2").unwrap(), one, "equal values do not show as equal");
}

proptest! {
    #[test]
    fn v04_made_up_bytes_never_open_and_never_panic(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..300),
        kind in 1_u8..4,
        honest_header in any::<bool>(),
    ) {
        let each = Each::new();
        if honest_header && bytes.len() >= 18 {
            let header = &each.sealed[usize::from(kind) - 1][..18];
            bytes[..18].copy_from_slice(header);
        }
        for which in 0..3 {
            prop_assert!(!each.errors(which, &bytes).is_empty());
        }
    }

    #[test]
    fn any_value_comes_back_from_its_place_and_from_no_other(
        value in proptest::collection::vec(any::<u8>(), 0..5000),
        id in any::<u128>(), version in any::<i64>(), field in ".{0,40}",
        other_id in any::<u128>(), other_version in any::<i64>(), other_field in ".{0,40}",
    ) {
        let key = organization_key(&vault(), ACME);
        let at = SecretRef { organization_id: ACME, secret_id: Uuid::from_u128(id), version, field: &field };
        let sealed = key.seal(at, &value).unwrap();
        let opened = key.open(at, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), value.as_slice());
        for other in [
            SecretRef { secret_id: Uuid::from_u128(other_id), ..at },
            SecretRef { version: other_version, ..at },
            SecretRef { field: &other_field, ..at },
        ] {
            prop_assert_eq!(key.open(other, &sealed).is_ok(), other == at);
        }
        if value.len() >= 8 {
            prop_assert!(!sealed.windows(value.len()).any(|part| part == value), "the value stands open");
        }
    }
}

/// What an independent implementation (Python's `cryptography`) sealed in format 1 opens for ever.
#[test]
fn format_1_stays_readable() {
    let root = RootKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let vault = Vault::new(root);
    let organization_id = Uuid::from_u128(1);
    let sealed_key = hex(
        "0101778f04fcfcb368c0dc211424213d83e9616161616161616161616161616161616161616161616161616161616161\
         6161fba1ef786cab5d65116f8877df9c09adf76f9559843e4c23a99efc26a7071071ba6cd1b9239117d5e682a1e0bb24\
         aff0",
    );
    let key = vault.open_organization(&sealed_key, organization_id).unwrap();
    let secret = hex(
        "0102f109d93d1e02c7884a6db2652d15eaf9626262626262626262626262626262626262626262626262626262626262\
         626227c65b009a65db529f5ed7e10341c60a47e06228d7baac7f05141de5fe7134b388bc95064be27ef4782b1a05dc78\
         db5863636363636363636363636363636363636363636363636363636363636363636cccfb6820848ec762d3ce5328cc\
         96767f4e72b88fd771",
    );
    let at = SecretRef { organization_id, secret_id: Uuid::from_u128(2), version: 3, field: "password" };
    assert_eq!(key.open(at, &secret).unwrap().expose_str(), Ok("hunter2"));
    let server = hex(
        "0103778f04fcfcb368c0dc211424213d83e9646464646464646464646464646464646464646464646464646464646464\
         646490c57ab8b3c3f7263122239719743c37880777b15531",
    );
    assert_eq!(vault.open_server("hmac", &server).unwrap().expose_str(), Ok("server"));
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
