//! App Menu: in which order users see the apps, and which of them the App Launcher shows. Sources: `gate-and-policies.md` 2.2, Salesforce help,
//! "Manage the App Menu and App Launcher".

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Part, Row, SetupPage, Sheet, Tone};
use crate::app::App;
use crate::apps::{AppMenus, MenuItem, MenuKind, MenuTurn};
use crate::id::RecordId;
use crate::org::{Actor, Duty};

pub(super) const PATH: &str = "/lightning/setup/AppMenu/home";

/// What the form of a row says, and what the page tells afterwards.
const TURNS: [(MenuTurn, &str, &str); 4] = [
    (MenuTurn::Up, "up", "The app is moved up."),
    (MenuTurn::Down, "down", "The app is moved down."),
    (MenuTurn::Show, "show", "The app is visible in App Launcher."),
    (MenuTurn::Hide, "hide", "The app is hidden in App Launcher."),
];

/// `GET /lightning/setup/AppMenu/home`
pub(super) async fn show(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let items = session.browser.caller.org.read(|tx| tx.menu_items())?;
    let arranges = Duty::Customize.is_of(session.user());
    let sheet = Sheet {
        id: "app-menu",
        heading: String::new(),
        columns: vec!["App", "Type", "Visibility", "Start URL", "Mobile Start URL"],
        rows: items.iter().enumerate().map(|(place, item)| row(&session, &items, place, item, arranges)).collect(),
        empty: String::new(),
        actions: Vec::new(),
    };
    let done = query.get("done").and_then(|done| TURNS.into_iter().find(|(_, name, _)| *name == done));
    let view = SetupPage {
        intro: "Users see the apps in this order. Apps that users connect are shown in the App Launcher once they have a start URL.".to_owned(),
        done: done.map(|(_, _, told)| told.to_owned()),
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, "App Menu")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same: moves, shows or hides one app.
pub(super) async fn arrange(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Duty::Customize, PATH)?;
    let item = fields.get("item").and_then(|item| RecordId::parse(item).ok());
    let turn = TURNS.into_iter().find(|(_, name, _)| fields.get("turn") == Some(*name));
    let (Some(item), Some((turn, name, _))) = (item, turn) else { return Err(session.missing("The app menu has no such app.")) };
    if !app.arrange_menu(&session.browser.caller.org, item, turn, Actor::new(session.user().id, app.now()))? {
        return Err(session.missing("The app menu has no such app."));
    }
    Ok(answer::redirect(&session.link(&format!("{PATH}?done={name}"))))
}

fn row(session: &BrowserSession, items: &[MenuItem], place: usize, item: &MenuItem, arranges: bool) -> Row {
    let kind = match item.kind {
        MenuKind::TabSet => "Standard App",
        MenuKind::ConnectedApp => "Connected App",
        MenuKind::ExternalClientApp => "External Client App",
    };
    let visible = if item.visible { Cell::badge("Visible in App Launcher", Tone::Good) } else { Cell::badge("Hidden in App Launcher", Tone::Plain) };
    let address = |url: &Option<String>| Cell::exact(url.clone().unwrap_or_default());
    let act = |label: &str, turn: &str| {
        let fields = vec![("item", item.id.to_string()), ("turn", turn.to_owned())];
        Action::post(label, session.link(PATH), fields).about(&item.label)
    };
    let up = (place > 0).then(|| act("Move Up", "up"));
    let down = (place + 1 < items.len()).then(|| act("Move Down", "down"));
    let turn = if item.visible { act("Hide", "hide") } else { act("Show", "show") };
    Row {
        id: item.id.to_string(),
        cells: vec![Cell::text(&item.label), Cell::text(kind), visible, address(&item.start_url), address(&item.mobile_start_url)],
        actions: if arranges { up.into_iter().chain(down).chain([turn]).collect() } else { Vec::new() },
    }
}
