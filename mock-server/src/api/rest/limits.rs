//! `/limits` and the limit header: how much of its allowances an org has used.

use serde::{Serialize, Serializer};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use super::versions::{ApiVersion, written};
use crate::app::{ApiUsage, Database, ScratchOrgUsage};
use crate::records::{self, RecordError};

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/limits", "/services/data/{version}/limits", list).get("rest/record-count", "/services/data/{version}/limits/recordCount", count)
}

/// `GET /services/data/v67.0/limits`
fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    let scratch_orgs = match call.db {
        Database::Org(org) => call.app.scratch_org_usage(org)?,
        Database::Within(..) => None,
    };
    written(&Limits { version: call.version, requests: call.caller.org.api_usage(call.app.now()), scratch_orgs }, "LimitsSnapshot")
}

/// `GET /services/data/v67.0/limits/recordCount?sObjects=Account,Contact`
///
/// Counts of the objects asked for, or of all. Objects without records are left out, and so are names of no object.
fn count(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let objects = match call.parameter("sObjects").filter(|names| !names.is_empty()) {
        Some(names) => names.split(',').filter_map(|name| schema.object(name.trim())).collect(),
        None => schema.objects(),
    };
    let objects = Vec::into_iter(objects).filter(|object| object.flags.queryable && call.caller.access.sees(object));
    let counts = call.db.read(|tx| {
        let view = call.view(&schema, tx);
        let mut counts = Vec::new();
        for object in objects {
            match records::count(tx, &view, &call.asked(), object) {
                Ok(count) => counts.push(RecordCount { count, name: &object.name }),
                // Some objects answer only queries with a filter of their own.
                Err(RecordError::Query { .. }) => {}
                Err(error) => return Err(RestError::from(error)),
            }
        }
        Ok::<_, RestError>(counts)
    })?;
    written(&RecordCounts { objects: counts.into_iter().filter(|counted| counted.count > 0).collect() }, "RecordCount")
}

#[derive(Serialize)]
struct RecordCounts<'a> {
    #[serde(rename = "sObjects")]
    objects: Vec<RecordCount<'a>>,
}

#[derive(Serialize)]
struct RecordCount<'a> {
    count: u64,
    name: &'a str,
}

/// The value of `Sforce-Limit-Info`: `api-usage=18/100000`. Clients match it from its beginning.
pub fn limit_info(usage: ApiUsage) -> String {
    ["api-usage=", itoa::Buffer::new().format(usage.used), "/", itoa::Buffer::new().format(usage.allowed)].concat()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Limit {
    max: u64,
    remaining: u64,
}

impl Limit {
    fn of(max: u64, used: u64) -> Self {
        Self { max, remaining: max.saturating_sub(used) }
    }
}

/// Every allowance but that of API requests, in the order of the answer, with what a fresh org has of it.
///
/// GUESS: plausible figures of an Enterprise org; nothing but API requests, and the scratch orgs of a Dev Hub, is used up here.
const ALLOWANCES: [(&str, u64); 37] = [
    ("ActiveScratchOrgs", 40),
    ("AnalyticsExternalDataSizeMB", 40_960),
    ("ConcurrentAsyncGetReportInstances", 200),
    ("ConcurrentEinsteinDataInsightsStoryCreation", 5),
    ("ConcurrentEinsteinDiscoveryStoryCreation", 2),
    ("ConcurrentSyncReportRuns", 20),
    ("DailyAnalyticsDataflowJobExecutions", 60),
    ("DailyAnalyticsUploadedFilesSizeMB", 51_200),
    ("DailyApiRequests", 0),
    ("DailyAsyncApexExecutions", 250_000),
    ("DailyAsyncApexTests", 500),
    ("DailyBulkApiBatches", 15_000),
    ("DailyBulkV2QueryFileStorageMB", 976_562),
    ("DailyBulkV2QueryJobs", 10_000),
    ("DailyDurableGenericStreamingApiEvents", 200_000),
    ("DailyDurableStreamingApiEvents", 200_000),
    ("DailyFunctionsApiCallLimit", 235_000),
    ("DailyGenericStreamingApiEvents", 10_000),
    ("DailyScratchOrgs", 80),
    ("DailyStandardVolumePlatformEvents", 25_000),
    ("DailyStreamingApiEvents", 200_000),
    ("DailyWorkflowEmails", 1_000),
    ("DataStorageMB", 10_240),
    ("DurableStreamingApiConcurrentClients", 1_000),
    ("FileStorageMB", 10_240),
    ("HourlyAsyncReportRuns", 1_200),
    ("HourlyDashboardRefreshes", 200),
    ("HourlyODataCallout", 20_000),
    ("HourlyPublishedPlatformEvents", 250_000),
    ("HourlySyncReportRuns", 500),
    ("HourlyTimeBasedWorkflow", 1_000),
    ("MassEmail", 5_000),
    ("MonthlyPlatformEvents", 750_000),
    ("Package2VersionCreates", 6),
    ("PermissionSets", 1_500),
    ("SingleEmail", 5_000),
    ("StreamingApiConcurrentClients", 1_000),
];

/// The version that says what it counts; those before it call the allowance `DailyBulkApiRequests`. GUESS: tap-salesforce reads the old name at 41.0, the
/// help dates the new one.
const BULK_BATCHES_FROM: u16 = 49;

/// The answer of `/limits`: used and allowed API requests, and the allowances.
struct Limits {
    version: ApiVersion,
    requests: ApiUsage,
    /// Of a Dev Hub.
    scratch_orgs: Option<ScratchOrgUsage>,
}

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(ALLOWANCES.map(|(name, max)| match name {
            "DailyBulkApiBatches" if self.version.number() < BULK_BATCHES_FROM => ("DailyBulkApiRequests", Limit::of(max, 0)),
            "DailyApiRequests" => (name, Limit::of(self.requests.allowed, self.requests.used)),
            "ActiveScratchOrgs" => (name, self.scratch_orgs.map_or(Limit::of(max, 0), |usage| Limit::of(usage.active_allowed, usage.active))),
            "DailyScratchOrgs" => (name, self.scratch_orgs.map_or(Limit::of(max, 0), |usage| Limit::of(usage.daily_allowed, usage.daily))),
            _ => (name, Limit::of(max, 0)),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_allowance_has_a_maximum_and_a_remainder() {
        let version = |segment| ApiVersion::parse(segment).unwrap();
        let limits =
            serde_json::to_value(Limits { version: version("v67.0"), requests: ApiUsage { used: 18, allowed: 15_000 }, scratch_orgs: None }).unwrap();
        assert_eq!(limits["DailyApiRequests"], serde_json::json!({"Max": 15_000, "Remaining": 14_982}));
        assert_eq!(limits["DataStorageMB"], serde_json::json!({"Max": 10_240, "Remaining": 10_240}));
        assert!(limits.as_object().unwrap().keys().is_sorted());
        let scratch_orgs = Some(ScratchOrgUsage { active: 1, active_allowed: 3, daily: 4, daily_allowed: 6 });
        let used_up = serde_json::to_value(Limits { version: version("v48.0"), requests: ApiUsage { used: 9, allowed: 5 }, scratch_orgs }).unwrap();
        assert!(limits.get("DailyBulkApiRequests").is_none() && used_up.get("DailyBulkApiBatches").is_none());
        assert_eq!(limits["DailyBulkApiBatches"], used_up["DailyBulkApiRequests"]);
        assert_eq!(used_up["DailyApiRequests"]["Remaining"], 0);
        assert_eq!(used_up["ActiveScratchOrgs"], serde_json::json!({"Max": 3, "Remaining": 2}));
        assert_eq!(used_up["DailyScratchOrgs"], serde_json::json!({"Max": 6, "Remaining": 2}));
    }

    #[test]
    fn the_limit_header_begins_with_the_usage() {
        assert_eq!(limit_info(ApiUsage { used: 18, allowed: 5_000 }), "api-usage=18/5000");
    }
}
