//! Integrations that break down, or try to take the harness with them: a clear word, in bounded time.

use std::fs;
use std::time::{Duration, Instant};

use sf_conformance::integration::Operation;

use super::workshop::{Workshop, blamed, driver};

/// Longest that any of these may keep the harness.
const BOUND: Duration = Duration::from_secs(15);

/// An integration that does `deed` instead of answering `status`: the harness says `words`.
async fn check_stopped(deed: &str, words: &str) {
    let begin = Instant::now();
    let workshop = Workshop::new();
    let answers = format!("if op == \"status\":\n        {}\n", deed.replace('\n', "\n        "));
    let told = match workshop.start("python3", &driver(&answers)).await {
        Ok(small) => blamed(small.ask(Operation::Status { connection: "main".into() }).await),
        failed => blamed(failed),
    };
    assert!(told.contains(words), "{deed:?} should be told as {words:?}: {told}");
    assert!(begin.elapsed() < BOUND, "{deed:?} took {:?}", begin.elapsed());
}

#[tokio::test]
async fn one_that_never_answers() {
    check_stopped("time.sleep(60)", "no answer to \"status\" within 2s").await;
}

#[tokio::test]
async fn one_that_dies() {
    check_stopped("print('out of luck', file=sys.stderr); sys.exit(1)", "exit status: 1").await;
    check_stopped("print('out of luck', file=sys.stderr); sys.exit(1)", "out of luck").await;
    check_stopped("os.kill(os.getpid(), 11)", "signal: 11").await;
    check_stopped("sys.stdout.close(); os.close(1); time.sleep(60)", "closed its output").await;
}

#[tokio::test]
async fn one_that_answers_garbage() {
    check_stopped(r#"print('{"v": 1, "id": ', flush=True); time.sleep(60)"#, "no JSON").await;
    check_stopped(r#"say({"v": 1, "id": 7, "ok": True}); time.sleep(60)"#, "its answer is none").await;
    check_stopped(r#"say({"v": 2, "id": request["id"], "ok": True}); time.sleep(60)"#, "the version spoken is 1").await;
    check_stopped(r#"say({"v": 1, "id": request["id"], "ok": False}); time.sleep(60)"#, "no `error`").await;
    check_stopped(r#"say({"v": 1, "id": "another", "ok": True}); time.sleep(60)"#, "nobody made").await;
    check_stopped("os.write(1, b'\\xff\\xfe{' * 100 + b'\\n'); time.sleep(60)", "no answer").await;
}

#[tokio::test]
async fn one_that_floods_its_output() {
    check_stopped("while True: os.write(1, b'x' * 65536)", "a line of more than 1048576 bytes").await;
    check_stopped("while True: os.write(1, b'word\\n' * 10000)", "on standard output").await;
    check_stopped("while True: os.write(2, b'x' * 65536)", "on standard error").await;
}

#[tokio::test]
async fn one_that_forks_without_end() {
    // Each child sleeps in the group, so that killing the group is what ends them.
    check_stopped("while True:\n    os.fork() or time.sleep(60)\n    time.sleep(0.001)", "processes, 64 are allowed").await;
}

#[tokio::test]
async fn one_that_eats_memory() {
    check_stopped("held = [b'x' * (16 << 20 | n) for n in range(1000)]; time.sleep(60)", "MiB of memory in use").await;
}

#[tokio::test]
async fn one_that_fills_its_state_directory() {
    check_stopped("[open(os.path.join(state, str(n)), 'w').close() for n in range(100)]; time.sleep(60)", "more than 50 files").await;
    check_stopped("[open(os.path.join(state, str(n)), 'w').write('x' * (1 << 20)) for n in range(8)]", "MiB in the state directory").await;
    check_stopped("open(os.path.join(state, 'big'), 'w').write('x' * (8 << 20))", "File too large").await;
}

#[tokio::test]
async fn links_out_of_the_state_directory_are_not_followed() {
    let workshop = Workshop::new();
    let linking = "if op == \"status\":\n        os.symlink('/', os.path.join(state, 'all'))\n";
    let small = workshop.start("python3", &driver(linking)).await.unwrap();
    small.ask(Operation::Status { connection: "main".into() }).await.unwrap();
}

#[tokio::test]
async fn one_that_never_reads() {
    let workshop = Workshop::new();
    let deaf = "import time, sys, json\nline = json.loads(sys.stdin.readline())\n\
                print(json.dumps({'v': 1, 'id': line['id'], 'ok': True, 'result': {'name': 'Deaf'}}), flush=True)\ntime.sleep(60)\n";
    let small = workshop.start("python3", deaf).await.unwrap();
    let long = Operation::Callback { connection: "main".into(), url: "x".repeat(900_000) };
    assert!(blamed(small.ask(long).await).contains("did not read"));
}

#[tokio::test]
async fn nothing_of_it_is_left_when_its_driver_is_gone() {
    let workshop = Workshop::new();
    let leaving = r#"if op == "status":
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.close(0); os.close(1); os.close(2)
                open(os.path.join(state, "daemon"), "w").write(str(os.getpid()))
                time.sleep(60)
            os._exit(0)
        time.sleep(0.2)
"#;
    let small = workshop.start("python3", &driver(leaving)).await.unwrap();
    small.ask(Operation::Status { connection: "main".into() }).await.unwrap();
    let daemon = fs::read_to_string(workshop.state().join("daemon")).unwrap();
    drop(small);
    let gone = |process: &str| match fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => stat.contains(") Z "),
        Err(_) => true,
    };
    let begin = Instant::now();
    while !gone(&daemon) {
        assert!(begin.elapsed() < BOUND, "the daemon {daemon} lives on");
        tokio::task::yield_now().await;
    }
}
