use super::*;

const COMMAND: &str = "name: Acme Sync\nversion: '2.1'\ncommand:\n  run: [node, driver.mjs]\n";

fn check_refused(yaml: &str, words: &[&str]) {
    let problem = Integration::parse(yaml, false, &[]).unwrap_err();
    for word in words {
        assert!(problem.contains(word), "{word:?} is not in {problem}");
    }
}

#[test]
fn a_file_with_a_command_is_enough() {
    let integration = Integration::parse(COMMAND, false, &[]).unwrap();
    assert_eq!((integration.kind(), integration.can_be_pointed()), (Kind::Command, true));
    assert_eq!(integration.command.unwrap().run, ["node", "driver.mjs"]);
}

#[test]
fn json_says_the_same() {
    let integration = Integration::parse(r#"{"name":"A","version":"1","http":{"base":"http://127.0.0.1:8080"}}"#, true, &[]).unwrap();
    assert_eq!((integration.kind(), integration.can_be_pointed()), (Kind::Http, false));
}

#[test]
fn a_mistake_is_named_with_its_member_and_line() {
    check_refused(&format!("{COMMAND}  oneshoot: true\n"), &["oneshoot", "oneshot", "line 5"]);
    check_refused(&format!("{COMMAND}  oneshot: perhaps\n"), &["line 5"]);
    check_refused("name: A\ncommand:\n  run: [x]\n", &["version"]);
    check_refused("name: A\nversion: '1'\n", &["no driver"]);
    check_refused("name: A\nversion: '1'\ncommand:\n  run: []\n", &["command.run"]);
    check_refused(&format!("{COMMAND}declarations:\n  processes: 0\n"), &["declarations.processes"]);
    check_refused(&format!("{COMMAND}  operation_ms: 0\n"), &["command.operation_ms"]);
}

#[test]
fn only_this_machine_may_be_called_unless_a_host_is_named() {
    let browser = |url: &str| format!("name: A\nversion: '1'\nbrowser:\n  connect_url: {url}\n");
    check_refused(&browser("https://app.acme.example/connect"), &["browser.connect_url", "app.acme.example", "allow_hosts"]);
    check_refused(&browser("file:///etc/passwd"), &["neither http nor https"]);
    for url in ["http://127.0.0.1:3000/", "http://[::1]:3000/", "http://app.localhost:3000/"] {
        Integration::parse(&browser(&format!("'{url}'")), false, &[]).unwrap();
    }
    Integration::parse(&browser("https://app.acme.example/connect"), false, &["app.acme.example".into()]).unwrap();
    let named = format!("{}allow_hosts: [app.acme.example]\n", browser("https://app.acme.example/connect"));
    Integration::parse(&named, false, &[]).unwrap();
}

#[test]
fn a_free_port_is_put_wherever_the_file_says_port() {
    let text = "name: A\nversion: '1'\napp:\n  redirect_uri: 'http://localhost:{port}/cb'\nbrowser:\n  connect_url: 'http://localhost:{port}/'\n  \
                start:\n    run: [web, --port, '{port}']\n";
    let settled = Integration::parse(text, false, &[]).unwrap().on_free_port().unwrap();
    let start = settled.start().unwrap();
    let port = &start.environment["PORT"];
    assert_eq!(settled.app.redirect_uri.as_deref(), Some(format!("http://localhost:{port}/cb").as_str()));
    assert_eq!(start.run, ["web", "--port", port.as_str()]);
    assert!(settled.can_be_pointed());
}

#[test]
fn declarations_of_the_file_go_before_the_answer() {
    let text = format!("{COMMAND}app:\n  kind: public\ndeclarations:\n  processes: 4\n");
    let integration = Integration::parse(&text, false, &[]).unwrap();
    let hello = integration.declared(Some(Hello { processes: 1, connections: 7, ..Hello::default() }));
    assert_eq!((hello.app_kind, hello.processes, hello.connections), (AppKind::Public, 4, 7));
}

#[test]
fn one_driver_of_several_can_be_asked_for() {
    let text = format!("{COMMAND}http:\n  base: http://localhost:1\n");
    let integration = Integration::parse(&text, false, &[]).unwrap();
    assert_eq!(integration.kinds(), [Kind::Command, Kind::Http]);
    assert_eq!(integration.clone().by(Kind::Http).unwrap().kind(), Kind::Http);
    assert!(integration.by(Kind::Browser).unwrap_err().to_string().contains("only command and http"));
}
