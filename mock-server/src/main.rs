//! Arguments and environment → `Config` → serve until told to stop.

mod arguments;
mod exec;

use std::io::Write;
use std::process::ExitCode;

use sf_mock::config::StartError;
use sf_mock::{doctor, world};

use arguments::{Arguments, Command, DoctorArguments, SeedArguments, ServeArguments, WorldCommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit status of whatever the user can put right: usage, a port in use, a bad world file.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let Arguments { serve, command } = Arguments::read();
    let done = match command {
        None => run(serve),
        Some(Command::Serve(serve)) => run(serve),
        Some(Command::Exec(asked)) => return ended(runtime().and_then(|runtime| runtime.block_on(exec::exec(&asked)))),
        Some(Command::Sf(asked)) => return ended(runtime().and_then(|runtime| runtime.block_on(exec::sf(&asked)))),
        Some(Command::Doctor(asked)) => return examine(&asked),
        Some(Command::Env { proxy, serve }) => arguments::environment(&serve.into(), proxy).map(|lines| say(&lines)),
        Some(Command::Ca(serve)) => sf_mock::ca_file(&serve.into()).map(|file| say(&file.display().to_string())),
        Some(Command::Seed(asked)) => sow(&asked),
        Some(Command::World { command }) => look_at_world(command),
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

fn ended(done: Result<ExitCode, StartError>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("sf-mock: {error}");
        ExitCode::from(USAGE)
    })
}

/// For a server: logging begins with it.
fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    log_to_stderr();
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(StartError::Runtime)
}

fn run(asked: ServeArguments) -> Result<(), StartError> {
    runtime()?.block_on(serve(asked))
}

async fn serve(asked: ServeArguments) -> Result<(), StartError> {
    let ServeArguments { ready_json, stop_with_stdin, .. } = asked;
    let stop = stop_signal().map_err(StartError::Runtime)?;
    let running = sf_mock::start(asked.into()).await?;
    if ready_json {
        say(&running.ready().to_line());
    } else {
        say(&running.welcome());
    }
    if stop_with_stdin {
        tokio::select! {
            () = stop => {}
            () = end_of_stdin() => {}
        }
    } else {
        stop.await;
    }
    running.stop().await;
    Ok(())
}

/// Resolves when nobody can write to standard input any more, whatever became of the one who could. Read by a thread of its
/// own, which may wait for ever without keeping the runtime from ending.
async fn end_of_stdin() {
    let (ended, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = wait.await;
}

/// Prints to stdout. A reader that has gone away, `head` for instance, is no failure.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Resolves at SIGINT or SIGTERM. Registered before the start, so that a stop asked for early is not lost.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the process ends at once, which is what the key then asks for.
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// `SF_MOCK_LOG` chooses what is logged; warnings unless it says otherwise.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SF_MOCK_LOG").unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Status 1 says that something is wrong.
fn examine(asked: &DoctorArguments) -> ExitCode {
    let json = asked.json;
    let findings = doctor::examine(&asked.config(), &arguments::known_variables());
    say(&if json { doctor::json(&findings) } else { doctor::text(&findings) });
    if findings.iter().any(doctor::Finding::is_problem) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn sow(asked: &SeedArguments) -> Result<(), StartError> {
    let made = sf_mock::seed::seed(&asked.destination(), &asked.org, &asked.sample())?;
    say(&format!(
        "{}: {} accounts, {} contacts, {} opportunities, {} cases",
        asked.org, made.accounts, made.contacts, made.opportunities, made.cases
    ));
    Ok(())
}

fn look_at_world(command: WorldCommand) -> Result<(), StartError> {
    match command {
        WorldCommand::Check { file } => world::check(&file).map_err(StartError::World),
        WorldCommand::Schema => {
            say(&world::schema());
            Ok(())
        }
        WorldCommand::Export { serve } => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(StartError::Runtime)?;
            say(&runtime.block_on(sf_mock::export_world((*serve).into()))?);
            Ok(())
        }
    }
}
