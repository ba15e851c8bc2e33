//! What `init` writes passes `driver-check`, and `driver-check` finds what is broken.

use std::path::Path;
use std::process::Command;

use sf_conformance::integration::examine::{Mark, examine};
use sf_conformance::integration::init::{Language, Skeleton};
use sf_conformance::integration::{Integration, Kind, schema};

use super::workshop::{Workshop, driver, small_limits};

async fn check_skeleton(language: Language, kind: Kind) {
    let workshop = Workshop::new();
    let folder = workshop.folder.path().join("new");
    Skeleton { language, kind, name: "Acme: \"Sync\"".into() }.write(&folder).unwrap();
    let integration = Integration::read(&folder.join("integration.yaml")).unwrap().on_free_port().unwrap();
    let mut surroundings = workshop.surroundings.clone();
    surroundings.test_url = "http://localhost:9".into();
    surroundings.redirect_uri = integration.app.redirect_uri.clone().unwrap_or(surroundings.redirect_uri);
    let findings = examine(&integration, &surroundings, &small_limits()).await.unwrap();
    let bad: Vec<_> = findings.0.iter().filter(|finding| matches!(finding.mark, Mark::Broken | Mark::Doubtful)).collect();
    assert!(bad.is_empty(), "{language:?} {kind:?}: {bad:#?}");
    assert!(findings.0.iter().filter(|finding| finding.mark == Mark::Kept).count() >= 4, "{:#?}", findings.0);
}

#[tokio::test]
async fn skeletons_in_node_keep_the_protocol() {
    for kind in [Kind::Command, Kind::Http, Kind::Browser] {
        check_skeleton(Language::Node, kind).await;
    }
}

#[tokio::test]
async fn skeletons_in_python_keep_the_protocol() {
    for kind in [Kind::Command, Kind::Http, Kind::Browser] {
        check_skeleton(Language::Python, kind).await;
    }
}

#[test]
fn nothing_is_overwritten_and_what_there_is_not_is_said() {
    let workshop = Workshop::new();
    workshop.write("README.md", "mine");
    let skeleton = |language, kind| Skeleton { language, kind, name: "A".into() };
    let refused = skeleton(Language::Node, Kind::Command).write(workshop.folder.path()).unwrap_err();
    assert!(refused.to_string().contains("exists already; nothing was written"), "{refused}");
    assert!(!workshop.folder.path().join("driver.mjs").exists());
    assert!(skeleton(Language::Rust, Kind::Http).write(workshop.folder.path()).is_err());
    let folder = workshop.folder.path().join("rust");
    assert_eq!(skeleton(Language::Rust, Kind::Command).write(&folder).unwrap().len(), 4);
}

/// The rules that a driver in Python breaks when `deed` is added to it.
async fn check_broken(deed: &str, rule: &str) {
    let workshop = Workshop::new();
    let integration = workshop.integration("python3", &driver(deed), "");
    let findings = examine(&integration, &workshop.surroundings, &small_limits()).await.unwrap();
    let broken: Vec<&str> = findings.0.iter().filter(|finding| finding.mark == Mark::Broken).map(|finding| finding.rule).collect();
    assert!(broken.iter().any(|known| known.contains(rule)), "{deed}: {:#?}", findings.0);
    assert!(!findings.are_good());
}

#[tokio::test]
async fn a_broken_driver_is_told_which_rule_it_breaks() {
    check_broken("if op == 'no_such_operation': result = {}", "is answered `unsupported`").await;
    check_broken("if 'x_new' in request: say({'v': 1, 'id': request['id'], 'ok': False, 'error': {'code': 'refused'}}); continue", "are ignored")
        .await;
    check_broken("print('debug', flush=True)", "nothing else").await;
    check_broken("print(os.environ['SFCERT_CLIENT_SECRET'], file=sys.stderr, flush=True)", "no client secret").await;
    check_broken("if op == 'status': result = {'state': 'fine'}", "answers with a state").await;
    check_broken("if op == 'status': result = {'state': 'connected'}", "answers with a state").await;
    check_broken("if op == 'hello': del result['version']", "declares the integration").await;
    check_broken("if op == 'hello': result['operations'] = ['fly']", "declares the integration").await;
    let forgetful = "if op == 'status': p = state + '/pid'; os.path.exists(p) or open(p, 'w').write(str(os.getpid())); \
                     result = {'state': 'error' if open(p).read() == str(os.getpid()) else 'reconnect'}";
    check_broken(forgetful, "before a restart").await;
    check_broken("if op == 'hello': __import__('atexit').register(time.sleep, 60)", "end of its input").await;
}

#[tokio::test]
async fn a_sound_driver_is_found_sound() {
    let workshop = Workshop::new();
    // The small driver dies of a line that is no JSON; a real one has to end with code 2, or to answer.
    let sound = driver("").replace("request = json.loads(line)", "try: request = json.loads(line)\n    except ValueError: sys.exit(2)");
    let findings = examine(&workshop.integration("python3", &sound, ""), &workshop.surroundings, &small_limits()).await.unwrap();
    assert!(findings.are_good(), "{:#?}", findings.0);
}

#[test]
fn the_published_schemas_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    for (name, schema) in schema::documents() {
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("SF_WRITE_SCHEMAS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), &text).unwrap();
        }
        let published = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(published, text, "{name} is stale: run this test once with SF_WRITE_SCHEMAS=1");
    }
}

#[test]
fn examples_of_the_protocol_page_are_read_by_the_types() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("DRIVERS.md")).unwrap();
    let blocks = |language: &str| -> Vec<String> {
        page.split(&format!("```{language}\n")).skip(1).filter_map(|rest| Some(rest.split("```").next()?.to_owned())).collect()
    };
    let workshop = Workshop::new();
    for yaml in blocks("yaml") {
        workshop.write("example.yaml", &yaml);
        Integration::read(&workshop.folder.path().join("example.yaml")).unwrap();
    }
    for line in blocks("jsonl").iter().flat_map(|block| block.lines()) {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let read = if message.get("op").is_some() {
            serde_json::from_value::<sf_conformance::integration::protocol::Request>(message).map(|_| ())
        } else if message.get("event").is_some() {
            serde_json::from_value::<schema::Event>(message).map(|_| ())
        } else {
            serde_json::from_value::<sf_conformance::integration::protocol::Answer>(message).map(|_| ())
        };
        read.unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    assert!(blocks("yaml").len() >= 3 && !blocks("jsonl").is_empty());
}

#[test]
fn the_commands_tell_by_their_exit_codes() {
    let program = env!("CARGO_BIN_EXE_sf-conformance");
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder.path()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    let (code, told) = run(&["init", "--language", "python", "mine"]);
    assert!(code == 0 && told.contains("next: sf-conformance driver-check"), "{told}");
    assert_eq!(run(&["init", "mine"]).0, 2);
    let (code, told) = run(&["driver-check", "--integration", "mine/integration.yaml"]);
    assert!(code == 0 && told.contains(", 0 broken"), "{told}");
    std::fs::write(folder.path().join("mine/driver.py"), "print('hello')\n").unwrap();
    assert_eq!(run(&["driver-check", "--integration", "mine/integration.yaml"]).0, 1);
    assert_eq!(run(&["driver-check", "--integration", "none.yaml"]).0, 2);
}
