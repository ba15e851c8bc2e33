//! One plain HTTP request to whatever listens at a port. A client library would follow the proxies that are under suspicion.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

/// Whoever needs longer is not sf-mock on this machine.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes of an answer that are read; the OpenAPI document has a fraction of it.
const LIMIT: u64 = 4 << 20;

/// An HTTP answer: headers have lower-case names.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

pub(super) fn connect(host: IpAddr, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&SocketAddr::new(host, port), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// `GET path`, with the token if there is one. None: what came is no HTTP.
pub(super) fn get(mut stream: &TcpStream, authority: &str, path: &str, token: Option<&str>) -> Option<Reply> {
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nAccept: application/json\r\n{bearer}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    // Some close without a farewell; what they said before counts.
    let _ = stream.take(LIMIT).read_to_end(&mut answer);
    read(&String::from_utf8_lossy(&answer))
}

fn read(answer: &str) -> Option<Reply> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split_whitespace().nth(1)?.parse().ok()?;
    let header = |line: &str| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Some(Reply { status, headers: lines.filter_map(header).collect(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_into_status_headers_and_body() {
        let reply = read("HTTP/1.1 401 Unauthorized\r\nDate: today\r\nX: a: b\r\n\r\n{\r\n\r\n}").unwrap_or_default();
        assert_eq!((reply.status, reply.header("date"), reply.header("x"), reply.body.as_str()), (401, Some("today"), Some("a: b"), "{\r\n\r\n}"));
    }

    #[test]
    fn what_is_no_http_is_none() {
        for answer in ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 fine\r\n\r\n"] {
            assert!(read(answer).is_none(), "{answer}");
        }
    }
}
