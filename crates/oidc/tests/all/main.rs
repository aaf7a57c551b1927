//! Sign-ins at an identity provider that can be told to lie.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure here is a failed test")]

mod idp;
mod lies;
mod logout;
mod recorded;

use idp::{Idp, NOW};
use sallyport_oidc::{Algorithm, Callback, Freshness, Profile};
use serde_json::json;

#[tokio::test]
async fn a_sign_in_brings_the_person_with_their_groups() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    connection.check().unwrap();
    let started = connection.start(Some("alice@kestrel.example"), Freshness::Any).unwrap();
    for part in [
        "response_type=code",
        "code_challenge_method=S256",
        "login_hint=alice%40kestrel.example",
        "nonce=",
        "state=",
    ] {
        assert!(started.url.contains(part), "{part} in {}", started.url);
    }
    let finished = idp.sign_in(&connection, started).await.unwrap();
    let identity = finished.identity;
    assert_eq!(identity.subject, "alice-1");
    assert_eq!(identity.email.as_deref(), Some("alice@kestrel.example"));
    assert!(identity.email_verified);
    assert_eq!(identity.groups, ["admins", "staff"]);
    assert_eq!(
        (identity.first_name.as_deref(), identity.last_name.as_deref()),
        (Some("Alice"), Some("Ashdown"))
    );
    assert!(finished.keys.is_none(), "the keys were known");
}

#[tokio::test]
async fn claims_that_the_token_leaves_out_are_asked_for_and_must_be_of_the_same_person() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    idp.tell(|lies| {
        lies.claims.remove("email");
        lies.claims.remove("groups");
        lies.user_info = json!({ "sub": "alice-1", "email": "alice@kestrel.example", "email_verified": true, "groups": "staff", "name": "Somebody Else" });
    });
    let identity = idp.whole(&connection).await.unwrap().identity;
    assert_eq!(identity.email.as_deref(), Some("alice@kestrel.example"));
    assert_eq!(identity.groups, ["staff"]);
    assert_eq!(identity.first_name.as_deref(), Some("Alice"), "what was signed stands");
    idp.tell(|lies| lies.user_info = json!({ "sub": "mallory", "email": "alice@kestrel.example" }));
    assert_eq!(idp.whole(&connection).await.unwrap_err().code(), "claims_refused");
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_fetched_once_and_given_back() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    idp.rotate();
    let finished = idp.whole(&connection).await.unwrap();
    let keys = finished.keys.expect("the new keys");
    assert_eq!(keys.names(), ["key-2"]);
    let renewed =
        sallyport_oidc::Connection { provider: connection.provider.clone().with_keys(keys), ..connection };
    assert!(idp.whole(&renewed).await.unwrap().keys.is_none());
}

#[tokio::test]
async fn anew_means_that_the_person_was_asked() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    let fresh = || connection.start(None, Freshness::Anew).unwrap();
    assert!(fresh().url.contains("prompt=login") && fresh().url.contains("max_age=0"));
    assert_eq!(idp.sign_in(&connection, fresh()).await.unwrap_err().code(), "not_fresh");
    idp.tell(|lies| lies.set("auth_time", json!(NOW - 3600)));
    assert_eq!(idp.sign_in(&connection, fresh()).await.unwrap_err().code(), "not_fresh");
    idp.tell(|lies| lies.set("auth_time", json!(NOW - 5)));
    idp.sign_in(&connection, fresh()).await.unwrap();
}

#[tokio::test]
async fn the_provider_says_no_in_words_that_can_be_shown() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    let started = connection.start(None, Freshness::Any).unwrap();
    let answer = Callback {
        state: Some(started.flow.state().to_owned()),
        iss: Some(idp.issuer()),
        error: Some("access_denied<script>".to_owned()),
        ..Callback::default()
    };
    let refused = connection.finish(&idp.outbound(), started.flow, answer, idp::now()).await.unwrap_err();
    assert_eq!(refused.to_string(), "The identity provider refused: access_deniedscript.");
}

#[tokio::test]
async fn what_the_provider_lacks_is_said_before_anybody_signs_in() {
    let idp = Idp::start().await;
    let mut connection = idp.connection().await;
    connection.algorithm = Algorithm::Es384;
    assert_eq!(connection.check().unwrap_err().code(), "not_offered");
}

#[tokio::test]
async fn o10_a_person_of_entra_is_tenant_and_object_and_no_address() {
    let idp = Idp::start().await;
    let mut connection = idp.connection().await;
    connection.profile = Profile::Entra;
    assert_eq!(
        idp.whole(&connection).await.unwrap_err().code(),
        "claims_refused",
        "without tid and oid nobody"
    );
    let of = async |tid: &str, oid: &str| {
        idp.tell(|lies| {
            lies.set("tid", json!(tid));
            lies.set("oid", json!(oid));
        });
        idp.whole(&connection).await.unwrap().identity
    };
    let ours = of("tenant-a", "object-1").await;
    let theirs = of("tenant-b", "object-2").await;
    assert_eq!(ours.subject, "tenant-a:object-1");
    assert_eq!(ours.email, theirs.email, "the same address");
    assert_ne!(ours.subject, theirs.subject, "and yet somebody else");
    assert!(!ours.email_verified, "Entra proves no address");
}

#[tokio::test]
async fn what_is_forged_for_a_connection_is_refused_by_it() {
    let idp = Idp::start().await;
    let tried = idp.connection().await.self_test(idp::now());
    assert_eq!(tried.len(), 3);
    assert!(tried.iter().all(|(_, _, held)| *held), "{tried:?}");
}
