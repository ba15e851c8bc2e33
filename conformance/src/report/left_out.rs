//! Scenarios that a target has no means for, told by the reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cucumber::gherkin::{Feature, Scenario};

use super::escape::{cell, escaped};
use super::relative;

/// Most reasons that a terminal shows; the others are summed up.
const SHOWN: usize = 12;

/// A scenario that did not run, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// `features/oauth/refresh.feature:12`
    pub place: String,
    pub name: String,
    pub reason: String,
}

impl LeftOut {
    pub(crate) fn of(feature: &Feature, scenario: &Scenario, reason: String) -> Self {
        let path = feature.path.as_deref().map(relative).unwrap_or_default();
        Self { place: format!("{path}:{}", scenario.position.line), name: scenario.name.clone(), reason }
    }
}

/// How many for which reason, the commonest first.
fn counted(left_out: &[LeftOut]) -> Vec<(usize, &str)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    left_out.iter().for_each(|scenario| *counts.entry(&scenario.reason).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().map(|(reason, count)| (count, reason)).collect();
    counts.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    counts
}

pub(super) fn terminal(left_out: &[LeftOut]) -> String {
    let counts = counted(left_out);
    let mut text = String::new();
    for (count, reason) in counts.iter().take(SHOWN) {
        let _ = writeln!(text, "left out {count:>5}  {reason}");
    }
    if let Some(rest) = counts.get(SHOWN..).filter(|rest| !rest.is_empty()) {
        let scenarios: usize = rest.iter().map(|(count, _)| count).sum();
        let _ = writeln!(text, "left out {scenarios:>5}  for {} more reasons (--markdown FILE names every scenario)", rest.len());
    }
    text
}

pub(super) fn markdown(left_out: &[LeftOut]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let mut text = format!("\n<details><summary>{} left out</summary>\n\n| Scenario | Why |\n|---|---|\n", left_out.len());
    for scenario in left_out {
        let _ = writeln!(text, "| {} ({}) | {} |", cell(&scenario.name), scenario.place, cell(&scenario.reason));
    }
    text + "\n</details>\n"
}

/// For the page of a run.
pub(super) fn html(left_out: &[LeftOut]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let mut html = String::from("<section aria-labelledby=\"left-out\"><h2 id=\"left-out\">Left out</h2>\n");
    for (count, reason) in counted(left_out) {
        let _ = writeln!(html, "<details><summary>{} <span class=\"soft\">{count}</span></summary>\n<ul>", escaped(reason));
        for scenario in left_out.iter().filter(|scenario| scenario.reason == reason) {
            let _ = writeln!(html, "<li>{} <code>{}</code></li>", escaped(&scenario.name), escaped(&scenario.place));
        }
        html.push_str("</ul></details>\n");
    }
    html + "</section>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(name: &str, reason: &str) -> LeftOut {
        LeftOut { place: "features/a.feature:3".into(), name: name.into(), reason: reason.into() }
    }

    #[test]
    fn reasons_are_counted_and_every_scenario_is_named() {
        let all = [left_out("one", "`x|y` needs the control API"), left_out("two", "moves the clock"), left_out("three", "moves the clock")];
        assert_eq!(terminal(&all), "left out     2  moves the clock\nleft out     1  `x|y` needs the control API\n");
        for name in ["one", "two", "three"] {
            assert!(markdown(&all).contains(&format!("| {name} (features/a.feature:3) |")), "{}", markdown(&all));
            assert!(html(&all).contains(&format!("<li>{name} ")), "{}", html(&all));
        }
    }

    #[test]
    fn nothing_is_said_where_nothing_was_left_out() {
        assert_eq!((terminal(&[]), markdown(&[]), html(&[])), Default::default());
    }
}
