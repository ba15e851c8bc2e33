//! A lane: everything one run of one check has to itself, on both sides of the wire.
//!
//! On Salesforce's side an org, a user and an app, on a server of the check's own where the integration can be pointed
//! at one; on the other side the integration's driver with a state directory. Between them the journal, which is what a
//! check judges. Steps note there what a verdict rests on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cucumber::gherkin::{Step, StepType};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use url::Url;

use super::campaign::Campaign;
use super::catalogue::Check;
use super::dance::Attempt;
use super::profile::PROFILES;
use crate::client::{Control, Http, Request};
use crate::evidence::{Chains, Exchange, Journal, Scope};
use crate::failure::{Failure, Kind, OrFail, Outcome};
use crate::integration::protocol::{ErrorBody, ErrorCode};
use crate::integration::{Driver, Hello, Integration, Operation, Problem, Reply, State, Status, Surroundings};
use crate::rules::Finding;

/// The connection that checks with one connection speak of.
pub const MAIN: &str = "main";

/// Names of the lane's user and app among those of the scenario.
pub const USER: &str = "the user";
pub const APP: &str = "the app";

/// Longest wait for a request that an operation under way should send.
pub const ARRIVAL: Duration = Duration::from_secs(10);

/// Requests of one operation after which an integration is stopped: a loop that would go on is judged on what was seen of it.
const FLOOD: usize = 300;

/// How long a held refresh waits for its rival once both processes know that their session has ended, and at all.
const RIVAL: Duration = Duration::from_millis(500);
const RIVAL_AT_ALL: Duration = Duration::from_secs(3);

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

    /// Asks the integration to do something, and keeps its answer.
    ///
    /// # Errors
    /// When the driver fails, which is no answer of the integration.
    pub async fn ask(&mut self, operation: Operation) -> Outcome<Reply> {
        self.begin_act().await?;
        self.driver().await?;
        let driver = self.driver.as_ref().or_fail(|| "the driver is not running")?;
        let journal = &mut self.site.as_mut().or_fail(no_site)?.journal;
        let reply = tokio::select! {
            reply = driver.ask(operation) => reply?,
            sent = journal.flood(FLOOD) => {
                driver.kill().await?;
                Reply::Failed(stopped(sent?))
            }
        };
        self.replies.push(reply.clone());
        Ok(reply)
    }

    /// Asks the second process.
    ///
    /// # Errors
    /// As [`ask`](Self::ask) and [`second`](Self::second).
    pub async fn ask_second(&mut self, operation: Operation) -> Outcome<Reply> {
        self.begin_act().await?;
        let reply = self.second().await?.ask(operation).await?;
        self.replies.push(reply.clone());
        Ok(reply)
    }

    /// Asks the same several times at once, of one process.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_at_once(&mut self, operation: Operation, times: usize) -> Outcome {
        self.begin_act().await?;
        let replies = self.driver().await?.ask_many(vec![operation; times]).await?;
        self.replies.extend(replies);
        Ok(())
    }

    /// Asks both processes at once.
    ///
    /// # Errors
    /// As [`ask`](Self::ask) and [`second`](Self::second).
    pub async fn ask_both(&mut self, operation: Operation) -> Outcome {
        self.begin_act().await?;
        self.second().await?;
        let first = self.driver.as_deref().or_fail(|| "the driver is not running")?;
        let second = self.second.as_ref().or_fail(|| "the second process is not running")?;
        let (one, other) = tokio::join!(first.ask(operation.clone()), second.ask(operation));
        self.replies.push(one?);
        self.replies.push(other?);
        Ok(())
    }

    /// Asks both processes at once, and lets the request that the last fault holds go when another refresh has been
    /// answered meanwhile, or half a second after one could have come.
    ///
    /// # Errors
    /// As [`ask_both`](Self::ask_both).
    pub async fn ask_both_held(&mut self, operation: Operation) -> Outcome {
        let fault = self.fault()?;
        let control = self.control()?.clone();
        let mut journal = Journal::new(control.clone(), Scope::default());
        journal.skip().await?;
        let releasing = async {
            if journal.held(fault, ARRIVAL).await?.is_some() {
                journal.rival(RIVAL, RIVAL_AT_ALL).await?;
            }
            control.post(&format!("/faults/{fault}/release"), &json!({})).await.map(drop)
        };
        let (asked, released) = tokio::join!(self.ask_both(operation), releasing);
        asked.and(released)
    }

    /// Asks for something, and kills the integration as soon as the last fault holds a request of its. False if none came.
    ///
    /// # Errors
    /// When the driver cannot be killed.
    pub async fn kill_while_held(&mut self, operation: Operation) -> Outcome<bool> {
        self.begin_act().await?;
        let fault = self.fault()?;
        self.driver().await?;
        let driver = self.driver.as_ref().or_fail(|| "the driver is not running")?;
        let journal = &mut self.site.as_mut().or_fail(no_site)?.journal;
        let held = tokio::select! {
            held = journal.held(fault, ARRIVAL) => held?.is_some(),
            // Answered without any request that the fault met.
            _ = driver.ask(operation) => false,
        };
        if held {
            driver.kill().await?;
        }
        Ok(held)
    }

    /// Asks for something that must be done for the check to go on.
    ///
    /// # Errors
    /// Not applicable if the driver does not offer it, not exercised if the integration could not do it.
    pub async fn done(&mut self, operation: Operation) -> Outcome<Value> {
        let name = name_of(&operation);
        self.ask(operation).await?.done(&name)
    }

    /// Marks the beginning of an act: what follows in the journal is its consequence.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn begin_act(&mut self) -> Outcome {
        let journal = self.journal()?;
        journal.read().await?;
        self.act = journal.newest();
        self.acts += 1;
        Ok(())
    }

    /// The answer to the last operation.
    ///
    /// # Errors
    /// When nothing was asked yet.
    pub fn reply(&self) -> Outcome<&Reply> {
        self.replies.last().or_fail(|| "the integration was not asked for anything yet")
    }

    /// Stops the driver and starts it again on the same state.
    ///
    /// # Errors
    /// Not applicable if this driver cannot do that.
    pub async fn restart(&mut self) -> Outcome {
        self.driver().await?.restart().await
    }

    /// Ends the driver's processes without a word of warning.
    ///
    /// # Errors
    /// Not applicable if this driver cannot do that.
    pub async fn kill(&mut self) -> Outcome {
        self.driver().await?.kill().await
    }

    /// Ends the second process.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop_second(&mut self) -> Outcome {
        match self.second.take() {
            Some(second) => {
                let stopped = second.stop().await;
                self.conversation.extend(second.conversation().lines());
                stopped.map(drop)
            }
            None => Ok(()),
        }
    }

    /// How the connection stands, as the integration says when asked.
    ///
    /// # Errors
    /// Not applicable if it cannot be asked; a driver failure if it answers what is no status.
    pub async fn status(&mut self, connection: &str) -> Outcome<Status> {
        match self.ask(Operation::Status { connection: connection.to_owned() }).await? {
            Reply::Failed(error) => Ok(Status { state: State::Error, problem: error.problem, detail: error.detail }),
            reply => {
                let status = reply.status();
                let result = reply.done("status")?;
                status.ok_or_else(|| Failure::driver(format!("no status in the answer to \"status\": {result}")))
            }
        }
    }

    /// What the last answer said is wrong, if it said anything.
    pub fn problem(&self) -> Problem {
        self.replies.last().and_then(Reply::problem).unwrap_or_default()
    }

    /// Everything the integration sent, oldest first; notes of held requests are left out.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn exchanges(&mut self) -> Outcome<Vec<Exchange>> {
        let journal = self.journal()?;
        journal.read().await?;
        Ok(journal.entries().iter().filter(|exchange| !exchange.is_held_note()).cloned().collect())
    }

    /// What it sent since requests count.
    ///
    /// # Errors
    /// As [`exchanges`](Self::exchanges).
    pub async fn counted(&mut self) -> Outcome<Vec<Exchange>> {
        let mark = self.mark;
        Ok(self.exchanges().await?.into_iter().filter(|exchange| exchange.seq() > mark).collect())
    }

    /// What it sent since the last act began.
    ///
    /// # Errors
    /// As [`exchanges`](Self::exchanges).
    pub async fn consequences(&mut self) -> Outcome<Vec<Exchange>> {
        let act = self.act;
        Ok(self.exchanges().await?.into_iter().filter(|exchange| exchange.seq() > act).collect())
    }

    /// The chains of refresh tokens, with the times of all answers known.
    ///
    /// # Errors
    /// As [`exchanges`](Self::exchanges).
    pub async fn chains(&mut self) -> Outcome<Chains> {
        self.journal()?.complete().await?;
        Ok(Chains::read(&self.exchanges().await?))
    }

    /// Sequence number of the newest entry, whoever it is of.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn newest(&mut self) -> Outcome<u64> {
        let journal = self.journal()?;
        journal.read().await?;
        Ok(journal.newest())
    }

    /// What the lane's users sent after a sequence number.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn visits_after(&mut self, seq: u64) -> Outcome<Vec<Exchange>> {
        let journal = self.journal()?;
        journal.read().await?;
        Ok(journal.visits().iter().filter(|visit| visit.seq() > seq).cloned().collect())
    }

    /// The fingerprint that the journal gives a value the harness knows.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn fingerprint_of(&mut self, value: &str) -> Outcome<String> {
        // Whatever stands under the name of a secret is taken down as its fingerprint, on any route.
        let before = self.newest().await?;
        let mut url = Url::parse(&format!("{}/services/oauth2/userinfo", self.surroundings.login_url))?;
        url.query_pairs_mut().append_pair("code", value);
        self.http()?.send(Request::get(url)).await?;
        let visits = self.visits_after(before).await?;
        visits.iter().find_map(|visit| visit.fingerprint("code")).map(str::to_owned).or_fail(|| "the journal gave no fingerprint")
    }

    /// Lets requests count from here.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn count_from_here(&mut self) -> Outcome {
        let journal = self.journal()?;
        journal.read().await?;
        self.mark = journal.newest();
        Ok(())
    }

    /// Waits until nothing further is expected of the integration. After a single process that has ended, nothing is.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn quiet(&mut self) -> Outcome {
        if self.settled == Some(self.acts) {
            return Ok(());
        }
        let (act, ended) = (self.act, self.driver.as_ref().is_some_and(|driver| driver.is_quiet_at_once()));
        let journal = self.journal()?;
        if ended {
            journal.read().await?;
        } else {
            journal.quiet(act).await?;
        }
        self.settled = Some(self.acts);
        Ok(())
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

/// What stands for the answer of an integration that was stopped.
fn stopped(sent: usize) -> ErrorBody {
    let detail = format!("stopped by the harness: it had sent {sent} requests and not answered yet");
    ErrorBody { code: ErrorCode::Failed, problem: Problem::Other, detail }
}

fn no_site() -> &'static str {
    "the scenario does not begin with `Given an integration`"
}

/// The failure of a step that needs an operation the driver does not have.
pub fn not_offered(operation: &str) -> Failure {
    Failure::not_applicable(format!("the driver does not offer \"{operation}\""))
}

/// The word of the protocol for an operation.
fn name_of(operation: &Operation) -> String {
    json!(operation)["op"].as_str().unwrap_or("the operation").to_owned()
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
