//! The SOAP headers a client may send, read once. Blocks that change nothing here (`ClientId`, `MruHeader` of old,
//! `PackageVersionHeader`, `LocaleOptions`, `DebuggingHeader`) are accepted and left alone.

use super::envelope::Message;
use super::fault::Fault;

/// Records of a query page when the client does not say. Source: SOAP API guide, QueryOptions.
const BATCH: usize = 500;

/// What the headers of one message ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    pub session_id: Option<String>,
    /// `CallOptions.client`
    pub client: Option<String>,
    /// `LoginScopeHeader.organizationId`
    pub organization_id: Option<String>,
    /// Rows of a query page: 200 to 2,000.
    pub batch: usize,
    pub all_or_none: bool,
    /// Texts that are too long are cut instead of refused.
    pub allow_truncation: bool,
    pub assignment: Assignment,
    /// `DuplicateRuleHeader.allowSave`
    pub allow_duplicates: bool,
    /// `MruHeader.updateMru`
    pub update_mru: bool,
}

/// Which assignment rule a created or changed case or lead meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignment {
    /// No header: none, as long as SOAP's default holds.
    None,
    /// The active rule.
    Default,
    Rule(String),
}

impl Headers {
    /// # Errors
    /// A batch size or a rule that cannot be.
    pub fn read(message: &Message) -> Result<Self, Fault> {
        let text = |block: &str, member: &str| {
            let found = message.header(block).and_then(|block| block.text_of(member)).map(str::trim);
            found.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let says = |block: &str, member: &str| message.header(block).is_some_and(|block| block.is_true(member));
        Ok(Self {
            session_id: text("SessionHeader", "sessionId"),
            client: text("CallOptions", "client"),
            organization_id: text("LoginScopeHeader", "organizationId"),
            batch: batch(text("QueryOptions", "batchSize").as_deref())?,
            all_or_none: says("AllOrNoneHeader", "allOrNone"),
            allow_truncation: says("AllowFieldTruncationHeader", "allowFieldTruncation"),
            assignment: match text("AssignmentRuleHeader", "assignmentRuleId") {
                Some(rule) => Assignment::Rule(rule),
                None if says("AssignmentRuleHeader", "useDefaultRule") => Assignment::Default,
                None => Assignment::None,
            },
            allow_duplicates: says("DuplicateRuleHeader", "allowSave"),
            update_mru: says("MruHeader", "updateMru"),
        })
    }
}

/// Sizes beyond the bounds are brought within them, as REST does; what is no number cannot be read.
fn batch(given: Option<&str>) -> Result<usize, Fault> {
    let Some(given) = given else { return Ok(BATCH) };
    let size: i64 = given.parse().map_err(|_| Fault::client(format!("'{given}' is not a valid value for the type xsd:int")))?;
    Ok(usize::try_from(size).unwrap_or(0).clamp(200, 2_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(blocks: &str) -> Result<Headers, Fault> {
        let body = format!(
            r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>{blocks}</e:Header><e:Body><query/></e:Body></e:Envelope>"#
        );
        Headers::read(&Message::read(body.as_bytes(), None).unwrap())
    }

    #[test]
    fn blocks_are_read_wherever_they_stand() {
        let read = headers(
            "<QueryOptions><batchSize>1000</batchSize></QueryOptions><SessionHeader><sessionId> 00D!x </sessionId></SessionHeader>\
             <AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader><AssignmentRuleHeader><useDefaultRule>1</useDefaultRule></AssignmentRuleHeader>",
        )
        .unwrap();
        assert_eq!((read.batch, read.session_id.as_deref(), read.all_or_none, read.assignment), (1000, Some("00D!x"), true, Assignment::Default));
    }

    #[test]
    fn the_batch_size_is_kept_within_its_bounds() {
        let size = |text: &str| headers(&format!("<QueryOptions><batchSize>{text}</batchSize></QueryOptions>")).map(|read| read.batch);
        assert_eq!((size("1"), size("5000"), size("-5"), size("")), (Ok(200), Ok(2000), Ok(200), Ok(500)));
        assert!(size("many").is_err());
    }
}
