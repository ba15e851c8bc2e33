//! Rows to records, written straight into a buffer from the columns, in whichever spelling.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use soql::{Cell, Child, Item, Parent, ParentType, Shape, Statement, Typeof, Usage};

use super::ids::IdList;
use super::query::WHOLE;
use super::spelling::{Listing, Locator, Spelling, Subject};
use super::statements::{Column, Columns, Fill, Statements};
use crate::id::RecordId;
use crate::storage::StoreError;

/// One page of a query's answer.
#[derive(Debug)]
pub struct Page {
    /// The spelled records, behind `Spelling::ROOM` bytes that are free for the envelope.
    pub records: Vec<u8>,
    /// Rows of the whole result.
    pub total: u64,
    /// Where it goes on; `None` on the last page.
    pub next: Option<Locator>,
    /// API name of the object queried.
    pub object: String,
    /// What FOR VIEW and FOR REFERENCE ask to be recorded about `used`.
    pub usage: Usage,
    /// The ids of the page's records, where `usage` asks for any.
    pub used: Vec<RecordId>,
}

/// Bytes of records after which a page with child lists is cut shorter.
const MOST_BYTES: usize = 32 << 20;

/// Writes the records of one answer.
#[derive(Clone, Copy)]
pub struct PageWriter<'a, S> {
    pub spelling: &'a S,
    /// Rows of one list, after which it goes on elsewhere; [`WHOLE`] where it may not.
    pub batch: usize,
    /// Whether the ids of the records are wanted besides.
    pub keeps_ids: bool,
}

/// Records that were written, each in its own range of `bytes`.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    rows: Vec<WrittenRow>,
}

struct WrittenRow {
    id: Option<RecordId>,
    end: usize,
}

/// A place in a record where a child list goes.
struct Hole {
    row: usize,
    at: usize,
    child: usize,
}

/// The cut lists of the parents that have one.
type Lists = HashMap<RecordId, List>;

/// The children of one parent: the written rows, and where the list goes on when it is longer.
struct List {
    rows: Range<usize>,
    listing: Listing,
}

/// A child list that goes on under a locator, which is open once the page is answered.
#[derive(Debug)]
pub struct LongList {
    pub locator: RecordId,
    /// The way from the root query to the child subquery.
    pub path: Vec<usize>,
    /// The ids of the whole list.
    pub ids: IdList,
}

/// What one page comes to while it is written.
struct Walk<'a> {
    /// Bytes that child lists may still take.
    room: usize,
    long: Vec<LongList>,
    /// Gives a fresh locator.
    fresh: &'a dyn Fn() -> RecordId,
}

/// One query result to be written: its statement and what its rows look like.
#[derive(Clone, Copy)]
pub struct Source<'s> {
    pub statement: &'s Statement,
    pub fill: Fill<'s>,
    pub shape: &'s Shape,
    pub children: &'s [Child],
}

impl<S: Spelling> PageWriter<'_, S> {
    /// Appends the records of a list: at most `batch`, and fewer where their child lists would make the page too large.
    /// `path` is the way from the root query to this list; `fresh` gives a locator for each child list that goes on elsewhere.
    pub fn list(
        &self,
        out: &mut Vec<u8>,
        db: &impl Statements,
        source: &Source<'_>,
        path: &[usize],
        fresh: &dyn Fn() -> RecordId,
    ) -> Result<Found, StoreError> {
        if !source.children.is_empty() {
            return self.list_with_children(out, db, source, path, fresh);
        }
        let mut found = Found::default();
        db.each(source.statement, source.fill, &mut |row| {
            found.rows += 1;
            if found.rows <= self.batch {
                found.written += 1;
                found.ids.extend(if self.keeps_ids { row.column(source.shape.id).id() } else { None });
                self.spelling.separate(out);
                self.record(out, source.shape, row, &mut |_, _| {});
            }
        })?;
        Ok(found)
    }

    fn list_with_children(
        &self,
        out: &mut Vec<u8>,
        db: &impl Statements,
        source: &Source<'_>,
        path: &[usize],
        fresh: &dyn Fn() -> RecordId,
    ) -> Result<Found, StoreError> {
        let (mut written, mut holes, mut rows) = (Written::default(), Vec::new(), 0);
        db.each(source.statement, source.fill, &mut |row| {
            rows += 1;
            if rows <= self.batch {
                self.written(&mut written, &mut holes, source.shape, row);
            }
        })?;
        loop {
            // One parent's lists are bounded by the batch.
            let room = if written.rows.len() == 1 && self.batch != WHOLE { usize::MAX } else { MOST_BYTES };
            let mut walk = Walk { room, long: Vec::new(), fresh };
            if let Some(whole) = self.filled(db, &written, &holes, source, path, &mut walk)? {
                for row in 0..whole.rows.len() {
                    self.spelling.separate(out);
                    out.extend_from_slice(whole.record(row));
                }
                let ids = if self.keeps_ids { whole.rows.iter().filter_map(|row| row.id).collect() } else { Vec::new() };
                return Ok(Found { rows, written: whole.rows.len(), ids, long: walk.long });
            }
            if self.batch == WHOLE {
                return Ok(Found { rows, ..Found::default() });
            }
            // Half as many parents have about half as many children.
            written.rows.truncate(written.rows.len().div_ceil(2));
        }
    }

    fn written(&self, written: &mut Written, holes: &mut Vec<Hole>, shape: &Shape, row: &dyn Columns) {
        let index = written.rows.len();
        self.record(&mut written.bytes, shape, row, &mut |at, child| holes.push(Hole { row: index, at, child }));
        written.rows.push(WrittenRow { id: row.column(shape.id).id(), end: written.bytes.len() });
    }

    /// The same records with their child lists in the holes. `None` when they take too much room.
    fn filled(
        &self,
        db: &impl Statements,
        written: &Written,
        holes: &[Hole],
        source: &Source<'_>,
        path: &[usize],
        walk: &mut Walk<'_>,
    ) -> Result<Option<Written>, StoreError> {
        let parents: Vec<RecordId> = written.rows.iter().filter_map(|row| row.id).collect();
        let mut lists = Vec::with_capacity(source.children.len());
        for (number, child) in source.children.iter().enumerate() {
            let way: Vec<usize> = path.iter().copied().chain([number]).collect();
            match self.child_lists(db, child, &parents, &way, walk)? {
                Some(list) => lists.push(list),
                None => return Ok(None),
            }
        }
        let keys: Vec<&str> = (0..source.children.len()).map(|child| key_of(source.shape, child)).collect();
        let mut filled = Written { bytes: Vec::with_capacity(written.bytes.len() * 2), rows: Vec::with_capacity(written.rows.len()) };
        let (mut copied, mut holes) = (0, holes.iter().peekable());
        for (index, row) in written.rows.iter().enumerate() {
            while let Some(hole) = holes.next_if(|hole| hole.row == index) {
                filled.bytes.extend_from_slice(&written.bytes[copied..hole.at]);
                copied = hole.at;
                let (children, lists) = &lists[hole.child];
                self.children(&mut filled.bytes, keys[hole.child], children, row.id.and_then(|id| lists.get(&id)));
            }
            filled.bytes.extend_from_slice(&written.bytes[copied..row.end]);
            copied = row.end;
            filled.rows.push(WrittenRow { id: row.id, end: filled.bytes.len() });
        }
        Ok(Some(filled))
    }

    /// The records of a child subquery, and which of them are whose.
    fn child_lists(
        &self,
        db: &impl Statements,
        child: &Child,
        parents: &[RecordId],
        path: &[usize],
        walk: &mut Walk<'_>,
    ) -> Result<Option<(Written, Lists)>, StoreError> {
        let (mut written, mut holes, mut lists) = (Written::default(), Vec::new(), HashMap::new());
        let mut current: Option<(RecordId, IdList)> = None;
        let mut is_full = false;
        // Rows of one parent stand together. What is beyond a batch is counted, not written.
        let fill = Fill { page_size: 0, ids: parents };
        let mut start = 0;
        db.each_while(&child.rows, fill, &mut |row| {
            let Some(parent) = row.column(child.parent).id() else { return ControlFlow::Continue(()) };
            if current.as_ref().is_none_or(|(known, _)| *known != parent) {
                walk.close(current.take(), &mut lists, start..written.rows.len(), self.batch, path);
                start = written.rows.len();
            }
            let (_, ids) = current.get_or_insert_with(|| (parent, IdList::default()));
            ids.extend(row.column(child.shape.id).id());
            if ids.len() <= self.batch {
                self.written(&mut written, &mut holes, &child.shape, row);
            }
            is_full = written.bytes.len() > walk.room;
            if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if is_full {
            return Ok(None);
        }
        walk.close(current.take(), &mut lists, start..written.rows.len(), self.batch, path);
        walk.room = walk.room.saturating_sub(written.bytes.len());
        if child.children.is_empty() || written.rows.is_empty() {
            return Ok(Some((written, lists)));
        }
        let source = Source { statement: &child.rows, fill, shape: &child.shape, children: &child.children };
        Ok(self.filled(db, &written, &holes, &source, path, walk)?.map(|written| (written, lists)))
    }

    /// A child list in its parent.
    fn children(&self, out: &mut Vec<u8>, key: &str, written: &Written, list: Option<&List>) {
        let Some(list) = list else { return self.spelling.no_children(out, key) };
        self.spelling.open_children(out, key, &list.listing);
        for row in list.rows.clone() {
            self.spelling.separate(out);
            out.extend_from_slice(written.record(row));
        }
        self.spelling.close_children(out, key, &list.listing);
    }

    /// Appends one record. `hole` is told where child lists belong.
    pub fn record(&self, out: &mut Vec<u8>, shape: &Shape, row: &dyn Columns, hole: &mut dyn FnMut(usize, usize)) {
        let subject = Subject { kind: &shape.object, object: &shape.object, id: row.column(shape.id), shows_id: shows_id(&shape.items) };
        self.spelling.open_record(out, None, subject);
        self.items(out, &shape.items, row, subject, hole);
        self.spelling.close_record(out, None);
    }

    /// Appends a record of an aggregated query.
    pub fn aggregate(&self, out: &mut Vec<u8>, items: &[Item], row: &dyn Columns) {
        let subject = Subject { kind: "AggregateResult", object: "", id: Column::Null, shows_id: false };
        self.spelling.open_record(out, None, subject);
        self.items(out, items, row, subject, &mut |_, _| {});
        self.spelling.close_record(out, None);
    }

    fn items(&self, out: &mut Vec<u8>, items: &[Item], row: &dyn Columns, subject: Subject<'_>, hole: &mut dyn FnMut(usize, usize)) {
        if !self.spelling.sorts_fields() {
            return items.iter().for_each(|item| self.item(out, item, row, subject, hole));
        }
        let mut sorted: Vec<&Item> = items.iter().collect();
        sorted.sort_by_cached_key(|item| (item.key != "Id", item.key.to_ascii_lowercase()));
        sorted.into_iter().for_each(|item| self.item(out, item, row, subject, hole));
    }

    fn item(&self, out: &mut Vec<u8>, item: &Item, row: &dyn Columns, subject: Subject<'_>, hole: &mut dyn FnMut(usize, usize)) {
        let Item { key, cell } = item;
        match cell {
            Cell::Field { column, kind } => self.spelling.field(out, key, *kind, row.column(*column), subject),
            Cell::Compound { kind, parts } => self.spelling.compound(out, key, *kind, parts, row),
            Cell::Parent(parent) => self.parent(out, key, parent, row),
            Cell::Typeof(choice) => self.choice(out, key, choice, row),
            Cell::Children(child) => hole(out.len(), *child),
        }
    }

    fn parent(&self, out: &mut Vec<u8>, key: &str, parent: &Parent, row: &dyn Columns) {
        let id = row.column(parent.id);
        let object = match &parent.kind {
            ParentType::Object(name) => (id != Column::Null).then_some(name.as_str()),
            ParentType::Polymorphic { targets, .. } => id.as_text().and_then(|id| targets.object_of(id)),
        };
        let Some(object) = object else { return self.spelling.no_parent(out, key, &parent.items) };
        let kind = if matches!(parent.kind, ParentType::Polymorphic { named: true, .. }) { "Name" } else { object };
        self.nested(out, key, Subject { kind, object, id, shows_id: shows_id(&parent.items) }, &parent.items, row);
    }

    fn choice(&self, out: &mut Vec<u8>, key: &str, choice: &Typeof, row: &dyn Columns) {
        let id = row.column(choice.id);
        let object = id.as_text().and_then(|id| choice.targets.object_of(id));
        let branch = object.and_then(|object| choice.branches.iter().find(|branch| branch.object == object));
        let items = branch.map(|branch| &branch.items).or(choice.otherwise.as_ref());
        match (object, items) {
            (Some(object), Some(items)) => self.nested(out, key, Subject { kind: object, object, id, shows_id: shows_id(items) }, items, row),
            _ => self.spelling.no_parent(out, key, &[]),
        }
    }

    fn nested(&self, out: &mut Vec<u8>, key: &str, subject: Subject<'_>, items: &[Item], row: &dyn Columns) {
        self.spelling.open_record(out, Some(key), subject);
        self.items(out, items, row, subject, &mut |_, _| {});
        self.spelling.close_record(out, Some(key));
    }
}

fn shows_id(items: &[Item]) -> bool {
    items.iter().any(|item| item.key == "Id")
}

/// How much a list came to.
#[derive(Debug, Default)]
pub struct Found {
    /// Rows the statement gave.
    pub rows: usize,
    /// Rows that were written.
    pub written: usize,
    /// Their ids, if they were wanted.
    pub ids: Vec<RecordId>,
    /// Child lists among them that go on elsewhere.
    pub long: Vec<LongList>,
}

impl Walk<'_> {
    /// Ends the list of a parent, whose written rows are `rows`.
    fn close(&mut self, list: Option<(RecordId, IdList)>, lists: &mut HashMap<RecordId, List>, rows: Range<usize>, batch: usize, path: &[usize]) {
        let Some((parent, ids)) = list else { return };
        let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let next = (ids.len() > batch).then(|| {
            let locator = (self.fresh)();
            self.long.push(LongList { locator, path: path.to_vec(), ids });
            Locator { id: locator, offset: batch }
        });
        lists.insert(parent, List { rows, listing: Listing { total, next } });
    }
}

/// The key under which a child list stands.
fn key_of(shape: &Shape, child: usize) -> &str {
    shape.items.iter().find(|item| item.cell == Cell::Children(child)).map(|item| item.key.as_str()).unwrap_or_default()
}

impl Written {
    fn record(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.rows[before].end);
        &self.bytes[start..self.rows[row].end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::spelling::RestJson;
    use catalogue::FieldType;
    use soql::{Part, Target, Targets};

    /// Rows in memory; every statement answers those whose `sql` it names.
    struct Fixed(HashMap<&'static str, Vec<Vec<Column<'static>>>>);

    impl Columns for Vec<Column<'static>> {
        fn column(&self, index: usize) -> Column<'_> {
            self[index]
        }
    }

    impl Statements for Fixed {
        fn each_while(&self, statement: &Statement, _: Fill<'_>, row: &mut dyn FnMut(&dyn Columns) -> ControlFlow<()>) -> Result<(), StoreError> {
            let _ = self.0[statement.sql.as_str()].iter().try_for_each(|columns| row(columns));
            Ok(())
        }
    }

    fn text(value: &'static str) -> Column<'static> {
        Column::Text(value.as_bytes())
    }

    fn field(key: &str, column: usize, kind: FieldType) -> Item {
        Item { key: key.to_owned(), cell: Cell::Field { column, kind } }
    }

    fn statement(name: &str) -> Statement {
        Statement { sql: name.to_owned(), binds: Vec::new() }
    }

    fn shape(object: &str, items: Vec<Item>) -> Shape {
        Shape { object: object.to_owned(), id: 0, items }
    }

    const WRITER: PageWriter<'static, RestJson<'static>> = PageWriter { spelling: &RestJson { version: "v67.0" }, batch: 2, keeps_ids: true };

    fn written(shape: &Shape, row: &Vec<Column<'static>>) -> serde_json::Value {
        let mut out = Vec::new();
        WRITER.record(&mut out, shape, row, &mut |_, _| {});
        serde_json::from_slice(&out).unwrap()
    }

    const ACCOUNT: &str = "001Fk0000000001IAA";
    const OTHER: &str = "001Fk0000000002IAA";
    const USER: &str = "005Fk0000000001IAA";

    #[test]
    fn every_type_is_written_as_the_api_spells_it() {
        let items = vec![
            field("Name", 1, FieldType::String),
            field("IsDeleted", 2, FieldType::Boolean),
            field("CreatedDate", 3, FieldType::Datetime),
            field("AnnualRevenue", 4, FieldType::Currency),
            field("NumberOfEmployees", 5, FieldType::Int),
            field("Body", 5, FieldType::Base64),
            field("Empty", 6, FieldType::Time),
        ];
        let row = vec![text(ACCOUNT), text("A\"é"), Column::Integer(0), Column::Integer(0), Column::Real(300.0), Column::Integer(7), Column::Null];
        assert_eq!(
            written(&shape("Account", items), &row).to_string(),
            r#"{"attributes":{"type":"Account","url":"/services/data/v67.0/sobjects/Account/001Fk0000000001IAA"},"Name":"A\"é","IsDeleted":false,"CreatedDate":"1970-01-01T00:00:00.000+0000","AnnualRevenue":300.0,"NumberOfEmployees":7,"Body":"/services/data/v67.0/sobjects/Account/001Fk0000000001IAA/Body","Empty":null}"#
        );
    }

    #[test]
    fn parents_and_compound_fields_are_objects_or_null() {
        let owner = Parent {
            id: 1,
            kind: ParentType::Polymorphic { targets: Targets(vec![Target { prefix: "005".into(), object: "User".into() }]), named: true },
            items: vec![field("Name", 2, FieldType::String)],
        };
        let address = Cell::Compound {
            kind: FieldType::Address,
            parts: vec![Part { key: "city", column: 3, kind: FieldType::String }, Part { key: "latitude", column: 4, kind: FieldType::Double }],
        };
        let shape =
            shape("Account", vec![Item { key: "Owner".into(), cell: Cell::Parent(owner) }, Item { key: "BillingAddress".into(), cell: address }]);
        let row = |id, city| vec![text(ACCOUNT), id, text("Ada"), city, Column::Null];
        assert_eq!(
            written(&shape, &row(text(USER), text("Paris")))["Owner"].to_string(),
            r#"{"attributes":{"type":"Name","url":"/services/data/v67.0/sobjects/User/005Fk0000000001IAA"},"Name":"Ada"}"#
        );
        assert_eq!(written(&shape, &row(Column::Null, text("Paris")))["BillingAddress"].to_string(), r#"{"city":"Paris","latitude":null}"#);
        let empty = written(&shape, &row(Column::Null, Column::Null));
        assert!(empty["Owner"].is_null() && empty["BillingAddress"].is_null());
    }

    #[test]
    fn child_lists_stand_in_their_parents_and_long_ones_go_on_elsewhere() {
        let child = Child {
            shape: shape("Contact", vec![field("LastName", 2, FieldType::String)]),
            parent: 1,
            rows: statement("contacts"),
            page: statement("page"),
            children: Vec::new(),
        };
        let contact = |id, name| vec![text(id), text(ACCOUNT), text(name)];
        let db = Fixed(HashMap::from([
            ("accounts", vec![vec![text(ACCOUNT)], vec![text(OTHER)]]),
            ("contacts", vec![contact("003Fk0000000001IAA", "A"), contact("003Fk0000000002IAA", "B"), contact("003Fk0000000003IAA", "C")]),
        ]));
        let shape = shape("Account", vec![Item { key: "Contacts".into(), cell: Cell::Children(0) }, field("Id", 0, FieldType::Id)]);
        let source = Source { statement: &statement("accounts"), fill: Fill::default(), shape: &shape, children: &[child] };
        let mut out = b"[".to_vec();
        let locator = RecordId::numbered("01g", 1, 1);
        let found = WRITER.list(&mut out, &db, &source, &[], &|| locator).unwrap();
        out.push(b']');
        let records: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((found.rows, found.written, found.ids.len()), (2, 2, 2));
        assert_eq!((found.long.len(), &found.long[0].path, found.long[0].ids.len()), (1, &vec![0], 3));
        assert_eq!(records[0]["Contacts"]["totalSize"], 3);
        assert_eq!(records[0]["Contacts"]["nextRecordsUrl"], format!("/services/data/v67.0/query/{locator}-2"));
        assert_eq!(records[0]["Contacts"]["records"][1]["LastName"], "B");
        assert_eq!(records[0]["Contacts"]["records"].as_array().unwrap().len(), 2);
        assert!(records[1]["Contacts"].is_null());
        assert_eq!(records[1]["Id"], OTHER);
    }
}
