//! The served OpenAPI document, as tests need it: its operations, their parameters and bodies.

use crate::support::TestApp;
use reqwest::Method;
use sallyport::access::public::is_public;
use serde_json::Value;

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub tag: String,
    pub method: Method,
    /// With its parameters in braces.
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// The schema of the body, its reference followed.
    pub body: Option<Value>,
    /// Whether it has a body, of whatever kind.
    pub takes_body: bool,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query`, `header`.
    pub place: String,
    /// Its reference followed.
    pub schema: Value,
}

impl Operation {
    /// Whether it may change something.
    pub fn mutates(&self) -> bool {
        // What is typed there must stand in no address, so it is no GET.
        self.method != Method::GET && !["weighPassword", "discoverSso"].contains(&self.id.as_str())
    }

    /// Whether it answers without a caller.
    pub fn public(&self) -> bool {
        is_public(self.method.as_str(), &self.path)
    }

    /// Whether it answers with a page of things.
    pub fn lists(&self) -> bool {
        self.of("query").any(|parameter| parameter.name == "page") || self.id.starts_with("list")
    }

    pub fn of<'a>(&'a self, place: &'a str) -> impl Iterator<Item = &'a Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.place == place)
    }

    /// Name and schema of each field of the body.
    pub fn fields<'a>(&'a self, document: &'a Document) -> Vec<(&'a str, &'a Value)> {
        let fields = self.body.as_ref().and_then(|body| body["properties"].as_object());
        fields.into_iter().flatten().map(|(name, schema)| (name.as_str(), document.follow(schema))).collect()
    }
}

/// The document.
#[derive(Debug)]
pub struct Document(Value);

impl Document {
    pub async fn served(app: &TestApp) -> Self {
        Self(app.stranger().get("/api/openapi.json").await.json())
    }

    /// The same without a service that serves it.
    pub fn of_the_code() -> Self {
        Self(serde_json::from_str(&sallyport::routes::document_json().unwrap()).unwrap())
    }

    /// All operations, by tag and path.
    pub fn operations(&self) -> Vec<Operation> {
        let mut all = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                all.push(self.operation(path, method, operation));
            }
        }
        all.sort_by(|a, b| (&a.tag, &a.path, a.method.as_str()).cmp(&(&b.tag, &b.path, b.method.as_str())));
        all
    }

    fn operation(&self, path: &str, method: &str, operation: &Value) -> Operation {
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{method} {path}")).to_owned();
        let parameters =
            operation["parameters"].as_array().into_iter().flatten().map(|parameter| Parameter {
                name: text(&parameter["name"]),
                place: text(&parameter["in"]),
                schema: self.follow(&parameter["schema"]).clone(),
            });
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        Operation {
            id: text(&operation["operationId"]),
            tag: text(&operation["tags"][0]),
            method: method.to_uppercase().parse().unwrap(),
            path: path.to_owned(),
            parameters: parameters.collect(),
            body: (!body.is_null()).then(|| self.follow(body).clone()),
            takes_body: !operation["requestBody"].is_null(),
        }
    }

    /// What a schema refers to, `null` beside it left out.
    pub fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let parts = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        if let Some(part) = parts.and_then(|parts| parts.iter().find(|part| part["type"] != "null")) {
            return self.follow(part);
        }
        match schema["$ref"].as_str() {
            Some(reference) => {
                let found = self.0.pointer(reference.trim_start_matches('#'));
                self.follow(found.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => schema,
        }
    }
}

/// Whether a schema is that of an id.
pub fn is_id(schema: &Value) -> bool {
    schema["format"] == "uuid"
}

/// Whether a schema takes any text.
pub fn is_text(schema: &Value) -> bool {
    let kinds = &schema["type"];
    (kinds == "string" || kinds.as_array().is_some_and(|kinds| kinds.contains(&Value::from("string"))))
        && schema["enum"].is_null()
}
