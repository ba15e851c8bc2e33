//! Tickets: secrets that are good for one act. A link that was e-mailed carries one, and so does a browser whose login waits for a code.

use super::Digest;
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::storage::StoreError;

/// What a ticket is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketKind {
    /// Choosing a password, by a link.
    Password,
    /// Going on with a login from a browser that the user never activated, by a code that was e-mailed.
    Activation,
    /// Proving a second factor by a code that was e-mailed.
    EmailedFactor,
    /// Proving a second factor by the code of an authenticator app.
    AppFactor,
    /// Linking the namespace of the org to a Dev Hub, which the code names. It is not e-mailed: the browser carries it there.
    NamespaceLink,
}

impl TicketKind {
    const ALL: [Self; 5] = [Self::Password, Self::Activation, Self::EmailedFactor, Self::AppFactor, Self::NamespaceLink];

    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Activation => "activation",
            Self::EmailedFactor => "emailed_factor",
            Self::AppFactor => "app_factor",
            Self::NamespaceLink => "namespace_link",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// A login waits for a code.
    pub fn is_of_login(self) -> bool {
        matches!(self, Self::Activation | Self::EmailedFactor | Self::AppFactor)
    }

    /// Whoever proved it holds a high assurance session.
    pub fn assures(self) -> bool {
        matches!(self, Self::EmailedFactor | Self::AppFactor)
    }
}

/// A ticket as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub kind: TicketKind,
    pub user: UserId,
    /// Of the code that was e-mailed, or of what the ticket is bound to.
    pub code: Option<Digest>,
    /// Wrong codes so far.
    pub failures: u32,
    pub created: Timestamp,
    pub expires: Timestamp,
}

/// What this room needs of an org's database for tickets, and for the browsers that users activated.
pub trait Tickets {
    /// Adds it, or replaces the one of the same token.
    fn put_ticket(&self, token: Digest, ticket: &Ticket) -> Result<(), StoreError>;
    fn ticket(&self, token: Digest) -> Result<Option<Ticket>, StoreError>;
    fn remove_ticket(&self, token: Digest) -> Result<(), StoreError>;
    /// All of one kind of a user: a new link or password makes the earlier ones worthless.
    fn remove_tickets_of(&self, user: UserId, kind: TicketKind) -> Result<(), StoreError>;
    fn activate_device(&self, secret: Digest, user: UserId, now: Timestamp) -> Result<(), StoreError>;
    fn is_activated(&self, secret: Digest, user: UserId) -> Result<bool, StoreError>;
}
