//! The API reference: one plain page from the OpenAPI document, without scripts, so it needs no exception in
//! the content security policy and works in any browser and in print.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{Object, OpenApi, RefOr, Schema, Type};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:2rem 1rem;\
color:#1b2330;background:#fff}h1{font-size:1.6rem}h2{margin-top:2.5rem;text-transform:capitalize}\
section{border:1px solid #d8dee8;border-radius:8px;padding:.75rem 1rem;margin:.75rem 0}\
code{font-family:ui-monospace,monospace;font-size:.9em}.m{display:inline-block;min-width:4.5rem;font-weight:600;color:#0f62c9}\
summary{cursor:pointer;margin-top:.5rem}\
dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.15rem 1rem;margin:.5rem 0}dd{margin:0;color:#4a5568}\
@media(prefers-color-scheme:dark){body{background:#10151d;color:#dde4ee}section{border-color:#2a3442}dd{color:#9aa8bb}.m{color:#6fb1ff}}";

/// The whole page, and the content security policy that allows its one style.
pub(super) fn page(document: &OpenApi) -> (String, String) {
    let mut by_tag: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for (path, item) in &document.paths.paths {
        let methods = [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        for (method, operation) in methods {
            let Some(operation) = operation else { continue };
            let tag = operation.tags.as_ref().and_then(|tags| tags.first().cloned()).unwrap_or_default();
            by_tag.entry(tag).or_default().push(section(document, method, path, operation));
        }
    }
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sallyport API</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body><h1>Sallyport API</h1>\
         <p>The machine-readable description is <a href=\"/api/openapi.json\">/api/openapi.json</a> (OpenAPI 3.1).</p>"
    );
    for (tag, sections) in by_tag {
        let _ = write!(html, "<h2>{}</h2>{}", escape(&tag.replace('-', " ")), sections.concat());
    }
    html.push_str("</body></html>");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
    let style = STANDARD.encode(digest.as_ref());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    (html, policy)
}

fn section(document: &OpenApi, method: &str, path: &str, operation: &Operation) -> String {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let summary = operation.summary.as_deref().or(operation.description.as_deref()).unwrap_or_default();
    let mut html = format!(
        "<section id=\"{}\"><span class=\"m\">{method}</span><code>{}</code><div>{}</div>",
        escape(id),
        escape(path),
        escape(summary)
    );
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in != ParameterIn::Header => Some(parameter),
        _ => None,
    });
    let mut rows = String::new();
    for parameter in parameters {
        let meaning = parameter.description.as_deref().unwrap_or_default();
        let _ = write!(rows, "<dt><code>{}</code></dt><dd>{}</dd>", escape(&parameter.name), escape(meaning));
    }
    if !rows.is_empty() {
        let _ = write!(html, "<dl>{rows}</dl>");
    }
    if let Some(RefOr::T(body)) = operation.request_body.as_ref()
        && let Some(RefOr::T(body)) = body.content.values().next()
    {
        html.push_str(&shape("Body", body.schema.as_ref(), document));
    }
    for (status, response) in &operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let content = response.content.values().next().and_then(|content| match content {
            RefOr::T(content) => content.schema.as_ref(),
            RefOr::Ref(_) => None,
        });
        if status.starts_with('2') {
            let words = if response.description.is_empty() { "Done" } else { &response.description };
            html.push_str(&shape(
                &format!("{status} {words}"),
                content.and_then(|all| data_of(all, document)),
                document,
            ));
        }
    }
    html.push_str("</section>");
    html
}

/// What an answer carries in its envelope.
fn data_of<'a>(answer: &'a RefOr<Schema>, document: &'a OpenApi) -> Option<&'a RefOr<Schema>> {
    match resolve(answer, document)? {
        Schema::Object(envelope) => envelope.properties.get("data"),
        _ => None,
    }
}

fn resolve<'a>(schema: &'a RefOr<Schema>, document: &'a OpenApi) -> Option<&'a Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(reference) => match document.components.as_ref()?.schemas.get(name_of(reference))? {
            RefOr::T(schema) => Some(schema),
            RefOr::Ref(_) => None,
        },
    }
}

fn name_of(reference: &utoipa::openapi::Ref) -> &str {
    reference.ref_location.rsplit('/').next().unwrap_or_default()
}

/// The fields of an object, folded away: name, type, meaning.
fn shape(title: &str, schema: Option<&RefOr<Schema>>, document: &OpenApi) -> String {
    let mut rows = String::new();
    let object = schema.and_then(|schema| resolve(schema, document));
    if let Some(Schema::Object(object)) = object {
        for (name, property) in &object.properties {
            let (kind, meaning) = described(property, document);
            let needed = if object.required.contains(name) { "" } else { ", optional" };
            let _ = write!(
                rows,
                "<dt><code>{}</code></dt><dd><i>{}{needed}</i> {}</dd>",
                escape(name),
                escape(&kind),
                escape(&meaning)
            );
        }
    }
    if rows.is_empty() {
        return format!("<div>{}</div>", escape(title));
    }
    format!("<details><summary>{}</summary><dl>{rows}</dl></details>", escape(title))
}

/// Type and meaning of a field, in words.
fn described(schema: &RefOr<Schema>, document: &OpenApi) -> (String, String) {
    let own = match schema {
        RefOr::Ref(reference) => name_of(reference).to_owned(),
        RefOr::T(Schema::Array(array)) => match &array.items {
            utoipa::openapi::schema::ArrayItems::RefOrSchema(item) => {
                format!("list of {}", described(item, document).0)
            }
            utoipa::openapi::schema::ArrayItems::False => "list".to_owned(),
        },
        RefOr::T(Schema::Object(object)) => kind_of(object),
        RefOr::T(_) => "one of several".to_owned(),
    };
    let meaning = match schema {
        RefOr::T(Schema::Object(object)) => object.description.clone(),
        RefOr::T(Schema::Array(array)) => array.description.clone(),
        RefOr::Ref(reference) if !reference.description.is_empty() => Some(reference.description.clone()),
        other => match resolve(other, document) {
            Some(Schema::Object(object)) => object.description.clone(),
            _ => None,
        },
    };
    (own, meaning.unwrap_or_default())
}

fn kind_of(object: &Object) -> String {
    // As it stands in the document.
    let word = |kind: &Type| {
        serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let mut words = match &object.schema_type {
        SchemaType::Type(kind) => word(kind),
        SchemaType::Array(kinds) => {
            kinds.iter().filter(|kind| **kind != Type::Null).map(word).collect::<Vec<_>>().join(" or ")
        }
        SchemaType::AnyValue => "anything".to_owned(),
    };
    if let Some(values) = &object.enum_values {
        words = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    }
    words
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
