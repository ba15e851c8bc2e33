//! XML or JSON: what a request is written in, or else what its job holds.

use axum::http::{HeaderMap, header};

use crate::jobs::{ContentType, Job};

/// Of every element of this API.
pub const NAMESPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    Xml,
    Json,
}

impl Spelling {
    /// What a request says of itself; `None` for CSV and for requests without a body.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())?.to_ascii_lowercase();
        match () {
            () if kind.contains("json") => Some(Self::Json),
            () if kind.contains("xml") => Some(Self::Xml),
            () => None,
        }
    }

    /// The spelling of an answer about a job.
    pub fn for_job(headers: &HeaderMap, job: &Job) -> Self {
        let own = if job.content_type.inner() == ContentType::Json { Self::Json } else { Self::Xml };
        Self::of(headers).unwrap_or(own)
    }

    /// The spelling of an answer about batches and their results. Those of a job for CSV or XML are told in XML, also when the
    /// request calls itself JSON. Source: clients that open a CSV job in JSON and read its batches as XML.
    pub fn for_batches(headers: &HeaderMap, job: &Job) -> Self {
        if job.content_type.inner() == ContentType::Json { Self::for_job(headers, job) } else { Self::Xml }
    }

    /// Without a character set: clients compare the whole header.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml",
            Self::Json => "application/json",
        }
    }
}
