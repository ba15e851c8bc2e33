//! From settings to a server that answers, and back.

use std::sync::Arc;

use super::welcome::Ready;
use super::{Server, welcome};
use crate::api;
use crate::app::App;
use crate::config::{Addressing, Config, StartError};
use crate::edge::{Authority, Bound, Edge, Tls};
use crate::org::{Host, Listeners, Ports, Scheme};
use crate::pages;
use crate::store::Store;
use crate::table::{Routes, Row, Table};
use crate::world;

/// A server that answers. Dropping it leaves it running until the runtime ends; `stop` ends it cleanly.
pub struct Running {
    pub(super) app: App,
    edge: Arc<Edge<Server>>,
}

/// Starts a server; when this returns it answers.
pub async fn start(config: Config) -> Result<Running, StartError> {
    if !config.host.is_loopback() && config.control_token.is_none() {
        return Err(StartError::OpenWithoutToken(config.host));
    }
    let sockets = Sockets::bind(&config)?;
    if config.tls.is_some() {
        // Clients are told of it when the server is ready, and can trust only what exists before they start.
        Authority::open(&config.ca_dir)?;
    }
    let app = App::over(open_store(&config)?, config, sockets.listeners()).map_err(|error| StartError::World(error.to_string()))?;
    let routes = Routes::merge(tables(), app.clone());
    app.faults().set_routes(routes.rows().iter().map(|row| row.id).collect());
    let config = app.config();
    let edge = Edge::new(Server::new(app.clone(), routes), Tls::new(config.ca_dir.clone()), config.host, config.control_token.clone());
    if config.addressing == Addressing::Ports {
        app.listeners().set_opener(edge.opener());
    }
    world::populate(&app).map_err(StartError::World)?;
    tokio::spawn(app.clone().keep_working());
    sockets.serve(&edge);
    Ok(Running { app, edge })
}

/// One row of a family's table, for what has to cover them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `family/name`
    pub id: &'static str,
    pub methods: Vec<String>,
    pub path: &'static str,
}

/// Every row of every family.
pub fn routes() -> Vec<Route> {
    let row = |row: &Row| Route { id: row.id, methods: row.methods.iter().map(ToString::to_string).collect(), path: row.path };
    tables().iter().flat_map(|table| table.rows().iter().map(row)).collect()
}

fn tables() -> Vec<Table> {
    api::tables().into_iter().chain([pages::table()]).collect()
}

/// The world that a server with these settings would start from, as `world export` prints it.
pub async fn export_world(config: Config) -> Result<String, StartError> {
    let ports = Ports { host: config.url_host(), login: config.port, test: config.test_port, ..Ports::default() };
    let app = App::over(open_store(&config)?, config, Arc::new(Listeners::at(ports))).map_err(|error| StartError::World(error.to_string()))?;
    world::populate(&app).map_err(StartError::World)?;
    let world = world::document(&app, world::RECORDS_SHOWN).map_err(|error| StartError::World(error.to_string()))?;
    world::yaml(&world).map_err(StartError::World)
}

fn open_store(config: &Config) -> Result<Store, StartError> {
    let Some(path) = &config.data_dir else {
        return Store::in_memory().map_err(|error| StartError::World(error.to_string()));
    };
    Store::in_directory(path).map_err(|error| StartError::DataDirectory(error.to_string()))
}

/// The listening sockets of the two login hosts, taken before anything else so that a port in use is told at once.
struct Sockets {
    login: Bound,
    test: Bound,
    tls: Option<(Bound, Bound)>,
    host: String,
    open: bool,
}

impl Sockets {
    fn bind(config: &Config) -> Result<Self, StartError> {
        let login = Bound::new(config.host, config.port, "--port")?;
        let test = Bound::new(config.host, config.test_port, "--test-port")?;
        let secure = |ports: crate::config::TlsPorts| {
            Ok((Bound::new(config.host, ports.login, "--tls-port")?, Bound::new(config.host, ports.test, "--tls-test-port")?))
        };
        let tls = config.tls.map(secure).transpose()?;
        Ok(Self { login, test, tls, host: config.url_host(), open: !config.host.is_loopback() })
    }

    fn listeners(&self) -> Arc<Listeners> {
        Arc::new(Listeners::at(Ports {
            host: self.host.clone(),
            login: self.login.port(),
            test: self.test.port(),
            login_tls: self.tls.as_ref().map(|(login, _)| login.port()),
            test_tls: self.tls.as_ref().map(|(_, test)| test.port()),
            open: self.open,
        }))
    }

    fn serve(self, edge: &Arc<Edge<Server>>) {
        edge.serve(self.login, Host::Login, Scheme::Http);
        edge.serve(self.test, Host::Test, Scheme::Http);
        if let Some((login, test)) = self.tls {
            edge.serve(login, Host::Login, Scheme::Https);
            edge.serve(test, Host::Test, Scheme::Https);
        }
    }
}

impl Running {
    /// What `--ready-json` prints.
    pub fn ready(&self) -> Ready {
        Ready::of(&self.app)
    }

    /// What a person reads at the start.
    pub fn welcome(&self) -> String {
        welcome::text(&self.app)
    }

    /// Lets requests under way finish, for at most five seconds, and writes out what is still in memory.
    pub async fn stop(self) {
        // Held requests, and whoever follows the journal, would otherwise be waited for.
        self.app.faults().clear();
        self.app.journal().close();
        self.edge.stop().await;
        if let Err(error) = self.app.close() {
            tracing::error!(%error, "the store was not closed cleanly");
        }
    }
}
