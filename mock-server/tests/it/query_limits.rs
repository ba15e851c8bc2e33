//! The largest queries on every road that takes them: answered or refused as Salesforce does, in bounded time.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Answer;
use crate::records::Org;

/// Characters of a statement.
const LONGEST: usize = 100_000;
/// No query may take longer, on a busy machine and without optimization.
const PATIENCE: Duration = Duration::from_secs(20);
const TOO_LONG: &str = "SOQL statements cannot be longer than 100000 characters.";
const TOO_DEEP: &str = "The query is too complicated: its expressions are nested too deeply.";
const TOO_COMPLICATED: &str = "The query is too complicated: reduce the number of its filters or relationships.";

/// Composite, SOAP and Bulk 2.0: the roads on which a query travels in a body.
impl Org {
    async fn composite(&self, soql: &str) -> Result<u64, (String, String)> {
        let url = format!("/services/data/v67.0/query?q={}", soql.replace('%', "%25"));
        let answer = self.post("/composite", json!({"compositeRequest": [{"method": "GET", "url": url, "referenceId": "query"}]})).await;
        let item = &answer.json()["compositeResponse"][0];
        match item["httpStatusCode"].as_u64() {
            Some(200) => Ok(item["body"]["totalSize"].as_u64().unwrap()),
            _ => Err(refusal(&item["body"])),
        }
    }

    async fn soap(&self, soql: &str) -> Result<u64, (String, String)> {
        let query = soql.replace('&', "&amp;").replace('<', "&lt;");
        let body = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\"><e:Header><SessionHeader>\
             <sessionId>{}</sessionId></SessionHeader></e:Header><e:Body><query><queryString>{query}</queryString></query></e:Body></e:Envelope>",
            self.token
        );
        let request = self.mock.client.post(self.mock.at("/services/Soap/u/67.0")).header("content-type", "text/xml").header("SOAPAction", "\"\"");
        let text = self.mock.send(request.body(body)).await.text;
        let between = |tag: &str| text.split_once(&format!("<{tag}>")).and_then(|(_, rest)| rest.split_once("</")).map(|(text, _)| text.to_owned());
        match between("size") {
            Some(size) => Ok(size.parse().unwrap()),
            None => Err((between("sf:exceptionCode").unwrap(), between("sf:exceptionMessage").unwrap().replace("&apos;", "'"))),
        }
    }

    async fn bulk(&self, soql: &str) -> Result<u64, (String, String)> {
        let opened = self.post("/jobs/query", json!({"operation": "query", "query": soql})).await;
        if opened.status != 200 {
            return Err(refusal(&opened.json()));
        }
        let path = format!("/jobs/query/{}", opened.json()["id"].as_str().unwrap());
        let begun = now();
        while self.get(&path).await.json()["state"] != "JobComplete" {
            assert!(begun.elapsed() < PATIENCE, "{}", self.get(&path).await.text);
        }
        Ok(self.get(&format!("{path}/results")).await.header("sforce-numberofrecords").parse().unwrap())
    }
}

#[expect(clippy::disallowed_methods, reason = "patience is a matter of real time")]
fn now() -> Instant {
    Instant::now()
}

fn refusal(body: &Value) -> (String, String) {
    let text = |member: &str| body[0][member].as_str().unwrap_or_else(|| panic!("{body}")).to_owned();
    (text("errorCode"), text("message"))
}

/// Every road gives the same: so many records, or a code and the beginning of its message.
async fn check(org: &Org, soql: &str, expected: Result<u64, (&str, &str)>) {
    let begun = now();
    for (road, seen) in [("composite", org.composite(soql).await), ("SOAP", org.soap(soql).await), ("Bulk 2.0", org.bulk(soql).await)] {
        match (&seen, &expected) {
            (Ok(seen), Ok(expected)) => assert_eq!(seen, expected, "{road}"),
            (Err((code, message)), Err((expected, said))) => assert_eq!((code.as_str(), message.as_str()), (*expected, *said), "{road}"),
            _ => panic!("{road}: {seen:?} instead of {expected:?}"),
        }
    }
    assert!(begun.elapsed() < 3 * PATIENCE, "{:?}", begun.elapsed());
}

async fn with_accounts() -> Org {
    let org = Org::acme().await;
    for number in 0..3 {
        org.create("Account", json!({"Name": "Large", "Fax": format!("{number}")})).await;
    }
    org
}

fn padded(length: usize) -> String {
    let query = "SELECT Id FROM Account WHERE Name = 'Large'";
    format!("{query}{}", " ".repeat(length - query.len()))
}

#[tokio::test]
async fn a_query_of_a_hundred_thousand_characters_is_answered_and_one_more_is_refused() {
    let org = with_accounts().await;
    check(&org, &padded(LONGEST), Ok(3)).await;
    check(&org, &padded(LONGEST + 1), Err(("MALFORMED_QUERY", TOO_LONG))).await;
}

/// Addresses of 100,000 characters, which this client cannot write, are sent in `edge`.
#[tokio::test]
async fn by_get_a_query_that_long_is_too_long_an_address() {
    let org = with_accounts().await;
    let get = async |length: usize| -> Answer { org.get(&format!("/query?q={}", padded(length).replace(' ', "+").replace("=+", "%3D+"))).await };
    assert_eq!(get(60_000).await.status, 414);
    assert_eq!(get(16_400).await.status, 414);
    assert_eq!(get(15_500).await.json()["totalSize"], 3);
}

#[tokio::test]
async fn eight_thousand_alternatives_are_answered() {
    let org = with_accounts().await;
    let terms: Vec<String> = (0..8_000).map(|number| format!("Fax='{}'", number % 10)).collect();
    check(&org, &format!("SELECT Id FROM Account WHERE {}", terms.join("OR ")), Ok(3)).await;
    let distinct: Vec<String> = (0..5_000).map(|number| format!("Fax LIKE'{number}'")).collect();
    check(&org, &format!("SELECT Id FROM Account WHERE {}", distinct.join("OR ")), Ok(3)).await;
}

#[tokio::test]
async fn alternatives_that_each_read_a_parent_of_many_kinds_are_too_complicated() {
    let org = with_accounts().await;
    let terms: Vec<String> = (0..3_900).map(|number| format!("What.Name LIKE '{number}'")).collect();
    check(&org, &format!("SELECT Id FROM Task WHERE {}", terms.join(" OR ")), Err(("QUERY_TOO_COMPLICATED", TOO_COMPLICATED))).await;
}

#[tokio::test]
async fn levels_of_parentheses_are_answered_up_to_a_depth_no_query_needs() {
    let org = with_accounts().await;
    let deep = |open: &str, close: &str, levels: usize| {
        format!("SELECT Id FROM Account WHERE {}Name = 'Large'{}", open.repeat(levels), close.repeat(levels))
    };
    check(&org, &deep("(", ")", 20), Ok(3)).await;
    check(&org, &deep("(NOT (", "))", 20), Ok(3)).await;
    check(&org, &deep("(", ")", 40_000), Err(("MALFORMED_QUERY", TOO_DEEP))).await;
}

#[tokio::test]
async fn a_list_of_ten_thousand_values_is_answered_where_a_query_has_room_for_it() {
    let org = with_accounts().await;
    let values: Vec<String> = (0..10_000).map(|number| format!("'{number}'")).collect();
    check(&org, &format!("SELECT Id FROM Account WHERE Fax IN ({})", values.join(",")), Ok(3)).await;
    // Ten thousand ids are 180,000 characters, so the statement's length refuses them; as many as fit are answered.
    let ids: Vec<String> = (0..10_000).map(|number| format!("'001Fk{number:0>10}'")).collect();
    let all = |ids: &[String]| format!("SELECT Id FROM Account WHERE Id IN ({})", ids.join(","));
    check(&org, &all(&ids), Err(("MALFORMED_QUERY", TOO_LONG))).await;
    check(&org, &all(&ids[..5_500]), Ok(0)).await;
}

#[tokio::test]
async fn fifty_five_parents_of_which_twenty_are_polymorphic_are_answered() {
    let org = Org::acme().await;
    for name in ["Child__c", "Hub__c"] {
        org.mock.control(Method::POST, "/orgs/acme/objects", json!({"name": name, "label": name})).await;
    }
    for number in 0..34 {
        let name = format!("L{number}__c");
        let relationship = format!("Ls{number}");
        org.custom_field(json!({"object": "Hub__c", "name": name, "type": "Lookup", "reference_to": "Child__c", "relationship_name": relationship}))
            .await;
    }
    let child = org.create("Child__c", json!({"Name": "Far"})).await;
    let hub: serde_json::Map<String, Value> = (0..34).map(|number| (format!("L{number}__c"), json!(child))).collect();
    org.create("Hub__c", Value::Object(hub)).await;
    let mut paths: Vec<String> = (0..34).map(|number| format!("L{number}__r.Name")).collect();
    paths.extend((0..20).flat_map(|number| ["Name", "Type", "Username", "IsActive"].map(|field| format!("L{number}__r.Owner.{field}"))));
    let condition: Vec<String> = (0..20).map(|number| format!("L{number}__r.Owner.Name LIKE '%Admin'")).collect();
    let query = |more: &str| {
        let (paths, condition) = (paths.join(", "), condition.join(" AND "));
        format!("SELECT {paths}{more} FROM Hub__c WHERE {condition} ORDER BY L0__r.Owner.Name, L19__r.Owner.Name")
    };
    check(&org, &query(", CreatedBy.Name"), Ok(1)).await;
    let refused = ("QUERY_TOO_COMPLICATED", "The query has more than 55 parent relationships");
    check(&org, &query(", CreatedBy.Name, LastModifiedBy.Name"), Err(refused)).await;
}
