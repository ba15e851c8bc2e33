//! Files: attachments, documents, static resources, and content versions with their documents and links.
//! Source: Object Reference, ContentVersion, ContentDocument, ContentDocumentLink, Attachment, Document.

use md5::{Digest, Md5};

use super::{Ruled, Scene};
use crate::id::RecordId;
use crate::records::error::RecordError;
use crate::records::values::Value;
use crate::records::whole::Whole;

const MEGABYTE: usize = 1024 * 1024;

/// Salesforce's names of file types by extension; any other file is `UNKNOWN`.
const FILE_TYPES: [(&str, &str); 29] = [
    ("avi", "AVI"),
    ("bmp", "BMP"),
    ("csv", "CSV"),
    ("doc", "WORD"),
    ("docx", "WORD_X"),
    ("eml", "EML"),
    ("gif", "GIF"),
    ("htm", "HTML"),
    ("html", "HTML"),
    ("jpeg", "JPEG"),
    ("jpg", "JPG"),
    ("js", "JS"),
    ("json", "JSON"),
    ("mov", "MOV"),
    ("mp3", "MP3"),
    ("mp4", "MP4"),
    ("mpeg", "MPEG"),
    ("pdf", "PDF"),
    ("png", "PNG"),
    ("ppt", "POWER_POINT"),
    ("pptx", "POWER_POINT_X"),
    ("rtf", "RTF"),
    ("snote", "SNOTE"),
    ("svg", "SVG"),
    ("txt", "TEXT"),
    ("xls", "EXCEL"),
    ("xlsx", "EXCEL_X"),
    ("xml", "XML"),
    ("zip", "ZIP"),
];

fn blob<'w>(whole: &'w Whole<'_, '_>, name: &str) -> Option<&'w [u8]> {
    if let Value::Blob(bytes) = whole.get(name) { Some(bytes) } else { None }
}

fn bytes(length: usize) -> Value {
    Value::Integer(i64::try_from(length).unwrap_or(i64::MAX))
}

/// Measures the body of an attachment, document or static resource.
pub fn body(whole: &mut Whole<'_, '_>) -> Ruled {
    if !whole.is_new() && !whole.changes(&["Body"]) {
        return Ok(());
    }
    let length = blob(whole, "Body").map_or(0, <[u8]>::len);
    // GUESS: the codes are those of SOAP's StatusCode list; their words were not recorded.
    let limit = match &*whole.draft.object.name {
        "Attachment" => (25 * MEGABYTE, "MAXIMUM_SIZE_OF_ATTACHMENT", "Maximum size of attachment exceeded"),
        "Document" => (5 * MEGABYTE, "MAXIMUM_SIZE_OF_DOCUMENT", "Maximum size of document exceeded"),
        _ => (5 * MEGABYTE, "STRING_TOO_LONG", "Maximum size of static resource exceeded"),
    };
    if length > limit.0 {
        return Err(RecordError::rule(limit.1, limit.2.to_owned(), &["Body"]));
    }
    whole.set("BodyLength", bytes(length));
    Ok(())
}

/// A document's unique name comes from its name, its author is whoever adds it.
pub fn prepare_document(whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        let name = developer_name(whole.text("Name"));
        whole.set_default("DeveloperName", || Value::text(name));
    }
    Ok(())
}

/// Letters, digits and single underscores, a letter first.
fn developer_name(name: &str) -> String {
    let mut made = String::new();
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => made.push(c),
            _ if made.is_empty() || made.ends_with('_') => {}
            _ => made.push('_'),
        }
    }
    let made = made.trim_end_matches('_');
    if made.starts_with(|first: char| first.is_ascii_alphabetic()) { made.to_owned() } else { format!("X{made}") }
}

/// A new version has a title, and a document to be a version of.
pub fn prepare_version(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if !whole.is_new() {
        return Ok(());
    }
    if !whole.given("PathOnClient") && !whole.given("ContentUrl") {
        return Err(RecordError::RequiredFieldMissing(vec!["PathOnClient".to_owned()]));
    }
    let name = file_name(whole.text("PathOnClient")).to_owned();
    whole.set_default("Title", || Value::text(name.rsplit_once('.').map_or(&*name, |(stem, _)| stem)));
    if !whole.given("ContentDocumentId") {
        let owner = if whole.given("OwnerId") { whole.get("OwnerId").clone() } else { Value::Text(scene.change.by.to_string()) };
        let document = scene.make("ContentDocument", &[("Title", whole.get("Title").clone()), ("OwnerId", owner)])?;
        whole.set("ContentDocumentId", Value::Text(document.to_string()));
    }
    Ok(())
}

/// The last part of a path, whichever system it comes from.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

pub fn version(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        number(scene, whole)?;
        let extension = file_name(whole.text("PathOnClient")).rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_owned());
        let known = FILE_TYPES.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map_or("UNKNOWN", |(_, kind)| kind);
        let is_link = whole.given("ContentUrl");
        whole.set("FileType", Value::Text(if is_link { "LINK" } else { known }.to_owned()));
        whole.set("FileExtension", Value::text(extension));
        whole.set("PublishStatus", Value::Text("R".to_owned()));
        whole.set_default("ContentModifiedDate", || Value::Integer(scene.change.now.0));
        whole.set("ContentModifiedById", Value::Text(scene.change.by.to_string()));
        whole.set_default("FirstPublishLocationId", || Value::Text(scene.change.by.to_string()));
        whole.set("IsMajorVersion", Value::boolean(true));
    }
    if whole.is_new() || whole.changes(&["VersionData"]) {
        let data = blob(whole, "VersionData").unwrap_or_default();
        let (size, sum) = (bytes(data.len()), hex(&Md5::digest(data)));
        whole.set("ContentSize", size);
        whole.set("Checksum", Value::Text(sum));
    }
    Ok(())
}

fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The new version is the latest: it has the next number, and the others give the mark up.
fn number(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    let earlier = scene.find("ContentVersion", "ContentDocumentId", whole.get("ContentDocumentId"))?;
    for version in earlier.iter().filter(|version| version.get("IsLatest").is_true()) {
        scene.put(version.object, version.id, &[("IsLatest", Value::boolean(false))])?;
    }
    whole.set("IsLatest", Value::boolean(true));
    whole.set("VersionNumber", Value::Text((earlier.len() + 1).to_string()));
    Ok(())
}

/// The document shows its latest version; a new one is shared with its owner and the record it was first published to.
pub fn version_written(scene: Scene<'_>, whole: &Whole<'_, '_>, id: RecordId) -> Ruled {
    let Some(document) = scene.load(whole.get("ContentDocumentId"))? else { return Ok(()) };
    if !whole.is_true("IsLatest") {
        return Ok(());
    }
    let shown = [
        "Title",
        "Description",
        "FileType",
        "FileExtension",
        "ContentSize",
        "ContentModifiedDate",
        "SharingOption",
        "SharingPrivacy",
        "PublishStatus",
    ];
    let mut changes: Vec<(&str, Value)> = shown.map(|name| (name, whole.get(name).clone())).into();
    changes.push(("LatestPublishedVersionId", Value::Text(id.to_string())));
    changes.push(("LastModifiedDate", Value::Integer(scene.change.now.0)));
    changes.push(("LastModifiedById", Value::Text(scene.change.by.to_string())));
    scene.put(document.object, document.id, &changes)?;
    if whole.is_new() && whole.text("VersionNumber") == "1" {
        let owner = document.get("OwnerId").clone();
        share(scene, document.id, owner.clone(), "I")?;
        if whole.get("FirstPublishLocationId") != &owner {
            share(scene, document.id, whole.get("FirstPublishLocationId").clone(), "V")?;
        }
    }
    Ok(())
}

fn share(scene: Scene<'_>, document: RecordId, with: Value, kind: &str) -> Ruled {
    let link = [
        ("ContentDocumentId", Value::Text(document.to_string())),
        ("LinkedEntityId", with),
        ("ShareType", Value::Text(kind.to_owned())),
        ("Visibility", Value::Text("AllUsers".to_owned())),
    ];
    scene.make("ContentDocumentLink", &link).map(drop)
}

/// A document is linked to a record once.
pub fn link(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if !whole.is_new() {
        return Ok(());
    }
    whole.set_default("ShareType", || Value::Text("V".to_owned()));
    whole.set_default("Visibility", || Value::Text("AllUsers".to_owned()));
    let (document, entity) = (whole.get("ContentDocumentId"), whole.get("LinkedEntityId"));
    let links = scene.find("ContentDocumentLink", "ContentDocumentId", document)?;
    if links.iter().any(|link| link.get("LinkedEntityId") == entity) {
        let (document, entity) = (document.as_text().unwrap_or_default(), entity.as_text().unwrap_or_default());
        let message = format!("Document with ID: {document} is already linked with the entity with ID: {entity}");
        return Err(RecordError::rule("DUPLICATE_VALUE", message, &[]));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn developer_names_hold_letters_digits_and_single_underscores() {
        for (name, made) in [("My file (1).txt", "My_file_1_txt"), ("7 wonders", "X7_wonders"), ("a__b", "a_b"), ("", "X")] {
            assert_eq!(developer_name(name), made);
        }
    }

    #[test]
    fn a_file_is_named_by_the_last_part_of_its_path() {
        for (path, name) in [("C:\\tmp\\a.txt", "a.txt"), ("/tmp/a.txt", "a.txt"), ("a", "a")] {
            assert_eq!(file_name(path), name);
        }
    }
}
