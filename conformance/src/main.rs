//! `sf-conformance`: runs Gherkin against a Salesforce server, and against those who talk to one.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use commands::{COULD_NOT_RUN, capabilities, certify, driver_check, init, lint, observe, run, server, steps, verify};

#[derive(Parser)]
#[command(name = "sf-conformance", version, about = "Gherkin conformance suite for Salesforce OAuth servers and clients")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server features against a server: the one at --url, or one started for the run
    Server(Box<server::Arguments>),
    /// Judge an integration by the checks of a profile, and certify it
    Certify(Box<certify::Arguments>),
    /// Watch an integration at its own work, and judge what the wire alone shows
    Observe(Box<observe::Arguments>),
    /// Say whether a certificate may be believed
    Verify(verify::Arguments),
    /// Run features of your own, with the phrases that `steps` lists
    Run(Box<run::Arguments>),
    /// List the phrases that features may say, or the checks of certification
    Steps(steps::Arguments),
    /// Tell what is wrong with features before they are run
    Lint(lint::Arguments),
    /// Look whether a driver keeps to the protocol; needs no server
    DriverCheck(driver_check::Arguments),
    /// Write an integration file and the skeleton of a driver
    Init(init::Arguments),
    /// Write the README's table of capabilities from the requirements and the features' tags
    Capabilities(capabilities::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Server(arguments) => server::run(*arguments).await,
        Command::Certify(arguments) => certify::run(*arguments).await,
        Command::Observe(arguments) => observe::run(*arguments).await,
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Run(arguments) => run::run(*arguments).await,
        Command::Steps(arguments) => steps::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::DriverCheck(arguments) => driver_check::run(arguments).await,
        Command::Init(arguments) => init::run(&arguments),
        Command::Capabilities(arguments) => capabilities::run(&arguments),
    };
    ExitCode::from(outcome.unwrap_or_else(|failure| {
        eprintln!("sf-conformance: {failure}");
        COULD_NOT_RUN
    }))
}
