//! The rules that a service has to keep.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ECHO, Findings, HELLO, STATUS, UNKNOWN_MEMBERS, UNKNOWN_OPERATION, has_state, read_hello, refuses_unknown, request, status_request};
use crate::failure::{Failure, Outcome};
use crate::integration::file::Integration;
use crate::integration::http::HttpDriver;
use crate::integration::limits::Limits;
use crate::integration::process::read_answer;
use crate::integration::protocol::{Answer, Hello};
use crate::integration::surroundings::Surroundings;

const START: &str = "The service answers `hello` in time";
const TYPE: &str = "Answers are JSON by their Content-Type";
const TOKEN: &str = "A request without the run token is refused with 401 or 403";
const BAD_BODY: &str = "A body that is no request is answered `bad_request`, or with status 400";
const RESTART: &str = "It can be restarted, and tells after it what it told before";

pub async fn examine(integration: &Integration, surroundings: &Surroundings, limits: &Limits, findings: &mut Findings) -> Outcome {
    let driver = match HttpDriver::start(integration, surroundings, limits.clone()).await {
        Ok(driver) => driver,
        Err(failure) => return findings.judge(START, Err(failure)),
    };
    let answer = ask(&driver, "first", &request("first", "hello")).await;
    findings.judge(START, answer.as_ref().map(|_| ()).map_err(Clone::clone))?;
    let Ok(answer) = answer else { return Ok(()) };
    findings.judge(HELLO, read_hello(&answer, &integration.name).map(|_| ()))?;
    let hello: Hello = answer.result.and_then(|result| serde_json::from_value(result).ok()).unwrap_or_default();

    let odd = "id: \u{e9}/\u{2713} \"7\"";
    findings.judge(ECHO, ask(&driver, odd, &request(odd, "hello")).await.map(|_| ()))?;
    let unknown = ask(&driver, "u", &request("u", "no_such_operation")).await;
    findings.judge(UNKNOWN_OPERATION, unknown.and_then(|answer| refuses_unknown(&answer)))?;
    let more = json!({ "v": 1, "id": "m", "op": "hello", "profiles": ["a-profile-of-the-future"], "x_new": { "deep": [1, null] } });
    let answer = ask(&driver, "m", &more).await;
    findings.judge(UNKNOWN_MEMBERS, answer.and_then(|answer| if answer.ok { Ok(()) } else { Err(Failure::driver("it is refused")) }))?;
    findings.judge(STATUS, ask(&driver, "s", &status_request("s")).await.and_then(|answer| has_state(&answer, &hello)))?;
    findings.judge(TYPE, is_json(&driver).await)?;
    findings.judge(TOKEN, keeps_others_out(&driver).await)?;
    findings.judge(BAD_BODY, refuses_bad_body(&driver).await)?;
    findings.judge(RESTART, survives_restart(&driver).await)?;
    driver.service().stop().await.map(|_| ())
}

async fn ask(driver: &HttpDriver, id: &str, request: &Value) -> Outcome<Answer> {
    let answer = driver.post_raw(&request.to_string(), driver.token()).await?;
    if answer.status != 200 {
        return Err(Failure::driver(format!("it is answered with status {}", answer.status)));
    }
    let message = serde_json::from_slice(&answer.body).map_err(|error| Failure::driver(format!("the answer is no JSON: {error}")))?;
    let answer = read_answer(message).map_err(Failure::driver)?;
    if answer.id == id { Ok(answer) } else { Err(Failure::driver(format!("the id {id:?} came back as {:?}", answer.id))) }
}

async fn is_json(driver: &HttpDriver) -> Outcome {
    let answer = driver.post_raw(&request("t", "hello").to_string(), driver.token()).await?;
    let kind = answer.header("content-type").unwrap_or_default();
    if kind.starts_with("application/json") { Ok(()) } else { Err(Failure::driver(format!("it is {kind:?}"))) }
}

async fn keeps_others_out(driver: &HttpDriver) -> Outcome {
    if driver.token().is_empty() {
        return Err(Failure::not_applicable("no run token is set: give SFCERT_RUN_TOKEN to the service and to the harness"));
    }
    let answer = driver.post_raw(&request("x", "hello").to_string(), "another").await?;
    match answer.status {
        401 | 403 => Ok(()),
        status => Err(Failure::driver(format!("with a wrong token it answers {status}"))),
    }
}

async fn refuses_bad_body(driver: &HttpDriver) -> Outcome {
    let answer = driver.post_raw("this is {no JSON", driver.token()).await?;
    let code = answer.json().ok().and_then(|body| body["error"]["code"].as_str().map(str::to_owned));
    match (answer.status, code.as_deref()) {
        (400 | 422, _) | (200, Some("bad_request")) => Ok(()),
        (status, _) => Err(Failure::driver(format!("it is answered with {} {status}", Method::POST))),
    }
}

async fn survives_restart(driver: &HttpDriver) -> Outcome {
    let before = ask(driver, "b", &status_request("b")).await?.result;
    driver.restart().await?;
    let after = ask(driver, "a", &status_request("a")).await?.result;
    if before.map(|status| status["state"].clone()) == after.map(|status| status["state"].clone()) {
        Ok(())
    } else {
        Err(Failure::driver("`status` differs"))
    }
}
