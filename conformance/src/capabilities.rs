//! The README's table of capabilities, made from the requirements and the tags of the features.
//!
//! A requirement is proved by scenarios that carry its tag; one that no scenario can speak of, by the tests that the requirements
//! file names. Where something of it is still missing, that file says what, and the table says "in part".

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::failure::{Failure, OrFail, Outcome};
use crate::vocabulary;

/// The table stands between these two lines.
pub const BEGIN: &str = "<!-- capabilities:begin -->";
/// See [`BEGIN`].
pub const END: &str = "<!-- capabilities:end -->";

/// A capability owed to users.
#[derive(Debug, PartialEq)]
pub struct Requirement {
    pub id: String,
    pub group: String,
    pub capability: String,
    /// What of it is not there yet, though scenarios prove the rest; empty if nothing.
    pub missing: String,
    /// Files and folders of tests that prove it where scenarios cannot; empty if scenarios do.
    pub tests: Vec<String>,
}

/// Reads requirements: tab-separated `id`, `group`, `capability`, `missing`, and perhaps `tests`, below one line of headings.
///
/// # Errors
/// When a line has another number of columns or an id stands twice.
pub fn requirements(text: &str) -> Outcome<Vec<Requirement>> {
    let mut known: Vec<Requirement> = Vec::new();
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let ([id, group, capability, missing] | [id, group, capability, missing, _]) = columns[..] else {
            return Err(Failure::new(format!("four or five columns wanted, not {}: {line}", columns.len())));
        };
        let tests = columns.get(4).into_iter().flat_map(|tests| tests.split(", ")).map(str::to_owned).collect();
        if known.iter().any(|requirement| requirement.id == id) {
            return Err(Failure::new(format!("requirement {id} stands twice")));
        }
        known.push(Requirement { id: id.into(), group: group.into(), capability: capability.into(), missing: missing.into(), tests });
    }
    Ok(known)
}

/// Counts, per `@R-` tag, the scenarios under `folder` that carry it; every row of an outline counts.
///
/// # Errors
/// When a feature file cannot be read.
pub fn count_tags(folder: &Path) -> Outcome<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for feature in vocabulary::features(folder)? {
        for (_, tags) in vocabulary::scenarios(&feature) {
            for id in tags.iter().filter_map(|tag| tag.strip_prefix("R-")) {
                *counts.entry(id.to_owned()).or_insert(0) += 1;
            }
        }
    }
    Ok(counts)
}

/// The table as Markdown.
///
/// # Errors
/// When the requirements or features cannot be read, or a tag names no requirement.
pub fn table(requirements_text: &str, features: &Path) -> Outcome<String> {
    render(&requirements(requirements_text)?, &count_tags(features)?)
}

/// The text of `readme` with `table` between its markers.
///
/// # Errors
/// When a marker is missing.
pub fn insert(readme: &str, table: &str) -> Outcome<String> {
    let (before, rest) = readme.split_once(BEGIN).or_fail(|| format!("the file has no line {BEGIN}"))?;
    let (_, after) = rest.split_once(END).or_fail(|| format!("the file has no line {END} after {BEGIN}"))?;
    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

fn render(requirements: &[Requirement], counts: &BTreeMap<String, usize>) -> Outcome<String> {
    if let Some(stray) = counts.keys().find(|id| !requirements.iter().any(|requirement| requirement.id == **id)) {
        return Err(Failure::new(format!("tag @R-{stray} names no requirement")));
    }
    let count = |requirement: &Requirement| counts.get(&requirement.id).copied().unwrap_or_default();
    let proved = requirements.iter().filter(|requirement| count(requirement) > 0 && requirement.missing.is_empty()).count();
    let partly = requirements.iter().filter(|requirement| count(requirement) > 0 && !requirement.missing.is_empty()).count();
    let elsewhere = requirements.iter().filter(|requirement| count(requirement) == 0 && !requirement.tests.is_empty()).count();
    let all = requirements.len();
    let mut text = format!("{proved} of {all} capabilities are proved by scenarios, {partly} more in part, {elsewhere} by tests of their own.\n");
    let mut group = "";
    for requirement in requirements {
        if requirement.group != group {
            group = &requirement.group;
            let _ = write!(text, "\n**{group}**\n\n| Id | Capability | State | Scenarios |\n|---|---|---|---|\n");
        }
        let state = match (count(requirement), requirement.missing.as_str()) {
            (0, missing) => by_tests(&requirement.tests, missing),
            (_, "") => "proved".to_owned(),
            (_, missing) => format!("in part; not yet: {missing}"),
        };
        let _ = writeln!(text, "| {} | {} | {state} | {} |", requirement.id, requirement.capability, count(requirement));
    }
    Ok(text)
}

/// The state of what no scenario proves.
fn by_tests(tests: &[String], missing: &str) -> String {
    let named: Vec<String> = tests.iter().map(|path| format!("`{path}`")).collect();
    match (named.join(", "), missing) {
        (named, _) if named.is_empty() => "not yet".to_owned(),
        (named, "") => format!("proved by tests of its own: {named}"),
        (named, missing) => format!("in part, by tests of its own: {named}; not yet: {missing}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIREMENTS: &str = "id\tgroup\tcapability\tmissing\nA1\tGate\tRefuses\t\nA2\tGate\tLets in\tthe switch\nB1\tApps\tCreates\t\n";

    fn counts(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
        of.iter().map(|(id, count)| ((*id).to_owned(), *count)).collect()
    }

    #[test]
    fn a_requirement_is_proved_by_its_scenarios_alone() {
        let table = render(&requirements(REQUIREMENTS).unwrap(), &counts(&[("A1", 3), ("A2", 1)])).unwrap();
        assert!(table.starts_with("1 of 3 capabilities are proved by scenarios, 1 more in part, 0 by tests of their own.\n"), "{table}");
        assert!(table.contains("| A1 | Refuses | proved | 3 |\n| A2 | Lets in | in part; not yet: the switch | 1 |"), "{table}");
        assert!(table.contains("**Apps**\n\n| Id | Capability | State | Scenarios |\n|---|---|---|---|\n| B1 | Creates | not yet | 0 |"), "{table}");
    }

    #[test]
    fn what_other_tests_prove_is_said_with_their_place() {
        let text = "h\nL1\tg\tDrives\t\ta/b.rs, c\nL2\tg\tFinds\tthe rest\td.rs\nL3\tg\tFlies\tall of it\n";
        let table = render(&requirements(text).unwrap(), &counts(&[])).unwrap();
        assert!(table.starts_with("0 of 3 capabilities are proved by scenarios, 0 more in part, 2 by tests of their own.\n"), "{table}");
        assert!(table.contains("| L1 | Drives | proved by tests of its own: `a/b.rs`, `c` | 0 |"), "{table}");
        assert!(table.contains("| L2 | Finds | in part, by tests of its own: `d.rs`; not yet: the rest | 0 |"), "{table}");
        assert!(table.contains("| L3 | Flies | not yet | 0 |"), "{table}");
    }

    #[test]
    fn a_tag_without_a_requirement_is_refused() {
        let failure = render(&requirements(REQUIREMENTS).unwrap(), &counts(&[("Z9", 1)])).unwrap_err();
        assert_eq!(failure.to_string(), "tag @R-Z9 names no requirement");
    }

    #[test]
    fn a_malformed_requirements_file_is_refused() {
        for text in ["id\tgroup\tcapability\tmissing\nA1\tGate\n", "h\nA1\tg\tc\t\nA1\tg\tc\t\n"] {
            assert!(requirements(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_table_replaces_what_stood_between_the_markers() {
        let readme = format!("# Title\n{BEGIN}\nold\n{END}\nrest\n");
        let updated = insert(&readme, "new\n").unwrap();
        assert_eq!(updated, format!("# Title\n{BEGIN}\nnew\n{END}\nrest\n"));
        assert_eq!(insert(&updated, "new\n").unwrap(), updated);
        assert!(insert("# Title\n", "new\n").is_err());
    }
}
