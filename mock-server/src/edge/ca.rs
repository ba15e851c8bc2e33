//! The local CA: made on first use, its key readable by the owner alone, and bound to names that are Salesforce's or this
//! machine's own, so that trusting it risks nothing else.

use std::fs;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PublicKeyData, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use crate::clock::Clock;
use crate::config::StartError;

/// The CA outlives any machine it was made on; clients accept long-lived roots.
const CA_DAYS: i64 = 3650;

/// Some clients refuse server certificates that are valid for longer.
const LEAF_DAYS: i64 = 397;

/// Every name the server answers to under TLS. A wildcard covers one label.
const NAMES: [&str; 29] = [
    "login.salesforce.com",
    "test.salesforce.com",
    "api.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.develop.my.salesforce.com",
    "*.scratch.my.salesforce.com",
    "*.lightning.force.com",
    "*.sandbox.lightning.force.com",
    "*.develop.lightning.force.com",
    "*.scratch.lightning.force.com",
    "*.vf.force.com",
    "*.sandbox.vf.force.com",
    "*.develop.vf.force.com",
    "*.scratch.vf.force.com",
    "*.file.force.com",
    "*.sandbox.file.force.com",
    "*.develop.file.force.com",
    "*.scratch.file.force.com",
    "localhost",
    "login.localhost",
    "test.localhost",
    "*.my.localhost",
    "*.sandbox.my.localhost",
    "*.develop.my.localhost",
    "*.scratch.my.localhost",
    "*.lightning.localhost",
    "*.my.site.localhost",
    "*.sandbox.my.site.localhost",
];

/// Names of Experience Cloud. A CA made before these were served does not vouch for them, and one such name would spoil the whole certificate.
const EXPERIENCE_DOMAIN: &str = "site.com";
const EXPERIENCE_NAMES: [&str; 4] = ["*.my.site.com", "*.sandbox.my.site.com", "*.develop.my.site.com", "*.scratch.my.site.com"];

/// The CA of one directory, ready to sign.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    /// The certificate file of a directory, whether or not it exists yet.
    pub fn file(directory: &Path) -> PathBuf {
        directory.join("ca.pem")
    }

    /// Opens the CA of a directory, making what is missing.
    pub fn open(directory: &Path) -> Result<Self, StartError> {
        open(directory).map_err(|cause| StartError::Ca { path: directory.to_owned(), cause: cause.to_string() })
    }

    /// What is wrong with the key in a directory, beside this certificate of it. Nothing is made.
    pub fn key_fault(directory: &Path, certificate: &CertificateDer<'_>) -> Option<KeyFault> {
        let file = directory.join("ca-key.pem");
        let unusable = |cause: &dyn std::fmt::Display| Some(KeyFault::Unusable(cause.to_string()));
        let key = match fs::read_to_string(&file) {
            Ok(pem) => KeyPair::from_pem(&pem),
            Err(error) => return unusable(&error),
        };
        let key = match key {
            Ok(key) => key,
            Err(error) => return unusable(&error),
        };
        #[cfg(unix)]
        if let Ok(found) = fs::metadata(&file) {
            let mode = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o777;
            if mode & 0o077 != 0 {
                return Some(KeyFault::Open(mode));
            }
        }
        let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else { return Some(KeyFault::Another) };
        (read.public_key().raw != key.subject_public_key_info()).then_some(KeyFault::Another)
    }

    /// A new certificate and key for this server's names, with the CA's certificate behind it.
    pub fn issue(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), rcgen::Error> {
        let key = KeyPair::generate()?;
        let vouches = self.certificate.windows(EXPERIENCE_DOMAIN.len()).any(|bytes| bytes == EXPERIENCE_DOMAIN.as_bytes());
        let more = if vouches { &EXPERIENCE_NAMES[..] } else { &[] };
        let leaf = leaf_params(more)?.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok((vec![leaf.der().clone(), self.certificate.clone()], key))
    }
}

/// What is wrong with the key of a directory's CA.
#[derive(Debug)]
pub enum KeyFault {
    /// Others than the owner may read it; its permissions.
    Open(u32),
    /// It is missing, or no key.
    Unusable(String),
    /// It does not belong to the certificate.
    Another,
}

fn open(directory: &Path) -> Result<Authority, Box<dyn std::error::Error>> {
    fs::create_dir_all(directory)?;
    let key = open_key(&directory.join("ca-key.pem"))?;
    let file = Authority::file(directory);
    let certificate = match fs::read_to_string(&file) {
        Ok(pem) => rustls::pki_types::pem::PemObject::from_pem_slice(pem.as_bytes())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let certificate = ca_params()?.self_signed(&key)?;
            let draft = temporary(&file);
            fs::write(&draft, certificate.pem())?;
            fs::rename(draft, &file)?;
            certificate.der().clone()
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Authority { issuer: Issuer::new(ca_params()?, key), certificate })
}

/// Reads the key, or makes one. Of two processes that make one at the same time, both end up with the key of the first.
fn open_key(file: &Path) -> Result<KeyPair, Box<dyn std::error::Error>> {
    if !file.exists() {
        let draft = temporary(file);
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&draft)?.write_all(KeyPair::generate()?.serialize_pem().as_bytes())?;
        let linked = fs::hard_link(&draft, file);
        fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
    }
    Ok(KeyPair::from_pem(&fs::read_to_string(file)?)?)
}

fn temporary(file: &Path) -> PathBuf {
    file.with_extension(format!("{}.tmp", std::process::id()))
}

fn ca_params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "sf-mock local CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let domains = ["salesforce.com", "force.com", EXPERIENCE_DOMAIN, "localhost"].map(|domain| GeneralSubtree::DnsName(domain.to_owned()));
    let addresses = [CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8), CidrSubnet::from_v6_prefix(Ipv6Addr::LOCALHOST.octets(), 128)];
    let permitted_subtrees = domains.into_iter().chain(addresses.map(GeneralSubtree::IpAddress)).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    valid_for(&mut params, CA_DAYS);
    Ok(params)
}

fn leaf_params(more: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let names: Vec<String> = NAMES.iter().chain(more).map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    params.subject_alt_names.extend(loopback.map(SanType::IpAddress));
    params.distinguished_name.push(DnType::CommonName, "sf-mock");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    valid_for(&mut params, LEAF_DAYS);
    Ok(params)
}

/// TLS goes by wall time, whatever the virtual clock says. A day of grace helps machines whose clocks differ.
fn valid_for(params: &mut CertificateParams, days: i64) {
    let now = OffsetDateTime::from_unix_timestamp(Clock::wall().seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(days);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh_directory(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("sf-mock-ca-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        directory
    }

    #[test]
    fn the_ca_is_made_once_and_its_key_is_the_owners() {
        let directory = fresh_directory("once");
        let first = Authority::open(&directory).unwrap();
        let again = Authority::open(&directory).unwrap();
        assert_eq!(first.certificate, again.certificate);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(directory.join("ca-key.pem")).unwrap().permissions());
            assert_eq!(mode & 0o077, 0);
        }
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_damaged_key_is_reported_with_its_directory() {
        let directory = fresh_directory("damaged");
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("ca-key.pem"), "nonsense").unwrap();
        let error = Authority::open(&directory).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.starts_with(&format!("local CA in {}", directory.display())), "{error}");
        fs::remove_dir_all(directory).unwrap();
    }
}
