//! The catalogue of phrases as text, JSON and a page in Markdown.

use std::fmt::Write as _;

use super::{Argument, Keyword, Phrase, Phrases};

const HEAD: &str = "# Phrases

What a feature may say to `sf-conformance run`, `server` and `certify`. This page is made by `sf-conformance steps --markdown conformance/STEPS.md`;
do not edit it.

`Given` states what is so, `When` is one act, `Then` observes from outside. `And` and `But` go on as the line before.
Words in braces are parameters; they are listed at the end. Phrases marked ° ask for nothing but a session in an org: scenarios that say
only such can be run on a real org (`sf-conformance server --target real`), the others need the control API.
";

/// For a terminal: phrases by what they are about.
pub fn text(phrases: &Phrases) -> String {
    let mut text = String::new();
    for noun in nouns(phrases) {
        let _ = writeln!(text, "{noun}");
        for phrase in of(phrases, noun) {
            let _ = writeln!(text, "  {:<5} {}{}{}", phrase.keyword.word(), phrase.expression, hint(phrase), mark(phrase));
            for example in &phrase.examples {
                if *example != phrase.expression {
                    let _ = writeln!(text, "          e.g. {example}");
                }
            }
        }
    }
    text.push_str("\nparameters\n");
    for parameter in &phrases.parameters {
        let _ = writeln!(text, "  {{{}}}  {}  {}", parameter.name, parameter.about, parameter.regex);
    }
    text
}

/// For programs.
pub fn json(phrases: &Phrases) -> String {
    serde_json::to_string_pretty(phrases).unwrap_or_default() + "\n"
}

/// The page.
pub fn markdown(phrases: &Phrases) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\nAbout:");
    for noun in nouns(phrases) {
        let _ = write!(page, " [{}](#{})", title(noun), anchor(noun));
    }
    page.push('\n');
    for noun in nouns(phrases) {
        let _ = writeln!(page, "\n## {}", title(noun));
        for keyword in Keyword::ALL {
            let mut found = of(phrases, noun).filter(|phrase| phrase.keyword == keyword).peekable();
            if found.peek().is_none() {
                continue;
            }
            let _ = writeln!(page, "\n**{}**\n", keyword.word());
            for phrase in found {
                let _ = writeln!(page, "- `{}`{}{}", phrase.expression, hint(phrase), mark(phrase));
                for example in phrase.examples.iter().filter(|example| **example != phrase.expression) {
                    let _ = writeln!(page, "  - `{}`", example.replace('`', "'"));
                }
            }
        }
    }
    page.push_str("\n## Parameters\n\n| Parameter | What it is | As a regular expression |\n|---|---|---|\n");
    for parameter in &phrases.parameters {
        let _ = writeln!(page, "| `{{{}}}` | {} | `{}` |", parameter.name, parameter.about, parameter.regex.replace('|', "\\|"));
    }
    page
}

fn nouns(phrases: &Phrases) -> Vec<&str> {
    let mut nouns: Vec<&str> = phrases.phrases.iter().map(|phrase| phrase.noun.as_str()).collect();
    nouns.dedup();
    nouns
}

fn of<'p>(phrases: &'p Phrases, noun: &str) -> impl Iterator<Item = &'p Phrase> {
    phrases.phrases.iter().filter(move |phrase| phrase.noun == noun)
}

fn hint(phrase: &Phrase) -> &'static str {
    match phrase.argument {
        Argument::None => "",
        Argument::Table => "  (with a table)",
        Argument::DocString => "  (with a doc string)",
    }
}

fn mark(phrase: &Phrase) -> &'static str {
    if phrase.on_any_org { " °" } else { "" }
}

fn title(noun: &str) -> String {
    let words = noun.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn anchor(noun: &str) -> String {
    noun.replace('_', "-")
}
