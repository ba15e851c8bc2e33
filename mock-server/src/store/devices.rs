//! Devices that wait for their users, in the database that crosses orgs.

use rusqlite::OptionalExtension;

use super::Store;
use crate::clock::Timestamp;
use crate::oauth::{DeviceAnswer, DeviceRequest, DeviceRequests, Digest};
use crate::storage::StoreError;

impl DeviceRequests for Store {
    fn add_device(&self, device_code: Digest, user_code: Digest, request: &DeviceRequest) -> Result<bool, StoreError> {
        let _pass = self.common.gate.read();
        let shared = self.common.shared.lock();
        let sql = "INSERT INTO device (device_code, user_code, created, request) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        let added = shared.prepare_cached(sql)?.execute((device_code.0, user_code.0, request.created.0, written(request)?))?;
        Ok(added == 1)
    }

    fn device(&self, device_code: Digest) -> Result<Option<DeviceRequest>, StoreError> {
        self.found("SELECT request FROM device WHERE device_code = ?1", device_code)
    }

    fn device_of_user_code(&self, user_code: Digest) -> Result<Option<DeviceRequest>, StoreError> {
        self.found("SELECT request FROM device WHERE user_code = ?1", user_code)
    }

    fn answer_device(&self, user_code: Digest, request: &DeviceRequest) -> Result<bool, StoreError> {
        // A refusal of the gate may be mended while the device still waits.
        let is_final = matches!(request.answer, DeviceAnswer::Allowed { .. } | DeviceAnswer::Denied);
        self.changed(
            "UPDATE device SET request = ?2, answered = ?3 WHERE user_code = ?1 AND NOT answered",
            (user_code.0, written(request)?, is_final),
        )
    }

    fn poll_device(&self, device_code: Digest, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let _pass = self.common.gate.read();
        let shared = self.common.shared.lock();
        let before: Option<Option<i64>> =
            shared.prepare_cached("SELECT polled FROM device WHERE device_code = ?1")?.query_row([device_code.0], |row| row.get(0)).optional()?;
        shared.prepare_cached("UPDATE device SET polled = ?2 WHERE device_code = ?1")?.execute((device_code.0, now.0))?;
        Ok(before.flatten().map(Timestamp))
    }

    fn remove_device(&self, device_code: Digest) -> Result<bool, StoreError> {
        self.changed("DELETE FROM device WHERE device_code = ?1", [device_code.0])
    }

    fn sweep_devices(&self, before: Timestamp) -> Result<(), StoreError> {
        self.changed("DELETE FROM device WHERE created < ?1", [before.0]).map(|_| ())
    }
}

impl Store {
    fn found(&self, sql: &str, code: Digest) -> Result<Option<DeviceRequest>, StoreError> {
        let shared = self.common.shared.lock();
        let text: Option<String> = shared.prepare_cached(sql)?.query_row([code.0], |row| row.get(0)).optional()?;
        text.map(|text| serde_json::from_str(&text).map_err(StoreError::new)).transpose()
    }

    fn changed(&self, sql: &str, binds: impl rusqlite::Params) -> Result<bool, StoreError> {
        let _pass = self.common.gate.read();
        Ok(self.common.shared.lock().prepare_cached(sql)?.execute(binds)? > 0)
    }
}

fn written(request: &DeviceRequest) -> Result<String, StoreError> {
    serde_json::to_string(request).map_err(StoreError::new)
}
