//! Verify Your Identity: the step between a right password and a session, when a second factor or an unknown browser asks for it.

use std::net::IpAddr;
use std::time::Duration;

use super::grant::Ledger;
use super::ticket::{Ticket, TicketKind, Tickets};
use super::{Digest, credential, totp};
use crate::clock::{Entropy, Timestamp};
use crate::id::UserId;
use crate::org::{Directory, Mail, MailKind, Org, Outbox, Switches, User};
use crate::storage::StoreError;

/// GUESS: how long a code is good; Salesforce does not say.
const CODE_LIFE: Duration = Duration::from_secs(15 * 60);
/// GUESS: wrong codes after which the login starts over.
const TRIES: u32 = 5;

/// Why a login goes on only after a code, if it does. `is_activated`: the user activated the browser.
pub fn due((org, switches): (&Org, &Switches), user: &User, address: Option<IpAddr>, is_activated: bool) -> Option<TicketKind> {
    if switches.require_mfa || user.profile.login.high_assurance {
        return Some(second_factor(user));
    }
    let is_asked = switches.activate_devices && !is_trusted(org, user, address) && !is_activated;
    is_asked.then_some(TicketKind::Activation)
}

/// Whether the user activated the browser that keeps these secrets.
pub fn is_activated(tx: &impl Tickets, devices: &[&str], user: UserId) -> Result<bool, StoreError> {
    for secret in devices {
        if tx.is_activated(Digest::of(secret), user)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The second factor the user has: an authenticator app, or else the mailbox.
pub fn second_factor(user: &User) -> TicketKind {
    if user.totp_secret.is_some() { TicketKind::AppFactor } else { TicketKind::EmailedFactor }
}

/// From the org's trusted addresses, and from those of the profile, no browser needs to be activated.
fn is_trusted(org: &Org, user: &User, address: Option<IpAddr>) -> bool {
    let Some(address) = address else { return true };
    org.trusted_ip_ranges.iter().chain(&user.profile.login.ip_ranges).any(|range| range.contains(address))
}

/// Makes the browser wait for a code, and sends the code if it goes by e-mail. Returns what the browser shows when it comes back.
pub fn begin(
    tx: &(impl Tickets + Outbox),
    org: &Org,
    user: &User,
    kind: TicketKind,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<String, StoreError> {
    let token = credential::access_token(org.id, entropy);
    send_code(tx, user, (kind, 0), Digest::of(&token), (now, entropy))?;
    Ok(token)
}

/// Sends another code for a login that waits. Wrong codes so far count on: asking for codes gives no more guesses.
pub fn resend(tx: &(impl Tickets + Outbox + Directory), unverified_token: &str, (now, entropy): (Timestamp, &Entropy)) -> Result<(), StoreError> {
    let token = Digest::of(unverified_token);
    let Some(ticket) = waiting(tx, token, now)? else { return Ok(()) };
    match tx.user(ticket.user)? {
        Some(user) => send_code(tx, &user, (ticket.kind, ticket.failures), token, (now, entropy)),
        None => Ok(()),
    }
}

fn send_code(
    tx: &(impl Tickets + Outbox),
    user: &User,
    (kind, failures): (TicketKind, u32),
    token: Digest,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<(), StoreError> {
    let code = (kind != TicketKind::AppFactor).then(|| entropy.digits(6));
    let ticket = Ticket { kind, user: user.id, code: code.as_deref().map(Digest::of), failures, created: now, expires: now.plus(CODE_LIFE) };
    tx.put_ticket(token, &ticket)?;
    let Some(code) = code else { return Ok(()) };
    tx.send(&Mail {
        at: now,
        kind: MailKind::VerificationCode,
        user: Some(user.id),
        to: user.email.clone(),
        subject: "Verify your identity in Salesforce".to_owned(),
        body: format!("Somebody logs in as {} from a place or browser we don't know.\n\nVerification Code: {code}\n", user.username),
        code: Some(code),
        link: None,
    })
}

/// The ticket of a login that waits for a code; `None` if it waited too long, or never did.
pub fn waiting(tx: &impl Tickets, token: Digest, now: Timestamp) -> Result<Option<Ticket>, StoreError> {
    Ok(tx.ticket(token)?.filter(|ticket| ticket.kind.is_of_login() && now < ticket.expires))
}

/// Why a code does not lead on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotVerified {
    WrongCode,
    /// Too late, too many wrong codes, or nothing waits: the login starts over.
    Over,
}

/// Takes a code for the login that waits. The user is known now, and how.
pub fn verify(
    tx: &(impl Tickets + Directory + Ledger),
    unverified_token: &str,
    unverified_code: &str,
    now: Timestamp,
) -> Result<Result<(UserId, TicketKind), NotVerified>, StoreError> {
    let token = Digest::of(unverified_token);
    let Some(ticket) = waiting(tx, token, now)? else { return Ok(Err(NotVerified::Over)) };
    let Some(user) = tx.user(ticket.user)? else { return Ok(Err(NotVerified::Over)) };
    let code = unverified_code.trim();
    let right = match ticket.kind {
        // A code that somebody saw over the user's shoulder is used up (RFC 6238, 5.2).
        TicketKind::AppFactor => match user.totp_secret.as_ref().and_then(|secret| totp::step_of(&secret.0, code, now)) {
            Some(step) => tx.use_assertion(Digest::of(&format!("totp\n{}\n{step}", user.id)), now.plus(totp::LONGEST_LIFE))?,
            None => false,
        },
        _ => ticket.code.is_some_and(|known| known.matches(code)),
    };
    if right {
        tx.remove_ticket(token)?;
        return Ok(Ok((user.id, ticket.kind)));
    }
    let failures = ticket.failures + 1;
    if failures >= TRIES {
        tx.remove_ticket(token)?;
        return Ok(Err(NotVerified::Over));
    }
    tx.put_ticket(token, &Ticket { failures, ..ticket })?;
    Ok(Err(NotVerified::WrongCode))
}
