//! `sendEmail`: the message goes to the outbox, nothing leaves the machine.

use super::call::{Call, Reply};
use super::fault::Fault;
use crate::id::RecordId;
use crate::org::{Mail, MailKind, Outbox};
use crate::records::Rows;
use crate::schema::Schema;
use crate::xml::Element;
use crate::xml::markup::Markup;

/// Messages of one call. Source: SOAP API guide.
const MOST_MESSAGES: usize = 10;

/// Why a message is not sent.
struct Unsent {
    code: &'static str,
    message: String,
}

/// `sendEmail(messages)`
pub fn send(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let messages: Vec<&Element> = call.element().all("messages").collect();
    if messages.len() > MOST_MESSAGES {
        return Err(Fault::too_many(MOST_MESSAGES));
    }
    let mut out = Markup::default();
    for message in messages {
        let sent = match addressees(call, &schema, message)? {
            Ok(addressees) => read(call, message, addressees),
            Err(unsent) => Err(unsent),
        };
        if let Ok(mails) = &sent {
            call.caller.org.write(|tx| mails.iter().try_for_each(|mail| tx.send(mail)))?;
        }
        write(&mut out, sent.err().as_ref());
    }
    Ok(Reply::of(out.into_string()))
}

/// Everybody the message goes to: by address, or as the contact, lead or user it names.
fn addressees(call: &Call, schema: &Schema, message: &Element) -> Result<Result<Vec<String>, Unsent>, Fault> {
    let named = ["toAddresses", "ccAddresses", "bccAddresses"].into_iter().flat_map(|list| message.all(list));
    let mut addresses: Vec<String> = named.map(|address| address.text.trim().to_owned()).filter(|address| !address.is_empty()).collect();
    if let Some(target) = message.text_of("targetObjectId").map(str::trim).filter(|id| !id.is_empty()) {
        match email_of(call, schema, target)? {
            Some(address) => addresses.push(address),
            None => return Ok(Err(Unsent { code: "INVALID_ID_FIELD", message: format!("Invalid target object ID: {target}") })),
        }
    }
    Ok(Ok(addresses))
}

fn email_of(call: &Call, schema: &Schema, target: &str) -> Result<Option<String>, Fault> {
    let Ok(id) = RecordId::parse(target) else { return Ok(None) };
    let Some(object) = schema.by_prefix(id.prefix()) else { return Ok(None) };
    let Some(email) = object.field_index("Email") else { return Ok(None) };
    let row = call.caller.org.read(|tx| tx.load(object, id))?;
    Ok(row.and_then(|row| row.get(email).and_then(|value| value.as_text()).map(str::to_owned)))
}

/// The e-mails a message becomes, one for each addressee.
fn read(call: &Call, message: &Element, addressees: Vec<String>) -> Result<Vec<Mail>, Unsent> {
    let text = |name: &str| message.text_of(name).map(str::trim).filter(|text| !text.is_empty());
    let missing = |message: &str| Unsent { code: "REQUIRED_FIELD_MISSING", message: message.to_owned() };
    if addressees.is_empty() {
        return Err(missing("Add a recipient to send an email."));
    }
    if let Some(wrong) = addressees.iter().find(|address| !is_address(address)) {
        return Err(Unsent { code: "INVALID_EMAIL_ADDRESS", message: format!("Invalid email address: {wrong}") });
    }
    let body = text("plainTextBody").or_else(|| text("htmlBody")).ok_or_else(|| missing("Missing body, need at least one of html or plainText"))?;
    let mail = |to: String| Mail {
        at: call.app().now(),
        kind: MailKind::Message,
        user: Some(call.caller.user.id),
        to,
        subject: text("subject").unwrap_or_default().to_owned(),
        body: body.to_owned(),
        code: None,
        link: None,
    };
    Ok(addressees.into_iter().map(mail).collect())
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace))
}

fn write(out: &mut Markup, unsent: Option<&Unsent>) {
    out.within("result", |out| {
        if let Some(Unsent { code, message }) = unsent {
            out.within("errors", |out| {
                out.leaf("message", message);
                out.leaf("statusCode", code);
                out.nil("targetObjectId");
            });
        }
        out.value("success", unsent.is_none());
    });
}
