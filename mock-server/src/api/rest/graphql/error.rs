//! What a GraphQL request is refused with. Source of the shape: `rest.md` section 4.
//!
//! GUESS: the words follow graphql-java, whose errors Salesforce's quoted answers are.

use serde_json::{Value, json};

use super::document::At;
use crate::api::rest::error::RestError;

/// One member of `errors`.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphError {
    pub message: String,
    at: Option<At>,
    path: Vec<String>,
    kind: &'static str,
}

impl GraphError {
    pub fn syntax(message: String, at: At) -> Self {
        Self { message, at: Some(at), path: Vec::new(), kind: "InvalidSyntax" }
    }

    pub fn offending(token: &str, at: At) -> Self {
        Self::syntax(format!("Invalid syntax with offending token '{token}' at line {} column {}", at.line, at.column), at)
    }

    /// What the document asks for is not there.
    pub fn undefined(field: &str, of: &str, path: &[String], at: At) -> Self {
        let whole = [path, &[field.to_owned()]].concat();
        Self::invalid("FieldUndefined", &whole, &format!("Field '{field}' in type '{of}' is undefined"), at)
    }

    /// A document that may be read and means nothing.
    pub fn invalid(rule: &str, path: &[String], why: &str, at: At) -> Self {
        let message = format!("Validation error ({rule}@[{}]) : {why}", path.join("/"));
        Self { message, at: Some(at), path: Vec::new(), kind: "ValidationError" }
    }

    /// The variables of a request do not fit those of its operation.
    pub fn variable(message: String, at: At) -> Self {
        Self { message, at: Some(at), path: Vec::new(), kind: "ValidationError" }
    }

    pub fn operation(message: String) -> Self {
        Self { message, at: None, path: Vec::new(), kind: "OperationNotSupported" }
    }

    /// What was asked for could not be had.
    pub fn fetching(error: &RestError, path: &[String], at: At) -> Self {
        error.log();
        Self { message: error.wire().message.into_owned(), at: Some(at), path: path.to_vec(), kind: "DataFetchingException" }
    }

    /// Whether the document itself is wrong, so that nothing of it is answered.
    pub fn is_of_the_document(&self) -> bool {
        self.kind == "ValidationError"
    }

    pub fn json(&self) -> Value {
        let locations: Vec<Value> = self.at.iter().map(|at| json!({ "line": at.line, "column": at.column })).collect();
        json!({ "message": self.message, "locations": locations, "paths": self.path, "extensions": { "ErrorType": self.kind } })
    }
}
