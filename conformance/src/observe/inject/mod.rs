//! Watching with a hand on the server: what traffic alone does not bring about is arranged for one connection of the integration.
//!
//! Sessions end, requests meet faults, tokens rotate, at last the grant is revoked: one after the other, each told as it
//! happens, each taken back before the next. Nobody else's requests are touched, but that rotation is a setting of the app.

pub mod injections;
mod window;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::time::{Duration, Instant};

use serde_json::json;

use injections::{Change, Injection};
pub use injections::{INJECTIONS, Lane, rows};
pub use window::Window;

use super::watch::{End, Watch};
use super::{Facts, Observation, Scene};
use crate::client::Control;
use crate::evidence::{Exchange, Sort};
use crate::failure::Outcome;
use crate::rules::Finding;

/// Silence after which an integration is done with what it met.
const SETTLED: Duration = Duration::from_secs(1);
/// Longest look at how it takes what it met.
const LONGEST: Duration = Duration::from_secs(6);
/// Operations that pass by where several are to be seen.
const OPERATIONS: u32 = 4;
/// Between two looks at the journal.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// What to do for a check whose turn did not come.
pub const HINT: &str = "let the integration work on until all changes are through";

/// The finding of such a check.
pub fn left_out() -> Finding {
    Finding::not_exercised("the changes ended before its turn")
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Injected {
    /// What was arranged, in words, with the request after which it was.
    pub told: Vec<String>,
    /// By check.
    pub findings: BTreeMap<&'static str, Finding>,
    /// Requests that met a fault: no ordinary traffic.
    pub apart: Vec<RangeInclusive<u64>>,
}

/// How a wait ended.
enum Waited {
    Reached,
    InVain,
    Over(End),
}

/// Arranges and watches.
pub struct Injector<'a> {
    pub control: &'a Control,
    pub watch: &'a mut Watch,
    pub observation: &'a mut Observation,
    pub facts: Facts,
    /// How long to wait for the integration's next request.
    pub patience: Duration,
    /// Over when the watch shall end.
    pub told: Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
}

impl Injector<'_> {
    /// Arranges all there is for the first connection that is given data. What was changed is restored, however it ends.
    ///
    /// # Errors
    /// When the control API refuses a change.
    pub async fn run(mut self, announce: impl Fn(&str)) -> Outcome<(End, Injected)> {
        let mut injected = Injected::default();
        announce("Use the integration as usual, again and again: each change waits for its next request.");
        let patience = self.patience;
        let mut found = None;
        let waited = self.wait(patience, |scene| {
            found = Lane::of(scene);
            found.is_some()
        });
        if let Waited::Over(end) = waited.await {
            return Ok((end, injected));
        }
        let Some(lane) = found else { return Ok((End::Idle, injected)) };
        let was_rotating = self.control.get(&lane.app_path()).await?["rotate_refresh_tokens"] == true;
        let end = self.series(&lane, &mut injected, &announce).await;
        if !was_rotating {
            self.rotate(&lane, false).await?;
        }
        Ok((end?, injected))
    }

    async fn series(&mut self, lane: &Lane, injected: &mut Injected, announce: &impl Fn(&str)) -> Outcome<End> {
        for injection in INJECTIONS.iter().filter(|injection| injection.lives.contains(&lane.life)) {
            let first = self.watch.newest() + 1;
            let told = format!("After request {}, for {} in {}: {}.", first - 1, lane.user, lane.org, injection.says);
            announce(&told);
            injected.told.push(told);
            let faults = self.arrange(lane, &injection.changes).await?;
            let met = self.met(lane, injection, first).await;
            let last = self.watch.newest();
            self.lift(faults).await?;
            let waited = match met {
                Waited::Reached if !injection.lingers => self.recovered(lane, last).await,
                met => met,
            };
            if !injection.is_ordinary {
                injected.apart.push(first..=self.watch.newest());
            }
            injected.findings.extend(self.findings(lane, injection, first, last));
            match waited {
                Waited::Reached => {}
                Waited::Over(end) => return Ok(end),
                Waited::InVain => {
                    announce("The integration sent nothing more that was answered with data: the changes end here.");
                    return Ok(End::Idle);
                }
            }
        }
        Ok(End::Told)
    }

    fn findings(&self, lane: &Lane, injection: &Injection, first: u64, last: u64) -> Vec<(&'static str, Finding)> {
        let sent = lane.sent(&self.scene());
        let window = Window::of(&sent, first, last);
        let is_met = (injection.reached)(&window.during);
        let unmet = || Finding::not_exercised(format!("nothing was sent that tells, while {}", injection.says));
        injection.rows.iter().map(|row| (row.check, if is_met { (row.judge)(&window) } else { unmet() })).collect()
    }

    /// Waits until the integration has met what was arranged, and is done with it.
    async fn met(&mut self, lane: &Lane, injection: &Injection, first: u64) -> Waited {
        let since = |scene: &Scene| -> Vec<Exchange> { lane.sent(scene).into_iter().filter(|one| one.seq() >= first).collect() };
        let pace = pace(&lane.sent(&self.scene()));
        let patience = self.patience;
        match self.wait(patience, |scene| (injection.reached)(&since(scene))).await {
            Waited::Reached => {}
            other => return other,
        }
        let quiet = if injection.lingers { SETTLED.max(pace * OPERATIONS) } else { SETTLED };
        let (mut seen, mut silent) = (since(&self.scene()).len(), Instant::now());
        let settled = self.wait(LONGEST.max(quiet), |scene| {
            let now = since(scene).len();
            if now > seen {
                (seen, silent) = (now, Instant::now());
            }
            silent.elapsed() >= quiet
        });
        match settled.await {
            Waited::Over(end) => Waited::Over(end),
            Waited::Reached | Waited::InVain => Waited::Reached,
        }
    }

    /// Waits until data is given again.
    async fn recovered(&mut self, lane: &Lane, last: u64) -> Waited {
        let patience = self.patience;
        let is_data = |one: &Exchange| one.seq() > last && one.sort() == Sort::Data && one.is_accepted();
        self.wait(patience, |scene| lane.sent(scene).iter().any(is_data)).await
    }

    async fn wait(&mut self, longest: Duration, mut reached: impl FnMut(&Scene) -> bool) -> Waited {
        let began = Instant::now();
        let mut scene = self.scene();
        loop {
            match self.watch.look(self.observation).await {
                Err(_) => return Waited::Over(End::ServerGone),
                Ok(true) => scene = self.scene(),
                // The answer to what was under way may be there.
                Ok(false) if scene.sent.iter().any(Exchange::is_open) => scene = self.scene(),
                Ok(false) => {}
            }
            if reached(&scene) {
                return Waited::Reached;
            }
            if began.elapsed() >= longest {
                return Waited::InVain;
            }
            tokio::select! {
                () = &mut self.told => return Waited::Over(End::Told),
                () = tokio::time::sleep(BETWEEN_LOOKS) => {}
            }
        }
    }

    fn scene(&self) -> Scene {
        self.observation.scene(self.facts.clone(), None)
    }

    /// Makes the changes. Returns the faults to lift.
    async fn arrange(&self, lane: &Lane, changes: &fn() -> Vec<Change>) -> Outcome<Vec<String>> {
        let mut faults = Vec::new();
        for change in changes() {
            if let Err(failure) = self.change(lane, change, &mut faults).await {
                self.lift(faults).await?;
                return Err(failure);
            }
        }
        Ok(faults)
    }

    async fn change(&self, lane: &Lane, change: Change, faults: &mut Vec<String>) -> Outcome {
        match change {
            Change::EndSession => self.control.delete(&lane.path("sessions")).await.map(drop),
            Change::Revoke => self.control.delete(&lane.path("grants")).await.map(drop),
            Change::Rotate => self.rotate(lane, true).await,
            Change::Fault { mut matches, action, count } => {
                for (name, value) in lane.matches() {
                    matches[name] = json!(value);
                }
                let made = self.control.post("/faults", &json!({ "match": matches, "action": action, "count": count })).await?;
                faults.extend(made["id"].as_str().map(str::to_owned));
                Ok(())
            }
        }
    }

    async fn lift(&self, faults: Vec<String>) -> Outcome {
        for id in faults {
            self.control.delete(&format!("/faults/{id}")).await?;
        }
        Ok(())
    }

    async fn rotate(&self, lane: &Lane, on: bool) -> Outcome {
        self.control.patch(&lane.app_path(), &json!({ "rotate_refresh_tokens": on })).await.map(drop)
    }
}

/// How long the integration pauses between operations: the middle one of its latest pauses.
fn pace(sent: &[Exchange]) -> Duration {
    let mut pauses = window::pauses(sent);
    pauses.sort_unstable();
    pauses.get(pauses.len() / 2).and_then(|pause| u64::try_from(*pause).ok()).map(Duration::from_millis).unwrap_or_default()
}
