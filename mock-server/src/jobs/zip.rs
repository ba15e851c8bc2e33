//! Batches that come as a ZIP file: the records in `request.txt`, and the files that their fields name as `#file`.
//!
//! Source: Bulk API guide, "Load Binary Attachments".

use std::collections::HashMap;
use std::io::{Cursor, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use csv::ByteRecord;
use quick_xml::escape::unescape;
use serde_json::Value;
use zip::ZipArchive;

use super::csv::{Reader, row};
use super::job::{ContentType, LineEnding};

/// Bytes of all files together, and files of one batch. Source: the guide's limits.
const UNPACKED: usize = 20_000_000;
const FILES: usize = 1_000;

/// Bytes of the records with the files in their places, of which one may be named many times. GUESS: the guide bounds the archive alone.
const INLINED: usize = 2 * UNPACKED;

/// Where the records stand.
const REQUEST: &str = "request.txt";

/// The files of a batch by name, among them its records.
#[derive(Debug)]
pub struct Files(HashMap<String, Vec<u8>>);

impl Files {
    /// Unpacks an archive.
    ///
    /// # Errors
    /// Why the batch cannot be processed, in the words of its state.
    pub fn of(archive: &[u8]) -> Result<Self, String> {
        let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|_| BROKEN)?;
        if archive.len() > FILES {
            return Err(format!("InvalidBatch : The zip file contains more than {FILES} files"));
        }
        let (mut found, mut left) = (HashMap::with_capacity(archive.len()), UNPACKED);
        for index in 0..archive.len() {
            let file = archive.by_index(index).map_err(|_| BROKEN)?;
            let (name, mut bytes) = (file.name().map_err(|_| BROKEN)?.into_owned(), Vec::new());
            // What an archive says of its sizes is not believed.
            file.take(left as u64 + 1).read_to_end(&mut bytes).map_err(|_| BROKEN)?;
            left = left.checked_sub(bytes.len()).ok_or_else(|| format!("InvalidBatch : The zip file holds more than {UNPACKED} bytes"))?;
            found.insert(name, bytes);
        }
        if found.contains_key(REQUEST) { Ok(Self(found)) } else { Err("InvalidBatch : The zip file does not contain request.txt".to_owned()) }
    }

    /// The records as they were sent.
    pub fn request(&self) -> &[u8] {
        self.0.get(REQUEST).map_or(&[], Vec::as_slice)
    }

    /// The records, spelled as `content` is, with the files in the places where they are named.
    ///
    /// # Errors
    /// They take too much room, in the words of a batch's state.
    pub fn inlined(&self, content: ContentType) -> Result<Vec<u8>, String> {
        let mut room = Room { files: self, left: INLINED };
        match content {
            ContentType::Json => json(self.request(), &mut room),
            ContentType::Xml => xml(self.request(), &mut room),
            _ => csv(self.request(), &mut room),
        }
    }
}

/// What the files that are put in their places may still take.
struct Room<'f> {
    files: &'f Files,
    left: usize,
}

impl Room<'_> {
    /// The file that a value names, as base64.
    fn named(&mut self, value: &str) -> Result<Option<String>, String> {
        let Some(bytes) = value.trim().strip_prefix('#').and_then(|name| self.files.0.get(name)) else { return Ok(None) };
        let left = self.left.checked_sub(bytes.len());
        self.left = left.ok_or_else(|| format!("InvalidBatch : The records with their attachments hold more than {INLINED} bytes"))?;
        Ok(Some(STANDARD.encode(bytes)))
    }
}

fn csv(request: &[u8], room: &mut Room<'_>) -> Result<Vec<u8>, String> {
    let (mut reader, mut record, mut out) = (Reader::new(request, b',', 0), ByteRecord::new(), Vec::with_capacity(request.len()));
    // The reader passes over a byte order mark, which Salesforce takes for a part of the first name.
    out.extend_from_slice(if request.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { b"" });
    while reader.next(&mut record).unwrap_or(false) {
        let cell = |cell: &[u8]| match std::str::from_utf8(cell) {
            Ok(text) => Ok(room.named(text)?.map_or_else(|| cell.to_vec(), String::into_bytes)),
            Err(_) => Ok(cell.to_vec()),
        };
        let cells: Vec<Vec<u8>> = record.iter().map(cell).collect::<Result<_, String>>()?;
        row(&mut out, cells.iter().map(Vec::as_slice), b',', LineEnding::Lf);
    }
    Ok(out)
}

fn json(request: &[u8], room: &mut Room<'_>) -> Result<Vec<u8>, String> {
    let Ok(mut records) = serde_json::from_slice::<Value>(request) else { return Ok(request.to_vec()) };
    for value in records.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut).flat_map(|record| record.values_mut()) {
        if let Some(bytes) = value.as_str().map(|text| room.named(text)).transpose()?.flatten() {
            *value = bytes.into();
        }
    }
    Ok(records.to_string().into_bytes())
}

/// Names stand between tags: `<Body>#file.txt</Body>`.
fn xml(request: &[u8], room: &mut Room<'_>) -> Result<Vec<u8>, String> {
    let text = String::from_utf8_lossy(request);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(">#") {
        let (before, after) = rest.split_at(at + 1);
        let end = after.find('<').unwrap_or(after.len());
        out.push_str(before);
        // What is no XML names nothing, and is refused where the records are read.
        match unescape(&after[..end]).ok().map(|name| room.named(&name)).transpose()?.flatten() {
            Some(bytes) => out.push_str(&bytes),
            None => out.push_str(&after[..end]),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    Ok(out.into_bytes())
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const BROKEN: &str = "InvalidBatch : The zip file could not be read";

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    /// An archive of these files, every other one packed.
    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (number, (name, bytes)) in files.iter().enumerate() {
            let method = if number % 2 == 1 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn inlined(content: ContentType, archive: &[u8]) -> Result<Vec<u8>, String> {
        Files::of(archive)?.inlined(content)
    }

    fn check(content: ContentType, request: &str, expected: &str) {
        let archive = archive(&[("request.txt", request.as_bytes()), ("a/b.txt", b"hello")]);
        assert_eq!(String::from_utf8(inlined(content, &archive).unwrap()).unwrap(), expected);
    }

    #[test]
    fn files_stand_where_fields_name_them() {
        check(ContentType::ZipCsv, "Name,Body\r\n#x,#a/b.txt\r\n", "\"Name\",\"Body\"\n\"#x\",\"aGVsbG8=\"\n");
        check(ContentType::Json, r##"[{"Name":"n","Body":"#a/b.txt"}]"##, r#"[{"Name":"n","Body":"aGVsbG8="}]"#);
        check(ContentType::Xml, "<s><Body>#a/b.txt</Body><N>#x</N></s>", "<s><Body>aGVsbG8=</Body><N>#x</N></s>");
        check(ContentType::Xml, "<s><Body>#a&#x2F;b&#46;txt</Body><N>#&lt;&no;</N></s>", "<s><Body>aGVsbG8=</Body><N>#&lt;&no;</N></s>");
    }

    #[test]
    fn a_file_named_too_often_is_refused_before_it_fills_the_memory() {
        let file = vec![b'x'; 1_000_000];
        let too_large = format!("InvalidBatch : The records with their attachments hold more than {INLINED} bytes");
        let named = |content, request: &str| inlined(content, &archive(&[("request.txt", request.as_bytes()), ("b", &file)]));
        for (content, one) in [(ContentType::ZipCsv, "#b\n"), (ContentType::Xml, "<B>#b</B>")] {
            assert_eq!(named(content, &one.repeat(41)), Err(too_large.clone()));
            assert!(named(content, &one.repeat(40)).is_ok());
        }
        let records = vec![r##"{"B":"#b"}"##; 41].join(",");
        assert_eq!(named(ContentType::Json, &format!("[{records}]")), Err(too_large));
    }

    #[test]
    fn what_is_no_such_archive_is_refused() {
        assert_eq!(inlined(ContentType::ZipCsv, b"PK"), Err(BROKEN.to_owned()));
        assert_eq!(
            inlined(ContentType::ZipCsv, &archive(&[("other", b"x")])),
            Err("InvalidBatch : The zip file does not contain request.txt".to_owned())
        );
        let bomb = vec![b'x'; UNPACKED + 1];
        assert!(inlined(ContentType::ZipCsv, &archive(&[("request.txt", b"x"), ("b", &bomb)])).is_err());
    }

    proptest! {
        #[test]
        fn broken_archives_are_refused_or_read(place in 0_usize..200, byte: u8) {
            let mut archive = archive(&[("request.txt", b"Name\na\n"), ("b", b"hello hello hello")]);
            let place = place % archive.len();
            archive[place] = byte;
            let _ = inlined(ContentType::ZipCsv, &archive);
        }
    }
}
