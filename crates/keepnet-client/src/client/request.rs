//! A request that can be built again for each try.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, Url};

use crate::body::Form;
use crate::error::Failure;
use crate::http::UploadProgress;

pub(crate) struct RequestParts {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
}

pub(crate) enum RequestBody {
    None,
    Bytes(Bytes, HeaderValue),
    /// Read again from its files for each try: a multipart body cannot be copied.
    Form(Form),
}

impl RequestParts {
    /// The request of the next try, with the progress of its upload where it is one.
    pub(super) async fn build(
        &self,
        http: &reqwest::Client,
    ) -> Result<(Request, Option<UploadProgress>), Failure> {
        let mut request = Request::new(self.method.clone(), self.url.clone());
        let mut progress = None;
        match &self.body {
            RequestBody::None if self.method.is_safe() => {}
            RequestBody::None => {
                // Some servers wait for the length of a body that is not there.
                let length = HeaderValue::from_static("0");
                request.headers_mut().insert(CONTENT_LENGTH, length);
            }
            RequestBody::Bytes(bytes, content_type) => {
                *request.body_mut() = Some(bytes.clone().into());
                let headers = request.headers_mut();
                headers.insert(CONTENT_TYPE, content_type.clone());
            }
            RequestBody::Form(form) => {
                let sent = UploadProgress::default();
                let body = form.body(&sent).await;
                let body = body.map_err(|error| Failure::File(Arc::new(error)))?;
                request = http
                    .request(self.method.clone(), self.url.clone())
                    .multipart(body)
                    .build()
                    .map_err(Failure::transport)?;
                progress = Some(sent);
            }
        }
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        Ok((request, progress))
    }
}
