//! The command driver with integrations that keep to the protocol.

use std::time::{Duration, Instant};

use serde_json::json;
use sf_conformance::integration::{Operation, Reply, State};

use super::workshop::{Workshop, blamed, driver};

fn status() -> Operation {
    Operation::Status { connection: "main".into() }
}

fn identity() -> Operation {
    Operation::Identity { connection: "main".into() }
}

#[tokio::test]
async fn an_integration_is_asked_and_answers() {
    let workshop = Workshop::new();
    let small = workshop.start("python3", &driver("")).await.unwrap();
    assert_eq!(small.hello().await.unwrap().name, "Small");
    assert_eq!(small.ask(status()).await.unwrap().status().unwrap().state, State::NotConnected);
    assert_eq!(small.ask(identity()).await.unwrap(), Reply::Unsupported);
    assert!(small.stop().await.unwrap().unwrap().status.success());
}

#[tokio::test]
async fn a_refusal_by_salesforce_is_an_answer_and_no_fault_of_the_driver() {
    let workshop = Workshop::new();
    let failing = r#"elif op == "identity":
        say({"v": 1, "id": request["id"], "ok": False, "new": 1, "error": {"code": "failed", "problem": "ip_restricted", "detail": "ip restricted"}})
        continue"#;
    let small = workshop.start("python3", &driver(failing)).await.unwrap();
    let Reply::Failed(error) = small.ask(identity()).await.unwrap() else { panic!("not refused") };
    assert_eq!((error.problem, error.detail.as_str()), (sf_conformance::integration::Problem::IpRestricted, "ip restricted"));
}

#[tokio::test]
async fn it_knows_its_salesforce_and_nothing_of_the_harness() {
    let workshop = Workshop::new();
    let telling = r#"elif op == "identity":
        result = dict(os.environ, cwd=os.getcwd(), home=os.listdir(os.environ["HOME"]))"#;
    let small = workshop.start("python3", &driver(telling)).await.unwrap();
    let Reply::Done(environment) = small.ask(identity()).await.unwrap() else { panic!("not answered") };
    for (name, value) in [("SFCERT_CLIENT_ID", "3MVG9small"), ("SFCERT_CLIENT_SECRET", "s3cr3t-of-the-app"), ("SFCERT_V", "1"), ("LANG", "C.UTF-8")] {
        assert_eq!(environment[name], value, "{name}");
    }
    assert_eq!(environment["SFCERT_STATE_DIR"], json!(workshop.state()));
    assert_eq!(environment["home"], json!([]));
    for name in ["CARGO", "USER", "SFCERT_REFRESH_TOKEN", "SFCERT_CA_FILE", "CARGO_MANIFEST_DIR"] {
        assert!(environment.get(name).is_none(), "{name} reached the integration");
    }
}

#[tokio::test]
async fn what_it_stored_survives_a_restart_and_a_kill_and_the_rest_does_not() {
    let workshop = Workshop::new();
    let storing = r#"elif op == "identity":
        path = os.path.join(state, "count")
        count = int(open(path).read()) + 1 if os.path.exists(path) else 1
        open(path, "w").write(str(count))
        result = {"state": "connected", "detail": f"{count} {os.getpid()}"}"#;
    let small = workshop.start("python3", &driver(storing)).await.unwrap();
    let mut told = Vec::new();
    told.push(small.ask(identity()).await.unwrap().status().unwrap().detail);
    small.restart().await.unwrap();
    told.push(small.ask(identity()).await.unwrap().status().unwrap().detail);
    small.kill().await.unwrap();
    assert!(blamed(small.ask(identity()).await).contains("does not run"));
    small.restart().await.unwrap();
    told.push(small.ask(identity()).await.unwrap().status().unwrap().detail);
    let (counts, processes): (Vec<&str>, Vec<&str>) = told.iter().filter_map(|detail| detail.split_once(' ')).unzip();
    assert_eq!(counts, ["1", "2", "3"]);
    assert!(processes[0] != processes[1] && processes[1] != processes[2], "{processes:?}");
}

#[tokio::test]
async fn two_processes_share_one_state_directory() {
    let workshop = Workshop::new();
    let storing = r#"elif op == "identity":
        open(os.path.join(state, str(os.getpid())), "w").write("x")
        result = {"state": "connected", "detail": str(len(os.listdir(state)))}"#;
    let first = workshop.start("python3", &driver(storing)).await.unwrap();
    let second = first.another().await.unwrap();
    first.ask(identity()).await.unwrap();
    assert_eq!(second.ask(identity()).await.unwrap().status().unwrap().detail, "2");
}

#[tokio::test]
async fn several_requests_may_be_under_way_and_answers_may_overtake() {
    let workshop = Workshop::new();
    let later = r#"elif op == "identity":
        held = request["id"]
        continue
    if op == "status":
        say({"v": 1, "id": request["id"], "ok": True, "result": result})
        say({"v": 1, "id": held, "ok": True, "result": {"state": "connected"}})
        continue"#;
    let small = workshop.start("python3", &driver(later)).await.unwrap();
    let replies = small.ask_many(vec![identity(), status()]).await.unwrap();
    let states: Vec<State> = replies.iter().map(|reply| reply.status().unwrap().state).collect();
    assert_eq!(states, [State::Connected, State::NotConnected]);
}

#[tokio::test]
async fn events_and_words_beside_the_protocol_are_kept_apart() {
    let workshop = Workshop::new();
    let chatty = r#"elif op == "identity":
        print("debug: about to say who", flush=True)
        print("warning: careful", file=sys.stderr, flush=True)
        say({"v": 1, "event": "show_code", "connection": "main", "user_code": "AB12CD34"})
        result = {"state": "connected"}"#;
    let small = workshop.start("python3", &driver(chatty)).await.unwrap();
    small.ask(identity()).await.unwrap();
    small.stop().await.unwrap();
    let output = small.output();
    assert_eq!(String::from_utf8_lossy(&output.stray), "debug: about to say who\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "warning: careful\n");
    assert_eq!(small.events()[0]["user_code"], "AB12CD34");
}

#[tokio::test]
async fn the_conversation_can_be_shown_to_anybody() {
    let workshop = Workshop::new();
    let leaking = r#"elif op == "callback":
        result = {"state": "connected", "detail": "with " + os.environ["SFCERT_CLIENT_SECRET"]}"#;
    let small = workshop.start("python3", &driver(leaking)).await.unwrap();
    small.ask(Operation::Callback { connection: "main".into(), url: "http://localhost/cb?code=aPrxVerySecret&state=s".into() }).await.unwrap();
    let told = small.conversation().lines().join("\n");
    assert!(!told.contains("aPrxVerySecret") && !told.contains("s3cr3t-of-the-app"), "{told}");
    assert!(told.contains("state=s"), "{told}");
}

#[tokio::test]
async fn a_one_shot_program_answers_one_request_a_process() {
    let workshop = Workshop::new();
    let small = workshop.start_oneshot(&driver("")).await.unwrap();
    assert!(small.is_quiet_at_once());
    assert_eq!(small.ask(status()).await.unwrap().status().unwrap().state, State::NotConnected);
    assert_eq!(small.ask(identity()).await.unwrap(), Reply::Unsupported);
    small.restart().await.unwrap();
}

#[tokio::test]
async fn exit_codes_of_a_one_shot_program_are_heard() {
    let check = async |code: u8, expected: Result<Reply, &str>| {
        let workshop = Workshop::new();
        let small = workshop.start_oneshot(&format!("import sys\nsys.stdin.read()\nsys.exit({code})\n")).await.unwrap();
        match (small.ask(status()).await, expected) {
            (Ok(reply), Ok(wanted)) => assert_eq!(reply, wanted),
            (outcome, Err(words)) => {
                let told = blamed(outcome);
                assert!(told.contains(words), "{code}: {told}");
            }
            (Err(failure), Ok(_)) => panic!("{code}: {failure}"),
        }
    };
    check(3, Ok(Reply::Unsupported)).await;
    check(2, Err("called the request bad")).await;
    check(4, Err("exit status: 4")).await;
    check(1, Err("exit status: 1")).await;
    check(0, Err("before it answered \"status\"")).await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let workshop = Workshop::new();
    assert!(blamed(workshop.start("no-such-interpreter", "").await).contains("no program \"no-such-interpreter\" in PATH"));
}

#[tokio::test]
async fn the_end_of_its_input_ends_a_program_or_it_is_made_to_end() {
    let workshop = Workshop::new();
    let begin = Instant::now();
    let stubborn =
        driver("").replace("import json", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nimport json") + "time.sleep(60)\n";
    let small = workshop.start("python3", &stubborn).await.unwrap();
    let ended = small.stop().await.unwrap().unwrap();
    assert_eq!(ended.force, sf_conformance::integration::process::Force::Killed);
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
}
