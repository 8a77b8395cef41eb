//! One request and its response: connections, time limits, progress.

mod connector;
mod content;
mod exchange;
mod gzip;
mod proxy;
mod response;
mod stall;
mod tls;
mod transport;
mod upload_progress;

pub(crate) use content::RequestContent;
pub(crate) use response::{HttpBody, HttpResponse};
pub(crate) use transport::Transport;
pub(crate) use upload_progress::UploadProgress;
