//! Long Bulk 1.0 queries split by ranges of ids, as `Sforce-Enable-PKChunking` asks for.

use soql::syntax::ast::{Condition, Query};

use super::error::JobError;
use super::step::Database;
use crate::id::RecordId;
use crate::records::{Queries, RecordError};

/// Records of a chunk unless the header says otherwise, and at most. Source: Bulk API guide, "PK Chunking Header".
const CHUNK: u32 = 100_000;
const CHUNK_LIMIT: u32 = 250_000;

/// `TRUE`, `FALSE`, or `chunkSize=50000; startRow=001…; parent=Account`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkHeader {
    /// `None`: the query stays whole.
    pub size: Option<u32>,
}

impl ChunkHeader {
    /// Reads the header; `None` when it cannot be read.
    pub fn read(header: &str) -> Option<Self> {
        match header.trim() {
            text if text.eq_ignore_ascii_case("true") => return Some(Self { size: Some(CHUNK) }),
            text if text.eq_ignore_ascii_case("false") => return Some(Self { size: None }),
            _ => {}
        }
        let mut size = CHUNK;
        for option in header.split(';').map(str::trim).filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=')?;
            match name.trim().to_ascii_lowercase().as_str() {
                "chunksize" => size = value.trim().parse().ok().filter(|size| (1..=CHUNK_LIMIT).contains(size))?,
                // Where to begin and whose share or history table it is: every range of ids is looked at here.
                "startrow" | "parent" => {}
                _ => return None,
            }
        }
        Some(Self { size: Some(size) })
    }
}

/// The queries of the chunks, each over a range of ids that holds at most `size` records of the object.
///
/// # Errors
/// The query is none, or has parts that cannot be split.
pub fn chunks<D: Database>(queries: &Queries<'_, D>, soql: &str, size: u32) -> Result<Vec<String>, JobError> {
    let query = soql::syntax::parse(soql).map_err(RecordError::from)?;
    if !query.order.is_empty() || query.limit.is_some() || query.offset.is_some() || query.group.is_some() {
        // GUESS: the guide says that such queries cannot be chunked, not in which words.
        return Err(JobError::Query { code: "InvalidBatch".to_owned(), message: "PK chunking supports no clauses but WHERE".to_owned() });
    }
    let all = queries.extract(&format!("SELECT Id FROM {} ORDER BY Id", query.from.path), true)?;
    let mut begins: Vec<RecordId> = Vec::new();
    let step = usize::try_from(size).unwrap_or(usize::MAX);
    let total = usize::try_from(all.total()).unwrap_or(usize::MAX);
    for place in (0..total).step_by(step) {
        queries.extracted(&all, place..place + 1, &mut |row| begins.extend(row.column(all.columns()[0].column).id()))?;
    }
    let ranges = begins.iter().enumerate().map(|(index, from)| ranged(&query, *from, begins.get(index + 1).copied()));
    ranges.collect()
}

/// The query over the ids from `from` up to, but without, `to`.
fn ranged(query: &Query, from: RecordId, to: Option<RecordId>) -> Result<String, JobError> {
    let upper = to.map(|to| format!(" AND Id < '{to}'")).unwrap_or_default();
    let range = soql::syntax::parse(&format!("SELECT Id FROM A WHERE Id >= '{from}'{upper}")).map_err(RecordError::from)?;
    let mut query = query.clone();
    query.condition = match (query.condition.take(), range.condition) {
        (Some(own), Some(range)) => Some(Condition::All(vec![own, range])),
        (own, range) => own.or(range),
    };
    Ok(query.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_names_the_size_of_a_chunk() {
        let size = |header| ChunkHeader::read(header).map(|read| read.size);
        assert_eq!(size("TRUE"), Some(Some(100_000)));
        assert_eq!(size("false"), Some(None));
        assert_eq!(size("chunkSize=50000; startRow=00130000000xEftMGH"), Some(Some(50_000)));
        assert_eq!(size("parent=Account"), Some(Some(100_000)));
        assert_eq!((size("chunkSize=0"), size("chunkSize=250001"), size("x=1"), size("x")), (None, None, None, None));
    }

    #[test]
    fn a_range_of_ids_joins_the_conditions_of_the_query() {
        let query = soql::syntax::parse("SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b'").unwrap();
        let (from, to) = (RecordId::numbered("001", 1, 1), RecordId::numbered("001", 1, 2));
        let text = ranged(&query, from, Some(to)).unwrap();
        assert_eq!(text, format!("SELECT Id FROM Account WHERE (Name = 'a' OR Name = 'b') AND (Id >= '{from}' AND Id < '{to}')"));
    }
}
