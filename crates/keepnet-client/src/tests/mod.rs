//! The run time against a scripted service on the loopback interface, with an injected clock.

mod bodies;
mod connection;
mod errors;
mod redaction;
mod scope;
mod service;
mod tokens;
mod tries;
