//! A response as it came, before anybody knows what it means.

use bytes::Bytes;
use futures::stream::BoxStream;
use http::StatusCode;
use http::header::HeaderMap;

use crate::error::Failure;

pub(crate) struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The host that a redirect leads to.
    pub(crate) redirect: Option<String>,
    pub(crate) body: HttpBody,
}

pub(crate) enum HttpBody {
    /// Read to its end, or the start of a failing response.
    Whole(Bytes),
    /// A file that is still on its way.
    Stream(BoxStream<'static, Result<Bytes, Failure>>),
}
