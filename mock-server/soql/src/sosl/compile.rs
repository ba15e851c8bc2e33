//! Tree to [`CompiledSearch`]: each object of RETURNING becomes a query over given ids.

use catalogue::Object;

use super::ast::{FieldGroup, Returning, Search, With};
use super::error::{Reason, Refused, SoslError};
use super::fields;
use super::parser;
use super::terms::Terms;
use crate::catalog::Catalog;
use crate::compiled::{Answer, Cell, Rows};
use crate::syntax::Parser;
use crate::syntax::ast::{Condition, From, Item, Name, Operand, Path, Query, Select};
use crate::{Among, Context, Span, compile_tree};

/// Records of all objects together, and of one object alone whose records are chosen or sorted.
pub const MOST: usize = 2_000;
/// Records of one object among several, or of one without WHERE and ORDER BY.
const MOST_OF_ONE: usize = 250;
/// OFFSET may not be above this.
const LARGEST_OFFSET: u64 = 2_000;
/// Characters of a snippet: unless the search says otherwise, and at least and most.
const SNIPPET: (u64, std::ops::RangeInclusive<u64>) = (300, 50..=1_000);

/// A search, ready to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledSearch {
    pub terms: Terms,
    /// In the order of the answer.
    pub objects: Vec<Searched>,
    /// LIMIT of the whole search.
    pub limit: Option<u64>,
    /// `WITH HIGHLIGHT`
    pub highlight: bool,
    /// `WITH SNIPPET`: the length aimed at, in characters.
    pub snippet: Option<usize>,
    /// `WITH METADATA = 'LABELS'`
    pub labels: bool,
}

/// One object of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Searched {
    /// API name of the object.
    pub object: String,
    /// API names of the fields that are looked at.
    pub fields: Vec<String>,
    /// Statements that choose among given ids. Only the first `shown` items of the shape are part of the answer.
    pub rows: Rows,
    pub shown: usize,
    /// Whether the search asks for an order of its own, which the statements then have, LIMIT and OFFSET included; else the best matches come
    /// first, and the caller applies the following two.
    pub sorted: bool,
    pub limit: Option<u64>,
    pub offset: u64,
    /// Records this object may have in the answer.
    pub most: usize,
    /// The shown text columns: each may have a `highlight.<name>`.
    pub texts: Vec<(String, usize)>,
    /// The text columns a snippet is taken from; none for objects without snippets.
    pub excerpts: Vec<usize>,
}

/// The condition of a list view in the syntax of WHERE (empty where it takes all), by object and developer name.
pub type ListViews<'l> = &'l dyn Fn(&Object, &str) -> Option<String>;

/// Compiles one search. `everything` are the objects a search without RETURNING looks at.
///
/// # Errors
/// The first thing wrong: syntax, the search text, then object by object as SOQL refuses it.
pub fn compile(
    text: &str,
    catalog: &dyn Catalog,
    context: &Context,
    everything: &[&Object],
    views: ListViews<'_>,
) -> Result<CompiledSearch, SoslError> {
    let compile = || {
        let search = parser::parse(text)?;
        let terms = Terms::parse(&search.text.raw)?;
        Compiler { search: &search, catalog, context, views }.compile(terms, everything)
    };
    compile().map_err(|refused: Refused| refused.in_text(text))
}

struct Compiler<'a> {
    search: &'a Search,
    catalog: &'a dyn Catalog,
    context: &'a Context,
    views: ListViews<'a>,
}

impl<'a> Compiler<'a> {
    fn compile(&self, terms: Terms, everything: &[&Object]) -> Result<CompiledSearch, Refused> {
        let all: Vec<Returning> = match self.search.returning.is_empty() {
            true => everything.iter().filter(|object| self.catalog.object(&object.name).is_some()).map(|object| plain(object)).collect(),
            false => self.search.returning.clone(),
        };
        let snippet = self.snippet()?;
        let mut objects: Vec<Searched> = Vec::with_capacity(all.len());
        for returning in &all {
            if objects.iter().any(|known| known.object.eq_ignore_ascii_case(&returning.object.text)) {
                return Err(Reason::DuplicateObject(returning.object.text.clone()).into());
            }
            objects.push(self.searched(returning, all.len(), snippet.is_some())?);
        }
        self.check_filters(&objects)?;
        let highlight = self.search.with.contains(&With::Highlight);
        Ok(CompiledSearch { terms, objects, limit: self.search.limit, highlight, snippet, labels: self.labels()? })
    }

    fn searched(&self, returning: &Returning, of: usize, snippets: bool) -> Result<Searched, Refused> {
        let object = self.object(&returning.object)?;
        let mut items = if returning.items.is_empty() { vec![fields::named("Id")] } else { returning.items.clone() };
        check_items(&items)?;
        check_offset(returning, of)?;
        let extra = if snippets && fields::has_snippets(object) { fields::excerpts(object, self.catalog, &items) } else { Vec::new() };
        let (added, has_snippets) = (extra.len(), snippets && fields::has_snippets(object));
        items.extend(extra);
        let conditions = self.conditions(returning, object)?;
        let (sorted, chosen) = (!returning.order.is_empty(), !conditions.is_empty());
        let compiled = compile_tree(&tree(returning, items, conditions), self.catalog, self.context, Among::GivenIds)?;
        let Answer::Rows(rows) = compiled.answer else { return Err(Reason::Aggregate(returning.object.text.clone()).into()) };
        let shown = rows.shape.items.len() - added;
        let columns = text_columns(object, &rows);
        Ok(Searched {
            object: object.name.to_string(),
            fields: fields::searched(object, self.search.group.unwrap_or(FieldGroup::All), self.catalog),
            shown,
            sorted,
            limit: returning.limit.filter(|_| !sorted),
            offset: returning.offset.filter(|_| !sorted).map_or(0, |offset| offset.rows),
            most: if of > 1 {
                (MOST / of).min(MOST_OF_ONE)
            } else if sorted || chosen {
                MOST
            } else {
                MOST_OF_ONE
            },
            excerpts: if has_snippets { columns.iter().map(|(_, _, column)| *column).collect() } else { Vec::new() },
            texts: columns.into_iter().filter(|(place, ..)| *place < shown).map(|(_, name, column)| (name, column)).collect(),
            rows,
        })
    }

    fn object(&self, name: &Name) -> Result<&'a Object, Refused> {
        let unknown = || crate::Refusal::new(crate::Reason::NoSuchObject(name.text.clone()), name.span);
        let object = self.catalog.object(&name.text).ok_or_else(unknown)?;
        if object.flags.searchable { Ok(object) } else { Err(Reason::NotSearchable(object.name.to_string()).into()) }
    }

    /// WHERE, the list view's condition, and what the filters behind WITH mean for this object.
    fn conditions(&self, returning: &Returning, object: &Object) -> Result<Vec<Condition>, Refused> {
        let mut conditions: Vec<Condition> = returning.condition.iter().cloned().collect();
        if let Some(view) = &returning.list_view {
            let condition = (self.views)(object, &view.text).ok_or_else(|| Reason::UnknownListView(view.text.clone()))?;
            conditions.extend(parsed(&condition)?);
        }
        for with in &self.search.with {
            match with {
                With::PricebookId(id) if object.name == "Product2" => {
                    conditions.extend(parsed(&format!("Id IN (SELECT Product2Id FROM PricebookEntry WHERE Pricebook2Id = {id})"))?);
                }
                // GUESS: a record belongs to the internal site alone, whose id is all zeros.
                With::Network(ids) if !ids.iter().any(|id| id.value().bytes().all(|byte| byte == b'0')) => conditions.extend(parsed("Id = null")?),
                _ => {}
            }
        }
        Ok(conditions)
    }

    fn snippet(&self) -> Result<Option<usize>, Refused> {
        let (usual, range) = SNIPPET;
        let wanted = self.search.with.iter().find_map(|with| if let With::Snippet(length) = with { Some(length.unwrap_or(usual)) } else { None });
        match wanted {
            Some(length) if !range.contains(&length) => Err(Reason::SnippetLength.into()),
            wanted => Ok(wanted.and_then(|length| usize::try_from(length).ok())),
        }
    }

    fn labels(&self) -> Result<bool, Refused> {
        let mut labels = false;
        for with in &self.search.with {
            match with {
                With::Metadata(what) if what.value().eq_ignore_ascii_case("LABELS") => labels = true,
                With::Metadata(what) => return Err(Reason::MetadataUnknown(what.value()).into()),
                _ => {}
            }
        }
        Ok(labels)
    }

    /// Filters that only some objects or orgs know.
    fn check_filters(&self, objects: &[Searched]) -> Result<(), Refused> {
        for with in &self.search.with {
            match with {
                With::PricebookId(_) if !objects.iter().any(|searched| searched.object == "Product2") => return Err(Reason::PricebookOfOthers.into()),
                With::DataCategory(_) => return Err(Reason::CategoryOfOthers.into()),
                // An org without divisions has the global one only.
                With::Division(name) if !name.value().eq_ignore_ascii_case("Global") => return Err(Reason::DivisionUnknown(name.value()).into()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// An object of a search without RETURNING.
fn plain(object: &Object) -> Returning {
    let name = Name { text: object.name.to_string(), span: Span::default() };
    Returning { object: name, items: Vec::new(), condition: None, list_view: None, order: Vec::new(), limit: None, offset: None }
}

/// A field list holds fields and what only changes how they are shown.
fn check_items(items: &[Item]) -> Result<(), Refused> {
    let shows = |name: &str| ["toLabel", "FORMAT", "convertCurrency", "DISTANCE"].iter().any(|known| name.eq_ignore_ascii_case(known));
    for item in items {
        if let Item::Value { operand: Operand::Call(call), .. } = item
            && !shows(&call.function.text)
        {
            return Err(Reason::Aggregate(call.function.text.clone()).into());
        }
    }
    Ok(())
}

fn check_offset(returning: &Returning, of: usize) -> Result<(), Refused> {
    match returning.offset {
        Some(offset) if offset.rows > LARGEST_OFFSET => Err(Reason::OffsetTooLarge.into()),
        Some(_) if of > 1 => Err(Reason::OffsetOfSeveral.into()),
        _ => Ok(()),
    }
}

/// The query that chooses among the records found. Without an order of its own it has no limit either: that counts from the best match.
fn tree(returning: &Returning, items: Vec<Item>, mut conditions: Vec<Condition>) -> Query {
    let sorted = !returning.order.is_empty();
    let condition = if conditions.len() > 1 { Some(Condition::All(conditions)) } else { conditions.pop() };
    Query {
        select: Select::Items(items),
        from: From { path: Path { parents: Vec::new(), name: returning.object.clone() }, alias: None },
        from_parents: Vec::new(),
        scope: None,
        condition,
        with: None,
        group: None,
        having: None,
        order: returning.order.clone(),
        limit: returning.limit.filter(|_| sorted),
        offset: returning.offset.filter(|_| sorted),
        usage: Vec::new(),
        statistics: Vec::new(),
        options: Vec::new(),
    }
}

/// A condition that is not in the search's own text; none where it is empty.
fn parsed(condition: &str) -> Result<Option<Condition>, Refused> {
    if condition.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(Parser::new(condition, 0).condition()?))
}

/// The object's own text fields in the answer: place among the items, name, column.
fn text_columns(object: &Object, rows: &Rows) -> Vec<(usize, String, usize)> {
    let text = |(place, item): (usize, &crate::Item)| {
        let Cell::Field { column, .. } = item.cell else { return None };
        let field = object.field(&item.key).filter(|field| fields::is_marked(field.kind))?;
        Some((place, field.name.to_string(), column))
    };
    rows.shape.items.iter().enumerate().filter_map(text).collect()
}
