//! A SOAP 1.1 message: its headers and the one call in its body; and the answer around a result.

use super::endpoint::Endpoint;
use super::fault::{Code, ENVELOPE, Fault};
use crate::xml::markup::Markup;
use crate::xml::{self, Element, SCHEMA_INSTANCE};

/// The envelope of SOAP 1.2, which is refused.
const ENVELOPE_1_2: &str = "http://www.w3.org/2003/05/soap-envelope";

/// What was asked.
#[derive(Debug)]
pub struct Message {
    /// Header blocks by local name.
    pub headers: Vec<Element>,
    /// The element whose name is the call's.
    pub call: Element,
}

impl Message {
    /// Reads a request body. `charset` is what the media type says.
    ///
    /// # Errors
    /// `soapenv:Client` for what is no SOAP message, `soapenv:VersionMismatch` for SOAP 1.2.
    pub fn read(bytes: &[u8], charset: Option<&str>) -> Result<Self, Fault> {
        let mut envelope = xml::parse(&xml::decode(bytes, charset)?)?;
        if envelope.name.namespace == ENVELOPE_1_2 {
            return Err(Fault { code: Code::VersionMismatch, message: "Only SOAP 1.1 is supported".into() });
        }
        if envelope.name.local != "Envelope" || envelope.name.namespace != ENVELOPE {
            let found = format!("{}:{}", envelope.name.namespace, envelope.name.local);
            return Err(Fault::client(format!("Unexpected element. Parser was expecting element '{ENVELOPE}:Envelope' but found '{found}'")));
        }
        let mut part = |local: &str| {
            let at = envelope.children.iter().position(|child| child.name.local == local && child.name.namespace == ENVELOPE)?;
            Some(std::mem::take(&mut envelope.children[at].children))
        };
        let headers = part("Header").unwrap_or_default();
        let body = part("Body").ok_or_else(|| Fault::client(format!("Element '{ENVELOPE}:Body' is missing")))?;
        let call = body.into_iter().next().ok_or_else(|| Fault::client("No operation found in the body of the message"))?;
        Ok(Self { headers, call })
    }

    /// The header block of this local name.
    pub fn header(&self, local: &str) -> Option<&Element> {
        self.headers.iter().find(|block| block.name.local == local)
    }
}

/// An answer: `<callResponse>` with what `write` puts inside. `records` declares the namespace of records; `limit` is what the
/// org used of its API calls and what it may.
pub fn answer(endpoint: Endpoint, call: &str, limit: Option<(u64, u64)>, records: bool, result: &str) -> String {
    let mut out = Markup::with_capacity(result.len() + 600);
    out.raw(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    let mut namespaces = format!(r#"xmlns:soapenv="{ENVELOPE}" xmlns="{}" xmlns:xsi="{SCHEMA_INSTANCE}""#, endpoint.dialect.namespace());
    if records {
        namespaces += &format!(r#" xmlns:sf="{}""#, endpoint.dialect.sobject_namespace());
    }
    out.open_with("soapenv:Envelope", &namespaces);
    if let Some((current, limit)) = limit {
        out.within("soapenv:Header", |out| limit_info(out, current, limit));
    }
    out.within("soapenv:Body", |out| {
        let name = format!("{call}Response");
        if result.is_empty() { out.empty(&name) } else { out.within(&name, |out| out.raw(result)) }
    });
    out.close("soapenv:Envelope");
    out.into_string()
}

fn limit_info(out: &mut Markup, current: u64, limit: u64) {
    out.within("LimitInfoHeader", |out| {
        out.within("limitInfo", |out| {
            out.value("current", current);
            out.value("limit", limit);
            out.leaf("type", "API REQUESTS");
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::soap::endpoint::Dialect;

    fn refusal(body: &str) -> String {
        Message::read(body.as_bytes(), None).unwrap_err().message.into_owned()
    }

    #[test]
    fn headers_and_call_are_found_whatever_the_prefixes() {
        let body = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><SessionHeader xmlns="urn:partner.soap.sforce.com">
            <sessionId>x</sessionId></SessionHeader></s:Header><s:Body><p:query xmlns:p="urn:partner.soap.sforce.com"><p:queryString>q</p:queryString>
            </p:query></s:Body></s:Envelope>"#;
        let message = Message::read(body.as_bytes(), Some("utf-8")).unwrap();
        assert_eq!(message.header("SessionHeader").and_then(|header| header.text_of("sessionId")), Some("x"));
        assert_eq!((message.call.name.local.as_str(), message.call.text_of("queryString")), ("query", Some("q")));
    }

    #[test]
    fn what_is_no_soap_message_is_refused() {
        assert_eq!(refusal("hello"), "Content is not allowed in prolog.");
        assert_eq!(
            refusal("<html/>"),
            "Unexpected element. Parser was expecting element 'http://schemas.xmlsoap.org/soap/envelope/:Envelope' but found ':html'"
        );
        assert_eq!(
            refusal(r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>"#),
            "No operation found in the body of the message"
        );
        assert_eq!(refusal(r#"<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>"#), "Only SOAP 1.1 is supported");
    }

    #[test]
    fn an_answer_declares_what_it_uses() {
        let endpoint = Endpoint { dialect: Dialect::Partner, version: 59 };
        assert_eq!(
            answer(endpoint, "logout", Some((5, 100)), false, ""),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns=\"urn:partner.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Header><LimitInfoHeader><limitInfo>\
             <current>5</current><limit>100</limit><type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header><soapenv:Body><logoutResponse/>\
             </soapenv:Body></soapenv:Envelope>"
        );
    }
}
