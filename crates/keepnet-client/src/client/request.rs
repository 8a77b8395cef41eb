//! A request that can be built again for each try.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request, Uri};
use http_body_util::{Either, Full};

use crate::body::Form;
use crate::error::Failure;
use crate::http::{RequestContent, UploadProgress};
use crate::{RequestPhase, RequestWatch};

pub(crate) struct RequestParts {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
}

pub(crate) enum RequestBody {
    None,
    Bytes(Bytes, HeaderValue),
    /// Read again from its files for each try.
    Form(Form),
}

impl RequestParts {
    /// The request of the next try, with what shows how far it is, and the progress of its upload where
    /// it is one. The boundary is a text that no file of a form contains.
    pub(super) async fn build(
        &self,
        boundary: &str,
    ) -> Result<
        (
            Request<RequestContent>,
            RequestWatch,
            Option<UploadProgress>,
        ),
        Failure,
    > {
        let mut headers = HeaderMap::with_capacity(HEADERS + self.headers.len());
        let watch = RequestWatch::new(RequestPhase::Waiting);
        let mut progress = None;
        let content = match &self.body {
            RequestBody::None => {
                if !self.method.is_safe() {
                    // Some servers wait for the length of a body that is not there.
                    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
                }
                Either::Left(Full::default())
            }
            RequestBody::Bytes(bytes, content_type) => {
                headers.insert(CONTENT_TYPE, content_type.clone());
                Either::Left(Full::new(bytes.clone()))
            }
            RequestBody::Form(form) => {
                watch.set(RequestPhase::Sending);
                let sent = UploadProgress::new(watch.clone());
                let encoded = form.encode(boundary, &sent).await;
                let encoded = encoded.map_err(|error| Failure::File(Arc::new(error)))?;
                headers.insert(CONTENT_LENGTH, encoded.length.into());
                headers.insert(CONTENT_TYPE, encoded.content_type);
                progress = Some(sent);
                Either::Right(encoded.content)
            }
        };
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        let mut request = Request::new(content);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        Ok((request, watch, progress))
    }
}

/// How many headers the client sets by itself, with those that the connection adds.
const HEADERS: usize = 10;
