-- A package has many versions, each of which was all there was of a package before.
ALTER TABLE package RENAME TO package_version;
CREATE TABLE package (id TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO package SELECT with_prefix(version_id, '033'), json_object(
    'id', with_prefix(version_id, '033'), 'name', definition ->> '$.name', 'owner', definition ->> '$.owner', 'namespace', definition ->> '$.namespace'
) FROM package_version;
UPDATE package_version SET definition = json_set(json_remove(definition, '$.name', '$.owner', '$.namespace'), '$.package', with_prefix(version_id, '033'));
