//! `multipart/form-data` bodies: named parts, all in memory. Source: RFC 7578, RFC 2046 section 5.1.

use memchr::memmem;

/// One part of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'b> {
    pub name: String,
    pub file_name: Option<String>,
    /// Without parameters, in lower case.
    pub content_type: Option<String>,
    pub content: &'b [u8],
}

/// The parts of a body whose `Content-Type` is `media_type`; `None` if it is no such form.
pub fn parts<'b>(media_type: &str, body: &'b [u8]) -> Option<Vec<Part<'b>>> {
    let boundary = parameter(media_type, "boundary").filter(|boundary| !boundary.is_empty())?;
    let delimiter = format!("--{boundary}");
    let mut rest = body;
    skip_preamble(&mut rest, delimiter.as_bytes())?;
    let mut found = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(found);
        }
        // Clients that build the body by hand end lines with a line feed alone.
        let line_end = memchr::memchr(b'\n', rest)?;
        rest = &rest[line_end + 1..];
        let end = next_delimiter(rest, delimiter.as_bytes())?;
        found.push(part(&rest[..end.content])?);
        rest = &rest[end.after..];
    }
}

fn skip_preamble(rest: &mut &[u8], delimiter: &[u8]) -> Option<()> {
    let after = match rest.starts_with(delimiter) {
        true => delimiter.len(),
        false => next_delimiter(rest, delimiter)?.after,
    };
    *rest = &rest[after..];
    Some(())
}

/// Where a part ends and what follows its delimiter begins.
struct End {
    content: usize,
    after: usize,
}

/// The next delimiter that begins a line; the line end before it belongs to the delimiter.
fn next_delimiter(text: &[u8], delimiter: &[u8]) -> Option<End> {
    memmem::find_iter(text, delimiter).find_map(|at| {
        let before = &text[..at];
        let content = before.strip_suffix(b"\r\n").or_else(|| before.strip_suffix(b"\n"))?.len();
        Some(End { content, after: at + delimiter.len() })
    })
}

fn part(text: &[u8]) -> Option<Part<'_>> {
    // The first empty line ends the head, however its lines end; later ones are content.
    let ends = [split(text, b"\r\n\r\n"), split(text, b"\n\n")];
    let (head, content) = ends.into_iter().flatten().min_by_key(|(head, _)| head.len())?;
    let head = std::str::from_utf8(head).ok()?;
    let header = |name: &str| head.lines().find_map(|line| line.split_once(':').filter(|(own, _)| own.trim().eq_ignore_ascii_case(name)));
    let (_, disposition) = header("content-disposition")?;
    let kind = header("content-type").map(|(_, kind)| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    Some(Part { name: parameter(disposition, "name")?, file_name: parameter(disposition, "filename"), content_type: kind, content })
}

fn split<'t>(text: &'t [u8], gap: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = memmem::find(text, gap)?;
    Some((&text[..at], &text[at + gap.len()..]))
}

/// `a; name="x"`: the parameter `name`.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|parameter| {
        let (own, value) = parameter.trim().split_once('=')?;
        own.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_names_files_and_bytes_that_may_hold_the_delimiter() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"entity_document\";\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{}\r\n--B\nContent-Disposition: form-data; name=\"Body\"; filename=\"a.bin\"\n\na --B\r\n\r\n\r\n--B--\r\n";
        let found = parts("multipart/form-data; boundary=\"B\"", body).unwrap();
        let part = |name: &str, file: Option<&str>, kind: Option<&str>, content: &'static [u8]| Part {
            name: name.into(),
            file_name: file.map(Into::into),
            content_type: kind.map(Into::into),
            content,
        };
        assert_eq!(found, [part("entity_document", None, Some("application/json"), b"{}"), part("Body", Some("a.bin"), None, b"a --B\r\n\r\n")]);
    }

    #[test]
    fn what_is_no_form_has_no_parts() {
        let form = "multipart/form-data; boundary=B";
        for (media_type, body) in [
            ("multipart/form-data", "--B--"),
            (form, ""),
            (form, "--B"),
            (form, "--B\r\nx\r\n--B--"),
            (form, "--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"),
            (form, "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx"),
        ] {
            assert_eq!(parts(media_type, body.as_bytes()), None, "{body:?}");
        }
        assert_eq!(parts(form, b"--B--"), Some(vec![]));
    }
}
