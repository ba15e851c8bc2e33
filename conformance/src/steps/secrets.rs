//! Secrets where they do not belong: in addresses, logs and files; and ways into Salesforce that should not be taken.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cucumber::{then, when};
use regex::Regex;
use serde_json::json;

use super::integration::{call, offered};
use crate::certify::dance::{self, Attempt, Dance};
use crate::certify::lane::{Lane, MAIN};
use crate::failure::{Failure, Kind, OrFail, Outcome};
use crate::integration::Operation;
use crate::integration::protocol::{Entry, Environment};
use crate::rules::secrets as rules;
use crate::world::World;

/// What Salesforce's tokens look like: access tokens, refresh tokens and codes, signed JWTs.
static TOKENS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let shapes = [
        r"00D[A-Za-z0-9]{12,15}(?:!|%21)[A-Za-z0-9._%-]{40,}",
        r"5Aep[A-Za-z0-9._%-]{60,}",
        r"aPrx[A-Za-z0-9._%-]{40,}",
        r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
    ];
    shapes.iter().filter_map(|shape| Regex::new(shape).ok()).collect()
});

/// Most bytes read of one file.
const MOST: u64 = 8 * 1024 * 1024;

/// A whole token in a text, if there is one.
pub(super) fn token_in(text: &str) -> Option<&str> {
    TOKENS.iter().find_map(|shape| shape.find(text)).map(|found| found.as_str())
}

/// As much of a secret as a report may show.
pub(super) fn hinted(secret: &str) -> String {
    format!("{}… ({} characters)", secret.chars().take(4).collect::<String>(), secret.chars().count())
}

/// What the harness knows word for word: the app's secret, the codes its users' browsers carried.
fn known_secrets(lane: &Lane) -> Vec<String> {
    let codes = lane.attempts.iter().filter_map(|attempt| attempt.returned("code"));
    lane.surroundings.client_secret.iter().cloned().chain(codes).filter(|secret| secret.len() > 8).collect()
}

/// The first secret in a text: a known one, or whatever looks like a token.
fn secret_in(text: &str, known: &[String]) -> Option<String> {
    known.iter().find(|secret| text.contains(secret.as_str())).map(String::as_str).or_else(|| token_in(text)).map(hinted)
}

#[then("no output or log held a secret")]
async fn output_clean(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let known = known_secrets(lane);
    let folder = lane.state_dir()?.to_owned();
    let logs: Vec<PathBuf> = lane.hello().logs.iter().map(|log| folder.join(log)).collect();
    let output = lane.driver().await?.output();
    let mut sources = vec![("standard error".to_owned(), text(&output.stderr)), ("standard output".to_owned(), text(&output.stray))];
    for log in logs {
        sources.push((format!("the log {}", log.display()), read(&log).unwrap_or_default()));
    }
    for (source, text) in sources {
        if let Some(line) = text.lines().position(|line| secret_in(line, &known).is_some()) {
            let secret = text.lines().nth(line).and_then(|text| secret_in(text, &known)).unwrap_or_default();
            return Err(Failure::breach(format!("expected no whole secret in output or logs; line {} of {source} holds {secret}", line + 1)));
        }
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Judged file by file; a private folder around them does not make them private after a move or a backup.
#[then("no file that holds a secret is open to others")]
async fn files_private(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let known = known_secrets(lane);
    let folder = lane.state_dir()?.to_owned();
    let files = files_below(&folder)?;
    let holding: Vec<&PathBuf> = files.iter().filter(|file| read(file).is_some_and(|text| secret_in(&text, &known).is_some())).collect();
    // What is encrypted shows no secret, and may lie in any file.
    let judged: Vec<&PathBuf> = if holding.is_empty() { files.iter().collect() } else { holding };
    if judged.is_empty() {
        return Err(Failure::not_exercised("nothing was stored below the state directory"));
    }
    for file in judged {
        let mode = mode(file)?;
        if mode & 0o077 != 0 {
            let name = file.strip_prefix(&folder).unwrap_or(file).display().to_string();
            return Err(Failure::breach(format!(
                "expected files with tokens to be their owner's alone (0600); {name} has mode {:04o}",
                mode & 0o7777
            )));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn mode(file: &Path) -> Outcome<u32> {
    Ok(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file)?.permissions()))
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Outcome<u32> {
    Err(Failure::not_applicable("files have no modes on this system"))
}

/// Links are not followed: they may lead anywhere.
fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

fn read(file: &Path) -> Option<String> {
    use std::io::Read as _;

    let mut bytes = Vec::new();
    std::fs::File::open(file).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(text(&bytes))
}

#[then("no address held a secret")]
async fn addresses_clean(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::addresses_clean(&sent))
}

#[when("the integration reads the identity, if it can")]
async fn reads_identity_if_it_can(world: &mut World) -> Outcome {
    world.lane()?.ask(Operation::Identity { connection: MAIN.to_owned() }).await.map(drop)
}

/// Whoever falls back to a password does so when nothing else has worked.
#[when("Salesforce refuses the integration again and again")]
async fn refuses_again(world: &mut World) -> Outcome {
    for _ in 0..2 {
        match super::flow::has_connected(world).await {
            Err(failure) if failure.kind() != Kind::NotExercised => return Err(failure),
            _ => {}
        }
    }
    offered(world.lane()?, call(1)).await
}

#[then("no password was sent to Salesforce")]
async fn no_password(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::no_password(&sent))
}

/// The authorization request of each entry is looked at. The first is carried to its end where that works: some entries show
/// themselves only to who is connected.
#[when("the user starts to connect from every entry")]
async fn from_every_entry(world: &mut World) -> Outcome {
    for (at, entry) in world.lane()?.hello().entries.into_iter().enumerate() {
        let environment = if entry == Entry::Sandbox { Environment::Sandbox } else { Environment::Production };
        let dance = Dance { entry: Some(entry), environment, ..Dance::default() };
        let authorize = dance::ask_to_connect(world.lane()?, &dance).await?;
        world.props.authorizations.push((json!(entry).as_str().unwrap_or_default().to_owned(), authorize.clone()));
        if at == 0 {
            match dance::walk(world, "", &dance, authorize).await {
                Ok(Attempt { callback: Some(callback), .. }) => drop(dance::deliver(world.lane()?, &dance.connection, &callback).await?),
                Ok(_) => {}
                // A request that asks for tokens instead of a code leads nowhere, and is judged below.
                Err(failure) if failure.kind() == Kind::NotExercised => {}
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(())
}

#[then("every authorization request asked for a code")]
async fn asked_for_code(world: &mut World) -> Outcome {
    if world.props.authorizations.is_empty() {
        return Err(Failure::not_exercised("no entry led to an authorization request"));
    }
    for (entry, url) in &world.props.authorizations {
        let kind = url.query_pairs().find(|(name, _)| name == "response_type").map(|(_, value)| value.into_owned());
        if kind.as_deref() != Some("code") {
            return Err(Failure::breach(format!(
                "expected response_type=code from every entry; the entry {entry:?} asks for {}",
                kind.as_deref().unwrap_or("nothing")
            )));
        }
    }
    Ok(())
}

#[then("only declared scopes were asked for")]
async fn declared_scopes(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let attempt = lane.attempts.last().cloned().or_fail(|| "no authorization was begun")?;
    let Some(asked) = attempt.parameter("scope") else {
        lane.remark("no scope was asked for: the app's own scopes are granted");
        return Ok(());
    };
    let declared = lane.integration().app.scopes.clone();
    let wrong = asked
        .split([' ', '+'])
        .filter(|scope| !scope.is_empty())
        .find(|scope| *scope == "full" || declared.as_ref().is_some_and(|declared| !declared.iter().any(|known| known == scope)));
    match wrong {
        Some(wrong) => {
            let expected = declared.map_or_else(|| "no full access".to_owned(), |declared| format!("only {}", declared.join(" ")));
            Err(Failure::breach(format!("expected {expected}; the authorization request asks for {wrong:?} (scope={asked:?})")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_known_by_their_shape() {
        let check = |text: &str, found: bool| assert_eq!(token_in(text).is_some(), found, "{text}");
        let long = "aB3._x".repeat(20);
        check(&format!("token 00Dxx0000000001!{long} stored"), true);
        check(&format!("refresh 5Aep{long}"), true);
        check(&format!("?code=aPrx{long}%3D%3D"), true);
        check(&format!("id_token: eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwIn0.{}", "A".repeat(43)), true);
        check("token …_x9f2", false);
        check("org 00Dxx0000000001AAA connected", false);
        check("5Aep861… (short)", false);
    }

    #[test]
    fn a_report_shows_a_hint_of_a_secret_alone() {
        assert_eq!(hinted("5AepSECRET"), "5Aep… (10 characters)");
    }
}
