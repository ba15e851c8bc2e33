//! The describe calls: what REST answers, in SOAP's spelling.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::fault::{Code, Fault, exception};
use super::query::{id_of, object_of};
use super::typed;
use crate::api::rest::{self, LookedUp};
use crate::app::Database;
use crate::id::RecordId;
use crate::storage::StoreError;
use crate::xml::markup::Markup;

/// Objects that one `describeSObjects` may name. Source: SOAP API guide.
const MOST_DESCRIBED: usize = 100;

/// The first version whose WSDL counts addresses and locations among the API's own types: `tns:address`, before it `urn:address` as in REST.
const COMPOUNDS_OF_THE_API: u16 = 35;

/// `describeGlobal()`
pub fn global(call: &Call) -> Result<Reply, Fault> {
    let described = global_description(call)?;
    let mut out = Markup::with_capacity(512 * 1024);
    typed::write(&mut out, "result", "DescribeGlobalResult", &described, call.arrived.endpoint.version);
    Ok(Reply::of(out.into_string()))
}

pub fn global_description(call: &Call) -> Result<Value, Fault> {
    look_up(call, "rest/describe-global", "/sobjects")
}

/// `describeSObject(sObjectType)`
pub fn sobject(call: &Call) -> Result<Reply, Fault> {
    let mut out = Markup::with_capacity(256 * 1024);
    typed::write(&mut out, "result", "DescribeSObjectResult", &object(call, call.parameter("sObjectType")?)?, call.arrived.endpoint.version);
    Ok(Reply::of(out.into_string()))
}

/// `describeSObjects(sObjectType…)`
pub fn sobjects(call: &Call) -> Result<Reply, Fault> {
    let names: Vec<&str> = call.element().all("sObjectType").map(|name| name.text.trim()).collect();
    if names.len() > MOST_DESCRIBED {
        return Err(Fault::too_many(MOST_DESCRIBED));
    }
    let mut out = Markup::with_capacity(names.len() * 128 * 1024);
    for name in names {
        typed::write(&mut out, "result", "DescribeSObjectResult", &object(call, name)?, call.arrived.endpoint.version);
    }
    Ok(Reply::of(out.into_string()))
}

/// `describeTabs()`: GUESS: one app with every tab; which tabs belong to which app is not modelled.
pub fn tabs(call: &Call) -> Result<Reply, Fault> {
    let tabs = look_up(call, "rest/tabs", "/tabs")?;
    let set = json!({ "description": "", "label": "All Tabs", "logoUrl": "", "selected": true, "tabSetId": "02uFk0000000001IAA", "tabs": tabs });
    let mut out = Markup::with_capacity(64 * 1024);
    typed::write(&mut out, "result", "DescribeTabSetResult", &set, call.arrived.endpoint.version);
    Ok(Reply::of(out.into_string()))
}

/// `describeLayout(sObjectType, layoutName, recordTypeIds)`
pub fn layout(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let object = object_of(call, &schema, call.parameter("sObjectType")?.trim())?;
    let mut described = look_up(call, "rest/layouts", &format!("/sobjects/{}/describe/layouts", object.name))?;
    let wanted: Vec<RecordId> = call.element().all("recordTypeIds").map(|id| id_of(id.text.trim())).collect::<Result<_, _>>()?;
    if let Some(mappings) = described["recordTypeMappings"].as_array_mut().filter(|_| !wanted.is_empty()) {
        mappings.retain(|mapping| mapping["recordTypeId"].as_str().and_then(|id| RecordId::parse(id).ok()).is_some_and(|id| wanted.contains(&id)));
    }
    // REST answers a list of one.
    described["recordTypeSelectorRequired"] = described["recordTypeSelectorRequired"][0].clone();
    let mut out = Markup::with_capacity(256 * 1024);
    typed::write(&mut out, "result", "DescribeLayoutResult", &described, call.arrived.endpoint.version);
    Ok(Reply::of(out.into_string()))
}

/// `describeDataCategoryGroups(sObjectType)`: an org without Knowledge has none.
pub fn data_category_groups(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    for name in call.element().all("sObjectType") {
        object_of(call, &schema, name.text.trim())?;
    }
    Ok(Reply::of(String::new()))
}

fn object(call: &Call, name: &str) -> Result<Value, Fault> {
    let schema = call.schema()?;
    let object = object_of(call, &schema, name.trim())?;
    let mut described = look_up(call, "rest/describe", &format!("/sobjects/{}/describe", object.name))?;
    // What REST gathers under `urls` and SOAP has as members of their own.
    for (member, url) in [("urlDetail", "uiDetailTemplate"), ("urlEdit", "uiEditTemplate"), ("urlNew", "uiNewRecord")] {
        described[member] = described["urls"][url].clone();
    }
    for field in described["fields"].as_array_mut().into_iter().flatten() {
        let kind = field["soapType"].as_str().and_then(|kind| kind.strip_prefix("urn:")).filter(|kind| matches!(*kind, "address" | "location"));
        if let Some(kind) = kind.filter(|_| call.arrived.endpoint.version >= COMPOUNDS_OF_THE_API) {
            field["soapType"] = json!(format!("tns:{kind}"));
        }
    }
    Ok(described)
}

/// What REST answers to a GET, under the version of the call.
pub fn look_up(call: &Call, row: &str, path: &str) -> Result<Value, Fault> {
    let asked = LookedUp {
        app: call.app(),
        caller: &call.caller,
        site: &call.arrived.site,
        db: Database::Org(&call.caller.org),
        version: call.arrived.endpoint.version,
    };
    let json = rest::look_up(&asked, row, path).map_err(|(code, message)| Fault { code: Code::Api(exception(&code)), message: message.into() })?;
    Ok(serde_json::from_slice(&json).map_err(StoreError::new)?)
}
