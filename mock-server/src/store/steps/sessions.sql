-- Sessions by their ids, which grow: keyed by digest, each fell anywhere among the others and tore their pages apart.
DROP INDEX _session_of;
DROP INDEX _session_under;
ALTER TABLE _session RENAME TO _session_by_token;
CREATE TABLE _session (
    id TEXT PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, user_id TEXT NOT NULL, app_id TEXT, grant_id TEXT, scopes TEXT NOT NULL,
    created INTEGER NOT NULL, last_used INTEGER NOT NULL, timeout INTEGER NOT NULL, login_as INTEGER NOT NULL DEFAULT 0, parent TEXT,
    source_ip TEXT NOT NULL DEFAULT '', login_type TEXT NOT NULL DEFAULT '', security_level TEXT NOT NULL DEFAULT 'STANDARD', login_id TEXT
) WITHOUT ROWID;
INSERT INTO _session SELECT id, token_hash, kind, user_id, app_id, grant_id, scopes, created, last_used, timeout, login_as, parent, source_ip, login_type,
    security_level, login_id FROM _session_by_token;
DROP TABLE _session_by_token;
CREATE INDEX _session_of ON _session (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX _session_under ON _session (parent) WHERE parent IS NOT NULL;
