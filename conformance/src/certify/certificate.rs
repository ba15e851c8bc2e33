//! The certificate: what was judged, signed so that nobody can change it, digested so that anybody can compare it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::facts::{Server, steady};
use super::result::{Judged, Level, Verdict};
use super::run::Certification;
use super::verdict::{Counts, Judgement, Standing};
use crate::failure::{Failure, Outcome};
use crate::features::{hexadecimal, sha256};
use crate::integration::{Hello, Integration};

/// The version of the payload.
pub const FORMAT: u64 = 1;
/// The version of the rules by which profiles are judged.
pub const CATALOGUE_VERSION: u64 = 1;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    pub format: u64,
    pub id: String,
    pub issued_at: String,
    pub integration: About,
    pub declarations: Declared,
    pub driver: By,
    pub harness: Harness,
    pub server: Server,
    pub profiles: Vec<Certified>,
    /// Sorted by check.
    pub results: Vec<ResultLine>,
    /// SHA-256 over check, level, result and reason of the results, in their order.
    pub results_digest: String,
    /// SHA-256 over the journal, as `--journal` writes it.
    pub journal_digest: String,
    /// SHA-256 over what harness and integration said to each other.
    pub transcript_digest: String,
    /// Why the run was no full one; empty in every certificate that `verify` accepts.
    pub limits: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
}

/// The integration that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub name: String,
    pub version: String,
    /// SHA-256 of the integration file.
    pub digest: String,
    pub app_kinds: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
}

/// What it declared about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Declared {
    /// Its answers to `hello`, by profile.
    pub hello: BTreeMap<String, Hello>,
    /// Why something is not offered.
    pub reasons: BTreeMap<String, String>,
}

/// How it was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    pub kind: String,
    /// The real browser that used its pages; none if they were used without scripts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// SHA-256 over the command and the files it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_digest: Option<String>,
}

/// Who judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Harness {
    pub version: String,
    pub features_digest: String,
    pub catalogue_version: u64,
}

/// A profile and its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certified {
    pub id: String,
    pub version: u64,
    pub verdict: Standing,
    pub reasons: Vec<String>,
    pub must: Counts,
    pub should: Counts,
    /// Such as `34 of 39`.
    pub judged: String,
}

/// A check and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultLine {
    pub check: String,
    pub level: Level,
    pub result: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Journal sequence numbers.
    pub evidence: Vec<u64>,
    pub duration_ms: u64,
}

impl Payload {
    /// What can be certified of a run.
    ///
    /// # Errors
    /// When chance fails: a certificate needs an id of its own.
    pub fn of(certification: &Certification, supersedes: Option<String>) -> Outcome<Self> {
        let integration = &certification.integration;
        let results = results(&certification.judged);
        let mut app_kinds: Vec<Value> = Vec::new();
        for hello in certification.hellos.values() {
            let kind = json!(hello.app_kind);
            if !app_kinds.contains(&kind) {
                app_kinds.push(kind);
            }
        }
        Ok(Self {
            format: FORMAT,
            id: identifier()?,
            issued_at: timestamp(SystemTime::now())?,
            integration: About {
                name: integration.name.clone(),
                version: integration.version.clone(),
                digest: integration.digest.clone(),
                app_kinds,
                repository: integration.repository.clone(),
            },
            declarations: Declared {
                hello: certification.hellos.iter().map(|(profile, hello)| ((*profile).to_owned(), hello.clone())).collect(),
                reasons: integration.declarations.reasons.clone(),
            },
            driver: By {
                kind: integration.kind().name().to_owned(),
                agent: integration.agent.as_ref().map(|agent| agent.name().to_owned()),
                command_digest: command_digest(integration),
            },
            harness: Harness {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                features_digest: certification.features_digest.clone(),
                catalogue_version: CATALOGUE_VERSION,
            },
            server: certification.server.clone(),
            profiles: certification.judgements.iter().map(certified).collect(),
            results_digest: results_digest(&results),
            results,
            journal_digest: sha256(journal(&certification.judged).as_bytes()),
            transcript_digest: sha256(transcript(&certification.judged).as_bytes()),
            limits: certification.limits.clone(),
            supersedes,
        })
    }
}

/// SHA-256 over check, level, result and reason of each result, a line each, in hexadecimal: the same for every run that found the same.
pub fn results_digest(results: &[ResultLine]) -> String {
    let mut lines: Vec<String> =
        results.iter().map(|line| json!([line.check, line.level, line.result, line.reason.as_deref().map(steady)]).to_string()).collect();
    lines.sort();
    sha256(lines.join("\n").as_bytes())
}

/// The journal of a run: a line of JSON for each entry, by check.
pub fn journal(judged: &[Judged]) -> String {
    let mut text = String::new();
    for one in by_check(judged) {
        for entry in &one.journal {
            text.push_str(&json!({ "check": one.check, "entry": entry }).to_string());
            text.push('\n');
        }
    }
    text
}

fn transcript(judged: &[Judged]) -> String {
    by_check(judged).iter().flat_map(|one| std::iter::once(&one.check).chain(&one.conversation)).map(|line| steady(line) + "\n").collect()
}

fn by_check(judged: &[Judged]) -> Vec<&Judged> {
    let mut sorted: Vec<&Judged> = judged.iter().collect();
    sorted.sort_by(|one, other| one.check.cmp(&other.check));
    sorted
}

fn results(judged: &[Judged]) -> Vec<ResultLine> {
    let line = |one: &&Judged| ResultLine {
        check: one.check.clone(),
        level: one.level,
        result: one.verdict,
        reason: one.reason.as_deref().map(steady),
        evidence: one.evidence.clone(),
        duration_ms: u64::try_from(one.duration.as_millis()).unwrap_or(u64::MAX),
    };
    by_check(judged).iter().map(line).collect()
}

fn certified(judgement: &Judgement) -> Certified {
    Certified {
        id: judgement.profile.to_owned(),
        version: CATALOGUE_VERSION,
        verdict: judgement.standing,
        reasons: judgement.reasons.clone(),
        must: judgement.must,
        should: judgement.should,
        judged: format!("{} of {}", judgement.judged(), judgement.total()),
    }
}

/// SHA-256 over the driver's command and whatever of it is a file; None for drivers that are no command.
fn command_digest(integration: &Integration) -> Option<String> {
    let command = integration.command.as_ref()?;
    let folder = command.folder.as_ref().map_or_else(|| integration.folder.clone(), |folder| integration.folder.join(folder));
    let mut parts = Vec::new();
    for argument in &command.run {
        parts.push(sha256(argument.as_bytes()));
        let file = folder.join(argument);
        if file.is_file() {
            parts.extend(std::fs::read(&file).ok().map(|bytes| sha256(&bytes)));
        }
    }
    Some(sha256(parts.concat().as_bytes()))
}

/// A random UUID (version 4).
fn identifier() -> Outcome<String> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Failure::new("this machine has no random numbers"))?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hexadecimal(&bytes);
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

fn timestamp(at: SystemTime) -> Outcome<String> {
    let instant = jiff::Timestamp::try_from(at).map_err(|error| Failure::new(format!("the clock is out of bounds: {error}")))?;
    Ok(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
