//! Options that several commands take.

use std::path::PathBuf;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use cucumber::gherkin::tagexpr::TagOperation;
use regex::Regex;
use sf_conformance::integration::Integration;
use sf_conformance::{Failure, Outcome};
use tokio::signal::unix::{SignalKind, signal};

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

/// What stands behind the browser driver.
#[derive(Args)]
pub struct Agent {
    /// A Chromium, by its path or name, for pages that scripts build [default: the browser driver runs no scripts]
    #[arg(long, value_name = "PATH", requires = "integration")]
    browser: Option<PathBuf>,
}

impl Agent {
    /// The integration, with the real browser started if one was named.
    ///
    /// # Errors
    /// When the integration has no pages, or the program is no Chromium that starts.
    pub async fn before(&self, integration: Integration) -> Outcome<Integration> {
        match &self.browser {
            Some(path) => integration.through(path).await,
            None => Ok(integration),
        }
    }

    /// Does `work`; no signal that ends it leaves a browser behind.
    ///
    /// # Errors
    /// Those of `work`, and that it was interrupted.
    pub async fn guard<T>(&self, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
        if self.browser.is_none() {
            return work.await;
        }
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            done = work => done,
            _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted")),
            _ = terminated.recv() => Err(Failure::new("terminated")),
        }
    }
}

/// How much happens at once.
#[derive(Args)]
pub struct Load {
    /// Scenarios or checks under way at once [default: four scenarios a core; six checks a core, two with --browser, one where the integration runs already]
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
