//! Delay and hold: a wait that a handler may place where it matters.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Action, Fault};

/// The wait a fault puts on one request. A handler that takes a lock waits while it holds it; for all others the server does.
#[derive(Clone, Default)]
pub struct Pause(Option<Arc<Waiting>>);

struct Waiting {
    fault: Arc<Fault>,
    /// Tells the journal that the request is held.
    on_hold: Box<dyn Fn() + Send + Sync>,
    waited: AtomicBool,
}

impl Pause {
    /// The wait that the fault asks for; none if its action is another. `on_hold` is called when a hold begins.
    pub fn of(fault: &Arc<Fault>, on_hold: impl Fn() + Send + Sync + 'static) -> Self {
        let waits = matches!(fault.spec.action, Action::Delay { .. } | Action::Hold);
        Self(waits.then(|| Arc::new(Waiting { fault: Arc::clone(fault), on_hold: Box::new(on_hold), waited: AtomicBool::new(false) })))
    }

    /// Waits once; later calls return at once, as does a request that no fault met.
    pub async fn wait(&self) {
        let Some(waiting) = &self.0 else { return };
        if waiting.waited.swap(true, Ordering::Relaxed) {
            return;
        }
        match waiting.fault.spec.action {
            Action::Delay { milliseconds } => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Action::Hold => waiting.hold().await,
            Action::Status { .. } | Action::Alter(_) | Action::Cut(_) | Action::Lock => {}
        }
    }
}

impl Waiting {
    async fn hold(&self) {
        // Subscribed before anybody is told, so that a release cannot come too early.
        let mut releases = self.fault.releases.subscribe();
        let _held = Held::count(&self.fault);
        (self.on_hold)();
        // An error means that the fault is gone, and with it the reason to wait.
        let _ = releases.changed().await;
    }
}

/// Counts a held request for as long as it is held; a client that hangs up is counted off too.
struct Held<'f>(&'f Fault);

impl<'f> Held<'f> {
    fn count(fault: &'f Fault) -> Self {
        fault.held.fetch_add(1, Ordering::Relaxed);
        Self(fault)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.held.fetch_sub(1, Ordering::Relaxed);
    }
}
