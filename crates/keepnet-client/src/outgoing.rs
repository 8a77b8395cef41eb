use reqwest::{Method, Request, Url};

use crate::Form;
use crate::error::Failure;
use crate::form::Progress;

/// A request that is sent once per try.
pub(crate) enum Outgoing<'a> {
    /// Copied for each try.
    Repeatable(Request),
    /// Holds a stream, which cannot be copied.
    Single(Option<Request>),
    /// Rebuilt from its files for each try: a multipart body cannot be copied.
    Form {
        method: Method,
        url: Url,
        form: &'a Form,
    },
}

impl Outgoing<'_> {
    pub(crate) fn new(request: Request) -> Self {
        if request.body().is_none_or(|body| body.as_bytes().is_some()) {
            Self::Repeatable(request)
        } else {
            Self::Single(Some(request))
        }
    }

    pub(crate) fn url(&self) -> Option<&Url> {
        match self {
            Self::Repeatable(request) => Some(request.url()),
            Self::Single(request) => request.as_ref().map(Request::url),
            Self::Form { url, .. } => Some(url),
        }
    }

    pub(crate) fn method(&self) -> Option<&Method> {
        match self {
            Self::Repeatable(request) => Some(request.method()),
            Self::Single(request) => request.as_ref().map(Request::method),
            Self::Form { method, .. } => Some(method),
        }
    }

    /// Whether another request can follow the one handed out last.
    pub(crate) fn repeats(&self) -> bool {
        !matches!(self, Self::Single(None))
    }

    /// The request for the next try, with the progress of its upload where it is one.
    pub(crate) async fn next(
        &mut self,
        http: &reqwest::Client,
    ) -> Result<(Request, Option<Progress>), Failure> {
        match self {
            Self::Repeatable(request) => request
                .try_clone()
                .map(|copy| (copy, None))
                .ok_or(Failure::Spent),
            Self::Single(request) => request
                .take()
                .map(|request| (request, None))
                .ok_or(Failure::Spent),
            Self::Form { method, url, form } => {
                let progress = Progress::default();
                let body = form
                    .body(&progress)
                    .await
                    .map_err(|error| Failure::File(std::sync::Arc::new(error)))?;
                http.request(method.clone(), url.clone())
                    .multipart(body)
                    .build()
                    .map(|request| (request, Some(progress)))
                    .map_err(Failure::transport)
            }
        }
    }
}
