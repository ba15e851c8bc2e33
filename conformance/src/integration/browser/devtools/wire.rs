//! The Chrome DevTools Protocol over its websocket: calls that are answered, events that come by themselves.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Url;

use crate::failure::{Failure, OrFail, Outcome};

/// Longest wait for the answer to one call.
const PATIENCE: Duration = Duration::from_secs(20);

/// One message of the browser, in bytes: a page at its limit, written as JSON, with room to spare.
const MESSAGE: usize = 64 << 20;

/// The session that is the browser itself; those of pages have names.
pub const BROWSER: &str = "";

/// Something that happened in a session.
#[derive(Debug)]
pub struct Event {
    pub method: String,
    pub params: Value,
}

type Answer = Result<Value, String>;

/// A connection to a browser.
pub struct Wire {
    out: mpsc::UnboundedSender<String>,
    next: AtomicU64,
    ends: Mutex<Ends>,
}

/// Who waits at this end.
struct Ends {
    /// By the number of the call; None once the connection is gone.
    waiting: Option<HashMap<u64, oneshot::Sender<Answer>>>,
    /// By session.
    listeners: HashMap<String, mpsc::UnboundedSender<Event>>,
}

impl Wire {
    /// Connects to the address that a browser named when it started.
    ///
    /// # Errors
    /// When nobody there speaks the protocol.
    pub async fn connect(address: &str) -> Outcome<Arc<Self>> {
        let url = Url::parse(address)?;
        let (host, port) = (url.host_str().or_fail(|| "the browser listens nowhere")?, url.port().or_fail(|| "the browser listens on no port")?);
        let blame = |error: &dyn std::fmt::Display| Failure::driver(format!("the browser does not take a connection: {error}"));
        let stream = TcpStream::connect((host, port)).await.map_err(|error| blame(&error))?;
        let config = WebSocketConfig::default().max_message_size(Some(MESSAGE)).max_frame_size(Some(MESSAGE));
        let (socket, _) = client_async_with_config(address, stream, Some(config)).await.map_err(|error| blame(&error))?;
        let (sink, source) = socket.split();
        let (out, outgoing) = mpsc::unbounded_channel();
        let ends = Mutex::new(Ends { waiting: Some(HashMap::new()), listeners: HashMap::new() });
        let wire = Arc::new(Self { out, next: AtomicU64::new(1), ends });
        tokio::spawn(write(sink, outgoing));
        tokio::spawn(read(source, Arc::clone(&wire)));
        Ok(wire)
    }

    /// Calls a method and waits for its result.
    ///
    /// # Errors
    /// [`Failure::driver`] when the browser refuses, keeps silent or is gone.
    pub async fn call(&self, session: &str, method: &str, params: Value) -> Outcome<Value> {
        let (tell, told) = oneshot::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        match &mut self.ends().waiting {
            Some(waiting) => drop(waiting.insert(id, tell)),
            None => return Err(gone()),
        }
        self.send(id, session, method, params);
        match timeout(PATIENCE, told).await {
            Ok(Ok(Ok(result))) => Ok(result),
            Ok(Ok(Err(why))) => Err(Failure::driver(format!("the browser refused {method}: {why}"))),
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(Failure::driver(format!("the browser did not answer {method} within {PATIENCE:?}"))),
        }
    }

    /// Calls a method whose result nobody waits for.
    pub fn tell(&self, session: &str, method: &str, params: Value) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.send(id, session, method, params);
    }

    /// What happens in a session from now on.
    pub fn listen(&self, session: &str) -> mpsc::UnboundedReceiver<Event> {
        let (hear, heard) = mpsc::unbounded_channel();
        let mut ends = self.ends();
        if ends.waiting.is_some() {
            ends.listeners.insert(session.to_owned(), hear);
        }
        heard
    }

    /// No longer hears a session.
    pub fn leave(&self, session: &str) {
        self.ends().listeners.remove(session);
    }

    /// True until the browser is gone.
    pub fn is_open(&self) -> bool {
        self.ends().waiting.is_some()
    }

    fn send(&self, id: u64, session: &str, method: &str, params: Value) {
        let mut message = json!({ "id": id, "method": method });
        message["params"] = params;
        if session != BROWSER {
            message["sessionId"] = json!(session);
        }
        // A connection that is gone is noticed by whoever waits for an answer.
        let _ = self.out.send(message.to_string());
    }

    fn take(&self, text: &str) {
        let Ok(mut message) = serde_json::from_str::<Value>(text) else { return };
        if let Some(id) = message["id"].as_u64() {
            let waiter = self.ends().waiting.as_mut().and_then(|waiting| waiting.remove(&id));
            let Some(waiter) = waiter else { return };
            let why = message["error"]["message"].as_str().map(str::to_owned);
            let _ = waiter.send(why.map_or_else(|| Ok(message["result"].take()), Err));
            return;
        }
        let session = message["sessionId"].as_str().unwrap_or(BROWSER).to_owned();
        let Some(method) = message["method"].as_str().map(str::to_owned) else { return };
        if let Some(hear) = self.ends().listeners.get(&session) {
            let _ = hear.send(Event { method, params: message["params"].take() });
        }
    }

    fn end(&self) {
        let mut ends = self.ends();
        ends.waiting = None;
        ends.listeners.clear();
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gone() -> Failure {
    Failure::driver("the browser ended")
}

async fn write(mut sink: SplitSink<WebSocketStream<TcpStream>, Message>, mut outgoing: mpsc::UnboundedReceiver<String>) {
    while let Some(text) = outgoing.recv().await {
        if sink.send(Message::text(text)).await.is_err() {
            break;
        }
    }
}

async fn read(mut source: SplitStream<WebSocketStream<TcpStream>>, wire: Arc<Wire>) {
    while let Some(Ok(message)) = source.next().await {
        if let Message::Text(text) = message {
            wire.take(text.as_str());
        }
    }
    wire.end();
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A browser of one connection that answers each call by `answer`.
    async fn browser(answer: fn(&Value) -> Vec<Value>) -> Arc<Wire> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
            while let Some(Ok(Message::Text(text))) = socket.next().await {
                let call: Value = serde_json::from_str(text.as_str()).unwrap();
                for message in answer(&call) {
                    socket.send(Message::text(message.to_string())).await.unwrap();
                }
                if call["method"] == "Browser.close" {
                    break;
                }
            }
        });
        Wire::connect(&format!("ws://127.0.0.1:{port}/devtools/browser/x")).await.unwrap()
    }

    #[tokio::test]
    async fn a_call_is_answered_by_its_number_and_an_event_is_heard_in_its_session() {
        let wire = browser(|call| {
            let event = json!({ "sessionId": "S", "method": "Page.loadEventFired", "params": { "timestamp": 1 } });
            vec![event, json!({ "id": call["id"], "result": { "echo": call["params"], "session": call["sessionId"] } })]
        })
        .await;
        let mut heard = wire.listen("S");
        let result = wire.call("S", "Page.enable", json!({ "a": 1 })).await.unwrap();
        assert_eq!(result, json!({ "echo": { "a": 1 }, "session": "S" }));
        let event = heard.recv().await.unwrap();
        assert_eq!((event.method.as_str(), &event.params["timestamp"]), ("Page.loadEventFired", &json!(1)));
    }

    #[tokio::test]
    async fn a_refusal_and_a_browser_that_ends_are_told() {
        let wire = browser(|call| match call["method"].as_str() {
            Some("Browser.close") => vec![],
            _ => vec![json!({ "id": call["id"], "error": { "code": -32000, "message": "No such target" } })],
        })
        .await;
        let refused = wire.call(BROWSER, "Target.closeTarget", json!({})).await.unwrap_err().to_string();
        assert_eq!(refused, "driver: the browser refused Target.closeTarget: No such target");
        let ended = wire.call(BROWSER, "Browser.close", json!({})).await.unwrap_err().to_string();
        assert_eq!(ended, "driver: the browser ended");
        assert!(!wire.is_open() && wire.call(BROWSER, "Browser.getVersion", json!({})).await.is_err());
    }
}
