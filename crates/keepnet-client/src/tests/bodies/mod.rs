//! What a request carries and what a response holds.

mod download;
mod form;
mod gzip;
mod reading;
mod timestamp;
