//! Transformation specs of Bulk 1.0: which CSV column stands for which field.

use csv::ByteRecord;

use super::csv::{self as table, Reader};
use super::job::{LineEnding, Renamed};

/// A spec as CSV: `Salesforce Field,Csv Header,Value,Hint`. Values and hints are taken and not used.
pub struct Spec;

const HEADER: [&str; 4] = ["Salesforce Field", "Csv Header", "Value", "Hint"];

impl Spec {
    /// The lines of a spec; `None` if it is none.
    pub fn read(text: &[u8]) -> Option<Vec<Renamed>> {
        let (columns, _) = table::header(text, b',');
        let place = |name: &str| columns.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
        let (field, column) = (place(HEADER[0])?, place(HEADER[1])?);
        let (mut reader, mut record, mut lines) = (Reader::new(text, b',', 0), ByteRecord::new(), Vec::new());
        reader.next(&mut record).ok()?;
        while reader.next(&mut record).ok()? {
            let cell = |place: usize| record.get(place).map(|value| String::from_utf8_lossy(value).trim().to_owned()).unwrap_or_default();
            lines.push(Renamed { field: cell(field), column: cell(column) });
        }
        Some(lines)
    }

    pub fn write(lines: &[Renamed]) -> Vec<u8> {
        let mut out = Vec::new();
        table::row(&mut out, HEADER.map(str::as_bytes), b',', LineEnding::Lf);
        for line in lines {
            table::row(&mut out, [line.field.as_bytes(), line.column.as_bytes(), b"", b""], b',', LineEnding::Lf);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_reads_back_what_it_wrote() {
        let lines = Spec::read(b"Salesforce Field,Csv Header,Value,Hint\nName,Full Name,,\nPhone,Tel,,\n").unwrap();
        assert_eq!(lines[0], Renamed { field: "Name".into(), column: "Full Name".into() });
        assert_eq!(Spec::read(&Spec::write(&lines)), Some(lines));
        assert_eq!(Spec::read(b"a,b\n1,2\n"), None);
    }
}
