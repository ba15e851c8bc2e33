//! Batches that come as a ZIP file: the records in `request.txt`, and the files that their fields name as `#file`.
//!
//! Source: Bulk API guide, "Load Binary Attachments".

use std::collections::HashMap;
use std::io::{Cursor, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use csv::ByteRecord;
use serde_json::Value;
use zip::ZipArchive;

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

/// The files of an archive by name.
fn files(archive: &[u8]) -> Result<Files, String> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|_| BROKEN)?;
    if archive.len() > FILES {
        return Err(format!("InvalidBatch : The zip file contains more than {FILES} files"));
    }
    let (mut found, mut left) = (Files::with_capacity(archive.len()), UNPACKED);
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_| BROKEN)?;
        let (name, mut bytes) = (file.name().map_err(|_| BROKEN)?.into_owned(), Vec::new());
        // What an archive says of its sizes is not believed.
        file.take(left as u64 + 1).read_to_end(&mut bytes).map_err(|_| BROKEN)?;
        left = left.checked_sub(bytes.len()).ok_or_else(|| format!("InvalidBatch : The zip file holds more than {UNPACKED} bytes"))?;
        found.insert(name, bytes);
    }
    Ok(found)
}

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
