//! Two ledgers that cannot rot: the rows of the error tables of OAuth with the scenarios that prove them, and the questions nobody
//! answered about Salesforce with what settles each here.
//!
//! A scenario proves a row by the tag `@row:<id>`, and says in its steps every text the row names. A question is settled by a
//! switch of the orgs or by a comment marked `GUESS:`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cucumber::gherkin::{Scenario, Step};

use crate::failure::{Failure, Outcome};
use crate::vocabulary;

const TAG: &str = "row:";
/// Where the switches of an org are defined.
const SWITCHES: &str = "mock-server/src/org/era.rs";

/// What Salesforce answers in one case.
#[derive(Debug, PartialEq)]
pub struct Row {
    pub id: String,
    /// Texts that a proving scenario shows.
    pub says: Vec<String>,
}

/// Reads rows: tab-separated `row`, `where`, `says` (texts with `|` between), `when` below one line of headings.
///
/// # Errors
/// When a line has another number of columns or an id stands twice.
pub fn rows(text: &str) -> Outcome<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    for columns in lines::<4>(text)? {
        let [id, _, says, _] = columns;
        if rows.iter().any(|row| row.id == id) {
            return Err(Failure::new(format!("row {id} stands twice")));
        }
        rows.push(Row { id: id.into(), says: says.split('|').filter(|text| !text.is_empty()).map(str::to_owned).collect() });
    }
    Ok(rows)
}

/// What is wrong between the rows and the scenarios under `features`: rows without a scenario, texts that no scenario of a row shows, tags without a row.
///
/// # Errors
/// When a feature cannot be read.
pub fn unproved(rows: &[Row], features: &Path) -> Outcome<Vec<String>> {
    let mut proofs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for feature in vocabulary::features(features)? {
        for (scenario, tags) in vocabulary::scenarios(&feature) {
            for id in tags.iter().filter_map(|tag| tag.strip_prefix(TAG)) {
                proofs.entry(id.to_owned()).or_default().push(spoken(scenario));
            }
        }
    }
    let mut faults = Vec::new();
    for row in rows {
        match proofs.remove(&row.id) {
            None => faults.push(format!("no scenario has the tag @{TAG}{}", row.id)),
            Some(told) => faults.extend(
                row.says
                    .iter()
                    .filter(|text| !told.iter().any(|told| told.contains(*text)))
                    .map(|text| format!("no scenario of {} says {text:?}", row.id)),
            ),
        }
    }
    faults.extend(proofs.into_keys().map(|id| format!("the tag @{TAG}{id} names no row")));
    Ok(faults)
}

/// All that a scenario says.
fn spoken(scenario: &Scenario) -> String {
    scenario.steps.iter().map(said).collect::<Vec<_>>().join("\n")
}

fn said(step: &Step) -> String {
    let table = step.table.iter().flat_map(|table| &table.rows).flatten().cloned();
    [step.value.clone()].into_iter().chain(step.docstring.clone()).chain(table).collect::<Vec<_>>().join("\n")
}

/// What is wrong with the questions: tab-separated `question`, `asks`, `settled by` below one line of headings, the last holding
/// `switch:<name>` and `guess:<file>:<words of the comment>` with `; ` between.
///
/// # Errors
/// When a line has another number of columns, or a file cannot be read.
pub fn unsettled(text: &str, repository: &Path) -> Outcome<Vec<String>> {
    let read = |file: &str| std::fs::read_to_string(repository.join(file)).map_err(|error| Failure::new(format!("cannot read {file}: {error}")));
    let switches = read(SWITCHES)?;
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
    for [question, _, settled_by] in lines::<3>(text)? {
        if !seen.insert(question) {
            faults.push(format!("question {question} stands twice"));
        }
        for way in settled_by.split("; ") {
            let (kind, rest) = way.split_once(':').unwrap_or((way, ""));
            let settles = match (kind, rest.split_once(':')) {
                ("switch", _) => switches.lines().any(|line| line.trim_start().starts_with(&format!("{rest}: "))),
                ("guess", Some((file, words))) => guesses(&read(file)?).iter().any(|guess| guess.contains(words)),
                _ => false,
            };
            if !settles {
                faults.push(format!("{question}: nothing settles it as {way:?} says"));
            }
        }
    }
    Ok(faults)
}

/// The comments marked as guesses, each in one line, from the mark on.
fn guesses(source: &str) -> Vec<String> {
    let mut comments: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in source.lines().map(str::trim) {
        match line.strip_prefix("//").map(|rest| rest.trim_start_matches(['/', '!']).trim()) {
            Some(words) if is_open => {
                if let Some(comment) = comments.last_mut() {
                    comment.push(' ');
                    comment.push_str(words);
                }
            }
            Some(words) => {
                comments.push(words.to_owned());
                is_open = true;
            }
            None => is_open = false,
        }
    }
    comments.iter().filter_map(|comment| comment.find("GUESS").map(|at| comment[at..].to_owned())).collect()
}

fn lines<const N: usize>(text: &str) -> Outcome<Vec<[&str; N]>> {
    let rows = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    rows.map(|line| line.split('\t').collect::<Vec<_>>().try_into().map_err(|_| Failure::new(format!("{N} columns wanted: {line}")))).collect()
}
