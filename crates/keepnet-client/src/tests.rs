//! The run time against a scripted service on the loopback interface, with an injected clock.

mod config;
mod download;
mod errors;
mod form;
mod reading;
mod redaction;
mod retry;
mod scope;
mod service;
mod timestamp;
mod token;
