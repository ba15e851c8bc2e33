//! Archives: what a deployment carries and a retrieval answers with.
//!
//! Nothing an archive says of itself is believed: names must stay inside it, and no file gives more than the archive told.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Files of one archive. Source: Metadata API guide, limits.
const FILES: usize = 10_000;

/// Bytes of an archive as it travels. Source: as above.
const PACKED: usize = 39 * 1024 * 1024;

/// Bytes of all files together. Source: as above.
const UNPACKED: u64 = 600 * 1024 * 1024;

/// The files of an archive by their paths. They stay packed until they are asked for.
pub struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Where each file stands in the archive's own list.
    files: BTreeMap<String, usize>,
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

impl<'b> Archive<'b> {
    /// Reads an archive's list of files. The sizes it tells are those that [`Self::file`] holds it to.
    ///
    /// # Errors
    /// It is none, takes too much room, or names files that are not inside it.
    pub fn read(bytes: &'b [u8]) -> Result<Self, BadArchive> {
        if bytes.len() > PACKED {
            return Err(BadArchive::TooLarge);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BadArchive::Unreadable)?;
        if zip.len() > 2 * FILES {
            return Err(BadArchive::TooManyFiles);
        }
        let (mut files, mut left) = (BTreeMap::new(), UNPACKED);
        for index in 0..zip.len() {
            let file = zip.by_index_raw(index).map_err(|_| BadArchive::Unreadable)?;
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
            left = left.checked_sub(file.size()).ok_or(BadArchive::Bomb)?;
            if files.insert(name.clone(), index).is_some() {
                return Err(BadArchive::Twice(name));
            }
        }
        let root = root_of(&files);
        Ok(Self { zip, files, root })
    }

    /// Unpacks the file at this path below the archive's root; `None` when there is none.
    ///
    /// # Errors
    /// What is packed is broken, or more than the archive told.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>, BadArchive> {
        let Some(index) = self.files.get(&self.spelled(path)) else { return Ok(None) };
        let mut zip = self.zip.clone();
        let file = zip.by_index(*index).map_err(|_| BadArchive::Unreadable)?;
        let (size, mut content) = (file.size(), Vec::new());
        file.take(size + 1).read_to_end(&mut content).map_err(|_| BadArchive::Unreadable)?;
        if content.len() as u64 == size { Ok(Some(content)) } else { Err(BadArchive::Unreadable) }
    }

    /// Whether there is a file at this path below the archive's root.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(&self.spelled(path))
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
fn root_of(files: &BTreeMap<String, usize>) -> String {
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

    /// The words of why it is refused; empty if it is read.
    fn refused(bytes: &[u8]) -> Option<BadArchive> {
        Archive::read(bytes).err()
    }

    #[test]
    fn files_are_found_below_the_one_folder() {
        for root in ["", "unpackaged/"] {
            let packed = zipped(&[(&format!("{root}package.xml"), b"p"), (&format!("{root}classes/A.cls"), b"a")]);
            let archive = Archive::read(&packed).ok().unwrap();
            assert_eq!(archive.file("classes/A.cls").unwrap().as_deref(), Some(&b"a"[..]));
            assert_eq!(archive.paths().collect::<Vec<_>>(), ["classes/A.cls", "package.xml"]);
            assert_eq!(archive.spelled("package.xml"), format!("{root}package.xml"));
        }
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../x", "a/../../x", "/etc/passwd", "a\\b", "c:x"] {
            assert_eq!(refused(&zipped(&[(name, b"x")])), Some(BadArchive::Escape(name.to_owned())));
        }
    }

    #[test]
    fn bombs_are_refused_before_they_are_unpacked() {
        let small = zipped(&[("a", &vec![0; 8 * 1024 * 1024])]);
        let mut small = ZipArchive::new(Cursor::new(small)).unwrap();
        let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..=(UNPACKED / (8 * 1024 * 1024)) {
            bomb.raw_copy_file_rename(small.by_index_raw(0).unwrap(), number.to_string()).unwrap();
        }
        let bomb = bomb.finish().unwrap().into_inner();
        assert!(bomb.len() < 2 * 1024 * 1024);
        assert_eq!(refused(&bomb), Some(BadArchive::Bomb));
        let names: Vec<String> = (0..=FILES).map(|number| number.to_string()).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(refused(&zipped(&many)), Some(BadArchive::TooManyFiles));
    }

    #[test]
    fn a_file_gives_no_more_than_the_archive_told() {
        let mut packed = zipped(&[("a", &[7; 5000])]);
        let told = 5000_u32.to_le_bytes();
        let places: Vec<usize> = packed.windows(4).enumerate().filter(|(_, seen)| *seen == told).map(|(at, _)| at).collect();
        for at in places {
            packed[at..at + 4].copy_from_slice(&50_u32.to_le_bytes());
        }
        assert_eq!(Archive::read(&packed).ok().unwrap().file("a"), Err(BadArchive::Unreadable));
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let files = BTreeMap::from([("package.xml".to_owned(), b"p".to_vec()), ("a/b".to_owned(), vec![7; 1000])]);
        let packed = pack(&files).unwrap();
        let archive = Archive::read(&packed).ok().unwrap();
        for (path, content) in files {
            assert_eq!(archive.file(&path), Ok(Some(content)));
        }
    }

    /// Reads whatever can be read.
    fn read_all(bytes: &[u8]) {
        if let Ok(archive) = Archive::read(bytes) {
            archive.paths().for_each(|path| drop(archive.file(path)));
        }
    }

    proptest! {
        #[test]
        fn broken_archives_are_refused_or_read(place in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut archive = zipped(&[("package.xml", b"<Package/>"), ("classes/A.cls", b"hello hello hello")]);
            let place = place % archive.len();
            archive[place] = byte;
            read_all(&archive);
            archive.truncate(cut);
            read_all(&archive);
        }
    }
}
