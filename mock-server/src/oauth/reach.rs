//! What a token reaches: one table of doors and the scopes that open them.
//!
//! Source: `oauth.md` 5.3, 6, 9 and 10.

use super::{Scope, Session, SessionKind};

/// A family of endpoints that scopes tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `/services/data/…` but for the rows below; Bulk 2.0 and Tooling are behind it too.
    Rest,
    /// `…/chatter` and `…/connect`
    Connect,
    /// `…/wave`
    Analytics,
    /// `…/eclair`
    Charts,
    /// `/services/Soap/…`
    Soap,
    /// Bulk API 1.0 at `/services/async/…`
    Bulk,
    /// The browser: frontdoor and single access.
    Web,
    /// The identity URL and `userinfo`.
    Identity,
    /// Another user's identity URL: data of the org.
    OtherIdentity,
}

/// One row of the table.
struct Row {
    door: Door,
    /// Each of these opens it, and `full` opens all.
    scopes: &'static [Scope],
    /// Opens to an access token that is a JWT. GUESS for Bulk 1.0: the help says that JWTs are for REST alone.
    to_jwt: bool,
}

const TABLE: &[Row] = &[
    Row { door: Door::Rest, scopes: &[Scope::API], to_jwt: true },
    Row { door: Door::Connect, scopes: &[Scope::CHATTER_API, Scope::API], to_jwt: true },
    Row { door: Door::Analytics, scopes: &[Scope::WAVE_API], to_jwt: true },
    Row { door: Door::Charts, scopes: &[Scope::ECLAIR_API], to_jwt: true },
    Row { door: Door::Soap, scopes: &[Scope::API], to_jwt: false },
    Row { door: Door::Bulk, scopes: &[Scope::API], to_jwt: false },
    Row { door: Door::Web, scopes: &[Scope::WEB], to_jwt: false },
    // The CLI asks `userinfo` with the scopes `refresh_token api web` and is answered, so `api` opens it too.
    Row {
        door: Door::Identity,
        scopes: &[Scope::ID, Scope::PROFILE, Scope::EMAIL, Scope::ADDRESS, Scope::PHONE, Scope::OPENID, Scope::API],
        to_jwt: true,
    },
    Row { door: Door::OtherIdentity, scopes: &[Scope::API], to_jwt: true },
];

impl Door {
    /// The door of a path below `/services/data/{version}`.
    pub fn of_rest_path(path: &str) -> Self {
        match path.as_bytes().split(|byte| *byte == b'/').nth(4) {
            Some(b"chatter" | b"connect") => Self::Connect,
            Some(b"wave") => Self::Analytics,
            Some(b"eclair") => Self::Charts,
            _ => Self::Rest,
        }
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.door == self)
    }

    /// Whether this session opens the door. One that a browser or a password opened is of no app and has `full`.
    pub fn admits(self, session: &Session) -> bool {
        self.row().is_some_and(|row| {
            let by_scope = session.scopes.has(Scope::FULL) || row.scopes.iter().any(|scope| session.scopes.has(*scope));
            by_scope && (row.to_jwt || session.kind != SessionKind::Jwt)
        })
    }

    /// The labels of the scopes that open it, as a refusal lists them.
    pub fn labels(self) -> Vec<&'static str> {
        let own = self.row().map_or(&[][..], |row| row.scopes);
        own.iter().map(|scope| scope.label()).chain([Scope::FULL.label()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::id::{RecordId, UserId};
    use crate::oauth::{Digest, Scopes, supported};

    fn session(kind: SessionKind, scopes: &str) -> Session {
        let (id, user) = (RecordId::numbered("0Ak", 1, 1), UserId::try_from(RecordId::numbered("005", 1, 1)).unwrap());
        let times = (Timestamp(0), Timestamp(0));
        Session::new(id, Digest::of("x"), kind, user, None, None, Scopes::parse(scopes).unwrap(), times, 1)
    }

    #[test]
    fn each_door_opens_to_its_scopes_and_to_no_other() {
        let check = |door: Door, expected: &[&str]| {
            let opened: Vec<_> = supported().filter(|scope| door.admits(&session(SessionKind::Token, scope))).collect();
            assert_eq!(opened, expected, "{door:?}");
        };
        check(Door::Rest, &["full", "api"]);
        check(Door::Connect, &["full", "api", "chatter_api"]);
        check(Door::Analytics, &["full", "wave_api"]);
        check(Door::Charts, &["full", "eclair_api"]);
        check(Door::Soap, &["full", "api"]);
        check(Door::Bulk, &["full", "api"]);
        check(Door::Web, &["full", "web"]);
        check(Door::Identity, &["full", "api", "id", "profile", "email", "address", "phone", "openid"]);
        check(Door::OtherIdentity, &["full", "api"]);
    }

    #[test]
    fn a_jwt_is_for_rest_alone() {
        let check = |door: Door, opens| assert_eq!(door.admits(&session(SessionKind::Jwt, "full")), opens, "{door:?}");
        for door in [Door::Rest, Door::Connect, Door::Analytics, Door::Charts, Door::Identity, Door::OtherIdentity] {
            check(door, true);
        }
        for door in [Door::Soap, Door::Bulk, Door::Web] {
            check(door, false);
        }
    }

    #[test]
    fn the_path_says_which_door_of_rest_it_is() {
        let check = |path, door| assert_eq!(Door::of_rest_path(path), door, "{path}");
        check("/services/data/v67.0/sobjects/Account", Door::Rest);
        check("/services/data/v67.0/chatter/users/me", Door::Connect);
        check("/services/data/v67.0/connect", Door::Connect);
        check("/services/data/v67.0/wave/datasets", Door::Analytics);
        check("/services/data/v67.0/eclair/geodata", Door::Charts);
        check("/services/data/v67.0/jobs/query", Door::Rest);
        check("/services/data", Door::Rest);
    }
}
