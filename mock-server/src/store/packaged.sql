-- Made by the first package whose components an org installs.
CREATE TABLE _packaged (kind TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, id TEXT, package TEXT NOT NULL, namespace TEXT, state TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE INDEX _packaged_by_id ON _packaged (id);
