//! The full-text index of an org, over SQLite's FTS5.
//!
//! Nothing of it exists before the first search. Then each object searched gets an index of its own, keyed by its table's row numbers, with one
//! column for each field, and triggers that note which rows changed; the next search takes those in. So a write pays for searches only where
//! there were some, and only with a number put aside. All of it lies in the org's database: a rollback or a restored snapshot takes rows and
//! index back together.
//!
//! Objects without a table of their own (users, rows of a fresh org) are few and read row by row.

use catalogue::{Field, Object};
use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;
use soql::Relation;
use soql::sosl::{Pattern, Terms, field_words, index_fields};

use super::Tx;
use crate::id::RecordId;
use crate::records::FullText;
use crate::schema::{Rows, columns};
use crate::storage::StoreError;

/// Which objects are indexed, over which fields, and which of their rows changed since.
const BOOKS: &str = "
    CREATE TABLE IF NOT EXISTS _fulltext (object TEXT PRIMARY KEY, fields TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS _fulltext_changed (object TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (object, row)) WITHOUT ROWID;";

/// Words a wildcard may stand for at once; more of them would outgrow what one expression can hold.
const MOST_WORDS: usize = 1_000;

/// What no index holds: words are letters and digits.
const NOWHERE: &str = "\"\u{e000}\"";

impl FullText for Tx<'_> {
    fn is_stale(&self, objects: &[&Object]) -> Result<bool, StoreError> {
        for object in objects.iter().filter(|object| self.has_table(&object.name)) {
            if self.indexed_fields(object)?.is_none_or(|known| known != fields_of(object)) || self.has_changed_rows(object)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn freshen(&self, objects: &[&Object]) -> Result<(), StoreError> {
        self.connection().execute_batch(BOOKS)?;
        for object in objects.iter().filter(|object| self.has_table(&object.name)) {
            if self.indexed_fields(object)?.is_some_and(|known| known == fields_of(object)) {
                self.take_in_changes(object)?;
            } else {
                self.make_index(object)?;
            }
        }
        Ok(())
    }

    fn holding(&self, object: &Object, fields: &[String], terms: &Terms, limit: usize) -> Result<Vec<RecordId>, StoreError> {
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        match Rows::relation(self, object) {
            Some(Relation::Table) => self.indexed(object, fields, terms, limit),
            Some(Relation::Select { sql, columns }) => {
                let known: Vec<&Field> = named(object, fields).filter(|field| columns.contains(&field.name)).collect();
                self.read_through(&known, &sql, terms, limit)
            }
            _ => Ok(seeded(object, fields, terms, limit)),
        }
    }
}

impl Tx<'_> {
    /// Takes the index of an object away, and what watches its table. To be called before the table goes or loses columns.
    pub(super) fn forget_search(&self, object: &str) -> Result<(), StoreError> {
        if !self.has_books()? {
            return Ok(());
        }
        self.connection().execute_batch(&format!(
            "DROP TRIGGER IF EXISTS \"_fulltext_{object}_insert\"; DROP TRIGGER IF EXISTS \"_fulltext_{object}_update\";
             DROP TRIGGER IF EXISTS \"_fulltext_{object}_delete\"; DROP TABLE IF EXISTS \"_words_{object}\"; DROP TABLE IF EXISTS \"_index_{object}\";"
        ))?;
        self.execute("DELETE FROM _fulltext WHERE object = ?1", [object])?;
        self.execute("DELETE FROM _fulltext_changed WHERE object = ?1", [object])
    }

    fn has_books(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_fulltext_changed')";
        Ok(self.connection().prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// The fields the object's index was made over, comma-separated.
    fn indexed_fields(&self, object: &Object) -> Result<Option<String>, StoreError> {
        if !self.has_books()? {
            return Ok(None);
        }
        let mut statement = self.connection().prepare_cached("SELECT fields FROM _fulltext WHERE object = ?1")?;
        Ok(statement.query_row([&object.name], |row| row.get(0)).optional()?)
    }

    fn has_changed_rows(&self, object: &Object) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT EXISTS (SELECT 1 FROM _fulltext_changed WHERE object = ?1)")?;
        Ok(statement.query_row([&object.name], |row| row.get(0))?)
    }

    fn make_index(&self, object: &Object) -> Result<(), StoreError> {
        let name = &object.name;
        self.forget_search(name)?;
        let fields: Vec<&Field> = stored(object).collect();
        if fields.is_empty() {
            return self.note_index(object);
        }
        let numbered: Vec<String> = (0..fields.len()).map(|place| format!("c{place}")).collect();
        let watched: Vec<String> = fields.iter().map(|field| format!("\"{}\"", field.name)).collect();
        let deleted = if object.field("IsDeleted").is_some() { ", \"IsDeleted\"" } else { "" };
        self.connection().execute_batch(&format!(
            "CREATE VIRTUAL TABLE \"_index_{name}\" USING fts5({}, content='', contentless_delete=1, tokenize='ascii');
             CREATE VIRTUAL TABLE \"_words_{name}\" USING fts5vocab('_index_{name}', 'row');
             CREATE TRIGGER \"_fulltext_{name}_insert\" AFTER INSERT ON \"{name}\"
                 BEGIN INSERT OR IGNORE INTO _fulltext_changed VALUES ('{name}', new.rowid); END;
             CREATE TRIGGER \"_fulltext_{name}_update\" AFTER UPDATE OF {}{deleted} ON \"{name}\"
                 BEGIN INSERT OR IGNORE INTO _fulltext_changed VALUES ('{name}', new.rowid); END;
             CREATE TRIGGER \"_fulltext_{name}_delete\" AFTER DELETE ON \"{name}\"
                 BEGIN INSERT OR IGNORE INTO _fulltext_changed VALUES ('{name}', old.rowid); END;",
            numbered.join(", "),
            watched.join(", ")
        ))?;
        self.connection().execute(&taking_in(object, ""), [])?;
        self.note_index(object)
    }

    fn note_index(&self, object: &Object) -> Result<(), StoreError> {
        self.execute("INSERT OR REPLACE INTO _fulltext VALUES (?1, ?2)", (&*object.name, fields_of(object)))
    }

    fn take_in_changes(&self, object: &Object) -> Result<(), StoreError> {
        if !self.has_changed_rows(object)? {
            return Ok(());
        }
        const CHANGED: &str = "rowid IN (SELECT row FROM _fulltext_changed WHERE object = ?1)";
        self.execute(&format!("DELETE FROM \"_index_{}\" WHERE {CHANGED}", object.name), [&*object.name])?;
        self.execute(&taking_in(object, &format!(" AND {CHANGED}")), [&*object.name])?;
        self.execute("DELETE FROM _fulltext_changed WHERE object = ?1", [&*object.name])
    }

    /// Asks the index. What is not indexed yet is not found: see `freshen`.
    fn indexed(&self, object: &Object, fields: &[String], terms: &Terms, limit: usize) -> Result<Vec<RecordId>, StoreError> {
        if self.indexed_fields(object)?.is_none_or(|known| known.is_empty()) {
            return Ok(Vec::new());
        }
        let places: Vec<String> =
            stored(object).enumerate().filter(|(_, field)| fields.contains(&field.name.to_string())).map(|(place, _)| format!("c{place}")).collect();
        let name = &object.name;
        let asked = format!("{{{}}} : ({})", places.join(" "), self.expression(name, terms)?);
        // Rows changed after the last `freshen` may be gone, and a row number may have a new record: the index is asked after it only.
        let sql = format!(
            "SELECT \"{name}\".\"Id\" FROM \"_index_{name}\" CROSS JOIN \"{name}\" ON \"{name}\".rowid = \"_index_{name}\".rowid
             WHERE \"_index_{name}\" MATCH ?1 ORDER BY \"_index_{name}\".rank, \"{name}\".rowid LIMIT ?2"
        );
        let mut statement = self.connection().prepare_cached(&sql)?;
        let found = statement.query_map((asked, i64::try_from(limit).unwrap_or(i64::MAX)), |row| row.get::<_, String>(0))?;
        found.map(|id| RecordId::parse(&id?).map_err(StoreError::new)).collect()
    }

    /// The terms in the index's own language.
    fn expression(&self, object: &str, terms: &Terms) -> Result<String, StoreError> {
        let all = |terms: &[Terms], word: &str| {
            let terms: Result<Vec<String>, StoreError> = terms.iter().map(|term| self.expression(object, term)).collect();
            Ok(format!("({})", terms?.join(word)))
        };
        match terms {
            Terms::Nothing => Ok(NOWHERE.to_owned()),
            Terms::All(terms) => all(terms, " AND "),
            Terms::Any(terms) => all(terms, " OR "),
            Terms::Without { wanted, unwanted } => Ok(format!("({} NOT {})", self.expression(object, wanted)?, self.expression(object, unwanted)?)),
            Terms::Phrase(patterns) => self.phrase(object, patterns),
        }
    }

    /// Words one after the other. A star at the end is the index's own; other wildcards are replaced by the words they stand for.
    fn phrase(&self, object: &str, patterns: &[Pattern]) -> Result<String, StoreError> {
        if let Some((last, before)) = patterns.split_last()
            && last.is_prefix()
            && !before.iter().any(Pattern::is_wild)
        {
            let words: Vec<&str> = before.iter().map(Pattern::as_str).chain([last.stem()]).collect();
            return Ok(format!("\"{}\" *", words.join(" ")));
        }
        let mut phrases = vec![String::new()];
        for pattern in patterns {
            let words = if pattern.is_wild() { self.words_like(object, pattern)? } else { vec![pattern.as_str().to_owned()] };
            let longer = phrases.iter().flat_map(|phrase| words.iter().map(move |word| format!("{phrase} {word}")));
            phrases = longer.take(MOST_WORDS).collect();
        }
        match phrases.is_empty() {
            true => Ok(NOWHERE.to_owned()),
            false => Ok(format!("(\"{}\")", phrases.join("\" OR \""))),
        }
    }

    /// The indexed words that fit a pattern, at most as many as an expression bears.
    fn words_like(&self, object: &str, pattern: &Pattern) -> Result<Vec<String>, StoreError> {
        let sql = format!("SELECT term FROM \"_words_{object}\" WHERE term >= ?1 AND term <= ?2");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let stem = pattern.stem();
        let mut rows = statement.query((stem, format!("{stem}\u{10ffff}")))?;
        let mut words = Vec::new();
        while let Some(row) = rows.next()? {
            let word = row.get_ref(0)?.as_str()?;
            if pattern.fits(word) {
                words.push(word.to_owned());
                if words.len() == MOST_WORDS {
                    break;
                }
            }
        }
        Ok(words)
    }

    /// Reads every row of a sub-select.
    fn read_through(&self, fields: &[&Field], sql: &str, terms: &Terms, limit: usize) -> Result<Vec<RecordId>, StoreError> {
        let names: Vec<String> = fields.iter().map(|field| format!("\"{}\"", field.name)).collect();
        let sql = format!("SELECT \"Id\", {} FROM ({sql}) ORDER BY \"Id\"", names.join(", "));
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let words = fields.iter().enumerate().map(|(place, field)| match row.get_ref(place + 1) {
                Ok(ValueRef::Text(text)) => field_words(field.kind, &String::from_utf8_lossy(text)),
                _ => Vec::new(),
            });
            if terms.hold(&words.collect::<Vec<_>>()) {
                found.push(RecordId::parse(row.get_ref(0)?.as_str()?).map_err(StoreError::new)?);
                if found.len() == limit {
                    break;
                }
            }
        }
        Ok(found)
    }
}

/// Rows every fresh org has, of an object nothing was written to.
fn seeded(object: &Object, fields: &[String], terms: &Terms, limit: usize) -> Vec<RecordId> {
    let text = |row: &catalogue::SeedRow, name: &str| match row.iter().find(|(field, _)| *field == name) {
        Some((_, catalogue::SeedValue::Text(text))) => *text,
        _ => "",
    };
    let rows = object
        .seed
        .iter()
        .filter(|row| terms.hold(&named(object, fields).map(|field| field_words(field.kind, text(row, &field.name))).collect::<Vec<_>>()));
    rows.filter_map(|row| RecordId::parse(text(row, "Id")).ok()).take(limit).collect()
}

fn named<'o>(object: &'o Object, names: &'o [String]) -> impl Iterator<Item = &'o Field> {
    object.fields.iter().filter(|field| names.iter().any(|name| *name == field.name))
}

/// The fields an index of the object has, in the order of its columns.
fn stored(object: &Object) -> impl Iterator<Item = &Field> {
    index_fields(object).filter(|field| columns(object).any(|column| column.name == field.name))
}

fn fields_of(object: &Object) -> String {
    stored(object).map(|field| &*field.name).collect::<Vec<_>>().join(",")
}

/// Puts live rows into the index; `which` narrows them down.
fn taking_in(object: &Object, which: &str) -> String {
    let words = |field: &Field| {
        let function = if field.kind == catalogue::FieldType::Phone { "searchable_phone" } else { "searchable" };
        format!("{function}(\"{}\")", field.name)
    };
    let (places, values): (Vec<String>, Vec<String>) = stored(object).enumerate().map(|(place, field)| (format!("c{place}"), words(field))).unzip();
    let alive = if object.field("IsDeleted").is_some() { "\"IsDeleted\" IS NOT 1" } else { "1" };
    format!(
        "INSERT INTO \"_index_{0}\" (rowid, {1}) SELECT rowid, {2} FROM \"{0}\" WHERE {alive}{which}",
        object.name,
        places.join(", "),
        values.join(", ")
    )
}

#[cfg(test)]
mod tests;
