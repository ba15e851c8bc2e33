//! CSV as the Bulk APIs read and write it. What is wrong with a file as a whole is found in one pass while it is handed in.
//! Source of rules, limits and wording: Salesforce's own `CSVReader` (Web Service Connector), field reports of failed jobs.

use std::fmt;
use std::io::Read;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::job::LineEnding;
use crate::storage::StoreError;

/// Characters of one value.
const FIELD_LIMIT: usize = 131_072;
/// Characters of one record.
const RECORD_LIMIT: usize = 400_000;
const COLUMN_LIMIT: usize = 5_000;

/// Why a file is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    LineEnding(LineEnding),
    UnescapedQuote,
    TextAfterQuote,
    OpenQuote,
    TooManyColumns,
    FieldTooLong(usize),
    RecordTooLong(usize),
    TooManyRecords(usize),
    NoRecords,
    /// A record has more values than there are columns.
    TooManyValues {
        record: usize,
        values: usize,
        columns: usize,
    },
}

impl fmt::Display for Defect {
    /// As `errorMessage` and `stateMessage` show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineEnding(ending) => {
                write!(f, "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {}", ending.name())
            }
            Self::UnescapedQuote => {
                f.write_str("InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote")
            }
            Self::TextAfterQuote => f.write_str("InvalidBatch : Failed to parse CSV. Not expecting more text after end quote"),
            Self::OpenQuote => f.write_str("InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote"),
            Self::TooManyColumns => write!(f, "InvalidBatch : Failed to parse CSV. Exceeded max number of columns per record : {COLUMN_LIMIT}"),
            Self::FieldTooLong(length) => write!(f, "InvalidBatch : Failed to parse CSV. Exceeded max field size: {length}"),
            Self::RecordTooLong(length) => write!(
                f,
                "InvalidBatch : Failed to parse CSV. Exceeded max length for one record: {length}. Max length for one record should be less than or equal to {RECORD_LIMIT}"
            ),
            Self::TooManyRecords(most) => write!(
                f,
                "InvalidBatch : Failed to parse CSV. Exceeded number of records : {}. Number of records should be less than or equal to {}",
                most + 2,
                most + 1
            ),
            Self::NoRecords => f.write_str("InvalidBatch : Records not found"),
            // GUESS: how Salesforce words it was not recorded; that values without a column are refused is sure.
            Self::TooManyValues { record, values, columns } => {
                write!(f, "InvalidBatch : Failed to parse CSV. Found {values} values in record {record}, expected {columns}")
            }
        }
    }
}

/// What a file must keep to.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub delimiter: u8,
    /// `None`: any.
    pub ending: Option<LineEnding>,
    /// `None`: no limit but that of the file's size.
    pub records: Option<usize>,
}

/// Looks through a whole file.
///
/// # Errors
/// The first thing that makes Salesforce refuse all of it.
pub fn check(text: &[u8], rules: Rules) -> Result<(), Defect> {
    let mut scan = Scan { rules, columns: None, records: 0, values: 0, record: 0, field: 0, state: State::Start };
    if let Some(ending) = rules.ending {
        line_endings(text, ending)?;
    }
    for byte in text {
        scan.byte(*byte)?;
    }
    if scan.state == State::Quoted {
        return Err(Defect::OpenQuote);
    }
    scan.end_record()?;
    if scan.records < 2 { Err(Defect::NoRecords) } else { Ok(()) }
}

/// A wrong ending is refused wherever it stands, inside quotes too: several field reports agree on that.
fn line_endings(text: &[u8], ending: LineEnding) -> Result<(), Defect> {
    let wrong = memchr::memchr_iter(b'\n', text).any(|at| (at > 0 && text[at - 1] == b'\r') != (ending == LineEnding::Crlf));
    if wrong { Err(Defect::LineEnding(ending)) } else { Ok(()) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a value.
    Start,
    Plain,
    Quoted,
    /// After a quote inside quotes: the end of the value, or the first half of an escaped quote.
    AfterQuote,
}

/// One pass over a file, byte by byte.
struct Scan {
    rules: Rules,
    /// Values of the header.
    columns: Option<usize>,
    records: usize,
    values: usize,
    /// Lengths so far, in characters.
    record: usize,
    field: usize,
    state: State,
}

impl Scan {
    fn byte(&mut self, byte: u8) -> Result<(), Defect> {
        if self.state == State::Quoted {
            if byte == b'"' {
                self.state = State::AfterQuote;
                return Ok(());
            }
            return self.grow(byte);
        }
        match byte {
            b'\n' | b'\r' => return self.end_record(),
            _ if byte == self.rules.delimiter => return self.end_value(),
            b'"' => match self.state {
                State::Start => self.state = State::Quoted,
                State::AfterQuote => {
                    self.state = State::Quoted;
                    return self.grow(byte);
                }
                _ => return Err(Defect::UnescapedQuote),
            },
            _ if self.state == State::AfterQuote => return Err(Defect::TextAfterQuote),
            _ => {
                self.state = State::Plain;
                return self.grow(byte);
            }
        }
        Ok(())
    }

    fn grow(&mut self, byte: u8) -> Result<(), Defect> {
        // The later bytes of a character do not count.
        self.field += usize::from(byte & 0xC0 != 0x80);
        if self.field > FIELD_LIMIT { Err(Defect::FieldTooLong(self.field)) } else { Ok(()) }
    }

    fn end_value(&mut self) -> Result<(), Defect> {
        self.values += 1;
        self.record += self.field;
        self.field = 0;
        self.state = State::Start;
        if self.values > COLUMN_LIMIT {
            return Err(Defect::TooManyColumns);
        }
        if self.record > RECORD_LIMIT { Err(Defect::RecordTooLong(self.record)) } else { Ok(()) }
    }

    /// Blank lines are no records; an empty value in quotes is one.
    fn end_record(&mut self) -> Result<(), Defect> {
        if self.values == 0 && self.state == State::Start {
            return Ok(());
        }
        self.end_value()?;
        self.records += 1;
        self.record = 0;
        let values = std::mem::take(&mut self.values);
        let columns = *self.columns.get_or_insert(values);
        if values > columns {
            return Err(Defect::TooManyValues { record: self.records - 1, values, columns });
        }
        match self.rules.records {
            Some(most) if self.records > most + 1 => Err(Defect::TooManyRecords(most)),
            _ => Ok(()),
        }
    }
}

/// The header row, and the byte where the records begin. No columns where there is no header.
pub fn header(text: &[u8], delimiter: u8) -> (Vec<String>, u64) {
    let mut reader = Reader::new(text, delimiter, 0);
    let mut record = ByteRecord::new();
    // Reading from memory does not fail, and a reader without a fixed number of columns refuses nothing.
    let found = reader.next(&mut record).unwrap_or(false);
    let mut columns: Vec<String> =
        record.iter().take(if found { COLUMN_LIMIT } else { 0 }).map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    // The reader passes over a byte order mark, Salesforce takes it for a part of the name.
    if let (true, Some(first)) = (text.starts_with(b"\xEF\xBB\xBF"), columns.first_mut()) {
        first.insert(0, '\u{feff}');
    }
    (columns, reader.place())
}

/// Reads records one after the other. The `csv` crate passes over blank lines.
pub struct Reader<R> {
    inner: csv::Reader<R>,
    base: u64,
}

impl<R: Read> Reader<R> {
    /// `base` is the place of the first byte in the whole file.
    pub fn new(text: R, delimiter: u8, base: u64) -> Self {
        let inner = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(Terminator::CRLF)
            .buffer_capacity(1 << 16)
            .from_reader(text);
        Self { inner, base }
    }

    /// Fetches the next record; `false` after the last.
    pub fn next(&mut self, record: &mut ByteRecord) -> Result<bool, StoreError> {
        self.inner.read_byte_record(record).map_err(StoreError::new)
    }

    /// Where the record after the last one read begins.
    pub fn place(&self) -> u64 {
        self.base + self.inner.position().byte()
    }
}

/// Appends a value in quotes, quotes inside it doubled.
pub fn quoted(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'"');
    let mut rest = value;
    while let Some(at) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Appends a row of quoted values.
pub fn row<'v>(out: &mut Vec<u8>, values: impl IntoIterator<Item = &'v [u8]>, delimiter: u8, ending: LineEnding) {
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            out.push(delimiter);
        }
        quoted(out, value);
    }
    out.extend_from_slice(ending.text().as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANY: Rules = Rules { delimiter: b',', ending: None, records: None };

    fn check_file(text: &str, expected: &Result<(), Defect>) {
        assert_eq!(&check(text.as_bytes(), ANY), expected, "{text:?}");
    }

    #[test]
    fn quotes_must_be_closed_and_stand_around_whole_values() {
        check_file("a,b\n\"x, \"\"y\"\"\nz\",2\n", &Ok(()));
        check_file("a\nx\"y\n", &Err(Defect::UnescapedQuote));
        check_file("\u{feff}\"a\"\nx\n", &Err(Defect::UnescapedQuote));
        check_file("a\n\"x\"y\n", &Err(Defect::TextAfterQuote));
        check_file("a\n\"x\n", &Err(Defect::OpenQuote));
        check_file("a, \"b\"\nx,y\n", &Err(Defect::UnescapedQuote));
    }

    #[test]
    fn a_file_needs_a_header_and_a_record() {
        check_file("", &Err(Defect::NoRecords));
        check_file("\n\r\n", &Err(Defect::NoRecords));
        check_file("a,b\n", &Err(Defect::NoRecords));
        check_file("a,b\n\n1,2", &Ok(()));
        check_file("a,b\n1\n", &Ok(()));
        check_file("a\n\n", &Err(Defect::NoRecords));
        check_file("a\n\"\"\n", &Ok(()));
        check_file("a\n\"\"", &Ok(()));
        check_file("a,b\n1,2,3\n", &Err(Defect::TooManyValues { record: 1, values: 3, columns: 2 }));
    }

    #[test]
    fn a_byte_order_mark_is_a_part_of_the_first_name() {
        assert_eq!(header("\u{feff}Name,b\nx,y\n".as_bytes(), b','), (vec!["\u{feff}Name".to_owned(), "b".to_owned()], 10));
        assert_eq!(header(b"", b','), (Vec::new(), 0));
    }

    #[test]
    fn limits_are_counted_in_characters() {
        let long = "é".repeat(FIELD_LIMIT);
        check_file(&format!("a\n{long}\n"), &Ok(()));
        check_file(&format!("a\n{long}x\n"), &Err(Defect::FieldTooLong(FIELD_LIMIT + 1)));
        let wide = vec!["x".repeat(100_001); 4].join(",");
        check_file(&format!("a,b,c,d\n{wide}\n"), &Err(Defect::RecordTooLong(400_004)));
        check_file(&",".repeat(1_000_000), &Err(Defect::TooManyColumns));
        let rules = Rules { records: Some(2), ..ANY };
        assert_eq!(check(b"a\n1\n2\n", rules), Ok(()));
        assert_eq!(check(b"a\n1\n2\n3\n", rules), Err(Defect::TooManyRecords(2)));
    }

    #[test]
    fn one_wrong_line_ending_spoils_the_file() {
        let with = |ending, text: &[u8]| check(text, Rules { ending: Some(ending), ..ANY });
        assert_eq!(with(LineEnding::Lf, b"a\n1\n"), Ok(()));
        assert_eq!(with(LineEnding::Lf, b"a\r\n1\r\n"), Err(Defect::LineEnding(LineEnding::Lf)));
        assert_eq!(with(LineEnding::Crlf, b"a\r\n1\r\n"), Ok(()));
        assert_eq!(with(LineEnding::Crlf, b"a\r\n\"1\n2\"\r\n"), Err(Defect::LineEnding(LineEnding::Crlf)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            rows in (1..4_usize).prop_flat_map(|columns| prop::collection::vec(prop::collection::vec("[a-c,;|\"\n é\t`^]{0,6}", columns), 2..20)),
            delimiter in prop::sample::select(b",;|\t`^".as_slice()),
        ) {
            let mut text = Vec::new();
            for values in &rows {
                row(&mut text, values.iter().map(String::as_bytes), delimiter, LineEnding::Lf);
            }
            prop_assert_eq!(check(&text, Rules { delimiter, ending: Some(LineEnding::Lf), records: None }), Ok(()));
            let mut reader = Reader::new(text.as_slice(), delimiter, 0);
            let mut read: Vec<Vec<String>> = Vec::new();
            let (mut places, mut record) = (vec![0], ByteRecord::new());
            while reader.next(&mut record).unwrap() {
                read.push(record.iter().map(|value| String::from_utf8(value.to_vec()).unwrap()).collect());
                places.push(usize::try_from(reader.place()).unwrap());
            }
            prop_assert_eq!(&read, &rows);
            // Reading may go on at the place after any record.
            for (index, place) in places.iter().enumerate() {
                let mut reader = Reader::new(&text[*place..], delimiter, *place as u64);
                let next = reader.next(&mut record).unwrap().then(|| record.get(0).unwrap().to_vec());
                prop_assert_eq!(next.as_deref(), rows.get(index).map(|row| row[0].as_bytes()));
            }
        }

        #[test]
        fn no_bytes_make_the_check_fail_otherwise(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = check(&text, ANY);
        }
    }
}
