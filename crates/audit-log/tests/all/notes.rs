//! Notes and checkpoints, against known ones and against forgers.

use crate::{ACME, Key, leaves};
use sallyport_audit_log::{Checkpoint, NoteError, SignedNote, Verifier, origin};

/// Of Go's `golang.org/x/mod/sumdb/note`.
const NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SAID: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n";
const SIGNED: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_note_of_go_is_believed() {
    let verifier = Verifier::parse(NEUMANN).unwrap();
    assert_eq!(verifier.to_string(), NEUMANN);
    let note = SignedNote::parse(&format!("{SAID}\n{SIGNED}")).unwrap();
    assert_eq!(note.open(&verifier), Ok(SAID));
    let other = SignedNote::parse(&format!("{}\n{SIGNED}", SAID.replace("your", "their"))).unwrap();
    assert_eq!(other.open(&verifier), Err(NoteError::BadSignature));
    let go = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    assert_eq!(Verifier::parse(go).unwrap().to_string(), go);
    assert_eq!(note.open(&Verifier::parse(go).unwrap()), Err(NoteError::NotSigned));
    assert!(Verifier::parse(&go.replace("033de0ae", "033de0af")).is_err());
}

#[test]
fn a_checkpoint_is_of_its_log_and_key_alone() {
    let key = Key::new(1);
    let checkpoint = Checkpoint { origin: origin(ACME), size: 3, root: leaves(1)[0] };
    let text = checkpoint.to_string();
    assert_eq!(text.lines().next(), Some("sallyport.audit/00000000-0000-0000-0000-0000000000ac"));
    assert_eq!(Checkpoint::parse(&text).as_ref(), Some(&checkpoint));
    let note = SignedNote::sign(&text, &key.verifier(ACME), |text| key.sign(text)).unwrap().to_string();
    assert_eq!(Checkpoint::open(&note, &key.verifier(ACME)), Ok(checkpoint));
    assert!(Checkpoint::open(&note, &Key::new(2).verifier(ACME)).is_err());
    assert!(Checkpoint::open(&note, &key.verifier(crate::ADA)).is_err(), "a key signs for a log by its name");
    for at in 0..note.len() {
        let mut bytes = note.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(other) = String::from_utf8(bytes) else { continue };
        assert!(Checkpoint::open(&other, &key.verifier(ACME)).is_err(), "byte {at} does not matter");
    }
    for text in ["a\n01\nAAAA\n", "a\n1\n", "\n1\nAA==\n", "a\n-1\nx\n", "a\n1\nAA==\n"] {
        assert_eq!(Checkpoint::parse(text), None, "{text:?}");
    }
}
