//! The integration under test, and the drivers that reach it.

pub mod browser;
pub mod command;
pub mod conversation;
pub mod driver;
pub mod examine;
mod fetch;
pub mod file;
pub mod http;
pub mod init;
mod launch;
pub mod limits;
pub mod output;
mod port;
pub mod process;
pub mod protocol;
pub mod reply;
pub mod schema;
pub mod service;
pub mod surroundings;
pub mod watch;

pub use conversation::Conversation;
pub use driver::Driver;
pub use file::{Integration, Kind};
pub use limits::Limits;
pub use protocol::{Hello, Operation, Problem, State, Status};
pub use reply::Reply;
pub use surroundings::Surroundings;
