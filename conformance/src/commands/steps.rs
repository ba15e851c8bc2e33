//! `steps`: the catalogue of phrases, and of the checks.

use std::path::PathBuf;

use clap::Args;
use sf_conformance::Failure;
use sf_conformance::certify::Catalogue;
use sf_conformance::features::Features;
use sf_conformance::phrases::{self, Phrases};

use super::{FAILED, OK, read, write};

#[derive(Args)]
pub struct Arguments {
    /// Only phrases that hold these words
    words: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write the page in Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// With --markdown: write nothing, fail when the page is stale
    #[arg(long, requires = "markdown")]
    check: bool,
    /// List the checks of certification instead
    #[arg(long, conflicts_with_all = ["markdown", "check"])]
    checks: bool,
}

/// Prints or writes the catalogue.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    if arguments.checks {
        return checks(arguments);
    }
    let features = [Features::of_server().read()?, Features::of_checks().read()?].concat();
    let mut known = Phrases::with_examples(&features);
    if let Some(file) = &arguments.markdown {
        let page = phrases::markdown(&known);
        if read(file).is_ok_and(|written| written == page) {
            return Ok(OK);
        }
        if arguments.check {
            eprintln!("sf-conformance: {} is stale; run without --check", file.display());
            return Ok(FAILED);
        }
        write(file, &page)?;
        return Ok(OK);
    }
    let wanted = |expression: &str| arguments.words.iter().all(|word| expression.to_lowercase().contains(&word.to_lowercase()));
    known.phrases.retain(|phrase| wanted(&phrase.expression) || wanted(&phrase.noun));
    print!("{}", if arguments.json { phrases::json(&known) } else { phrases::text(&known) });
    Ok(OK)
}

fn checks(arguments: &Arguments) -> Result<u8, Failure> {
    let mut catalogue = Catalogue::of(&Features::of_checks().read()?)?;
    let wanted = |text: &str| arguments.words.iter().all(|word| text.to_lowercase().contains(&word.to_lowercase()));
    catalogue.checks.retain(|check| wanted(&check.id) || wanted(&check.rule));
    if arguments.json {
        let listed: Vec<_> = catalogue.checks.iter().map(sf_conformance::certify::catalogue::Check::to_json).collect();
        println!("{}", serde_json::to_string_pretty(&listed)?);
        return Ok(OK);
    }
    for check in &catalogue.checks {
        println!("{:<40} {:<6} {:<5} {:<5} {}", check.id, check.level.word(), check.by, check.concerns, check.rule);
    }
    Ok(OK)
}
