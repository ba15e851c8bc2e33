//! Pages of a collection: which part a caller asks for, and the addresses of its neighbours.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::error::RestError;

/// Items of a page unless the caller says how many, and at most.
const USUAL: usize = 50;
const MOST: usize = 2_000;

/// A part of a collection. Tokens are offsets, counted from 0.
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    size: usize,
    offset: usize,
}

impl Paging {
    /// GUESS: sizes that are too large or too small are taken for the nearest that is not.
    ///
    /// # Errors
    /// `NotANumber` for a size or a token that is none.
    pub fn of(call: &Call<'_>) -> Result<Self, RestError> {
        Ok(Self { size: call.number("pageSize")?.unwrap_or(USUAL).clamp(1, MOST), offset: call.number("pageToken")?.unwrap_or(0) })
    }

    /// The places of the page's items.
    pub fn range(self) -> Range<usize> {
        self.offset..self.offset.saturating_add(self.size)
    }

    /// The items of the page.
    pub fn cut<T>(self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.offset).take(self.size).collect()
    }

    /// The members that say where the page lies: `path` is the collection's address, `count` how many items the page has, `total` all pages.
    pub fn members(self, call: &Call<'_>, path: &str, (count, total): (usize, usize)) -> Map<String, Value> {
        let url = |offset: usize| format!("{path}?{}", call.parameters().with(&[("pageSize", self.size), ("pageToken", offset)]));
        let next = Some(self.range().end).filter(|end| *end < total);
        let previous = (self.offset > 0).then(|| self.offset.saturating_sub(self.size));
        Map::from_iter([
            ("count".to_owned(), json!(count)),
            ("currentPageToken".to_owned(), json!(self.offset.to_string())),
            ("currentPageUrl".to_owned(), json!(url(self.offset))),
            ("nextPageToken".to_owned(), json!(next.map(|offset| offset.to_string()))),
            ("nextPageUrl".to_owned(), json!(next.map(url))),
            ("pageSize".to_owned(), json!(self.size)),
            ("previousPageToken".to_owned(), json!(previous.map(|offset| offset.to_string()))),
            ("previousPageUrl".to_owned(), json!(previous.map(url))),
        ])
    }
}

/// A body of these members and those of its page.
pub fn paged(body: Value, page: Map<String, Value>) -> Value {
    let mut members = match body {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    members.extend(page);
    members.sort_keys();
    Value::Object(members)
}
