//! The README's table of capabilities, made from the requirements and the tags of the features.
//!
//! A requirement is proved only by scenarios that carry its tag. Where something of it is still missing, the
//! requirements file says what, and the table says "in part".

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
}

/// Reads requirements: tab-separated `id`, `group`, `capability`, `missing` below one line of headings.
///
/// # Errors
/// When a line has another number of columns or an id stands twice.
pub fn requirements(text: &str) -> Outcome<Vec<Requirement>> {
    let mut known: Vec<Requirement> = Vec::new();
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, group, capability, missing] = columns[..] else {
            return Err(Failure::new(format!("four columns wanted, not {}: {line}", columns.len())));
        };
        if known.iter().any(|requirement| requirement.id == id) {
            return Err(Failure::new(format!("requirement {id} stands twice")));
        }
        known.push(Requirement { id: id.into(), group: group.into(), capability: capability.into(), missing: missing.into() });
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
    let mut text = format!("{proved} of {} capabilities are proved by scenarios, {partly} more in part.\n", requirements.len());
    let mut group = "";
    for requirement in requirements {
        if requirement.group != group {
            group = &requirement.group;
            let _ = write!(text, "\n**{group}**\n\n| Id | Capability | State | Scenarios |\n|---|---|---|---|\n");
        }
        let state = match (count(requirement), requirement.missing.as_str()) {
            (0, _) => "not yet".to_owned(),
            (_, "") => "proved".to_owned(),
            (_, missing) => format!("in part; not yet: {missing}"),
        };
        let _ = writeln!(text, "| {} | {} | {state} | {} |", requirement.id, requirement.capability, count(requirement));
    }
    Ok(text)
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
        assert!(table.starts_with("1 of 3 capabilities are proved by scenarios, 1 more in part.\n"), "{table}");
        assert!(table.contains("| A1 | Refuses | proved | 3 |\n| A2 | Lets in | in part; not yet: the switch | 1 |"), "{table}");
        assert!(table.contains("**Apps**\n\n| Id | Capability | State | Scenarios |\n|---|---|---|---|\n| B1 | Creates | not yet | 0 |"), "{table}");
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
