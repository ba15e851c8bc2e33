//! Snapshots beside work that goes on.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Mock;

// More threads than requests at once, so that one is left to notice when the others stand still.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn orgs_are_made_and_removed_while_snapshots_are_taken() {
    let mock = Mock::start().await;
    let orgs = async |caller: &str| {
        for round in 0..40 {
            let name = format!("{caller}-{round}");
            mock.control(Method::POST, "/orgs", json!({"name": name})).await;
            mock.control(Method::DELETE, &format!("/orgs/{name}"), Value::Null).await;
        }
    };
    let snapshots = async || {
        for _ in 0..40 {
            let id = mock.control(Method::POST, "/snapshots", json!({})).await["id"].clone();
            assert!(id.is_string());
        }
    };
    let all = async { tokio::join!(orgs("one"), orgs("two"), snapshots(), snapshots()) };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("the server stands still");
}
