//! Reading an assertion, or the response around it, after its signature was verified.

use super::certificate::Certificate;
use super::tree::{Document, Place};
use super::{Invalid, LONGEST, signature};
use crate::clock::Timestamp;

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// What an identity provider, or an app, says of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    pub id: String,
    pub issuer: String,
    pub issued: Timestamp,
    /// The subject's name.
    pub name_id: Option<String>,
    pub confirmations: Vec<Confirmation>,
    pub not_before: Option<Timestamp>,
    pub not_on_or_after: Option<Timestamp>,
    /// Each restriction must be met by one of its audiences.
    pub audiences: Vec<Vec<String>>,
    /// (name, values) in their order.
    pub attributes: Vec<(String, Vec<String>)>,
}

/// On what terms the subject may be taken for the bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// `urn:oasis:names:tc:SAML:2.0:cm:bearer`
    pub method: String,
    pub recipient: Option<String>,
    pub not_before: Option<Timestamp>,
    pub not_on_or_after: Option<Timestamp>,
}

impl Assertion {
    /// The first value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name)?.1.first().map(String::as_str)
    }
}

/// Reads an assertion that stands alone (RFC 7522).
///
/// The certificate is chosen by the issuer, which is trusted only once the signature is verified with it.
pub fn read_assertion(text: &str, certificate: impl FnOnce(&str) -> Option<Certificate>) -> Result<Assertion, Invalid> {
    let document = document(text)?;
    if !document.get(Place::ROOT).is(SAML, "Assertion") {
        return Err(Invalid::Unreadable("the document is no SAML 2.0 assertion".to_owned()));
    }
    let certificate = find_key(&document, Place::ROOT, certificate)?;
    signature::verify(&document, Place::ROOT, &certificate)?;
    assertion(&document, Place::ROOT)
}

/// Reads a response that holds one assertion. Signed is the assertion, the response, or both: each signature must be right.
pub fn read_response(text: &str, certificate: impl FnOnce(&str) -> Option<Certificate>) -> Result<Assertion, Invalid> {
    let document = document(text)?;
    if document.get(Place::ROOT).is(SAML, "Assertion") {
        return read_assertion(text, certificate);
    }
    if !document.get(Place::ROOT).is(PROTOCOL, "Response") {
        return Err(Invalid::Unreadable("the document is no SAML 2.0 response".to_owned()));
    }
    let status = document.only(Place::ROOT, PROTOCOL, "Status").and_then(|status| document.only(status, PROTOCOL, "StatusCode"));
    match status.and_then(|code| document.get(code).attribute("Value")) {
        Some(SUCCESS) => {}
        other => return Err(Invalid::Status(other.unwrap_or_default().to_owned())),
    }
    let inner = document.only(Place::ROOT, SAML, "Assertion");
    let inner = inner.ok_or_else(|| Invalid::Unreadable("expected one assertion in the response".to_owned()))?;
    let certificate = find_key(&document, inner, certificate)?;
    let signed: Vec<_> = [Place::ROOT, inner].into_iter().filter(|place| signature::is_signed(&document, *place)).collect();
    if signed.is_empty() {
        return Err(Invalid::Signature("neither the response nor the assertion is signed"));
    }
    for place in signed {
        signature::verify(&document, place, &certificate)?;
    }
    assertion(&document, inner)
}

/// The issuer that a document names, of the assertion in it or of itself. Not to be trusted.
pub fn unverified_issuer(text: &str) -> Option<String> {
    let document = document(text).ok()?;
    let inner = document.only(Place::ROOT, SAML, "Assertion").unwrap_or(Place::ROOT);
    child_text(&document, inner, "Issuer").or_else(|| child_text(&document, Place::ROOT, "Issuer"))
}

fn document(text: &str) -> Result<Document, Invalid> {
    if text.len() > LONGEST {
        return Err(Invalid::Unreadable("the assertion is too large".to_owned()));
    }
    Ok(Document::read(text)?)
}

fn find_key(document: &Document, place: Place, certificate: impl FnOnce(&str) -> Option<Certificate>) -> Result<Certificate, Invalid> {
    let issuer = child_text(document, place, "Issuer").unwrap_or_default();
    certificate(&issuer).ok_or(Invalid::Issuer(issuer))
}

fn assertion(document: &Document, place: Place) -> Result<Assertion, Invalid> {
    let element = document.get(place);
    let missing = |what: &str| Invalid::Unreadable(format!("the assertion has no {what}"));
    if element.attribute("Version") != Some("2.0") {
        return Err(missing("version 2.0"));
    }
    let subject = document.only(place, SAML, "Subject").ok_or_else(|| missing("subject"))?;
    let conditions = document.only(place, SAML, "Conditions");
    let limit = |name| conditions.map_or(Ok(None), |conditions| time(document, conditions, name));
    Ok(Assertion {
        id: element.attribute("ID").filter(|id| !id.is_empty()).ok_or_else(|| missing("id"))?.to_owned(),
        issuer: child_text(document, place, "Issuer").ok_or_else(|| missing("issuer"))?,
        issued: time(document, place, "IssueInstant")?.ok_or_else(|| missing("issue instant"))?,
        name_id: child_text(document, subject, "NameID"),
        confirmations: document.all(subject, SAML, "SubjectConfirmation").map(|one| confirmation(document, one)).collect::<Result<_, _>>()?,
        not_before: limit("NotBefore")?,
        not_on_or_after: limit("NotOnOrAfter")?,
        audiences: conditions.map(|conditions| audiences(document, conditions)).unwrap_or_default(),
        attributes: attributes(document, place),
    })
}

fn confirmation(document: &Document, place: Place) -> Result<Confirmation, Invalid> {
    let data = document.only(place, SAML, "SubjectConfirmationData");
    let limit = |name| data.map_or(Ok(None), |data| time(document, data, name));
    Ok(Confirmation {
        method: document.get(place).attribute("Method").unwrap_or_default().to_owned(),
        recipient: data.and_then(|data| document.get(data).attribute("Recipient")).map(str::to_owned),
        not_before: limit("NotBefore")?,
        not_on_or_after: limit("NotOnOrAfter")?,
    })
}

fn audiences(document: &Document, conditions: Place) -> Vec<Vec<String>> {
    let texts = |restriction| document.all(restriction, SAML, "Audience").filter_map(|place| trimmed(document, place)).collect();
    document.all(conditions, SAML, "AudienceRestriction").map(texts).collect()
}

fn attributes(document: &Document, place: Place) -> Vec<(String, Vec<String>)> {
    let read = |attribute: Place| {
        let name = document.get(attribute).attribute("Name")?.to_owned();
        Some((name, document.all(attribute, SAML, "AttributeValue").filter_map(|value| trimmed(document, value)).collect()))
    };
    let statements = document.all(place, SAML, "AttributeStatement");
    statements.flat_map(|statement| document.all(statement, SAML, "Attribute").filter_map(read).collect::<Vec<_>>()).collect()
}

fn child_text(document: &Document, place: Place, local: &str) -> Option<String> {
    trimmed(document, document.only(place, SAML, local)?).filter(|text| !text.is_empty())
}

fn trimmed(document: &Document, place: Place) -> Option<String> {
    document.text(place).map(|text| text.trim().to_owned())
}

/// An instant; one that is there but cannot be read is no missing one.
fn time(document: &Document, place: Place, name: &str) -> Result<Option<Timestamp>, Invalid> {
    let Some(text) = document.get(place).attribute(name) else { return Ok(None) };
    Timestamp::parse(text.trim()).map(Some).ok_or_else(|| Invalid::Unreadable(format!("{name} is no UTC time")))
}
