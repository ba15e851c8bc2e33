//! Archives: what a deployment carries and a retrieval answers with.
//!
//! Nothing an archive says of itself is believed: names must stay inside it, and what comes out of it is counted while it comes.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Files of one archive. Source: Metadata API guide, limits.
const FILES: usize = 10_000;

/// Bytes of an archive as it travels. Source: as above.
const PACKED: usize = 39 * 1024 * 1024;

/// Bytes of all files together. GUESS: Salesforce takes 600 MB; less is taken here so that memory stays bounded.
const UNPACKED: usize = 128 * 1024 * 1024;

/// The files of an archive by their paths.
#[derive(Debug, Default)]
pub struct Archive {
    files: BTreeMap<String, Vec<u8>>,
    /// The one folder in which everything lies, with a slash at the end; empty when the files lie at the top.
    root: String,
}

/// Why an archive is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadArchive {
    #[error("Unable to read the zip file: it is not a valid archive")]
    Unreadable,
    #[error("The zip file is larger than {PACKED} bytes")]
    TooLarge,
    #[error("The zip file holds more than {FILES} files")]
    TooManyFiles,
    #[error("The zip file holds more than {UNPACKED} bytes uncompressed")]
    Bomb,
    #[error("The zip file names a file outside of it: {0}")]
    Escape(String),
    #[error("The zip file holds the file {0} twice")]
    Twice(String),
}

impl BadArchive {
    /// The status code of a deployment that fails of it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::TooManyFiles | Self::Bomb => "LIMIT_EXCEEDED",
            // GUESS: codes of an archive that cannot be read were not recorded.
            _ => "UNKNOWN_EXCEPTION",
        }
    }
}

impl Archive {
    /// Unpacks an archive.
    ///
    /// # Errors
    /// It is none, takes too much room, or names files that are not inside it.
    pub fn read(bytes: &[u8]) -> Result<Self, BadArchive> {
        if bytes.len() > PACKED {
            return Err(BadArchive::TooLarge);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BadArchive::Unreadable)?;
        if archive.len() > 2 * FILES {
            return Err(BadArchive::TooManyFiles);
        }
        let (mut files, mut left) = (BTreeMap::new(), UNPACKED);
        for index in 0..archive.len() {
            let file = archive.by_index(index).map_err(|_| BadArchive::Unreadable)?;
            let name = file.name().map_err(|_| BadArchive::Unreadable)?.into_owned();
            if escapes(&name) {
                return Err(BadArchive::Escape(name));
            }
            if name.ends_with('/') {
                continue;
            }
            if files.len() == FILES {
                return Err(BadArchive::TooManyFiles);
            }
            let mut content = Vec::new();
            file.take(left as u64 + 1).read_to_end(&mut content).map_err(|_| BadArchive::Unreadable)?;
            left = left.checked_sub(content.len()).ok_or(BadArchive::Bomb)?;
            if files.insert(name.clone(), content).is_some() {
                return Err(BadArchive::Twice(name));
            }
        }
        let root = root_of(&files);
        Ok(Self { files, root })
    }

    /// The file at this path below the archive's root.
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&format!("{}{path}", self.root)).map(Vec::as_slice)
    }

    /// The path as the archive spells it.
    pub fn spelled(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// The paths of all files below the root.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().filter_map(|path| path.strip_prefix(&self.root))
    }
}

/// Whether a name leads out of the archive: absolute, by a drive, or over `..`.
fn escapes(name: &str) -> bool {
    name.starts_with(['/', '\\']) || name.contains(['\0', '\\', ':']) || name.split('/').any(|segment| segment == "..")
}

/// The folder of the only `package.xml`, when it does not lie at the top.
fn root_of(files: &BTreeMap<String, Vec<u8>>) -> String {
    if files.contains_key("package.xml") {
        return String::new();
    }
    let folder = files.keys().find_map(|path| path.strip_suffix("package.xml").filter(|folder| folder.matches('/').count() == 1));
    folder.filter(|folder| files.keys().all(|path| path.starts_with(folder))).unwrap_or_default().to_owned()
}

/// An archive of these files.
///
/// # Errors
/// They take more room than an archive may.
pub fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, BadArchive> {
    if files.len() > FILES {
        return Err(BadArchive::TooManyFiles);
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, content) in files {
        writer.start_file(path.as_str(), options).map_err(|_| BadArchive::Unreadable)?;
        writer.write_all(content).map_err(|_| BadArchive::Unreadable)?;
    }
    let packed = writer.finish().map_err(|_| BadArchive::Unreadable)?.into_inner();
    if packed.len() > PACKED { Err(BadArchive::TooLarge) } else { Ok(packed) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_are_found_below_the_one_folder() {
        for root in ["", "unpackaged/"] {
            let archive = Archive::read(&zipped(&[(&format!("{root}package.xml"), b"p"), (&format!("{root}classes/A.cls"), b"a")])).unwrap();
            assert_eq!(archive.file("classes/A.cls"), Some(&b"a"[..]));
            assert_eq!(archive.paths().collect::<Vec<_>>(), ["classes/A.cls", "package.xml"]);
            assert_eq!(archive.spelled("package.xml"), format!("{root}package.xml"));
        }
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../x", "a/../../x", "/etc/passwd", "a\\b", "c:x"] {
            assert_eq!(Archive::read(&zipped(&[(name, b"x")])).unwrap_err(), BadArchive::Escape(name.to_owned()));
        }
    }

    #[test]
    fn bombs_are_refused_before_they_are_unpacked() {
        let half = vec![0; UNPACKED / 2 + 1];
        let bomb = zipped(&[("a", &half), ("b", &half)]);
        assert!(bomb.len() < 1024 * 1024);
        assert_eq!(Archive::read(&bomb).unwrap_err(), BadArchive::Bomb);
        let names: Vec<String> = (0..=FILES).map(|number| number.to_string()).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(Archive::read(&zipped(&many)).unwrap_err(), BadArchive::TooManyFiles);
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let files = BTreeMap::from([("package.xml".to_owned(), b"p".to_vec()), ("a/b".to_owned(), vec![7; 1000])]);
        assert_eq!(Archive::read(&pack(&files).unwrap()).unwrap().files, files);
    }

    proptest! {
        #[test]
        fn broken_archives_are_refused_or_read(place in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut archive = zipped(&[("package.xml", b"<Package/>"), ("classes/A.cls", b"hello hello hello")]);
            let place = place % archive.len();
            archive[place] = byte;
            let _ = Archive::read(&archive);
            archive.truncate(cut);
            let _ = Archive::read(&archive);
        }
    }
}
