-- What crosses orgs. The usernames are an index: the users themselves live in their orgs.
CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE org (id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE username (username TEXT PRIMARY KEY, org_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE app (id TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE package (version_id TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
