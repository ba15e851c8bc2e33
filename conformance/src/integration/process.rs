//! One process of an integration: started without a shell, in a process group of its own, held to its limits.

use std::collections::HashMap;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::Pid;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, Command};
use tokio::sync::{oneshot, watch as channel};
use tokio::time::{Instant, sleep_until, timeout};

use super::conversation::{Conversation, cut};
use super::launch::Launch;
use super::limits::Limits;
use super::output::Output;
use super::protocol::{Answer, ErrorBody};
use super::watch::{Survey, Usage, kill_group, terminate_group};
use crate::failure::{Failure, Kind, OrFail, Outcome};

/// How often a process that takes its time is looked at.
const LOOK: Duration = Duration::from_millis(25);

/// Every how many looks its whole group and its state directory are looked at, which takes longer.
const WHOLE: u32 = 4;

/// Longest wait for the rest of the output of a process that has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub status: ExitStatus,
    /// What had to be done beyond ending its input.
    pub force: Force,
}

/// How much it took to end a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    None,
    Terminated,
    Killed,
}

/// A running, or ended, process.
pub struct Process {
    group: Pid,
    launch: Launch,
    stdin: tokio::sync::Mutex<Option<ChildStdin>>,
    shared: Arc<Shared>,
    exit: channel::Receiver<Option<ExitStatus>>,
    /// The stop rules that the kernel would not enforce here.
    pub unlimited: Vec<&'static str>,
}

/// What readers of the output and askers both know.
struct Shared {
    group: Pid,
    output: Output,
    conversation: Conversation,
    waiting: Mutex<HashMap<String, oneshot::Sender<Answer>>>,
    fault: Mutex<Option<String>>,
    killed: AtomicBool,
}

impl Process {
    /// Starts the program; `output` collects what it prints beside the protocol.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(launch: Launch, output: Output, conversation: Conversation) -> Outcome<Self> {
        let mut child = Command::new(&launch.program)
            .args(&launch.arguments)
            .current_dir(&launch.folder)
            .env_clear()
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::driver(format!("cannot start {}: {error}", launch.program.display())))?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw).or_fail(|| "the process has no id")?;
        let unlimited = launch.limits.impose(group);
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let shared =
            Arc::new(Shared { group, output, conversation, waiting: Mutex::default(), fault: Mutex::default(), killed: AtomicBool::new(false) });
        if let Some(stdout) = stdout {
            tokio::spawn(read_stdout(stdout, Arc::clone(&shared), launch.limits.clone(), launch.speaks));
        }
        if let Some(stderr) = stderr {
            tokio::spawn(read_stderr(stderr, Arc::clone(&shared), launch.limits.clone()));
        }
        let (tell, exit) = channel::channel(None);
        tokio::spawn(async move {
            if let Ok(status) = child.wait().await {
                let _ = tell.send(Some(status));
            }
            // What it started and left behind goes with it.
            kill_group(group);
        });
        Ok(Self { group, launch, stdin: tokio::sync::Mutex::new(stdin), shared, exit, unlimited })
    }

    /// Sends one request and waits for the answer with its id.
    ///
    /// # Errors
    /// [`Failure::driver`] when none comes in time, or the process breaks a stop rule; it is then killed.
    pub async fn ask(&self, id: &str, request: &Value, patience: Duration) -> Outcome<Answer> {
        let what = request["op"].as_str().unwrap_or("a request").to_owned();
        self.shared.refuse_if_faulty()?;
        let (tell, told) = oneshot::channel();
        self.shared.waiting().insert(id.to_owned(), tell);
        self.shared.conversation.said(request);
        if timeout(patience, self.write(format!("{request}\n").as_bytes())).await.is_err() {
            return Err(self.put_down(&format!("it did not read the request {what:?} within {patience:?}")));
        }
        match self.during(&what, patience, async { Ok(told.await.ok()) }).await? {
            Some(answer) => Ok(answer),
            None => Err(self.why_silent(&what).await),
        }
    }

    /// Sends a line as it is, of which no answer is expected under a known id.
    ///
    /// # Errors
    /// When the process does not read it.
    pub async fn say(&self, line: &str, patience: Duration) -> Outcome {
        self.shared.conversation.noted(&format!("sent the line {line}"));
        timeout(patience, self.write(format!("{line}\n").as_bytes()))
            .await
            .map_err(|_| self.put_down(&format!("it did not read a line within {patience:?}")))
    }

    /// Ends the input. The process should end by itself.
    pub async fn end_input(&self) {
        self.stdin.lock().await.take();
    }

    /// Ends the input, waits, then insists: SIGTERM, then SIGKILL. A service, which reads no input, is sent SIGTERM at once.
    ///
    /// # Errors
    /// When the process cannot even be killed.
    pub async fn stop(&self) -> Outcome<Ended> {
        if self.launch.speaks {
            self.end_input().await;
            if let Some(status) = self.ended_within(self.launch.limits.end_of_input).await {
                return Ok(Ended { status, force: Force::None });
            }
            self.shared.conversation.noted("it did not end with its input: SIGTERM");
        }
        terminate_group(self.group);
        if let Some(status) = self.ended_within(self.launch.limits.terminate).await {
            return Ok(Ended { status, force: Force::Terminated });
        }
        self.shared.conversation.noted("it did not end when it was asked to: SIGKILL");
        let status = self.kill().await?;
        Ok(Ended { status, force: Force::Killed })
    }

    /// Kills the process and all of its group, and waits until it is gone.
    ///
    /// # Errors
    /// When the kill has no effect.
    pub async fn kill(&self) -> Outcome<ExitStatus> {
        self.shared.kill();
        let patience = self.launch.limits.terminate.max(Duration::from_secs(2));
        self.ended_within(patience).await.or_fail(|| "a killed process did not end")
    }

    /// How the process ended, if it has within `patience`.
    pub async fn ended_within(&self, patience: Duration) -> Option<ExitStatus> {
        let mut exit = self.exit.clone();
        timeout(patience, exit.wait_for(Option::is_some)).await.ok()?.ok().and_then(|status| *status)
    }

    /// True while the process runs.
    pub fn is_running(&self) -> bool {
        self.exit.borrow().is_none()
    }

    async fn write(&self, bytes: &[u8]) {
        let mut stdin = self.stdin.lock().await;
        if let Some(pipe) = stdin.as_mut() {
            // A process that reads no more is found out by its missing answer, which tells more than a broken pipe.
            let _ = pipe.write_all(bytes).await;
            let _ = pipe.flush().await;
        }
    }

    /// Waits for `work`, which the process takes part in, while keeping an eye on it.
    ///
    /// # Errors
    /// [`Failure::driver`] when the process ends meanwhile, breaks a stop rule, or `work` takes longer than `patience`.
    pub async fn during<T>(&self, what: &str, patience: Duration, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
        self.shared.refuse_if_faulty()?;
        let (deadline, mut look, mut looks) = (Instant::now() + patience, Instant::now() + LOOK, 0);
        let mut exit = self.exit.clone();
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => {
                    self.shared.refuse_if_faulty()?;
                    // A broken connection is the smaller half of the news when the process is gone.
                    if done.as_ref().is_err_and(|failure| failure.kind() == Kind::Driver) && self.ended_within(LAST_WORDS / 2).await.is_some() {
                        return Err(self.why_silent(what).await);
                    }
                    return match Survey::of(&self.launch.state_dir, &self.launch.limits).breach(&self.launch.limits) {
                        Some(breach) => Err(self.put_down(&breach)),
                        None => done,
                    };
                }
                () = async { drop(exit.wait_for(Option::is_some).await) } => {
                    // What it wrote before it ended may still be on the way.
                    let Ok(done) = timeout(2 * LAST_WORDS, &mut work).await else { return Err(self.why_silent(what).await) };
                    self.shared.refuse_if_faulty()?;
                    return done;
                }
                () = sleep_until(deadline) => return Err(self.put_down(&format!("no answer to {what:?} within {patience:?}"))),
                () = sleep_until(look) => {
                    looks += 1;
                    if let Some(breach) = self.breach(looks % WHOLE == 0) {
                        return Err(self.put_down(&breach));
                    }
                    look = Instant::now() + LOOK;
                }
            }
        }
    }

    fn breach(&self, whole: bool) -> Option<String> {
        let limits = &self.launch.limits;
        if !whole {
            return Usage::of_leader(self.group)?.breach(limits);
        }
        let usage = Usage::of_group(self.group).and_then(|usage| usage.breach(limits));
        usage.or_else(|| Survey::of(&self.launch.state_dir, limits).breach(limits))
    }

    async fn why_silent(&self, what: &str) -> Failure {
        let status = self.ended_within(LAST_WORDS).await;
        if let Some(fault) = self.shared.fault() {
            return Failure::driver(fault);
        }
        let how = match status {
            Some(status) => format!("it ended ({status}) before it answered {what:?}"),
            None => format!("it closed its output before it answered {what:?}"),
        };
        self.put_down(&how)
    }

    /// Kills the group and remembers why.
    fn put_down(&self, why: &str) -> Failure {
        self.shared.put_down(why);
        let last = self.shared.output.last_words();
        let heard =
            if last.is_empty() { String::new() } else { format!("; its last words on standard error: {}", self.shared.conversation.masked(&last)) };
        Failure::driver(format!("{why}{heard}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_running() {
            kill_group(self.group);
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self) -> Option<String> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn refuse_if_faulty(&self) -> Outcome {
        match self.fault() {
            Some(fault) => Err(Failure::driver(fault)),
            None if self.killed.load(Ordering::Relaxed) => Err(Failure::driver("the process was killed")),
            None => Ok(()),
        }
    }

    fn kill(&self) {
        self.killed.store(true, Ordering::Relaxed);
        kill_group(self.group);
        self.waiting().clear();
    }

    fn put_down(&self, why: &str) {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.to_owned());
        self.conversation.noted(why);
        kill_group(self.group);
        self.waiting().clear();
    }

    /// One line of standard output: an event, an answer, or something that does not belong there.
    fn take_line(&self, line: &[u8]) {
        if line.trim_ascii_start().first() != Some(&b'{') {
            if !line.trim_ascii().is_empty() {
                self.output.stray(line);
            }
            return;
        }
        // A line that was meant as a message and is none is worse than a stray word of some library.
        let Ok(message) = serde_json::from_slice::<Value>(line) else {
            self.put_down(&format!("it wrote a line that is no JSON: {}", self.sample(line)));
            return;
        };
        self.conversation.heard(&message);
        if message.get("event").is_some() {
            self.output.event(message);
            return;
        }
        // Whoever could not read a request cannot know its id.
        let is_complaint = message["error"]["code"] == "bad_request" && !message["id"].as_str().is_some_and(|id| self.waiting().contains_key(id));
        if is_complaint {
            self.output.complaint();
            return;
        }
        match read_answer(message) {
            Ok(answer) => {
                // A binding of its own: the lock must be free again before the process is put down.
                let waiter = self.waiting().remove(&answer.id);
                match waiter {
                    Some(tell) => drop(tell.send(answer)),
                    None => self.put_down(&format!("it answered a request {:?} that nobody made", cut(&answer.id, 40))),
                }
            }
            Err(problem) => self.put_down(&format!("its answer is none: {problem}: {}", self.sample(line))),
        }
    }

    fn sample(&self, line: &[u8]) -> String {
        cut(&self.conversation.masked(&String::from_utf8_lossy(&line[..line.len().min(400)])), 200)
    }
}

/// Reads one answer object.
///
/// # Errors
/// Says which member is missing or wrong.
pub(super) fn read_answer(message: Value) -> Result<Answer, String> {
    let mut answer: Answer = serde_json::from_value(message).map_err(|error| error.to_string())?;
    if answer.v != super::protocol::VERSION {
        return Err(format!("`v` is {}, the version spoken is {}", answer.v, super::protocol::VERSION));
    }
    if !answer.ok && answer.error.is_none() {
        return Err("`ok` is false and there is no `error`".to_owned());
    }
    if answer.ok {
        answer.error = None::<ErrorBody>;
        answer.result.get_or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    Ok(answer)
}

async fn read_stdout(mut pipe: impl AsyncRead + Unpin, shared: Arc<Shared>, limits: Limits, speaks: bool) {
    let (mut line, mut chunk) = (Vec::new(), vec![0; 64 << 10]);
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        if !shared.output.count_stdout(count, limits.stdout) {
            shared.put_down(&format!("more than {} bytes on standard output", limits.stdout));
            break;
        }
        if !speaks {
            shared.output.stray(&chunk[..count]);
            continue;
        }
        for piece in chunk[..count].split_inclusive(|byte| *byte == b'\n') {
            line.extend_from_slice(piece);
            if line.len() > limits.line {
                shared.put_down(&format!("a line of more than {} bytes on standard output", limits.line));
                return;
            }
            if line.ends_with(b"\n") {
                shared.take_line(&line);
                line.clear();
            }
        }
    }
    if !line.is_empty() {
        shared.take_line(&line);
    }
    shared.waiting().clear();
}

async fn read_stderr(mut pipe: impl AsyncRead + Unpin, shared: Arc<Shared>, limits: Limits) {
    let mut chunk = vec![0; 64 << 10];
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        if !shared.output.stderr(&chunk[..count], limits.stderr) {
            shared.put_down(&format!("more than {} bytes on standard error", limits.stderr));
            break;
        }
    }
}
