//! Searches: compile, ask the full-text index, let each object's query choose, and spell what is left.

use std::collections::HashSet;

use catalogue::{FieldType, Object};
use soql::sosl::{self, CompiledSearch, ListViews, Searched, SoslError, Terms};
use soql::{Catalog, Shape};

use super::error::RecordError;
use super::full_text::FullText;
use super::page::PageWriter;
use super::query::{Asked, WHOLE};
use super::spelling::Spelling;
use super::statements::{Columns, Fill, Statements};
use crate::id::RecordId;

/// Matches of one object that are looked at. Salesforce looks at 2,000 in all; which ones, nobody outside can tell.
const CANDIDATES: usize = 20_000;
/// Records of one object that are marked by `WITH HIGHLIGHT`.
const MOST_MARKED: usize = 25;
/// Objects `WITH HIGHLIGHT` knows, beside custom ones.
const MARKED: [&str; 7] = ["Account", "Campaign", "Contact", "Lead", "Opportunity", "Quote", "User"];

/// One caller's door to searches, inside one consistent read.
pub struct Searches<'a, D> {
    pub db: &'a D,
    pub catalog: &'a dyn Catalog,
    pub asked: &'a Asked<'a>,
    /// What a search without RETURNING looks at: see [`everything`].
    pub everything: Vec<&'a Object>,
    pub views: ListViews<'a>,
}

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// One list for each object, in the order of the answer.
    pub lists: Vec<FoundList>,
    /// The search asked for the labels of its fields: see `FoundList::fields`.
    pub labels: bool,
}

#[derive(Debug)]
pub struct FoundList {
    /// API name.
    pub object: String,
    /// The object's own fields in the answer.
    pub fields: Vec<String>,
    pub records: Vec<FoundRecord>,
}

#[derive(Debug)]
pub struct FoundRecord {
    /// The record, spelled.
    pub spelled: Vec<u8>,
    /// Fields with their marked text, by name. Text is HTML.
    pub highlights: Vec<(String, String)>,
    /// Text around what was found, as HTML.
    pub snippet: Option<String>,
}

impl From<SoslError> for RecordError {
    fn from(error: SoslError) -> Self {
        Self::Query { code: error.code(), message: error.message() }
    }
}

/// The objects a search without RETURNING looks at: those whose records users work with.
pub fn everything<'o>(objects: impl IntoIterator<Item = &'o Object>) -> Vec<&'o Object> {
    objects.into_iter().filter(|object| object.flags.searchable && object.flags.queryable && object.flags.layoutable).collect()
}

impl<D: Statements + FullText> Searches<'_, D> {
    /// Runs a search. `None` when the index is behind: then [`Self::run_fresh`] does it, which writes.
    ///
    /// # Errors
    /// `Query` for SOSL that Salesforce refuses.
    pub fn run<S: Spelling>(&self, text: &str, spelling: &S) -> Result<Option<Found>, RecordError> {
        let search = self.compiled(text)?;
        if self.db.is_stale(&self.objects(&search))? {
            return Ok(None);
        }
        self.found(&search, spelling).map(Some)
    }

    /// Brings the index up to date and runs a search, inside a transaction that may write.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_fresh<S: Spelling>(&self, text: &str, spelling: &S) -> Result<Found, RecordError> {
        let search = self.compiled(text)?;
        self.db.freshen(&self.objects(&search))?;
        self.found(&search, spelling)
    }

    fn compiled(&self, text: &str) -> Result<CompiledSearch, RecordError> {
        Ok(sosl::compile(text, self.catalog, &self.asked.context(false), &self.everything, self.views)?)
    }

    fn objects(&self, search: &CompiledSearch) -> Vec<&Object> {
        search.objects.iter().filter_map(|searched| self.catalog.object(&searched.object)).collect()
    }

    fn found<S: Spelling>(&self, search: &CompiledSearch, spelling: &S) -> Result<Found, RecordError> {
        let mut chosen = Vec::with_capacity(search.objects.len());
        for searched in &search.objects {
            chosen.push(self.chosen(searched, &search.terms)?);
        }
        let limit = search.limit.and_then(|limit| usize::try_from(limit).ok()).map_or(sosl::MOST, |limit| limit.min(sosl::MOST));
        let counts: Vec<usize> = chosen.iter().map(Vec::len).collect();
        let mut lists = Vec::with_capacity(chosen.len());
        for ((searched, mut ids), share) in search.objects.iter().zip(chosen).zip(sosl::shares(limit, &counts)) {
            ids.truncate(share);
            lists.push(self.list(search, searched, &ids, spelling)?);
        }
        Ok(Found { lists, labels: search.labels })
    }

    /// The records of one object, in the order of the answer.
    fn chosen(&self, searched: &Searched, terms: &Terms) -> Result<Vec<RecordId>, RecordError> {
        let Some(object) = self.catalog.object(&searched.object) else { return Ok(Vec::new()) };
        let matching = self.db.holding(object, &searched.fields, terms, CANDIDATES)?;
        let mut ids: Vec<RecordId> = Vec::new();
        if !matching.is_empty() {
            self.db.each(&searched.rows.ids, Fill { page_size: 0, ids: &matching }, &mut |row| ids.extend(row.column(0).id()))?;
        }
        if !searched.sorted {
            let admitted: HashSet<RecordId> = ids.into_iter().collect();
            let bound = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let best = matching.into_iter().filter(|id| admitted.contains(id)).skip(bound(searched.offset));
            ids = best.take(searched.limit.map_or(usize::MAX, bound)).collect();
        }
        ids.truncate(searched.most);
        Ok(ids)
    }

    fn list<S: Spelling>(&self, search: &CompiledSearch, searched: &Searched, ids: &[RecordId], spelling: &S) -> Result<FoundList, RecordError> {
        let rows = &searched.rows;
        let shape = Shape { items: rows.shape.items[..searched.shown].to_vec(), ..rows.shape.clone() };
        let writer = PageWriter { spelling, batch: WHOLE, keeps_ids: false };
        let mut records = Vec::with_capacity(ids.len());
        if !ids.is_empty() {
            self.db.each(&rows.page, Fill { page_size: 0, ids }, &mut |row| {
                let mut spelled = Vec::with_capacity(256);
                writer.record(&mut spelled, &shape, row, &mut |_, _| {});
                let marks = search.highlight && is_marked(&searched.object) || !searched.excerpts.is_empty();
                let highlights = if marks && records.len() < MOST_MARKED { highlights(&search.terms, searched, row) } else { Vec::new() };
                let snippet = search.snippet.and_then(|length| snippet(&search.terms, searched, row, length));
                records.push(FoundRecord { spelled, highlights, snippet });
            })?;
        }
        let object = self.catalog.object(&searched.object);
        let own = |key: &str| object.is_some_and(|object| object.field(key).is_some_and(|field| field.kind != FieldType::Id));
        let fields = shape.items.iter().filter(|item| own(&item.key)).map(|item| item.key.clone()).collect();
        Ok(FoundList { object: searched.object.clone(), fields, records })
    }
}

fn is_marked(object: &str) -> bool {
    MARKED.contains(&object) || object.ends_with("__c")
}

/// The shown text fields that hold what was looked for, marked; by name, as the answers seen have them.
fn highlights(terms: &Terms, searched: &Searched, row: &dyn Columns) -> Vec<(String, String)> {
    let mut marked: Vec<(String, String)> = Vec::new();
    for (name, column) in &searched.texts {
        let Some(text) = row.column(*column).as_text() else { continue };
        let places = terms.places(text);
        if !places.is_empty() {
            marked.push((name.clone(), html(text, 0..text.len(), &places)));
        }
    }
    marked.sort_unstable();
    marked
}

/// Fragments around the first place in each text, until the length aimed at is reached.
fn snippet(terms: &Terms, searched: &Searched, row: &dyn Columns, length: usize) -> Option<String> {
    let mut fragments = Vec::new();
    let mut left = length;
    for column in &searched.excerpts {
        let Some(text) = row.column(*column).as_text() else { continue };
        let places = terms.places(text);
        let Some(first) = places.first().filter(|_| left > 0) else { continue };
        let range = around(text, first.start, left);
        left = left.saturating_sub(text[range.clone()].chars().count());
        fragments.push(html(text, range, &places));
    }
    (!fragments.is_empty()).then(|| fragments.join("... "))
}

/// About `length` characters of `text`, a little of it before `place`, cut between characters.
fn around(text: &str, place: usize, length: usize) -> std::ops::Range<usize> {
    const LEAD: usize = 40;
    if text.chars().count() <= length {
        return 0..text.len();
    }
    let start = text[..place].char_indices().rev().take(LEAD.min(length / 4)).last().map_or(place, |(at, _)| at);
    let end = text[start..].char_indices().nth(length).map_or(text.len(), |(at, _)| start + at);
    start..end
}

/// Part of a text as HTML, with these places marked.
fn html(text: &str, range: std::ops::Range<usize>, places: &[std::ops::Range<usize>]) -> String {
    let mut out = String::with_capacity(range.len() + 32);
    let mut at = range.start;
    for place in places.iter().filter(|place| place.start >= range.start && place.end <= range.end) {
        escape(&mut out, &text[at..place.start]);
        out.push_str("<mark>");
        escape(&mut out, &text[place.clone()]);
        out.push_str("</mark>");
        at = place.end;
    }
    escape(&mut out, &text[at..range.end]);
    out
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_words_are_marked_in_escaped_text() {
        let terms = Terms::parse("san francisco").unwrap();
        let text = "<b>San</b> Francisco & more";
        let places = terms.places(text);
        assert_eq!(html(text, 0..text.len(), &places), "&lt;b&gt;<mark>San</mark>&lt;/b&gt; <mark>Francisco</mark> &amp; more");
    }

    #[test]
    fn a_fragment_begins_a_little_before_what_was_found() {
        let text = format!("{}é acme {}", "x".repeat(100), "y".repeat(500));
        let range = around(&text, text.find("acme").unwrap(), 80);
        assert_eq!(text[range].chars().count(), 80);
        assert_eq!(&"acme"[around("acme", 0, 300)], "acme");
    }
}
