//! The error type: what was being done, for which company, what happened, what to do.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::ErrorKind;
use super::error_body::ErrorBody;
use super::failed_call::FailedCall;
use super::failure::foreign_problem;
use crate::call_info::CallInfo;
use crate::retry::Outcome;
use crate::{CompanyId, CompanyRef, InvalidCompanyId, Safety};

/// Why an operation failed. One pointer wide, and one line to read: what was being done, for which
/// company and row, what happened, what to do. The cause is in [`source`](StdError::source).
///
/// Of the service's texts only known words are included, here and in the accessors, because a text can
/// name a person in any form: see [`redact`](crate::redact).
/// [`unredacted_response`](Self::unredacted_response) has all of it.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    problem: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
    action: Option<Cow<'static, str>>,
    company: Option<CompanyRef>,
    row: Option<u32>,
    candidates: Vec<CompanyRef>,
    transaction: Option<String>,
    call: Option<FailedCall>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    foreign_host: Option<Arc<str>>,
}

impl Error {
    /// A failure of this kind; `problem` says what happened, such as `the file is empty`.
    pub fn new(kind: ErrorKind, problem: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            problem: problem.into(),
            hint: None,
            action: None,
            company: None,
            row: None,
            candidates: Vec::new(),
            transaction: None,
            call: None,
            source: None,
            foreign_host: None,
        }))
    }

    /// Says what was being done, such as `importing people.xlsx`. Where that is said already, it
    /// stays: the code closest to the failure knows best.
    #[must_use]
    pub fn with_action(mut self, action: impl Into<Cow<'static, str>>) -> Self {
        self.0.action.get_or_insert_with(|| action.into());
        self
    }

    /// Says for which company. Where that is said already, it stays.
    #[must_use]
    pub fn with_company(mut self, company: &CompanyRef) -> Self {
        self.0.company.get_or_insert_with(|| company.clone());
        self
    }

    /// Says for which row of the staff list, counted from 1, the header included.
    #[must_use]
    pub fn with_row(mut self, row: u32) -> Self {
        self.0.row.get_or_insert(row);
        self
    }

    /// Says in which upload transaction. Where that is said already, it stays.
    #[must_use]
    pub fn with_transaction(mut self, transaction: &str) -> Self {
        self.0
            .transaction
            .get_or_insert_with(|| transaction.to_owned());
        self
    }

    /// Says what a person can do about it, in place of what was said before.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the companies that a name fits, or the ones that are similar.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<CompanyRef>) -> Self {
        self.0.candidates = candidates;
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = Some(source.into());
        match &mut self.0.call {
            Some(call) => call.source = source,
            None => self.0.source = source,
        }
        self
    }

    pub(crate) fn config(problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Config, problem).with_action("configuring the client")
    }

    /// Something other than the service responded.
    pub(crate) fn foreign(host: Arc<str>) -> Self {
        let problem = foreign_problem(&host);
        let mut error = Self::new(ErrorKind::Protocol, problem);
        error.0.foreign_host = Some(host);
        error.with_hint(
            "check the base URL, and whether a proxy or the sign-in page of a network responds in its \
             place",
        )
    }

    pub(crate) fn with_call(mut self, operation: &'static str, call: Option<CallInfo>) -> Self {
        self.0.call = Some(FailedCall::new(operation, call));
        self
    }

    pub(crate) fn with_response(mut self, status: StatusCode, body: ErrorBody) -> Self {
        if let Some(call) = &mut self.0.call {
            call.status = Some(status);
            call.body = body;
        }
        self
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        self.with_response(status, ErrorBody::default())
    }

    /// Says how far the call may be repeated, and adds the hint of the kind.
    pub(crate) fn with_outcome(mut self, outcome: Outcome, retry_after: Option<Duration>) -> Self {
        if let Some(call) = &mut self.0.call {
            call.outcome = outcome;
            call.retry_after = retry_after;
            let code = call.body.code.as_deref();
            self.0.hint = (self.0.kind).hint(code, retry_after, call.status.is_some());
        }
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, in one clause: without the action, the company, and the hint.
    #[must_use]
    pub fn problem(&self) -> String {
        struct Problem<'a>(&'a Error);
        impl fmt::Display for Problem<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.write_problem(f)
            }
        }
        Problem(self).to_string()
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The operation that failed, where a call did.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// The company, where a flow knows its name as well as its id.
    #[must_use]
    pub fn company(&self) -> Option<&CompanyRef> {
        self.0.company.as_ref()
    }

    /// The id of the company, where there is one.
    #[must_use]
    pub fn company_id(&self) -> Option<&str> {
        let of_call = || self.0.call.as_ref()?.call.as_ref()?.company.as_ref();
        match &self.0.company {
            Some(company) => Some(&company.id),
            None => of_call().map(CompanyId::as_str),
        }
    }

    /// The row of the staff list, counted from 1, the header included.
    #[must_use]
    pub fn row(&self) -> Option<u32> {
        self.0.row
    }

    /// The companies that a name fits, or the ones that are similar.
    #[must_use]
    pub fn candidates(&self) -> &[CompanyRef] {
        &self.0.candidates
    }

    /// The upload transaction of an import that had begun.
    #[must_use]
    pub fn transaction_id(&self) -> Option<&str> {
        self.0.transaction.as_deref()
    }

    /// The HTTP status, where there was a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let status = self.0.call.as_ref()?.status?;
        Some(status.as_u16())
    }

    /// The host that sent something other than a response of the Keepnet API: the page of a proxy, of a
    /// network that wants a sign-in, or of another server that the base URL leads to.
    #[must_use]
    pub fn foreign_host(&self) -> Option<&str> {
        self.0.foreign_host.as_deref()
    }

    /// The service's own word for the failure, such as `INPUT_ERROR` or `invalid_client`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.call.as_ref()?.body.code.as_deref()
    }

    /// The id sent with every try, to quote to the service's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        Some(self.0.call.as_ref()?.call.as_ref()?.request_id.as_str())
    }

    /// How many requests were sent; 0 where none was, for want of a token for instance.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.0.call.as_ref().map_or(0, FailedCall::tries)
    }

    /// The service's message, redacted.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.call.as_ref()?.body.message.as_deref()
    }

    /// What the service found wrong with the input, redacted.
    #[must_use]
    pub fn validation_messages(&self) -> &[String] {
        let call = self.0.call.as_ref();
        call.map_or(&[], |call| &call.body.validation_messages)
    }

    /// The body of the response as the service wrote it, its first 4 KiB.
    ///
    /// It may contain personal data and more, so no log and no other error shows it.
    #[must_use]
    pub fn unredacted_response(&self) -> Option<&str> {
        self.0.call.as_ref()?.body.raw.as_deref()
    }

    /// Whether the same call may be made again, later, without any risk that it acts twice.
    ///
    /// For an operation of [`Safety::Once`] that is so only where the service certainly saw nothing
    /// of it, or refused it with 429.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.call.as_ref().is_some_and(|failed| {
            let safety = failed.call.as_ref().map(|call| call.safety);
            failed.outcome.permits(safety.unwrap_or(Safety::Once))
        })
    }

    /// Whether the service may have done what the call asks for, as far as all tries of the call say.
    ///
    /// - `true`: a request was sent, and its response was lost (a time-out, a broken connection), or does
    ///   not say it: 408, a redirect, 5xx, or a success whose body is not what the contract says. Look at
    ///   the state before you tell anybody what became of it.
    /// - `false`: no request was sent, or the service has refused each: with 501, 505 or 4xx other than
    ///   408, or with a failing `status` in its envelope. It checks the token, the permission and the
    ///   input before it acts, and sends 429 instead of acting. Always `false` for an operation of
    ///   [`Safety::Read`], and for an error that is not of a call.
    ///
    /// An early try counts even if the service refuses the last one. This differs from
    /// [`is_retryable`](Self::is_retryable): a call of [`Safety::Idempotent`] may be made again whatever
    /// it has done.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        let call = self.0.call.as_ref().and_then(|it| it.call.as_ref());
        call.is_some_and(|call| call.may_have_acted && call.safety != Safety::Read)
    }

    /// Whether the call would have been tried again, had not all calls of the client together spent
    /// their [budget](crate::RetryPolicy::budget) for retries: the service is in trouble, so leave
    /// it alone for a while.
    #[must_use]
    pub fn is_retry_budget_spent(&self) -> bool {
        let call = self.0.call.as_ref();
        call.is_some_and(FailedCall::is_retry_budget_spent)
    }

    /// The wait the service asked for.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.call.as_ref()?.retry_after
    }

    /// The first error of this type in the chain of causes.
    #[must_use]
    pub fn find_source<E: StdError + 'static>(&self) -> Option<&E> {
        let mut source = self.source();
        while let Some(error) = source {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            source = error.source();
        }
        None
    }

    fn write_problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.problem)?;
        match (self.status(), self.code()) {
            (Some(status), Some(code)) => write!(f, " (HTTP {status} {code})")?,
            (Some(status), None) => write!(f, " (HTTP {status})")?,
            (None, _) => {}
        }
        let messages = self.server_message().into_iter();
        let messages = messages.chain(self.validation_messages().iter().map(String::as_str));
        // The service says the same in two fields.
        let mut said: Vec<&str> = Vec::new();
        for message in messages {
            if !said.contains(&message) {
                said.push(message);
            }
        }
        for (index, message) in said.into_iter().enumerate() {
            write!(f, "{}{message}", if index == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match (&inner.action, self.operation()) {
            (Some(action), _) => f.write_str(action)?,
            (None, Some(operation)) => f.write_str(operation)?,
            (None, None) => {}
        }
        match (&inner.company, self.company_id()) {
            (Some(company), _) => write!(f, " for {company}")?,
            (None, Some(id)) => write!(f, " for company {id}")?,
            (None, None) => {}
        }
        if let Some(row) = inner.row {
            write!(f, ", row {row}")?;
        }
        if inner.action.is_some() || inner.call.is_some() {
            f.write_str(": ")?;
        }
        self.write_problem(f)?;
        if let Some(transaction) = &inner.transaction {
            write!(f, " (transaction {transaction})")?;
        }
        // Where a flow says what it was doing, the chain of causes shows the call.
        if let (None, Some(call)) = (&inner.action, &inner.call) {
            call.write_tries(f)?;
        }
        match &inner.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &format_args!("{self}"))
            .field("source", &self.source())
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match (&self.0.action, &self.0.call) {
            (Some(_), Some(call)) => Some(call),
            (None, Some(call)) => call.source(),
            (_, None) => self.0.source.as_deref().map(|source| source as _),
        }
    }
}

impl From<InvalidCompanyId> for Error {
    fn from(error: InvalidCompanyId) -> Self {
        Self::new(ErrorKind::Invalid, error.to_string()).with_action("choosing a company")
    }
}
