-- Tokens that ended, for the journal and for faults: whose they were. Nothing admits by them.
CREATE TABLE _ended (token_hash BLOB PRIMARY KEY, user_id TEXT NOT NULL, app_id TEXT, grant_id TEXT, generation INTEGER, at INTEGER NOT NULL) WITHOUT ROWID;
-- The generation of a rotated token; 0: not known.
ALTER TABLE _rotated ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
