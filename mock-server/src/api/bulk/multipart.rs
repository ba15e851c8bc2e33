//! `multipart/form-data` as the create call uses it: a few named parts, all in memory.

use memchr::memmem;

/// Characters of data that may come with a job's description. Source: Bulk API 2.0 guide, "Create a job with multipart".
pub const CONTENT_LIMIT: usize = 100_000;

/// One part of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'b> {
    pub name: String,
    pub content: &'b [u8],
}

/// The parts of a body; `None` if it is no such form.
pub fn parts<'b>(media_type: &str, body: &'b [u8]) -> Option<Vec<Part<'b>>> {
    let boundary = media_type.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then(|| value.trim_matches('"'))
    })?;
    let delimiter = format!("--{boundary}");
    let mut found = Vec::new();
    let mut places = memmem::find_iter(body, &delimiter);
    let mut begin = places.next()? + delimiter.len();
    for end in places {
        found.push(part(&body[begin..end])?);
        begin = end + delimiter.len();
    }
    body.get(begin..)?.starts_with(b"--").then_some(found)
}

fn part(text: &[u8]) -> Option<Part<'_>> {
    // Clients that build the body by hand end lines with a line feed alone.
    let (head, content) = split(text, b"\r\n\r\n").or_else(|| split(text, b"\n\n"))?;
    let head = std::str::from_utf8(head).ok()?;
    let disposition = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition"))?;
    let name = disposition.split(';').find_map(|parameter| parameter.trim().strip_prefix("name="))?;
    let content = content.strip_suffix(b"\r\n").or_else(|| content.strip_suffix(b"\n")).unwrap_or(content);
    Some(Part { name: name.trim_matches('"').to_owned(), content })
}

fn split<'t>(text: &'t [u8], gap: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = memmem::find(text, gap)?;
    Some((&text[..at], &text[at + gap.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_name() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"job\";\r\nContent-Type: application/json\r\n\r\n{}\r\n--B\nContent-Disposition: form-data; name=\"content\"; filename=\"content\"\n\na\n1\n\n--B--";
        let found = parts("multipart/form-data; boundary=\"B\"", body).unwrap();
        assert_eq!(found, [Part { name: "job".into(), content: b"{}" }, Part { name: "content".into(), content: b"a\n1\n" }]);
    }

    #[test]
    fn what_is_no_form_has_no_parts() {
        for (media_type, body) in [
            ("multipart/form-data", "--B--"),
            ("multipart/form-data; boundary=B", ""),
            ("multipart/form-data; boundary=B", "--B\r\nx\r\n--B--"),
            ("multipart/form-data; boundary=B", "--B\r\n"),
        ] {
            assert_eq!(parts(media_type, body.as_bytes()), None, "{body:?}");
        }
    }
}
