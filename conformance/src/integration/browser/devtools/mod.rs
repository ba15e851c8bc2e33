//! A real browser, driven over the Chrome DevTools Protocol, for pages that scripts build.
//!
//! One Chromium serves a whole run; every connection has a context of its own in it, which is a profile without a past.
//! `process` starts and watches it, `wire` speaks with it, `pages` knows whose page is whose, `ledger` what happens in a tab,
//! and `tab` does what a person would.

mod ledger;
mod pages;
mod process;
mod tab;
mod wire;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Mutex;
use url::Url;

use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::launch;
use pages::Pages;
use process::Process;
pub use tab::{Came, Tab};
use wire::{BROWSER, Wire};

/// A Chromium that was named by its path. It is started again if it dies.
#[derive(Clone)]
pub struct Chromium(Arc<Started>);

struct Started {
    program: PathBuf,
    hosts: Vec<String>,
    name: String,
    running: Mutex<Option<Arc<Running>>>,
}

/// One life of the browser.
struct Running {
    wire: Arc<Wire>,
    pages: Arc<Pages>,
    process: Process,
}

/// Cookies and stores of one person, apart from those of everybody else.
pub struct Context {
    running: Arc<Running>,
    id: String,
}

impl Chromium {
    /// Starts the program at `path`, or of this name in `PATH`. Its pages may be of this machine and of `hosts`.
    ///
    /// # Errors
    /// When there is no such program, or it is no Chromium.
    pub async fn start(path: &Path, hosts: &[String]) -> Outcome<Self> {
        let program = launch::find(&path.to_string_lossy(), &std::env::current_dir()?)?;
        let running = Running::start(&program, hosts).await?;
        let version = running.wire.call(BROWSER, "Browser.getVersion", json!({})).await?;
        let product = version["product"].as_str().unwrap_or_default();
        let number = product.split_once("Chrome/").map(|(_, number)| number);
        let number = number.ok_or_else(|| Failure::new(format!("{} is no Chromium, but {product:?}", path.display())))?;
        let name = format!("Chromium {number}");
        let running = Mutex::new(Some(Arc::new(running)));
        Ok(Self(Arc::new(Started { program, hosts: hosts.to_vec(), name, running })))
    }

    /// What it calls itself, such as "Chromium 156.0.8078.79".
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// A new person before the browser.
    ///
    /// # Errors
    /// When the browser ended and does not start again.
    pub async fn context(&self) -> Outcome<Arc<Context>> {
        let running = self.running().await?;
        let made = running.wire.call(BROWSER, "Target.createBrowserContext", json!({})).await?;
        let id = made["browserContextId"].as_str().or_fail(|| "the browser made a context without an id")?.to_owned();
        let context = Context { running, id };
        let wire = &context.running.wire;
        wire.call(BROWSER, "Browser.setDownloadBehavior", json!({ "behavior": "deny", "browserContextId": context.id })).await?;
        // Granting nothing is refusing the rest.
        wire.call(BROWSER, "Browser.grantPermissions", json!({ "permissions": [], "browserContextId": context.id })).await?;
        Ok(Arc::new(context))
    }

    async fn running(&self) -> Outcome<Arc<Running>> {
        let mut running = self.0.running.lock().await;
        if let Some(running) = running.as_ref().filter(|running| running.wire.is_open()) {
            return Ok(Arc::clone(running));
        }
        let started = Arc::new(Running::start(&self.0.program, &self.0.hosts).await.map_err(|failure| Failure::driver(failure.sentence()))?);
        *running = Some(Arc::clone(&started));
        Ok(started)
    }
}

impl fmt::Debug for Chromium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Running {
    async fn start(program: &Path, hosts: &[String]) -> Outcome<Self> {
        let (process, address) = Process::start(program, hosts).await?;
        let wire = Wire::connect(&address).await?;
        let pages = Arc::new(Pages::default());
        tokio::spawn(Arc::clone(&pages).watch(Arc::clone(&wire), wire.listen(BROWSER)));
        // Pages that pages open wait until somebody looks after them.
        let attach =
            json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true, "filter": [{ "type": "page" }, { "exclude": true }] });
        wire.call(BROWSER, "Target.setAutoAttach", attach).await?;
        Ok(Self { wire, pages, process })
    }

    fn refuse_if_gone(&self) -> Outcome {
        if self.wire.is_open() {
            return Ok(());
        }
        Err(Failure::driver(self.process.breach().unwrap_or_else(|| "the browser ended".to_owned())))
    }
}

impl Context {
    /// Puts in a cookie, as if a login had given it.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn plant_cookie(&self, url: &Url, name: &str, value: &str) -> Outcome {
        let cookie = json!({ "name": name, "value": value, "url": url.as_str() });
        self.running.wire.call(BROWSER, "Storage.setCookies", json!({ "cookies": [cookie], "browserContextId": self.id })).await.map(drop)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        self.running.wire.tell(BROWSER, "Target.disposeBrowserContext", json!({ "browserContextId": self.id }));
    }
}
