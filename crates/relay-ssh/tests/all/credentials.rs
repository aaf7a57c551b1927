//! The forms in which people bring keys, and what they are told when one cannot be used.

use std::process::Command;

use super::*;

/// Makes a key as people make them, and lets it in.
fn keygen(sshd: &Sshd, args: &[&str]) -> String {
    let path = sshd.folder().join(format!("brought-{}", args.join("-").replace([' ', '/'], "_")));
    let done = Command::new("ssh-keygen").args(["-q", "-f"]).arg(&path).args(args).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let public = std::fs::read_to_string(path.with_extension("pub"))
        .or_else(|_| std::fs::read_to_string(format!("{}.pub", path.display())))
        .unwrap();
    let authorized = sshd.folder().join("authorized_keys");
    let before = std::fs::read_to_string(&authorized).unwrap();
    std::fs::write(authorized, before + &public).unwrap();
    std::fs::read_to_string(path).unwrap()
}

fn private(key: &str, passphrase: Option<&str>) -> Auth {
    Auth::PrivateKey {
        key: Zeroizing::new(key.to_owned()),
        passphrase: passphrase.map(|text| Zeroizing::new(text.to_owned())),
    }
}

#[tokio::test]
async fn keys_of_each_kind_and_form_get_in() {
    let sshd = Sshd::start().unwrap();
    for args in [
        &["-t", "ed25519", "-N", ""][..],
        &["-t", "ecdsa", "-b", "256", "-N", ""],
        &["-t", "ecdsa", "-b", "384", "-N", ""],
        &["-t", "ecdsa", "-b", "521", "-N", ""],
        &["-t", "rsa", "-b", "2048", "-N", ""],
        &["-t", "rsa", "-b", "3072", "-m", "PEM", "-N", ""],
        &["-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", ""],
        &["-t", "ecdsa", "-m", "PKCS8", "-N", ""],
    ] {
        let key = keygen(&sshd, args);
        // Pasted with Windows line ends and blank lines around, and an empty passphrase field.
        let pasted = format!("\r\n  {}\r\n", key.trim().replace('\n', "\r\n"));
        for text in [&key, &pasted] {
            enter(&sshd, private(text, Some(""))).await.unwrap_or_else(|error| panic!("{args:?}: {error}"));
        }
    }
}

#[tokio::test]
async fn closed_keys_of_each_form_say_what_is_missing() {
    let sshd = Sshd::start().unwrap();
    for args in [
        &["-t", "ed25519", "-N", "open sesame"][..],
        &["-t", "rsa", "-b", "2048", "-N", "open sesame"],
        &["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "open sesame"],
        &["-t", "ecdsa", "-m", "PKCS8", "-N", "open sesame"],
    ] {
        let key = keygen(&sshd, args);
        let missing = enter(&sshd, private(&key, None)).await;
        assert!(matches!(missing, Err(Error::PassphraseMissing)), "{args:?}: {missing:?}");
        let wrong = enter(&sshd, private(&key, Some("open barley"))).await;
        assert!(matches!(wrong, Err(Error::PassphraseWrong)), "{args:?}: {wrong:?}");
        enter(&sshd, private(&key, Some("open sesame")))
            .await
            .unwrap_or_else(|error| panic!("{args:?}: {error}"));
    }
}

#[tokio::test]
async fn what_is_no_key_is_told_so_and_not_repeated() {
    let sshd = Sshd::start().unwrap();
    let whole = sshd.private_key().unwrap();
    let cut = &whole[..whole.len() / 2];
    for text in
        ["", "hunter2", cut, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"]
    {
        match enter(&sshd, private(text, None)).await {
            Err(error @ Error::UnsupportedKey(_)) => {
                let told = format!("{error} {error:?}");
                assert!(text.is_empty() || !told.contains(text), "{told}");
            }
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_key_that_is_not_let_in_names_what_would_be() {
    let sshd = Sshd::start().unwrap();
    let other = Sshd::start().unwrap();
    match enter(&sshd, key_of(&other)).await {
        Err(Error::AuthRefused { methods }) => assert_eq!(methods, "publickey"),
        other => panic!("{other:?}"),
    }
    match enter(&sshd, password("a password where only keys are taken")).await {
        Err(Error::AuthRefused { methods }) => assert_eq!(methods, "publickey"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_of_another_key_is_refused_before_it_is_shown() {
    let sshd = Sshd::start().unwrap();
    let other = Sshd::start().unwrap();
    let (_, certificate) = other.certificate(sshd.username()).unwrap();
    let auth =
        Auth::Certificate { key: Zeroizing::new(sshd.private_key().unwrap()), passphrase: None, certificate };
    let refused = enter(&sshd, auth).await;
    assert!(matches!(refused, Err(Error::Certificate(_))), "{refused:?}");
}

#[test]
fn nothing_secret_is_printed() {
    let auth = Auth::Certificate {
        key: Zeroizing::new("the-key".into()),
        passphrase: Some(Zeroizing::new("the-passphrase".into())),
        certificate: "the-certificate".into(),
    };
    for auth in [auth, password("the-password"), private("the-key", Some("the-passphrase"))] {
        let host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        let printed = format!("{:?}", Config::new("root", auth, host_key, SIZE).unwrap());
        assert!(!printed.contains("the-"), "{printed}");
    }
}
