//! What SCIM here says of itself.

use super::Stage;
use sallyport_testkit::scim_client;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_others_made_finds_nothing_wrong() {
    let stage = Stage::set().await;
    let (url, token) = (stage.app.url("/api/scim/v2"), stage.acme.token.token.clone().unwrap());
    let domain = stage.acme.domain.clone();
    let checking = tokio::task::spawn_blocking(move || scim_client::check(&url, &token, &domain).unwrap());
    let (right, said) = checking.await.unwrap();
    assert!(right, "{said}");
}

#[tokio::test]
async fn the_service_describes_itself_and_keeps_what_it_describes() {
    let stage = Stage::set().await;
    let service = stage.acme.get("/ServiceProviderConfig").await.scim(200);
    for (feature, supported) in
        [("patch", true), ("filter", true), ("etag", true), ("bulk", false), ("sort", false)]
    {
        assert_eq!(service[feature]["supported"], supported, "{feature}");
    }
    for kind in ["ResourceTypes", "Schemas"] {
        let all = stage.acme.get(&format!("/{kind}")).await.scim(200);
        assert_eq!((&all["totalResults"], all["Resources"].as_array().unwrap().len()), (&2.into(), 2));
        for one in all["Resources"].as_array().unwrap() {
            let id = one["id"].as_str().unwrap();
            assert_eq!(stage.acme.get(&format!("/{kind}/{id}")).await.scim(200), *one);
            assert!(
                one["meta"]["location"].as_str().unwrap().ends_with(&format!("/api/scim/v2/{kind}/{id}"))
            );
        }
        stage.acme.get(&format!("/{kind}/nothing")).await.refused_by_scim(404);
        stage.acme.get(&format!("/{kind}?filter=id+pr")).await.refused_by_scim(403);
    }
    // Whatever is shown of a person is described.
    stage.acme.make("ada").await;
    let schema = stage.acme.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User").await.scim(200);
    let described =
        |name: &str| schema["attributes"].as_array().unwrap().iter().find(|one| one["name"] == name).cloned();
    let shown = stage.acme.get("/Users").await.scim(200)["Resources"][0].clone();
    for (name, value) in shown.as_object().unwrap() {
        if ["schemas", "id", "meta"].contains(&name.as_str()) {
            continue;
        }
        let attribute = described(name).unwrap_or_else(|| panic!("{name}"));
        let first = value.get(0).unwrap_or(value);
        for part in first.as_object().into_iter().flat_map(|parts| parts.keys()) {
            let sub = attribute["subAttributes"].as_array().unwrap();
            assert!(sub.iter().any(|one: &Value| one["name"] == *part), "{name}.{part}");
        }
    }
}
