//! What attackers try on people with a browser: hostile text in addresses, borrowed cookies and forms, endless guessing.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::parameter::{AppName, UserName};
use super::{rows, token};
use crate::client::browser::Landing;
use crate::client::{Browser, Request};
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::World;

/// Stands in an address where hostile text goes.
const PLACE: &str = "EVIL";

/// Text that would leave an element's content, a quoted or a bare attribute, a script, a header line or the page's own address.
const TEXTS: [&str; 7] = [
    "\"'><svg onload=evil()><script>evil()</script>",
    "x\" onfocus=\"evil()\" autofocus=\"",
    "' onmouseover='evil()",
    "javascript:evil()//",
    "data:text/html,<script>evil()</script>",
    "</title></textarea></style><img src=x onerror=evil()>",
    "x\r\nSet-Cookie: evil=1\r\n\r\n<script>evil()</script>",
];

/// Addresses of other sites, as browsers understand or misunderstand them. `{login}` is the server's own.
const ADDRESSES: [&str; 14] = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "\r\n//evil.example/",
    " //evil.example/",
    "https:evil.example",
    "https:/\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "{login}.evil.example/",
    "{login}@evil.example/",
];

#[then(expr = "hostile text in the place of EVIL is mere text to {user} at")]
async fn is_mere_text(world: &mut World, user: UserName, step: &Step) -> Outcome {
    for address in addresses(world, step, &TEXTS)? {
        visit(world, &user.0, &address).await?;
        let browser = world.browser(&user.0)?;
        expect::that(browser.cookie(|name| name == "evil").is_none(), || format!("{address} set a cookie"))?;
        if let Landing::Page(page) = browser.landing()? {
            expect::that(page.active.is_empty(), || format!("{address} would run {:?}", page.active))?;
        }
    }
    Ok(())
}

#[then(expr = "another site in the place of EVIL is never reached by {user} at")]
async fn is_never_reached(world: &mut World, user: UserName, step: &Step) -> Outcome {
    for address in addresses(world, step, &ADDRESSES)? {
        // A browser that is logged in is sent straight on; one that is not goes through the login's form.
        for logged_in in [true, false] {
            if !logged_in {
                world.browsers.remove(&user.0);
            }
            visit(world, &user.0, &address).await?;
            stays(world, &user.0, &address)?;
        }
    }
    Ok(())
}

/// The table's addresses on the user's org, each with each of the texts.
fn addresses(world: &World, step: &Step, texts: &[&str]) -> Outcome<Vec<String>> {
    let mut all = Vec::new();
    for path in rows(step)?.iter().flatten() {
        let path = world.expand(path)?;
        path.contains(PLACE).then_some(()).or_fail(|| format!("{path} has no place for hostile text"))?;
        for text in texts {
            let text = form_urlencoded::byte_serialize(world.expand(text)?.as_bytes()).collect::<String>();
            all.push(path.replace(PLACE, &text));
        }
    }
    Ok(all)
}

async fn visit(world: &mut World, user: &str, address: &str) -> Outcome {
    if address.starts_with("http") {
        return world.browser(user)?.open(address).await.map(drop);
    }
    super::page::open_path(world, user, address).await
}

/// Every address of the way belongs to the server.
fn stays(world: &mut World, user: &str, address: &str) -> Outcome {
    let own: Vec<String> = [&world.target()?.addresses.login_url, &world.target()?.addresses.test_url]
        .into_iter()
        .map(String::as_str)
        .chain(world.orgs.values().map(|org| org.instance_url.as_str()))
        .filter_map(|url| Some(Url::parse(url).ok()?.origin().ascii_serialization()))
        .collect();
    let browser = world.browser(user)?;
    let foreign = browser.trail.iter().find(|url| !own.contains(&url.origin().ascii_serialization()));
    expect::equal("an address elsewhere", None, foreign.map(Url::as_str)).map_err(|_| Failure::new(format!("{address} led to {foreign:?}")))?;
    browser.page().map(drop).map_err(|failure| Failure::new(format!("{address} ended nowhere: {failure}")))
}

#[given(expr = "the cookie {string} of {user} is planted as {string}")]
async fn plants(world: &mut World, name: String, user: UserName, value: String) -> Outcome {
    let (name, value, login) = (world.expand(&name)?, world.expand(&value)?, world.target()?.addresses.login_url.clone());
    world.browser(&user.0)?.plant_cookie(&Url::parse(&login)?, &name, &value)
}

#[given(expr = "the cookie {string} of {user} is noted as {string}")]
#[when(expr = "the cookie {string} of {user} is noted as {string}")]
async fn notes_cookie(world: &mut World, name: String, user: UserName, note: String) -> Outcome {
    let name = world.expand(&name)?;
    let value = cookie(world.browser(&user.0)?, &name)?;
    world.notes.insert(note, value);
    Ok(())
}

#[then(expr = "the cookie {string} of {user} is another than {string}")]
async fn is_another(world: &mut World, name: String, user: UserName, before: String) -> Outcome {
    let (name, before) = (world.expand(&name)?, world.expand(&before)?);
    let now = cookie(world.browser(&user.0)?, &name)?;
    expect::that(now != before, || format!("the cookie {name} stayed as it was"))
}

fn cookie(browser: &Browser, name: &str) -> Outcome<String> {
    browser.cookie(|known| known == name).map(str::to_owned).or_fail(|| format!("the browser has no cookie {name:?}"))
}

#[then(expr = "every cookie that {user} was given is out of reach of scripts and other sites")]
async fn cookies_are_safe(world: &mut World, user: UserName) -> Outcome {
    let browser = world.browser(&user.0)?;
    expect::that(!browser.given.is_empty(), || "no cookie was given")?;
    for line in &browser.given {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        for wanted in ["httponly", "samesite=lax", "path=/"] {
            let has = attributes.split(';').any(|attribute| attribute.trim().eq_ignore_ascii_case(wanted));
            expect::that(has, || format!("the cookie {:?} lacks {wanted}", pair.split('=').next()))?;
        }
        expect::that(!attributes.to_ascii_lowercase().contains("domain="), || "a cookie goes to a whole domain")?;
    }
    Ok(())
}

/// The form as an attacker's own session has it.
#[when(expr = "{user} posts the page's form with the CSRF token of {user}")]
async fn posts_with_foreign_token(world: &mut World, user: UserName, attacker: UserName) -> Outcome {
    let stolen = csrf_field(world.browser(&attacker.0)?)?.1;
    let browser = world.browser(&user.0)?;
    let name = csrf_field(browser)?.0;
    let page = browser.page()?.clone();
    let (form, button) = page.form_with(|form, _| form.method == Method::POST).or_fail(|| "the page has no form that posts")?;
    let mut form = form.clone();
    form.fill(&name, &stolen)?;
    let request = form.submit(button);
    browser.go(request).await.map(drop)
}

/// What somebody could send who knows how another's page is made: its form, from the own session and with a good token of that.
#[when(expr = "{user} sends {string} of the page of {user}")]
async fn sends_form_of(world: &mut World, user: UserName, label: String, owner: UserName) -> Outcome {
    let label = world.expand(&label)?;
    let page = world.browser(&owner.0)?.page()?.clone();
    let found = page.form_with(|_, button| super::page::is_labelled(button, &label));
    let (form, button) = found.or_fail(|| format!("page {:?} has no button {label:?}", page.title))?;
    // Everybody has a form there.
    super::page::open_path(world, &user.0, "/_ui/system/security/ChangePassword").await?;
    let browser = world.browser(&user.0)?;
    let (name, token) = csrf_field(browser)?;
    let mut form = form.clone();
    form.fill(&name, &token)?;
    let request = form.submit(button);
    browser.go(request).await.map(drop)
}

/// Name and value of the field that proves a form to be the server's own.
fn csrf_field(browser: &Browser) -> Outcome<(String, String)> {
    let forms = &browser.page()?.forms;
    let field = forms.iter().flat_map(|form| &form.fields).find(|field| field.name.contains("csrf"));
    field.map(|field| (field.name.clone(), field.value.clone())).or_fail(|| "no form of the page has a CSRF token")
}

#[given(expr = "{app} has guessed its secret {int} times")]
async fn guesses_secret(world: &mut World, app: AppName, times: usize) -> Outcome {
    let key = world.app(&app.0)?.consumer_key;
    for guess in 0..times {
        let secret = format!("guess-{guess}");
        let form = [("grant_type", "authorization_code"), ("client_id", key.as_str()), ("client_secret", &secret), ("code", "aPrxNone==")];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        token::ask(world, &app.0, &form).await?;
        let error = world.answer()?.member("error")?;
        expect::equal("error", "invalid_client", error.as_str())?;
    }
    Ok(())
}

#[given(expr = "{user} has tried {int} device codes that nobody was given")]
async fn guesses_device_codes(world: &mut World, user: UserName, times: usize) -> Outcome {
    let page = world.expand("{note:verification uri}")?;
    for guess in 0..times {
        let browser = world.browser(&user.0)?;
        browser.open(&page).await?;
        browser.press("connect", &[("user_code", &format!("GUESS{guess:03}"))]).await?;
        expect::that(browser.page()?.has("user_code"), || "a guessed code led on")?;
    }
    Ok(())
}

#[when(expr = "{user} logs in at the form")]
async fn logs_in_at_form(world: &mut World, user: UserName) -> Outcome {
    let member = world.member(&user.0).await?.user;
    enter(world, &user.0, &member.username, &member.password.unwrap_or_default()).await
}

#[when(expr = "{user} enters the username and password of {user}")]
async fn enters_credentials_of(world: &mut World, user: UserName, other: UserName) -> Outcome {
    let member = world.member(&other.0).await?.user;
    enter(world, &user.0, &member.username, &member.password.unwrap_or_default()).await
}

#[when(expr = "{user} enters the username {string} and the password {string}")]
async fn enters_credentials(world: &mut World, user: UserName, username: String, password: String) -> Outcome {
    enter(world, &user.0, &username, &password).await
}

async fn enter(world: &mut World, user: &str, username: &str, password: &str) -> Outcome {
    world.browser(user)?.press("Login", &[("username", username), ("pw", password)]).await.map(drop)
}

#[given(expr = "{user} is called {string}")]
async fn is_called(world: &mut World, user: UserName, name: String) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    let path = format!("/orgs/{}/users/{}", org.name, member.user.name);
    world.control()?.patch(&path, &json!({ "last_name": name })).await.map(drop)
}

#[then(expr = "the page of {user} runs nothing")]
async fn runs_nothing(world: &mut World, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::equal("what would run", &[] as &[String], page.active.as_slice())
}

/// Headers of a page that no other site may frame, no cache keeps, no browser takes for something else, and no next site hears of.
const GUARDS: [(&str, &str); 6] = [
    ("content-security-policy", "frame-ancestors 'none'"),
    ("content-security-policy", "default-src 'none'"),
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
];

#[then("these answers can be neither framed nor kept nor sniffed")]
async fn answers_are_guarded(world: &mut World, step: &Step) -> Outcome {
    for path in rows(step)?.iter().flatten() {
        let url = format!("{}{}", world.target()?.addresses.login_url, world.expand(path)?);
        let answer = world.http()?.send(Request::get(url)).await?;
        guarded(path, &answer.headers)?;
    }
    Ok(())
}

#[then(expr = "the page of {user} can be neither framed nor kept nor sniffed")]
async fn page_is_guarded(world: &mut World, user: UserName) -> Outcome {
    let browser = world.browser(&user.0)?;
    let path = browser.page()?.url.path().to_owned();
    guarded(&path, &browser.headers)
}

fn guarded(path: &str, headers: &HeaderMap) -> Outcome {
    for (name, value) in GUARDS {
        let seen = headers.get(name).and_then(|seen| seen.to_str().ok()).unwrap_or_default();
        expect::that(seen.contains(value), || format!("{path}: {name} is {seen:?}, without {value:?}"))?;
    }
    Ok(())
}
