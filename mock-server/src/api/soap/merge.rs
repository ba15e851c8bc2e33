//! `merge`.

use super::call::{Call, Reply};
use super::fault::Fault;
use super::records::{Outcome, Refused, each, own_id};
use super::sobject::SObject;
use crate::id::RecordId;
use crate::records::{Input, Merged, RecordError};
use crate::schema::Schema;
use crate::xml::Element;
use crate::xml::markup::Markup;

/// One `request` element.
struct Request<'m> {
    master: SObject<'m>,
    /// As they came, not looked at yet.
    losers: Vec<&'m str>,
}

/// What became of one request.
struct Merger {
    master: RecordId,
    losers: Vec<RecordId>,
    merged: Merged,
}

/// `merge(request)`: each master takes over what hangs on its losers, which are deleted.
pub fn merge(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let requests = requests(call, &schema)?;
    let change = call.change(&schema);
    let outcomes = each(call, &requests, |rows, Request { master: record, losers }| {
        let master = own_id(record)?.ok_or_else(|| Refused::new("MISSING_ARGUMENT", "Id not specified in a merge call", &["Id"]))?;
        let losers = losers.iter().map(|text| RecordId::parse(text).map_err(|_| RecordError::MalformedId((*text).to_owned())));
        let losers = losers.collect::<Result<Vec<_>, _>>()?;
        let merged = change.merge(rows, record.object, master, Input::Text(&record.fields), &losers)?;
        Ok(Merger { master, losers, merged })
    })?;
    let mut out = Markup::with_capacity(64 + outcomes.len() * 256);
    outcomes.iter().for_each(|outcome| write(&mut out, outcome));
    Ok(Reply::of(out.into_string()))
}

fn requests<'m>(call: &'m Call, schema: &'m Schema) -> Result<Vec<Request<'m>>, Fault> {
    let read = |element: &'m Element| {
        let master = element.child("masterRecord").filter(|record| !record.nil).ok_or_else(|| Fault::missing("merge", "masterRecord"))?;
        let losers = element.all("recordToMergeIds").map(|id| id.text.trim()).collect();
        Ok(Request { master: SObject::read(call, schema, master)?, losers })
    };
    call.element().all("request").map(read).collect()
}

fn write(out: &mut Markup, outcome: &Outcome<Merger>) {
    let ids = |out: &mut Markup, name: &str, ids: &[RecordId]| ids.iter().for_each(|id| out.value(name, id));
    out.within("result", |out| match outcome {
        Ok(Merger { master, losers, merged }) => {
            out.value("id", master);
            ids(out, "mergedRecordIds", losers);
            out.value("success", true);
            ids(out, "updatedRelatedIds", &merged.updated_related);
        }
        Err(refused) => {
            refused.write(out);
            out.nil("id");
            out.value("success", false);
        }
    });
}
