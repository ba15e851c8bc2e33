//! Whether the local CA is there, in order, and trusted by what clients read.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use super::ports::reached_at;
use super::{Finding, Patient, ask};
use crate::clock::Clock;
use crate::edge::{Authority, KeyFault};

const TOPIC: &str = "trust";

/// Variables that name a file of trusted certificates, and who reads them.
const READERS: [(&str, &str); 4] = [
    ("SSL_CERT_FILE", "OpenSSL, and so curl, Ruby, Go and Python's ssl"),
    ("NODE_EXTRA_CA_CERTS", "Node"),
    ("REQUESTS_CA_BUNDLE", "Python's requests"),
    ("CURL_CA_BUNDLE", "curl and requests"),
];

/// Where systems keep the certificates that everything trusts.
const SYSTEM: [&str; 3] = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// The name that a handshake asks for: it is in every client's code.
const NAME: &str = "login.salesforce.com";

pub(super) fn examine(patient: &Patient<'_>, runs: bool) -> Vec<Finding> {
    let directory = &patient.config.ca_dir;
    let mut findings: Vec<Finding> = READERS.iter().filter_map(|(name, readers)| unreadable(patient, name, readers)).collect();
    let (certificate, own) = own_ca(directory);
    let sound = !own.iter().any(Finding::is_problem);
    findings.extend(own);
    let needed = patient.is_proxied() || patient.config.tls.is_some();
    match certificate.filter(|_| sound) {
        Some(certificate) if needed => {
            findings.extend(known_to_clients(patient, &certificate));
            findings.extend(if runs { handshakes(patient, &certificate) } else { Vec::new() });
        }
        Some(_) => {}
        None if needed && sound => findings.push(Finding::problem(
            TOPIC,
            format!("there is no CA in {}", directory.display()),
            "clients can trust only a certificate that exists before they start",
            "sf-mock ca",
        )),
        None => {}
    }
    findings
}

/// A file of certificates that cannot be read takes all trust from who reads it.
fn unreadable(patient: &Patient<'_>, name: &str, readers: &str) -> Option<Finding> {
    let file = patient.variable(name)?;
    let why = match fs::read(file) {
        Ok(pem) if certificates(&pem).is_empty() => "it holds no certificate".to_owned(),
        Ok(_) => return None,
        Err(error) => error.to_string(),
    };
    let matters = format!("{readers} then trust nothing at all, and every HTTPS call fails");
    Some(Finding::problem(TOPIC, format!("{name}={file} cannot be used: {why}"), matters, format!("unset {name}, or name a file that is there")))
}

fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect()
}

/// The certificate of the CA, and what there is to say about it and its key.
fn own_ca(directory: &Path) -> (Option<CertificateDer<'static>>, Vec<Finding>) {
    let file = Authority::file(directory);
    let again = format!("move {} away; the next `sf-mock ca` makes another, which clients have to trust anew", directory.display());
    let pem = match fs::read(&file) {
        Ok(pem) => pem,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (None, Vec::new()),
        Err(error) => {
            let what = format!("{} cannot be read: {error}", file.display());
            return (None, vec![Finding::problem(TOPIC, what, "the server needs it for every HTTPS connection", "mend its permissions")]);
        }
    };
    let Some(certificate) = certificates(&pem).into_iter().next() else {
        let what = format!("{} holds no certificate", file.display());
        return (None, vec![Finding::problem(TOPIC, what, "the server needs it for every HTTPS connection", again)]);
    };
    let mut findings: Vec<Finding> = key(directory, &certificate, &again).into_iter().chain(validity(&file, &certificate, &again)).collect();
    if findings.is_empty() {
        findings.push(Finding::well(TOPIC, format!("the local CA {} is in order", file.display())));
    }
    (Some(certificate), findings)
}

fn key(directory: &Path, certificate: &CertificateDer<'_>, again: &str) -> Option<Finding> {
    let fault = Authority::key_fault(directory, certificate)?;
    let file = directory.join("ca-key.pem");
    let file = file.display();
    Some(match fault {
        KeyFault::Open(mode) => Finding::problem(
            TOPIC,
            format!("others may read {file} (mode {mode:o})"),
            "whoever has the key can stand in for Salesforce to everything here that trusts the CA",
            format!("chmod 600 {file}"),
        ),
        KeyFault::Unusable(why) => Finding::problem(TOPIC, format!("{file} cannot be used: {why}"), "the server cannot make certificates", again),
        KeyFault::Another => Finding::problem(
            TOPIC,
            format!("{file} is not the key of the certificate beside it"),
            "what the server signs is refused by everybody who trusts the certificate",
            again,
        ),
    })
}

fn validity(file: &Path, certificate: &CertificateDer<'_>, again: &str) -> Option<Finding> {
    let now = Clock::wall().seconds();
    let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else {
        return Some(Finding::problem(TOPIC, format!("{} is no X.509 certificate", file.display()), "no client can trust it", again));
    };
    let (from, until) = (read.validity().not_before, read.validity().not_after);
    if now > until.timestamp() {
        let what = format!("the local CA has expired, {until}");
        return Some(Finding::problem(TOPIC, what, "clients refuse every certificate it signed", again));
    }
    (now < from.timestamp()).then(|| {
        let what = format!("the local CA is not valid before {from}");
        Finding::problem(TOPIC, what, "this machine's clock was ahead when it was made, or is behind now", "set the clock by NTP")
    })
}

/// Whether what clients read holds the CA.
fn known_to_clients(patient: &Patient<'_>, certificate: &CertificateDer<'static>) -> Vec<Finding> {
    let file = Authority::file(&patient.config.ca_dir);
    let set: Vec<(&str, &str, PathBuf)> =
        READERS.iter().filter_map(|(name, readers)| Some((*name, *readers, PathBuf::from(patient.variable(name)?)))).collect();
    let lacks = |bundle: &Path| fs::read(bundle).is_ok_and(|pem| !certificates(&pem).is_empty() && !certificates(&pem).contains(certificate));
    let mut findings: Vec<Finding> = set
        .iter()
        .filter(|(.., bundle)| lacks(bundle))
        .map(|(name, readers, bundle)| {
            let what = format!("{name}={} does not hold the local CA", bundle.display());
            let mend = format!("export {name}={}, or append it to that file", file.display());
            Finding::problem(TOPIC, what, format!("{readers} refuse the server's certificate; the CA may have been made again since"), mend)
        })
        .collect();
    let by_system = SYSTEM.iter().any(|bundle| fs::read(bundle).is_ok_and(|pem| certificates(&pem).contains(certificate)));
    if set.is_empty() && !by_system {
        let what = "no variable here names the local CA, nor does the system trust it";
        let why = "clients started here refuse the server's certificate, unless their own settings name it";
        let mend = "eval \"$(sf-mock env --proxy)\", or export SSL_CERT_FILE, NODE_EXTRA_CA_CERTS or REQUESTS_CA_BUNDLE for your client";
        findings.push(if patient.is_proxied() { Finding::problem(TOPIC, what, why, mend) } else { Finding::note(TOPIC, what, why, mend) });
    }
    findings
}

/// The proof: connections as a client makes them.
fn handshakes(patient: &Patient<'_>, certificate: &CertificateDer<'static>) -> Vec<Finding> {
    let mut ways: Vec<(String, u16, bool)> = vec![("through the proxy".to_owned(), patient.config.port, true)];
    ways.extend(patient.config.tls.map(|ports| (format!("at port {}", ports.login), ports.login, false)));
    let finding = |(way, port, tunnel): (String, u16, bool)| match handshake(patient, port, tunnel, certificate) {
        Ok(()) => Finding::well(TOPIC, format!("a client that trusts the local CA connects {way}")),
        Err(cause) => Finding::problem(
            TOPIC,
            format!("a client that trusts the local CA cannot connect {way}: {cause}"),
            "the server was started with another --ca-dir or --data-dir, or before the CA was made again",
            "start it again, with the flags that you gave the doctor",
        ),
    };
    ways.into_iter().map(finding).collect()
}

fn handshake(patient: &Patient<'_>, port: u16, tunnel: bool, certificate: &CertificateDer<'static>) -> Result<(), Box<dyn std::error::Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let mut stream = ask::connect(reached_at(patient), port)?;
    if tunnel {
        open_tunnel(&mut stream, patient.config.control_token.as_deref())?;
    }
    let mut client = ClientConnection::new(Arc::new(config), ServerName::try_from(NAME)?)?;
    while client.is_handshaking() {
        client.complete_io(&mut stream)?;
    }
    Ok(())
}

fn open_tunnel(stream: &mut TcpStream, token: Option<&str>) -> io::Result<()> {
    let bearer = token.map(|token| format!("Proxy-Authorization: Bearer {token}\r\n")).unwrap_or_default();
    stream.write_all(format!("CONNECT {NAME}:443 HTTP/1.1\r\nHost: {NAME}:443\r\n{bearer}\r\n").as_bytes())?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    let status = head.lines().next().unwrap_or_default();
    if status.split_whitespace().nth(1) == Some("200") { Ok(()) } else { Err(io::Error::other(format!("CONNECT was answered {status:?}"))) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::findings_with;
    use super::*;

    fn fresh_ca(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("sf-mock-doctor-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        Authority::open(&directory).map(drop).unwrap_or_else(|error| panic!("{error}"));
        directory
    }

    fn check(directory: &Path, expected: &[&str]) {
        let (_, findings) = own_ca(directory);
        let what: Vec<_> = findings.iter().map(|finding| finding.what.as_str()).collect();
        assert!(what.len() == 1 && expected.iter().all(|piece| what[0].contains(piece)), "{what:?}");
    }

    #[test]
    fn a_fresh_ca_is_in_order() {
        let directory = fresh_ca("order");
        check(&directory, &["is in order"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_key_that_others_may_read_is_found() {
        let directory = fresh_ca("open");
        fs::set_permissions(directory.join("ca-key.pem"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        check(&directory, &["others may read", "644"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_key_of_another_ca_is_found() {
        let (directory, other) = (fresh_ca("mine"), fresh_ca("other"));
        fs::copy(other.join("ca-key.pem"), directory.join("ca-key.pem")).unwrap();
        check(&directory, &["is not the key of the certificate"]);
        fs::write(directory.join("ca-key.pem"), "nonsense").unwrap();
        check(&directory, &["ca-key.pem cannot be used"]);
        fs::write(directory.join("ca.pem"), "nonsense").unwrap();
        check(&directory, &["ca.pem holds no certificate"]);
        fs::remove_dir_all(directory).unwrap();
        fs::remove_dir_all(other).unwrap();
    }

    #[test]
    fn a_bundle_that_is_not_there_is_found() {
        let found = findings_with(&[("SSL_CERT_FILE", "/nowhere/ca.pem")], |patient| {
            READERS.iter().filter_map(|(name, readers)| unreadable(patient, name, readers)).collect()
        });
        assert!(found.len() == 1 && found[0].starts_with("SSL_CERT_FILE=/nowhere/ca.pem cannot be used"), "{found:?}");
    }
}
