-- Devices that wait for their users. Codes are kept hashed; `polled` is when the device asked last, `answered` whether its user did.
CREATE TABLE device (
    device_code BLOB PRIMARY KEY, user_code BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, polled INTEGER, answered INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL
) WITHOUT ROWID;
