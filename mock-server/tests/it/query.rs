//! Queries over HTTP: shapes, paging, child lists, refusals.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Answer;
use crate::records::Org;

impl Org {
    pub async fn query(&self, soql: &str) -> Answer {
        self.query_as("query", soql, &[]).await
    }

    async fn query_as(&self, resource: &str, soql: &str, headers: &[(&str, &str)]) -> Answer {
        let encoded: String =
            soql.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
        self.get_with(&format!("/{resource}?q={encoded}"), headers).await
    }
}

fn names(page: &Value) -> Vec<&str> {
    page["records"].as_array().unwrap().iter().map(|record| record["Name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn rows_parents_and_children_have_salesforces_shape() {
    let org = Org::acme().await;
    let account = org.create("Account", json!({"Name": "Zeta", "BillingCity": "Paris", "AnnualRevenue": 300})).await;
    let contact = org.create("Contact", json!({"FirstName": "Ada", "LastName": "Byron", "AccountId": account})).await;
    let alone = org.create("Contact", json!({"LastName": "Zzz"})).await;

    let soql = "SELECT Name, Account.Name, Account.BillingCity FROM Contact WHERE LastName IN ('Byron', 'Zzz') ORDER BY Name";
    let url = |object: &str, id: &str| json!({"type": object, "url": format!("/services/data/v67.0/sobjects/{object}/{id}")});
    let parent = json!({"attributes": url("Account", &account), "Name": "Zeta", "BillingCity": "Paris"});
    org.query(soql).await.expect(
        200,
        &json!({"totalSize": 2, "done": true, "records": [
            {"attributes": url("Contact", &contact), "Name": "Ada Byron", "Account": parent},
            {"attributes": url("Contact", &alone), "Name": "Zzz", "Account": null}
        ]}),
    );
    let soql = "select id, annualrevenue, (select lastname from contacts), (select id from opportunities) from account where name = 'zeta'";
    let child = json!({"attributes": url("Contact", &contact), "LastName": "Byron"});
    org.query(soql).await.expect(
        200,
        &json!({"totalSize": 1, "done": true, "records": [{
            "attributes": url("Account", &account), "Id": account, "AnnualRevenue": 300.0,
            "Contacts": {"totalSize": 1, "done": true, "records": [child]}, "Opportunities": null
        }]}),
    );
    org.query("SELECT COUNT() FROM Contact WHERE LastName = 'Byron'").await.expect(200, &json!({"totalSize": 1, "done": true, "records": []}));
    let grouped = org.query("SELECT LastName, COUNT(Id) FROM Contact WHERE LastName = 'Byron' GROUP BY LastName").await;
    let row = json!({"attributes": {"type": "AggregateResult"}, "LastName": "Byron", "expr0": 1});
    grouped.expect(200, &json!({"totalSize": 1, "done": true, "records": [row]}));
}

#[tokio::test]
async fn a_long_result_is_handed_out_in_stable_pages() {
    let org = Org::acme().await;
    let ids = many_leads(&org, 450).await;
    let batch = [("sforce-query-options", "batchSize=200")];
    let first = org.query_as("query", "SELECT Id, Name FROM Lead WHERE Company = 'Paged' ORDER BY Name", &batch).await.json();
    assert_eq!((&first["totalSize"], &first["done"], names(&first).len()), (&json!(450), &json!(false), 200));
    assert_eq!(first.as_object().unwrap().keys().collect::<Vec<_>>(), ["totalSize", "done", "nextRecordsUrl", "records"]);
    let next = first["nextRecordsUrl"].as_str().unwrap().to_owned();
    assert!(next.starts_with("/services/data/v67.0/query/01g") && next.ends_with("-200"), "{next}");

    // What is written meanwhile changes neither the number nor the place of the rows.
    org.create("Lead", json!({"LastName": "0000", "Company": "Paged"})).await;
    org.patch(&format!("/sobjects/Lead/{}", ids[250]), json!({"LastName": "zzzz"})).await;
    let page = async |url: String| {
        let request = org.mock.client.get(org.mock.at(&url)).bearer_auth(&org.token);
        org.mock.send(request.header("sforce-query-options", "batchSize=200")).await
    };
    let second = page(next.clone()).await.json();
    let seen = names(&second);
    assert_eq!((seen.len(), seen[0], seen[50], seen[199]), (200, "0200", "zzzz", "0399"));
    let third = page(second["nextRecordsUrl"].as_str().unwrap().to_owned()).await.json();
    assert_eq!((&third["totalSize"], &third["done"], names(&third).len()), (&json!(450), &json!(true), 50));
    let jumped = page(next.replace("-200", "-449")).await.json();
    assert_eq!(names(&jumped), ["0449"]);
    let refused = json!([{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]);
    page(next.replace("-200", "-451")).await.expect(400, &refused);
    page("/services/data/v67.0/query/01gnope-2000".to_owned()).await.expect(400, &refused);
    let stranger = org.mock.token("acme", "standard@acme.example").await;
    org.mock.rest(Method::GET, &stranger, &next, None).await.expect(400, &refused);
}

async fn many_leads(org: &Org, count: usize) -> Vec<String> {
    let records: Vec<Value> = (0..count).map(|n| json!({"type": "Lead", "fields": {"LastName": format!("{n:04}"), "Company": "Paged"}})).collect();
    let created = org.mock.control(Method::POST, "/orgs/acme/records", Value::from(records)).await;
    let created = created.as_array().unwrap_or_else(|| created["records"].as_array().unwrap());
    created.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn deleted_records_are_seen_by_query_all_alone() {
    let org = Org::acme().await;
    let id = org.create("Account", json!({"Name": "Gone"})).await;
    org.delete(&format!("/sobjects/Account/{id}")).await;
    let soql = "SELECT Name, IsDeleted FROM Account WHERE Name = 'Gone'";
    assert_eq!(org.query(soql).await.json()["totalSize"], 0);
    let all = org.query_as("queryAll", soql, &[]).await.json();
    assert_eq!((&all["totalSize"], &all["records"][0]["IsDeleted"]), (&json!(1), &json!(true)));
}

async fn check_refusal(org: &Org, soql: &str, code: &str, message: &str) {
    let answer = org.query(soql).await;
    let expected = json!([{"message": message, "errorCode": code}]);
    assert_eq!((answer.status.as_u16(), &answer.json()), (400, &expected), "{soql}");
}

#[tokio::test]
async fn a_bad_query_is_refused_with_its_place() {
    let org = Org::acme().await;
    let hint = "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.";
    let column = format!("\nSELECT Nope FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Account'. {hint}");
    check_refusal(&org, "SELECT Nope FROM Account", "INVALID_FIELD", &column).await;
    let hint = hint.replace("custom field,", "custom object,").replace("custom field name", "entity name");
    let object = format!("\nSELECT Id FROM Nope__c\n               ^\nERROR at Row:1:Column:16\nsObject type 'Nope__c' is not supported. {hint}");
    check_refusal(&org, "SELECT Id FROM Nope__c", "INVALID_TYPE", &object).await;
    let none = json!([{"message": "A query string has to be specified", "errorCode": "MALFORMED_QUERY"}]);
    org.get("/query").await.expect(400, &none);
}

#[tokio::test]
async fn users_and_profiles_are_queried_like_any_object() {
    let org = Org::acme().await;
    let users = org.query("SELECT Username, Profile.Name, IsActive FROM User WHERE Username = 'admin@acme.example'").await.json();
    assert_eq!(users["records"][0]["Profile"]["Name"], "System Administrator", "{users}");
    assert_eq!(users["records"][0]["IsActive"], true);
    let owners = org.query("SELECT Owner.Name FROM Account LIMIT 1").await.json();
    assert_eq!(owners["records"][0]["Owner"]["attributes"]["type"], "User", "{owners}");
    assert_eq!(org.query("SELECT Name, IsSandbox FROM Organization").await.json()["records"][0]["IsSandbox"], false);
}
