//! Authorization Code and Credentials: programs log users in at an Experience Cloud site without showing a page of ours. Codes that travel by
//! e-mail stand in the place of a password, register a person, or let one choose another password.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::grant::Ledger;
use super::guest::GuestCode;
use super::{Desk, Digest, OAuthError};
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::org::{Mail, MailKind, Outbox, User};
use crate::secret::{Secret, same};
use crate::storage::StoreError;

/// How long a code that was sent is good, and how many wrong ones end it. GUESS: as for identity verification.
const CODE_LIFE: Duration = Duration::from_secs(10 * 60);
const ATTEMPTS: u8 = 5;

/// `Auth-Request-Type`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestType {
    NamedUser,
    PasswordlessLogin,
    UserRegistration,
    Guest,
}

impl RequestType {
    /// Reads the header, in any case of its letters.
    pub fn read(text: &str) -> Option<Self> {
        let known = [
            ("named-user", Self::NamedUser),
            ("passwordless-login", Self::PasswordlessLogin),
            ("user-registration", Self::UserRegistration),
            ("guest", Self::Guest),
        ];
        known.into_iter().find(|(name, _)| text.trim().eq_ignore_ascii_case(name)).map(|(_, kind)| kind)
    }
}

/// Two texts joined by a colon, as Basic carries them. Clients use both alphabets, with and without padding.
pub fn read_credentials(authorization: &str) -> Option<(String, String)> {
    let (scheme, value) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let value = value.trim();
    let bytes = [STANDARD, URL_SAFE, STANDARD_NO_PAD, URL_SAFE_NO_PAD].iter().find_map(|alphabet| alphabet.decode(value).ok())?;
    let (name, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((name.to_owned(), secret.to_owned()))
}

/// Somebody who registers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    pub username: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: String,
    pub password: Secret,
}

/// What a code that comes back proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The user is who reads the user's e-mails.
    Login(UserId),
    Registration(Box<NewPerson>),
    /// The user may choose another password.
    Password(UserId),
    /// Nothing: nobody has the username that was given, and nobody is told.
    Nobody,
    /// A visitor of the site is the one who asked for a token.
    Guest(GuestCode),
}

/// A code that was sent and has not come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    pub purpose: Purpose,
    otp: [u8; 32],
    failures: u8,
    pub created: Timestamp,
}

impl SentCode {
    /// One that comes back together with this secret.
    pub(super) fn new(purpose: Purpose, secret: &str, created: Timestamp) -> Self {
        Self { purpose, otp: Digest::of(secret).0, failures: 0, created }
    }

    /// Whether the secret is the one it was sent with; takes as long either way.
    pub(super) fn is_opened_by(&self, unverified_secret: &str) -> bool {
        same(self.otp, Digest::of(unverified_secret).0)
    }
}

/// What this room needs of an org's database.
pub trait SentCodes {
    /// Adds it, or replaces the one of the same name.
    fn put_sent_code(&self, name: Digest, code: &SentCode) -> Result<(), StoreError>;
    fn sent_code(&self, name: Digest) -> Result<Option<SentCode>, StoreError>;
    fn remove_sent_code(&self, name: Digest) -> Result<(), StoreError>;
    fn sweep_sent_codes(&self, before: Timestamp) -> Result<(), StoreError>;
}

/// Sends a code, and returns the identifier under which it comes back.
pub fn send_code(tx: &(impl Ledger + SentCodes + Outbox), desk: &Desk<'_>, purpose: Purpose, to: Option<&str>) -> Result<String, StoreError> {
    let identifier = STANDARD_NO_PAD.encode(tx.new_record_id("0Qt")?.as_15());
    send_named_code(tx, desk, &identifier, purpose, to)?;
    Ok(identifier)
}

/// Sends the code of a forgotten password, which comes back under the username.
pub fn send_password_code(tx: &(impl Ledger + SentCodes + Outbox), desk: &Desk<'_>, user: &User) -> Result<(), StoreError> {
    send_named_code(tx, desk, &forgotten(&user.username), Purpose::Password(user.id), Some(&user.email))
}

fn send_named_code(
    tx: &(impl Ledger + SentCodes + Outbox),
    desk: &Desk<'_>,
    name: &str,
    purpose: Purpose,
    to: Option<&str>,
) -> Result<(), StoreError> {
    tx.sweep_sent_codes(Timestamp(desk.now.0 - 2 * CODE_LIFE.as_millis() as i64))?;
    let otp = desk.entropy.digits(6);
    let (kind, user, subject) = match &purpose {
        Purpose::Login(user) => (MailKind::Passwordless, Some(*user), "Your verification code to log in"),
        Purpose::Registration(_) => (MailKind::Registration, None, "Verify your e-mail address"),
        Purpose::Password(user) => (MailKind::VerificationCode, Some(*user), "Your verification code to reset your password"),
        Purpose::Nobody | Purpose::Guest(_) => (MailKind::VerificationCode, None, ""),
    };
    if let Some(to) = to {
        let body = format!("Your verification code is {otp}. It expires in 10 minutes.");
        tx.send(&Mail { at: desk.now, kind, user, to: to.to_owned(), subject: subject.to_owned(), body, code: Some(otp.clone()), link: None })?;
    }
    tx.put_sent_code(Digest::of(name), &SentCode::new(purpose, &otp, desk.now))
}

/// The record that an identifier stands for.
pub fn record_of_identifier(unverified_identifier: &str) -> Option<RecordId> {
    let bytes = STANDARD_NO_PAD.decode(unverified_identifier.trim_end_matches('=')).ok()?;
    RecordId::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

/// Takes back a code that was sent, once.
pub fn take_code(
    tx: &impl SentCodes,
    unverified_identifier: &str,
    unverified_otp: &str,
    now: Timestamp,
) -> Result<Result<Purpose, OAuthError>, StoreError> {
    let name = Digest::of(unverified_identifier);
    let purpose = prove_code(tx, name, unverified_otp, now)?;
    if purpose.is_ok() {
        tx.remove_sent_code(name)?;
    }
    Ok(purpose)
}

/// Proves the code of a forgotten password, which stays good until [`end_password_code`].
pub fn prove_password_code(
    tx: &impl SentCodes,
    unverified_username: &str,
    unverified_otp: &str,
    now: Timestamp,
) -> Result<Result<Purpose, OAuthError>, StoreError> {
    prove_code(tx, Digest::of(&forgotten(unverified_username)), unverified_otp, now)
}

/// Ends the code of a forgotten password: another one was chosen.
pub fn end_password_code(tx: &impl SentCodes, username: &str) -> Result<(), StoreError> {
    tx.remove_sent_code(Digest::of(&forgotten(username)))
}

/// Finds what a code proves. A wrong one counts, and one too many ends the right one.
fn prove_code(tx: &impl SentCodes, name: Digest, unverified_otp: &str, now: Timestamp) -> Result<Result<Purpose, OAuthError>, StoreError> {
    let Some(sent) = tx.sent_code(name)?.filter(|sent| now < sent.created.plus(CODE_LIFE)) else { return Ok(Err(OAuthError::WrongOtp)) };
    if sent.is_opened_by(unverified_otp.trim()) {
        return Ok(if sent.purpose == Purpose::Nobody { Err(OAuthError::WrongOtp) } else { Ok(sent.purpose) });
    }
    if sent.failures + 1 >= ATTEMPTS {
        tx.remove_sent_code(name)?;
    } else {
        tx.put_sent_code(name, &SentCode { failures: sent.failures + 1, ..sent })?;
    }
    Ok(Err(OAuthError::WrongOtp))
}

/// Under which name the code of a forgotten password is kept; no identifier has a colon.
fn forgotten(username: &str) -> String {
    format!("forgotten:{}", username.trim().to_lowercase())
}

/// What an answer tells of the Experience Cloud site where its user logged in.
pub fn community(desk: &Desk<'_>) -> [(&'static str, String); 2] {
    [("sfdc_community_url", desk.site.experience_url()), ("sfdc_community_id", desk.org.id.record().with_prefix("0DB").to_string())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_in_either_alphabet() {
        let expected = Some(("ada@acme.example".to_owned(), "p?:>ss".to_owned()));
        for alphabet in [STANDARD, URL_SAFE, STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            assert_eq!(read_credentials(&format!("Basic {}", alphabet.encode("ada@acme.example:p?:>ss"))), expected);
        }
        for text in ["Basic", "Basic ???", "Bearer x", "Basic YWJj"] {
            assert_eq!(read_credentials(text), None, "{text}");
        }
    }

    #[test]
    fn the_request_type_is_read_in_any_case() {
        assert_eq!(RequestType::read("Named-User"), Some(RequestType::NamedUser));
        assert_eq!(RequestType::read("Guest"), Some(RequestType::Guest));
        assert_eq!(RequestType::read("nobody"), None);
    }
}
