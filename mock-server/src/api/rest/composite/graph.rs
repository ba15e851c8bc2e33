//! `/composite/graph`: several chains, each of which keeps all of its effects or none.

use std::collections::{HashMap, HashSet};

use super::chain::{execute, read_parts, write_results};
use super::envelope::Members;
use super::error::CompositeError;
use super::permitted::GRAPH;
use super::reference::{quote, separate};
use super::since;
use super::subrequest::{Outcome, Subrequest};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::sent::json_body;
use crate::api::rest::versions::ApiVersion;
use crate::api::version::NEWEST;
use crate::records::{Json, RecordError};

/// The first version with graphs, also for the addresses of their nodes.
const SINCE: u16 = 50;

const MAX_GRAPHS: usize = 75;
const MAX_NODES: usize = 500;
const MAX_KINDS: usize = 15;
const MAX_DEPTH: usize = 15;

/// After so many failed graphs the rest is not processed.
const MAX_FAILED: usize = 14;

struct Graph<'j> {
    id: String,
    nodes: Vec<Subrequest<'j>>,
}

/// `POST /services/data/v67.0/composite/graph`
pub fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let graphs = read(call, Members::of(&json, &["graphs"], body)?.required_list("graphs")?, body)?;
    let (mut out, mut failed) = (br#"{"graphs":["#.to_vec(), 0);
    for (place, graph) in graphs.iter().enumerate() {
        separate(&mut out, place);
        let outcomes = match failed {
            MAX_FAILED => vec![Outcome::refused(&CompositeError::GraphsHalted.into()); graph.nodes.len()],
            _ => execute(call, &graph.nodes, &GRAPH, true)?,
        };
        let successful = !outcomes.iter().any(|outcome| outcome.failed);
        failed += usize::from(!successful && failed < MAX_FAILED);
        graph.write(&mut out, &outcomes, successful);
    }
    out.extend_from_slice(b"]}");
    Ok(Answer::json(out, "graphs"))
}

impl Graph<'_> {
    fn write(&self, out: &mut Vec<u8>, outcomes: &[Outcome], successful: bool) {
        out.extend_from_slice(br#"{"graphId":"#);
        quote(out, &self.id);
        out.extend_from_slice(br#","graphResponse":{"compositeResponse":"#);
        write_results(out, &self.nodes, outcomes);
        out.extend_from_slice(format!(r#"}},"isSuccessful":{successful}}}"#).as_bytes());
    }

    /// How many nodes the longest way along references has.
    fn depth(&self) -> usize {
        let mut depths: HashMap<&str, usize> = HashMap::new();
        for node in &self.nodes {
            let above = node.refers_to().iter().filter_map(|name| depths.get(name.as_str())).max().copied().unwrap_or(0);
            depths.insert(&node.reference_id, above + 1);
        }
        depths.into_values().max().unwrap_or(0)
    }
}

fn read<'j>(call: &Call<'_>, list: &'j [Json<'j>], body: &'j [u8]) -> Result<Vec<Graph<'j>>, RestError> {
    if list.len() > MAX_GRAPHS {
        return Err(CompositeError::TooManyGraphs { max: MAX_GRAPHS }.into());
    }
    let graphs: Vec<Graph<'j>> = list.iter().map(|json| read_one(call, json, body)).collect::<Result<_, RestError>>()?;
    let mut ids = HashSet::new();
    if let Some(again) = graphs.iter().find(|graph| !ids.insert(graph.id.as_str())) {
        return Err(CompositeError::DuplicateGraphId(again.id.clone()).into());
    }
    let nodes = || graphs.iter().flat_map(|graph| &graph.nodes);
    if nodes().count() > MAX_NODES {
        return Err(CompositeError::TooManyNodes { max: MAX_NODES }.into());
    }
    if nodes().map(|node| kind(&node.url)).collect::<HashSet<_>>().len() > MAX_KINDS {
        return Err(CompositeError::TooManyKindsOfNodes { max: MAX_KINDS }.into());
    }
    if graphs.iter().any(|graph| graph.depth() > MAX_DEPTH) {
        return Err(CompositeError::GraphTooDeep { max: MAX_DEPTH }.into());
    }
    nodes().try_for_each(|node| check_version(&node.url))?;
    Ok(graphs)
}

fn read_one<'j>(call: &Call<'_>, json: &'j Json<'j>, body: &'j [u8]) -> Result<Graph<'j>, RestError> {
    let members = Members::of(json, &["graphId", "compositeRequest"], body)?;
    let id = members.required_text("graphId")?.into_owned();
    Ok(Graph { id, nodes: read_parts(call, members.required_list("compositeRequest")?, body, MAX_NODES)? })
}

/// Version and object: what makes nodes different.
fn kind(url: &str) -> (String, String) {
    let mut segments = url.split('?').next().unwrap_or_default().split('/').skip(3);
    let version = segments.next().unwrap_or_default().to_owned();
    (version, segments.nth(1).unwrap_or_default().to_ascii_lowercase())
}

fn check_version(url: &str) -> Result<(), RestError> {
    match ApiVersion::of_path(url) {
        Ok(version) if version.number() < SINCE => Err(CompositeError::IllegalVersion { url: url.to_owned(), oldest: SINCE, newest: NEWEST }.into()),
        _ => Ok(()),
    }
}
