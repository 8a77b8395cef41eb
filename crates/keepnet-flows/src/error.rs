//! Why a flow did not do what it was asked for.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use keepnet_client::ErrorKind as ClientErrorKind;
use keepnet_staff_list::SheetError;

use crate::company::CompanyRef;
use crate::polling::spoken;

/// The result of a flow.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a flow failed. One pointer wide, and one line to read: what was being done, for which
/// customer, what happened, what to do next. The cause is in [`source`](StdError::source).
///
/// Texts of the service are shown with anything that looks like an e-mail address cut out.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    doing: String,
    company: Option<CompanyRef>,
    problem: String,
    advice: Option<String>,
    candidates: Vec<CompanyRef>,
    transaction: Option<String>,
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
    /// The company, group, transaction or job does not exist, or not any more.
    NotFound,
    /// A name fits more than one company or group; [`Error::candidates`] lists the companies.
    Ambiguous,
    /// The staff list cannot be read, mapped or prepared; the source is a [`SheetError`].
    Sheet,
    /// The input is not accepted.
    Invalid,
    /// It clashes with what is there already.
    Conflict,
    /// Too many requests.
    Throttled,
    /// The service could not be reached, or failed.
    Unavailable,
    /// No answer, or no movement of a job, in time.
    Timeout,
    /// The answer is not what the contract says.
    Protocol,
    /// HTTP says success, the answer says otherwise.
    Rejected,
    /// A job of the service ended without success.
    JobFailed,
    /// The service may or may not have done it; look before doing it again.
    OutcomeUnknown,
    /// A local file could not be read or written.
    Io,
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        doing: impl Into<String>,
        company: Option<CompanyRef>,
        problem: impl Into<String>,
    ) -> Error {
        Error(Box::new(Inner {
            kind,
            doing: doing.into(),
            company,
            problem: problem.into(),
            advice: None,
            candidates: Vec::new(),
            transaction: None,
            source: None,
        }))
    }

    /// The one conversion of what the raw client reports.
    pub(crate) fn of_client(
        doing: impl Into<String>,
        company: Option<CompanyRef>,
        error: keepnet_client::Error,
    ) -> Error {
        let kind = kind_of(error.kind());
        let advice = advice(kind, error.retry_after());
        Error::new(kind, doing, company, problem(&error))
            .advise_if(advice)
            .caused_by(error)
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Error {
        self.0.advice = Some(advice.into());
        self
    }

    fn advise_if(mut self, advice: Option<String>) -> Error {
        self.0.advice = advice;
        self
    }

    pub(crate) fn among(mut self, candidates: Vec<CompanyRef>) -> Error {
        self.0.candidates = candidates;
        self
    }

    pub(crate) fn in_transaction(mut self, transaction: Option<&str>) -> Error {
        if self.0.transaction.is_none() {
            self.0.transaction = transaction.map(str::to_owned);
        }
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The customer it happened to.
    pub fn company(&self) -> Option<&CompanyRef> {
        self.0.company.as_ref()
    }

    /// The companies that a name fits, or the ones that were there to choose from.
    pub fn candidates(&self) -> &[CompanyRef] {
        &self.0.candidates
    }

    /// The upload transaction of an import that had begun.
    pub fn transaction_id(&self) -> Option<&str> {
        self.0.transaction.as_deref()
    }

    /// What the raw client reported, where it was a call that failed: operation, HTTP status,
    /// request id, tries.
    pub fn client_error(&self) -> Option<&keepnet_client::Error> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// What is wrong with the staff list, where it is that.
    pub fn sheet_error(&self) -> Option<&SheetError> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.client_error()?.status()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(&inner.doing)?;
        if let Some(company) = &inner.company {
            write!(f, " for {company}")?;
        }
        write!(f, ": {}", inner.problem)?;
        if let Some(transaction) = &inner.transaction {
            write!(f, " (transaction {transaction})")?;
        }
        match &inner.advice {
            Some(advice) => write!(f, "; {advice}"),
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

impl From<SheetError> for Error {
    /// The message of a staff list's error says all there is to say.
    fn from(error: SheetError) -> Error {
        Error::new(
            ErrorKind::Sheet,
            "reading the staff list",
            None,
            error.to_string(),
        )
        .caused_by(error)
    }
}

impl From<keepnet_client::Error> for Error {
    /// For calls that a program makes through the raw client itself.
    fn from(error: keepnet_client::Error) -> Error {
        Error::of_client(error.operation(), None, error)
    }
}

/// Whether the service certainly did not do what the call asked for.
pub(crate) fn was_not_taken(error: &keepnet_client::Error) -> bool {
    let is_refused =
        matches!(error.status(), Some(status) if (400..500).contains(&status) && status != 408);
    let is_no_answer = matches!(
        error.kind(),
        ClientErrorKind::Unavailable | ClientErrorKind::Timeout | ClientErrorKind::Protocol
    );
    is_refused || error.is_retryable() || !is_no_answer
}

fn kind_of(kind: ClientErrorKind) -> ErrorKind {
    match kind {
        ClientErrorKind::Config => ErrorKind::Config,
        ClientErrorKind::Credentials => ErrorKind::Credentials,
        ClientErrorKind::Permission => ErrorKind::Permission,
        ClientErrorKind::NotFound => ErrorKind::NotFound,
        ClientErrorKind::Invalid => ErrorKind::Invalid,
        ClientErrorKind::Conflict => ErrorKind::Conflict,
        ClientErrorKind::Throttled => ErrorKind::Throttled,
        ClientErrorKind::Unavailable => ErrorKind::Unavailable,
        ClientErrorKind::Timeout => ErrorKind::Timeout,
        ClientErrorKind::Rejected => ErrorKind::Rejected,
        ClientErrorKind::Io => ErrorKind::Io,
        _ => ErrorKind::Protocol,
    }
}

/// What happened, in the service's own words where it has some; request id and tries are in the
/// source.
pub(crate) fn problem(error: &keepnet_client::Error) -> String {
    let what = match error.kind() {
        ClientErrorKind::Config => return error.to_string(),
        ClientErrorKind::Credentials => "the credentials were refused",
        ClientErrorKind::Permission => "this is not allowed",
        ClientErrorKind::NotFound => "it was not found",
        ClientErrorKind::Invalid => "the service does not accept the request",
        ClientErrorKind::Conflict => "it clashes with what is there",
        ClientErrorKind::Throttled => "too many requests",
        ClientErrorKind::Unavailable => "the service could not be reached or failed",
        ClientErrorKind::Timeout => "no answer in time",
        ClientErrorKind::Rejected => "the service did not do it",
        ClientErrorKind::Io => "a file could not be read or written",
        _ => "the answer cannot be understood",
    };
    let mut problem = what.to_owned();
    match (error.status(), error.code()) {
        (Some(status), Some(code)) => problem += &format!(" (HTTP {status} {code})"),
        (Some(status), None) => problem += &format!(" (HTTP {status})"),
        (None, _) => {}
    }
    let texts: Vec<&str> = error
        .server_message()
        .into_iter()
        .chain(error.validation_messages().iter().map(String::as_str))
        .collect();
    if !texts.is_empty() {
        problem += &format!(": {}", texts.join("; "));
    }
    problem
}

fn advice(kind: ErrorKind, wait: Option<Duration>) -> Option<String> {
    let advice = match (kind, wait) {
        (ErrorKind::Credentials, _) => "check the client id and secret",
        (ErrorKind::Permission, _) => {
            "use a credential with the role Reseller that manages this company"
        }
        (ErrorKind::NotFound, _) => "it may be gone meanwhile, or belong to another company",
        (ErrorKind::Throttled | ErrorKind::Unavailable, Some(wait)) => {
            return Some(format!("wait {} and run it again", spoken(wait)));
        }
        (ErrorKind::Throttled, None) => "wait a minute and run it again",
        (ErrorKind::Unavailable | ErrorKind::Timeout, _) => "check the connection and run it again",
        _ => return None,
    };
    Some(advice.to_owned())
}
