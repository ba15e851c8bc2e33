//! The documents in `fixtures/saml` were signed by two other implementations, signxml (over libxml2) and xml-crypto; the canonical
//! forms below are libxml2's.

use std::collections::BTreeSet;

use super::assertion::Confirmation;
use super::c14n::{Method, canonical};
use super::tree::{Document, Place};
use super::*;
use crate::clock::Timestamp;

const CERTIFICATE: &str = include_str!("../../../fixtures/keys/identity-provider-certificate.pem");
const FOREIGN: &str = include_str!("../../../fixtures/keys/app-jwt-certificate.pem");
const EXCLUSIVE: &str = include_str!("../../../fixtures/saml/assertion-exclusive.xml");
const INCLUSIVE: &str = include_str!("../../../fixtures/saml/assertion-inclusive.xml");
const INCLUSIVE_11: &str = include_str!("../../../fixtures/saml/assertion-inclusive-11.xml");
const INNER_SIGNED: &str = include_str!("../../../fixtures/saml/response-assertion-signed.xml");
const OUTER_SIGNED: &str = include_str!("../../../fixtures/saml/response-signed.xml");
const BOTH_SIGNED: &str = include_str!("../../../fixtures/saml/response-both-signed.xml");

fn read(text: &str) -> Result<Assertion, Invalid> {
    read_response(text, |issuer| (issuer == "https://idp.example/acme").then(|| Certificate::read(CERTIFICATE).unwrap()))
}

fn at(moment: &str) -> Timestamp {
    Timestamp::parse(moment).unwrap()
}

fn expected(now: &str) -> Expected {
    Expected {
        audiences: vec!["https://login.salesforce.com".to_owned()],
        recipients: vec!["https://login.salesforce.com/services/oauth2/token".to_owned()],
        fresh: true,
        now: at(now),
    }
}

fn check_canonical(text: &str, local: &str, method: &Method, wanted: &str) {
    let document = Document::read(text).unwrap();
    let mut places = vec![Place::ROOT];
    let mut at = 0;
    while at < places.len() {
        places.extend(document.elements(places[at]));
        at += 1;
    }
    let apex = places.into_iter().find(|place| document.get(*place).local == local).unwrap();
    assert_eq!(canonical(&document, apex, method, None).as_deref(), Some(wanted));
}

fn exclusive(prefixes: &[&str]) -> Method {
    Method::Exclusive { inclusive_prefixes: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect::<BTreeSet<_>>() }
}

#[test]
fn the_exclusive_form_declares_what_is_used_where_it_is_used() {
    let text = r#"<a xmlns="urn:a" xmlns:b="urn:b" b:z="1" y="2"><b:c/><d xmlns=""><e b:f="&#10;&quot;"/></d></a>"#;
    check_canonical(text, "d", &exclusive(&[]), r#"<d><e xmlns:b="urn:b" b:f="&#xA;&quot;"></e></d>"#);
    let text = r#"<p:a xmlns:p="urn:p" xmlns:q="urn:q" xmlns="urn:d"><p:b q:x="1" a="2"><c xmlns:p="urn:other"><p:d/></c></p:b></p:a>"#;
    let wanted = r#"<p:b xmlns:p="urn:p" xmlns:q="urn:q" a="2" q:x="1"><c xmlns="urn:d"><p:d xmlns:p="urn:other"></p:d></c></p:b>"#;
    check_canonical(text, "b", &exclusive(&[]), wanted);
    let text = r#"<p:a xmlns:p="urn:p" xmlns:q="urn:q" xmlns="urn:d"><p:b><p:c/></p:b></p:a>"#;
    check_canonical(text, "b", &exclusive(&["q"]), r#"<p:b xmlns:p="urn:p" xmlns:q="urn:q"><p:c></p:c></p:b>"#);
    let text = r#"<a xmlns:x="urn:x"><b xmlns:x="urn:y"><x:c xmlns:x="urn:x"/></b>t&#13;&gt;]]&gt;</a>"#;
    check_canonical(text, "a", &exclusive(&[]), r#"<a><b><x:c xmlns:x="urn:x"></x:c></b>t&#xD;&gt;]]&gt;</a>"#);
}

#[test]
fn the_inclusive_form_declares_all_that_is_in_scope() {
    let text = r#"<a xmlns="urn:a" xmlns:b="urn:b" b:z="1" y="2"><b:c/><d xmlns=""><e b:f="&#10;&quot;"/></d></a>"#;
    check_canonical(text, "d", &Method::Inclusive, r#"<d xmlns:b="urn:b"><e b:f="&#xA;&quot;"></e></d>"#);
    let text = r#"<a xmlns:x="urn:x"><b xmlns:x="urn:y"><x:c xmlns:x="urn:x"/></b>t&#13;&gt;]]&gt;</a>"#;
    let wanted = r#"<a xmlns:x="urn:x"><b xmlns:x="urn:y"><x:c xmlns:x="urn:x"></x:c></b>t&#xD;&gt;]]&gt;</a>"#;
    check_canonical(text, "a", &Method::Inclusive, wanted);
}

#[test]
fn what_other_implementations_signed_is_accepted() {
    for text in [EXCLUSIVE, INCLUSIVE, INCLUSIVE_11, INNER_SIGNED, OUTER_SIGNED, BOTH_SIGNED] {
        let assertion = read(text).unwrap();
        assert_eq!(assertion.name_id.as_deref(), Some("standard@acme.example"));
        assert_eq!(assertion.attribute("odd \"name\" \t<"), Some("a & b < c > d\r\n <cdata> & é€😀"));
        assert!(judge(&assertion, &expected("2026-01-01T12:01:00Z")).is_ok());
    }
}

#[test]
fn any_change_breaks_the_signature() {
    let signature = |text: String| assert!(matches!(read(&text), Err(Invalid::Signature(_))), "{text}");
    for text in [EXCLUSIVE, INCLUSIVE, INCLUSIVE_11, INNER_SIGNED, OUTER_SIGNED, BOTH_SIGNED] {
        signature(text.replace("standard@", "admin@"));
        signature(text.replace("2026-01-01T12:05:00Z", "2036-01-01T12:05:00Z"));
        signature(text.replace(" z=\"1\"", ""));
        signature(text.replace("<inner xmlns=\"\">", "<inner>"));
        signature(text.replace("_assertion\"", "_another\""));
        signature(text.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256").replace("rsa-sha1", "hmac-sha1").replace("rsa-sha512", "none"));
        let foreign = read_response(text, |_| Some(Certificate::read(FOREIGN).unwrap()));
        assert!(matches!(foreign, Err(Invalid::Signature(_))));
    }
}

#[test]
fn an_unsigned_assertion_is_refused() {
    let cut = |text: &str| {
        let (head, rest) = text.split_once("<ds:Signature ").unwrap();
        format!("{head}{}", rest.split_once("</ds:Signature>").unwrap().1)
    };
    for text in [EXCLUSIVE, INNER_SIGNED, OUTER_SIGNED] {
        assert!(matches!(read(&cut(text)), Err(Invalid::Signature(_))));
    }
}

/// The signed assertion is kept somewhere in the document, and another stands where it is read.
#[test]
fn a_wrapped_signature_is_refused() {
    let evil = |text: &str, id: &str| {
        let (head, rest) = text.split_once("<ds:Signature ").unwrap();
        let bare = format!("{head}{}", rest.split_once("</ds:Signature>").unwrap().1);
        bare.replace("standard@", "admin@").replace("_assertion", id)
    };
    let signature = EXCLUSIVE[EXCLUSIVE.find("<ds:Signature ").unwrap()..].split_once("</ds:Signature>").unwrap().0.to_owned() + "</ds:Signature>";
    let response = |inside: &str| {
        format!(
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0"><samlp:Status><samlp:StatusCode
            Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{inside}</samlp:Response>"#
        )
    };
    let with = |text: &str, extra: &str| text.replacen("</saml:Issuer>", &format!("</saml:Issuer>{extra}"), 1);
    assert!(read(&response(EXCLUSIVE)).is_ok());
    for wrapped in [
        // Beside it, hidden in an extension, both assertions in sight.
        response(&format!("<samlp:Extensions>{EXCLUSIVE}</samlp:Extensions>{}", evil(EXCLUSIVE, "_evil"))),
        response(&format!("{}{EXCLUSIVE}", evil(EXCLUSIVE, "_evil"))),
        // The signature taken over, its object elsewhere, with and without the same id.
        response(&format!("<samlp:Extensions>{EXCLUSIVE}</samlp:Extensions>{}", with(&evil(EXCLUSIVE, "_evil"), &signature))),
        response(&format!("<samlp:Extensions>{EXCLUSIVE}</samlp:Extensions>{}", with(&evil(EXCLUSIVE, "_assertion"), &signature))),
        // Inside the signature, as an object of it.
        with(&evil(EXCLUSIVE, "_evil"), &signature.replace("</ds:Signature>", &format!("<ds:Object>{EXCLUSIVE}</ds:Object></ds:Signature>"))),
        with(&evil(EXCLUSIVE, "_assertion"), &signature.replace("</ds:Signature>", &format!("<ds:Object>{EXCLUSIVE}</ds:Object></ds:Signature>"))),
        // Deeper, in the subject of the other.
        response(&evil(EXCLUSIVE, "_evil").replacen("<saml:Subject>", &format!("<saml:Subject>{EXCLUSIVE}"), 1)),
    ] {
        assert!(read(&wrapped).is_err(), "{wrapped}");
    }
}

#[test]
fn what_is_no_assertion_is_refused() {
    let unreadable = |text: &str| assert!(matches!(read(text), Err(Invalid::Unreadable(_))), "{text}");
    for text in
        ["", "x", "{}", "<a/>", "<a><b></a></b>", "<a/><b/>", "<p:a/>", "<a>&x;</a>", "<a b='1' b='2'/>", "<?xml-stylesheet x?><a/>", "<a>\u{1}</a>"]
    {
        unreadable(text);
    }
    unreadable(r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"#);
    unreadable(&"<a>".repeat(100));
    unreadable(&format!("{EXCLUSIVE}{}", " ".repeat(LONGEST)));
    let failed = OUTER_SIGNED.replace("status:Success", "status:Requester");
    assert_eq!(read(&failed), Err(Invalid::Status("urn:oasis:names:tc:SAML:2.0:status:Requester".to_owned())));
}

#[test]
fn a_document_that_would_take_long_to_compare_is_refused() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    let attributes = |count| format!("<a{}/>", many(count, &|at| format!(" a{at}=\"\"")));
    let namespaces = |count| format!("<a{}/>", many(count, &|at| format!(" xmlns:a{at}=\"x\"")));
    let nested = |depth: usize| {
        let opened = many(depth, &|at| format!("<a xmlns:a{at}=\"x\" xmlns:b{at}=\"x\">"));
        format!("{opened}{}", "</a>".repeat(depth))
    };
    for (text, good) in [
        (attributes(100), true),
        (attributes(10_000), false),
        (namespaces(60), true),
        (namespaces(100), false),
        (nested(30), true),
        (nested(40), false),
    ] {
        let read = Document::read(&text);
        assert_eq!(read.as_ref().err(), (!good).then_some(&Malformed::Size), "{}", &text[..40]);
    }
}

#[test]
fn an_unknown_issuer_is_refused() {
    assert_eq!(read_response(EXCLUSIVE, |_| None), Err(Invalid::Issuer("https://idp.example/acme".to_owned())));
}

#[test]
fn conditions_are_judged_by_the_clock_with_three_minutes_of_allowance() {
    let assertion = read(EXCLUSIVE).unwrap();
    let judged = |now: &str| judge(&assertion, &expected(now)).map_err(|invalid| invalid.status());
    assert_eq!(judged("2026-01-01T11:56:59Z"), Err("Failed: Assertion Expired"));
    assert!(judged("2026-01-01T11:57:00Z").is_ok() && judged("2026-01-01T12:07:59Z").is_ok());
    assert_eq!(judged("2026-01-01T12:08:00Z"), Err("Failed: Assertion Expired"));
    let long = Assertion { not_on_or_after: None, confirmations: vec![confirmation("2026-01-02T12:00:00Z")], ..assertion.clone() };
    assert_eq!(judge(&long, &expected("2026-01-01T12:08:00Z")), Err(Invalid::Expired("it was issued too long ago")));
    assert!(judge(&long, &Expected { fresh: false, ..expected("2026-01-01T12:08:00Z") }).is_ok());
}

fn confirmation(end: &str) -> Confirmation {
    Confirmation {
        method: "urn:oasis:names:tc:SAML:2.0:cm:bearer".to_owned(),
        recipient: Some("https://login.salesforce.com/services/oauth2/token".to_owned()),
        not_before: None,
        not_on_or_after: Some(at(end)),
    }
}

#[test]
fn audience_recipient_and_confirmation_must_fit() {
    let assertion = read(EXCLUSIVE).unwrap();
    let judged = |assertion: Assertion| judge(&assertion, &expected("2026-01-01T12:01:00Z")).map_err(|invalid| invalid.status());
    let audiences = |audiences| Assertion { audiences, ..assertion.clone() };
    assert_eq!(judged(audiences(Vec::new())), Err("Failed: Audience Invalid"));
    assert_eq!(
        judged(audiences(vec![vec!["https://login.salesforce.com".to_owned()], vec!["urn:other".to_owned()]])),
        Err("Failed: Audience Invalid")
    );
    let confirmed = |confirmation| Assertion { confirmations: vec![confirmation], ..assertion.clone() };
    let good = confirmation("2026-01-01T12:05:00Z");
    assert!(judged(confirmed(good.clone())).is_ok());
    assert_eq!(judged(confirmed(Confirmation { recipient: None, ..good.clone() })), Err("Failed: Recipient Mismatched"));
    assert_eq!(judged(confirmed(Confirmation { recipient: Some("https://evil".to_owned()), ..good.clone() })), Err("Failed: Recipient Mismatched"));
    assert_eq!(judged(confirmed(Confirmation { method: "urn:x".to_owned(), ..good })), Err("Failed: Subject Confirmation Error"));
    assert_eq!(judged(confirmed(confirmation("2025-01-01T12:05:00Z"))), Err("Failed: Assertion Expired"));
    assert_eq!(judged(Assertion { confirmations: Vec::new(), ..assertion.clone() }), Err("Failed: Subject Confirmation Error"));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[<>/a&;\"= !\\[\\]?x:-]{0,60}") {
        let _ = read(&text);
    }
}
