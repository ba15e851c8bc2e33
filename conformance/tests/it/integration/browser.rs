//! The browser driver on small web applications, sound and hostile. Salesforce itself is never asked here.

use std::time::{Duration, Instant};

use sf_conformance::integration::protocol::{Connect, Entry, Environment};
use sf_conformance::integration::{Driver, Integration, Operation, Reply, State};

use super::workshop::{Workshop, blamed, small_limits};

/// An application whose pages are `routes`: an `elif` for each, which may use `self.page(html)`, `self.to(url)` and `form`.
fn application(routes: &str) -> String {
    format!(
        r#"
import json, os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit, parse_qs
LOGIN, TEST = os.environ["SFCERT_LOGIN_URL"], os.environ["SFCERT_TEST_URL"]
SF = LOGIN + "/services/oauth2/authorize?client_id=x"
class Handler(BaseHTTPRequestHandler):
    def do_GET(self): self.serve("GET", {{}})
    def do_POST(self): self.serve("POST", parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
    def serve(self, method, form):
        path, cookie = urlsplit(self.path).path, self.headers.get("Cookie", "")
        if path == "/":
            self.page("home")
        {routes}
        else:
            self.page("not found", 404)
    def page(self, html, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        for name, value in headers.items(): self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(html.encode())
    def to(self, url, **headers):
        self.page("", 302, Location=url, **headers)
    def log_message(self, *arguments): pass
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"#
    )
}

async fn start_with(workshop: &Workshop, members: &str, routes: &str) -> Driver {
    workshop.write("app.py", &application(routes));
    let pages = "connect_url: 'http://127.0.0.1:{port}/connect'\n  status_url: 'http://127.0.0.1:{port}/status'\n  action_url: 'http://127.0.0.1:{port}/action'\n  \
                 disconnect_url: 'http://127.0.0.1:{port}/settings'";
    let start = "start:\n    run: [python3, app.py]";
    workshop.write("browser.yaml", &format!("name: Small\nversion: '1'\nbrowser:\n  {pages}\n  {start}\n{members}"));
    let integration = Integration::read(&workshop.folder.path().join("browser.yaml")).unwrap().on_free_port().unwrap();
    let port = integration.browser.as_ref().unwrap().start.as_ref().unwrap().environment["PORT"].clone();
    let mut surroundings = workshop.surroundings.clone();
    surroundings.redirect_uri = format!("http://127.0.0.1:{port}/callback");
    surroundings.test_url = "http://localhost:9".into();
    Driver::start_within(&integration, &surroundings, small_limits()).await.unwrap()
}

async fn start(workshop: &Workshop, routes: &str) -> Driver {
    start_with(workshop, "", routes).await
}

fn connect(environment: Environment, entry: Option<Entry>, host: Option<&str>) -> Operation {
    Operation::Connect(Connect { connection: "main".into(), environment, entry, host: host.map(str::to_owned) })
}

/// Where connecting leads, without its query.
async fn way(app: &Driver, operation: Operation) -> String {
    match app.ask(operation).await {
        Ok(Reply::Done(result)) => result["authorize_url"].as_str().unwrap_or("no address").split("?client").next().unwrap().to_owned(),
        Ok(Reply::Failed(error)) => error.words(),
        Ok(Reply::Unsupported) => "unsupported".to_owned(),
        Err(failure) => failure.to_string(),
    }
}

async fn check_way(routes: &str, environment: Environment, expected: &str) {
    let workshop = Workshop::new();
    let app = start(&workshop, routes).await;
    let found = way(&app, connect(environment, None, None)).await;
    assert!(found.contains(expected), "{routes}\n{found}");
}

const PRODUCTION: &str = "http://127.0.0.1:9/services/oauth2/authorize";
const SANDBOX: &str = "http://localhost:9/services/oauth2/authorize";

#[tokio::test]
async fn an_address_that_redirects_to_salesforce_is_enough() {
    check_way("elif path == '/connect': self.to('/hop')\n        elif path == '/hop': self.to(SF)", Environment::Production, PRODUCTION).await;
}

#[tokio::test]
async fn the_button_is_found_by_mark_by_where_it_leads_or_by_name() {
    let go = "\n        elif path == '/go': self.to(SF)\n        elif path == '/trap': self.to('/status')";
    let check =
        async |html: &str| check_way(&format!("elif path == '/connect': self.page('''{html}'''){go}"), Environment::Production, PRODUCTION).await;
    check("<a href=/trap>Connect Salesforce</a><form method=post action=/go><button data-sfcert=connect>+</button></form>").await;
    check("<a href=/trap>More</a><a href=/go>Go on</a>").await;
    check("<form method=post action=/go><button>Connect to Salesforce</button></form>").await;
}

#[tokio::test]
async fn several_pages_may_lie_before_salesforce() {
    let routes = "elif path == '/connect': self.page('<form method=post action=/next><button>Connect Salesforce</button></form>')\n        \
                  elif path == '/next': self.page('<meta http-equiv=refresh content=\"0;url=/portal\">')\n        \
                  elif path == '/portal': self.page('<form method=post action=/go><button data-sfcert=connect>Go</button></form>')\n        \
                  elif path == '/go': self.to(SF)";
    check_way(routes, Environment::Production, PRODUCTION).await;
}

#[tokio::test]
async fn a_sandbox_is_reached_by_radio_button_or_by_another_view_of_the_page() {
    let by_form =
        "\n        elif path == '/go': self.to((TEST if form.get('env') == ['test'] else LOGIN) + '/services/oauth2/authorize?client_id=x')";
    let radio = "<form method=post action=/go><label><input type=radio name=env value=live checked>Production</label>\
                 <label><input type=radio name=env value=test>Sandbox</label><button data-sfcert=connect>Go</button></form>";
    let routes = format!("elif path == '/connect': self.page('''{radio}'''){by_form}");
    check_way(&routes, Environment::Sandbox, SANDBOX).await;
    check_way(&routes, Environment::Production, PRODUCTION).await;
    let view = "<a href=/connect?env=test>Sandbox</a><form method=post action=/go><input type=hidden name=env value=production><button data-sfcert=connect>Go</button></form>";
    let other = view.replace("value=production", "value=test");
    let routes = format!("elif path == '/connect': self.page('''{other}''' if 'env=test' in self.path else '''{view}'''){by_form}");
    check_way(&routes, Environment::Sandbox, SANDBOX).await;
    check_way(&routes, Environment::Production, PRODUCTION).await;
}

#[tokio::test]
async fn what_is_ambiguous_or_missing_is_said() {
    let two = "elif path == '/connect': self.page('<form method=post action=/a><button>Connect Salesforce</button></form><form method=post action=/b><button>Link Salesforce</button></form>')";
    check_way(two, Environment::Production, "ambiguous: \"Connect Salesforce\" and \"Link Salesforce\"").await;
    check_way(
        "elif path == '/connect': self.page('<title>Nothing</title>')",
        Environment::Production,
        "no way to Salesforce from the page \"Nothing\"",
    )
    .await;
    let error = "elif path == '/connect': self.page('<a href=/go data-sfcert=connect>x</a>', 500)\n        elif path == '/go': self.to(SF)";
    check_way(error, Environment::Production, "no way to Salesforce").await;
}

#[tokio::test]
async fn a_host_is_typed_where_the_page_asks_for_one() {
    let workshop = Workshop::new();
    let routes = "elif path == '/connect': self.page('<form method=post action=/go><input name=my_domain><button data-sfcert=connect>Go</button></form>')\n        \
                  elif path == '/go': self.to('http://' + form['my_domain'][0] + '/services/oauth2/authorize?client_id=x')";
    let app = start(&workshop, routes).await;
    assert_eq!(
        way(&app, connect(Environment::Production, None, Some("acme.localhost:9"))).await,
        "http://acme.localhost:9/services/oauth2/authorize"
    );
}

#[tokio::test]
async fn a_callback_is_judged_by_the_page_it_ends_on_and_by_the_window_it_is_opened_in() {
    let workshop = Workshop::new();
    let routes = "elif path == '/connect': self.to(SF, Set_Cookie='sid=1; Path=/')\n        \
                  elif path == '/callback' and cookie == 'sid=1': self.to('/done#t')\n        \
                  elif path == '/callback': self.page('<p data-sfcert-state=not_connected data-sfcert-problem=other>Who are you?</p>', 400)\n        \
                  elif path == '/done': self.page('<p>Org Acme is connected.</p><a href=/x>Install</a>')";
    let app = start(&workshop, routes).await;
    way(&app, connect(Environment::Production, None, None)).await;
    let url = |app: &Driver| format!("{}/callback?code=c&state=s", origin(app));
    let callback = |connection: &str, url: String| Operation::Callback { connection: connection.into(), url };
    let other = app.ask(callback("thief", url(&app))).await.unwrap();
    assert_eq!(other.status().unwrap().state, State::NotConnected);
    let own = app.ask(callback("main", url(&app))).await.unwrap();
    assert_eq!(own.status().unwrap().state, State::Connected);
    let Reply::Done(result) = own else { panic!("not done") };
    assert_eq!(result["page"]["links"][0]["label"], "Install");
    let trails = app.browser().unwrap().trails().await;
    assert!(trails.iter().flat_map(|trail| &trail.locations).any(|url| url.as_str().ends_with("/done#t")));
    assert!(trails.iter().flat_map(|trail| &trail.cookies).any(|cookie| cookie.starts_with("sid=1")));
    app.ask(Operation::ForgetPending { connection: "main".into() }).await.unwrap();
    let forgotten = app.ask(callback("main", url(&app))).await.unwrap();
    assert_eq!(forgotten.status().unwrap().state, State::NotConnected);
}

/// The origin of the application, from where its windows have been.
fn origin(app: &Driver) -> String {
    app.browser().unwrap().origin()
}

#[tokio::test]
async fn status_call_and_disconnect_are_read_from_their_pages() {
    let workshop = Workshop::new();
    let routes = "elif path == '/status': self.page('{\"state\":\"reconnect\",\"problem\":\"reconnect\"}')\n        \
                  elif path == '/action': self.page('<p>Hooray</p>')\n        \
                  elif path == '/settings': self.page('<form method=post action=/off><button>Disconnect</button></form>')\n        \
                  elif path == '/off': self.page('<p>You are not connected.</p>')";
    let app = start_with(&workshop, "  success_text: hooray\n", routes).await;
    let connection = || "main".to_owned();
    assert_eq!(app.ask(Operation::Status { connection: connection() }).await.unwrap().status().unwrap().state, State::Reconnect);
    assert!(app.ask(Operation::Call { connection: connection(), parallel: 3 }).await.unwrap().went_well());
    assert_eq!(app.ask(Operation::Disconnect { connection: connection() }).await.unwrap().status().unwrap().state, State::NotConnected);
    assert_eq!(app.ask(Operation::Identity { connection: connection() }).await.unwrap(), Reply::Unsupported);
}

#[tokio::test]
async fn a_person_signs_in_first_where_the_application_wants_it() {
    let workshop = Workshop::new();
    let routes = "elif path == '/login' and method == 'GET': self.page('<form method=post><input name=user><input name=pw type=password><button>In</button></form>')\n        \
                  elif path == '/login' and form == {'user': ['ada1'], 'pw': ['secret']}: self.to('/', Set_Cookie='in=yes')\n        \
                  elif path == '/login': self.page('wrong', 403)\n        \
                  elif path == '/connect' and cookie == 'in=yes': self.to(SF)";
    let sign_in =
        |password: &str| format!("  sign_in: {{url: 'http://127.0.0.1:{{port}}/login', fields: {{user: 'ada{{window}}', pw: {password}}}}}\n");
    let app = start_with(&workshop, &sign_in("secret"), routes).await;
    assert_eq!(way(&app, connect(Environment::Production, None, None)).await, PRODUCTION);
    let app = start_with(&workshop, &sign_in("wrong"), routes).await;
    assert!(blamed(app.ask(connect(Environment::Production, None, None)).await).contains("signing in to the integration failed"));
}

#[tokio::test]
async fn an_application_that_runs_wild_is_stopped_with_a_word() {
    let check = async |routes: &str, words: &str| {
        let begin = Instant::now();
        let workshop = Workshop::new();
        let app = start(&workshop, routes).await;
        let told = blamed(app.ask(connect(Environment::Production, None, None)).await);
        assert!(told.contains(words), "{routes}: {told}");
        assert!(begin.elapsed() < Duration::from_secs(15), "{routes} took {:?}", begin.elapsed());
    };
    check("elif path == '/connect': self.to('/connect?' + self.path[-900:] + 'x')", "too_many_redirects").await;
    check("elif path == '/connect': self.page('<meta http-equiv=refresh content=0>')", "too_many_redirects").await;
    check("elif path == '/connect': self.page('x' * (5 << 20))", "a body of more than 4194304 bytes").await;
    check("elif path == '/connect': time.sleep(60)", "GET /connect: ").await;
    check("elif path == '/connect': os._exit(1)", "exit status: 1").await;
}

#[tokio::test]
async fn places_that_are_not_the_integrations_are_never_opened() {
    let workshop = Workshop::new();
    let app = start(&workshop, "elif path == '/connect': self.to('https://elsewhere.example/services/oauth3')").await;
    assert!(way(&app, connect(Environment::Production, None, None)).await.contains("leads to https://elsewhere.example"));
}
