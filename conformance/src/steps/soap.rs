//! The SOAP API: logging in, calling, and what comes back in an envelope.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;

use super::doc_string;
use super::parameter::{AppName, UserName};
use crate::client::{Answer, Request};
use crate::expect;
use crate::failure::{OrFail, Outcome};
use crate::world::World;

/// The version of every login that names none: `login()` ends with 64.0.
const LOGIN_VERSION: &str = "59.0";

/// The version of every other call.
pub(super) const VERSION: &str = "67.0";

const PARTNER: (char, &str) = ('u', "urn:partner.soap.sforce.com");
/// The Metadata API.
pub(super) const METADATA: (char, &str) = ('m', "http://soap.sforce.com/2006/04/metadata");
const ENTERPRISE: (char, &str) = ('c', "urn:enterprise.soap.sforce.com");

/// Under which note the header blocks of the next calls are kept.
const HEADERS: &str = "soap headers";

#[given("the SOAP headers")]
async fn soap_headers(world: &mut World, step: &Step) -> Outcome {
    let headers = doc_string(step)?;
    world.notes.insert(HEADERS.to_owned(), headers);
    Ok(())
}

#[given(expr = "{user} is logged in over SOAP")]
#[when(expr = "{user} logs in over SOAP")]
async fn logs_in(world: &mut World, user: UserName) -> Outcome {
    let member = world.member(&user.0).await?;
    let password = member.user.password.unwrap_or_default() + &member.user.security_token.unwrap_or_default();
    log_in(world, &user.0, LOGIN_VERSION, &password).await
}

#[when(expr = "{user} logs in over SOAP version {string}")]
async fn logs_in_under(world: &mut World, user: UserName, version: String) -> Outcome {
    let member = world.member(&user.0).await?;
    let password = member.user.password.unwrap_or_default() + &member.user.security_token.unwrap_or_default();
    log_in(world, &user.0, &version, &password).await
}

#[when(expr = "{user} logs in over SOAP with {string}")]
async fn logs_in_with(world: &mut World, user: UserName, password: String) -> Outcome {
    world.member(&user.0).await?;
    let password = world.expand(&password)?;
    log_in(world, &user.0, LOGIN_VERSION, &password).await
}

#[when(expr = "{user} fails {int} times to log in over SOAP")]
async fn fails_to_log_in(world: &mut World, user: UserName, times: usize) -> Outcome {
    for _ in 0..times {
        log_in(world, &user.0, LOGIN_VERSION, "wrong").await?;
    }
    Ok(())
}

#[given(expr = "{user} has called over SOAP")]
#[when(expr = "{user} calls over SOAP")]
async fn calls(world: &mut World, user: UserName, step: &Step) -> Outcome {
    call(world, &user.0, PARTNER, VERSION, step).await
}

#[when(expr = "{user} calls over SOAP version {string}")]
async fn calls_under(world: &mut World, user: UserName, version: String, step: &Step) -> Outcome {
    call(world, &user.0, PARTNER, &version, step).await
}

#[when(expr = "{user} calls over enterprise SOAP")]
async fn calls_enterprise(world: &mut World, user: UserName, step: &Step) -> Outcome {
    call(world, &user.0, ENTERPRISE, VERSION, step).await
}

#[when(expr = "{user} calls over metadata SOAP")]
async fn calls_metadata(world: &mut World, user: UserName, step: &Step) -> Outcome {
    call(world, &user.0, METADATA, VERSION, step).await
}

#[when(expr = "{app} calls over SOAP with its token")]
async fn app_calls(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let (instance, token) = (world.token(&app.0, "instance_url")?, world.token(&app.0, "access_token")?);
    let body = world.expand(&doc_string(step)?)?;
    call_with(world, (&instance, &token), PARTNER, VERSION, &body).await
}

#[then("the SOAP answer is")]
async fn answer_is(world: &mut World, step: &Step) -> Outcome {
    let expected = world.expand(&flat(&doc_string(step)?))?;
    let answer = world.answer()?;
    expect::that(answer.status == 200, || format!("expected an answer, got {}", answer.summary()))?;
    let seen = body_of(answer)?;
    expect::that(expect::text_matches(&expected, &seen), || format!("expected {expected}\n     got {seen}"))
}

#[then("the SOAP fault is")]
async fn whole_fault_is(world: &mut World, step: &Step) -> Outcome {
    let expected = world.expand(&flat(&doc_string(step)?))?;
    let answer = world.answer()?;
    expect::that(answer.status == 500, || format!("expected a fault, got {}", answer.summary()))?;
    let seen = body_of(answer)?;
    let expected = format!("<soapenv:Fault>{expected}</soapenv:Fault>");
    expect::that(expect::text_matches(&expected, &seen), || format!("expected {expected}\n     got {seen}"))
}

#[then(expr = "the SOAP fault is {string} saying {string}")]
async fn fault_is(world: &mut World, code: String, message: String) -> Outcome {
    let message = world.expand(&message)?;
    let answer = world.answer()?;
    expect::that(answer.status == 500, || format!("expected a fault, got {}", answer.summary()))?;
    let text = answer.text();
    expect::equal("faultcode", Some(code.as_str()), element(&text, "faultcode").as_deref())?;
    let seen = element(&text, "faultstring").unwrap_or_default();
    let expected = match code.as_str() {
        "soapenv:Client" | "soapenv:VersionMismatch" => message,
        code => {
            let exception = code.trim_start_matches("sf:");
            expect::equal("exceptionCode", Some(exception), element(&text, "sf:exceptionCode").as_deref())?;
            format!("{exception}: {message}")
        }
    };
    expect::that(expect::text_matches(&expected, &seen), || format!("faultstring: expected {expected:?}, got {seen:?}"))
}

#[then(expr = "the SOAP answer says {string} in {string}")]
async fn says(world: &mut World, expected: String, name: String) -> Outcome {
    let expected = world.expand(&expected)?;
    let seen = element(&world.answer()?.text(), &name).unwrap_or_default();
    expect::that(expect::text_matches(&expected, &seen), || format!("{name}: expected {expected:?}, got {seen:?}"))
}

#[given(expr = "{string} of the SOAP answer is noted as {string}")]
async fn note_element(world: &mut World, name: String, note: String) -> Outcome {
    let value = element(&world.answer()?.text(), &name).or_fail(|| format!("the answer has no element {name}"))?;
    world.notes.insert(note, value);
    Ok(())
}

async fn log_in(world: &mut World, user: &str, version: &str, password: &str) -> Outcome {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let body = format!(
        r#"<login xmlns="{}"><username>{}</username><password>{}</password></login>"#,
        PARTNER.1,
        escaped(&member.user.username),
        escaped(password)
    );
    let url = format!("{}/services/Soap/u/{version}", world.login_url(&org)?);
    post(world, url, "", &body).await
}

async fn call(world: &mut World, user: &str, endpoint: (char, &str), version: &str, step: &Step) -> Outcome {
    let body = world.expand(&doc_string(step)?)?;
    call_as(world, user, endpoint, version, &body).await
}

/// Calls with a session of the user.
pub(super) async fn call_as(world: &mut World, user: &str, endpoint: (char, &str), version: &str, body: &str) -> Outcome {
    let session = world.session(user).await?;
    call_with(world, (&session.instance_url, &session.access_token), endpoint, version, body).await
}

async fn call_with(world: &mut World, (instance, session_id): (&str, &str), (letter, namespace): (char, &str), version: &str, body: &str) -> Outcome {
    let url = format!("{instance}/services/Soap/{letter}/{version}");
    let header = format!(
        r#"<SessionHeader xmlns="{namespace}"><sessionId>{}</sessionId></SessionHeader>{}"#,
        session_id,
        world.notes.get(HEADERS).map_or("", String::as_str)
    );
    // A call names its own namespace by being inside a body that declares it.
    let end = body.find(['>', '/']).or_fail(|| "a call is an element")?;
    let body = format!(r#"{} xmlns="{namespace}"{}"#, &body[..end], &body[end..]);
    post(world, url, &header, &body).await
}

async fn post(world: &mut World, url: String, header: &str, body: &str) -> Outcome {
    let envelope = format!(
        r#"<?xml version="1.0" encoding="utf-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:ens="urn:sobject.enterprise.soap.sforce.com"><soapenv:Header>{header}</soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"#
    );
    let request = Request::new(Method::POST, url).header("Content-Type", "text/xml; charset=utf-8").header("SOAPAction", "\"\"").body(envelope);
    let answer = world.http()?.send(request).await?;
    world.answered(answer);
    Ok(())
}

/// What the body of the envelope holds.
fn body_of(answer: &Answer) -> Outcome<String> {
    let text = answer.text();
    let inner = text.split_once("<soapenv:Body>").and_then(|(_, rest)| rest.split_once("</soapenv:Body>")).map(|(inner, _)| inner.to_owned());
    inner.or_fail(|| format!("no SOAP body in {}", answer.summary()))
}

/// The text of the first element of this name, which stands without attributes.
pub(super) fn element(document: &str, name: &str) -> Option<String> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Some(plain.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain)))
}

/// A document written over several lines, as it goes over the wire.
fn flat(document: &str) -> String {
    document.lines().map(str::trim).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
