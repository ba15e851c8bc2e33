-- What second-generation versions are built of, for the orgs that install them.
CREATE TABLE package_content (version_id TEXT PRIMARY KEY, archive BLOB NOT NULL) WITHOUT ROWID;
