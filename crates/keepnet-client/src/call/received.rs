//! From a response to the data of the operation.

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::response_info::ResponseInfo;
use crate::body::Download;
use crate::call_info::CallInfo;
use crate::error::ErrorBody;
use crate::http::{HttpBody, HttpResponse};
use crate::{Envelope, Error, ErrorKind, Operation, Wrapping};

/// A response of an operation.
pub(super) struct Received {
    pub(super) operation: &'static Operation,
    pub(super) info: ResponseInfo,
    /// The host that a redirect leads to.
    pub(super) redirect: Option<String>,
    pub(super) body: ReceivedBody,
}

pub(super) enum ReceivedBody {
    Http(HttpBody),
    Download(Download),
}

/// The data; it is an error where there is none.
pub(super) fn message<T: DeserializeOwned>(received: Received) -> Result<T, Error> {
    let (operation, info) = (received.operation, received.info);
    if info.call.already_gone {
        // The body reports that nothing was found. A record without its optional fields is the nearest
        // to the data of a deletion.
        let empty = serde_json::from_str("{}").or_else(|_| serde_json::from_str("null"));
        return empty.map_err(|error| Error::from_payload(info.call, info.status, b"", &error));
    }
    let data = data(operation, &info, received.body)?;
    data.ok_or_else(|| Error::unusable(info.call, info.status, "the response holds no data"))
}

/// The data, if there is any.
pub(super) fn optional<T: DeserializeOwned>(received: Received) -> Result<Option<T>, Error> {
    match received.info.call.already_gone {
        true => Ok(None),
        false => data(received.operation, &received.info, received.body),
    }
}

/// A file that is still on its way.
pub(super) fn download(received: Received) -> Result<Download, Error> {
    match received.body {
        ReceivedBody::Download(download) => Ok(download),
        ReceivedBody::Http(_) => Err(
            Error::new(ErrorKind::Protocol, "the response is not a file")
                .with_call(received.info.operation(), Some(received.info.call)),
        ),
    }
}

/// Refuses a response that reports a failure; other shapes pass. That a repeated deletion found nothing
/// is none.
pub(super) fn check_success(
    operation: &Operation,
    info: &ResponseInfo,
    body: &[u8],
) -> Result<(), Error> {
    if info.call.already_gone {
        return Ok(());
    }
    let is_failure = match operation.wrapping {
        Wrapping::Envelope | Wrapping::File => ErrorBody::parse(body).is_rejection(),
        Wrapping::Unknown => {
            let marks = ["data", "isSuccess", "message", "validationMessages"];
            ErrorBody::is_failed_envelope(body, &marks)
        }
        // Some unwrapped responses have a status and a message of their own.
        Wrapping::None => ErrorBody::is_failed_envelope(body, &["data", "isSuccess"]),
    };
    match is_failure {
        true => Err(Error::rejected(info.call.clone(), info.status, body)),
        false => Ok(()),
    }
}

fn data<T: DeserializeOwned>(
    operation: &Operation,
    info: &ResponseInfo,
    body: ReceivedBody,
) -> Result<Option<T>, Error> {
    let body = match body {
        ReceivedBody::Http(HttpBody::Whole(body)) => body,
        // A message is always read to its end.
        _ => Bytes::new(),
    };
    match operation.wrapping {
        Wrapping::Envelope => open(info, &body),
        _ if body.trim_ascii().is_empty() => Ok(None),
        _ => {
            check_success(operation, info, &body)?;
            parse(info, &body).map(Some)
        }
    }
}

fn open<T: DeserializeOwned>(info: &ResponseInfo, body: &[u8]) -> Result<Option<T>, Error> {
    // The contract names one success status; a service that sends 204 instead of 200 has
    // succeeded as well.
    if body.trim_ascii().is_empty() && info.status != 200 {
        return Ok(None);
    }
    let envelope: Envelope<T> = parse(info, body)?;
    match envelope.is_success() {
        true => Ok(envelope.data),
        false => Err(Error::rejected(info.call.clone(), info.status, body)),
    }
}

fn parse<T: DeserializeOwned>(info: &ResponseInfo, body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body)
        .map_err(|error| Error::from_payload(info.call.clone(), info.status, body, &error))
}

impl Received {
    pub(super) fn new(
        operation: &'static Operation,
        call: CallInfo,
        response: HttpResponse,
    ) -> Self {
        let HttpResponse {
            status,
            headers,
            redirect,
            body,
        } = response;
        Self {
            operation,
            info: ResponseInfo {
                status,
                headers,
                call,
            },
            redirect,
            body: ReceivedBody::Http(body),
        }
    }

    /// Reads the start of a file, which may be a message that reports a failure.
    pub(super) async fn start_download(&mut self) -> Result<(), Error> {
        let nothing = ReceivedBody::Http(HttpBody::Whole(Bytes::new()));
        if let ReceivedBody::Http(body) = std::mem::replace(&mut self.body, nothing) {
            let ResponseInfo {
                status,
                headers,
                call,
            } = &self.info;
            let download = Download::start(call.clone(), *status, headers, body).await?;
            self.body = ReceivedBody::Download(download);
        }
        Ok(())
    }

    /// The error of a failing status.
    pub(super) fn check_status(&self) -> Result<(), Error> {
        if self.info.status.is_success() || self.info.call.already_gone {
            return Ok(());
        }
        let body = match &self.body {
            ReceivedBody::Http(HttpBody::Whole(body)) => &body[..],
            _ => &[],
        };
        let ResponseInfo {
            status,
            headers,
            call,
        } = &self.info;
        let redirect = self.redirect.as_deref();
        Err(Error::from_status(
            call.clone(),
            *status,
            headers,
            redirect,
            body,
        ))
    }
}
