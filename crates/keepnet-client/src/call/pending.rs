//! A call that has not been sent: everything about it that does not depend on its result type.

use std::fmt::Display;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::received::Received;
use crate::body::Form;
use crate::client::{CallOptions, CallTarget, RequestBody, RequestParts};
use crate::{Error, ErrorKind, Operation, Transfer};

pub(super) struct Pending {
    pub(super) operation: &'static Operation,
    pub(super) options: CallOptions,
    target: CallTarget,
    path: Result<String, Error>,
    headers: HeaderMap,
    body: RequestBody,
    /// Whether a failing status is left to the caller.
    pub(super) any_status: bool,
}

impl Pending {
    pub(super) fn new(
        target: CallTarget,
        operation: &'static Operation,
        path: Result<String, Error>,
    ) -> Self {
        Self {
            operation,
            options: CallOptions {
                timeouts: target.timeouts(),
                deadline: None,
                no_retry: false,
            },
            target,
            path,
            headers: HeaderMap::new(),
            body: RequestBody::None,
            any_status: false,
        }
    }

    pub(super) fn query(&mut self, name: &str, value: &dyn Display) {
        if let Ok(path) = &mut self.path {
            path.push(if path.contains('?') { '&' } else { '?' });
            let value = value.to_string();
            path.extend(utf8_percent_encode(name, NON_ALPHANUMERIC));
            path.push('=');
            path.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
        }
    }

    pub(super) fn header(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }

    pub(super) fn json<B: Serialize + ?Sized>(&mut self, body: &B) {
        let bytes = serde_json::to_vec(body).map_err(drop);
        self.bytes(bytes, HeaderValue::from_static("application/json"));
    }

    pub(super) fn json_text(&mut self, text: String) {
        self.bytes(
            Ok(text.into()),
            HeaderValue::from_static("application/json"),
        );
    }

    pub(super) fn url_encoded<B: Serialize>(&mut self, body: &B) {
        let bytes = serde_urlencoded::to_string(body).map(String::into_bytes);
        let content_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.bytes(bytes.map_err(drop), content_type);
    }

    /// The reason why a body cannot be written may quote it, so it is left out.
    fn bytes(&mut self, bytes: Result<Vec<u8>, ()>, content_type: HeaderValue) {
        match bytes {
            Ok(bytes) => self.body = RequestBody::Bytes(Bytes::from(bytes), content_type),
            Err(()) => self.refuse_body(UNUSABLE),
        }
    }

    /// Makes the call fail before anything is sent.
    pub(super) fn refuse_body(&mut self, problem: &'static str) {
        self.path = Err(invalid(self.operation, problem));
    }

    pub(super) fn form(&mut self, form: Form) {
        self.body = RequestBody::Form(form);
    }

    pub(super) async fn send(self) -> Result<Received, Error> {
        let method = Method::from_bytes(self.operation.method.as_bytes());
        let url = self.target.url(&self.path?);
        let uri =
            Uri::try_from(String::from(url)).map_err(|_| invalid(self.operation, UNUSABLE))?;
        let parts = RequestParts {
            method: method.unwrap_or_default(),
            uri,
            headers: self.headers,
            body: self.body,
        };
        let operation = self.operation;
        let call = self.target.dispatch(operation, parts, self.options);
        let (call, outcome) = call.await;
        let response = outcome
            .map_err(|failure| Error::from_failure(operation.id, Some(call.clone()), failure))?;
        let mut received = Received::new(operation, call, response);
        if !self.any_status {
            received.check_status()?;
            if operation.transfer == Transfer::Download {
                received.start_download().await?;
            }
        }
        Ok(received)
    }
}

const UNUSABLE: &str = "the request could not be built";

fn invalid(operation: &Operation, problem: &'static str) -> Error {
    Error::new(ErrorKind::Invalid, problem).with_action(operation.id)
}
