//! Batches that come as a ZIP file: the records in `request.txt`, and the files that their fields name as `#file`.
//!
//! Source: Bulk API guide, "Load Binary Attachments"; APPNOTE.TXT of the ZIP format, sections 4.3 and 4.4.

use std::collections::HashMap;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use csv::ByteRecord;
use flate2::read::DeflateDecoder;
use serde_json::Value;

use super::csv::{Reader, row};
use super::job::{ContentType, LineEnding};

/// Bytes of all files together, and files of one batch. Source: the guide's limits.
const UNPACKED: usize = 20_000_000;
const FILES: usize = 1_000;

/// Where the records stand.
const REQUEST: &str = "request.txt";

/// The records with the files in the places where they are named, spelled as `content` is.
///
/// # Errors
/// Why the batch cannot be processed, in the words of its state.
pub fn inlined(content: ContentType, archive: &[u8]) -> Result<Vec<u8>, String> {
    let files = files(archive)?;
    let request = files.get(REQUEST).ok_or("InvalidBatch : The zip file does not contain request.txt")?;
    Ok(match content {
        ContentType::Json => json(request, &files),
        ContentType::Xml => xml(request, &files),
        _ => csv(request, &files),
    })
}

type Files = HashMap<String, Vec<u8>>;

/// The file that a value names, as base64.
fn named(value: &str, files: &Files) -> Option<String> {
    files.get(value.trim().strip_prefix('#')?).map(|bytes| STANDARD.encode(bytes))
}

fn csv(request: &[u8], files: &Files) -> Vec<u8> {
    let (mut reader, mut record, mut out) = (Reader::new(request, b',', 0), ByteRecord::new(), Vec::with_capacity(request.len()));
    // What is wrong with the text is found when the batch is looked through.
    while reader.next(&mut record).unwrap_or(false) {
        let cells: Vec<Vec<u8>> = record
            .iter()
            .map(|cell| std::str::from_utf8(cell).ok().and_then(|text| named(text, files)).map_or_else(|| cell.to_vec(), String::into_bytes))
            .collect();
        row(&mut out, cells.iter().map(Vec::as_slice), b',', LineEnding::Lf);
    }
    out
}

fn json(request: &[u8], files: &Files) -> Vec<u8> {
    let Ok(mut records) = serde_json::from_slice::<Value>(request) else { return request.to_vec() };
    for value in records.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut).flat_map(|record| record.values_mut()) {
        if let Some(bytes) = value.as_str().and_then(|text| named(text, files)) {
            *value = bytes.into();
        }
    }
    records.to_string().into_bytes()
}

/// Names stand between tags: `<Body>#file.txt</Body>`.
fn xml(request: &[u8], files: &Files) -> Vec<u8> {
    let text = String::from_utf8_lossy(request);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(">#") {
        let (before, after) = rest.split_at(at + 1);
        let end = after.find('<').unwrap_or(after.len());
        out.push_str(before);
        let value = after[..end].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&");
        match named(&value, files) {
            Some(bytes) => out.push_str(&bytes),
            None => out.push_str(&after[..end]),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out.into_bytes()
}

const BROKEN: &str = "InvalidBatch : The zip file could not be read";

/// The files of an archive by name, as its central directory lists them.
fn files(archive: &[u8]) -> Result<Files, String> {
    let end = archive.len().checked_sub(22).and_then(|last| (0..=last).rev().take(65_536).find(|at| archive[*at..].starts_with(b"PK\x05\x06")));
    let end = end.ok_or(BROKEN)?;
    let (count, mut at) = (usize::from(short(archive, end + 10)?), place(archive, end + 16)?);
    if count > FILES {
        return Err(format!("InvalidBatch : The zip file contains more than {FILES} files"));
    }
    let (mut found, mut left) = (Files::with_capacity(count), UNPACKED);
    for _ in 0..count {
        let entry = Entry::read(archive, at)?;
        let bytes = entry.unpack(archive, left)?;
        left -= bytes.len();
        found.insert(entry.name, bytes);
        at = entry.next;
    }
    Ok(found)
}

/// One line of the central directory.
struct Entry {
    name: String,
    method: u16,
    packed: usize,
    header: usize,
    next: usize,
}

impl Entry {
    fn read(archive: &[u8], at: usize) -> Result<Self, String> {
        if !archive.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02")) {
            return Err(BROKEN.to_owned());
        }
        let length = |offset: usize| short(archive, at + offset).map(usize::from);
        let name = archive.get(at + 46..at + 46 + length(28)?).ok_or(BROKEN)?;
        Ok(Self {
            name: String::from_utf8_lossy(name).into_owned(),
            method: short(archive, at + 10)?,
            packed: place(archive, at + 20)?,
            header: place(archive, at + 42)?,
            next: at + 46 + length(28)? + length(30)? + length(32)?,
        })
    }

    fn unpack(&self, archive: &[u8], most: usize) -> Result<Vec<u8>, String> {
        let begin = self.header.saturating_add(30)
            + usize::from(short(archive, self.header.saturating_add(26))?)
            + usize::from(short(archive, self.header.saturating_add(28))?);
        let packed = archive.get(begin..begin.saturating_add(self.packed)).ok_or(BROKEN)?;
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        match self.method {
            0 => bytes.extend_from_slice(&packed[..packed.len().min(most + 1)]),
            8 => {
                DeflateDecoder::new(packed).take(limit).read_to_end(&mut bytes).map_err(|_| BROKEN)?;
            }
            _ => return Err(BROKEN.to_owned()),
        }
        if bytes.len() > most {
            return Err(format!("InvalidBatch : The zip file holds more than {UNPACKED} bytes"));
        }
        Ok(bytes)
    }
}

fn short(bytes: &[u8], at: usize) -> Result<u16, String> {
    bytes.get(at..at.saturating_add(2)).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes).ok_or_else(|| BROKEN.to_owned())
}

fn place(bytes: &[u8], at: usize) -> Result<usize, String> {
    let four = bytes.get(at..at.saturating_add(4)).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes).ok_or(BROKEN)?;
    usize::try_from(four).map_err(|_| BROKEN.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use proptest::prelude::*;

    use super::*;

    /// An archive of these files, every other one packed.
    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (number, (name, bytes)) in files.iter().enumerate() {
            let packs = number % 2 == 1;
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            let packed = if packs { encoder.finish().unwrap() } else { bytes.to_vec() };
            let (header, size, length) = (out.len() as u32, packed.len() as u32, name.len() as u16);
            out.extend_from_slice(b"PK\x03\x04");
            out.extend_from_slice(&[0; 22]);
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(&[0; 2]);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&packed);
            directory.extend_from_slice(b"PK\x01\x02\0\0\0\0\0\0");
            directory.extend_from_slice(&(if packs { 8_u16 } else { 0 }).to_le_bytes());
            directory.extend_from_slice(&[0; 8]);
            directory.extend_from_slice(&size.to_le_bytes());
            directory.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            directory.extend_from_slice(&length.to_le_bytes());
            directory.extend_from_slice(&[0; 12]);
            directory.extend_from_slice(&header.to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
        }
        let at = out.len() as u32;
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&(files.len() as u16).to_le_bytes());
        out.extend_from_slice(&(files.len() as u16).to_le_bytes());
        out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
        out.extend_from_slice(&at.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out
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
