//! Text to tree: the braces are read by hand, what follows by the rules SOQL has for the same pieces.

use super::ast::{FieldGroup, Returning, Search, SearchText, With};
use super::error::{Reason, Refused};
use crate::error::{Refusal, Span};
use crate::syntax::Parser;
use crate::syntax::ast::{Item, Quoted, Statistic};

/// Characters a statement may have.
const LONGEST: usize = 100_000;

/// Parses one search.
///
/// # Errors
/// The first thing in the text that the grammar has no place for.
pub(super) fn parse(text: &str) -> Result<Search, Refused> {
    if text.chars().count() > LONGEST {
        return Err(Reason::TooLong.into());
    }
    let (search_text, end) = braces(text)?;
    let mut parser = Parser::new(text, end);
    let search = search(&mut parser, search_text)?;
    if parser.at_end() { Ok(search) } else { Err(parser.unexpected().into()) }
}

/// `FIND {…}` and where it ends.
fn braces(text: &str) -> Result<(SearchText, usize), Refused> {
    let mut head = Parser::new(text, 0);
    head.expect_word("FIND")?;
    let after = text.len() - text.trim_start().len() + "FIND".len();
    let rest = &text[after..];
    let start = rest.trim_start().strip_prefix('{').map(|inner| text.len() - inner.len()).ok_or(Reason::NoTerm)?;
    let end = closing(&text[start..]).map(|length| start + length).ok_or(Reason::NoTerm)?;
    Ok((SearchText { raw: text[start..end].to_owned(), span: Span { start, end } }, end + 1))
}

/// The length of what stands before the closing brace, which is the first without a backslash.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '}' => return Some(at),
            _ => {}
        }
    }
    None
}

fn search(parser: &mut Parser<'_>, text: SearchText) -> Result<Search, Refused> {
    let mut search = Search { text, group: None, returning: Vec::new(), with: Vec::new(), limit: None, statistics: Vec::new() };
    if parser.take_word("IN") {
        search.group = Some(group(parser)?);
        parser.expect_word("FIELDS")?;
    }
    if parser.take_word("RETURNING") {
        search.returning.push(returning(parser)?);
        while parser.take_symbol(",") {
            search.returning.push(returning(parser)?);
        }
    }
    while parser.take_word("WITH") {
        search.with.push(with(parser)?);
    }
    if parser.take_word("LIMIT") {
        search.limit = Some(parser.count()?.rows);
    }
    if parser.take_word("UPDATE") {
        search.statistics = parser.comma_list(statistic_of)?;
    }
    Ok(search)
}

fn statistic_of(parser: &mut Parser<'_>) -> Result<Statistic, Refusal> {
    if parser.take_word("TRACKING") {
        return Ok(Statistic::Tracking);
    }
    parser.expect_word("VIEWSTAT").map(|()| Statistic::Viewstat)
}

fn group(parser: &mut Parser<'_>) -> Result<FieldGroup, Refused> {
    let groups = [
        ("ALL", FieldGroup::All),
        ("NAME", FieldGroup::Name),
        ("EMAIL", FieldGroup::Email),
        ("PHONE", FieldGroup::Phone),
        ("SIDEBAR", FieldGroup::Sidebar),
    ];
    let found = groups.into_iter().find(|(word, _)| parser.take_word(word));
    found.map(|(_, group)| group).ok_or_else(|| parser.unexpected().into())
}

/// One object, with what it shows of its records and which ones it wants.
fn returning(parser: &mut Parser<'_>) -> Result<Returning, Refused> {
    let object = parser.name()?;
    let mut returning = Returning { object, items: Vec::new(), condition: None, list_view: None, order: Vec::new(), limit: None, offset: None };
    if !parser.take_symbol("(") {
        return Ok(returning);
    }
    if ["WHERE", "USING", "LIMIT", "OFFSET"].iter().any(|clause| parser.is_word(clause)) || parser.is_words(&["ORDER", "BY"]) {
        return Err(parser.unexpected().into());
    }
    returning.items.push(item(parser)?);
    while parser.take_symbol(",") {
        returning.items.push(item(parser)?);
    }
    if parser.take_word("WHERE") {
        returning.condition = Some(parser.condition()?);
    }
    if parser.take_word("USING") {
        parser.expect_word("ListView")?;
        parser.expect("=")?;
        returning.list_view = Some(parser.name()?);
    }
    if parser.take_words(&["ORDER", "BY"]) {
        returning.order = parser.comma_list(Parser::order_item)?;
    }
    if parser.take_word("LIMIT") {
        returning.limit = Some(parser.count()?.rows);
    }
    if parser.take_word("OFFSET") {
        returning.offset = Some(parser.count()?);
    }
    parser.expect(")")?;
    Ok(returning)
}

/// A field or a function of one, with its alias.
fn item(parser: &mut Parser<'_>) -> Result<Item, Refused> {
    let operand = parser.operand()?;
    let clause = ["WHERE", "USING", "ORDER", "LIMIT", "OFFSET"].iter().any(|clause| parser.is_word(clause));
    let alias = if clause { None } else { parser.alias().ok() };
    Ok(Item::Value { operand, alias })
}

fn with(parser: &mut Parser<'_>) -> Result<With, Refused> {
    if parser.take_words(&["DATA", "CATEGORY"]) {
        return categories(parser).map(With::DataCategory);
    }
    if parser.take_word("HIGHLIGHT") {
        return Ok(With::Highlight);
    }
    if parser.take_word("SNIPPET") {
        return Ok(With::Snippet(target_length(parser)?));
    }
    if parser.take_word("NETWORK") {
        return networks(parser).map(With::Network);
    }
    let text: Option<fn(Quoted) -> With> =
        [("DIVISION", With::Division as fn(_) -> _), ("PricebookId", With::PricebookId), ("METADATA", With::Metadata)]
            .into_iter()
            .find(|(word, _)| parser.take_word(word))
            .map(|(_, with)| with);
    if let Some(with) = text {
        parser.expect("=")?;
        return Ok(with(parser.quoted()?));
    }
    parser.expect_word("SPELL_CORRECTION")?;
    parser.expect("=")?;
    if parser.take_word("TRUE") {
        return Ok(With::SpellCorrection(true));
    }
    parser.expect_word("FALSE")?;
    Ok(With::SpellCorrection(false))
}

/// `Geography__c AT (asia__c, europe__c) AND …`, spelled canonically.
fn categories(parser: &mut Parser<'_>) -> Result<String, Refused> {
    let mut filters = Vec::new();
    loop {
        let group = parser.name()?;
        let selector = ["AT", "ABOVE_OR_BELOW", "ABOVE", "BELOW"].into_iter().find(|word| parser.take_word(word));
        let selector = selector.ok_or_else(|| parser.unexpected())?;
        let chosen = if parser.take_symbol("(") {
            let names: Vec<String> = parser.comma_list(Parser::name)?.into_iter().map(|name| name.text).collect();
            parser.expect(")")?;
            format!("({})", names.join(", "))
        } else {
            parser.name()?.text
        };
        filters.push(format!("{group} {selector} {chosen}"));
        if !parser.take_word("AND") {
            return Ok(filters.join(" AND "));
        }
    }
}

fn target_length(parser: &mut Parser<'_>) -> Result<Option<u64>, Refused> {
    if !parser.take_symbol("(") {
        return Ok(None);
    }
    parser.expect_word("target_length")?;
    parser.expect("=")?;
    let length = parser.count()?.rows;
    parser.expect(")")?;
    Ok(Some(length))
}

fn networks(parser: &mut Parser<'_>) -> Result<Vec<Quoted>, Refused> {
    if parser.take_symbol("=") {
        return Ok(vec![parser.quoted()?]);
    }
    parser.expect_word("IN")?;
    parser.expect("(")?;
    let ids = parser.comma_list(Parser::quoted)?;
    parser.expect(")")?;
    Ok(ids)
}
