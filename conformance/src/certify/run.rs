//! A certification run: which checks, against which server, how often, and what they come to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use cucumber::gherkin::Feature;

use super::baseline::{Baseline, Compared};
use super::campaign::{Campaign, Serving};
use super::catalogue::{Catalogue, Check};
use super::facts::Server;
use super::judging::{Broken, unrun};
use super::pass::{self, Pass};
use super::profile::{PROFILES, Profile};
use super::result::{Judged, Verdict};
use super::verdict::{self, Judgement, Standing};
use super::{hello, selection};
use crate::client::Http;
use crate::failure::{Failure, Kind as FailureKind, OrFail as _, Outcome};
use crate::features::Features;
use crate::integration::{Hello, Integration};
use crate::target::{Addresses, Target};

/// What to certify, and how.
pub struct Plan {
    /// With the one driver to use.
    pub integration: Integration,
    pub profiles: Vec<&'static Profile>,
    /// Only these checks; empty for all.
    pub only: Vec<String>,
    pub features: Features,
    /// Of the first pass; the second takes the next one.
    pub seed: u64,
    /// One pass instead of two that must agree.
    pub once: bool,
    /// Checks under way at once; without it as many as suit machine and integration.
    pub concurrency: Option<usize>,
    /// Variables for the integration.
    pub extra: Vec<(String, String)>,
    /// A running server; without it every check starts its own.
    pub addresses: Option<Addresses>,
    /// Known failures.
    pub baseline: Option<Baseline>,
    /// Goes on after a fault of the harness or the server.
    pub keep_going: bool,
    /// Tells each check on stderr as it ends.
    pub shows_progress: bool,
}

/// What a run came to.
#[derive(Debug)]
pub struct Certification {
    pub integration: Integration,
    /// Those that were asked for.
    pub profiles: Vec<&'static Profile>,
    pub catalogue: Catalogue,
    /// Empty in certify mode; else why no certificate can come of the run.
    pub limits: Vec<String>,
    pub features_digest: String,
    /// By profile.
    pub hellos: BTreeMap<&'static str, Hello>,
    pub judgements: Vec<Judgement>,
    /// One result for each check that was wanted, in the order of the catalogue.
    pub judged: Vec<Judged>,
    pub broken: Vec<Broken>,
    /// How the results compare with what was known to fail.
    pub baseline: Option<Compared>,
    known: Baseline,
    /// Present if nothing was run: the integration was watched at its own work.
    pub observed: Option<Observed>,
    pub seeds: Vec<u64>,
    pub server: Server,
    /// True if all checks met one running server.
    pub is_shared_server: bool,
    pub started: SystemTime,
    pub duration: Duration,
}

/// What was seen of an integration that was watched.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// Its requests.
    pub requests: usize,
    /// What was arranged for it, a sentence each; empty if it was only watched.
    pub arranged: Vec<String>,
    /// What kept the watch from seeing all; empty if nothing did.
    pub gaps: Vec<String>,
    /// False if the server ended before the watch did.
    pub server_stood: bool,
}

impl Certification {
    /// The results of watching the integration called `name`.
    pub fn of_observation(name: String, judged: Vec<Judged>, catalogue: Catalogue, features: &Features, server: Server, observed: Observed) -> Self {
        let profiles = PROFILES.iter().filter(|profile| judged.iter().any(|one| profile.owns(&one.check))).collect();
        Self {
            integration: Integration { name, version: "observed".to_owned(), ..Integration::default() },
            profiles,
            catalogue,
            limits: vec!["it was observed".to_owned()],
            features_digest: features.digest(),
            hellos: BTreeMap::new(),
            judgements: Vec::new(),
            judged,
            broken: Vec::new(),
            baseline: None,
            known: Baseline::default(),
            observed: Some(observed),
            seeds: Vec::new(),
            server,
            is_shared_server: true,
            started: SystemTime::now(),
            duration: Duration::ZERO,
        }
    }

    /// How the integration was reached, as reports say it.
    pub fn way(&self) -> String {
        match &self.observed {
            Some(observed) if observed.arranged.is_empty() => "watched at its own work".to_owned(),
            Some(_) => "watched at its own work, with changes to the server".to_owned(),
            None => {
                let through = self.integration.agent.as_ref().map(|agent| format!(", with {}", agent.name())).unwrap_or_default();
                format!("by the {} driver{through}", self.integration.kind().name())
            }
        }
    }

    /// Whether every pass was full and nothing was left to choice, so that a certificate may be made.
    pub fn is_in_certify_mode(&self) -> bool {
        self.limits.is_empty()
    }

    /// The result of a check.
    pub fn result(&self, check: &str) -> Option<&Judged> {
        self.judged.iter().find(|judged| judged.check == check)
    }

    /// Why a check is known to fail, if it is.
    pub fn known_reason(&self, check: &str) -> Option<&str> {
        self.known.reason(check)
    }

    /// 0 all as wanted, 1 a check failed, 3 harness or server broke, 4 too little was seen.
    pub fn exit_code(&self) -> u8 {
        if let Some(observed) = &self.observed {
            let has = |verdict: Verdict| self.judged.iter().any(|judged| judged.verdict == verdict);
            return match () {
                () if has(Verdict::Fail) => 1,
                () if !observed.server_stood => 3,
                () if !observed.gaps.is_empty() || !(has(Verdict::Pass) || has(Verdict::Warning)) => 4,
                () => 0,
            };
        }
        let failed = match &self.baseline {
            Some(compared) => !compared.unexpected.is_empty() || !compared.stale.is_empty(),
            None => self.judged.iter().any(|judged| judged.verdict == Verdict::Fail),
        };
        let gaps = |judged: &Judged| judged.level == super::Level::Must && matches!(judged.verdict, Verdict::NotExercised | Verdict::Error);
        let is_known = |judged: &Judged| self.baseline.as_ref().is_some_and(|compared| compared.known.contains(&judged.check));
        let is_incomplete = if self.judgements.is_empty() {
            self.judged.iter().any(|judged| gaps(judged) && !is_known(judged))
        } else {
            self.judgements.iter().any(|judgement| judgement.standing == Standing::Incomplete)
                || self.judgements.iter().all(|judgement| judgement.standing == Standing::NotApplicable)
        };
        match () {
            () if !self.broken.is_empty() => 3,
            () if failed => 1,
            () if is_incomplete => 4,
            () => 0,
        }
    }
}

/// Checks under way at once, as suits machine and integration.
pub fn suitable_concurrency(integration: &Integration) -> usize {
    // An integration that runs already is one, with one session and one set of pages: two checks would get into each other's way.
    if !integration.can_be_pointed() {
        return 1;
    }
    // Polling and back-off happen in real time, so most checks wait: with two of them per core the cores idled half of a pass.
    // A real browser works: with more than two checks per core its pages get too slow to tell when they are done.
    let per_core = if integration.agent.is_some() { 2 } else { 6 };
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get) * per_core
}

/// Runs the plan.
///
/// # Errors
/// When the features, the server or the integration file do not let a run begin. What checks find is part of the result.
pub async fn certify(plan: &Plan) -> Outcome<Certification> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let features = plan.features.read()?;
    let catalogue = Catalogue::of(&features)?;
    let checks: Vec<Check> = selection::wanted(&plan.profiles, &catalogue).into_iter().filter(|check| plan.wants(check)).cloned().collect();
    let serving = plan.serving()?;
    let http = Http::new()?;
    let Met { hellos, mut settled, checks, mut server } = plan.meet(&serving, &http, checks).await?;

    let seeds = if plan.once { vec![plan.seed] } else { vec![plan.seed, plan.seed.wrapping_add(1)] };
    let mut passes = Vec::new();
    for seed in &seeds {
        let campaign = Campaign {
            integration: Arc::new(plan.integration.clone()),
            serving: serving.clone(),
            seed: *seed,
            http: http.clone(),
            extra: plan.extra.clone(),
            hellos: hellos.clone(),
        };
        let campaign = Arc::new(campaign);
        let mut pass = pass::run(plan, &features, &checks, Arc::clone(&campaign), plan.concurrency()).await?;
        if plan.limits().is_empty() {
            verdict::blocked(&catalogue, &mut pass.judged);
        } else {
            plan.run_again(&features, &checks, &campaign, &mut pass).await?;
            verdict::blocked(&catalogue, &mut pass.judged);
        }
        let is_broken = !pass.broken.is_empty() && !plan.keep_going;
        passes.push(pass);
        if is_broken {
            break;
        }
    }
    let broken = passes.iter().flat_map(|pass| pass.broken.clone()).collect();
    let mut passes = passes.into_iter();
    let first = passes.next().or_fail(|| "no pass was made")?.judged;
    let judged = match passes.next() {
        Some(second) => verdict::agreed(first, &second.judged, [plan.seed, plan.seed.wrapping_add(1)]),
        None => first,
    };
    settled.extend(judged);
    let place = |judged: &Judged| catalogue.checks.iter().position(|check| check.id == judged.check);
    settled.sort_by_key(place);
    let judgements =
        if plan.only.is_empty() { plan.profiles.iter().map(|profile| verdict::judge(profile, &catalogue, &settled)).collect() } else { vec![] };
    Ok(Certification {
        integration: plan.integration.clone(),
        profiles: plan.profiles.clone(),
        limits: plan.limits(),
        features_digest: plan.features.digest(),
        hellos,
        judgements,
        broken,
        baseline: plan.baseline.as_ref().map(|baseline| baseline.compare(&settled)),
        known: plan.baseline.clone().unwrap_or_default(),
        observed: None,
        judged: settled,
        server: {
            server.seeds.clone_from(&seeds);
            server
        },
        seeds,
        is_shared_server: matches!(serving, Serving::Shared(_)),
        started,
        duration: clock.elapsed(),
        catalogue,
    })
}

/// What is known before the first pass.
struct Met {
    hellos: BTreeMap<&'static str, Hello>,
    /// Results of checks that need no run: they do not concern the integration, or it does not even say hello.
    settled: Vec<Judged>,
    checks: Vec<Check>,
    server: Server,
}

impl Plan {
    /// Why no certificate can come of this plan; empty if one can.
    pub fn limits(&self) -> Vec<String> {
        let reasons = [
            (!self.only.is_empty(), "only some checks"),
            (self.once, "one pass instead of two"),
            (!self.features.is_built_in, "features that are not those of this program"),
            (self.baseline.is_some(), "a baseline of known failures"),
        ];
        reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason.to_owned()).collect()
    }

    /// Checks under way at once.
    pub fn concurrency(&self) -> usize {
        self.concurrency.unwrap_or_else(|| suitable_concurrency(&self.integration))
    }

    fn wants(&self, check: &Check) -> bool {
        self.only.is_empty() || self.only.contains(&check.id)
    }

    fn serving(&self) -> Outcome<Serving> {
        match &self.addresses {
            Some(addresses) => Ok(Serving::Shared(Arc::new(Target::given(addresses.clone())))),
            None if self.integration.can_be_pointed() => Ok(Serving::Own),
            None => Err(Failure::new(
                "the integration runs already, so it knows its Salesforce: start sf-mock, point the integration at it, and give --url and --control-url",
            )),
        }
    }

    /// Asks the integration what it is, and settles the checks that do not concern it.
    async fn meet(&self, serving: &Serving, http: &Http, checks: Vec<Check>) -> Outcome<Met> {
        let owners = |check: &Check| selection::owner(check).or_fail(|| format!("{}: no profile has the group {}", check.place, check.group()));
        let mut profiles: Vec<&'static Profile> = Vec::new();
        for check in &checks {
            let owner = owners(check)?;
            if !profiles.iter().any(|known| known.id == owner.id) {
                profiles.push(owner);
            }
        }
        let own;
        let target = match serving {
            Serving::Shared(target) => target.as_ref(),
            Serving::Own => {
                own = Target::spawn(&["--addressing", "ports"]).await?;
                &own
            }
        };
        let server = Server::ask(target, http, Vec::new()).await?;
        let said = hello::ask(&self.integration, target, &profiles, &self.extra).await?;
        let (mut settled, mut open) = (Vec::new(), Vec::new());
        for check in checks {
            match said.get(owners(&check)?.id) {
                Some(Ok(hello)) => match selection::not_applicable(&check, self.integration.kind(), hello) {
                    Some(reason) => settled.push(unrun(&check, Verdict::NotApplicable, &reason)),
                    None => open.push(check),
                },
                Some(Err(failure)) if failure.kind() == FailureKind::Driver => {
                    let told = failure.to_string();
                    settled.push(unrun(&check, Verdict::Error, FailureKind::read(&told).1));
                }
                Some(Err(failure)) => return Err(failure.clone()),
                None => return Err(Failure::new(format!("nobody asked for the profile of {}", check.id))),
            }
        }
        let hellos = said.into_iter().filter_map(|(profile, said)| Some((profile, said.ok()?))).collect();
        Ok(Met { hellos, settled, checks: open, server })
    }

    /// Gives every unexpected failure a second chance, alone; one that passes then is flaky, not failed.
    async fn run_again(&self, features: &[Feature], checks: &[Check], campaign: &Arc<Campaign>, pass: &mut Pass) -> Outcome {
        let is_expected = |judged: &Judged| self.baseline.as_ref().is_some_and(|baseline| baseline.knows(&judged.check));
        let failed = |judged: &&Judged| judged.verdict == Verdict::Fail && !is_expected(judged);
        let failed: Vec<&str> = pass.judged.iter().filter(failed).map(|judged| judged.check.as_str()).collect();
        let again: Vec<Check> = checks.iter().filter(|check| failed.contains(&check.id.as_str())).cloned().collect();
        if again.is_empty() {
            return Ok(());
        }
        let second = pass::run(self, features, &again, Arc::clone(campaign), 1).await?;
        for mut judged in second.judged {
            let Some(first) = pass.judged.iter_mut().find(|first| first.check == judged.check) else { continue };
            if judged.verdict != Verdict::Fail {
                judged.flaky = true;
                judged.reason = Some(format!("failed at first: {}", first.reason.take().unwrap_or_default()));
                *first = judged;
            }
        }
        pass.broken.extend(second.broken);
        Ok(())
    }
}
