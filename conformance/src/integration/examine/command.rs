//! The rules that a program on standard input and output has to keep.

use std::time::Duration;

use serde_json::Value;

use super::{
    ECHO, Findings, HELLO, Mark, STATUS, UNKNOWN_MEMBERS, UNKNOWN_OPERATION, has_state, read_hello, refuses_unknown, request, status_request,
};
use crate::failure::{Failure, Kind, Outcome};
use crate::integration::command::CommandDriver;
use crate::integration::file::Integration;
use crate::integration::limits::Limits;
use crate::integration::process::Force;
use crate::integration::protocol::{Answer, Hello};
use crate::integration::surroundings::Surroundings;

const START: &str = "The program starts and answers `hello` in time";
const IN_A_ROW: &str = "A second request may be sent before the first is answered";
const BAD_LINE: &str = "A line that is no request is answered `bad_request`, or ends the program with exit code 2";
const END: &str = "The end of its input ends the program, with exit code 0";
const RESTART: &str = "What it told before a restart it tells after it";
const SHARED: &str = "Two processes share one state directory";
const CLEAN: &str = "Standard output holds the protocol and nothing else";
const SECRETS: &str = "Output holds no client secret";
const EXIT_CODES: &str = "A one-shot program ends with 0 when done, with 3 for an unknown operation";

pub async fn examine(integration: &Integration, surroundings: &Surroundings, limits: &Limits, findings: &mut Findings) -> Outcome {
    let driver = match CommandDriver::start(integration, surroundings, limits.clone()).await {
        Ok(driver) => driver,
        Err(failure) => return findings.judge(START, Err(failure)),
    };
    let answer = driver.ask_raw("first", &request("first", "hello")).await;
    findings.judge(START, answer.as_ref().map(|_| ()).map_err(Clone::clone))?;
    let Ok(answer) = answer else { return Ok(()) };
    let hello = read_hello(&answer, &integration.name);
    findings.judge(HELLO, hello.as_ref().map(|_| ()).map_err(Clone::clone))?;
    let hello: Hello = answer.result.and_then(|result| serde_json::from_value(result).ok()).unwrap_or_default();

    common(&driver, &hello, findings).await?;
    if driver.is_oneshot() {
        findings.judge(EXIT_CODES, exit_codes(&driver).await)?;
    } else {
        findings.judge(IN_A_ROW, in_a_row(&driver).await)?;
        findings.judge(RESTART, survives_restart(&driver).await)?;
        findings.judge(SHARED, shares(&driver, &hello).await)?;
        findings.judge(END, ends(&driver).await)?;
    }
    findings.judge(BAD_LINE, refuses_bad_line(&driver).await)?;
    beside(&driver, surroundings, findings)
}

async fn common(driver: &CommandDriver, hello: &Hello, findings: &mut Findings) -> Outcome {
    let odd = "id: \u{e9}/\u{2713} \"7\"";
    findings.judge(ECHO, driver.ask_raw(odd, &request(odd, "hello")).await.map(|_| ()))?;
    let unknown = driver.ask_raw("u", &request("u", "no_such_operation")).await;
    findings.judge(UNKNOWN_OPERATION, unknown.and_then(|answer| refuses_unknown(&answer)))?;
    let mut more = request("m", "hello");
    more["profiles"] = serde_json::json!(["a-profile-of-the-future"]);
    more["x_new"] = serde_json::json!({ "deep": [1, null] });
    let answer = driver.ask_raw("m", &more).await;
    findings.judge(UNKNOWN_MEMBERS, answer.and_then(|answer| if answer.ok { Ok(()) } else { Err(Failure::driver("it is refused")) }))?;
    findings.judge(STATUS, driver.ask_raw("s", &status_request("s")).await.and_then(|answer| has_state(&answer, hello)))
}

async fn in_a_row(driver: &CommandDriver) -> Outcome {
    let (first, second) = (status_request("r1"), request("r2", "hello"));
    let (first, second) = futures_util::future::join(driver.ask_raw("r1", &first), driver.ask_raw("r2", &second)).await;
    first.and(second).map(|_| ())
}

/// The status is compared without its detail, which is free text.
async fn survives_restart(driver: &CommandDriver) -> Outcome {
    let told = |answer: Answer| answer.result.map(|result| (result["state"].clone(), result["status"]["state"].clone()));
    let before = told(driver.ask_raw("b", &status_request("b")).await?);
    driver.restart().await?;
    let after = told(driver.ask_raw("a", &status_request("a")).await?);
    if before == after { Ok(()) } else { Err(Failure::driver(format!("`status` was {before:?}, and is {after:?}"))) }
}

async fn shares(driver: &CommandDriver, hello: &Hello) -> Outcome {
    if hello.processes < 2 {
        return Err(Failure::not_applicable("it declares one process"));
    }
    let second = driver.another().await?;
    second.ask_raw("2", &status_request("2")).await?;
    driver.ask_raw("1", &status_request("1")).await?;
    second.stop().await.map(|_| ())
}

async fn ends(driver: &CommandDriver) -> Outcome {
    let Some(ended) = driver.stop().await? else { return Err(Failure::driver("it had ended before")) };
    match ended.force {
        Force::None if ended.status.success() => Ok(()),
        Force::None => Err(Failure::driver(format!("it ended with {}", ended.status))),
        Force::Terminated => Err(Failure::driver(format!("it was still there after {:?}, and ended at SIGTERM", driver.limits().end_of_input))),
        Force::Killed => Err(Failure::driver("neither the end of its input nor SIGTERM ended it")),
    }
}

async fn exit_codes(driver: &CommandDriver) -> Outcome {
    for (op, expected) in [("hello", 0), ("no_such_operation", 3)] {
        let (_, ended) = driver.run_once("e", &request("e", op), driver.limits().operation).await?;
        if ended.status.code() != Some(expected) {
            return Err(Failure::of(Kind::Lapse, format!("{op:?} ended with {}, expected was exit code {expected}", ended.status)));
        }
    }
    Ok(())
}

async fn refuses_bad_line(driver: &CommandDriver) -> Outcome {
    let before = driver.output().collected().complaints;
    let ended = driver.run_line("this is {no JSON", Duration::from_secs(2).min(driver.limits().operation)).await?;
    let complained = driver.output().collected().complaints > before;
    match ended.and_then(|ended| ended.status.code()) {
        _ if complained => Ok(()),
        Some(2) => Ok(()),
        Some(code) => Err(Failure::driver(format!("it ended with exit code {code} and without an answer"))),
        None => Err(Failure::driver("it neither answered nor ended")),
    }
}

fn beside(driver: &CommandDriver, surroundings: &Surroundings, findings: &mut Findings) -> Outcome {
    let output = driver.output().collected();
    let stray = String::from_utf8_lossy(&output.stray).trim().to_owned();
    let clean = if stray.is_empty() { Ok(()) } else { Err(Failure::driver(format!("it printed {stray:?}"))) };
    findings.judge(CLEAN, clean)?;
    let printed = [&output.stray, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    match surroundings.client_secret.as_deref() {
        Some(secret) if printed.contains(secret) => findings.add(SECRETS, Mark::Broken, "it printed the client secret"),
        _ => findings.add(SECRETS, Mark::Kept, ""),
    }
    Ok(())
}

impl CommandDriver {
    /// Sends a request as it is, to the running process or to one of its own.
    pub(super) async fn ask_raw(&self, id: &str, request: &Value) -> Outcome<Answer> {
        if self.is_oneshot() {
            return self.run_once(id, request, self.limits().operation + self.limits().start).await?.0;
        }
        self.process().await?.ask(id, request, self.limits().operation).await
    }
}
