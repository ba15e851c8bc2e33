//! A feature as `gherkinDocument` says it, with the ids by which other messages refer to its parts.

use std::collections::BTreeMap;

use cucumber::gherkin::{Background, Examples, Feature, LineCol, Rule, Scenario, Step, StepType, Table};
use serde_json::{Value, json};

/// Gives out ids.
#[derive(Default)]
pub(super) struct Ids(u64);

impl Ids {
    pub(super) fn next(&mut self) -> String {
        self.0 += 1;
        self.0.to_string()
    }
}

/// A feature and the ids of its parts.
pub(super) struct Document {
    pub(super) feature: Value,
    /// By the line of a scenario or of a row of its examples: its nodes, and its tags with their nodes.
    scenarios: BTreeMap<usize, (Vec<String>, Vec<Tag>)>,
    steps: BTreeMap<usize, Written>,
}

/// A tag and its node.
type Tag = (String, String);

/// A step as it is written.
pub(super) struct Written {
    pub(super) id: String,
    pub(super) kind: &'static str,
    /// As a pickle has it.
    pub(super) argument: Option<Value>,
}

impl Document {
    pub(super) fn of(feature: &Feature, ids: &mut Ids) -> Self {
        let mut document = Self { feature: Value::Null, scenarios: BTreeMap::new(), steps: BTreeMap::new() };
        let (tags, known) = tags(&feature.tags, feature.position, ids);
        let mut children = document.children(feature.background.as_ref(), &feature.scenarios, &known, ids);
        for rule in &feature.rules {
            children.push(document.rule(rule, &known, ids));
        }
        document.feature = json!({
            "location": location(feature.position), "tags": tags, "language": "en", "keyword": feature.keyword,
            "name": feature.name, "description": feature.description.as_deref().unwrap_or_default(), "children": children,
        });
        document
    }

    /// The nodes and tags of the scenario, or of the row of an outline, in this line.
    pub(super) fn scenario(&self, line: usize) -> Option<(Vec<String>, Vec<Tag>)> {
        self.scenarios.get(&line).cloned()
    }

    pub(super) fn step(&self, line: usize) -> Option<&Written> {
        self.steps.get(&line)
    }

    fn rule(&mut self, rule: &Rule, above: &[Tag], ids: &mut Ids) -> Value {
        let (tags, own) = tags(&rule.tags, rule.position, ids);
        let known = [above, &own].concat();
        let children = self.children(rule.background.as_ref(), &rule.scenarios, &known, ids);
        json!({ "rule": {
            "id": ids.next(), "location": location(rule.position), "tags": tags, "keyword": rule.keyword, "name": rule.name,
            "description": rule.description.as_deref().unwrap_or_default(), "children": children,
        }})
    }

    fn children(&mut self, background: Option<&Background>, scenarios: &[Scenario], above: &[Tag], ids: &mut Ids) -> Vec<Value> {
        let mut children = Vec::new();
        if let Some(background) = background {
            let steps: Vec<Value> = background.steps.iter().map(|step| self.written(step, ids)).collect();
            children.push(json!({ "background": {
                "id": ids.next(), "location": location(background.position), "keyword": background.keyword, "name": background.name,
                "description": background.description.as_deref().unwrap_or_default(), "steps": steps,
            }}));
        }
        children.extend(scenarios.iter().map(|scenario| self.one(scenario, above, ids)).collect::<Vec<_>>());
        children
    }

    fn one(&mut self, scenario: &Scenario, above: &[Tag], ids: &mut Ids) -> Value {
        let (tags, own) = tags(&scenario.tags, scenario.position, ids);
        let known = [above, &own].concat();
        let id = ids.next();
        let steps: Vec<Value> = scenario.steps.iter().map(|step| self.written(step, ids)).collect();
        let examples: Vec<Value> = scenario.examples.iter().map(|examples| self.examples(examples, &id, &known, ids)).collect();
        if scenario.examples.is_empty() {
            self.scenarios.insert(scenario.position.line, (vec![id.clone()], known));
        }
        json!({ "scenario": {
            "id": id, "location": location(scenario.position), "tags": tags, "keyword": scenario.keyword, "name": scenario.name,
            "description": scenario.description.as_deref().unwrap_or_default(), "steps": steps, "examples": examples,
        }})
    }

    fn examples(&mut self, examples: &Examples, scenario: &str, above: &[Tag], ids: &mut Ids) -> Value {
        let (tags, own) = tags(&examples.tags, examples.position, ids);
        let known = [above, &own].concat();
        let mut message = json!({
            "id": ids.next(), "location": location(examples.position), "tags": tags, "keyword": examples.keyword,
            "name": examples.name.as_deref().unwrap_or_default(), "description": examples.description.as_deref().unwrap_or_default(), "tableBody": [],
        });
        let mut rows = examples.table.iter().flat_map(|table| rows(table, ids));
        if let Some(header) = rows.next() {
            message["tableHeader"] = header;
        }
        let body: Vec<Value> = rows.collect();
        for (index, row) in body.iter().enumerate() {
            let id = row["id"].as_str().unwrap_or_default().to_owned();
            // The runner gives a row the line that it has when the table stands right below its keyword.
            self.scenarios.insert(examples.position.line + index + 2, (vec![scenario.to_owned(), id], known.clone()));
        }
        message["tableBody"] = json!(body);
        message
    }

    fn written(&mut self, step: &Step, ids: &mut Ids) -> Value {
        let id = ids.next();
        let mut message = json!({
            "id": id, "location": location(step.position), "keyword": step.keyword, "keywordType": keyword_type(step), "text": step.value,
        });
        let mut argument = None;
        if let Some(text) = &step.docstring {
            let below = LineCol { line: step.position.line + 1, col: step.position.col };
            message["docString"] = json!({ "location": location(below), "content": text, "delimiter": "\"\"\"" });
            argument = Some(json!({ "docString": { "content": text } }));
        }
        if let Some(table) = &step.table {
            message["dataTable"] = json!({ "location": location(table.position), "rows": rows(table, ids) });
            let cells = |row: &Vec<String>| json!({ "cells": row.iter().map(|cell| json!({ "value": cell })).collect::<Vec<_>>() });
            argument = Some(json!({ "dataTable": { "rows": table.rows.iter().map(cells).collect::<Vec<_>>() } }));
        }
        self.steps.insert(step.position.line, Written { id, kind: kind(step.ty), argument });
        message
    }
}

fn rows(table: &Table, ids: &mut Ids) -> Vec<Value> {
    let mut rows = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let place = LineCol { line: table.position.line + index, col: table.position.col };
        let cells: Vec<Value> = row.iter().map(|cell| json!({ "location": location(place), "value": cell })).collect();
        rows.push(json!({ "id": ids.next(), "location": location(place), "cells": cells }));
    }
    rows
}

fn tags(tags: &[String], at: LineCol, ids: &mut Ids) -> (Vec<Value>, Vec<Tag>) {
    let place = LineCol { line: at.line.saturating_sub(1).max(1), col: at.col };
    let known: Vec<Tag> = tags.iter().map(|tag| (tag.clone(), ids.next())).collect();
    let messages = known.iter().map(|(name, id)| json!({ "location": location(place), "name": format!("@{name}"), "id": id }));
    (messages.collect(), known)
}

fn location(at: LineCol) -> Value {
    json!({ "line": at.line, "column": at.col.max(1) })
}

fn kind(kind: StepType) -> &'static str {
    match kind {
        StepType::Given => "Context",
        StepType::When => "Action",
        StepType::Then => "Outcome",
    }
}

fn keyword_type(step: &Step) -> &'static str {
    match step.keyword.trim() {
        "And" | "But" => "Conjunction",
        "*" => "Unknown",
        _ => kind(step.ty),
    }
}
