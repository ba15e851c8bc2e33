//! The program as people run it: its commands, what they print and how they end.

use std::path::PathBuf;
use std::process::Stdio;

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use tokio::process::Command;

use super::doc_string;
use crate::failure::{Failure, OrFail, Outcome};
use crate::target;
use crate::world::World;

/// Variables that would give the command other settings than its arguments do, or lead its calls elsewhere.
const FOREIGN: [&str; 2] = ["SF_MOCK_", "_PROXY"];

#[given(expr = "the file {string} with")]
async fn file_with(world: &mut World, name: String, step: &Step) -> Outcome {
    let text = world.expand(&doc_string(step)?)?;
    if world.data_dir.is_none() {
        world.data_dir = Some(tempfile::tempdir()?);
    }
    Ok(std::fs::write(in_folder(world, &name)?, text + "\n")?)
}

#[then(expr = "it has written {string}, which says {string}")]
async fn has_written(world: &mut World, name: String, expected: String) -> Outcome {
    let text = std::fs::read_to_string(in_folder(world, &name)?).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    if text.contains(&world.expand(&expected)?) { Ok(()) } else { Err(Failure::new(format!("{name} says\n{text}"))) }
}

fn in_folder(world: &World, name: &str) -> Outcome<PathBuf> {
    Ok(world.data_dir.as_ref().or_fail(|| "the scenario has written no file")?.path().join(name))
}

#[when(expr = "the test author runs {string}")]
async fn runs(world: &mut World, line: String) -> Outcome {
    let line = world.expand(&line)?;
    let mut words = line.split_whitespace();
    let (server, word) = (std::path::absolute(target::program()?)?, words.next());
    let program = match word {
        Some("sf-mock") => server.clone(),
        Some("sf-conformance") => std::env::current_exe()?,
        _ => return Err(Failure::new("only commands of sf-mock and sf-conformance are run")),
    };
    // Commands run by the command find the program by its name.
    let folder = server.parent().or_fail(|| "the program lies in no folder")?.to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).map_err(|error| Failure::new(error.to_string()))?;
    let ca_folder = tempfile::tempdir()?;
    let mut command = Command::new(&program);
    for (name, _) in std::env::vars_os() {
        if FOREIGN.iter().any(|part| name.to_string_lossy().to_uppercase().contains(part)) {
            command.env_remove(name);
        }
    }
    if let Some(folder) = &world.data_dir {
        command.current_dir(folder.path());
    }
    if word == Some("sf-conformance") {
        command.env(target::BIN_VARIABLE, &server);
    }
    command.args(words).env("PATH", path).env("SF_MOCK_CA_DIR", ca_folder.path()).stdin(Stdio::null()).kill_on_drop(true);
    let ended = command.output().await?;
    let status = ended.status.code().or_fail(|| "a signal ended the command")?;
    world.notes.insert("exit status".to_owned(), status.to_string());
    world.notes.insert("output".to_owned(), String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr));
    Ok(())
}

#[then(expr = "the command ends with {int}")]
async fn ends_with(world: &mut World, expected: i32) -> Outcome {
    let (status, output) = (noted(world, "exit status")?, noted(world, "output")?);
    if status == expected.to_string() { Ok(()) } else { Err(Failure::new(format!("it ended with {status} and printed\n{output}"))) }
}

#[then(expr = "it prints {string}")]
async fn prints(world: &mut World, expected: String) -> Outcome {
    let (expected, output) = (world.expand(&expected)?, noted(world, "output")?);
    if output.contains(&expected) { Ok(()) } else { Err(Failure::new(format!("it printed\n{output}"))) }
}

fn noted<'w>(world: &'w World, what: &str) -> Outcome<&'w str> {
    world.notes.get(what).map(String::as_str).or_fail(|| "no command was run")
}
