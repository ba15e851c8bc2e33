//! Pages of a collection: which part a caller asks for, and the addresses of its neighbours.

use serde_json::{Map, Value, json};

use super::super::call::Call;

/// Items of a page unless the caller says how many, and at most.
const USUAL: usize = 50;
const MOST: usize = 2_000;

/// A part of a collection. Tokens are offsets, counted from 0.
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    pub size: usize,
    pub offset: usize,
}

impl Paging {
    pub fn of(call: &Call<'_>) -> Self {
        let number = |name: &str| call.parameter(name).and_then(|text| text.parse::<usize>().ok());
        Self { size: number("pageSize").unwrap_or(USUAL).clamp(1, MOST), offset: number("pageToken").unwrap_or(0).min(MOST) }
    }

    /// One more than fits tells whether there are others.
    pub fn soql(self) -> String {
        format!("LIMIT {} OFFSET {}", self.size + 1, self.offset)
    }

    /// What fits of `items`, and whether there were others.
    pub fn cut<T>(self, mut items: Vec<T>) -> (Vec<T>, bool) {
        let more = items.len() > self.size;
        items.truncate(self.size);
        (items, more)
    }

    /// The members that say where the page lies; `path` is the collection's address.
    pub fn members(self, path: &str, count: usize, more: bool) -> Map<String, Value> {
        let url = |offset: usize| format!("{path}?pageSize={}&pageToken={offset}", self.size);
        let next = more.then(|| self.offset + self.size);
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
