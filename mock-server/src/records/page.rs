//! Rows to JSON records, written straight into a buffer from the columns.
//! Source of the shapes: `soql.md` section 9, `rest.md` 2.3.

use std::collections::HashMap;

use catalogue::FieldType;
use soql::{Cell, Child, Item, Parent, ParentType, Part, Shape, Statement, Typeof};

use super::moment;
use super::statements::{Column, Columns, Fill, Statements};
use super::wire;
use crate::id::RecordId;
use crate::storage::StoreError;

/// Writes the records of one answer.
#[derive(Clone, Copy)]
pub struct PageWriter<'a> {
    /// The version of the request's address, `v67.0`.
    pub version: &'a str,
    /// Rows of one list, after which it continues under `nextRecordsUrl`.
    pub batch: usize,
}

/// Records that were written, each in its own range of `bytes`.
#[derive(Default)]
pub struct Written {
    bytes: Vec<u8>,
    rows: Vec<WrittenRow>,
}

struct WrittenRow {
    id: Option<RecordId>,
    parent: Option<RecordId>,
    end: usize,
}

/// A place in a record where a child list goes.
struct Hole {
    row: usize,
    at: usize,
    child: usize,
}

/// Makes the address where a list that is too long goes on: from the way to the child statement and the ids of its records.
pub type Continue<'a> = dyn FnMut(&[usize], Vec<RecordId>) -> String + 'a;

/// One query result to be written: its statement and what its rows look like.
pub struct Source<'s> {
    pub statement: &'s Statement,
    pub fill: Fill<'s>,
    pub shape: &'s Shape,
    pub children: &'s [Child],
    /// The column of the parent's id, where the rows are children.
    pub parent: Option<usize>,
}

impl PageWriter<'_> {
    /// Appends the records of a list without brackets, separated by commas, and tells how many there were. At most `batch`; one more is counted, not written.
    pub fn list(
        &self,
        out: &mut Vec<u8>,
        db: &impl Statements,
        source: &Source<'_>,
        path: &[usize],
        more: &mut Continue<'_>,
    ) -> Result<usize, StoreError> {
        if !source.children.is_empty() {
            let written = self.collect(db, source, path, more)?;
            written.rows.iter().enumerate().take(self.batch).for_each(|(row, _)| {
                wire::separate(out);
                out.extend_from_slice(written.record(row));
            });
            return Ok(written.rows.len());
        }
        let mut count = 0;
        db.each(source.statement, source.fill, &mut |row| {
            count += 1;
            if count <= self.batch {
                wire::separate(out);
                self.record(out, source.shape, row, &mut |_, _| {});
            }
        })?;
        Ok(count)
    }

    /// Writes the rows of a source with their child lists.
    fn collect(&self, db: &impl Statements, source: &Source<'_>, path: &[usize], more: &mut Continue<'_>) -> Result<Written, StoreError> {
        let (mut written, mut holes) = (Written::default(), Vec::new());
        db.each(source.statement, source.fill, &mut |row| {
            let index = written.rows.len();
            self.record(&mut written.bytes, source.shape, row, &mut |at, child| holes.push(Hole { row: index, at, child }));
            let parent = source.parent.and_then(|column| row.column(column).id());
            written.rows.push(WrittenRow { id: row.column(source.shape.id).id(), parent, end: written.bytes.len() });
        })?;
        if source.children.is_empty() || written.rows.is_empty() {
            return Ok(written);
        }
        let ids: Vec<RecordId> = written.rows.iter().filter_map(|row| row.id).collect();
        let mut lists = Vec::with_capacity(source.children.len());
        for (number, child) in source.children.iter().enumerate() {
            let way: Vec<usize> = path.iter().copied().chain([number]).collect();
            lists.push(self.child_lists(db, child, &ids, &way, more)?);
        }
        Ok(written.filled(&holes, &lists))
    }

    /// The JSON of a child subquery for each parent that has children.
    fn child_lists(
        &self,
        db: &impl Statements,
        child: &Child,
        parents: &[RecordId],
        path: &[usize],
        more: &mut Continue<'_>,
    ) -> Result<HashMap<RecordId, Vec<u8>>, StoreError> {
        let source = Source {
            statement: &child.rows,
            fill: Fill { page_size: 0, ids: parents },
            shape: &child.shape,
            children: &child.children,
            parent: Some(child.parent),
        };
        let written = self.collect(db, &source, path, more)?;
        let mut rows_of: HashMap<RecordId, Vec<usize>> = HashMap::new();
        for (index, row) in written.rows.iter().enumerate() {
            if let Some(parent) = row.parent {
                rows_of.entry(parent).or_default().push(index);
            }
        }
        Ok(rows_of.into_iter().map(|(parent, rows)| (parent, self.child_list(&written, &rows, path, more))).collect())
    }

    fn child_list(&self, written: &Written, rows: &[usize], path: &[usize], more: &mut Continue<'_>) -> Vec<u8> {
        let next = (rows.len() > self.batch).then(|| more(path, rows.iter().filter_map(|row| written.rows[*row].id).collect()));
        let mut out = Vec::new();
        envelope(&mut out, u64::try_from(rows.len()).unwrap_or(u64::MAX), next.as_deref());
        for row in rows.iter().take(self.batch) {
            wire::separate(&mut out);
            out.extend_from_slice(written.record(*row));
        }
        out.extend_from_slice(b"]}");
        out
    }

    /// Appends one record. `hole` is told where child lists belong.
    pub fn record(&self, out: &mut Vec<u8>, shape: &Shape, row: &dyn Columns, hole: &mut dyn FnMut(usize, usize)) {
        let id = row.column(shape.id);
        self.open(out, &shape.object, &shape.object, id);
        let subject = Subject { object: &shape.object, id };
        self.items(out, &shape.items, row, subject, hole);
        out.push(b'}');
    }

    /// Appends a record of an aggregated query: without url.
    pub fn aggregate(&self, out: &mut Vec<u8>, items: &[Item], row: &dyn Columns) {
        out.extend_from_slice(br#"{"attributes":{"type":"AggregateResult"}"#);
        self.items(out, items, row, Subject { object: "", id: Column::Null }, &mut |_, _| {});
        out.push(b'}');
    }

    fn open(&self, out: &mut Vec<u8>, kind: &str, object: &str, id: Column<'_>) {
        out.extend_from_slice(br#"{"attributes":{"type":""#);
        out.extend_from_slice(kind.as_bytes());
        out.extend_from_slice(br#"","url":""#);
        self.record_url(out, object, id);
        out.extend_from_slice(b"\"}");
    }

    fn record_url(&self, out: &mut Vec<u8>, object: &str, id: Column<'_>) {
        out.extend_from_slice(b"/services/data/");
        out.extend_from_slice(self.version.as_bytes());
        out.extend_from_slice(b"/sobjects/");
        out.extend_from_slice(object.as_bytes());
        if let Column::Text(id) = id {
            out.push(b'/');
            out.extend_from_slice(id);
        }
    }

    fn items(&self, out: &mut Vec<u8>, items: &[Item], row: &dyn Columns, subject: Subject<'_>, hole: &mut dyn FnMut(usize, usize)) {
        for item in items {
            wire::key(out, &item.key);
            match &item.cell {
                Cell::Field { column, kind: FieldType::Base64 } => self.blob(out, row.column(*column), subject, &item.key),
                Cell::Field { column, kind } => value(out, *kind, row.column(*column)),
                Cell::Compound { parts, .. } => compound(out, parts, row),
                Cell::Parent(parent) => self.parent(out, parent, row),
                Cell::Typeof(choice) => self.choice(out, choice, row),
                Cell::Children(child) => {
                    hole(out.len(), *child);
                    out.extend_from_slice(b"null");
                }
            }
        }
    }

    /// A body is not shown but addressed.
    fn blob(&self, out: &mut Vec<u8>, column: Column<'_>, subject: Subject<'_>, field: &str) {
        if column == Column::Null {
            return out.extend_from_slice(b"null");
        }
        out.push(b'"');
        self.record_url(out, subject.object, subject.id);
        out.push(b'/');
        out.extend_from_slice(field.as_bytes());
        out.push(b'"');
    }

    fn parent(&self, out: &mut Vec<u8>, parent: &Parent, row: &dyn Columns) {
        let id = row.column(parent.id);
        let object = match &parent.kind {
            ParentType::Object(name) => (id != Column::Null).then_some(name.as_str()),
            ParentType::Polymorphic { targets, .. } => id_text(id).and_then(|id| targets.object_of(id)),
        };
        let kind = match &parent.kind {
            ParentType::Polymorphic { named: true, .. } => Some("Name"),
            _ => object,
        };
        let (Some(object), Some(kind)) = (object, kind) else { return out.extend_from_slice(b"null") };
        self.nested(out, kind, object, id, &parent.items, row);
    }

    fn choice(&self, out: &mut Vec<u8>, choice: &Typeof, row: &dyn Columns) {
        let id = row.column(choice.id);
        let object = id_text(id).and_then(|id| choice.targets.object_of(id));
        let branch = object.and_then(|object| choice.branches.iter().find(|branch| branch.object == object));
        let items = branch.map(|branch| &branch.items).or(choice.otherwise.as_ref());
        match (object, items) {
            (Some(object), Some(items)) => self.nested(out, object, object, id, items, row),
            _ => out.extend_from_slice(b"null"),
        }
    }

    fn nested(&self, out: &mut Vec<u8>, kind: &str, object: &str, id: Column<'_>, items: &[Item], row: &dyn Columns) {
        self.open(out, kind, object, id);
        self.items(out, items, row, Subject { object, id }, &mut |_, _| {});
        out.push(b'}');
    }
}

/// The record that a field belongs to.
#[derive(Clone, Copy)]
struct Subject<'a> {
    object: &'a str,
    id: Column<'a>,
}

impl Written {
    fn record(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.rows[before].end);
        &self.bytes[start..self.rows[row].end]
    }

    /// The same records with their child lists in place of the nulls.
    fn filled(self, holes: &[Hole], lists: &[HashMap<RecordId, Vec<u8>>]) -> Self {
        let mut filled = Self { bytes: Vec::with_capacity(self.bytes.len() * 2), rows: Vec::with_capacity(self.rows.len()) };
        let (mut copied, mut holes) = (0, holes.iter().peekable());
        for (index, row) in self.rows.iter().enumerate() {
            while let Some(hole) = holes.next_if(|hole| hole.row == index) {
                filled.bytes.extend_from_slice(&self.bytes[copied..hole.at]);
                copied = hole.at;
                if let Some(list) = row.id.and_then(|id| lists[hole.child].get(&id)) {
                    filled.bytes.extend_from_slice(list);
                    copied += b"null".len();
                }
            }
            filled.bytes.extend_from_slice(&self.bytes[copied..row.end]);
            copied = row.end;
            filled.rows.push(WrittenRow { id: row.id, parent: row.parent, end: filled.bytes.len() });
        }
        filled
    }
}

/// Appends the beginning of a result, up to its first record.
pub fn envelope(out: &mut Vec<u8>, total: u64, next: Option<&str>) {
    out.extend_from_slice(br#"{"totalSize":"#);
    wire::integer(out, i64::try_from(total).unwrap_or(i64::MAX));
    match next {
        None => out.extend_from_slice(br#","done":true"#),
        Some(url) => {
            out.extend_from_slice(br#","done":false,"nextRecordsUrl":""#);
            out.extend_from_slice(url.as_bytes());
            out.push(b'"');
        }
    }
    out.extend_from_slice(br#","records":["#);
}

fn id_text(column: Column<'_>) -> Option<&str> {
    match column {
        Column::Text(text) => std::str::from_utf8(text).ok(),
        _ => None,
    }
}

fn value(out: &mut Vec<u8>, kind: FieldType, column: Column<'_>) {
    match (kind, column) {
        (FieldType::Boolean, column) => wire::boolean(out, column == Column::Integer(1)),
        (_, Column::Null | Column::Blob(_)) => out.extend_from_slice(b"null"),
        (FieldType::Datetime, Column::Integer(millis)) => {
            out.push(b'"');
            moment::write_datetime(out, millis);
            out.push(b'"');
        }
        (FieldType::Time, Column::Integer(millis)) => {
            out.push(b'"');
            moment::write_time(out, millis);
            out.push(b'"');
        }
        #[expect(clippy::cast_precision_loss, reason = "SQLite hands out a real without decimals as an integer only below 2^53")]
        (FieldType::Currency | FieldType::Double | FieldType::Percent, Column::Integer(number)) => wire::double(out, number as f64),
        (_, Column::Integer(number)) => wire::integer(out, number),
        (_, Column::Real(number)) => wire::double(out, number),
        (_, Column::Text(text)) => wire::utf8(out, text),
    }
}

fn compound(out: &mut Vec<u8>, parts: &[Part], row: &dyn Columns) {
    if parts.iter().all(|part| row.column(part.column) == Column::Null) {
        return out.extend_from_slice(b"null");
    }
    out.push(b'{');
    for part in parts {
        wire::key(out, part.key);
        value(out, part.kind, row.column(part.column));
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use soql::{Target, Targets};

    /// Rows in memory; every statement answers those whose `sql` it names.
    struct Fixed(HashMap<&'static str, Vec<Vec<Column<'static>>>>);

    impl Columns for Vec<Column<'static>> {
        fn column(&self, index: usize) -> Column<'_> {
            self[index]
        }
    }

    impl Statements for Fixed {
        fn each(&self, statement: &Statement, _: Fill<'_>, row: &mut dyn FnMut(&dyn Columns)) -> Result<(), StoreError> {
            self.0[statement.sql.as_str()].iter().for_each(|columns| row(columns));
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

    const WRITER: PageWriter<'static> = PageWriter { version: "v67.0", batch: 2 };

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
        let source = Source { statement: &statement("accounts"), fill: Fill::default(), shape: &shape, children: &[child], parent: None };
        let (mut out, mut asked) = (b"[".to_vec(), Vec::new());
        let count = WRITER
            .list(&mut out, &db, &source, &[], &mut |path, ids| {
                asked.push((path.to_vec(), ids.len()));
                "/next".to_owned()
            })
            .unwrap();
        out.push(b']');
        let records: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((count, asked), (2, vec![(vec![0], 3)]));
        assert_eq!(records[0]["Contacts"]["totalSize"], 3);
        assert_eq!(records[0]["Contacts"]["nextRecordsUrl"], "/next");
        assert_eq!(records[0]["Contacts"]["records"][1]["LastName"], "B");
        assert_eq!(records[0]["Contacts"]["records"].as_array().unwrap().len(), 2);
        assert!(records[1]["Contacts"].is_null());
        assert_eq!(records[1]["Id"], OTHER);
    }
}
