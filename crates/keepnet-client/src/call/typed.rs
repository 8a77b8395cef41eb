//! The one type that every generated method returns.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::path;
use super::pending::Pending;
use super::raw_response::RawResponse;
use super::received::{self, Received};
use super::response_info::ResponseInfo;
use crate::body::{Download, Form};
use crate::client::CallTarget;
use crate::{Error, Operation, Timeouts};

/// One call, with its arguments and options. It is sent when it is awaited.
///
/// ```no_run
/// # async fn demo(acme: keepnet_client::CompanyClient) -> Result<(), keepnet_client::Error> {
/// use std::time::Duration;
///
/// let job = acme.get_job("j0bR3source1").await?;
/// let job = acme.get_job("j0bR3source1").deadline(Duration::from_secs(20)).no_retry().await?;
/// let (job, info) = acme.get_job("j0bR3source1").with_response().await?;
/// println!("{:?} in {} tries, request {}", job.name, info.tries(), info.request_id());
/// # Ok(()) }
/// ```
///
/// Awaiting gives the data, taken out of its envelope. A response that reports a failure is an
/// error, also where its HTTP status is 200; so is a response without data, unless the call is
/// [`optional`](Self::optional). A DELETE that is repeated, because its response was lost, and then finds
/// nothing has succeeded: what it should delete is gone. Its data says nothing, and
/// [`ResponseInfo::status`] is 404.
///
/// # Cancellation
///
/// From its first poll on, a call runs in a Tokio task of its own, whether it is polled again or not;
/// it needs a runtime with I/O and time. Dropping the future aborts the call: its connection and its
/// place in the queue are given up, and nothing is sent any more. A future that was never polled has
/// sent nothing.
///
/// Of a call that writes and was polled, the outcome is unknown then: the request may have been sent,
/// and the service acts on what it received. Look before you make the call again. To wait for no longer
/// than so long, set a [`deadline`](Self::deadline), whose error
/// [says](Error::is_retryable) whether the call may be repeated; to let a write finish whatever happens
/// to the caller, await it in a task that you spawn.
///
/// The parameter `Q` says which query parameters the call takes; each has a method of its name.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<T, Q = ()> {
    pending: Pending,
    read: fn(Received) -> Result<T, Error>,
    query: PhantomData<fn() -> Q>,
}

impl<T: DeserializeOwned, Q> Call<T, Q> {
    pub(crate) fn message(
        target: CallTarget,
        operation: &'static Operation,
        path: &[&dyn Display],
    ) -> Self {
        Self::new(target, operation, path, received::message)
    }

    /// Reads the data into another type: for fields that the service sends and the contract lacks.
    pub fn data_as<U: DeserializeOwned>(self) -> Call<U, Q> {
        Call {
            pending: self.pending,
            read: received::message,
            query: PhantomData,
        }
    }

    /// Takes a response without data for a success: gives `None`.
    pub fn optional(self) -> Call<Option<T>, Q> {
        Call {
            pending: self.pending,
            read: received::optional,
            query: PhantomData,
        }
    }
}

impl<Q> Call<Download, Q> {
    pub(crate) fn download(
        target: CallTarget,
        operation: &'static Operation,
        path: &[&dyn Display],
    ) -> Self {
        Self::new(target, operation, path, received::download)
    }
}

impl<Q> Call<RawResponse, Q> {
    /// A call whose response the document does not describe: it is judged, but not read.
    pub(crate) fn undeclared(
        target: CallTarget,
        operation: &'static Operation,
        path: &[&dyn Display],
    ) -> Self {
        Self::new(target, operation, path, |received| {
            let response = RawResponse::new(received);
            response.check()?;
            Ok(response)
        })
    }
}

impl<T, Q> Call<T, Q> {
    fn new(
        target: CallTarget,
        operation: &'static Operation,
        path: &[&dyn Display],
        read: fn(Received) -> Result<T, Error>,
    ) -> Self {
        Self {
            pending: Pending::new(target, operation, path::fill(operation, path)),
            read,
            query: PhantomData,
        }
    }

    /// A call by a path that the caller wrote out, whose response is left as it is.
    pub(super) fn by_path(
        target: CallTarget,
        operation: &'static Operation,
        path: &str,
    ) -> Call<RawResponse> {
        let mut pending = Pending::new(target, operation, path::check(operation, path));
        pending.any_status = true;
        Call {
            pending,
            read: |received| Ok(RawResponse::new(received)),
            query: PhantomData,
        }
    }

    pub(super) fn json_text(mut self, text: String) -> Self {
        self.pending.json_text(text);
        self
    }

    pub(crate) fn json<B: Serialize + ?Sized>(mut self, body: &B) -> Self {
        self.pending.json(body);
        self
    }

    pub(crate) fn url_encoded<B: Serialize>(mut self, body: &B) -> Self {
        self.pending.url_encoded(body);
        self
    }

    pub(super) fn url_encoded_form(mut self, form: &Form) -> Self {
        match form.texts() {
            Some(texts) => self.pending.url_encoded(&texts),
            None => self
                .pending
                .refuse_body("a url-encoded form cannot hold a file"),
        }
        self
    }

    pub(crate) fn form(mut self, form: Form) -> Self {
        self.pending.form(form);
        self
    }

    pub(crate) fn query(mut self, name: &str, value: &dyn Display) -> Self {
        self.pending.query(name, value);
        self
    }

    /// Ends the call after this time, whatever it carries and whatever it waits for: a token, other
    /// calls, the network, the next try. Default: that of [`Timeouts::call`], and none for a call that
    /// carries a file. No try is made whose wait would end later.
    ///
    /// A call that ends so is [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.pending.options.deadline = Some(limit);
        self
    }

    /// Sets time limits for this call alone, starting from those of the client:
    /// `call.timeouts(|it| it.first_byte(Duration::from_secs(120)))`.
    pub fn timeouts(mut self, adjust: impl FnOnce(Timeouts) -> Timeouts) -> Self {
        self.pending.options.timeouts = adjust(self.pending.options.timeouts);
        self
    }

    /// Sends the call once, whatever its class. A refused token is still replaced once.
    pub fn no_retry(mut self) -> Self {
        self.pending.options.no_retry = true;
        self
    }

    /// Adds a header, in place of one of the same name. `Authorization`, the company and the request
    /// id are set by the client and stay as they are.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.pending.header(name, value);
        self
    }

    /// Gives the [`ResponseInfo`] beside the data.
    pub fn with_response(self) -> CallWithResponse<T, Q> {
        CallWithResponse(self)
    }

    /// Gives what the service sent, whatever its status and shape.
    pub fn raw(mut self) -> Call<RawResponse, Q> {
        self.pending.any_status = true;
        Call {
            pending: self.pending,
            read: |received| Ok(RawResponse::new(received)),
            query: PhantomData,
        }
    }
}

impl<T: 'static, Q> IntoFuture for Call<T, Q> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        CallFuture {
            sending: Box::pin(self.pending.send()),
            read: self.read,
        }
    }
}

impl<T, Q> fmt::Debug for Call<T, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.pending.operation.id)
            .finish_non_exhaustive()
    }
}

/// A [`Call`] under way.
#[must_use = "futures do nothing unless they are polled"]
pub struct CallFuture<T> {
    sending: Sending,
    read: fn(Received) -> Result<T, Error>,
}

/// The same for all calls, so that nothing but the reading of the data is compiled for each type.
type Sending = Pin<Box<dyn Future<Output = Result<Received, Error>> + Send>>;

impl<T> Future for CallFuture<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, Error>> {
        let received = std::task::ready!(self.sending.as_mut().poll(cx));
        Poll::Ready(received.and_then(self.read))
    }
}

/// A [`Call`] that gives the [`ResponseInfo`] beside its data.
#[must_use = "a call is sent when it is awaited"]
pub struct CallWithResponse<T, Q = ()>(Call<T, Q>);

impl<T: 'static, Q> IntoFuture for CallWithResponse<T, Q> {
    type Output = Result<(T, ResponseInfo), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let read = self.0.read;
        let sending = self.0.pending.send();
        Box::pin(async move {
            let received = sending.await?;
            let info = received.info.clone();
            Ok((read(received)?, info))
        })
    }
}

impl<T, Q> fmt::Debug for CallWithResponse<T, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
