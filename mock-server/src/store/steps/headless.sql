-- The flow that a code was given in; `uvid` is read no more.
ALTER TABLE _code ADD COLUMN flow TEXT NOT NULL DEFAULT 'web_server';
ALTER TABLE _code ADD COLUMN uvid TEXT;
-- Codes that were sent by e-mail and have not come back.
CREATE TABLE _sent_code (name BLOB PRIMARY KEY, created INTEGER NOT NULL, code TEXT NOT NULL) WITHOUT ROWID;
