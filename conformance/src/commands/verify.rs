//! `verify`: whether a certificate may be believed.

use std::path::{Path, PathBuf};

use clap::Args;
use sf_conformance::Failure;
use sf_conformance::certify::certificate::Payload;
use sf_conformance::certify::jws::VerifyingKey;
use sf_conformance::certify::verify::{Yardstick, verify, wire_rows};
use sf_conformance::features::Features;

use super::{FAILED, OK, read, usage};

#[derive(Args)]
pub struct Arguments {
    /// The certificate
    certificate: PathBuf,
    /// The public key it must be signed with, in PEM [default: the file beside the certificate that ends in .pub.pem]
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// The journal of the run, whose digest the certificate holds
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Accept a certificate that was made with other checks than this program holds
    #[arg(long)]
    allow_stale: bool,
    /// Print what it says as JSON
    #[arg(long)]
    json: bool,
}

/// Where the public key of a certificate lies if nobody names it.
pub fn public_key_beside(certificate: &Path) -> PathBuf {
    let mut name = certificate.as_os_str().to_owned();
    name.push(".pub.pem");
    name.into()
}

/// Opens the certificate and tells what it says, or why it is refused.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let inputs = || -> Result<_, Failure> {
        let key_file = arguments.public_key.clone().unwrap_or_else(|| public_key_beside(&arguments.certificate));
        let certificate = read(&arguments.certificate)?;
        let pem = read(&key_file).map_err(|failure| Failure::new(format!("{failure}; name the public key with --public-key")))?;
        let key = VerifyingKey::from_pem(&pem).map_err(|failure| Failure::new(format!("{}: {failure}", key_file.display())))?;
        Ok((certificate, key, arguments.journal.as_deref().map(read).transpose()?))
    };
    let (certificate, key, journal) = match inputs() {
        Ok(inputs) => inputs,
        Err(failure) => return Ok(usage(failure)),
    };
    let features = Features::of_checks();
    let yardstick = Yardstick { key: &key, features: &features, journal: journal.as_deref(), takes_stale: arguments.allow_stale };
    match verify(&certificate, &yardstick)? {
        Ok(payload) if arguments.json => println!("{}", serde_json::to_string_pretty(&payload)?),
        Ok(payload) => print!("{}", told(&payload, &key.id(), &arguments.certificate, journal.as_deref())),
        Err(refusal) => {
            eprintln!("REFUSED {}: {refusal}", arguments.certificate.display());
            return Ok(FAILED);
        }
    }
    Ok(OK)
}

fn told(payload: &Payload, key: &str, certificate: &Path, journal: Option<&str>) -> String {
    let integration = &payload.integration;
    let mut text = format!("VALID {}\n", certificate.display());
    text += &format!("  {} {}, by the {} driver, issued {}\n", integration.name, integration.version, payload.driver.kind, payload.issued_at);
    for profile in &payload.profiles {
        text += &format!("  {:<24} {} ({} judged)\n", profile.id, profile.verdict, profile.judged);
    }
    text += &format!("  results {}\n  key     {key}\n", payload.results_digest);
    text += &match journal.map(|journal| wire_rows(payload, journal)) {
        Some(borne_out) => {
            format!("  the journal is that of the run; judged anew by it alone: {} checks, none otherwise\n", borne_out.unwrap_or_default())
        }
        None => "  without its journal: evidence not compared\n".to_owned(),
    };
    text
}
