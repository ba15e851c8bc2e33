//! The checks, as the features under `features/client/` describe them.
//!
//! A check is one scenario, an outline, or several scenarios with the same `@C-` tag. Its tags say what it is
//! (`@C-web/state-sent @should @security @by:BHO @for:web @rfc9700-2.1 @R-L2`), the lines below its title say why it matters:
//! `Proves:`, `In production:`, `Mend:` and, where there are some, `Source:` and `Care:`.

use std::path::Path;

use cucumber::gherkin::{Feature, Scenario};
use serde_json::{Value, json};

use super::result::Level;
use crate::failure::{Failure, OrFail, Outcome};
use crate::vocabulary;

/// Every check there is.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub checks: Vec<Check>,
}

/// One check, apart from its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Group and name, such as `rotation/uses-newest`.
    pub id: String,
    pub level: Level,
    /// Why a breach matters: `breakage`, `security`, `lockout`, `data`, `recommended`, `operations`.
    pub concern: String,
    /// The rule, as the scenario's title says it.
    pub rule: String,
    /// Drivers that can reach it: letters of `B` browser, `H` http, `C` command, `O` observation, `o` observation with changes.
    pub by: String,
    /// Kinds of app it concerns: `conf`, `pub`, `web`, `2leg` or `any`.
    pub concerns: String,
    pub proves: String,
    pub in_production: String,
    pub mend: String,
    pub source: String,
    /// Checks it builds on: where one of them is breached, this one cannot be judged.
    pub needs: Vec<String>,
    /// Feature file and line of its first scenario.
    pub place: String,
}

const CONCERNS: [&str; 6] = ["breakage", "security", "lockout", "data", "recommended", "operations"];

impl Check {
    /// What comes before the slash.
    pub fn group(&self) -> &str {
        self.id.split_once('/').map_or(&self.id, |(group, _)| group)
    }

    /// Whether a breach is a security hole.
    pub fn is_about_security(&self) -> bool {
        self.concern == "security"
    }

    /// What stands for a check when a user's own scenario has a lane.
    pub fn of_user(scenario: &Scenario, group: &str) -> Self {
        Self {
            id: format!("{group}/own"),
            level: Level::Must,
            concern: String::new(),
            rule: scenario.name.clone(),
            by: "BHC".to_owned(),
            concerns: "any".to_owned(),
            proves: String::new(),
            in_production: String::new(),
            mend: String::new(),
            source: String::new(),
            needs: Vec::new(),
            place: String::new(),
        }
    }

    /// All that is known of it, for programs.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id, "level": self.level, "concern": self.concern, "rule": self.rule, "by": self.by, "for": self.concerns,
            "proves": self.proves, "in_production": self.in_production, "mend": self.mend, "source": self.source,
            "needs": self.needs, "place": self.place,
        })
    }

    /// Reads the check from its scenario and all its tags.
    fn read(place: String, scenario: &Scenario, tags: &[&str]) -> Outcome<Option<Self>> {
        let Some(id) = tags.iter().find_map(|tag| tag.strip_prefix("C-")) else { return Ok(None) };
        let missing = |what: &str| format!("{place}: check {id} has no {what}");
        let after = |prefix: &str| tags.iter().find_map(|tag| tag.strip_prefix(prefix)).map(str::to_owned);
        let level = [("must", Level::Must), ("should", Level::Should), ("info", Level::Info)];
        let level = level.iter().find(|(tag, _)| tags.contains(tag)).or_fail(|| missing("level tag: @must, @should or @info"))?.1;
        let concern = CONCERNS.iter().find(|concern| tags.contains(*concern)).map(|concern| (*concern).to_owned());
        let described = scenario.description.as_deref().unwrap_or_default();
        let line = |label: &str| paragraph(described, label);
        Ok(Some(Self {
            id: id.to_owned(),
            level,
            concern: concern.or_else(|| (level == Level::Info).then(String::new)).or_fail(|| missing("concern tag, such as @security"))?,
            rule: scenario.name.clone(),
            by: after("by:").or_fail(|| missing("@by: tag"))?,
            concerns: after("for:").or_fail(|| missing("@for: tag"))?,
            proves: line("Proves:").or_fail(|| missing("line 'Proves:'"))?,
            in_production: line("In production:").or_fail(|| missing("line 'In production:'"))?,
            mend: line("Mend:").or_fail(|| missing("line 'Mend:'"))?,
            source: line("Source:").unwrap_or_default(),
            needs: tags.iter().filter_map(|tag| tag.strip_prefix("needs:")).map(str::to_owned).collect(),
            place,
        }))
    }
}

/// The text after a label, up to the next labelled line.
fn paragraph(described: &str, label: &str) -> Option<String> {
    let mut lines = described.lines().map(str::trim).skip_while(|line| !line.starts_with(label));
    let first = lines.next()?.strip_prefix(label)?.trim();
    let is_label = |line: &str| ["Proves:", "In production:", "Mend:", "Source:", "Care:"].iter().any(|label| line.starts_with(label));
    let rest = lines.take_while(|line| !line.is_empty() && !is_label(line));
    Some(std::iter::once(first).chain(rest).collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
}

impl Catalogue {
    /// Reads the checks of every feature under `folder`.
    ///
    /// # Errors
    /// When a feature cannot be read, or a check lacks a tag or a line, or two scenarios describe one check differently.
    pub fn read(folder: &Path) -> Outcome<Self> {
        Self::of(&vocabulary::features(folder)?)
    }

    /// The checks of these features, in their order.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn of(features: &[Feature]) -> Outcome<Self> {
        let mut catalogue = Self::default();
        for feature in features {
            let path = feature.path.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
            for (scenario, tags) in vocabulary::scenarios(feature) {
                let place = format!("{path}:{}", scenario.position.line);
                if let Some(check) = Check::read(place, scenario, &tags)? {
                    catalogue.add(check)?;
                }
            }
        }
        Ok(catalogue)
    }

    /// The check of this id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    fn add(&mut self, check: Check) -> Outcome {
        match self.check(&check.id) {
            Some(known) if known.level != check.level => {
                Err(Failure::new(format!("{}: {} has another level at {}", check.place, check.id, known.place)))
            }
            Some(_) => Ok(()),
            None => {
                self.checks.push(check);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Features;

    /// Two checks that need each other would excuse each other.
    #[test]
    fn what_a_check_needs_exists_and_never_needs_it_back() {
        let catalogue = Catalogue::of(&Features::of_checks().read().unwrap()).unwrap();
        for check in &catalogue.checks {
            let mut pending: Vec<&String> = check.needs.iter().collect();
            let mut seen: Vec<&String> = Vec::new();
            while let Some(id) = pending.pop() {
                let needed = catalogue.check(id).unwrap_or_else(|| panic!("{} needs {id}, which does not exist", check.id));
                assert_ne!(needed.id, check.id, "{} is needed by what it needs: {seen:?}", check.id);
                if !seen.contains(&id) {
                    seen.push(id);
                    pending.extend(&needed.needs);
                }
            }
        }
    }

    #[test]
    fn a_paragraph_ends_at_the_next_label() {
        let described = "  Proves: one\n   two\n  Mend: three\n\n  more";
        assert_eq!(paragraph(described, "Proves:").as_deref(), Some("one two"));
        assert_eq!(paragraph(described, "Mend:").as_deref(), Some("three"));
        assert_eq!(paragraph(described, "Source:"), None);
    }
}
