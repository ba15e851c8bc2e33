//! Bulk API 2.0 over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use super::bench::{Answer, Mock};

const JOBS: &str = "/services/data/v67.0/jobs";

/// A caller of the Bulk API 2.0.
struct Bulk<'m> {
    mock: &'m Mock,
    token: String,
}

impl<'m> Bulk<'m> {
    async fn of(mock: &'m Mock, username: &str) -> Self {
        Self { mock, token: mock.token("acme", username).await }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.mock.rest(method, &self.token, &format!("{JOBS}{path}"), body).await
    }

    async fn upload(&self, job: &str, csv: &str) -> Answer {
        let request = self.mock.client.put(self.mock.at(&format!("{JOBS}/ingest/{job}/batches")));
        self.mock.send(request.bearer_auth(&self.token).header("content-type", "text/csv").body(csv.to_owned())).await
    }

    async fn open(&self, job: Value) -> String {
        let answer = self.call(Method::POST, "/ingest", Some(job)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Runs a job to its end and answers its state as GET shows it.
    async fn run(&self, job: Value, csv: &str) -> Value {
        let id = self.open(job).await;
        let uploaded = self.upload(&id, csv).await;
        assert_eq!((uploaded.status.as_u16(), uploaded.text.as_str()), (201, ""));
        let closed = self.call(Method::PATCH, &format!("/ingest/{id}"), Some(json!({"state": "UploadComplete"}))).await;
        assert_eq!((closed.status.as_u16(), &closed.json()["state"]), (200, &json!("UploadComplete")));
        self.call(Method::GET, &format!("/ingest/{id}"), None).await.json()
    }

    async fn results(&self, job: &Value, which: &str) -> String {
        let answer = self.call(Method::GET, &format!("/ingest/{}/{which}", job["id"].as_str().unwrap()), None).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/csv"), "{}", answer.text);
        answer.text
    }

    async fn rows(&self, soql: &str) -> Vec<Value> {
        let request = self.mock.client.get(self.mock.at("/services/data/v67.0/query")).query(&[("q", soql)]).bearer_auth(&self.token);
        self.mock.send(request).await.json()["records"].as_array().unwrap().clone()
    }
}

/// Results with the ids of records taken out.
fn without_ids(csv: &str) -> String {
    let id = |text: &str| text.len() == 18 && text.starts_with("001Fk") || text.len() == 18 && text.starts_with("003Fk");
    csv.split('"').map(|piece| if id(piece) { "<id>" } else { piece }).collect::<Vec<_>>().join("\"")
}

#[tokio::test]
async fn an_insert_job_goes_from_open_to_complete_with_exact_results() {
    let mock = Mock::start().await;
    let bulk = Bulk::of(&mock, "admin@acme.example").await;
    let created = bulk.call(Method::POST, "/ingest", Some(json!({"object": "Account", "operation": "insert", "contentType": "CSV"}))).await.json();
    let id = created["id"].as_str().unwrap();
    let keys: Vec<_> = created.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "id",
            "operation",
            "object",
            "createdById",
            "createdDate",
            "systemModstamp",
            "state",
            "concurrencyMode",
            "contentType",
            "apiVersion",
            "contentUrl",
            "lineEnding",
            "columnDelimiter"
        ]
    );
    assert_eq!(created["contentUrl"], format!("services/data/v67.0/jobs/ingest/{id}/batches"));
    assert_eq!(created["apiVersion"].to_string(), "67.0");

    let job = bulk
        .run(
            json!({"object": "Account", "operation": "insert"}),
            "Name,Industry,NumberOfEmployees\nBulk A,Banking,5\n,Banking,\n\"Bulk \"\"B\"\", Inc.\",#N/A,x\n",
        )
        .await;
    assert_eq!((&job["state"], &job["numberRecordsProcessed"], &job["numberRecordsFailed"]), (&json!("JobComplete"), &json!(3), &json!(2)));
    assert_eq!((&job["jobType"], &job["retries"], &job["apexProcessingTime"]), (&json!("V2Ingest"), &json!(0), &json!(0)));
    assert_eq!(job.get("contentUrl"), None);
    assert_eq!(
        without_ids(&bulk.results(&job, "successfulResults").await),
        "\"sf__Id\",\"sf__Created\",\"Name\",\"Industry\",\"NumberOfEmployees\"\n\"<id>\",\"true\",\"Bulk A\",\"Banking\",\"5\"\n"
    );
    assert_eq!(
        bulk.results(&job, "failedResults").await,
        "\"sf__Id\",\"sf__Error\",\"Name\",\"Industry\",\"NumberOfEmployees\"\n\
         \"\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --\",\"\",\"Banking\",\"\"\n\
         \"\",\"INVALID_FIELD:Failed to deserialize field at col 2. Due to, 'x' is not a valid value for the type xsd:int:NumberOfEmployees --\",\"Bulk \"\"B\"\", Inc.\",\"#N/A\",\"x\"\n"
    );
    assert_eq!(bulk.results(&job, "unprocessedrecords").await, "\"Name\",\"Industry\",\"NumberOfEmployees\"\n");
    assert_eq!(bulk.results(&job, "unprocessedRecords").await, "\"Name\",\"Industry\",\"NumberOfEmployees\"\n");
    assert_eq!(bulk.rows("SELECT Industry FROM Account WHERE Name = 'Bulk A'").await[0]["Industry"], "Banking");
}

#[tokio::test]
async fn a_large_job_is_moved_on_in_the_background() {
    let mock = Mock::start().await;
    let bulk = Bulk::of(&mock, "admin@acme.example").await;
    let mut csv = String::from("Name\n");
    (0..5_000).for_each(|n| csv.push_str(&format!("Many {n}\n")));
    let mut job = bulk.run(json!({"object": "Account", "operation": "insert"}), &csv).await;
    while job["state"] == "InProgress" {
        job = bulk.call(Method::GET, &format!("/ingest/{}", job["id"].as_str().unwrap()), None).await.json();
    }
    assert_eq!((&job["state"], &job["numberRecordsProcessed"], &job["numberRecordsFailed"]), (&json!("JobComplete"), &json!(5000), &json!(0)));
    assert_eq!(bulk.results(&job, "successfulResults").await.lines().count(), 5_001);
    let query = bulk
        .call(Method::POST, "/query", Some(json!({"operation": "query", "query": "SELECT Name FROM Account WHERE Name LIKE 'Many %' ORDER BY Name"})))
        .await
        .json();
    let path = format!("/query/{}", query["id"].as_str().unwrap());
    while bulk.call(Method::GET, &path, None).await.json()["state"] != "JobComplete" {}
    let page = bulk.call(Method::GET, &format!("{path}/results?maxRecords=3000"), None).await;
    assert_eq!((page.header("sforce-numberofrecords"), page.header("sforce-locator")), ("3000", "MzAwMA"));
    assert_eq!(page.text.lines().count(), 3_001);
    let last = bulk.call(Method::GET, &format!("{path}/results?maxRecords=3000&locator=MzAwMA"), None).await;
    assert_eq!((last.header("sforce-numberofrecords"), last.header("sforce-locator")), ("2000", "null"));
    assert_eq!(last.text.lines().next(), Some("\"Name\""));
    assert_eq!(last.text.lines().last(), Some("\"Many 999\""));
}

#[tokio::test]
async fn a_job_is_kept_for_seven_days_of_the_virtual_clock() {
    let mock = Mock::start().await;
    mock.control(Method::POST, "/clock", json!({"set": "2030-01-01T00:00:00Z", "freeze": true})).await;
    let job = Bulk::of(&mock, "admin@acme.example").await.run(json!({"object": "Account", "operation": "insert"}), "Name\nA\n").await;
    let path = format!("/ingest/{}", job["id"].as_str().unwrap());
    mock.control(Method::POST, "/clock", json!({"advance": "P7D"})).await;
    assert_eq!(Bulk::of(&mock, "admin@acme.example").await.call(Method::GET, &path, None).await.status, 200);
    mock.control(Method::POST, "/clock", json!({"advance": "PT1S"})).await;
    assert_eq!(Bulk::of(&mock, "admin@acme.example").await.call(Method::GET, &path, None).await.status, 404);
}

#[tokio::test]
async fn another_users_jobs_are_seen_only_with_a_permission_for_all_data() {
    let mock = Mock::start().await;
    let admin = Bulk::of(&mock, "admin@acme.example").await;
    let standard = Bulk::of(&mock, "standard@acme.example").await;
    let admins = admin.open(json!({"object": "Account", "operation": "insert"})).await;
    let own = standard.open(json!({"object": "Account", "operation": "insert"})).await;
    assert_eq!(standard.call(Method::GET, &format!("/ingest/{admins}"), None).await.status, 404);
    assert_eq!(admin.call(Method::GET, &format!("/ingest/{own}"), None).await.status, 200);
    assert_eq!(standard.call(Method::GET, "/ingest", None).await.json()["records"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_restored_job_is_taken_up_again() {
    let mock = Mock::start().await;
    mock.control(Method::PATCH, "/orgs/acme", json!({"policies": {"bulk_job_seconds": 60}})).await;
    mock.control(Method::POST, "/clock", json!({"set": "2030-01-01T00:00:00Z", "freeze": true})).await;
    let bulk = Bulk::of(&mock, "admin@acme.example").await;
    let job = bulk.run(json!({"object": "Account", "operation": "insert"}), "Name\nRestored\n").await;
    let path = format!("/ingest/{}", job["id"].as_str().unwrap());
    let state = async || bulk.call(Method::GET, &path, None).await.json()["state"].clone();
    let snapshot = mock.control(Method::POST, "/snapshots", Value::Null).await;
    let restore = format!("/snapshots/{}/restore", snapshot["id"].as_str().unwrap());
    mock.control(Method::POST, "/clock", json!({"advance": "PT60S"})).await;
    assert_eq!(state().await, "JobComplete");
    mock.control(Method::POST, &restore, Value::Null).await;
    assert_eq!(state().await, "UploadComplete");
    assert_eq!(bulk.rows("SELECT Id FROM Account WHERE Name = 'Restored'").await.len(), 0);
    mock.control(Method::POST, "/clock", json!({"advance": "PT60S"})).await;
    assert_eq!(state().await, "JobComplete");
    // The clock stays where it is when one org goes back, so the job's time has come.
    mock.control(Method::POST, &format!("{restore}?org=acme"), Value::Null).await;
    while state().await != "JobComplete" {}
    assert_eq!(bulk.rows("SELECT Id FROM Account WHERE Name = 'Restored'").await.len(), 1);
}

#[tokio::test]
async fn a_job_may_be_the_first_that_asks_for_the_orgs_objects() {
    let mock = Mock::start().await;
    let bulk = Bulk::of(&mock, "admin@acme.example").await;
    let field = |name: &str| json!({"object": "Account", "name": name, "type": "Text", "length": 40});
    let query = json!({"operation": "query", "query": "SELECT Id FROM Account"});
    for (name, path, body) in [("A__c", "/ingest", json!({"object": "Account", "operation": "insert"})), ("B__c", "/query", query)] {
        mock.control(Method::POST, "/orgs/acme/custom-fields", field(name)).await;
        let answer = tokio::time::timeout(std::time::Duration::from_secs(20), bulk.call(Method::POST, path, Some(body))).await;
        assert_eq!(answer.expect("an answer").status, 200, "{path}");
    }
}

#[tokio::test]
async fn records_of_an_import_are_told_apart_by_their_unique_values() {
    let mock = Mock::start().await;
    let bulk = Bulk::of(&mock, "admin@acme.example").await;
    let field = json!({"object": "Account", "name": "Key__c", "type": "Text", "length": 20, "external_id": true, "unique": true});
    mock.control(Method::POST, "/orgs/acme/custom-fields", field).await;
    let insert = || json!({"object": "Account", "operation": "insert"});
    // Even numbers first; then odd ones between them, of which one is another spelling of a key that is there and one comes twice.
    let even: String = (0..130).map(|n| format!("Even {n},k-{:03},\n", n * 2)).collect();
    let job = bulk.run(insert(), &format!("Name,Key__c,Phone\n{even}")).await;
    assert_eq!((&job["numberRecordsProcessed"], &job["numberRecordsFailed"]), (&json!(130), &json!(0)));
    let odd: String = (0..130).rev().map(|n| format!("Odd {n},K-{:03},{n}\n", n * 2 + 1)).collect();
    let job = bulk.run(insert(), &format!("Name,Key__c,Phone\n{odd}Again,K-010,\nFree,k-999,\nTwice,K-999,\nKeyless,,\n")).await;
    assert_eq!((&job["state"], &job["numberRecordsProcessed"], &job["numberRecordsFailed"]), (&json!("JobComplete"), &json!(134), &json!(2)));
    let failed = bulk.results(&job, "failedResults").await;
    let failed: Vec<_> = failed.lines().skip(1).collect();
    let refused = |line: &str, name: &str| line.contains("DUPLICATE_VALUE:duplicate value found: Key__c") && line.contains(name);
    assert!(failed.len() == 2 && refused(failed[0], "Again") && refused(failed[1], "Twice"), "{failed:?}");
    assert_eq!(bulk.rows("SELECT count(Id) n FROM Account WHERE Key__c LIKE 'k-%'").await[0]["n"], 261);
    let one = bulk.rows("SELECT Name, Phone, OwnerId, CreatedById, IsDeleted FROM Account WHERE Key__c = 'K-007'").await;
    assert_eq!((&one[0]["Name"], &one[0]["Phone"], &one[0]["IsDeleted"]), (&json!("Odd 3"), &json!("3"), &json!(false)));
    assert_eq!(one[0]["OwnerId"], one[0]["CreatedById"]);
}
