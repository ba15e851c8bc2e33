//! Assertions: what apps and identity providers sign, and whom an org trusts to.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use cucumber::gherkin::Step;
use cucumber::{given, when};
use serde_json::{Value, json};

use super::parameter::{AppName, UserName};
use super::{doc_string, pairs};
use crate::client::signer::{Signer, sha256};
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{ORG, World};

const ISSUER: &str = "https://idp.example/acme";

#[given(expr = "{app} has a certificate")]
async fn has_certificate(world: &mut World, app: AppName) -> Outcome {
    change_app(world, &app.0, json!({ "certificate": Signer::App.certificate() })).await
}

#[given(expr = "{app} issues asset tokens for {string}")]
async fn issues_asset_tokens(world: &mut World, app: AppName, audience: String) -> Outcome {
    change_app(world, &app.0, json!({ "asset_tokens": { "audiences": [audience] } })).await
}

#[given("the org trusts an identity provider")]
async fn trusts_provider(world: &mut World) -> Outcome {
    trust(world, json!({})).await
}

#[given("the org trusts an identity provider with")]
async fn trusts_provider_with(world: &mut World, step: &Step) -> Outcome {
    let setting = |(label, value): (String, String)| match label.as_str() {
        "Entity ID" => Ok(("entity_id", value)),
        "SAML Identity Type" => Ok(("identity_type", value)),
        "SAML Identity Location" => Ok(("identity_attribute", value)),
        _ => Err(Failure::new(format!("no sign-on setting {label:?} in the vocabulary"))),
    };
    let settings: BTreeMap<_, _> = pairs(step)?.into_iter().map(setting).collect::<Outcome<_>>()?;
    trust(world, json!(settings)).await
}

#[given(expr = "{user} has the federation id {string}")]
async fn has_federation_id(world: &mut World, user: UserName, id: String) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    world.control()?.patch(&format!("/orgs/{}/users/{}", org.name, member.user.name), &json!({ "federation_id": id })).await.map(drop)
}

/// The document lacks what every handler here has: the apps it serves and the identity provider's certificate.
#[given(expr = "the org exchanges tokens of {app} by the handler {string} with")]
async fn has_handler(world: &mut World, app: AppName, name: String, step: &Step) -> Outcome {
    let mut handler: Value = serde_json::from_str(&world.expand(&doc_string(step)?)?)?;
    handler["name"] = json!(name);
    handler["apps"] = json!([{ "app": world.app(&app.0)?.name }]);
    if handler.get("certificate").is_none() {
        handler["certificate"] = json!(Signer::IdentityProvider.certificate());
    }
    let org = world.org(ORG).await?;
    let path = format!("/orgs/{}", org.name);
    let mut handlers = world.control()?.get(&path).await?["token_exchange_handlers"].as_array().cloned().unwrap_or_default();
    handlers.push(handler);
    world.control()?.patch(&path, &json!({ "token_exchange_handlers": handlers })).await.map(drop)
}

#[given(expr = "{app} has signed a SAML assertion for {user}")]
async fn app_signed(world: &mut World, app: AppName, user: UserName) -> Outcome {
    app_assertion(world, &app.0, &user.0, Vec::new()).await
}

#[given(expr = "{app} has signed a SAML assertion for {user} with")]
async fn app_signed_with(world: &mut World, app: AppName, user: UserName, step: &Step) -> Outcome {
    app_assertion(world, &app.0, &user.0, pairs(step)?).await
}

#[given(expr = "the identity provider has signed a SAML response for {user}")]
async fn provider_signed(world: &mut World, user: UserName) -> Outcome {
    provider_response(world, &user.0, Vec::new()).await
}

#[given(expr = "the identity provider has signed a SAML response for {user} with")]
async fn provider_signed_with(world: &mut World, user: UserName, step: &Step) -> Outcome {
    provider_response(world, &user.0, pairs(step)?).await
}

/// Times are seconds by the virtual clock: `{now}` plus a number.
#[given("the identity provider has signed a JWT with")]
async fn provider_jwt(world: &mut World, step: &Step) -> Outcome {
    jwt(world, Signer::IdentityProvider, &plain_header(), step).await
}

/// The header is JSON in single quotes; the signature is RS256's, whatever it says.
#[given(expr = "the identity provider has signed a JWT under the header {string} with")]
async fn provider_jwt_under(world: &mut World, header: String, step: &Step) -> Outcome {
    let header = serde_json::from_str(&header.replace('\'', "\""))?;
    jwt(world, Signer::IdentityProvider, &header, step).await
}

#[given("somebody else has signed a JWT with")]
#[given("the app's developer has signed a JWT with")]
async fn foreign_jwt(world: &mut World, step: &Step) -> Outcome {
    jwt(world, Signer::App, &plain_header(), step).await
}

#[when(expr = "{app} presents its SAML assertion")]
async fn presents_bearer(world: &mut World, app: AppName) -> Outcome {
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer"), ("assertion", "{note:assertion}")];
    super::token::ask(world, &app.0, &form.map(owned)).await
}

#[when("the SAML response is presented")]
async fn presents_response(world: &mut World) -> Outcome {
    let form = [
        ("grant_type", "assertion"),
        ("assertion_type", "urn:oasis:names:tc:SAML:2.0:profiles:SSO:browser"),
        ("assertion", "{note:assertion}"),
        ("so", "{org id}"),
    ];
    super::token::ask(world, "nobody's app", &form.map(owned)).await
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

async fn change_app(world: &World, app: &str, change: Value) -> Outcome {
    world.control()?.patch(&format!("/apps/{}", world.app(app)?.name), &change).await.map(drop)
}

async fn trust(world: &mut World, settings: Value) -> Outcome {
    let mut setting = json!({ "name": "Provider", "issuer": ISSUER, "certificate": Signer::IdentityProvider.certificate() });
    for (member, value) in settings.as_object().into_iter().flatten() {
        setting[member] = value.clone();
    }
    let org = world.org(ORG).await?;
    world.control()?.patch(&format!("/orgs/{}", org.name), &json!({ "single_sign_on": [setting] })).await.map(drop)
}

async fn app_assertion(world: &mut World, app: &str, user: &str, changes: Vec<(String, String)>) -> Outcome {
    let login = world.target()?.addresses.login_url.clone();
    let mut terms = Terms::new(world, user).await?;
    terms.set("Issuer", world.app(app)?.consumer_key);
    terms.set("Audience", "https://login.salesforce.com".to_owned());
    terms.set("Recipient", format!("{login}/services/oauth2/token"));
    terms.set("Signed By", "app".to_owned());
    terms.change(world, changes)?;
    let assertion = terms.wrapped(terms.signed("_bearer")?)?;
    world.notes.insert("assertion".to_owned(), BASE64_URL_SAFE.encode(terms.document(&assertion)));
    Ok(())
}

async fn provider_response(world: &mut World, user: &str, changes: Vec<(String, String)>) -> Outcome {
    let org = world.org(ORG).await?;
    let mut terms = Terms::new(world, user).await?;
    terms.set("Audience", org.instance_url.clone());
    terms.set("Recipient", format!("{}?so={}", org.instance_url, org.id));
    terms.change(world, changes)?;
    let assertion = terms.wrapped(terms.signed("_sign_on")?)?;
    let response = format!(
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_response\" Version=\"2.0\"><samlp:Status><samlp:StatusCode \
         Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>{assertion}</samlp:Response>"
    );
    world.notes.insert("assertion".to_owned(), BASE64_STANDARD.encode(terms.document(&response)));
    Ok(())
}

fn plain_header() -> Value {
    json!({ "alg": "RS256", "typ": "JWT" })
}

async fn jwt(world: &mut World, signer: Signer, header: &Value, step: &Step) -> Outcome {
    let now = now(world).await?.as_second();
    let mut claims = json!({});
    for (name, value) in pairs(step)? {
        let value = world.expand(&value)?;
        claims[name] = match value.strip_prefix("{now}") {
            Some(later) => json!(now + later.trim().parse::<i64>().unwrap_or(0)),
            None => serde_json::from_str(&value).unwrap_or(json!(value)),
        };
    }
    let token = signer.jwt(header, &claims)?;
    world.notes.insert("jwt".to_owned(), token);
    Ok(())
}

async fn now(world: &World) -> Outcome<jiff::Timestamp> {
    let clock = world.control()?.get("/clock").await?;
    clock["now"].as_str().and_then(|now| now.parse().ok()).or_fail(|| "the control API shows no clock")
}

/// What an assertion says, by the labels of a feature.
struct Terms(BTreeMap<String, String>);

impl Terms {
    /// An assertion for five minutes from now.
    async fn new(world: &mut World, user: &str) -> Outcome<Self> {
        let now = now(world).await?;
        let minutes = |count: i64| (now + jiff::SignedDuration::from_mins(count)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let username = world.member(user).await?.user.username;
        let mut terms = Self(BTreeMap::new());
        for (name, value) in [
            ("Issuer", ISSUER.to_owned()),
            ("Subject", username),
            ("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer".to_owned()),
            ("Issue Instant", minutes(0)),
            ("Not Before", minutes(-1)),
            ("Not On Or After", minutes(5)),
            ("Signed By", "identity provider".to_owned()),
        ] {
            terms.set(name, value);
        }
        Ok(terms)
    }

    fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    fn change(&mut self, world: &World, changes: Vec<(String, String)>) -> Outcome {
        for (name, value) in changes {
            self.set(&name, world.expand(&value)?);
        }
        Ok(())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The assertion as it is signed: written in its canonical form, so that no canonicalization is needed to hash it.
    fn signed(&self, kind: &str) -> Outcome<String> {
        let id = format!("{kind}{}", sha256(&format!("{:?}", self.0)).replace(['+', '/', '='], "_"));
        let (issuer, rest) = (format!("<saml:Issuer>{}</saml:Issuer>", self.get("Issuer")), self.statements());
        let start = format!(
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" IssueInstant=\"{}\" Version=\"2.0\">",
            self.get("Issue Instant")
        );
        let end = "</saml:Assertion>";
        let info = format!(
            "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:CanonicalizationMethod \
             Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod><ds:SignatureMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod><ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform \
             Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform \
             Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms><ds:DigestMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
            sha256(&format!("{start}{issuer}{rest}{end}"))
        );
        let signer = match self.get("Signed By") {
            "app" => Signer::App,
            "identity provider" => Signer::IdentityProvider,
            "nobody" => return Ok(format!("{start}{issuer}{rest}{end}")),
            other => return Err(Failure::new(format!("nobody is called {other:?}"))),
        };
        let signature = format!(
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{info}<ds:SignatureValue>{}</ds:SignatureValue></ds:Signature>",
            signer.sign(&info)?
        );
        // What is changed on the way was not signed.
        let rest = match self.get("Changed To") {
            "" => rest,
            other => rest.replace(&format!(">{}<", self.get("Subject")), &format!(">{other}<")),
        };
        Ok(format!("{start}{issuer}{signature}{rest}{end}"))
    }

    /// The signed assertion beside, below or above another of an attacker's making, which names `Wrapped For` as its subject and keeps
    /// everything else. `Wrapped` says how.
    fn wrapped(&self, signed: String) -> Outcome<String> {
        let how = self.get("Wrapped");
        if how.is_empty() {
            return Ok(signed);
        }
        let (signature_start, signature_end) = ("<ds:Signature ", "</ds:Signature>");
        let cut = signed.find(signature_start).zip(signed.find(signature_end).map(|end| end + signature_end.len()));
        let (start, end) = cut.or_fail(|| "only what is signed can be wrapped")?;
        let (signature, bare) = (&signed[start..end], [&signed[..start], &signed[end..]].concat());
        let subject = |text: &str| text.replace(&format!(">{}<", self.get("Subject")), &format!(">{}<", self.get("Wrapped For")));
        let id = signed.split("ID=\"").nth(1).and_then(|rest| rest.split('"').next()).or_fail(|| "the assertion has no id")?;
        let evil = subject(&bare);
        let renamed = evil.replace(id, "_evil");
        let (issuer, close) = ("</saml:Issuer>", "</saml:Assertion>");
        Ok(match how {
            "in front of it" => format!("{renamed}{signed}"),
            "behind it" => format!("{signed}{renamed}"),
            "around it" => renamed.replace(close, &format!("{signed}{close}")),
            "around it, with its signature" => renamed.replace(issuer, &format!("{issuer}{signature}")).replace(close, &format!("{bare}{close}")),
            "around it, with its signature and its id" => {
                evil.replace(issuer, &format!("{issuer}{signature}")).replace(close, &format!("{bare}{close}"))
            }
            "with it in an object of the signature" => {
                let holding = signature.replace(signature_end, &format!("<ds:Object>{bare}</ds:Object>{signature_end}"));
                renamed.replace(issuer, &format!("{issuer}{holding}"))
            }
            "with a comment in the subject" => {
                signed.replace(&format!(">{}<", self.get("Subject")), &format!(">{}<!---->x<", self.get("Wrapped For")))
            }
            other => return Err(Failure::new(format!("nobody wraps like {other:?}"))),
        })
    }

    /// The document as it travels: `Document Type` is put in front.
    fn document(&self, root: &str) -> String {
        [self.get("Document Type"), root].concat()
    }

    fn statements(&self) -> String {
        let attribute = match self.get("Attribute").split_once('=') {
            Some((name, value)) => format!(
                "<saml:AttributeStatement><saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>\
                 </saml:AttributeStatement>"
            ),
            None => String::new(),
        };
        format!(
            "<saml:Subject><saml:NameID>{}</saml:NameID><saml:SubjectConfirmation Method=\"{}\"><saml:SubjectConfirmationData NotOnOrAfter=\"{}\" \
             Recipient=\"{}\"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{}\" \
             NotOnOrAfter=\"{}\"><saml:AudienceRestriction><saml:Audience>{}</saml:Audience></saml:AudienceRestriction></saml:Conditions>{attribute}",
            self.get("Subject"),
            self.get("Method"),
            self.get("Not On Or After"),
            self.get("Recipient"),
            self.get("Not Before"),
            self.get("Not On Or After"),
            self.get("Audience"),
        )
    }
}
