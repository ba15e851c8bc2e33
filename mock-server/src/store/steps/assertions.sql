-- SAML assertions that were used, as long as they could be used again.
CREATE TABLE _used_assertion (id_hash BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
