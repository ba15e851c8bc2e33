//! What can be told of Apex without compiling it: its first declaration.

use serde_json::{Value, json};

/// What a trigger may be called for.
const EVENTS: [&str; 7] = ["Before Insert", "After Insert", "Before Update", "After Update", "Before Delete", "After Delete", "After Undelete"];

/// What Apex source declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub name: String,
    /// Of a trigger: its object, and the events it is called for.
    table: Option<String>,
    events: Vec<String>,
}

impl Declaration {
    /// Of an `ApexClass` or `ApexTrigger`; `None` when the source declares nothing.
    pub fn of(object: &str, source: &str) -> Option<Self> {
        let bare = without_comments(source);
        if object == "ApexClass" { class(&bare) } else { trigger(&bare) }
    }

    /// The fields of its record that follow from it.
    pub fn fields(&self) -> Vec<(String, Value)> {
        let mut fields = vec![("Name".to_owned(), json!(self.name))];
        if let Some(table) = &self.table {
            fields.push(("TableEnumOrId".to_owned(), json!(table)));
            let called = |event: &str| self.events.iter().any(|own| own.eq_ignore_ascii_case(event));
            fields.extend(EVENTS.iter().map(|event| (format!("Usage{}", event.replace(' ', "")), json!(called(event)))));
        }
        fields
    }
}

fn class(bare: &str) -> Option<Declaration> {
    let mut words = bare.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    words.find(|word| ["class", "interface", "enum"].iter().any(|kind| word.eq_ignore_ascii_case(kind)))?;
    Some(Declaration { name: words.next()?.to_owned(), table: None, events: Vec::new() })
}

/// `trigger Name on Object (before insert, after update)`
fn trigger(bare: &str) -> Option<Declaration> {
    let (head, rest) = bare.split_once('(')?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let [keyword, name, on, table] = words.as_slice() else { return None };
    if !keyword.eq_ignore_ascii_case("trigger") || !on.eq_ignore_ascii_case("on") {
        return None;
    }
    let events = rest.split_once(')')?.0.split(',').map(|event| event.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(Declaration { name: (*name).to_owned(), table: Some((*table).to_owned()), events: events.collect() })
}

/// The source without its comments.
pub fn without_comments(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut rest = source;
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            bare.push(' ');
        } else if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            bare.push('\n');
        } else if rest.starts_with('\'') {
            let end = end_of_text(rest);
            bare.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            let step = rest.chars().next().map_or(1, char::len_utf8);
            bare.push_str(&rest[..step]);
            rest = &rest[step..];
        }
    }
    bare
}

/// The byte behind a text literal that begins here.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apex_is_named_by_its_declaration() {
        let named = |source: &str| class(&without_comments(source)).map(|declaration| declaration.name);
        assert_eq!(named("/* class No */ public with sharing class Yes { }").as_deref(), Some("Yes"));
        assert_eq!(named("// class No\nglobal interface It {}").as_deref(), Some("It"));
        assert_eq!(named("@isTest(SeeAllData=true) private class T{}").as_deref(), Some("T"));
        assert_eq!(named("nothing"), None);
    }

    #[test]
    fn a_trigger_says_what_it_is_for() {
        let declaration = trigger("trigger Guard on Account (before insert, after  update) {}").unwrap();
        assert_eq!((declaration.name.as_str(), declaration.table.as_deref()), ("Guard", Some("Account")));
        assert_eq!(declaration.events, ["before insert", "after update"]);
        assert!(trigger("trigger Guard Account (before insert) {}").is_none());
    }
}
