//! How events look to a receiver: messages of syslog (RFC 5424, counted as RFC 5425 has it), bodies of a webhook and
//! their signature.

use super::model::DestinationFormat;
use crate::audit::export::ocsf;
use crate::audit::{AuditEvent, Outcome, RiskLevel};
use crate::ids::{AuditEventId, OrganizationId};
use aws_lc_rs::hmac;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// An entry at its place in its organization's log; a sample has none.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) seq: Option<i64>,
    pub(super) event: AuditEvent,
}

/// "log audit" (RFC 5424, section 6.2.1).
const FACILITY: u8 = 13;
/// What every receiver should take (RFC 5425, section 4.3.1). Many cut what is longer, and JSON that is cut is none.
const LONGEST: usize = 8192;

/// Messages of syslog, each with its length before it.
pub(super) fn syslog(events: &[Placed], hostname: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(events.len() * 1536);
    for placed in events {
        let message = message(placed, hostname);
        bytes.extend_from_slice(format!("{} ", message.len()).as_bytes());
        bytes.extend_from_slice(message.as_bytes());
    }
    bytes
}

/// One message of RFC 5424. It is ASCII throughout, so that no receiver has to guess how it is encoded, and no line ends
/// within it.
fn message(placed: &Placed, hostname: &str) -> String {
    let event = &placed.event;
    let head = format!(
        "<{}>1 {} {hostname} sallyport - {} - ",
        FACILITY * 8 + severity(event.risk_level),
        event.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        // MSGID has 32 characters at most.
        event.code.get(..32).unwrap_or(&event.code),
    );
    let mut json = entry(placed);
    let mut text = ascii(&json.to_string());
    if head.len() + text.len() > LONGEST
        && let Some(fields) = json.as_object_mut()
    {
        fields.insert("details".to_owned(), json!({}));
        fields.insert("detailsOmitted".to_owned(), json!(true));
        text = ascii(&json.to_string());
    }
    head + &text
}

fn severity(risk: RiskLevel) -> u8 {
    match risk {
        RiskLevel::Critical => 2,
        RiskLevel::High => 3,
        RiskLevel::Medium => 4,
        RiskLevel::Low => 5,
        RiskLevel::Info => 6,
    }
}

/// The same JSON without a character beyond ASCII.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            text.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// As `/api/audit/logs` says it, with its place.
fn entry(placed: &Placed) -> Value {
    let mut json = json!(placed.event);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("seq".to_owned(), json!(placed.seq));
    }
    json
}

fn ocsf(placed: &Placed) -> Value {
    let mut json = ocsf::entry(&placed.event);
    if let (Some(seq), Some(metadata)) = (placed.seq, json.get_mut("metadata").and_then(Value::as_object_mut))
    {
        metadata.insert("sequence".to_owned(), json!(seq));
    }
    json
}

/// The body of a webhook.
pub(super) fn body(events: &[Placed], format: DestinationFormat) -> Vec<u8> {
    let items = events.iter().map(|placed| match format {
        DestinationFormat::Ocsf => ocsf(placed),
        DestinationFormat::Json | DestinationFormat::Rfc5424Json => entry(placed),
    });
    Value::Array(items.collect()).to_string().into_bytes()
}

/// `t=<seconds since 1970>,v1=<HMAC-SHA-256 of "t.body", in hexadecimal digits>`: an old delivery cannot be made to look
/// new without the secret.
pub(super) fn signature(secret: &[u8], at: DateTime<Utc>, body: &[u8]) -> String {
    let seconds = at.timestamp();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let mut signing = hmac::Context::with_key(&key);
    signing.update(format!("{seconds}.").as_bytes());
    signing.update(body);
    format!("t={seconds},v1={}", hex::encode(signing.sign().as_ref()))
}

/// An event that never was, for a test of the way.
pub(super) fn sample(
    id: AuditEventId,
    at: DateTime<Utc>,
    (organization_id, organization_name): (OrganizationId, String),
) -> Placed {
    let event = AuditEvent {
        id,
        occurred_at: at,
        organization_id,
        organization_name,
        code: "audit_destination.test".to_owned(),
        sentence: "This is a sample event: it tests the way to this receiver, and nothing happened."
            .to_owned(),
        outcome: Outcome::Attempt,
        risk_level: RiskLevel::Info,
        compliance_relevant: false,
        controls: Vec::new(),
        actor: None,
        target: None,
        session_id: None,
        client_ip: None,
        user_agent: None,
        request_id: None,
        policy_ids: Vec::new(),
        details: json!({ "sample": true }),
    };
    Placed { seq: None, event }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn placed(sentence: &str, details: Value) -> Placed {
        let at = "2026-11-22T03:04:05.000006Z".parse().unwrap();
        let mut placed =
            sample(AuditEventId(Uuid::nil()), at, (OrganizationId(Uuid::nil()), "Bücher".to_owned()));
        placed.seq = Some(7);
        placed.event.code = "grant.create".to_owned();
        placed.event.risk_level = RiskLevel::High;
        placed.event.sentence = sentence.to_owned();
        placed.event.details = details;
        placed
    }

    #[test]
    fn a_message_is_counted_ascii_and_one_line_whatever_is_in_it() {
        let nasty = "a\n<0>1 forged \u{7f}\u{2028} \u{1f4a3} ü \"";
        let bytes = syslog(&[placed(nasty, json!({})), placed("b", json!({}))], "gate.example");
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.is_ascii() && !text.contains(['\n', '\u{7f}']), "{text}");
        let (length, rest) = text.split_once(' ').unwrap();
        let (first, second) = rest.split_at(length.parse().unwrap());
        let head = "<107>1 2026-11-22T03:04:05.000006Z gate.example sallyport - grant.create - ";
        let json: Value = serde_json::from_str(first.strip_prefix(head).unwrap()).unwrap();
        assert_eq!((&json["sentence"], &json["seq"]), (&json!(nasty), &json!(7)));
        let (length, second) = second.split_once(' ').unwrap();
        assert_eq!(second.len(), length.parse::<usize>().unwrap());
    }

    #[test]
    fn what_is_too_long_goes_whole_but_for_its_details() {
        let long = placed("c", json!({ "text": "ü".repeat(3000) }));
        let message = message(&long, "gate.example");
        assert!(message.len() < LONGEST);
        let json: Value = serde_json::from_str(&message[message.find('{').unwrap()..]).unwrap();
        assert_eq!((&json["details"], &json["detailsOmitted"]), (&json!({}), &json!(true)));
    }

    #[test]
    fn f11_a_signature_binds_the_body_to_its_time() {
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        // Made with: printf '1795305600.[]' | openssl dgst -sha256 -hmac secret
        assert_eq!(
            signature(b"secret", at, b"[]"),
            "t=1795305600,v1=23ff9680d8772248cc4527d6f552916bbd6b5c0c88a245791aa2d088ad3acfe0"
        );
        let later = at + chrono::TimeDelta::seconds(1);
        let tag = |text: &str| text.split_once("v1=").unwrap().1.to_owned();
        assert_ne!(tag(&signature(b"secret", at, b"[]")), tag(&signature(b"secret", later, b"[]")));
    }

    #[test]
    fn a_body_is_an_array_in_the_shape_that_was_asked_for() {
        let events = [placed("d", json!({}))];
        let json: Value = serde_json::from_slice(&body(&events, DestinationFormat::Json)).unwrap();
        assert_eq!((&json[0]["code"], &json[0]["seq"]), (&json!("grant.create"), &json!(7)));
        let ocsf: Value = serde_json::from_slice(&body(&events, DestinationFormat::Ocsf)).unwrap();
        assert_eq!(ocsf[0]["class_uid"], 3005);
        assert_eq!(ocsf[0]["metadata"]["sequence"], 7);
    }
}
