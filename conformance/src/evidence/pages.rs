//! The server's journal, page after page.

use serde_json::Value;

use super::exchange::Exchange;
use crate::client::Control;
use crate::failure::Outcome;

/// A reader that remembers how far it is.
pub struct Pages {
    control: Control,
    /// Sequence number of the newest entry read.
    newest: u64,
    /// What a reading that was given up had found.
    unread: News,
}

/// What came since the last look.
#[derive(Default)]
pub struct News {
    /// Oldest first.
    pub entries: Vec<Exchange>,
    /// True if entries left the journal before they were read.
    pub is_lossy: bool,
}

impl Pages {
    /// A reader of what comes after the entry `newest`; 0 for all that the journal holds.
    pub fn after(control: Control, newest: u64) -> Self {
        Self { control, newest, unread: News::default() }
    }

    /// Goes on after what there is now.
    ///
    /// # Errors
    /// When the control API refuses.
    pub async fn skip(&mut self) -> Outcome {
        self.newest = self.control.get("/requests?limit=1").await?["newest"].as_u64().unwrap_or_default();
        Ok(())
    }

    /// Sequence number of the newest entry read.
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// Reads all that is new. A reading that is given up loses nothing: the next one goes on with it.
    ///
    /// # Errors
    /// When the control API refuses.
    pub async fn read(&mut self) -> Outcome<News> {
        loop {
            // One answer holds a bounded number of entries.
            let page = self.control.get(&format!("/requests?since={}", self.newest)).await?;
            self.unread.is_lossy |= page["truncated_before"].as_u64().is_some_and(|first| first > self.newest + 1);
            let entries = entries(&page);
            self.newest = entries.iter().map(Exchange::seq).max().unwrap_or_default().max(self.newest);
            let is_last = entries.is_empty() || page["newest"].as_u64().is_none_or(|newest| newest <= self.newest);
            self.unread.entries.extend(entries);
            if is_last {
                return Ok(std::mem::take(&mut self.unread));
            }
        }
    }

    /// Reads these entries again, which were under way when they were read first.
    ///
    /// # Errors
    /// When the control API refuses.
    pub async fn again(&self, wanted: &[u64]) -> Outcome<Vec<Exchange>> {
        let (Some(first), Some(last)) = (wanted.iter().min(), wanted.iter().max()) else { return Ok(Vec::new()) };
        let (mut since, mut found) = (first.saturating_sub(1), Vec::new());
        while since < *last {
            let entries = entries(&self.control.get(&format!("/requests?since={since}")).await?);
            let Some(newest) = entries.iter().map(Exchange::seq).max() else { break };
            since = newest;
            found.extend(entries.into_iter().filter(|entry| wanted.contains(&entry.seq())));
        }
        Ok(found)
    }
}

fn entries(page: &Value) -> Vec<Exchange> {
    page["requests"].as_array().into_iter().flatten().cloned().map(Exchange::new).collect()
}
