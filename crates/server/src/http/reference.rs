//! The API reference: one plain page from the OpenAPI document, without scripts, so it needs no exception in
//! the content security policy and works in any browser and in print.

use std::fmt::Write as _;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:2rem 1rem;\
color:#1b2330;background:#fff}h1{font-size:1.6rem}h2{margin-top:2.5rem;text-transform:capitalize}\
section{border:1px solid #d8dee8;border-radius:8px;padding:.75rem 1rem;margin:.75rem 0}\
code{font-family:ui-monospace,monospace;font-size:.9em}.m{display:inline-block;min-width:4.5rem;font-weight:600;color:#0f62c9}\
dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.15rem 1rem;margin:.5rem 0}dd{margin:0;color:#4a5568}\
@media(prefers-color-scheme:dark){body{background:#10151d;color:#dde4ee}section{border-color:#2a3442}dd{color:#9aa8bb}.m{color:#6fb1ff}}";

/// The whole page.
pub(super) fn page(document: &OpenApi) -> String {
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
            by_tag.entry(tag).or_default().push(section(method, path, operation));
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
    html
}

fn section(method: &str, path: &str, operation: &Operation) -> String {
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
        let name = match &body.schema {
            Some(RefOr::Ref(reference)) => {
                reference.ref_location.rsplit('/').next().unwrap_or_default().to_owned()
            }
            _ => "object".to_owned(),
        };
        let _ = write!(html, "<div>Body: <code>{}</code></div>", escape(&name));
    }
    html.push_str("</section>");
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
