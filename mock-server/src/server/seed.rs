//! `sf-mock seed`: sample data into a data directory, or into a running server over its control API.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::app::App;
use crate::config::{Config, StartError};
use crate::org::Listeners;
use crate::store::Store;
use crate::world;

pub use crate::world::sample::{Made, Sample};

/// Where the data goes.
#[derive(Debug, Clone)]
pub enum Destination {
    /// The data directory of this configuration, which no server has open.
    Directory(Box<Config>),
    /// A running server: its login URL, and its control token if it has one.
    Server { url: String, token: Option<String> },
}

/// Makes the sample in the org of this name and tells how many records it came to.
///
/// # Errors
/// The directory cannot be opened, the server cannot be reached or refuses, or the org does not exist.
pub fn seed(destination: &Destination, org: &str, sample: &Sample) -> Result<Made, StartError> {
    match destination {
        Destination::Directory(config) => into_directory(config, org, sample),
        Destination::Server { url, token } => into_server(url, token.as_deref(), org, sample).map_err(StartError::World),
    }
}

fn into_directory(config: &Config, name: &str, sample: &Sample) -> Result<Made, StartError> {
    let wrong = |error: &dyn std::fmt::Display| StartError::World(error.to_string());
    let path = config.data_dir.as_deref().ok_or_else(|| StartError::World("--data-dir names no directory".to_owned()))?;
    let store = Store::in_directory(path).map_err(|error| StartError::DataDirectory(error.to_string()))?;
    let app = App::over(store, config.clone(), std::sync::Arc::new(Listeners::default())).map_err(|error| wrong(&error))?;
    world::populate(&app).map_err(StartError::World)?;
    let org = app.org_named(name).ok_or_else(|| StartError::World(format!("no org is called {name:?}")))?;
    let made = world::sample::sow(&app, &org, sample).map_err(|error| wrong(&error))?;
    app.close().map_err(|error| wrong(&error))?;
    Ok(made)
}

/// One plain HTTP request is not worth a client library.
fn into_server(url: &str, token: Option<&str>, org: &str, sample: &Sample) -> Result<Made, String> {
    let authority = url.strip_prefix("http://").ok_or_else(|| format!("{url:?} is no plain http:// address"))?.trim_end_matches('/');
    let body = serde_json::to_string(sample).map_err(|error| error.to_string())?;
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!(
        "POST /_mock/v1/orgs/{org}/seed HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{bearer}Connection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(authority).map_err(|error| format!("no server answers at {url}: {error}"))?;
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)).map_err(|error| format!("{url}: {error}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split_whitespace().nth(1) {
        Some("201") => serde_json::from_str(body).map_err(|error| format!("{url} answered what cannot be read: {error}")),
        _ => Err(format!("{url} refused: {}", body.trim())),
    }
}
