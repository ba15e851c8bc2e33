//! What an event does to tokens, sessions and approvals: one table, and the only door through which they end.
//!
//! Source: the reference's table of token consequences, whose evidence is named where it is weak.

use super::Digest;
use super::grant::Ledger;
use crate::id::{AppId, RecordId, UserId};
use crate::storage::StoreError;

/// Something that happened to a user, an app, an org or a token. The ids say to whose tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    UserDeactivated(UserId),
    UserFrozen(UserId),
    /// Salesforce itself froze the user, after a login through an anonymizing network.
    UserContained(UserId),
    UserDeleted(UserId),
    OrgLocked,
    /// The user's tokens are of another host now: everything ends.
    MyDomainChanged,
    /// An admin reset the password, in an org that ends all sessions of the user then.
    PasswordReset(UserId),
    /// The user chose a new password in the session that is kept.
    PasswordChanged {
        user: UserId,
        kept: Option<Digest>,
    },
    /// Revoke in Setup: one approval.
    ApprovalRevoked(RecordId),
    /// Revoke All in Setup: of an app, of one user for an app.
    ApprovalsRevoked {
        app: AppId,
        user: Option<UserId>,
    },
    /// An access token came to the revoke endpoint, or its owner ended it.
    AccessTokenRevoked(Digest),
    /// A refresh token came to the revoke endpoint.
    RefreshTokenRevoked(RecordId),
    /// A refresh token came back after its rotation, or twice at once where the org ends the grant for that.
    RefreshTokenReused(RecordId),
    /// A code came back after it was redeemed for this grant, in an org that ends the grant for that.
    CodeReused(RecordId),
    /// Thirty days without use, for an app whose idle time is limited to them.
    IdleLimitReached(RecordId),
    /// One approval more than a user may have of an app took the place of this one.
    ApprovalDisplaced(RecordId),
    AppBlocked(AppId),
    AppUninstalled(AppId),
    AppDeleted(AppId),
    /// The new secret of a connected app was applied.
    SecretApplied(AppId),
    /// A browser logged out of the session.
    LoggedOut(Digest),
    /// Removed in Session Management, or its `AuthSession` deleted.
    SessionRemoved(RecordId),
    /// A one-time password was redeemed.
    HandoverRedeemed(Digest),
}

/// What becomes of one kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Goes on as if nothing had been.
    Lives,
    /// Stays, and is refused by admission for as long as the cause lasts.
    Refused,
    Ends,
}

/// What becomes of everything within an event's reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fates {
    /// Access tokens and session ids of the APIs.
    pub access: Fate,
    pub refresh: Fate,
    /// Sessions of browsers.
    pub browser: Fate,
    /// The row of `OauthToken`.
    pub approval: Fate,
}

/// Whose things an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Org,
    User(UserId),
    App(AppId),
    UserOfApp(UserId, AppId),
    Grant(RecordId),
    Session(Digest),
    SessionId(RecordId),
    /// All sessions of a user but one.
    OtherSessions(UserId, Digest),
}

/// Which sessions within a reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    Tokens,
    Browsers,
    All,
}

impl Event {
    /// The table. Events that end nothing (an app installed, a policy or scope or certificate changed, a permission lost, a user
    /// no longer assigned) have no row: what they refuse, admission refuses at the next use.
    #[rustfmt::skip]
    pub fn fates(self) -> Fates {
        use Fate::{Ends, Lives, Refused};
        let row = |access, refresh, browser, approval| Fates { access, refresh, browser, approval };
        match self {
            //                                  access   refresh  browser  approval
            // GUESS: the refresh token is kept and works again; that it is refused meanwhile was seen.
            Self::UserDeactivated(_)     => row(Ends,    Refused, Ends,    Lives),
            // GUESS: nobody recorded what freezing does to sessions of the API; a deactivated user's end.
            Self::UserFrozen(_)          => row(Ends,    Refused, Ends,    Lives),
            Self::UserContained(_)       => row(Ends,    Ends,    Ends,    Ends),
            Self::UserDeleted(_)         => row(Ends,    Ends,    Ends,    Ends),
            Self::OrgLocked              => row(Ends,    Refused, Ends,    Lives),
            Self::MyDomainChanged        => row(Ends,    Ends,    Ends,    Ends),
            // GUESS: refresh tokens outlive a reset password; one vendor's table says otherwise.
            Self::PasswordReset(_)       => row(Ends,    Lives,   Ends,    Lives),
            Self::PasswordChanged { .. } => row(Lives,   Lives,   Ends,    Lives),
            Self::ApprovalRevoked(_)     => row(Ends,    Ends,    Lives,   Ends),
            Self::ApprovalsRevoked { .. } => row(Ends,   Ends,    Lives,   Ends),
            Self::AccessTokenRevoked(_)  => row(Ends,    Lives,   Ends,    Lives),
            Self::RefreshTokenRevoked(_) => row(Ends,    Ends,    Lives,   Ends),
            Self::RefreshTokenReused(_)  => row(Ends,    Ends,    Lives,   Ends),
            Self::CodeReused(_)          => row(Ends,    Ends,    Lives,   Ends),
            // GUESS: the approval goes with its refresh token.
            Self::IdleLimitReached(_)    => row(Lives,   Ends,    Lives,   Ends),
            Self::ApprovalDisplaced(_)   => row(Ends,    Ends,    Lives,   Ends),
            // GUESS: refresh tokens work again once the app is unblocked.
            Self::AppBlocked(_)          => row(Ends,    Refused, Lives,   Lives),
            Self::AppUninstalled(_)      => row(Ends,    Ends,    Lives,   Ends),
            Self::AppDeleted(_)          => row(Ends,    Ends,    Lives,   Ends),
            Self::SecretApplied(_)       => row(Ends,    Ends,    Lives,   Ends),
            // GUESS: access tokens got through this session outlive it, unless they were made as its children.
            Self::LoggedOut(_)           => row(Ends,    Lives,   Ends,    Lives),
            Self::SessionRemoved(_)      => row(Ends,    Lives,   Ends,    Lives),
            Self::HandoverRedeemed(_)    => row(Lives,   Lives,   Ends,    Lives),
        }
    }

    fn reach(self) -> Reach {
        match self {
            Self::UserDeactivated(user)
            | Self::UserFrozen(user)
            | Self::UserContained(user)
            | Self::UserDeleted(user)
            | Self::PasswordReset(user)
            | Self::PasswordChanged { user, kept: None } => Reach::User(user),
            Self::PasswordChanged { user, kept: Some(kept) } => Reach::OtherSessions(user, kept),
            Self::OrgLocked | Self::MyDomainChanged => Reach::Org,
            Self::ApprovalsRevoked { app, user: Some(user) } => Reach::UserOfApp(user, app),
            Self::ApprovalsRevoked { app, user: None }
            | Self::AppBlocked(app)
            | Self::AppUninstalled(app)
            | Self::AppDeleted(app)
            | Self::SecretApplied(app) => Reach::App(app),
            Self::ApprovalRevoked(grant)
            | Self::RefreshTokenRevoked(grant)
            | Self::RefreshTokenReused(grant)
            | Self::CodeReused(grant)
            | Self::IdleLimitReached(grant)
            | Self::ApprovalDisplaced(grant) => Reach::Grant(grant),
            Self::AccessTokenRevoked(session) | Self::LoggedOut(session) | Self::HandoverRedeemed(session) => Reach::Session(session),
            Self::SessionRemoved(id) => Reach::SessionId(id),
        }
    }
}

/// Ends what the event ends, and says how many sessions and approvals that were.
pub fn happen(tx: &impl Ledger, event: Event) -> Result<usize, StoreError> {
    let (reach, fates) = (event.reach(), event.fates());
    let kinds = match (fates.access, fates.browser) {
        (Fate::Ends, Fate::Ends) => Some(Kinds::All),
        (Fate::Ends, _) => Some(Kinds::Tokens),
        (_, Fate::Ends) => Some(Kinds::Browsers),
        _ => None,
    };
    let sessions = kinds.map_or(Ok(0), |kinds| tx.end_sessions(reach, kinds))?;
    let approvals = if fates.approval == Fate::Ends { tx.end_grants(reach)? } else { 0 };
    Ok(sessions + approvals)
}
