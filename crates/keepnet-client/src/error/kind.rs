//! The kinds of failure, and for each what happened and what to do about it.

use std::borrow::Cow;
use std::time::Duration;

use crate::clock::humanize;

/// The longest wait that a hint passes on.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

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
    /// The company, or the resource, does not exist, or not any more.
    NotFound,
    /// A name fits more than one company or group;
    /// [`Error::candidates`](crate::Error::candidates) lists the companies.
    Ambiguous,
    /// The staff list cannot be read, mapped or prepared; the cause says why.
    Sheet,
    /// The input is not accepted, by the client or by the service.
    Invalid,
    /// The request conflicts with data that exists already.
    Conflict,
    /// Too many requests.
    Throttled,
    /// The service could not be reached, or it failed.
    Unavailable,
    /// Something answered at the address of the service with a certificate that is not trusted.
    Certificate,
    /// The service does not support the operation.
    Unsupported,
    /// No response, or no progress of a job, in time.
    Timeout,
    /// The response is not what the contract says.
    Protocol,
    /// HTTP reports success, the body reports a failure.
    Rejected,
    /// A job of the service ended without success.
    JobFailed,
    /// The service may or may not have done it; look before doing it again.
    OutcomeUnknown,
    /// A local file could not be read or written.
    Io,
}

impl ErrorKind {
    /// What happened to a call that got a response, given the service's own status word.
    pub(crate) fn problem(self, code: Option<&str>) -> &'static str {
        match (self, code) {
            (Self::Credentials, _) => "the credentials were refused",
            (Self::Permission, Some("PRIVACY_ERROR")) => {
                "the company's privacy setting denies access"
            }
            (Self::Permission, Some("IP_RESTRICTED")) => {
                "this IP address is not on the credential's allow-list"
            }
            (Self::Permission, _) => "this is not allowed",
            (Self::NotFound, _) => "it was not found",
            (Self::Invalid, _) => "the service does not accept the request",
            (Self::Conflict, _) => "it conflicts with existing data",
            (Self::Throttled, _) => "too many requests",
            (Self::Unavailable, _) => "the service failed",
            (Self::Unsupported, _) => "the service does not support this operation",
            (Self::Timeout, _) => "no response in time",
            (Self::Rejected, _) => "the service reports a failure",
            _ => "the response is not what the contract says",
        }
    }

    /// What a person can do about it; `wait` is the wait that the service asked for, and `responded`
    /// says whether there was a response at all.
    pub(crate) fn hint(
        self,
        code: Option<&str>,
        wait: Option<Duration>,
        responded: bool,
    ) -> Option<Cow<'static, str>> {
        let hint = match (self, code, wait) {
            (Self::Credentials, ..) => "check the client id and secret",
            (Self::Permission, Some("PRIVACY_ERROR"), _) => "ask the company to grant it",
            (Self::Permission, Some("IP_RESTRICTED"), _) => {
                "call from a listed address, or have this one added"
            }
            (Self::Permission, ..) => {
                "use a credential with the role Reseller that manages this company"
            }
            (Self::NotFound, ..) => "it may be gone meanwhile, or belong to another company",
            (Self::Throttled | Self::Unavailable, _, Some(wait)) if wait.is_zero() => {
                "run it again"
            }
            // Nobody means it who asks for a longer wait.
            (Self::Throttled | Self::Unavailable, _, Some(wait)) if wait <= LONGEST_WAIT => {
                return Some(format!("wait {} and run it again", humanize(wait)).into());
            }
            (Self::Throttled | Self::Unavailable, _, Some(_)) => "wait a while and run it again",
            (Self::Throttled, ..) => "wait a minute and run it again",
            (Self::Certificate, ..) => {
                "check the base URL, and whether an authority of your own, such as that of a proxy \
                 that inspects the traffic, has to be added to the trusted ones"
            }
            (Self::Unsupported, ..) => "check the base URL; to repeat the call does not help",
            (Self::Unavailable, ..) if responded => "wait a while and run it again",
            (Self::Unavailable | Self::Timeout, ..) => "check the connection and run it again",
            _ => return None,
        };
        Some(hint.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hint_passes_on_a_sensible_wait() {
        let check = |seconds: u64, expected: &str| {
            for kind in [ErrorKind::Throttled, ErrorKind::Unavailable] {
                let hint = kind.hint(None, Some(Duration::from_secs(seconds)), true);
                assert_eq!(hint.as_deref(), Some(expected), "{kind:?} {seconds}");
            }
        };
        check(0, "run it again");
        check(1, "wait 1 second and run it again");
        check(7200, "wait 2 hours and run it again");
        check(86_400, "wait 1 day and run it again");
        check(99_999_999_999_999, "wait a while and run it again");
    }
}
