//! Requests and answers as they go over the wire, for scenarios that are about the wire.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;

use super::doc_string;
use super::parameter::{AppName, Ordinal, UserName};
use crate::client::Request;
use crate::expect::{self, Expected};
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::World;

/// Paths of the control API, which is asked with the control token.
const CONTROL: &str = "/_mock/";

/// On any org.
#[given("somebody has sent")]
#[when("somebody sends")]
async fn somebody_sends(world: &mut World, step: &Step) -> Outcome {
    let text = world.expand(&doc_string(step)?)?;
    let request = read(world, &text, &anonymous_base(world, &text)?)?;
    send(world, request).await
}

/// On any org.
#[given(expr = "{user} sends")]
#[when(expr = "{user} sends")]
async fn user_sends(world: &mut World, user: UserName, step: &Step) -> Outcome {
    let session = world.session(&user.0).await?;
    let text = world.expand(&doc_string(step)?)?;
    let request = read(world, &text, &session.instance_url)?;
    let request = if request.has_header("Authorization") { request } else { request.bearer(&session.access_token) };
    send(world, request).await
}

/// On any org.
/// The part between `<` and `>` stands so many times, with commas between; `#` in it counts from 1.
#[when(expr = "{user} sends {int} times the part in angle brackets")]
async fn user_sends_many(world: &mut World, user: UserName, count: usize, step: &Step) -> Outcome {
    let session = world.session(&user.0).await?;
    let text = world.expand(&doc_string(step)?)?;
    let parts = text.split_once('<').and_then(|(before, rest)| rest.rsplit_once('>').map(|(part, after)| (before, part, after)));
    let (before, part, after) = parts.or_fail(|| "no part stands in angle brackets")?;
    let many: Vec<String> = (1..=count).map(|number| part.replace('#', &number.to_string())).collect();
    let request = read(world, &format!("{before}{}{after}", many.join(", ")), &session.instance_url)?.bearer(&session.access_token);
    send(world, request).await
}

#[given(expr = "{app} sends with its token")]
#[given(expr = "{app} has sent with its token")]
#[when(expr = "{app} sends with its token")]
async fn app_sends(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let (instance, token) = (world.token(&app.0, "instance_url")?, world.token(&app.0, "access_token")?);
    let text = world.expand(&doc_string(step)?)?;
    let request = read(world, &text, &instance)?.bearer(&token);
    send(world, request).await
}

#[when("the test author sends")]
async fn author_sends(world: &mut World, step: &Step) -> Outcome {
    let text = world.expand(&doc_string(step)?)?;
    let base = world.target()?.addresses.control_url.trim_end_matches("/_mock/v1").to_owned();
    let request = read(world, &text, &base)?;
    send(world, request).await
}

/// On any org.
#[then("the answer on the wire is")]
async fn answer_is(world: &mut World, step: &Step) -> Outcome {
    let text = world.expand(&doc_string(step)?)?;
    Expected::read(&text)?.check(world.answer()?)
}

/// On any org.
#[then(expr = "the {ordinal} answer on the wire is")]
async fn nth_answer_is(world: &mut World, which: Ordinal, step: &Step) -> Outcome {
    let text = world.expand(&doc_string(step)?)?;
    let answer = world.answers.get(which.0).or_fail(|| "there were fewer answers")?;
    Expected::read(&text)?.check(answer)
}

/// On any org.
#[then("the body begins with")]
async fn body_begins(world: &mut World, step: &Step) -> Outcome {
    let (expected, seen) = (world.expand(&doc_string(step)?)?, world.answer()?.text());
    expect::that(seen.starts_with(&expected), || format!("expected a body that begins with {expected:?}, got {seen:?}"))
}

/// On any org.
#[then(expr = "the answer has the status {int}")]
async fn has_status(world: &mut World, status: u16) -> Outcome {
    let answer = world.answer()?;
    expect::that(answer.status == status, || format!("expected {status}, got {}", answer.summary()))
}

/// On any org.
#[then("the answer is a refusal of the client, not a failure of the server")]
async fn is_4xx(world: &mut World) -> Outcome {
    let answer = world.answer()?;
    expect::that((400..500).contains(&answer.status), || format!("expected a 4xx, got {}", answer.summary()))
}

/// On any org.
#[then(expr = "the location of the answer has no line break and mentions {string}")]
async fn location_is_one_line(world: &mut World, words: String) -> Outcome {
    let words = world.expand(&words)?;
    let location = world.answer()?.header("location").or_fail(|| "the answer leads nowhere")?;
    expect::that(!location.contains(['\r', '\n']) && location.contains(&words), || format!("the answer leads to {location:?}"))
}

/// On any org.
#[given(expr = "the answer mentions {string}")]
#[then(expr = "the answer mentions {string}")]
async fn mentions(world: &mut World, words: String) -> Outcome {
    let (words, text) = (world.expand(&words)?, world.answer()?.text());
    expect::that(text.contains(&words), || format!("{words:?} is not in the answer"))
}

/// On any org.
#[then(expr = "the answer does not mention {string}")]
async fn does_not_mention(world: &mut World, words: String) -> Outcome {
    let (words, text) = (world.expand(&words)?, world.answer()?.text());
    expect::that(!text.contains(&words), || format!("{words:?} is in the answer"))
}

/// On any org.
#[given(expr = "the header {string} of the answer is noted as {string}")]
async fn note_header(world: &mut World, header: String, name: String) -> Outcome {
    let value = world.answer()?.header(&header).or_fail(|| format!("the answer has no header {header}"))?.to_owned();
    world.notes.insert(name, value);
    Ok(())
}

/// On any org.
#[given(expr = "the parameter {string} of the redirect is noted as {string}")]
#[when(expr = "the parameter {string} of the redirect is noted as {string}")]
async fn note_parameter(world: &mut World, parameter: String, name: String) -> Outcome {
    let location = world.answer()?.header("Location").or_fail(|| "the answer leads nowhere")?;
    let url = url::Url::parse(location).map_err(|error| Failure::new(format!("{location:?} is no address: {error}")))?;
    let value = url.query_pairs().find(|(known, _)| *known == parameter).map(|(_, value)| value.into_owned());
    let value = value.or_fail(|| format!("the redirect has no parameter {parameter}: {location}"))?;
    world.notes.insert(name, value);
    Ok(())
}

/// On any org.
#[given(expr = "{string} of the answer is noted as {string}")]
#[when(expr = "{string} of the answer is noted as {string}")]
async fn note(world: &mut World, pointer: String, name: String) -> Outcome {
    let answer = world.answer()?;
    let missing = || format!("the answer has nothing at {pointer}");
    let text = if answer.text().starts_with('<') {
        element(&answer.text(), pointer.rsplit('/').next().unwrap_or_default()).or_fail(missing)?
    } else {
        let json = answer.json()?;
        let value = json.pointer(&pointer).or_fail(missing)?;
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    world.notes.insert(name, text);
    Ok(())
}

/// The text of the first element of that name.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0.to_owned())
}

/// Reads a request: `METHOD path`, header lines, empty line, body.
fn read(world: &World, text: &str, base: &str) -> Outcome<Request> {
    let (head, body) = text.split_once("\n\n").map_or((text, None), |(head, body)| (head, Some(body)));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let (method, target) = first.split_once(' ').or_fail(|| format!("a request begins with `METHOD path`, not {first:?}"))?;
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| Failure::new(format!("no method {method:?}")))?;
    let url = if target.starts_with("http") { target.to_owned() } else { format!("{base}{target}") };
    let mut request = Request::new(method, url);
    for line in lines {
        let (name, value) = line.split_once(':').or_fail(|| format!("not a header: {line:?}"))?;
        request = request.header(name.trim(), value.trim());
    }
    if let (Some(token), true) = (&world.target()?.addresses.control_token, target.contains(CONTROL) && !request.has_header("Authorization")) {
        request = request.bearer(token);
    }
    Ok(match body {
        Some(body) => request.body(body),
        None => request,
    })
}

/// Where a request goes that nobody is named for. The login host of a real org serves no data.
fn anonymous_base(world: &World, text: &str) -> Outcome<String> {
    let is_data = text.split_whitespace().nth(1).is_some_and(|path| path.starts_with("/services/data"));
    Ok(match world.real().filter(|_| is_data) {
        Some(org) => org.session.instance_url.clone(),
        None => world.target()?.addresses.login_url.clone(),
    })
}

async fn send(world: &mut World, request: Request) -> Outcome {
    let http = match &world.other_http {
        Some(http) => http.clone(),
        None => world.http()?,
    };
    let (method, request) = (request.method.clone(), world.fitting(request));
    let answer = http.send(request).await?;
    world.note_made(&method, &answer);
    world.answered(answer);
    Ok(())
}
