//! What an integration is asked while the check goes on: to wait for its user, for instance.

use std::sync::Arc;

use tokio::task::JoinHandle;

use super::Lane;
use crate::failure::{OrFail, Outcome};
use crate::integration::Operation;

impl Lane {
    /// Asks the integration to do something, and does not wait for it. What comes of it is read off the wire.
    ///
    /// # Errors
    /// When the driver does not start.
    pub async fn ask_aside(&mut self, operation: Operation) -> Outcome {
        self.driver().await?;
        let driver = Arc::clone(self.driver.as_ref().or_fail(|| "the driver is not running")?);
        // A failure means that the driver is gone; whatever is asked next says so.
        self.aside = Some(tokio::spawn(async move { drop(driver.ask(operation).await) }));
        Ok(())
    }

    /// Whether it has answered; true too if nothing was asked.
    pub fn aside_has_ended(&self) -> bool {
        self.aside.as_ref().is_none_or(JoinHandle::is_finished)
    }
}
