//! The document that other programs are made from: sound in itself, and kept in the repository as it is, because
//! the console's client is generated from that file.

use serde_json::Value;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/openapi.json");

#[test]
fn the_kept_document_is_what_the_code_says() {
    let kept = std::fs::read_to_string(KEPT).unwrap();
    let now = sallyport::routes::document_json().unwrap() + "\n";
    assert!(
        kept == now,
        "the API has changed: run `cargo run -p sallyport openapi > web/openapi.json`, then `npm run generate` in \
         web/, and read both differences"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    let document: Value = serde_json::from_str(&sallyport::routes::document_json().unwrap()).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 100, "the document has lost its schemas");
    let lost: Vec<&String> =
        references.iter().filter(|at| document.pointer(at.trim_start_matches('#')).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?} lead nowhere");
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| collect(field, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
