use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use crate::call::Call;
use crate::reply::Reply;
use crate::retry::Outcome;
use crate::{CompanyId, InvalidCompanyId, Safety};

/// Why an operation failed. One pointer wide, and one line to read: which operation, for which
/// company, what happened, what to do.
///
/// Texts of the service are included with anything that looks like an e-mail address cut out, here
/// and in the accessors.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    call: Option<Call>,
    status: Option<StatusCode>,
    reply: Reply,
    retry_after: Option<Duration>,
    outcome: Outcome,
    detail: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure it is; coarse, so that a program can decide by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client's configuration cannot be used.
    Config,
    /// The credentials or the token were refused.
    Credentials,
    /// Signed in, but not allowed to do this, or not for this company.
    Permission,
    /// The resource, or the company, does not exist, or not any more.
    NotFound,
    /// The service does not accept the input.
    Invalid,
    /// It clashes with what is there already.
    Conflict,
    /// Too many requests.
    Throttled,
    /// The service could not be reached, or failed.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// The answer is not what the contract says.
    Protocol,
    /// HTTP says success, the envelope says otherwise.
    Rejected,
    /// A local file could not be read or written.
    Io,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, operation: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation,
            call: None,
            status: None,
            reply: Reply::default(),
            retry_after: None,
            outcome: Outcome::Final,
            detail: detail.into(),
            source: None,
        }))
    }

    pub(crate) fn config(detail: String) -> Self {
        Self::new(ErrorKind::Config, "configure the client", detail)
    }

    pub(crate) fn during(mut self, call: Option<Call>) -> Self {
        self.0.call = call;
        self
    }

    pub(crate) fn answered(mut self, status: StatusCode, reply: Reply) -> Self {
        self.0.status = Some(status);
        self.0.reply = reply;
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn ended(mut self, outcome: Outcome, retry_after: Option<Duration>) -> Self {
        self.0.outcome = outcome;
        self.0.retry_after = retry_after;
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The company it was scoped to.
    #[must_use]
    pub fn company(&self) -> Option<&CompanyId> {
        self.0.call.as_ref()?.company()
    }

    /// The HTTP status, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status.map(|status| status.as_u16())
    }

    /// The service's own word for the failure, such as `INPUT_ERROR` or `invalid_client`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.reply.code.as_deref()
    }

    /// The id sent with every try, to quote to the service's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.call.as_ref().map(Call::request_id)
    }

    /// How many requests were sent; 0 where none was, for want of a token for instance.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.0.call.as_ref().map_or(0, Call::tries)
    }

    /// The service's message, redacted.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.reply.message.as_deref()
    }

    /// What the service found wrong with the input, redacted.
    #[must_use]
    pub fn validation_messages(&self) -> &[String] {
        &self.0.reply.validation_messages
    }

    /// Whether the same call may be made again, later, without any risk that it acts twice.
    ///
    /// For an operation of [`Safety::Once`] that is so only where the service certainly saw nothing
    /// of it, or refused it with 429.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.outcome.permits(
            self.0
                .call
                .as_ref()
                .map_or(Safety::Once, |call| call.safety),
        )
    }

    /// Whether the call would have been tried again, had not all calls of the client together spent
    /// their [budget](crate::RetryPolicy::budget) for retries: the service is in trouble, so leave
    /// it alone for a while.
    #[must_use]
    pub fn is_retry_budget_spent(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.budget_spent)
    }

    /// The wait the service asked for.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(inner.operation)?;
        if let Some(company) = self.company() {
            write!(f, " for company {company}")?;
        }
        write!(f, ": {}", inner.detail)?;
        match (inner.status, self.code()) {
            (Some(status), Some(code)) => write!(f, " (HTTP {} {code})", status.as_u16())?,
            (Some(status), None) => write!(f, " (HTTP {})", status.as_u16())?,
            (None, _) => {}
        }
        if let Some(message) = self.server_message() {
            write!(f, ": {message}")?;
        }
        if !self.validation_messages().is_empty() {
            write!(f, " [{}]", self.validation_messages().join("; "))?;
        }
        if let Some(wait) = inner.retry_after {
            write!(f, ", retry after {} s", wait.as_secs())?;
        }
        if self.tries() > 1 {
            write!(f, ", after {} tries", self.tries())?;
        }
        if self.is_retry_budget_spent() {
            f.write_str(", not tried again because too many calls fail")?;
        }
        match self.request_id() {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &format_args!("{self}"))
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<InvalidCompanyId> for Error {
    fn from(error: InvalidCompanyId) -> Self {
        Self::new(ErrorKind::Invalid, "choose a company", error.to_string())
    }
}
