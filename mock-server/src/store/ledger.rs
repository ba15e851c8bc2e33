//! Codes, grants, sessions and logins.

use rusqlite::types::Value as SqlValue;
use rusqlite::{Row, params_from_iter};

use super::Tx;
use crate::apps::{AppDefinition, Flow};
use crate::clock::Timestamp;
use crate::id::{AppId, RecordId, UserId};
use crate::oauth::{
    Digest, Grant, IssuedCode, Kinds, Ledger, Login, LoginRow, Presented, Reach, Scopes, SecurityLevel, Session, SessionKind, TokenOwner,
};
use crate::storage::StoreError;

const GRANT: &str = "SELECT id, user_id, app_id, scopes, flow, created, last_used, use_count, generation, refreshed, delete_token FROM _grant";

const SESSION: &str =
    "SELECT token_hash, id, kind, user_id, app_id, grant_id, scopes, created, last_used, timeout, login_as, parent, source_ip, login_type,
    security_level, login_id FROM _session";

impl Ledger for Tx<'_> {
    fn new_record_id(&self, prefix: &str) -> Result<RecordId, StoreError> {
        self.new_id(prefix)
    }

    fn add_code(&self, digest: Digest, code: &IssuedCode) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO _code (code_hash, user_id, app_id, scopes, redirect_uri, challenge, nonce, created, flow)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                digest.0,
                code.user.to_string(),
                code.app.to_string(),
                code.scopes.to_string(),
                &code.redirect_uri,
                &code.challenge,
                &code.nonce,
                code.created.0,
                code.flow.name(),
            ),
        )
    }

    fn code(&self, digest: Digest) -> Result<Option<IssuedCode>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT user_id, app_id, scopes, redirect_uri, challenge, nonce, created, used_by, flow FROM _code WHERE code_hash = ?1",
        )?;
        let mut rows = statement.query([digest.0])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(IssuedCode {
            user: parsed(row, 0)?,
            app: parsed(row, 1)?,
            scopes: scopes(row, 2)?,
            redirect_uri: row.get(3)?,
            challenge: row.get(4)?,
            nonce: row.get(5)?,
            created: Timestamp(row.get(6)?),
            used_by: optional(row, 7)?,
            flow: flow(row, 8)?,
        }))
    }

    fn use_code(&self, digest: Digest, grant: RecordId) -> Result<(), StoreError> {
        self.execute("UPDATE _code SET used_by = ?2 WHERE code_hash = ?1", (digest.0, grant.to_string()))
    }

    fn add_grant(&self, grant: &Grant, refresh: Option<Digest>, app: &AppDefinition) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO _grant (id, user_id, app_id, scopes, flow, created, last_used, use_count, generation, refresh_hash, refreshed, app_name, menu_item,
                delete_token)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            (
                grant.id.to_string(),
                grant.user.to_string(),
                grant.app.to_string(),
                grant.scopes.to_string(),
                grant.flow.name(),
                grant.created.0,
                grant.last_used.0,
                grant.use_count,
                grant.generation,
                refresh.map(|digest| digest.0),
                grant.refreshed.0,
                &app.name,
                app.menu_item().to_string(),
                &grant.delete_token,
            ),
        )
    }

    fn grant(&self, id: RecordId) -> Result<Option<Grant>, StoreError> {
        Ok(self.grants_where("WHERE id = ?1", [id.to_string()])?.pop())
    }

    fn grants_of(&self, user: UserId, app: AppId) -> Result<Vec<Grant>, StoreError> {
        self.grants_where("WHERE user_id = ?1 AND app_id = ?2 ORDER BY last_used, id", (user.to_string(), app.to_string()))
    }

    fn grants(&self, app: Option<AppId>) -> Result<Vec<Grant>, StoreError> {
        self.grants_where("WHERE ?1 IS NULL OR app_id = ?1 ORDER BY id", [app.map(|app| app.to_string())])
    }

    fn present(&self, refresh: Digest) -> Result<Presented, StoreError> {
        if let Some(grant) = self.known_grant(refresh, || Ok(self.grants_where("WHERE refresh_hash = ?1", [refresh.0])?.pop()))? {
            return Ok(Presented::Current(grant));
        }
        let rotated = self.grants_where("WHERE id = (SELECT grant_id FROM _rotated WHERE refresh_hash = ?1)", [refresh.0])?.pop();
        Ok(rotated.map_or(Presented::Unknown, Presented::Rotated))
    }

    fn use_grant(&self, id: RecordId, now: Timestamp, rotated: Option<Digest>) -> Result<(), StoreError> {
        self.org.known.lock().use_grant(id, now, rotated.is_some());
        let Some(next) = rotated else {
            return if self.note_use(id, now) { Ok(()) } else { self.write_uses(id, now, 1) };
        };
        let key = id.to_string();
        self.execute(
            "INSERT INTO _rotated (refresh_hash, grant_id, generation) SELECT refresh_hash, id, generation FROM _grant WHERE id = ?1",
            [&key],
        )?;
        self.execute("UPDATE _grant SET refresh_hash = ?2, generation = generation + 1 WHERE id = ?1", (&key, next.0))?;
        self.write_uses(id, now, 1)
    }

    fn end_grants(&self, of: Reach) -> Result<usize, StoreError> {
        let (condition, binds) = within(of, Of::Grants);
        self.forget();
        self.remember_refresh_tokens(condition, &binds)?;
        self.execute(&format!("DELETE FROM _rotated WHERE grant_id IN (SELECT id FROM _grant WHERE {condition})"), params_from_iter(&binds))?;
        let ended = self.connection().prepare_cached(&format!("DELETE FROM _grant WHERE {condition}"))?.execute(params_from_iter(&binds))?;
        if matches!(of, Reach::Org | Reach::User(_) | Reach::App(_) | Reach::UserOfApp(..)) {
            self.execute(&format!("DELETE FROM _code WHERE used_by IS NULL AND {condition}"), params_from_iter(&binds))?;
        }
        Ok(ended)
    }

    fn hand_grants_over(&self, from: AppId, to: &AppDefinition) -> Result<(), StoreError> {
        let (from, id) = (from.to_string(), to.id.to_string());
        let named = (&from, &id, &to.name, to.menu_item().to_string());
        self.execute("UPDATE _grant SET app_id = ?2, app_name = ?3, menu_item = ?4 WHERE app_id = ?1", named)?;
        self.execute("UPDATE _code SET app_id = ?2 WHERE app_id = ?1", (&from, &id))?;
        self.execute("UPDATE _session SET app_id = ?2 WHERE app_id = ?1", (&from, &id))?;
        self.forget();
        Ok(())
    }

    fn add_session(&self, session: &Session) -> Result<(), StoreError> {
        if self.note_session(session) { Ok(()) } else { self.write_session(session) }
    }

    fn session(&self, digest: Digest) -> Result<Option<Session>, StoreError> {
        if let Some(session) = self.waiting_session(digest) {
            return Ok(Some(session));
        }
        let mut statement = self.unsettled().prepare_cached(&format!("{SESSION} WHERE token_hash = ?1"))?;
        let mut rows = statement.query([digest.0])?;
        rows.next()?.map(session).transpose()
    }

    fn live_sessions(&self, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError> {
        let sql = format!("{SESSION} WHERE last_used + timeout > ?1 AND kind <> 'handover' ORDER BY created DESC, id DESC LIMIT ?2");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query((now.0, limit))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(session(row)?);
        }
        Ok(found)
    }

    fn touch_session(&self, digest: Digest, now: Timestamp) -> Result<(), StoreError> {
        self.execute("UPDATE _session SET last_used = ?2 WHERE token_hash = ?1", (digest.0, now.0))
    }

    fn end_sessions(&self, of: Reach, kinds: Kinds) -> Result<usize, StoreError> {
        let (condition, binds) = within(of, Of::Sessions);
        let condition = match kinds {
            Kinds::All => condition.to_owned(),
            Kinds::Tokens => format!("{condition} AND kind IN ('token', 'jwt')"),
            Kinds::Browsers => format!("{condition} AND kind NOT IN ('token', 'jwt')"),
        };
        self.forget();
        self.remember_sessions(&format!("{condition} OR parent IN (SELECT id FROM _session WHERE {condition})"), &binds)?;
        let children = format!("DELETE FROM _session WHERE parent IS NOT NULL AND parent IN (SELECT id FROM _session WHERE {condition})");
        let below = self.connection().prepare_cached(&children)?.execute(params_from_iter(&binds))?;
        Ok(below + self.connection().prepare_cached(&format!("DELETE FROM _session WHERE {condition}"))?.execute(params_from_iter(&binds))?)
    }

    fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        self.execute("DELETE FROM _used_assertion WHERE until < ?1", [now.0])?;
        self.remember_sessions("last_used + timeout < ?1", &[SqlValue::Integer(now.0)])?;
        self.execute("DELETE FROM _session WHERE last_used + timeout < ?1", [now.0])?;
        self.execute("DELETE FROM _ended WHERE at < ?1", [now.0 - REMEMBERED])?;
        self.execute("DELETE FROM _code WHERE created < ?1", [now.0 - 24 * 3_600_000])
    }

    fn token_owner(&self, digest: Digest, now: Timestamp) -> Result<Option<TokenOwner>, StoreError> {
        if let Some(session) = self.session(digest)? {
            let (user, is_live) = (session.user, session.is_alive(now));
            return Ok(Some(TokenOwner { user, app: session.app, grant: session.grant, generation: None, is_live }));
        }
        let sql = "SELECT user_id, app_id, id, generation, TRUE FROM _grant WHERE refresh_hash = ?1
            UNION ALL SELECT g.user_id, g.app_id, g.id, r.generation, FALSE FROM _rotated r JOIN _grant g ON g.id = r.grant_id WHERE r.refresh_hash = ?1
            UNION ALL SELECT user_id, app_id, grant_id, generation, FALSE FROM _ended WHERE token_hash = ?1 LIMIT 1";
        let mut statement = self.connection().prepare_cached(sql)?;
        let mut rows = statement.query([digest.0])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let generation = row.get::<_, Option<u32>>(3)?.filter(|generation| *generation > 0);
        Ok(Some(TokenOwner { user: parsed(row, 0)?, app: optional(row, 1)?, grant: optional(row, 2)?, generation, is_live: row.get(4)? }))
    }

    fn use_assertion(&self, id: Digest, until: Timestamp) -> Result<bool, StoreError> {
        let sql = "INSERT INTO _used_assertion VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        Ok(self.connection().prepare_cached(sql)?.execute((id.0, until.0))? == 1)
    }

    fn logins(&self, limit: u32) -> Result<Vec<LoginRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT user_id, at, type, status, application, source_ip, login_url, browser, api_type, api_version FROM _login ORDER BY id DESC LIMIT ?1",
        )?;
        let mut rows = statement.query([limit])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let api = row.get::<_, Option<String>>(8)?.zip(row.get::<_, Option<String>>(9)?);
            found.push(LoginRow {
                user: parsed(row, 0)?,
                at: Timestamp(row.get(1)?),
                kind: row.get(2)?,
                status: row.get(3)?,
                application: row.get(4)?,
                source_ip: row.get(5)?,
                login_url: row.get(6)?,
                browser: row.get(7)?,
                api,
            });
        }
        Ok(found)
    }

    fn add_login(&self, login: &Login) -> Result<RecordId, StoreError> {
        let id = self.new_id("0Ya")?;
        if !self.note_login(id, login) {
            self.write_login(id, login)?;
        }
        Ok(id)
    }
}

/// Milliseconds for which the owners of ended tokens are kept, from their last use on: 60 days.
const REMEMBERED: i64 = 60 * 24 * 3_600_000;

/// Whose rows a condition speaks of.
#[derive(Clone, Copy)]
enum Of {
    Sessions,
    Grants,
}

/// The rows within reach as a condition with its binds.
fn within(reach: Reach, of: Of) -> (&'static str, Vec<SqlValue>) {
    let text = |id: &dyn std::fmt::Display| SqlValue::Text(id.to_string());
    match (reach, of) {
        (Reach::Org, _) => ("TRUE", Vec::new()),
        (Reach::User(user), _) => ("user_id = ?1", vec![text(&user)]),
        (Reach::App(app), _) => ("app_id = ?1", vec![text(&app)]),
        (Reach::UserOfApp(user, app), _) => ("user_id = ?1 AND app_id = ?2", vec![text(&user), text(&app)]),
        (Reach::Grant(grant), Of::Sessions) => ("grant_id = ?1", vec![text(&grant)]),
        (Reach::Grant(grant), Of::Grants) => ("id = ?1", vec![text(&grant)]),
        (Reach::Session(digest), Of::Sessions) => ("token_hash = ?1", vec![SqlValue::Blob(digest.0.to_vec())]),
        (Reach::SessionId(id), Of::Sessions) => ("id = ?1", vec![text(&id)]),
        (Reach::OtherSessions(user, digest), Of::Sessions) => {
            ("user_id = ?1 AND token_hash <> ?2", vec![text(&user), SqlValue::Blob(digest.0.to_vec())])
        }
        (Reach::Session(_) | Reach::SessionId(_) | Reach::OtherSessions(..), Of::Grants) => ("FALSE", Vec::new()),
    }
}

impl Tx<'_> {
    /// Keeps whose the access tokens were that are about to end.
    fn remember_sessions(&self, condition: &str, binds: &[SqlValue]) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT OR REPLACE INTO _ended SELECT token_hash, user_id, app_id, grant_id, NULL, last_used FROM _session
             WHERE kind IN ('token', 'jwt') AND ({condition})"
        );
        self.execute(&sql, params_from_iter(binds))
    }

    /// The same of refresh tokens, those that a rotation replaced among them.
    fn remember_refresh_tokens(&self, condition: &str, binds: &[SqlValue]) -> Result<(), StoreError> {
        let current = format!(
            "INSERT OR REPLACE INTO _ended SELECT refresh_hash, user_id, app_id, id, generation, refreshed FROM _grant
             WHERE refresh_hash IS NOT NULL AND {condition}"
        );
        self.execute(&current, params_from_iter(binds))?;
        let rotated = format!(
            "INSERT OR REPLACE INTO _ended SELECT r.refresh_hash, g.user_id, g.app_id, g.id, r.generation, g.refreshed
             FROM (SELECT * FROM _grant WHERE {condition}) g JOIN _rotated r ON r.grant_id = g.id"
        );
        self.execute(&rotated, params_from_iter(binds))
    }

    fn grants_where(&self, condition: &str, binds: impl rusqlite::Params) -> Result<Vec<Grant>, StoreError> {
        let mut statement = self.connection().prepare_cached(&format!("{GRANT} {condition}"))?;
        let mut rows = statement.query(binds)?;
        let mut grants = Vec::new();
        while let Some(row) = rows.next()? {
            grants.push(grant(row)?);
        }
        Ok(grants)
    }
}

fn grant(row: &Row<'_>) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: parsed(row, 0)?,
        user: parsed(row, 1)?,
        app: parsed(row, 2)?,
        scopes: scopes(row, 3)?,
        flow: flow(row, 4)?,
        created: Timestamp(row.get(5)?),
        last_used: Timestamp(row.get(6)?),
        use_count: row.get(7)?,
        generation: row.get(8)?,
        refreshed: Timestamp(row.get(9)?),
        delete_token: row.get(10)?,
    })
}

fn flow(row: &Row<'_>, column: usize) -> Result<Flow, StoreError> {
    let name = row.get_ref(column)?.as_str()?;
    Flow::ALL.into_iter().find(|known| known.name() == name).ok_or_else(|| StoreError::new("a grant or code of no known flow"))
}

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    let kind = SessionKind::read(row.get_ref(2)?.as_str()?).ok_or_else(|| StoreError::new("a session of no known kind"))?;
    let (digest, times) = (Digest(row.get(0)?), (Timestamp(row.get(7)?), Timestamp(row.get(8)?)));
    let mut session =
        Session::new(parsed(row, 1)?, digest, kind, parsed(row, 3)?, optional(row, 4)?, optional(row, 5)?, scopes(row, 6)?, times, row.get(9)?);
    session.login_as = row.get(10)?;
    session.parent = optional(row, 11)?;
    session.source_ip = row.get(12)?;
    session.login_type = row.get(13)?;
    session.security_level = SecurityLevel::read(row.get_ref(14)?.as_str()?);
    session.login = optional(row, 15)?;
    Ok(session)
}

fn scopes(row: &Row<'_>, column: usize) -> Result<Scopes, StoreError> {
    Scopes::parse_with_custom(row.get_ref(column)?.as_str()?).map_err(StoreError::new)
}

fn parsed<T: std::str::FromStr<Err = crate::id::MalformedId>>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    row.get_ref(column)?.as_str()?.parse().map_err(StoreError::new)
}

fn optional<T: std::str::FromStr<Err = crate::id::MalformedId>>(row: &Row<'_>, column: usize) -> Result<Option<T>, StoreError> {
    row.get_ref(column)?.as_str_or_null()?.map(|text| text.parse().map_err(StoreError::new)).transpose()
}
