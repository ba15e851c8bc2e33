-- Made by an org's first deployment or retrieval.
CREATE TABLE IF NOT EXISTS _component (kind TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, facts TEXT NOT NULL, content BLOB, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _operation (id TEXT PRIMARY KEY, created INTEGER NOT NULL, facts TEXT NOT NULL, archive BLOB) WITHOUT ROWID;
