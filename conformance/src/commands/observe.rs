//! `observe`: an integration watched at its own work.

use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use sf_conformance::certify::facts::Server;
use sf_conformance::certify::{Catalogue, Certification, Observed};
use sf_conformance::client::Http;
use sf_conformance::features::Features;
use sf_conformance::integration::protocol::AppKind;
use sf_conformance::observe::inject::Injector;
use sf_conformance::observe::watch::{End, Watch};
use sf_conformance::observe::{Facts, Observation, Subject, judge};
use sf_conformance::target::Target;
use sf_conformance::{Failure, Outcome};

use super::outputs::Outputs;
use super::{Running, usage};

#[derive(Args)]
pub struct Arguments {
    /// The integration's app: a consumer key, or the app's name on the server; several with --migration
    #[arg(long, required = true, value_delimiter = ',', value_name = "KEY")]
    app: Vec<String>,
    /// Only requests of this user, by name or user name; may be given several times
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    user: Vec<String>,
    /// The apps are the old and the new one of one integration, in this order
    #[arg(long)]
    migration: bool,
    /// What kind of client it is: confidential or public [default: as its app says]
    #[arg(long, value_parser = app_kind)]
    app_kind: Option<AppKind>,
    /// End at this time (2026-12-24T18:00:00Z)
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// End when nothing has been sent for so long: 30s, 10m, 2h
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration)]
    idle: Duration,
    /// Begin after this journal entry instead of now; 0 for all that the journal still holds
    #[arg(long, value_name = "SEQ")]
    since: Option<u64>,
    /// Change the server for one connection of the integration, one thing after the other, and see how it takes that: sessions end,
    /// requests meet faults, tokens rotate, at last its grant is revoked. Ends by itself
    #[arg(long)]
    inject: bool,
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    outputs: Outputs,
}

fn app_kind(text: &str) -> Result<AppKind, String> {
    match text {
        "confidential" => Ok(AppKind::Confidential),
        "public" => Ok(AppKind::Public),
        _ => Err("there are confidential and public".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a duration such as 30s, 10m or PT2H".to_owned();
    text.parse::<SignedDuration>().map_err(|_| wrong())?.try_into().map_err(|_| wrong())
}

/// Watches until it is told to end, then tells what was seen.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    if arguments.app.len() > 1 && !arguments.migration {
        return Ok(usage("two apps are two integrations, to be observed one by one; the old and the new app of one take --migration"));
    }
    if arguments.migration && arguments.app.len() != 2 {
        return Ok(usage("--migration takes two apps: --app OLD --app NEW"));
    }
    if arguments.outputs.has_messages() {
        return Ok(usage("no scenario runs, so there are no Cucumber Messages; --junit, --html and --markdown tell what was observed"));
    }
    let target = match arguments.running.addresses() {
        Some(addresses) => Target::given(addresses),
        None => Target::spawn(&["--addressing", "ports"]).await?,
    };
    let http = Http::new()?;
    let control = target.control(http.clone());
    let mut facts = facts(&arguments, &target, &http).await?;
    let subject = match subject(&arguments, &facts) {
        Ok(subject) => subject,
        Err(failure) => return Ok(usage(failure)),
    };
    let name = facts.apps_of(&subject.keys).map(|app| app.name.clone()).collect::<Vec<_>>().join(" and ");
    let server = Server::ask(&target, &http, Vec::new()).await?;
    let mut watch = Watch::begin(control.clone(), arguments.since).await?;
    let told = told_to_end(arguments.until)?;
    eprintln!(
        "Watching {name} at {} (sandboxes {}); control API {}.",
        target.addresses.login_url, target.addresses.test_url, target.addresses.control_url
    );
    eprintln!("Ctrl-C or SIGTERM ends the watch and tells what was seen.");

    let mut observation = Observation::of(subject);
    let (end, injected) = if arguments.inject {
        let injector = Injector {
            control: &control,
            watch: &mut watch,
            observation: &mut observation,
            facts: facts.clone(),
            patience: arguments.idle,
            told: Box::pin(told),
        };
        let (end, injected) = injector.run(|told| eprintln!("{told}")).await?;
        (end, Some(injected))
    } else {
        (watch.until(&mut observation, told, arguments.idle).await, None)
    };
    if end != End::ServerGone {
        // Orgs and users may have been made meanwhile.
        facts = self::facts(&arguments, &target, &http).await.unwrap_or(facts);
    }
    let features = Features::of_checks();
    let catalogue = Catalogue::of(&features.read()?)?;
    let mut scene = observation.scene(facts, Some(Timestamp::now()));
    let requests = scene.sent.len();
    scene.leave_out(injected.as_ref().map(|injected| injected.apart.as_slice()).unwrap_or_default());
    let gaps =
        [(observation.is_lossy, "the journal lost entries before they were read"), (end == End::ServerGone, "the server ended before the watch")];
    let observed = Observed {
        requests,
        arranged: injected.as_ref().map(|injected| injected.told.clone()).unwrap_or_default(),
        gaps: gaps.into_iter().filter(|(holds, _)| *holds).map(|(_, gap)| gap.to_owned()).collect(),
        server_stood: end != End::ServerGone,
    };
    let judged = judge(&scene, injected, &catalogue);
    let certification = Certification::of_observation(name.clone(), judged, catalogue, &features, server, observed);
    arguments.outputs.certification(&certification, &features, std::path::Path::new(&name))?;
    Ok(certification.exit_code())
}

async fn facts(arguments: &Arguments, target: &Target, http: &Http) -> Outcome<Facts> {
    let world = target.control(http.clone()).get("/world").await?;
    let login_url = Some(target.addresses.login_url.clone());
    Ok(Facts { login_url, said: arguments.app_kind, ..Facts::of_world(&world) })
}

fn subject(arguments: &Arguments, facts: &Facts) -> Outcome<Subject> {
    let known = || facts.apps.iter().map(|app| app.name.as_str()).collect::<Vec<_>>().join(", ");
    let key = |named: &String| facts.key_of(named).ok_or_else(|| Failure::new(format!("the server knows no app {named:?}; it has {}", known())));
    let keys = arguments.app.iter().map(key).collect::<Outcome<_>>()?;
    let mut users = Vec::new();
    for named in &arguments.user {
        let found = facts.usernames_of(named);
        if found.is_empty() {
            return Err(Failure::new(format!("the server knows no user {named:?}")));
        }
        users.extend(found);
    }
    Ok(Subject { keys, users, migrates: arguments.migration })
}

/// Over when a signal asks for the end, or at the time that was named.
fn told_to_end(until: Option<Timestamp>) -> Outcome<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let left = until.map(|until| Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default());
    Ok(async move {
        let time = async {
            match left {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        };
        #[cfg(unix)]
        let terminated = async { terminated.recv().await.unwrap_or_default() };
        #[cfg(not(unix))]
        let terminated = std::future::pending::<()>();
        tokio::select! {
            () = time => {}
            () = terminated => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    })
}
