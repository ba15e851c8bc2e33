//! What must hold of the server whatever bytes it meets: it answers, in its family's dialect, never with an error of its
//! own. The coverage-guided programs of this folder and the tests that replay their corpus share these functions.

mod wire;

use soql::{sosl, syntax};
use wire::{Answer, Stand, encoded};

/// A function that holds for any input, and pieces that inputs are made of.
pub struct Target {
    pub name: &'static str,
    pub check: fn(&[u8]),
    pub words: &'static [&'static str],
}

pub const ALL: [Target; 5] = [
    Target { name: "soql", check: soql, words: SOQL_WORDS },
    Target { name: "sosl", check: sosl, words: SOSL_WORDS },
    Target { name: "csv", check: csv, words: CSV_WORDS },
    Target { name: "soap", check: soap, words: SOAP_WORDS },
    Target { name: "id", check: id, words: ID_WORDS },
];

/// Longest text asked in an address: beyond 16 KB every path answers 414.
const LONGEST: usize = 4_000;

/// Longest id, which stands twice in an address, each of its characters as up to six.
const LONGEST_ID: usize = 1_000;

/// A query: what parses prints and parses the same; the server answers it or says what is wrong with it.
pub fn soql(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Ok(tree) = syntax::parse(text) {
        let printed = tree.to_string();
        let again = syntax::parse(&printed).unwrap_or_else(|error| panic!("{text:?} is printed as {printed:?}: {}", error.message()));
        assert_eq!(again.to_string(), printed, "printing {text:?} is not stable");
    }
    refused_or_answered(&Stand::get(&format!("/services/data/v67.0/queryAll?q={}", encoded(text))), text);
}

/// A search, as `soql`.
pub fn sosl(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Ok(tree) = sosl::parse(text) {
        let printed = tree.to_string();
        let again = sosl::parse(&printed).unwrap_or_else(|error| panic!("{text:?} is printed as {printed:?}: {}", error.message()));
        assert_eq!(again.to_string(), printed, "printing {text:?} is not stable");
    }
    refused_or_answered(&Stand::get(&format!("/services/data/v67.0/search?q={}", encoded(text))), text);
}

/// A file for Bulk API 2.0: every row is accounted for, and what comes back can be read.
pub fn csv(input: &[u8]) {
    let jobs = "/services/data/v67.0/jobs/ingest";
    let made = Stand::post(jobs, "application/json", br#"{"object":"Account","operation":"insert","lineEnding":"LF"}"#);
    let job = format!("{jobs}/{}", made.json()["id"].as_str().expect("a job"));
    let upload = Stand::put(&format!("{job}/batches"), "text/csv", input);
    assert!(upload.status < 500, "{}: {}", upload.status, upload.text());
    let closed = Stand::patch(&job, br#"{"state":"UploadComplete"}"#);
    assert!(closed.status < 500, "{}: {}", closed.status, closed.text());
    let done = Stand::settled(&job);
    if done["state"] == "JobComplete" {
        let count = |member: &str| done[member].as_u64().expect("a count");
        let lines = |path: &str| Stand::get(&format!("{job}/{path}")).rows();
        let (succeeded, failed) = (lines("successfulResults"), lines("failedResults"));
        assert_eq!(failed as u64, count("numberRecordsFailed"), "{done}");
        assert_eq!((succeeded + failed) as u64, count("numberRecordsProcessed"), "{done}");
    }
    Stand::tidy(&job);
}

/// A SOAP message as it stands, and as the body of a sound one. `SESSION` stands for a session that is alive.
pub fn soap(input: &[u8]) {
    let text = String::from_utf8_lossy(input).replace("SESSION", Stand::token());
    let wrapped = format!(
        r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><e:Header><SessionHeader><sessionId>{}</sessionId></SessionHeader></e:Header><e:Body>{text}</e:Body></e:Envelope>"#,
        Stand::token()
    );
    for message in [input, text.as_bytes(), wrapped.as_bytes()] {
        let answer = Stand::post("/services/Soap/u/64.0", "text/xml; charset=UTF-8", message);
        let body = answer.text();
        match answer.status {
            200 => assert!(body.contains("<soapenv:Body>"), "{body}"),
            500 => assert!(body.contains("<faultcode>") && !body.contains("UNKNOWN_EXCEPTION"), "{body}"),
            status => assert!((400..500).contains(&status), "{status}: {body}"),
        }
    }
}

/// An id in an address, in a list of ids and in a query.
pub fn id(input: &[u8]) {
    let Some(text) = text(input).filter(|text| text.len() <= LONGEST_ID) else { return };
    let id = encoded(text);
    for path in [
        format!("sobjects/Account/{id}"),
        format!("sobjects/Account/{id}/Contacts"),
        format!("composite/sobjects/Account?ids={id},{id}&fields=Id"),
        format!("query/{id}-2000"),
    ] {
        refused_or_answered(&Stand::get(&format!("/services/data/v67.0/{path}")), text);
    }
    let quoted = text.replace('\\', "\\\\").replace('\'', "\\'");
    let query = format!("SELECT Id FROM Contact WHERE AccountId = '{quoted}' OR Id IN ('{quoted}')");
    refused_or_answered(&Stand::get(&format!("/services/data/v67.0/query?q={}", encoded(&query))), text);
}

fn text(input: &[u8]) -> Option<&str> {
    std::str::from_utf8(input).ok().filter(|text| text.len() <= LONGEST)
}

/// JSON, and of an error its code and words.
fn refused_or_answered(answer: &Answer, asked: &str) {
    assert!(answer.status < 500, "{asked:?} answers {}: {}", answer.status, answer.text());
    if answer.status >= 300 && answer.status != 304 && answer.status != 414 {
        let errors = answer.json();
        // Several records may answer to one address: their addresses are listed instead.
        let refused = answer.status == 300 || (errors[0]["errorCode"].is_string() && errors[0]["message"].is_string());
        assert!(refused, "{asked:?} answers {}: {errors}", answer.status);
    }
}

const SOQL_WORDS: &[&str] = &[
    "SELECT ",
    "FIELDS(ALL)",
    "COUNT()",
    "COUNT(Id)",
    "COUNT_DISTINCT(",
    "FROM ",
    "Account",
    "Contact",
    "Account.Owner.Name",
    "WHERE ",
    "AND ",
    "OR ",
    "NOT ",
    "(",
    ")",
    ",",
    "'",
    "\\'",
    "\\u00e9",
    "=",
    "!=",
    "<=",
    "LIKE ",
    "'%a_'",
    "IN ",
    "NOT IN ",
    "INCLUDES",
    "EXCLUDES",
    "ORDER BY ",
    "ASC ",
    "DESC ",
    "NULLS LAST",
    "GROUP BY ",
    "ROLLUP",
    "CUBE",
    "GROUPING(",
    "HAVING ",
    "LIMIT ",
    "OFFSET ",
    "FOR VIEW",
    "FOR UPDATE",
    "USING SCOPE mine",
    "TYPEOF What WHEN Account THEN Name ELSE Id END",
    "(SELECT Id FROM Contacts)",
    "TODAY",
    "LAST_N_DAYS:3",
    "N_FISCAL_QUARTERS_AGO:2",
    "2026-01-31T12:00:00Z",
    "2026-02-30",
    "1e400",
    "9223372036854775808",
    "-0.0",
    "null",
    "true",
    "toLabel(",
    "FORMAT(",
    "convertCurrency(",
    "DISTANCE(",
    "GEOLOCATION(37.7,-122.4)",
    "CALENDAR_YEAR(",
    "convertTimezone(",
    "WITH SECURITY_ENFORCED",
    "ALL ROWS",
    ":x",
    "\u{0}",
    "\u{1f600}",
];

const SOSL_WORDS: &[&str] = &[
    "FIND ",
    "{",
    "}",
    "Acme",
    "\"joe smith\"",
    "*",
    "?",
    "a*",
    "AND ",
    "OR ",
    "AND NOT ",
    "(",
    ")",
    "\\{",
    "\\\"",
    "IN ALL FIELDS ",
    "IN NAME FIELDS ",
    "IN EMAIL FIELDS",
    "RETURNING ",
    "Account",
    "Contact(Id, Name ",
    "WHERE ",
    "Name LIKE 'A%'",
    "ORDER BY Name ",
    "LIMIT 5",
    "OFFSET 2",
    "USING ListView=",
    "WITH SNIPPET",
    "WITH HIGHLIGHT",
    "WITH METADATA='LABELS'",
    "WITH DIVISION='x'",
    "WITH SPELL_CORRECTION=false",
    "toLabel(Industry)",
    ",",
    "'",
    "\u{e9}",
];

const CSV_WORDS: &[&str] = &[
    "Name",
    "Industry",
    "NumberOfEmployees",
    "AnnualRevenue",
    "Owner.Username",
    "User:Owner.Username",
    "Parent.Id",
    "Id",
    ",",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "\"\"",
    "#N/A",
    "\u{feff}",
    "Acme",
    "1,2",
    "-1e308",
    "2026-13-01",
    "true",
    "\u{0}",
    "\t",
    "|",
    ";",
    "sf__Id",
];

const SOAP_WORDS: &[&str] = &[
    "<query><queryString>",
    "</queryString></query>",
    "SELECT Id FROM Account",
    "<create><sObjects>",
    "</sObjects></create>",
    "<type>Account</type>",
    "<Name>A</Name>",
    "<fieldsToNull>Industry</fieldsToNull>",
    "<getUserInfo/>",
    "<describeSObject><sObjectType>",
    "</sObjectType></describeSObject>",
    "<search><searchString>FIND {a}</searchString></search>",
    "<retrieve><fieldList>Id</fieldList><sObjectType>Account</sObjectType><ids>",
    "</ids></retrieve>",
    "<delete><ids>001",
    "<login><username>a</username><password>b</password></login>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&lt;",
    "&#0;",
    "&b;",
    "xsi:nil=\"true\"",
    "xmlns:x=\"urn:x\"",
    "<x:",
    "/>",
    "</",
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    "SESSION",
];

const ID_WORDS: &[&str] = &[
    "001",
    "003",
    "005",
    "a00",
    "Fk00000",
    "AAA",
    "IA4",
    "000000000000",
    "'",
    "%",
    "_",
    "/",
    "..",
    "\\",
    "\u{0}",
    "\u{e9}",
    "null",
    "%2F",
    "-2000",
    "01g",
    "0r8",
];
