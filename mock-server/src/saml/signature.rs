//! Verifying an enveloped XML signature. Source: XML Signature Syntax and Processing 1.1, and SAML core 5.4, which narrows it.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Invalid;
use super::c14n::{self, Method};
use super::certificate::{Certificate, Hash};
use super::tree::{Document, Place};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: [&str; 2] = ["http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"];
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Whether an element has a signature of its own.
pub fn is_signed(document: &Document, element: Place) -> bool {
    document.all(element, DSIG, "Signature").next().is_some()
}

/// Verifies that the key signed exactly this element: the signature is its only one and its direct child, and the one reference names
/// the element by an id that nothing else in the document carries.
pub fn verify(document: &Document, element: Place, certificate: &Certificate) -> Result<(), Invalid> {
    let wrong = Invalid::Signature;
    let signature = document.only(element, DSIG, "Signature").ok_or(wrong("the element is not signed, or twice"))?;
    let info = document.only(signature, DSIG, "SignedInfo").ok_or(wrong("no SignedInfo"))?;
    // SAML core 5.4.2: a signature carries no objects, which could hide a second element of the same id.
    if document.all(signature, DSIG, "Object").next().is_some() {
        return Err(wrong("the signature carries an object"));
    }
    let reference = document.only(info, DSIG, "Reference").ok_or(wrong("expected one reference"))?;
    names(document, reference, element)?;
    let method = transforms(document, reference)?;
    let text = c14n::canonical(document, element, &method, Some(signature)).ok_or(wrong("the transforms are not supported"))?;
    if !digest_fits(document, reference, &text)? {
        return Err(wrong("the digest is another: the element was changed"));
    }
    let method = document.only(info, DSIG, "CanonicalizationMethod").and_then(|place| canonicalization(document, place));
    let method = method.ok_or(wrong("the canonicalization is not supported"))?;
    let signed = c14n::canonical(document, info, &method, None).ok_or(wrong("the canonicalization is not supported"))?;
    let hash = document.only(info, DSIG, "SignatureMethod").and_then(|place| algorithm(document, place)).and_then(signature_hash);
    let hash = hash.ok_or(wrong("the signature method is not supported"))?;
    let value = document.only(signature, DSIG, "SignatureValue").and_then(|place| bytes(document, place)).ok_or(wrong("no signature value"))?;
    if certificate.verifies(hash, signed.as_bytes(), &value) { Ok(()) } else { Err(wrong("the certificate's key did not make it")) }
}

/// The reference means the element that holds the signature, and can mean no other.
fn names(document: &Document, reference: Place, element: Place) -> Result<(), Invalid> {
    let uri = document.get(reference).attribute("URI").ok_or(Invalid::Signature("the reference names nothing"))?;
    // The empty reference is the whole document.
    if uri.is_empty() && element == Place::ROOT {
        return Ok(());
    }
    let id = document.get(element).attribute("ID").filter(|id| !id.is_empty());
    if id.is_none() || uri.strip_prefix('#') != id {
        return Err(Invalid::Signature("the reference names another element"));
    }
    match id.map(|id| document.count_id(id)) {
        Some(1) => Ok(()),
        _ => Err(Invalid::Signature("two elements carry one id")),
    }
}

/// The enveloped-signature transform, then one canonicalization: nothing else can be meant by an assertion (SAML core 5.4.4).
fn transforms(document: &Document, reference: Place) -> Result<Method, Invalid> {
    let unsupported = Invalid::Signature("the transforms are not supported");
    let list = document.only(reference, DSIG, "Transforms").ok_or_else(|| unsupported.clone())?;
    let all: Vec<_> = document.elements(list).collect();
    let enveloped = |place: &Place| document.get(*place).is(DSIG, "Transform") && algorithm(document, *place) == Some(ENVELOPED);
    match all.as_slice() {
        [first] if enveloped(first) => Ok(Method::Inclusive),
        [first, second] if enveloped(first) && document.get(*second).is(DSIG, "Transform") => canonicalization(document, *second).ok_or(unsupported),
        _ => Err(unsupported),
    }
}

fn canonicalization(document: &Document, place: Place) -> Option<Method> {
    match algorithm(document, place)? {
        EXCLUSIVE => {
            let listed = document.only(place, EXCLUSIVE, "InclusiveNamespaces").and_then(|list| document.get(list).attribute("PrefixList"));
            let prefix = |word: &str| if word == "#default" { String::new() } else { word.to_owned() };
            Some(Method::Exclusive { inclusive_prefixes: listed.unwrap_or_default().split_ascii_whitespace().map(prefix).collect() })
        }
        other => INCLUSIVE.contains(&other).then_some(Method::Inclusive),
    }
}

fn digest_fits(document: &Document, reference: Place, text: &str) -> Result<bool, Invalid> {
    let method = document.only(reference, DSIG, "DigestMethod").and_then(|place| algorithm(document, place));
    let function = match method {
        Some("http://www.w3.org/2000/09/xmldsig#sha1") => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Some("http://www.w3.org/2001/04/xmlenc#sha256") => &digest::SHA256,
        Some("http://www.w3.org/2001/04/xmldsig-more#sha384") => &digest::SHA384,
        Some("http://www.w3.org/2001/04/xmlenc#sha512") => &digest::SHA512,
        _ => return Err(Invalid::Signature("the digest method is not supported")),
    };
    let value = document.only(reference, DSIG, "DigestValue").and_then(|place| bytes(document, place));
    Ok(value.is_some_and(|value| digest::digest(function, text.as_bytes()).as_ref() == value))
}

fn signature_hash(algorithm: &str) -> Option<Hash> {
    match algorithm {
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1" => Some(Hash::Sha1),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => Some(Hash::Sha256),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => Some(Hash::Sha384),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => Some(Hash::Sha512),
        _ => None,
    }
}

fn algorithm(document: &Document, place: Place) -> Option<&str> {
    document.get(place).attribute("Algorithm")
}

/// Base64 with line breaks anywhere.
fn bytes(document: &Document, place: Place) -> Option<Vec<u8>> {
    let text: String = document.text(place)?.split_ascii_whitespace().collect();
    STANDARD.decode(text).ok()
}
