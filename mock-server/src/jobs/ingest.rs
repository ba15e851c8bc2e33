//! Records of a job or batch written, one slice after the other.

use std::collections::HashMap;

use catalogue::{FieldType, Object};
use csv::ByteRecord;

use super::batch_json;
use super::batch_xml;
use super::content::Content;
use super::csv::{Defect, Reader};
use super::job::{ContentType, Job, Operation};
use super::outcome::{self, Outcome, Refusal};
use super::storage::{Jobs, Kept};
use super::work::{SLICE, Work};
use crate::id::RecordId;
use crate::records::{Cell, Change, ExternalId, Input, RecordError, Rows, Sheet, UnknownColumn, Upserted, fit_together};
use crate::storage::StoreError;

/// Records that Salesforce hands on together: two of them may not carry the same external id.
const CHUNK: usize = 200;

/// Makes an attempt fail whose outcome is known already.
const UNDO: RecordError = RecordError::NotFound;

/// Stands for null in CSV.
const NULL: &str = "#N/A";

/// One org's database as this room needs it for writing.
pub trait Writing: Jobs + Rows {
    /// Runs a change of which nothing is kept when it fails, though the rest of the transaction is.
    fn attempt(&self, work: &mut dyn FnMut() -> Result<(), RecordError>) -> Result<(), RecordError>;
}

/// What a slice needs to know.
pub struct Ingest<'a> {
    pub change: Change<'a>,
    pub job: &'a Job,
    pub object: &'a Object,
}

/// Why a slice ends the whole.
#[derive(Debug)]
pub enum Stop {
    /// As `errorMessage` and `stateMessage` say it.
    Failed(String),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Defect> for Stop {
    fn from(defect: Defect) -> Self {
        Self::Failed(defect.to_string())
    }
}

/// Writes the next records of what `owner` handed in; `false` when there are no more.
///
/// # Errors
/// What is wrong with all of it, told before the first record is written.
pub fn slice(db: &dyn Writing, ingest: &Ingest<'_>, owner: RecordId, work: &mut Work) -> Result<bool, Stop> {
    if let Some(fault) = &work.fault {
        return Err(Stop::Failed(fault.clone()));
    }
    if work.bytes == Some(0) {
        return Ok(false);
    }
    let Sliced { first, outcomes, more } = match ingest.job.content_type.inner() {
        ContentType::Json => ingest.json(db, owner, work)?,
        ContentType::Xml => ingest.xml(db, owner, work)?,
        _ => ingest.csv(db, owner, work)?,
    };
    if !outcomes.is_empty() {
        db.add_piece(owner, Kept::Outcomes, first, &outcome::packed(&outcomes))?;
        work.processed += outcomes.len() as u64;
        work.failed += outcomes.iter().filter(|outcome| outcome.result.is_err()).count() as u64;
    }
    Ok(more)
}

/// What became of the records of one slice, which begins at this byte or record.
struct Sliced {
    first: u64,
    outcomes: Vec<Outcome>,
    more: bool,
}

impl Ingest<'_> {
    fn csv(&self, db: &dyn Writing, owner: RecordId, work: &mut Work) -> Result<Sliced, Stop> {
        let delimiter = self.job.delimiter.byte();
        let fields = self.fields(&work.columns);
        let sheet = Sheet::resolve(self.change.access, self.object, &fields).map_err(|UnknownColumn(name)| field_not_found(&name))?;
        let table = self.table(sheet)?;
        let first = work.next;
        let mut reader = Reader::new(Content::open(db, owner, Kept::Content, work.next)?, delimiter, work.next);
        let mut outcomes = Vec::with_capacity(SLICE);
        let mut chunk = vec![ByteRecord::new(); CHUNK];
        let mut more = true;
        while more && outcomes.len() < SLICE {
            let mut length = 0;
            while length < CHUNK && more {
                more = reader.next(&mut chunk[length])?;
                length += usize::from(more);
            }
            table.write(db, &chunk[..length], &mut outcomes)?;
        }
        work.next = reader.place();
        Ok(Sliced { first, outcomes, more })
    }

    /// The columns by the fields they stand for, where a transformation spec renames them.
    fn fields(&self, columns: &[String]) -> Vec<String> {
        let renamed = |column: &String| {
            let line = self.job.renamed.iter().find(|line| line.column.eq_ignore_ascii_case(column));
            line.map_or_else(|| column.clone(), |line| line.field.clone())
        };
        columns.iter().map(renamed).collect()
    }

    /// Joins the header to the operation.
    fn table<'t>(&'t self, sheet: Sheet<'t>) -> Result<Table<'t>, Stop> {
        let operation = self.job.operation;
        let key = match operation {
            Operation::Upsert => {
                let name = self.job.external_id_field.as_deref().unwrap_or("Id");
                let field = self.object.field_index(name).ok_or_else(|| field_not_found(name))?;
                match sheet.column_of(field) {
                    Some(column) => Some((field, column)),
                    // Records without an id are new ones.
                    None if self.object.fields[field].kind == FieldType::Id => None,
                    None => return Err(field_not_found(name)),
                }
            }
            _ => None,
        };
        let id = sheet.id_column();
        if matches!(operation, Operation::Update | Operation::Delete | Operation::HardDelete) && id.is_none() {
            return Err(field_not_found("Id"));
        }
        if operation.is_delete() && sheet.width() > 1 {
            return Err(Stop::Failed(format!("InvalidBatch : The '{}' batch must contain only ids", operation.name())));
        }
        Ok(Table { ingest: self, sheet, id, key })
    }

    fn json(&self, db: &dyn Writing, owner: RecordId, work: &mut Work) -> Result<Sliced, Stop> {
        let body = Content::whole(db, owner, Kept::Content)?;
        let records = batch_json::records(&body).map_err(Stop::Failed)?;
        let begin = usize::try_from(work.next).unwrap_or(usize::MAX).min(records.len());
        let end = (begin + SLICE).min(records.len());
        let mut outcomes = Vec::with_capacity(end - begin);
        for record in &records[begin..end] {
            let given = batch_json::Given::of(record, self.job);
            outcomes.push(self.write_one(db, &given.id, given.key.as_deref(), Input::Parsed { value: &given.fields, body: &body })?);
        }
        work.next = end as u64;
        Ok(Sliced { first: begin as u64, outcomes, more: end < records.len() })
    }

    fn xml(&self, db: &dyn Writing, owner: RecordId, work: &mut Work) -> Result<Sliced, Stop> {
        let body = Content::whole(db, owner, Kept::Content)?;
        let records = batch_xml::records(&String::from_utf8_lossy(&body)).map_err(Stop::Failed)?;
        let begin = usize::try_from(work.next).unwrap_or(usize::MAX).min(records.len());
        let end = (begin + SLICE).min(records.len());
        let mut outcomes = Vec::with_capacity(end - begin);
        for record in &records[begin..end] {
            let given = batch_xml::Given::of(record, self.job);
            outcomes.push(self.write_one(db, &given.id, given.key.as_deref(), Input::Text(&given.fields))?);
        }
        work.next = end as u64;
        Ok(Sliced { first: begin as u64, outcomes, more: end < records.len() })
    }

    /// Writes one record of a JSON or XML batch. `id` and `key` are what it gives for its id and for the external id.
    fn write_one(&self, db: &dyn Writing, id: &Option<String>, key: Option<&str>, input: Input<'_>) -> Result<Outcome, Stop> {
        let id = id.as_deref().unwrap_or_default();
        self.outcome(db, id, &mut |target| match target {
            Target::New => self.change.create(db, self.object, input).map(|id| (id, true)),
            Target::Known(id) => self.change.update(db, self.object, id, input).map(|()| (id, false)),
            Target::Keyed(field) => {
                let address = self.address(field, key.unwrap_or_default())?;
                self.change.upsert(db, &address, input, false).map(upserted)
            }
        })
    }

    /// Carries out the operation on one record, alone: what it did is undone when it fails.
    fn outcome(&self, db: &dyn Writing, id: &str, write: Write<'_>) -> Result<Outcome, Stop> {
        let mut outcome = Err(Stop::Store(StoreError::new("the record was not tried")));
        let attempted = db.attempt(&mut || {
            outcome = self.written(db, id, write);
            if matches!(outcome, Ok(Outcome { result: Ok(_), .. })) { Ok(()) } else { Err(UNDO) }
        });
        match attempted {
            Err(RecordError::Store(cause)) => Err(StoreError::new(cause).into()),
            _ => outcome,
        }
    }

    /// Carries out the operation on one record; the caller undoes what a refused one did.
    fn written(&self, db: &dyn Writing, id: &str, write: Write<'_>) -> Result<Outcome, Stop> {
        let target = match self.target(id) {
            Ok(target) => target,
            Err(refusal) => return Ok(Outcome { id: None, result: Err(refusal) }),
        };
        let named = if let Target::Known(id) = target { Some(id) } else { None };
        let done = match (self.job.operation, target) {
            (Operation::Delete, Target::Known(id)) => self.change.delete(db, self.object, id).map(|()| (id, false)),
            (Operation::HardDelete, Target::Known(id)) => self.erase(db, id).map(|()| (id, false)),
            _ => write(target),
        };
        match done {
            Ok((id, created)) => Ok(Outcome { id: Some(id), result: Ok(created) }),
            Err(RecordError::Store(cause)) => Err(StoreError::new(cause).into()),
            Err(error) => Ok(Outcome { id: named, result: Err(Refusal::from(&error)) }),
        }
    }

    /// Takes a record away without a trace in the recycle bin.
    fn erase(&self, db: &dyn Writing, id: RecordId) -> Result<(), RecordError> {
        self.change.delete(db, self.object, id)?;
        self.change.purge(db, self.object, id)
    }

    /// Which record is meant. Sources of the words: SOAP's answers to the same mistakes.
    fn target(&self, id: &str) -> Result<Target, Refusal> {
        match self.job.operation {
            Operation::Insert if id.is_empty() => Ok(Target::New),
            Operation::Insert => Err(Refusal::new("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", &["Id"])),
            Operation::Upsert => match self.key_field() {
                Some(field) => Ok(Target::Keyed(field)),
                None if id.is_empty() => Ok(Target::New),
                None => self.known(id),
            },
            Operation::Update if id.is_empty() => Err(Refusal::new("MISSING_ARGUMENT", "Id not specified in an update call", &["Id"])),
            // GUESS: remembered from SOAP's delete.
            _ if id.is_empty() => Err(Refusal::new("MALFORMED_ID", "bad id ", &[])),
            _ => self.known(id),
        }
    }

    fn known(&self, id: &str) -> Result<Target, Refusal> {
        let parsed = RecordId::parse(id.trim()).ok().filter(|id| self.object.key_prefix.as_deref() == Some(id.prefix()));
        parsed.map(Target::Known).ok_or_else(|| match self.job.operation.is_delete() {
            true => Refusal::new("MALFORMED_ID", format!("bad id {id}"), &[]),
            false => {
                let label = self.object.field("Id").map_or("Record ID", |field| &field.label);
                Refusal::new("MALFORMED_ID", format!("{label}: id value of incorrect type: {id}"), &["Id"])
            }
        })
    }

    /// The external id field, unless the id itself is what is upserted by.
    fn key_field(&self) -> Option<usize> {
        let field = self.object.field_index(self.job.external_id_field.as_deref()?)?;
        (self.object.fields[field].kind != FieldType::Id).then_some(field)
    }

    fn address(&self, field: usize, value: &str) -> Result<ExternalId<'_>, RecordError> {
        let name = &self.object.fields[field].name;
        if value.is_empty() {
            return Err(RecordError::Query { code: "MISSING_ARGUMENT", message: format!("{name} not specified") });
        }
        ExternalId::parse(self.object, name, value)
    }
}

fn upserted(done: Upserted) -> (RecordId, bool) {
    match done {
        Upserted::Created(id) => (id, true),
        Upserted::Updated(id) => (id, false),
    }
}

/// The record an operation is about.
#[derive(Debug, Clone, Copy)]
enum Target {
    New,
    Known(RecordId),
    /// Whichever has the value of this field.
    Keyed(usize),
}

fn field_not_found(name: &str) -> Stop {
    Stop::Failed(format!("InvalidBatch : Field name not found : {name}"))
}

/// Writes a record, wherever it is found; tells its id and whether it is new.
type Write<'w> = &'w mut dyn FnMut(Target) -> Result<(RecordId, bool), RecordError>;

/// What is undone when a record is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undone {
    Record,
    Chunk,
}

/// A CSV batch in the middle of being written.
struct Table<'t> {
    ingest: &'t Ingest<'t>,
    sheet: Sheet<'t>,
    id: Option<usize>,
    /// The external id: its field and its column.
    key: Option<(usize, usize)>,
}

impl Table<'_> {
    /// A chunk is first tried as a whole, for a savepoint a record costs more than the record; one with a refused record is
    /// undone and done again record by record. What is kept outside of the org's database cannot be undone, so objects that
    /// other rooms keep go record by record at once.
    fn write(&self, db: &dyn Writing, chunk: &[ByteRecord], outcomes: &mut Vec<Outcome>) -> Result<(), Stop> {
        let begun = outcomes.len();
        if db.is_plain(self.ingest.object) {
            let mut stopped = None;
            let whole = db.attempt(&mut || match self.write_whole(db, chunk, outcomes) {
                Ok(true) => Ok(()),
                Ok(false) => Err(UNDO),
                Err(stop) => {
                    stopped = Some(stop);
                    Err(UNDO)
                }
            });
            match (stopped, whole) {
                (Some(stop), _) => return Err(stop),
                (None, Ok(())) => return Ok(()),
                (None, Err(RecordError::Store(cause))) => return Err(StoreError::new(cause).into()),
                (None, Err(_)) => outcomes.truncate(begun),
            }
        }
        self.write_all(db, chunk, outcomes, Undone::Record)
    }

    /// Writes a chunk as long as nothing is refused; `false` when something was.
    fn write_whole(&self, db: &dyn Writing, chunk: &[ByteRecord], outcomes: &mut Vec<Outcome>) -> Result<bool, Stop> {
        let (ingest, begun) = (self.ingest, outcomes.len());
        if ingest.job.operation != Operation::Insert || self.id.is_some() || !fit_together(db, ingest.object) {
            self.write_all(db, chunk, outcomes, Undone::Chunk)?;
            return Ok(outcomes[begun..].iter().all(|outcome| outcome.result.is_ok()));
        }
        match self.sheet.create_all(&ingest.change, db, chunk.iter().map(cells)) {
            Ok(Some(ids)) => {
                outcomes.extend(ids.into_iter().map(|id| Outcome { id: Some(id), result: Ok(true) }));
                Ok(true)
            }
            Err(RecordError::Store(cause)) => Err(StoreError::new(cause).into()),
            Ok(None) | Err(_) => Ok(false),
        }
    }

    fn write_all(&self, db: &dyn Writing, chunk: &[ByteRecord], outcomes: &mut Vec<Outcome>, undone: Undone) -> Result<(), Stop> {
        let repeated = self.repeated(chunk);
        let mut row = Vec::new();
        for record in chunk {
            let outcome = match self.key_of(record).filter(|value| repeated.contains_key(value)) {
                Some(value) => Outcome { id: None, result: Err(self.repeated_key(&value)) },
                None => {
                    row.clear();
                    row.extend(cells(record));
                    self.write_row(db, &row, undone)?
                }
            };
            let is_refused = outcome.result.is_err();
            outcomes.push(outcome);
            // The chunk is undone with what the refused record had done: nothing after it may see that.
            if is_refused && undone == Undone::Chunk {
                break;
            }
        }
        Ok(())
    }

    fn write_row(&self, db: &dyn Writing, cells: &[Cell<'_>], undone: Undone) -> Result<Outcome, Stop> {
        let ingest = self.ingest;
        let text = |column: usize| if let Some(Cell::Text(text)) = cells.get(column) { text } else { "" };
        let id = self.id.map_or("", text);
        let mut write = |target| match target {
            Target::New => self.sheet.create(&ingest.change, db, cells).map(|id| (id, true)),
            Target::Known(id) => self.sheet.update(&ingest.change, db, id, cells).map(|()| (id, false)),
            Target::Keyed(field) => {
                let address = ingest.address(field, self.key.map_or("", |(_, column)| text(column)))?;
                self.sheet.upsert(&ingest.change, db, &address, cells).map(upserted)
            }
        };
        match undone {
            Undone::Record => ingest.outcome(db, id, &mut write),
            Undone::Chunk => ingest.written(db, id, &mut write),
        }
    }

    /// The value a record is upserted by, as text.
    fn key_of(&self, record: &ByteRecord) -> Option<String> {
        let (_, column) = self.key.filter(|(field, _)| self.ingest.object.fields[*field].kind != FieldType::Id)?;
        let value = record.get(column).filter(|value| !value.is_empty())?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// The external ids that several records of a chunk carry.
    fn repeated(&self, chunk: &[ByteRecord]) -> HashMap<String, usize> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        if self.key.is_some() {
            for key in chunk.iter().filter_map(|record| self.key_of(record)) {
                *seen.entry(key).or_default() += 1;
            }
        }
        seen.retain(|_, count| *count > 1);
        seen
    }

    fn repeated_key(&self, value: &str) -> Refusal {
        let name = self.key.map_or("", |(field, _)| &*self.ingest.object.fields[field].name);
        Refusal::new("DUPLICATE_VALUE", format!("Duplicate external id specified: {value}"), &[name])
    }
}

/// What was handed in was made UTF-8 before it was stored.
fn cells(record: &ByteRecord) -> impl Iterator<Item = Cell<'_>> {
    record.iter().map(|value| cell(std::str::from_utf8(value).unwrap_or_default()))
}

fn cell(text: &str) -> Cell<'_> {
    match text {
        "" => Cell::Unchanged,
        NULL => Cell::Null,
        text => Cell::Text(text),
    }
}
