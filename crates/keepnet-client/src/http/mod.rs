//! One request and its response: connections, time limits, progress.

mod exchange;
mod response;
mod stall;
mod transport;
mod upload_progress;

pub(crate) use response::{HttpBody, HttpResponse};
pub(crate) use transport::Transport;
pub(crate) use upload_progress::UploadProgress;
