//! Where reports go.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use sf_conformance::Failure;
use sf_conformance::certify::Certification;
use sf_conformance::features::Features;
use sf_conformance::report::style::Style;
use sf_conformance::report::{Report, certification, github, html};

use super::write;

/// Set on GitHub's runners.
const ON_GITHUB: &str = "GITHUB_ACTIONS";
/// The file that GitHub shows as the job's summary.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Reports besides the one on the terminal.
#[derive(Args)]
pub struct Outputs {
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write Cucumber Messages, which the standard formatters read
    #[arg(long, value_name = "FILE")]
    ndjson: Option<PathBuf>,
    /// Write a page: one file, nothing is fetched
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write a Markdown summary
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Print annotations for GitHub, as happens by itself on its runners (GITHUB_ACTIONS=true)
    #[arg(long, visible_alias = "annotations")]
    github: bool,
}

impl Outputs {
    /// Whether Cucumber Messages are asked for.
    pub fn has_messages(&self) -> bool {
        self.ndjson.is_some()
    }

    /// Tells and writes what a certification found. `file` is the integration file, as it was named.
    pub fn certification(&self, found: &Certification, sources: &Features, file: &Path) -> Result<(), Failure> {
        print(&certification::terminal(found, Style::of_stdout()));
        for (path, text) in [
            (&self.junit, &(|| certification::junit(found)) as &dyn Fn() -> String),
            (&self.ndjson, &|| certification::ndjson(found, sources)),
            (&self.html, &|| html::certification(found)),
            (&self.markdown, &|| certification::markdown(found)),
        ] {
            if let Some(path) = path {
                write(path, &text())?;
            }
        }
        self.github(&|| github::certification(found, &file.display().to_string()), &|| certification::markdown(found))
    }

    /// Tells and writes what a run of features found; JUnit is written by the runner.
    pub fn report(&self, report: &Report) -> Result<(), Failure> {
        print(&report.terminal());
        for (path, text) in [
            (&self.ndjson, &(|| report.ndjson()) as &dyn Fn() -> String),
            (&self.html, &|| html::report(report)),
            (&self.markdown, &|| report.markdown()),
        ] {
            if let Some(path) = path {
                write(path, &text())?;
            }
        }
        self.github(&|| github::report(report), &|| report.markdown())
    }

    fn github(&self, annotations: &dyn Fn() -> String, summary: &dyn Fn() -> String) -> Result<(), Failure> {
        let is_there = std::env::var(ON_GITHUB).is_ok_and(|value| value == "true");
        if self.github || is_there {
            print(&annotations());
        }
        if let Some(file) = std::env::var_os(SUMMARY).filter(|_| is_there) {
            let mut opened = std::fs::OpenOptions::new().append(true).create(true).open(file)?;
            opened.write_all(summary().as_bytes())?;
        }
        Ok(())
    }
}

/// Prints a report. Whoever reads it may have read enough: a closed pipe is no failure of the run.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
