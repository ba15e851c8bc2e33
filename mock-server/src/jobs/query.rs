//! Bulk queries: the rows of a query at one instant, spelled and stored in slices, handed out in pages.

use std::ops::Range;

use super::batch_spelling::{BatchJson, BatchXml};
use super::csv;
use super::error::UnsupportedQuery;
use super::ingest::Stop;
use super::job::{Api, ContentType, Job, Operation};
use super::step::{Database, Setting};
use super::storage::{Jobs, Kept};
use super::work::{SLICE, Work};
use crate::id::RecordId;
use crate::records::{Asked, Extract, NotFlat, Queries, RecordError, plain_value};
use crate::schema::View;
use crate::storage::{StoreError, pack, unpack};

/// What a running job remembers between its steps. Lost in a restart: the query then begins again.
#[derive(Default)]
pub struct Run(Option<Extract>);

impl From<NotFlat> for UnsupportedQuery {
    fn from(what: NotFlat) -> Self {
        match what {
            NotFlat::Count | NotFlat::Aggregate => Self::Aggregate,
            NotFlat::ChildSubquery => Self::Children,
            NotFlat::Typeof => Self::Typeof,
            NotFlat::Compound => Self::Compound,
            NotFlat::Offset => Self::Offset,
        }
    }
}

/// Stores the next rows of a query; `false` when there are no more.
pub fn slice<D: Database>(
    db: &D,
    setting: &Setting<'_>,
    job: &Job,
    owner: RecordId,
    soql: &str,
    work: &mut Work,
    run: &mut Run,
) -> Result<bool, Stop> {
    let view = View { schema: setting.schema, rows: db, access: setting.access };
    let version = format!("v{}.0", job.version);
    let asked = Asked::of(setting.org, setting.user, setting.now, &version);
    let queries = Queries { memory: setting.memory, db, catalog: &view, asked: &asked };
    let extract = match run.0.take() {
        Some(extract) => extract,
        None => {
            db.drop_pieces(owner, Kept::Rows)?;
            (work.next, work.processed) = (0, 0);
            let extract = queries.extract(soql, job.operation == Operation::QueryAll).map_err(|error| refused(job, &error))?;
            fits(job, &extract)?;
            work.columns = extract.columns().iter().map(|column| column.name.clone()).collect();
            extract
        }
    };
    let from = usize::try_from(work.next).unwrap_or(usize::MAX);
    let places = from..from.saturating_add(SLICE);
    let (rows, count) = spelled(&queries, job, &extract, places).map_err(|error| refused(job, &error))?;
    if count > 0 {
        db.add_piece(owner, Kept::Rows, work.processed, &pack(&rows))?;
    }
    work.processed += count;
    work.next = (work.next + SLICE as u64).min(extract.total());
    let more = work.next < extract.total();
    run.0 = more.then_some(extract);
    Ok(more)
}

/// The rows at these places as the job's content type spells them, and how many there are.
fn spelled<D: Database>(queries: &Queries<'_, D>, job: &Job, extract: &Extract, places: Range<usize>) -> Result<(Vec<u8>, u64), RecordError> {
    let version = format!("v{}.0", job.version);
    match job.content_type.inner() {
        ContentType::Json => nested(queries, extract, places, &BatchJson::new(&version)),
        ContentType::Xml => nested(queries, extract, places, &BatchXml),
        _ => flat(queries, job, extract, places),
    }
}

fn nested<D: Database, S: crate::records::Spelling>(
    queries: &Queries<'_, D>,
    extract: &Extract,
    places: Range<usize>,
    spelling: &S,
) -> Result<(Vec<u8>, u64), RecordError> {
    let mut count = 0;
    queries.extracted(extract, places.clone(), &mut |_| count += 1)?;
    Ok((queries.extracted_as(extract, places, spelling)?, count))
}

fn flat<D: Database>(queries: &Queries<'_, D>, job: &Job, extract: &Extract, places: Range<usize>) -> Result<(Vec<u8>, u64), RecordError> {
    let (mut rows, mut value, mut count) = (Vec::new(), Vec::new(), 0);
    let (delimiter, ending) = (job.delimiter.byte(), job.line_ending.text().as_bytes());
    queries.extracted(extract, places, &mut |row| {
        count += 1;
        for (place, column) in extract.columns().iter().enumerate() {
            if place > 0 {
                rows.push(delimiter);
            }
            value.clear();
            plain_value(&mut value, column.kind, row.column(column.column));
            csv::quoted(&mut rows, &value);
        }
        rows.extend_from_slice(ending);
    })?;
    Ok((rows, count))
}

/// Refuses what cannot be spelled in the job's content type.
fn fits(job: &Job, extract: &Extract) -> Result<(), Stop> {
    let blob = extract.columns().iter().any(|column| column.kind == catalogue::FieldType::Base64);
    if blob && job.content_type.inner() == ContentType::Csv {
        return Err(Stop::Failed(UnsupportedQuery::Blob.batch_message()));
    }
    if job.api == Api::Classic && !extract.object().eq_ignore_ascii_case(&job.object) {
        return Err(Stop::Failed(format!(
            "InvalidBatch : Failed to process query: INVALID_TYPE_FOR_OPERATION: The root entity of the requested query ({}) does not match the entity of the requested Bulk API Job ({}).",
            extract.object(),
            job.object
        )));
    }
    Ok(())
}

fn refused(job: &Job, error: &RecordError) -> Stop {
    match error {
        RecordError::Store(cause) => Stop::Store(StoreError::new(cause.clone())),
        RecordError::NotFlat(what) => Stop::Failed(UnsupportedQuery::from(*what).batch_message()),
        error if job.api == Api::Classic => Stop::Failed(format!("InvalidBatch : Failed to process query: {}: {error}", error.code())),
        error => Stop::Failed(format!("{}: {error}", error.code())),
    }
}

/// The header row of CSV results.
pub fn header(job: &Job, columns: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    csv::row(&mut out, columns.iter().map(String::as_bytes), job.delimiter.byte(), job.line_ending);
    out
}

/// CSV rows of a stored piece that lie in `wanted`, and where the next piece begins. `first` is the piece's first row.
pub fn rows(db: &dyn Jobs, owner: RecordId, first: u64, wanted: &Range<u64>) -> Result<Vec<u8>, StoreError> {
    let Some(packed) = db.piece(owner, Kept::Rows, first)? else { return Ok(Vec::new()) };
    let text = unpack(&packed)?;
    let skip = usize::try_from(wanted.start.saturating_sub(first)).unwrap_or(usize::MAX);
    let take = usize::try_from(wanted.end.saturating_sub(first.max(wanted.start))).unwrap_or(usize::MAX);
    let begin = after_rows(&text, 0, skip);
    let end = after_rows(&text, begin, take);
    Ok(text[begin..end].to_owned())
}

/// The place behind so many rows, counted from `from`.
fn after_rows(text: &[u8], from: usize, rows: usize) -> usize {
    let (mut at, mut left, mut quoted) = (from, rows, false);
    while left > 0 && at < text.len() {
        match text[at] {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => left -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// First rows of the stored pieces that hold a part of `wanted`.
pub fn pieces_of(db: &dyn Jobs, owner: RecordId, wanted: &Range<u64>) -> Result<Vec<u64>, StoreError> {
    let pieces = db.pieces(owner, Kept::Rows)?;
    let begin = pieces.partition_point(|first| *first <= wanted.start).saturating_sub(1);
    Ok(pieces.into_iter().skip(begin).take_while(|first| *first < wanted.end).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_outside_quotes() {
        let text = b"\"a\nb\",\"\"\"\n\"\n\"c\",\"d\"\n";
        assert_eq!(after_rows(text, 0, 0), 0);
        assert_eq!(&text[after_rows(text, 0, 1)..], b"\"c\",\"d\"\n");
        assert_eq!(after_rows(text, 0, 9), text.len());
    }
}
