//! Load: connections that repeat a request as fast as they are answered, for a set time.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::process::{Server, now};

/// Connections at a time, enough to keep one core busy.
pub const CONNECTIONS: usize = 32;

/// How long and how often two servers are compared.
#[derive(Clone, Copy)]
pub struct Rounds {
    pub count: usize,
    pub length: Duration,
}

impl Rounds {
    pub const FULL: Self = Self { count: 5, length: Duration::from_secs(2) };
    pub const QUICK: Self = Self { count: 3, length: Duration::from_millis(600) };
}

/// What a round brought.
#[derive(Clone, Copy)]
pub struct Rate {
    /// Answers a second.
    pub rate: f64,
    /// Share of the time in which the server's core was busy with it.
    pub busy: f64,
}

/// Requests per second of a server. `requests` are whole HTTP/1.1 requests, dealt out to the connections, which repeat theirs in turn;
/// all must be answered 2xx.
pub async fn measure(server: &Server, requests: &[Vec<u8>], length: Duration) -> Rate {
    let (begun, cpu) = (now(), server.cpu());
    let hand = |first: usize| requests.iter().skip(first).step_by(CONNECTIONS).cloned().collect();
    let connections = (0..CONNECTIONS.min(requests.len())).map(|first| tokio::spawn(repeat(server.port, hand(first), length)));
    let mut answers = 0;
    for connection in connections.collect::<Vec<_>>() {
        answers += connection.await.expect("a connection");
    }
    let took = begun.elapsed().as_secs_f64();
    Rate { rate: answers as f64 / took, busy: (server.cpu() - cpu) / took }
}

async fn repeat(port: u16, requests: Vec<Vec<u8>>, length: Duration) -> u64 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let end = now() + length;
    let mut buffer = vec![0; 1 << 20];
    let mut answers = 0;
    for request in requests.iter().cycle() {
        stream.write_all(request).await.expect("a request sent");
        read_answer(&mut stream, &mut buffer).await;
        answers += 1;
        if now() >= end {
            break;
        }
    }
    answers
}

/// Reads one answer with a Content-Length; returns the length of its body, which ends at the end of what was read.
pub async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.expect("an answer");
        assert!(read > 0, "the server hung up: {}", String::from_utf8_lossy(&buffer[..filled]));
        filled += read;
        let Some(head) = memchr::memmem::find(&buffer[..filled], b"\r\n\r\n") else { continue };
        let length = content_length(&buffer[..head]);
        assert_eq!(buffer[9], b'2', "{}", String::from_utf8_lossy(&buffer[..filled]));
        if buffer.len() < head + 4 + length {
            buffer.resize(head + 4 + length, 0);
        }
        while filled < head + 4 + length {
            let read = stream.read(&mut buffer[filled..]).await.expect("the rest of an answer");
            assert!(read > 0, "the server hung up within an answer");
            filled += read;
        }
        return length;
    }
}

fn content_length(head: &[u8]) -> usize {
    let name = b"content-length: ";
    let value = head.split(|byte| *byte == b'\n').find_map(|line| {
        let (start, value) = line.split_at_checked(name.len())?;
        start.eq_ignore_ascii_case(name).then_some(value)
    });
    value.unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
}

/// The rate of the mock as a share of the bare server's, round by round side by side; the median of all rounds.
pub async fn compare(mock: &Server, requests: &[Vec<u8>], bare: &Server, bare_requests: &[Vec<u8>], rounds: Rounds) -> (f64, Rate, Rate) {
    let mut shares = Vec::new();
    for _ in 0..rounds.count {
        let yardstick = measure(bare, bare_requests, rounds.length).await;
        let own = measure(mock, requests, rounds.length).await;
        shares.push((own.rate / yardstick.rate, own, yardstick));
    }
    shares.sort_by(|a, b| a.0.total_cmp(&b.0));
    shares[shares.len() / 2]
}
