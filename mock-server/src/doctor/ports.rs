//! Who listens where the server does, or is to.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use super::ask::{self, Reply};
use super::{Finding, Patient};

const TOPIC: &str = "ports";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A server that answers at the login port.
pub(super) struct Server {
    /// Its answers to the questions for its clock, and for what it refused.
    pub clock: Option<Reply>,
    pub refusals: Option<Reply>,
}

/// What is at a port.
enum At {
    Nothing,
    /// Nothing, and nothing can be.
    Unusable(io::Error),
    SfMock {
        version: String,
    },
    /// An sf-mock that wants another control token.
    Guarded,
    Other,
}

pub(super) fn examine(patient: &Patient<'_>) -> (Vec<Finding>, Option<Server>) {
    let config = patient.config;
    let mut findings = Vec::new();
    if !config.host.is_loopback() && config.control_token.is_none() {
        let why = "everybody who reaches this machine could drive the server, so it does not start";
        findings.push(Finding::problem(TOPIC, format!("--host {} without --control-token", config.host), why, "set --control-token too"));
    }
    let mut named = vec![("--port", "the login host", config.port), ("--test-port", "the test host", config.test_port)];
    if let Some(tls) = config.tls {
        named.extend([("--tls-port", "the login host over TLS", tls.login), ("--tls-test-port", "the test host over TLS", tls.test)]);
    }
    let plain: Vec<(&str, &str, u16, At)> = named[..2].iter().map(|(flag, what, port)| (*flag, *what, *port, look(patient, *port))).collect();
    let runs = plain.iter().any(|(.., at)| matches!(at, At::SfMock { .. } | At::Guarded));
    let answers = matches!(plain.first(), Some((.., At::SfMock { .. })));
    findings.extend(plain.into_iter().map(|(flag, what, port, at)| judge(patient, flag, what, port, at, runs)));
    findings.extend(named[2..].iter().map(|(flag, what, port)| secure(patient, flag, what, *port, runs)));
    findings.extend(on_ipv6(patient));
    let server = answers.then(|| Server { clock: asked(patient, "/_mock/v1/clock"), refusals: asked(patient, "/_mock/v1/refusals") });
    (findings, server)
}

/// Where clients of this machine connect to.
pub(super) fn reached_at(patient: &Patient<'_>) -> IpAddr {
    match patient.config.host {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

fn look(patient: &Patient<'_>, port: u16) -> At {
    if port == 0 {
        return At::Nothing;
    }
    match ask::connect(reached_at(patient), port) {
        Ok(stream) => {
            let authority = format!("{}:{port}", patient.config.url_host());
            identify(ask::get(&stream, &authority, "/_mock/openapi.json", patient.config.control_token.as_deref()))
        }
        Err(_) => match TcpListener::bind((patient.config.host, port)) {
            Ok(_) => At::Nothing,
            Err(cause) if cause.kind() == ErrorKind::AddrInUse => At::Other,
            Err(cause) => At::Unusable(cause),
        },
    }
}

fn identify(reply: Option<Reply>) -> At {
    let Some(reply) = reply else { return At::Other };
    let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap_or_default();
    if reply.status == 401 && body["detail"].as_str().is_some_and(|detail| detail.contains("control token")) {
        return At::Guarded;
    }
    match (body["info"]["title"].as_str(), body["info"]["version"].as_str()) {
        (Some("sf-mock control API"), Some(version)) => At::SfMock { version: version.to_owned() },
        _ => At::Other,
    }
}

fn judge(patient: &Patient<'_>, flag: &str, what: &str, port: u16, at: At, runs: bool) -> Finding {
    let expected = patient.variable("SF_MOCK_CONTROL_URL").is_some_and(|url| super::variables::leads_to(url, patient.config.port));
    match at {
        At::Nothing if port == 0 => {
            let mend = format!("give {flag} the port that the ready line names, to have it looked at");
            Finding::note(TOPIC, format!("{flag} 0 takes any free port for {what}"), "nothing to look at before the server runs", mend)
        }
        At::Nothing if expected => Finding::problem(
            TOPIC,
            format!("nothing listens at port {port}, {what}"),
            "SF_MOCK_CONTROL_URL says that a server is here; it has ended, or was started elsewhere",
            "start it with `sf-mock serve`, or take the variables away: unset SF_MOCK_URL SF_MOCK_TEST_URL SF_MOCK_CONTROL_URL",
        ),
        At::Nothing if runs => Finding::problem(
            TOPIC,
            format!("nothing listens at port {port}, {what}, while the other port answers"),
            "the server was started with another port for it, or one of the two is not what you started",
            format!("give the {flag} that it was started with"),
        ),
        At::Nothing => Finding::well(TOPIC, format!("port {port} is free for {what}; no server runs there yet")),
        At::Unusable(cause) if cause.kind() == ErrorKind::PermissionDenied => Finding::problem(
            TOPIC,
            format!("you may not listen at port {port}: {cause}"),
            "the system keeps low ports for its administrator",
            format!("choose {flag} above 1023, or 0 for any free one"),
        ),
        At::Unusable(cause) => Finding::problem(
            TOPIC,
            format!("nobody can listen at {} port {port}: {cause}", patient.config.host),
            "the address is not one of this machine",
            "choose another --host: 127.0.0.1, or 0.0.0.0 for all of this machine's",
        ),
        At::SfMock { version } if version == VERSION => {
            Finding::well(TOPIC, format!("sf-mock {version} answers at port {port}, {what}{}", by(holder(port))))
        }
        At::SfMock { version } => Finding::problem(
            TOPIC,
            format!("sf-mock {version} answers at port {port}, and this program is {VERSION}"),
            "another installation was started; it does not do what this one documents",
            format!("stop it{}, and start this one", by(holder(port))),
        ),
        At::Guarded => Finding::problem(
            TOPIC,
            format!("the sf-mock at port {port} wants another control token"),
            "every call of the control API is refused with 401",
            "give the token it was started with: --control-token, or SF_MOCK_CONTROL_TOKEN",
        ),
        At::Other => Finding::problem(
            TOPIC,
            format!("port {port}, {what}, is taken by something that is not sf-mock{}", by(holder(port))),
            "the server cannot start there, and clients meet the wrong program",
            format!("stop it, or choose another {flag} (0 takes any free one)"),
        ),
    }
}

/// What can be said of an HTTPS port without a handshake; that is a matter of trust.
fn secure(patient: &Patient<'_>, flag: &str, what: &str, port: u16, runs: bool) -> Finding {
    let taken = port != 0 && ask::connect(reached_at(patient), port).is_ok();
    match (taken, runs) {
        (true, true) => Finding::well(TOPIC, format!("port {port}, {what}, listens")),
        (false, false) => Finding::well(TOPIC, format!("port {port} is free for {what}")),
        (true, false) => Finding::problem(
            TOPIC,
            format!("port {port}, {what}, is taken{}", by(holder(port))),
            "the server cannot start there",
            format!("stop it, or choose another {flag} (0 takes any free one)"),
        ),
        (false, true) => Finding::problem(
            TOPIC,
            format!("nothing listens at port {port}, {what}"),
            "the server that runs was started without --tls, or with other ports",
            format!("start it again with --tls, or give the {flag} that it was started with"),
        ),
    }
}

/// `localhost` is `::1` first for many clients.
fn on_ipv6(patient: &Patient<'_>) -> Option<Finding> {
    let config = patient.config;
    if config.host.is_ipv6() || config.port == 0 || ask::connect(Ipv6Addr::LOCALHOST.into(), config.port).is_err() {
        return None;
    }
    Some(Finding::problem(
        TOPIC,
        format!("another program listens at [::1]:{}{}", config.port, by(holder(config.port))),
        "clients that say localhost may reach it instead of the server at 127.0.0.1",
        "stop it, choose another --port, or let clients say 127.0.0.1",
    ))
}

fn asked(patient: &Patient<'_>, path: &str) -> Option<Reply> {
    let stream = ask::connect(reached_at(patient), patient.config.port).ok()?;
    let authority = format!("{}:{}", patient.config.url_host(), patient.config.port);
    ask::get(&stream, &authority, path, patient.config.control_token.as_deref())
}

fn by(holder: Option<String>) -> String {
    holder.map(|holder| format!(" ({holder})")).unwrap_or_default()
}

/// The process that listens at a port, as far as the system tells: its own processes to each user, all of them to root.
#[cfg(target_os = "linux")]
fn holder(port: u16) -> Option<String> {
    let sockets: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .flat_map(|table| table.lines().filter_map(|line| listening(line, port)).collect::<Vec<_>>())
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    std::fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let mut open = std::fs::read_dir(process.path().join("fd")).ok()?.flatten();
        open.find(|file| std::fs::read_link(file.path()).is_ok_and(|link| sockets.iter().any(|socket| link.as_os_str() == socket.as_str())))?;
        let command = std::fs::read(process.path().join("cmdline")).ok()?;
        let words: Vec<_> = command.split(|byte| *byte == 0).take(3).map(String::from_utf8_lossy).collect();
        Some(format!("process {pid}: {}", words.join(" ").trim()))
    })
}

/// The inode of a listening socket at this port, from a line of the kernel's table.
#[cfg(target_os = "linux")]
fn listening(line: &str, port: u16) -> Option<String> {
    const LISTEN: &str = "0A";
    let mut columns = line.split_whitespace();
    let local = columns.nth(1)?;
    let state = columns.nth(1)?;
    let inode = columns.nth(5)?;
    let at = u16::from_str_radix(local.rsplit(':').next()?, 16).ok()?;
    (at == port && state == LISTEN).then(|| inode.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn holder(port: u16) -> Option<String> {
    let command = if cfg!(windows) { format!("netstat -ano | findstr :{port}") } else { format!("lsof -nP -iTCP:{port} -sTCP:LISTEN") };
    Some(format!("`{command}` tells which"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_kernels_table_tells_who_listens() {
        let line = "   0: 0100007F:228C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0";
        assert_eq!(listening(line, 8844), Some("4711".to_owned()));
        assert_eq!(listening(line, 8845), None);
        assert_eq!(listening(&line.replace(" 0A ", " 01 "), 8844), None, "connected, not listening");
    }

    #[test]
    fn a_server_is_known_by_its_own_document() {
        let at = |status, body: &str| identify(Some(Reply { status, headers: Vec::new(), body: body.to_owned() }));
        assert!(matches!(at(200, r#"{"info":{"title":"sf-mock control API","version":"9.9"}}"#), At::SfMock { version } if version == "9.9"));
        assert!(matches!(at(401, r#"{"detail":"send `Authorization: Bearer` with the control token"}"#), At::Guarded));
        assert!(matches!(at(200, "<html>"), At::Other));
        assert!(matches!(at(401, "{}"), At::Other));
        assert!(matches!(identify(None), At::Other));
    }
}
