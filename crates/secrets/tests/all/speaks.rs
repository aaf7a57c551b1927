//! Small manners of an open secret.

use sallyport_secrets::{Secret, SecretError};

#[test]
fn a_secret_says_whether_it_is_text() {
    assert_eq!(Secret::from(String::from("pässword")).expose_str(), Ok("pässword"));
    assert_eq!(Secret::from(vec![0xff]).expose_str(), Err(SecretError::NotText));
}

#[test]
fn random_secrets_have_the_length_asked_for_and_differ() {
    let (one, two) = (Secret::random(32).unwrap(), Secret::random(32).unwrap());
    assert_eq!(one.expose().len(), 32);
    assert_ne!(one.expose(), two.expose());
    assert!(Secret::random(0).unwrap().expose().is_empty());
}
