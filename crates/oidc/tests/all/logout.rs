//! Logout tokens.

use super::idp::{self, CLIENT, Idp, NOW, signed};
use sallyport_oidc::Connection;
use serde_json::{Value, json};

fn notice(idp: &Idp) -> Value {
    json!({
        "iss": idp.issuer(), "aud": CLIENT, "iat": NOW, "exp": NOW + 120, "jti": "notice-1", "sub": "alice-1",
        "sid": "session-9", "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

#[tokio::test]
async fn a_logout_token_says_who_is_signed_out() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    let token = signed(0, "key-1")(&notice(&idp));
    let told = connection.logout_notice(&token, idp::now()).unwrap();
    assert_eq!((told.subject.as_deref(), told.session.as_deref()), (Some("alice-1"), Some("session-9")));
    assert_eq!(told.id, "notice-1");
    idp.rotate();
    for name in ["key-1", "key-2"] {
        let token = signed(1, name)(&notice(&idp));
        let refused = connection.logout_notice(&token, idp::now()).unwrap_err();
        assert!(refused.may_be_a_new_key(), "{name}");
    }
    let keys = connection.provider.read_keys(&idp.outbound()).await.unwrap();
    let provider = connection.provider.clone().with_keys(keys);
    let token = signed(1, "key-2")(&notice(&idp));
    assert!(Connection { provider, ..connection }.logout_notice(&token, idp::now()).is_ok());
}

#[tokio::test]
async fn a_token_of_any_other_kind_or_hand_signs_nobody_out() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    let good = notice(&idp);
    let changed = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        signed(0, "key-1")(&claims)
    };
    for (what, token) in [
        ("another hand", signed(1, "key-1")(&good)),
        ("an unknown key", signed(2, "key-9")(&good)),
        ("an ID token", changed("nonce", json!("n"))),
        ("no event", changed("events", json!({}))),
        ("another issuer", changed("iss", json!("https://evil.example"))),
        ("another audience", changed("aud", json!("another"))),
        ("two audiences", changed("aud", json!([CLIENT, "another"]))),
        ("yesterday", changed("iat", json!(NOW - 86_400))),
        ("expired", changed("exp", json!(NOW - 61))),
        ("no name", changed("jti", json!(""))),
        ("garbage", "a.b.c".to_owned()),
        ("two parts", "a.b".to_owned()),
        ("too long", "a".repeat(20_000)),
    ] {
        let refused = connection.logout_notice(&token, idp::now()).unwrap_err();
        let key = ["another hand", "an unknown key"].contains(&what);
        assert_eq!(refused.may_be_a_new_key(), key, "{what}");
    }
}
