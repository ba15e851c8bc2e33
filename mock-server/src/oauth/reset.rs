//! Passwords by link: an admin resets one, or a user forgot it; the e-mail's link leads to the page where another is chosen.

use std::time::Duration;

use super::ticket::{Ticket, TicketKind, Tickets};
use super::{Digest, credential};
use crate::clock::{Entropy, Timestamp};
use crate::id::UserId;
use crate::org::{Directory, Mail, MailKind, Org, Outbox, PasswordRefusal, User, UserChange, set_password};
use crate::secret::Secret;
use crate::storage::StoreError;

/// How long a link is good. Source: Salesforce help, password reset.
const LINK_LIFE: Duration = Duration::from_secs(24 * 3600);

/// Why a link asks for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkCause {
    /// An admin reset the password: the one before is worthless from now on.
    Reset,
    /// The user forgot it: the one before stays good until the link is used.
    Forgotten,
    /// An admin made the user, who never had one.
    Welcome,
}

/// E-mails the user a link to choose a password. `address` makes an address of the link's token.
pub fn send_link(
    tx: &(impl Directory + Tickets + Outbox),
    org: &Org,
    user: &User,
    cause: LinkCause,
    (now, entropy): (Timestamp, &Entropy),
    address: impl FnOnce(&str) -> String,
) -> Result<(), StoreError> {
    if cause == LinkCause::Reset {
        // Who never had a password still has none; who had one has lost it, with the security token that went with it.
        // Sessions go on: the password does not count as expired.
        let change = UserChange {
            password: user.password.is_some().then(|| Some(Secret(entropy.token(32)))),
            security_token: Some(Secret(entropy.token(24))),
            failed_logins: Some((0, None)),
            ..UserChange::default()
        };
        tx.change_user(user.id, &change, None, now)?;
    }
    tx.remove_tickets_of(user.id, TicketKind::Password)?;
    let token = credential::access_token(org.id, entropy);
    let ticket = Ticket { kind: TicketKind::Password, user: user.id, code: None, failures: 0, created: now, expires: now.plus(LINK_LIFE) };
    tx.put_ticket(Digest::of(&token), &ticket)?;
    let link = address(&token);
    let why = match cause {
        LinkCause::Reset => "Your administrator has reset your Salesforce password.",
        LinkCause::Forgotten => "Somebody asked for a new Salesforce password for you.",
        LinkCause::Welcome => "Your administrator has made a Salesforce user for you.",
    };
    let subject =
        if cause == LinkCause::Welcome { "Welcome to Salesforce: Verify your account" } else { "Finish resetting your Salesforce password" };
    tx.send(&Mail {
        at: now,
        kind: MailKind::PasswordReset,
        user: Some(user.id),
        to: user.email.clone(),
        subject: subject.to_owned(),
        body: format!("{why}\n\nUsername: {}\n\nChoose a password within 24 hours:\n{link}\n", user.username),
        code: None,
        link: Some(link),
    })
}

/// Whose link it is, while it is good.
pub fn link_owner(tx: &(impl Directory + Tickets), unverified_token: &str, now: Timestamp) -> Result<Option<User>, StoreError> {
    let ticket = tx.ticket(Digest::of(unverified_token))?.filter(|ticket| ticket.kind == TicketKind::Password && now < ticket.expires);
    ticket.map_or(Ok(None), |ticket| tx.user(ticket.user))
}

/// Sets the password that the holder of the link chose, and spends the link. `None`: the link is not good.
pub fn choose_password(
    tx: &(impl Directory + Tickets),
    unverified_token: &str,
    new: &str,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<Option<Result<UserId, PasswordRefusal>>, StoreError> {
    let Some(user) = link_owner(tx, unverified_token, now)? else { return Ok(None) };
    if let Err(refusal) = set_password(tx, &user, user.id, new, (now, entropy))? {
        return Ok(Some(Err(refusal)));
    }
    tx.remove_tickets_of(user.id, TicketKind::Password)?;
    Ok(Some(Ok(user.id)))
}

/// E-mails the user the security token, which changed with the password.
pub(super) fn mail_security_token(tx: &(impl Directory + Outbox), user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let Some(user) = tx.user(user)? else { return Ok(()) };
    tx.send(&Mail {
        at: now,
        kind: MailKind::SecurityToken,
        user: Some(user.id),
        to: user.email.clone(),
        subject: "Your new Salesforce security token".to_owned(),
        body: format!(
            "Username: {}\nSecurity token: {}\n\nPut it behind your password where an API asks for both.\n",
            user.username, user.security_token.0
        ),
        code: Some(user.security_token.0.clone()),
        link: None,
    })
}
