//! Forms and records of Setup, as a person reads and fills them in: by the labels.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::pairs;
use super::parameter::{AppName, UserName};
use crate::client::control::App;
use crate::client::html::{Button, Form, Link, Page};
use crate::expect;
use crate::failure::{OrFail, Outcome};
use crate::world::World;

/// `on` and `off` tick and clear boxes; `\n` begins another line.
#[given(expr = "{user} has filled in the form and pressed {string}")]
#[when(expr = "{user} fills in the form and presses {string}")]
async fn fills_in(world: &mut World, user: UserName, button: String, step: &Step) -> Outcome {
    let fields = pairs(step)?;
    let mut filled = Vec::with_capacity(fields.len());
    for (label, value) in fields {
        filled.push((world.expand(&label)?, world.expand(&value)?.replace("\\n", "\n")));
    }
    let browser = world.browser(&user.0)?;
    let page = browser.page()?;
    let (form, button) = with_button(page, &button)?;
    let (mut form, button) = (form.clone(), button.clone());
    for (label, value) in &filled {
        form.fill_labelled(label, value)?;
    }
    browser.go(form.submit(&button)).await.map(drop)
}

#[when(expr = "{user} follows the link {string}")]
async fn follows_link(world: &mut World, user: UserName, label: String) -> Outcome {
    let label = world.expand(&label)?;
    let page = world.browser(&user.0)?.page()?;
    let link = page.links.iter().find(|link| is_called(&link.label, &label));
    let address = address(page, link.or_fail(|| format!("no link {label:?} among {:?}", page.links))?)?;
    world.browser(&user.0)?.open(&address).await.map(drop)
}

#[when(expr = "{user} follows {string} in the row {string}")]
async fn follows_in_row(world: &mut World, user: UserName, label: String, row: String) -> Outcome {
    let row = world.expand(&row)?;
    let page = world.browser(&user.0)?.page()?;
    let wanted = format!("{label} {row}");
    let link = page.links.iter().find(|link| link.label == wanted);
    let address = address(page, link.or_fail(|| format!("no link {wanted:?} among {:?}", page.links))?)?;
    world.browser(&user.0)?.open(&address).await.map(drop)
}

#[when(expr = "{user} presses {string} in the row {string}")]
async fn presses_in_row(world: &mut World, user: UserName, label: String, row: String) -> Outcome {
    let wanted = format!("{label} {}", world.expand(&row)?);
    world.browser(&user.0)?.press_where(|_, button| button.label == wanted).await.map(drop)
}

#[then(expr = "the field {string} holds {string} for {user}")]
async fn holds(world: &mut World, label: String, expected: String, user: UserName) -> Outcome {
    let expected = world.expand(&expected)?;
    let page = world.browser(&user.0)?.page()?;
    let field = page.forms.iter().find_map(|form| form.labelled(&label).next());
    let field = field.or_fail(|| format!("no field {label:?} on {:?}", page.title))?;
    let of_list = field.options.iter().find(|(value, _)| *value == field.value).map(|(_, label)| label.clone());
    let seen = match field.kind.as_str() {
        "checkbox" if field.checked => "on".to_owned(),
        "checkbox" => "off".to_owned(),
        _ => of_list.unwrap_or_else(|| field.value.clone()).replace('\n', "\\n"),
    };
    expect::equal(&label, expected.as_str(), seen.as_str())
}

#[then(expr = "the field {string} is locked for {user}")]
async fn is_locked(world: &mut World, label: String, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    let field = page.forms.iter().find_map(|form| form.labelled(&label).next());
    let field = field.or_fail(|| format!("no field {label:?} on {:?}", page.title))?;
    expect::that(field.locked, || format!("{label:?} can be changed"))
}

#[then(expr = "the page offers {user} no {string}")]
async fn offers_no(world: &mut World, user: UserName, label: String) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    let links = page.links.iter().map(|link| &link.label);
    let buttons = page.forms.iter().flat_map(|form| &form.buttons).map(|button| &button.label);
    let found = links.chain(buttons).find(|known| is_called(known, &label));
    expect::that(found.is_none(), || format!("{found:?} is on {:?}", page.title))
}

/// A row of a list, by its first cell.
#[then(expr = "the row {string} shows {user}")]
async fn row_shows(world: &mut World, row: String, user: UserName, step: &Step) -> Outcome {
    let row = world.expand(&row)?;
    let mut expected = pairs(step)?;
    for (_, value) in &mut expected {
        *value = world.expand(value)?;
    }
    let page = world.browser(&user.0)?.page()?;
    let at = page.rows.iter().position(|cells| cells.first().is_some_and(|cell| *cell == row));
    let at = at.or_fail(|| format!("no row {row:?}: {:?}", page.rows))?;
    // The row of headings above it: a page may have several lists.
    let width = page.rows[at].len();
    for (column, value) in expected {
        let place = page.rows[..at].iter().rev().filter(|cells| cells.len() == width).find_map(|cells| cells.iter().position(|cell| *cell == column));
        let place = place.or_fail(|| format!("no column {column:?} above {row:?}"))?;
        expect::equal(&column, value.as_str(), page.rows[at][place].as_str())?;
    }
    Ok(())
}

/// A note of something that a record shows beside its label.
#[given(expr = "{string} on the page of {user} is noted as {string}")]
async fn notes(world: &mut World, label: String, user: UserName, name: String) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    let found = page.details.iter().find(|(known, _)| *known == label).map(|(_, value)| value.clone());
    let found = found.or_fail(|| format!("no {label:?} on {:?}: {:?}", page.title, page.details))?;
    world.notes.insert(name, found);
    Ok(())
}

#[then(expr = "the page shows {user}")]
async fn shows(world: &mut World, user: UserName, step: &Step) -> Outcome {
    let mut expected = pairs(step)?;
    for (_, value) in &mut expected {
        *value = world.expand(value)?;
    }
    let page = world.browser(&user.0)?.page()?;
    for (label, value) in expected {
        let found = page.details.iter().find(|(known, _)| *known == label).map(|(_, value)| value.as_str());
        let found = found.or_fail(|| format!("no {label:?} on {:?}: {:?}", page.title, page.details))?;
        expect::equal(&label, value.as_str(), found)?;
    }
    Ok(())
}

/// The app whose page is open, made in Setup, by the name that the scenario gives it.
#[when(expr = "{app} is the app on the page of {user}")]
#[given(expr = "{app} is the app on the page of {user}")]
async fn is_on_page(world: &mut World, app: AppName, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    let id = page.details.iter().find(|(label, _)| label == "App id").map(|(_, id)| id.clone());
    let id = id.or_fail(|| format!("{:?} is no page of an app: {}", page.title, page.text))?;
    let made: App = serde_json::from_value(world.control()?.get(&format!("/apps/{id}")).await?)?;
    world.remove_later(format!("/apps/{id}"));
    world.apps.insert(app.0, made);
    Ok(())
}

#[then(expr = "the current entry of the menu is {string} for {user}")]
async fn current_entry(world: &mut World, label: String, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.current.contains(&label), || format!("current is {:?}", page.current))
}

fn with_button<'p>(page: &'p Page, label: &str) -> Outcome<(&'p Form, &'p Button)> {
    page.form_with(|_, button| is_called(&button.label, label)).or_fail(|| format!("page {:?} has no button {label:?}", page.title))
}

/// A label may go on with words for screen readers: whose row it is in.
fn is_called(label: &str, wanted: &str) -> bool {
    label == wanted || label.starts_with(&format!("{wanted} "))
}

fn address(page: &Page, link: &Link) -> Outcome<String> {
    Ok(page.url.join(&link.href)?.to_string())
}
