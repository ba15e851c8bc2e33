//! The program as people run it: its commands, what they print and how they end.

use std::process::Stdio;

use cucumber::{then, when};
use tokio::process::Command;

use crate::failure::{Failure, OrFail, Outcome};
use crate::target;
use crate::world::World;

/// Variables that would give the command other settings than its arguments do, or lead its calls elsewhere.
const FOREIGN: [&str; 2] = ["SF_MOCK_", "_PROXY"];

#[when(expr = "the test author runs {string}")]
async fn runs(world: &mut World, line: String) -> Outcome {
    let line = world.expand(&line)?;
    let mut words = line.split_whitespace();
    let (Some("sf-mock"), arguments) = (words.next(), words) else { return Err(Failure::new("only commands of sf-mock are run")) };
    let program = std::path::absolute(target::program()?)?;
    // Commands run by the command find the program by its name.
    let folder = program.parent().or_fail(|| "the program lies in no folder")?.to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).map_err(|error| Failure::new(error.to_string()))?;
    let ca_folder = tempfile::tempdir()?;
    let mut command = Command::new(&program);
    for (name, _) in std::env::vars_os() {
        if FOREIGN.iter().any(|part| name.to_string_lossy().to_uppercase().contains(part)) {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("PATH", path).env("SF_MOCK_CA_DIR", ca_folder.path()).stdin(Stdio::null()).kill_on_drop(true);
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
