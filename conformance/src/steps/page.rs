//! Pages as people use them: login, Setup, install links.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;
use serde_json::json;

use super::parameter::{AppName, UserName};
use super::{pairs, rows};
use crate::client::Request;
use crate::client::browser::Landing;
use crate::client::html::{Button, Link};
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{PUBLISHER, World};

/// Pages by the name people call them.
const PAGES: &[(&str, &str)] = &[
    ("Connected Apps OAuth Usage", "/lightning/setup/ConnectedAppsUsage/home"),
    ("External Client Apps OAuth Usage", "/lightning/setup/ExternalClientAppsOAuthUsage/home"),
    ("App Manager", "/lightning/setup/NavigationMenus/home"),
    ("App Menu", "/lightning/setup/AppMenu/home"),
    ("OAuth Custom Scopes", "/lightning/setup/OauthCustomScope/home"),
    ("New Connected App", "/app/mgmt/forceconnectedapps/forceAppEdit.apexp"),
    ("Manage Connected Apps", "/lightning/setup/ConnectedApplication/home"),
    ("External Client App Manager", "/lightning/setup/ManageExternalClientApplication/home"),
    ("New External Client App", "/lightning/setup/ManageExternalClientApplication/new"),
    ("External Client App Settings", "/lightning/setup/ExternalClientAppSettings/home"),
    ("OAuth and OpenID Connect Settings", "/lightning/setup/OauthOidcSettings/home"),
    ("API Access Control", "/lightning/setup/ApiAccessControl/home"),
    ("Session Management", "/lightning/setup/SessionManagement/home"),
    ("Login History", "/lightning/setup/OrgLoginHistory/home"),
    ("View Setup Audit Trail", "/lightning/setup/SecurityEvents/home"),
    ("OAuth Connected Apps", "/lightning/settings/personal/AdvancedUserDetails/home"),
    ("My Domain", "/lightning/setup/OrgDomain/home"),
    ("Users", "/lightning/setup/ManageUsers/home"),
    ("Permission Sets", "/lightning/setup/PermSets/home"),
    ("Profiles", "/lightning/setup/EnhancedProfiles/home"),
    ("Installed Packages", "/lightning/setup/ImportedPackage/home"),
    ("Package Manager", "/lightning/setup/Package/home"),
    ("Dev Hub", "/lightning/setup/DevHub/home"),
    ("Namespace Registry", "/lightning/setup/NamespaceRegistry/home"),
    ("Sandboxes", "/lightning/setup/DataManagementCreateTestInstance/home"),
    ("Home", "/home/home.jsp"),
    ("Logout", "/secur/logout.jsp"),
    ("Login", "/"),
];

/// What the login page says to everybody who may not enter.
const LOGIN_REFUSED: &str = "Please check your username and password.";

#[given(expr = "{user} is logged in")]
#[when(expr = "{user} logs in")]
async fn logs_in(world: &mut World, user: UserName) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    let host = world.login_url(&org)?;
    let password = member.user.password.clone().unwrap_or_default();
    log_in_at(world, &user.0, &host, &member.user.username, &password).await
}

#[when(expr = "{user} logs in with the password {string}")]
async fn logs_in_with(world: &mut World, user: UserName, password: String) -> Outcome {
    log_in_with(world, &user.0, &password).await
}

pub(super) async fn log_in_with(world: &mut World, user: &str, password: &str) -> Outcome {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let host = world.login_url(&org)?;
    log_in_at(world, user, &host, &member.user.username, password).await
}

#[when(expr = "{user} logs in at the test host")]
async fn logs_in_at_test(world: &mut World, user: UserName) -> Outcome {
    let host = world.target()?.addresses.test_url.clone();
    logs_in_at_host(world, &user.0, &host).await
}

#[when(expr = "{user} logs in at the production host")]
async fn logs_in_at_production(world: &mut World, user: UserName) -> Outcome {
    let host = world.target()?.addresses.login_url.clone();
    logs_in_at_host(world, &user.0, &host).await
}

#[given(expr = "{user} opens the page {string}")]
#[when(expr = "{user} opens the page {string}")]
async fn opens(world: &mut World, user: UserName, page: String) -> Outcome {
    let path = PAGES.iter().find(|(name, _)| *name == page).map(|(_, path)| *path).or_fail(|| format!("no page {page:?} in the vocabulary"))?;
    open_path(world, &user.0, path).await
}

#[given(expr = "{user} opens the path {string}")]
#[when(expr = "{user} opens the path {string}")]
async fn opens_path(world: &mut World, user: UserName, path: String) -> Outcome {
    let path = world.expand(&path)?;
    open_path(world, &user.0, &path).await
}

#[given(expr = "{user} opens the install link of {app}")]
#[when(expr = "{user} opens the install link of {app}")]
async fn opens_install_link(world: &mut World, user: UserName, app: AppName) -> Outcome {
    let path = format!("/identity/app/AppInstallApprovalPage.apexp?app_id={}", world.app(&app.0)?.id);
    open_path(world, &user.0, &path).await
}

#[when(expr = "{user} opens the path {string} without logging in")]
async fn opens_bare_path(world: &mut World, user: UserName, path: String) -> Outcome {
    let path = world.expand(&path)?;
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    world.browser(&user.0)?.open(&format!("{}{path}", org.instance_url)).await.map(drop)
}

#[given(expr = "{user} opens the address {string}")]
#[when(expr = "{user} opens the address {string}")]
async fn opens_address(world: &mut World, user: UserName, address: String) -> Outcome {
    let address = world.expand(&address)?;
    world.browser(&user.0)?.open(&address).await.map(drop)
}

#[given(expr = "{user} follows the user count of {app}")]
#[when(expr = "{user} follows the user count of {app}")]
async fn follows_user_count(world: &mut World, user: UserName, app: AppName) -> Outcome {
    let id = world.app(&app.0)?.id;
    follow(world, &user.0, |link| link.href.contains("/users") && link.href.contains(&id)).await
}

#[when(expr = "{user} follows {string} for {app}")]
async fn follows(world: &mut World, user: UserName, label: String, app: AppName) -> Outcome {
    let id = world.app(&app.0)?.id;
    follow(world, &user.0, |link| link.label == label && link.href.contains(&id)).await
}

#[given(expr = "a package {string} with {app}")]
async fn a_package(world: &mut World, package: String, app: AppName) -> Outcome {
    create_package(world, &package, &app.0, json!({})).await
}

#[given(expr = "a package {string} with {app} and the installation key {string}")]
async fn a_package_with_key(world: &mut World, package: String, app: AppName, key: String) -> Outcome {
    create_package(world, &package, &app.0, json!({ "installation_key": key })).await
}

#[given(expr = "a package {string} with {app} that is not promoted")]
async fn a_beta_package(world: &mut World, package: String, app: AppName) -> Outcome {
    create_package(world, &package, &app.0, json!({ "promoted": false })).await
}

#[given(expr = "{user} opens the install link of the package {string}")]
#[when(expr = "{user} opens the install link of the package {string}")]
async fn opens_package_link(world: &mut World, user: UserName, package: String) -> Outcome {
    let version = world.notes.get(&package).cloned().or_fail(|| format!("no package {package:?}"))?;
    open_path(world, &user.0, &format!("/packaging/installPackage.apexp?p0={version}")).await
}

#[when(expr = "{user} installs it")]
async fn installs(world: &mut World, user: UserName) -> Outcome {
    world.browser(&user.0)?.press("install", &[]).await.map(drop)
}

#[when(expr = "{user} installs it with")]
async fn installs_with(world: &mut World, user: UserName, step: &Step) -> Outcome {
    let fields = pairs(step)?;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    world.browser(&user.0)?.press("install", &fields).await.map(drop)
}

#[when(expr = "{user} presses {string} for {app}")]
#[given(expr = "{user} has pressed {string} for {app}")]
async fn presses_for(world: &mut World, user: UserName, label: String, app: AppName) -> Outcome {
    let id = world.app(&app.0)?.id;
    let browser = world.browser(&user.0)?;
    browser.press_where(|form, button| is_labelled(button, &label) && (form.value("app") == Some(&id) || form.value("app_id") == Some(&id))).await?;
    // Setup asks once more before it installs or uninstalls.
    if browser.page().is_ok_and(|page| page.title.starts_with(&label) && page.form_with(|_, button| is_labelled(button, &label)).is_some()) {
        browser.press_where(|_, button| is_labelled(button, &label)).await?;
    }
    Ok(())
}

#[when(expr = "{user} presses {string}")]
async fn presses(world: &mut World, user: UserName, label: String) -> Outcome {
    let label = world.expand(&label)?;
    world.browser(&user.0)?.press_where(|_, button| is_labelled(button, &label)).await.map(drop)
}

/// A table of the fields of Create Org and their values.
#[when(expr = "{user} creates an org in the Environment Hub with")]
async fn creates_org(world: &mut World, user: UserName, step: &Step) -> Outcome {
    open_path(world, &user.0, "/lightning/o/EnvironmentHubMember/list").await?;
    let fields = pairs(step)?.into_iter().map(|(name, value)| Ok((name, world.expand(&value)?))).collect::<Outcome<Vec<_>>>()?;
    if let Some((_, name)) = fields.iter().find(|(name, _)| name == "my_domain") {
        world.remove_later(format!("/orgs/{name}"));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    world.browser(&user.0)?.press("save", &fields).await.map(drop)
}

#[when(expr = "{user} repeats the post of the page without its CSRF token")]
async fn posts_without_csrf(world: &mut World, user: UserName) -> Outcome {
    let browser = world.browser(&user.0)?;
    let page = browser.page()?.clone();
    let (form, button) = page.form_with(|form, _| form.method == Method::POST).or_fail(|| "the page has no form that posts")?;
    let mut form = form.clone();
    form.fields.retain(|field| !field.name.contains("csrf"));
    let request = form.submit(button);
    browser.go(request).await.map(drop)
}

#[given(expr = "{user} copies the cookies of {user}")]
#[when(expr = "{user} copies the cookies of {user}")]
async fn copies_cookies(world: &mut World, thief: UserName, owner: UserName) -> Outcome {
    let owner = world.browser(&owner.0)?.clone();
    world.browser(&thief.0)?.take_cookies_of(&owner);
    Ok(())
}

#[then(expr = "{user} sees the page {string}")]
async fn sees_page(world: &mut World, user: UserName, heading: String) -> Outcome {
    let heading = world.expand(&heading)?;
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.title.contains(&heading), || format!("expected the page {heading:?}, got {:?}: {}", page.title, page.text))
}

#[then(expr = "the page tells {user} {string}")]
async fn tells(world: &mut World, user: UserName, words: String) -> Outcome {
    let words = world.expand(&words)?;
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.text.replace('’', "'").contains(&words), || format!("expected {words:?} on {:?}: {}", page.title, page.text))
}

#[then(expr = "the page does not tell {user} {string}")]
async fn does_not_tell(world: &mut World, user: UserName, words: String) -> Outcome {
    let words = world.expand(&words)?;
    let page = world.browser(&user.0)?.page()?;
    expect::that(!page.text.contains(&words), || format!("did not expect {words:?} on {:?}", page.title))
}

#[then(expr = "{user} is refused the login")]
async fn refused_login(world: &mut World, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.has("Login") && page.text.contains(LOGIN_REFUSED), || {
        format!("expected the login page with its refusal, got {:?}: {}", page.title, page.text)
    })
}

#[then(expr = "{user} is in")]
async fn is_in(world: &mut World, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::that(!page.has("Login") && page.status == 200, || format!("still at {:?}: {}", page.title, page.text))
}

#[then(expr = "{user} sees Insufficient Privileges")]
async fn insufficient(world: &mut World, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.text.contains("Insufficient Privileges"), || format!("expected Insufficient Privileges, got {:?}: {}", page.title, page.text))
}

#[then(expr = "the page lists {app} for {user} with")]
async fn lists(world: &mut World, app: AppName, user: UserName, step: &Step) -> Outcome {
    let name = world.app(&app.0)?.name;
    let expected = pairs(step)?;
    let page = world.browser(&user.0)?.page()?;
    let headings = page.rows.first().or_fail(|| "the page has no table")?;
    let row = page.rows.iter().find(|row| row.first().is_some_and(|cell| cell.contains(&name)));
    let row = row.or_fail(|| format!("no row for {name}: {:?}", page.rows))?;
    for (column, value) in expected {
        let at = headings.iter().position(|heading| *heading == column).or_fail(|| format!("no column {column:?} in {headings:?}"))?;
        let seen = row.get(at).map_or("", String::as_str);
        // A cell may go on with words for screen readers.
        let same = *seen == value || seen.starts_with(&format!("{value} "));
        expect::that(same, || format!("{column}: expected {value:?}, got {seen:?}"))?;
    }
    Ok(())
}

#[then(expr = "the page does not list {app} for {user}")]
async fn does_not_list(world: &mut World, app: AppName, user: UserName) -> Outcome {
    let name = world.app(&app.0)?.name;
    let page = world.browser(&user.0)?.page()?;
    expect::that(!page.text.contains(&name), || format!("{name} is on the page"))
}

#[then(expr = "{user} gets the status {int}")]
async fn gets_status(world: &mut World, user: UserName, status: u16) -> Outcome {
    let seen = match world.browser(&user.0)?.landing()? {
        Landing::Page(page) => page.status,
        Landing::Raw(_, answer) => answer.status,
        Landing::Callback(_) => return Err(Failure::new("the browser is at the callback")),
    };
    expect::equal("status", status, seen)
}

#[then(expr = "the username is filled in with {string} for {user}")]
async fn prefilled(world: &mut World, expected: String, user: UserName) -> Outcome {
    let expected = world.expand(&expected)?;
    let page = world.browser(&user.0)?.page()?;
    let seen = page.forms.iter().find_map(|form| form.value("username")).unwrap_or_default();
    expect::equal("username", expected.as_str(), seen)
}

#[then("each of these pages forbids scripts and framing")]
async fn strict_pages(world: &mut World, step: &Step) -> Outcome {
    let paths: Vec<String> = rows(step)?.iter().flatten().cloned().collect();
    for path in paths {
        let url = format!("{}{}", world.target()?.addresses.login_url, world.expand(&path)?);
        let answer = world.http()?.send(Request::get(url)).await?;
        let policy = answer.header("content-security-policy").unwrap_or_default().to_owned();
        for part in ["default-src 'none'", "frame-ancestors 'none'"] {
            expect::that(policy.contains(part), || format!("{path}: the policy lacks {part}: {policy:?}"))?;
        }
    }
    Ok(())
}

/// A button's label may go on with words for screen readers: whose row it is in.
pub(super) fn is_labelled(button: &Button, label: &str) -> bool {
    button.label == label || button.label.starts_with(&format!("{label} "))
}

async fn follow(world: &mut World, user: &str, wanted: impl Fn(&Link) -> bool) -> Outcome {
    let browser = world.browser(user)?;
    let page = browser.page()?;
    let link = page.links.iter().find(|link| wanted(link));
    let link = link.or_fail(|| format!("no such link among {:?}", page.links))?;
    let address = page.url.join(&link.href)?;
    browser.open(address.as_str()).await.map(drop)
}

async fn logs_in_at_host(world: &mut World, user: &str, host: &str) -> Outcome {
    let member = world.member(user).await?;
    let password = member.user.password.clone().unwrap_or_default();
    log_in_at(world, user, host, &member.user.username, &password).await
}

async fn log_in_at(world: &mut World, user: &str, host: &str, username: &str, password: &str) -> Outcome {
    let browser = world.browser(user)?;
    browser.open(&format!("{host}/")).await?;
    if browser.page().is_ok_and(|page| !page.has("Login")) {
        return Ok(());
    }
    browser.press("Login", &[("username", username), ("pw", password)]).await.map(drop)
}

/// Opens a path on the user's org, logging in first where the server asks for it.
pub(super) async fn open_path(world: &mut World, user: &str, path: &str) -> Outcome {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let password = member.user.password.clone().unwrap_or_default();
    let browser = world.browser(user)?;
    browser.open(&format!("{}{path}", org.instance_url)).await?;
    if !matches!(path, "/" | "/secur/logout.jsp") && browser.page().is_ok_and(|page| page.has("Login")) {
        browser.press("Login", &[("username", &member.user.username), ("pw", &password)]).await?;
    }
    Ok(())
}

async fn create_package(world: &mut World, package: &str, app: &str, settings: serde_json::Value) -> Outcome {
    let owner = world.org(PUBLISHER).await?;
    let mut body = json!({ "name": world.unique(package), "org": owner.name, "promoted": true, "apps": [world.app(app)?.name] });
    for (member, value) in settings.as_object().into_iter().flatten() {
        body[member] = value.clone();
    }
    let created = world.control()?.post("/packages", &body).await?;
    let version = created["version_id"].as_str().or_fail(|| "the package has no version_id")?.to_owned();
    world.remove_later(format!("/packages/{}", body["name"].as_str().unwrap_or_default()));
    world.notes.insert(package.to_owned(), version);
    Ok(())
}
