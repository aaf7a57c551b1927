//! What makers of identity providers say of themselves and of people, recorded from their public documentation: the
//! documents are named in each file under `profiles/`. Hosts are those of the documentation, people and addresses made up.

use serde_json::{Map, Value};

/// By OpenID Connect: what a maker's discovery document and ID token hold, and who that is to be read as.
const OIDC: &[&str] = &[
    include_str!("../profiles/entra.json"),
    include_str!("../profiles/google.json"),
    include_str!("../profiles/okta.json"),
    include_str!("../profiles/auth0.json"),
    include_str!("../profiles/generic.json"),
];

/// By SAML: answers, in canonical form but for what is to be filled in and the signature.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/single-sign-on-saml-protocol> and
/// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-saml-tokens>.
pub const ENTRA: &str = include_str!("../profiles/entra.xml");
/// <https://support.google.com/a/answer/6087519> and <https://support.google.com/a/answer/11143403>.
pub const GOOGLE: &str = include_str!("../profiles/google.xml");
/// <https://developer.okta.com/docs/concepts/saml/> and
/// <https://help.okta.com/en-us/content/topics/apps/define-attribute-statements.htm>.
pub const OKTA: &str = include_str!("../profiles/okta.xml");

/// Every recording by OpenID Connect, with its variants as recordings of their own.
pub fn oidc() -> Vec<Value> {
    let mut all = Vec::new();
    for text in OIDC {
        let whole: Value = serde_json::from_str(text).unwrap();
        assert!(
            whole["from"].as_array().is_some_and(|from| !from.is_empty()),
            "recorded from nothing: {text}"
        );
        all.extend(whole["variants"].as_array().into_iter().flatten().map(|variant| {
            let mut changed = whole.clone();
            change(&mut changed, variant);
            changed
        }));
        all.push(whole);
    }
    all
}

/// Puts what a variant says in the place of what it varies; null takes away.
fn change(whole: &mut Value, variant: &Value) {
    for (name, value) in variant.as_object().unwrap() {
        match (value, whole.get_mut(name)) {
            (Value::Null, _) => drop(whole.as_object_mut().unwrap().remove(name)),
            (Value::Object(_), Some(inner @ Value::Object(_))) if name != "userInfo" => change(inner, value),
            _ => whole[name] = value.clone(),
        }
    }
}

/// The claims of a recording as a provider of this issuer tells them to this client.
pub(crate) fn claims(recorded: &Value, issuer: &str, client: &str) -> Map<String, Value> {
    let text = recorded["idToken"].to_string().replace("{client}", client);
    let mut claims: Map<String, Value> = serde_json::from_str(&text).unwrap();
    claims.insert("iss".to_owned(), issuer.into());
    claims.insert("aud".to_owned(), client.into());
    claims
}

/// The path of a recording's issuer, which goes behind whatever host stands in for its own.
pub(crate) fn path_of_issuer(recorded: &Value) -> &str {
    let issuer = recorded["issuer"].as_str().unwrap().strip_prefix("https://").unwrap();
    issuer.find('/').map_or("", |slash| &issuer[slash..])
}
