//! Options that several commands take.

use clap::Args;
use clap::builder::RangedU64ValueParser;
use cucumber::gherkin::tagexpr::TagOperation;
use regex::Regex;

/// How the harness meets an integration.
#[derive(Args)]
pub struct Meeting {
    /// A variable for the integration's environment, NAME=VALUE; may be given several times
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    pub variables: Vec<(String, String)>,
    /// A host beside this machine's own that the harness may call; may be given several times
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
}

/// How much happens at once.
#[derive(Args)]
pub struct Load {
    /// Scenarios or checks under way at once [default: four scenarios a core; six checks a core, one where the integration runs already]
    #[arg(short, long, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub concurrency: Option<usize>,
}

/// Which scenarios are run.
#[derive(Args)]
pub struct Choice {
    /// Only scenarios whose tags satisfy this, such as "@R-A1 and not @serial"
    #[arg(long, value_parser = tag_expression)]
    pub tags: Option<TagOperation>,
    /// Only scenarios whose name matches this regular expression
    #[arg(long)]
    pub name: Option<Regex>,
}

/// Reads `NAME=VALUE`.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// Reads an expression over tags.
fn tag_expression(text: &str) -> Result<TagOperation, String> {
    // Tags are written with their `@` here and in features; the parser wants them the same way.
    text.parse().map_err(|error| format!("not a tag expression: {error}"))
}
