-- Made by an org's first bulk job. `due` is when the next step is to be taken, null when there is none.
CREATE TABLE IF NOT EXISTS _job (id TEXT PRIMARY KEY, created INTEGER NOT NULL, due INTEGER, facts TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _batch (id TEXT PRIMARY KEY, job_id TEXT NOT NULL, due INTEGER, facts TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _batch_of ON _batch (job_id);
-- Packed pieces of what was handed in, became of it, or was found. `first` is the byte or row a piece begins with.
CREATE TABLE IF NOT EXISTS _piece (owner TEXT NOT NULL, kind INTEGER NOT NULL, first INTEGER NOT NULL, content BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS _piece_at ON _piece (owner, kind, first);
