//! Reading phrases and parameters from the sources of the steps.

use std::sync::LazyLock;

use regex::Regex;

use super::{Argument, Keyword, Parameter, Phrase, Phrases};
use crate::features::STEP_SOURCES;

/// Parameters that Cucumber expressions know by themselves.
const BUILT_IN: [(&str, &str, &str); 4] = [
    ("string", r#""[^"]*"|'[^']*'"#, "Any text in quotes."),
    ("int", r"-?\d+", "A whole number."),
    ("float", r"[+-]?\d*\.?\d+", "A number."),
    ("word", r"[^\s]+", "A word without blanks."),
];

/// The comment above a step that needs nothing but a session in an org.
const ON_ANY_ORG: &str = "/// On any org.";

/// `#[given("…")]`, `#[when(expr = "…")]`, `#[then(regex = "…")]`, on one line or several.
static STEP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"#\[(given|when|then)\(\s*(?:(expr|regex)\s*=\s*)?(r#*)?"((?:[^"\\]|\\.)*)""#).ok());

static PARAMETER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r##"((?:///[^\n]*\n)*)#\[derive\([^\n]*Parameter[^\n]*\)\]\s*#\[param\(\s*name = "([^"]+)",\s*regex = (?:r#"(.*?)"#|r?"(.*?)")\s*\)\]"##,
    )
    .ok()
});

pub(super) fn read() -> Phrases {
    let mut phrases: Vec<Phrase> = STEP_SOURCES.iter().flat_map(|(path, source)| of_source(path, source)).collect();
    phrases.sort_by(|one, other| (&one.noun, one.keyword, one.line).cmp(&(&other.noun, other.keyword, other.line)));
    let built_in = BUILT_IN.iter().map(|(name, regex, about)| Parameter { name: (*name).into(), regex: (*regex).into(), about: (*about).into() });
    let mut parameters: Vec<Parameter> = built_in.chain(STEP_SOURCES.iter().flat_map(|(_, source)| parameters(source))).collect();
    // Only what a phrase uses is worth a reader's time.
    parameters.retain(|parameter| phrases.iter().any(|phrase| phrase.expression.contains(&format!("{{{}}}", parameter.name))));
    Phrases { phrases, parameters }
}

/// `src/steps/token.rs` is about `token`.
pub(super) fn noun(path: &str) -> &str {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.strip_suffix(".rs").unwrap_or(file)
}

fn of_source(path: &str, source: &str) -> Vec<Phrase> {
    let Some(pattern) = STEP.as_ref() else { return Vec::new() };
    let phrase = |found: regex::Captures<'_>| {
        let whole = found.get(0)?;
        let keyword = match &found[1] {
            "given" => Keyword::Given,
            "when" => Keyword::When,
            _ => Keyword::Then,
        };
        let is_raw = found.get(3).is_some();
        let written = &found[4];
        let line = source[..whole.start()].matches('\n').count() + 1;
        Some(Phrase {
            keyword,
            expression: if is_raw { written.to_owned() } else { written.replace("\\\"", "\"").replace("\\\\", "\\") },
            noun: noun(path).to_owned(),
            argument: argument(&source[whole.end()..]),
            on_any_org: source[..whole.start()].rsplit("\n\n").next().is_some_and(|above| above.contains(ON_ANY_ORG)),
            examples: Vec::new(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        })
    };
    pattern.captures_iter(source).filter_map(phrase).collect()
}

/// What the function below a step's attribute reads besides the phrase.
fn argument(rest: &str) -> Argument {
    let body = rest.split("\n}\n").next().unwrap_or(rest);
    if body.contains("doc_string(") {
        Argument::DocString
    } else if body.contains("rows(step)") || body.contains("pairs(step)") || body.contains("step.table") {
        Argument::Table
    } else {
        Argument::None
    }
}

fn parameters(source: &str) -> Vec<Parameter> {
    let Some(pattern) = PARAMETER.as_ref() else { return Vec::new() };
    let parameter = |found: regex::Captures<'_>| {
        let about: Vec<&str> = found[1].lines().map(|line| line.trim().trim_start_matches('/').trim()).collect();
        let regex = found.get(3).or_else(|| found.get(4)).map_or("", |regex| regex.as_str());
        Parameter { name: found[2].to_owned(), regex: regex.to_owned(), about: about.join(" ") }
    };
    pattern.captures_iter(source).map(parameter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r###"
/// Who acts.
/// Or nobody.
#[derive(Debug, Parameter)]
#[param(name = "user", regex = r#"(the admin|"[^"]*")"#)]
pub struct User(String);

#[given("an org")]
#[when(expr = "{user} says {string}")]
async fn one(world: &mut World, step: &Step) -> Outcome {
    let text = doc_string(step)?;
}

/// On any org.
#[then(
    expr = "it is \"so\""
)]
async fn two() {}
"###;

    #[test]
    fn phrases_are_read_with_keyword_expression_and_argument() {
        let phrases = of_source("src/steps/talk.rs", SOURCE);
        let told: Vec<_> = phrases.iter().map(|phrase| (phrase.keyword, phrase.expression.as_str(), phrase.argument)).collect();
        assert_eq!(
            told,
            [
                (Keyword::Given, "an org", Argument::DocString),
                (Keyword::When, "{user} says {string}", Argument::DocString),
                (Keyword::Then, "it is \"so\"", Argument::None),
            ]
        );
        assert!(phrases.iter().all(|phrase| phrase.noun == "talk"));
        assert_eq!(phrases.iter().map(|phrase| phrase.on_any_org).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn parameters_are_read_with_what_they_may_be() {
        let expected = Parameter { name: "user".into(), regex: r#"(the admin|"[^"]*")"#.into(), about: "Who acts. Or nobody.".into() };
        assert_eq!(parameters(SOURCE), [expected]);
    }
}
