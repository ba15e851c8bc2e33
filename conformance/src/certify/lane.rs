//! A lane: everything one run of one check has to itself, on both sides of the wire.
//!
//! On Salesforce's side an org, a user and an app, on a server of the check's own where the integration can be pointed
//! at one; on the other side the integration's driver with a state directory. Between them the journal, which is what a
//! check judges. Steps note there what a verdict rests on.

mod aside;
mod asking;
mod seen;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cucumber::gherkin::{Step, StepType};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub use self::asking::not_offered;
use super::campaign::Campaign;
use super::catalogue::Check;
use super::dance::Attempt;
use super::profile::PROFILES;
use crate::client::{Control, Http};
use crate::evidence::{Exchange, Journal};
use crate::failure::{Failure, Kind, OrFail, Outcome};
use crate::integration::{Driver, Hello, Integration, Reply, Surroundings};
use crate::rules::Finding;

/// The connection that checks with one connection speak of.
pub const MAIN: &str = "main";

/// Names of the lane's user and app among those of the scenario.
pub const USER: &str = "the user";
pub const APP: &str = "the app";

/// Longest wait for a request that an operation under way should send.
pub const ARRIVAL: Duration = Duration::from_secs(10);

/// What a check leaves behind for reports.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Journal sequence numbers that the verdict rests on.
    pub evidence: Vec<u64>,
    /// The lane's journal entries, as the control API shows them.
    pub journal: Vec<Value>,
    /// What was said between the harness and the integration, a line each, secrets redacted.
    pub conversation: Vec<String>,
    /// What a pass should mention, and what an info check recorded.
    pub notes: Vec<String>,
}

/// What one check has to itself.
pub struct Lane {
    campaign: Arc<Campaign>,
    check: Arc<Check>,
    /// Salesforce's side, once a step has asked for it.
    site: Option<Site>,
    pub(super) driver: Option<Arc<Driver>>,
    /// What the driver was asked beside everything else.
    pub(super) aside: Option<JoinHandle<()>>,
    second: Option<Driver>,
    state_dir: Option<TempDir>,
    /// What the driver is told when it starts. Steps may change it before.
    pub surroundings: Surroundings,
    /// The integration with its ports settled; the campaign's own until then.
    integration: Arc<Integration>,
    /// Authorizations begun by the lane's users, oldest first.
    pub attempts: Vec<Attempt>,
    replies: Vec<Reply>,
    /// Requests count from after this sequence number.
    mark: u64,
    /// Newest entry before the last act of the integration.
    act: u64,
    acts: u32,
    settled: Option<u32>,
    evidence: BTreeSet<u64>,
    notes: Vec<String>,
    faults: Vec<u64>,
    conversation: Vec<String>,
}

struct Site {
    control: Control,
    http: Http,
    journal: Journal,
}

impl Lane {
    /// A lane for one run of a check. Nothing is started yet.
    pub fn new(campaign: Arc<Campaign>, check: Arc<Check>) -> Self {
        Self {
            integration: Arc::clone(&campaign.integration),
            campaign,
            check,
            site: None,
            driver: None,
            aside: None,
            second: None,
            state_dir: None,
            surroundings: Surroundings::default(),
            attempts: Vec::new(),
            replies: Vec::new(),
            mark: 0,
            act: 0,
            acts: 0,
            settled: None,
            evidence: BTreeSet::new(),
            notes: Vec::new(),
            faults: Vec::new(),
            conversation: Vec::new(),
        }
    }

    /// The run this lane belongs to.
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    pub fn check(&self) -> &Check {
        &self.check
    }

    /// The integration, its free ports settled for this lane.
    pub fn integration(&self) -> &Integration {
        &self.integration
    }

    /// Describes the integration otherwise for this check alone. Without effect once the driver runs.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn change_integration(&mut self, change: impl FnOnce(&mut Integration) -> Outcome) -> Outcome {
        change(Arc::make_mut(&mut self.integration))
    }

    /// The profile that owns the check's group: what the driver is told as `SFCERT_PROFILE`.
    pub fn profile(&self) -> &'static str {
        let owner = PROFILES.iter().find(|profile| profile.group == self.check.group());
        owner.map_or(PROFILES[0].id, |profile| profile.id)
    }

    /// The integration's declarations under that profile.
    pub fn hello(&self) -> Hello {
        self.campaign.hello(self.profile())
    }

    /// Gives the lane its Salesforce.
    pub fn settle(&mut self, integration: Integration, control: Control, http: Http, journal: Journal) {
        self.integration = Arc::new(integration);
        self.site = Some(Site { control, http, journal });
    }

    /// The control API of the lane's server.
    ///
    /// # Errors
    /// When no step has made a Salesforce yet.
    pub fn control(&self) -> Outcome<&Control> {
        Ok(&self.site()?.control)
    }

    /// The client that journals know as the harness.
    ///
    /// # Errors
    /// As [`control`](Self::control).
    pub fn http(&self) -> Outcome<&Http> {
        Ok(&self.site()?.http)
    }

    /// The journal.
    ///
    /// # Errors
    /// As [`control`](Self::control).
    pub fn journal(&mut self) -> Outcome<&mut Journal> {
        Ok(&mut self.site.as_mut().or_fail(no_site)?.journal)
    }

    fn site(&self) -> Outcome<&Site> {
        self.site.as_ref().or_fail(no_site)
    }

    /// Where the integration keeps what outlives its processes.
    ///
    /// # Errors
    /// When no folder can be made.
    pub fn state_dir(&mut self) -> Outcome<&std::path::Path> {
        if self.state_dir.is_none() {
            self.state_dir = Some(tempfile::Builder::new().prefix("sfcert-").tempdir()?);
        }
        Ok(self.state_dir.as_ref().or_fail(|| "the lane has no state directory")?.path())
    }

    /// The driver, started when it is first needed.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn driver(&mut self) -> Outcome<&Driver> {
        if self.driver.is_none() {
            self.surroundings.state_dir = self.state_dir()?.to_owned();
            self.driver = Some(Arc::new(Driver::start(&self.integration, &self.surroundings).await?));
        }
        self.driver.as_deref().or_fail(|| "the driver is not running")
    }

    /// The second process on the same state, started when it is first needed.
    ///
    /// # Errors
    /// When the integration is a single process, or does not start.
    pub async fn second(&mut self) -> Outcome<&Driver> {
        if self.hello().processes < 2 {
            return Err(Failure::not_applicable("the integration declares that one process at a time uses its store"));
        }
        if self.second.is_none() {
            self.second = Some(self.driver().await?.another().await?);
        }
        self.second.as_ref().or_fail(|| "the second process is not running")
    }

    /// Notes what a verdict rests on.
    pub fn note(&mut self, exchange: &Exchange) {
        self.evidence.insert(exchange.seq());
    }

    /// Notes several.
    pub fn note_all(&mut self, exchanges: &[Exchange]) {
        self.evidence.extend(exchanges.iter().map(Exchange::seq));
    }

    /// Notes entries by their numbers; 0 stands for none.
    pub fn note_seqs(&mut self, seqs: &[u64]) {
        self.evidence.extend(seqs.iter().filter(|seq| **seq > 0));
    }

    /// Notes what a rule's finding rests on, and gives what it found.
    ///
    /// # Errors
    /// The finding's own.
    pub fn take(&mut self, finding: Finding) -> Outcome {
        self.evidence.extend(finding.evidence);
        self.notes.extend(finding.notes);
        finding.outcome
    }

    /// Adds a sentence that a report shows beside the verdict.
    pub fn remark(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// Plans a fault for requests of the lane's app or org.
    ///
    /// # Errors
    /// When the control API refuses it.
    pub async fn plan_fault(&mut self, matches: Value, action: Value, count: Option<u32>) -> Outcome<u64> {
        let planned = self.control()?.post("/faults", &json!({ "match": matches, "action": action, "count": count })).await?;
        let id = planned["id"].as_u64().or_else(|| planned["id"].as_str()?.parse().ok()).or_fail(|| "the planned fault has no id")?;
        self.faults.push(id);
        Ok(id)
    }

    /// The fault planned last.
    ///
    /// # Errors
    /// When none was.
    pub fn fault(&self) -> Outcome<u64> {
        self.faults.last().copied().or_fail(|| "no fault was planned")
    }

    /// Removes the fault planned last; what it holds goes on.
    ///
    /// # Errors
    /// When none was, or the control API refuses.
    pub async fn lift_fault(&mut self) -> Outcome {
        let fault = self.fault()?;
        self.faults.pop();
        self.control()?.delete(&format!("/faults/{fault}")).await.map(drop)
    }

    /// Ends the driver and gives what reports show. Never fails: what is gone by now tells nothing about the integration.
    pub async fn finish(&mut self) -> Findings {
        let second = self.second.take().map(Arc::new);
        for driver in [second, self.driver.take()].into_iter().flatten() {
            let _ = driver.stop().await;
            self.conversation.extend(driver.conversation().lines());
        }
        let journal = match &mut self.site {
            Some(site) => {
                let _ = site.journal.complete().await;
                site.journal.values()
            }
            None => Vec::new(),
        };
        Findings {
            evidence: std::mem::take(&mut self.evidence).into_iter().collect(),
            journal,
            conversation: std::mem::take(&mut self.conversation),
            notes: std::mem::take(&mut self.notes),
        }
    }
}

fn no_site() -> &'static str {
    "the scenario does not begin with `Given an integration`"
}

/// What a judgement means where it stands: after Then a breach is one, before it the situation was not reached.
///
/// # Errors
/// The failure of `outcome`, of the kind that fits.
pub fn weigh(step: &Step, outcome: Outcome) -> Outcome {
    outcome.map_err(|failure| match (step.ty, failure.kind()) {
        (StepType::Given | StepType::When, Kind::Breach | Kind::Lapse) => Failure::not_exercised(failure.sentence()),
        _ => failure,
    })
}
