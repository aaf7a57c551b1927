//! A SAML identity provider on loopback that signs what it is told to. XML is written in canonical form, so that the
//! bytes that are digested are known without a canonicalizer.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sallyport_saml::{Certificate, OwnKey};
use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::net::TcpListener;

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Two keys: before and after a change. They are made once; they take their time.
static SIGNERS: LazyLock<[Signer; 2]> = LazyLock::new(|| [Signer::new(), Signer::new()]);

struct Signer {
    pair: RsaKeyPair,
    certificate: Certificate,
}

impl Signer {
    fn new() -> Self {
        let made = sallyport::clock::Clock::default().now() - TimeDelta::days(1);
        let key = OwnKey::generate("idp.test", made).unwrap();
        Self { pair: RsaKeyPair::from_pkcs8(key.pkcs8()).unwrap(), certificate: key.certificate().clone() }
    }

    /// The element with a signature behind its issuer.
    fn sign(&self, canonical: &str, id: &str) -> String {
        let digest = STANDARD.encode(digest(&SHA256, canonical.as_bytes()));
        let inside = format!(
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">\
             </ds:CanonicalizationMethod><ds:SignatureMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod><ds:Reference \
             URI=\"#{id}\"><ds:Transforms><ds:Transform \
             Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform \
             Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms><ds:DigestMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{digest}\
             </ds:DigestValue></ds:Reference>"
        );
        let info = format!("<ds:SignedInfo xmlns:ds=\"{DS}\">{inside}</ds:SignedInfo>");
        let mut value = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), info.as_bytes(), &mut value).unwrap();
        let signature = format!(
            "<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo>{inside}</ds:SignedInfo><ds:SignatureValue>{}\
             </ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>\
             </ds:KeyInfo></ds:Signature>",
            STANDARD.encode(value),
            self.certificate.to_base64(),
        );
        let end = if canonical.contains("</saml:Issuer>") { "</saml:Issuer>" } else { "</Issuer>" };
        canonical.replacen(end, &format!("{end}{signature}"), 1)
    }
}

/// What it says and publishes.
pub struct Lies {
    /// Which keys its metadata name, and for what: an empty purpose is none.
    pub published: Vec<(usize, &'static str)>,
    /// Which one signs; none does when there is none.
    pub signing: Option<usize>,
    pub name: String,
    pub email: String,
    pub groups: Vec<&'static str>,
    /// By which binding it takes requests.
    pub binding: &'static str,
    /// How long ago the person proved themselves there.
    pub signed_in_ago: TimeDelta,
    /// What a maker's product answers, instead of its own.
    pub recorded: Option<&'static str>,
}

/// A question that a browser brought.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: Option<String>,
    pub acs: String,
    pub service: String,
    pub relay_state: String,
    /// Whether the person is asked to prove themselves whoever they are there.
    pub anew: bool,
}

#[derive(Clone)]
pub struct SamlIdp {
    pub address: SocketAddr,
    lies: Arc<Mutex<Lies>>,
}

fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn now() -> DateTime<Utc> {
    sallyport::clock::Clock::default().now()
}

fn new_id() -> String {
    format!("_{}", sallyport::clock::Clock::default().new_id().simple())
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> &'t str {
    text.split_once(begin).unwrap().1.split_once(end).unwrap().0
}

impl Question {
    fn of(request: &str, relay_state: String) -> Self {
        let issuer = between(request, "<saml:Issuer", "</saml:Issuer>");
        Self {
            id: Some(between(request, " ID=\"", "\"").to_owned()),
            acs: between(request, "AssertionConsumerServiceURL=\"", "\"").to_owned(),
            service: issuer.split_once('>').unwrap().1.to_owned(),
            relay_state,
            anew: request.contains(" ForceAuthn=\"true\""),
        }
    }
}

impl SamlIdp {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let lies = Lies {
            published: vec![(0, "signing")],
            signing: Some(0),
            name: "alice-1".to_owned(),
            email: "alice@kestrel.example".to_owned(),
            groups: vec!["admins", "staff"],
            binding: "Redirect",
            signed_in_ago: TimeDelta::zero(),
            recorded: None,
        };
        let idp = Self { address: listener.local_addr().unwrap(), lies: Arc::new(Mutex::new(lies)) };
        let metadata = get(async |State(idp): State<Self>| idp.metadata());
        let app = Router::new().route("/metadata", metadata).with_state(idp.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        idp
    }

    pub fn tell(&self, change: impl FnOnce(&mut Lies)) {
        change(&mut self.lies.lock().unwrap());
    }

    pub fn entity_id(&self) -> String {
        format!("http://{}/metadata", self.address)
    }

    pub fn metadata(&self) -> String {
        let keys: String = self.lies.lock().unwrap().published.iter().map(|(key, purpose)| {
            let purpose = if purpose.is_empty() { String::new() } else { format!(" use=\"{purpose}\"") };
            format!(
                "<md:KeyDescriptor{purpose}><ds:KeyInfo xmlns:ds=\"{DS}\"><ds:X509Data><ds:X509Certificate>{}\
                 </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
                SIGNERS[*key].certificate.to_base64()
            )
        }).collect();
        let at = format!("http://{}", self.address);
        let binding =
            format!("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{}", self.lies.lock().unwrap().binding);
        format!(
            "<md:EntityDescriptor xmlns:md=\"{MD}\" entityID=\"{at}/metadata\"><md:IDPSSODescriptor \
             protocolSupportEnumeration=\"{SAMLP}\">{keys}<md:SingleLogoutService Binding=\"{binding}\" \
             Location=\"{at}/slo\"/><md:SingleSignOnService Binding=\"{binding}\" Location=\"{at}/sso\"/>\
             </md:IDPSSODescriptor></md:EntityDescriptor>"
        )
    }

    /// What stands in the address that a browser was sent away to.
    pub fn read(&self, url: &str) -> Question {
        let url = reqwest::Url::parse(url).unwrap();
        let parameter =
            |name: &str| url.query_pairs().find(|(found, _)| found == name).unwrap().1.into_owned();
        let mut request = String::new();
        let deflated = STANDARD.decode(parameter("SAMLRequest")).unwrap();
        flate2::read::DeflateDecoder::new(deflated.as_slice()).read_to_string(&mut request).unwrap();
        assert!(!parameter("Signature").is_empty());
        Question::of(&request, parameter("RelayState"))
    }

    /// What stands in the form that a browser is to post here.
    pub fn read_form(&self, page: &str) -> Question {
        assert_eq!(between(page, "action=\"", "\""), format!("http://{}/sso", self.address));
        let field = |name: &str| between(page, &format!("name=\"{name}\" value=\""), "\"").to_owned();
        let request = String::from_utf8(STANDARD.decode(field("SAMLRequest")).unwrap()).unwrap();
        assert!(request.contains("<ds:SignatureValue>"), "{request}");
        Question::of(&request, field("RelayState"))
    }

    /// The field of the form that answers.
    pub fn answer(&self, question: &Question) -> String {
        let lies = self.lies.lock().unwrap();
        let (issued, until, issuer) = (utc(now()), utc(now() + TimeDelta::minutes(5)), self.entity_id());
        if let Some(recorded) = lies.recorded {
            return STANDARD.encode(self.say(recorded, question, lies.signing));
        }
        let signed_in = utc(now() - lies.signed_in_ago);
        let asked = question.id.as_ref().map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
        let Question { acs, service, .. } = question;
        let (id, name, email) = (new_id(), &lies.name, &lies.email);
        let values = |values: &[&str]| -> String {
            values.iter().map(|one| format!("<saml:AttributeValue>{one}</saml:AttributeValue>")).collect()
        };
        let assertion = format!(
            "<saml:Assertion xmlns:saml=\"{SAML}\" ID=\"{id}\" IssueInstant=\"{issued}\" Version=\"2.0\">\
             <saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID \
             Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{name}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml:SubjectConfirmationData{asked} NotOnOrAfter=\"{until}\" Recipient=\"{acs}\">\
             </saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions \
             NotBefore=\"{issued}\" NotOnOrAfter=\"{until}\"><saml:AudienceRestriction><saml:Audience>{service}\
             </saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement \
             AuthnInstant=\"{signed_in}\" SessionIndex=\"there-1\"><saml:AuthnContext><saml:AuthnContextClassRef>\
             urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>\
             </saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name=\"mail\">{}</saml:Attribute>\
             <saml:Attribute Name=\"groups\">{}</saml:Attribute></saml:AttributeStatement></saml:Assertion>",
            values(&[email]),
            values(&lies.groups),
        );
        let assertion = lies.signing.map_or(assertion.clone(), |key| SIGNERS[key].sign(&assertion, &id));
        STANDARD.encode(format!(
            "<samlp:Response xmlns:samlp=\"{SAMLP}\" Destination=\"{acs}\" ID=\"{}\"{asked} \
             IssueInstant=\"{issued}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{SAML}\">{issuer}</saml:Issuer>\
             <samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\">\
             </samlp:StatusCode></samlp:Status>{assertion}</samlp:Response>",
            new_id()
        ))
    }

    /// A recorded answer, filled in, its assertion signed.
    fn say(&self, recorded: &str, question: &Question, signing: Option<usize>) -> String {
        let id = new_id();
        let text = recorded
            .replace("{acs}", &question.acs)
            .replace("{audience}", &question.service)
            .replace("{issuer}", &self.entity_id())
            .replace("{request}", question.id.as_deref().unwrap())
            .replace("{assertion}", &id)
            .replace("{issued}", &utc(now()))
            .replace("{until}", &utc(now() + TimeDelta::minutes(5)));
        let (before, rest) = text.split_once("<Assertion ").unwrap();
        let (assertion, after) = rest.split_once("</Assertion>").unwrap();
        let assertion = format!("<Assertion {assertion}</Assertion>");
        let signed = signing.map_or(assertion.clone(), |key| SIGNERS[key].sign(&assertion, &id));
        format!("{before}{signed}{after}")
    }

    /// The field of a form that signs somebody out.
    pub fn logout(&self, slo: &str) -> String {
        let lies = self.lies.lock().unwrap();
        let id = new_id();
        let request = format!(
            "<samlp:LogoutRequest xmlns:samlp=\"{SAMLP}\" Destination=\"{slo}\" ID=\"{id}\" IssueInstant=\"{}\" \
             Version=\"2.0\"><saml:Issuer xmlns:saml=\"{SAML}\">{}</saml:Issuer><saml:NameID \
             xmlns:saml=\"{SAML}\">{}</saml:NameID><samlp:SessionIndex>there-1</samlp:SessionIndex>\
             </samlp:LogoutRequest>",
            utc(now()),
            self.entity_id(),
            lies.name,
        );
        STANDARD.encode(lies.signing.map_or(request.clone(), |key| SIGNERS[key].sign(&request, &id)))
    }
}
