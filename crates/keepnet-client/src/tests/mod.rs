//! The run time against a scripted service on the loopback interface, with an injected clock.

mod budget;
mod config;
mod download;
mod errors;
mod form;
mod gzip;
mod in_flight;
mod may_have_acted;
mod observer;
mod progress;
mod proxy;
mod reading;
mod redaction;
mod retry;
mod scope;
mod service;
mod timeouts;
mod timestamp;
mod tls;
mod token;
mod token_source;
