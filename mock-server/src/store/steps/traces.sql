-- What AuthSession tells of a session: the one it was made in, from where, how, and the row of LoginHistory that began it.
ALTER TABLE _session ADD COLUMN parent TEXT;
ALTER TABLE _session ADD COLUMN source_ip TEXT NOT NULL DEFAULT '';
ALTER TABLE _session ADD COLUMN login_type TEXT NOT NULL DEFAULT '';
ALTER TABLE _session ADD COLUMN security_level TEXT NOT NULL DEFAULT 'STANDARD';
ALTER TABLE _session ADD COLUMN login_id TEXT;
CREATE INDEX _session_under ON _session (parent) WHERE parent IS NOT NULL;

-- SetupAuditTrail.
CREATE TABLE _audit (
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, user_id TEXT, section TEXT NOT NULL, action TEXT NOT NULL, display TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX _audit_at ON _audit (at);
