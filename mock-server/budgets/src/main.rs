//! The budgets of ARCHITECTURE.md, measured in one run: the server beside a bare hyper server on the same core, and beside raw
//! SQLite. `--quick` takes shorter rounds. `requests`, `tokens`, `large` and `orgs` choose among the scenes; without a word all are played.
//! `--only refresh` leaves out the requests whose name does not have the word.

mod bare;
mod large;
mod load;
mod process;
mod raw;
mod scenes;
mod tokens;

use std::process::ExitCode;

/// One line of the table.
pub struct Finding {
    pub what: &'static str,
    pub measured: String,
    pub budget: String,
    pub kept: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == bare::FLAG) {
        bare::serve();
        return ExitCode::SUCCESS;
    }
    let only = arguments.iter().position(|argument| argument == "--only").and_then(|at| arguments.get(at + 1)).map(String::as_str);
    let rounds = if arguments.iter().any(|argument| argument == "--quick") { load::Rounds::QUICK } else { load::Rounds::FULL };
    process::pin_load();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let chosen = |group: &str| {
        arguments.iter().any(|word| word == group)
            || !["requests", "tokens", "large", "orgs"].iter().any(|any| arguments.iter().any(|word| word == any))
    };
    let findings = runtime.block_on(async {
        let mut findings = Vec::new();
        if chosen("requests") {
            findings.extend(scenes::all(rounds, only).await);
        }
        if chosen("tokens") {
            findings.extend(tokens::all(rounds, only).await);
        }
        if chosen("large") {
            findings.extend(large::all().await);
        }
        if chosen("orgs") {
            findings.extend(scenes::orgs(rounds).await);
        }
        findings
    });
    println!("{:<42}{:<44}{:<22}verdict", "what", "measured", "budget");
    for Finding { what, measured, budget, kept } in &findings {
        println!("{what:<42}{measured:<44}{budget:<22}{}", if *kept { "kept" } else { "MISSED" });
    }
    if findings.iter().all(|finding| finding.kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
