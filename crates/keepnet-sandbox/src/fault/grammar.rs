//! Faults as texts: read strictly, written back in one form.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Calls, CutOff, ErrorBody, Fault, ImportFault, Kind, MappingFault, RetryAfter};
use crate::operations::{self, Route};

/// The whole grammar on a few lines, for `--help`.
pub(crate) const GRAMMAR: &str = "\
SPEC is KIND[=VALUE][,OPTION=VALUE]…, with durations such as 250ms, 2s or 5m:
  latency=D or latency=D..D          answer later, by so much or by anything between
  status=N                           400 401 403 404 409 429 500 502 503 504; with
                                     retry-after=S or retry-after-date=S, body=envelope|html|empty
  envelope=STATUS                    200 with this status in the envelope, such as FAILED
  reset=before|after|body            reset the connection: body unread, commit done, answer half sent
  stall=D                            half of the body, silence, the rest
  truncate                           half of the body, as if it were all
  content-type=T                     say that the answer is something else
  token-lifetime=D, token-revoked    a token that dies early
  transaction-expires                the transaction of the call is gone
  mapping=fails|sticks|expires       what becomes of the mapping job
  import=fails|row-failures          what becomes of the import job; rows=N rows fail
Options that say which calls are hit:
  on=OPERATION                       as /_sandbox/requests names it, or any
  nth=N  count=N                     the n-th call; at most so many
  chance=P  seed=N                   each with this probability, the same ones for the same seed";

const STATUSES: [u16; 10] = [400, 401, 403, 404, 409, 429, 500, 502, 503, 504];

/// A text that is no fault.
#[derive(Debug, thiserror::Error)]
#[error("the fault {spec:?} cannot be read: {reason}")]
pub struct InvalidFault {
    spec: String,
    reason: String,
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(spec: &str) -> Result<Self, Self::Err> {
        read(spec).map_err(|reason| InvalidFault {
            spec: spec.to_owned(),
            reason,
        })
    }
}

fn read(spec: &str) -> Result<Fault, String> {
    let mut parts = spec.split(',').map(str::trim);
    let (name, value) = cut(parts.next().unwrap_or_default());
    let mut options = Options::read(parts)?;
    let kind = kind(name, value, &mut options)?;
    let calls = calls(&kind, &mut options)?;
    match options.0.keys().next() {
        Some(unknown) => Err(format!("{name} has no option {unknown}")),
        None => Ok(Fault { kind, calls }),
    }
}

fn kind(name: &str, value: Option<&str>, options: &mut Options<'_>) -> Result<Kind, String> {
    let given = || {
        value
            .filter(|value| !value.is_empty())
            .ok_or_else(|| format!("{name} needs a value, as in {name}=…"))
    };
    if value.is_some() && matches!(name, "truncate" | "token-revoked" | "transaction-expires") {
        return Err(format!("{name} takes no value"));
    }
    Ok(match name {
        "latency" => {
            let (from, to) = given()?
                .split_once("..")
                .map_or((given()?, given()?), |pair| pair);
            let (from, to) = (duration(from)?, duration(to)?);
            if from > to {
                return Err("the second duration is shorter than the first".to_owned());
            }
            Kind::Latency(from..to)
        }
        "status" => Kind::Status {
            code: number(given()?)
                .ok()
                .filter(|code| STATUSES.contains(code))
                .ok_or_else(|| format!("a status is one of {STATUSES:?}"))?,
            retry_after: retry_after(options)?,
            body: match options.take("body") {
                None | Some("envelope") => ErrorBody::Envelope,
                Some("html") => ErrorBody::Html,
                Some("empty") => ErrorBody::Empty,
                Some(_) => return Err("body is envelope, html or empty".to_owned()),
            },
        },
        "envelope" => match given()? {
            "SUCCESS" => return Err("SUCCESS is no fault".to_owned()),
            status => Kind::Envelope(status.to_owned()),
        },
        "reset" => Kind::Reset(match given()? {
            "before" => CutOff::BeforeReading,
            "after" => CutOff::AfterCommit,
            "body" => CutOff::InBody,
            _ => return Err("reset is before, after or body".to_owned()),
        }),
        "stall" => Kind::Stall(duration(given()?)?),
        "truncate" => Kind::Truncate,
        "content-type" => {
            let value = given()?;
            if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                return Err("a content type is written in printable ASCII".to_owned());
            }
            Kind::ContentType(value.to_owned())
        }
        "token-lifetime" => Kind::TokenLifetime(duration(given()?)?),
        "token-revoked" => Kind::TokenRevoked,
        "transaction-expires" => Kind::TransactionExpires,
        "mapping" => Kind::Mapping(match given()? {
            "fails" => MappingFault::Fails,
            "sticks" => MappingFault::Sticks,
            "expires" => MappingFault::Expires,
            _ => return Err("mapping is fails, sticks or expires".to_owned()),
        }),
        "import" => Kind::Import(match given()? {
            "fails" => ImportFault::Fails,
            "row-failures" => ImportFault::Rows(options.take("rows").map_or(Ok(1), number)?),
            _ => return Err("import is fails or row-failures".to_owned()),
        }),
        _ => return Err(format!("there is no kind {name:?}")),
    })
}

fn retry_after(options: &mut Options<'_>) -> Result<Option<RetryAfter>, String> {
    match (
        options.take("retry-after"),
        options.take("retry-after-date"),
    ) {
        (None, None) => Ok(None),
        (Some(seconds), None) => Ok(Some(RetryAfter::Seconds(number(seconds)?))),
        (None, Some(seconds)) => Ok(Some(RetryAfter::Date(number(seconds)?))),
        (Some(_), Some(_)) => Err("retry-after comes in one form".to_owned()),
    }
}

fn calls(kind: &Kind, options: &mut Options<'_>) -> Result<Calls, String> {
    let at_least_one = |name: &str, value: &str| match number(value)? {
        0 => Err(format!("{name} begins at 1")),
        number => Ok(number),
    };
    let chance = options.take("chance").map(|value| {
        value
            .parse()
            .ok()
            .filter(|chance| *chance > 0.0 && *chance <= 1.0)
            .ok_or_else(|| "chance is more than 0 and at most 1".to_owned())
    });
    let calls = Calls {
        on: match options.take("on") {
            None | Some("any") => None,
            Some(name) => Some(operation(kind, name)?),
        },
        nth: options
            .take("nth")
            .map(|value| at_least_one("nth", value))
            .transpose()?,
        count: options
            .take("count")
            .map(|value| at_least_one("count", value))
            .transpose()?,
        chance: chance.transpose()?,
        seed: options.take("seed").map(number).transpose()?,
    };
    if calls.seed.is_some() && calls.chance.is_none() && !matches!(kind, Kind::Latency(_)) {
        return Err("a seed without a chance decides nothing".to_owned());
    }
    Ok(calls)
}

/// The operation as it is recorded; its name is compared without regard to case, as paths are.
fn operation(kind: &Kind, name: &str) -> Result<String, String> {
    let known = operations::all()
        .iter()
        .map(Route::name)
        .find(|known| known.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            format!("there is no operation {name:?}; write one as POST /api/target-users/{{transactionId}}/import")
        })?;
    if kind.can_hit(&known) {
        Ok(known)
    } else {
        Err(format!("{known} cannot be hit by this"))
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (amount, unit) = text.split_at(digits);
    let amount: Option<u64> = amount.parse().ok();
    let read = amount.and_then(|amount| match unit {
        "ms" => Some(Duration::from_millis(amount)),
        "s" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_secs(amount.checked_mul(60)?)),
        _ => None,
    });
    read.ok_or_else(|| format!("{text:?} is no duration; write 250ms, 2s or 5m"))
}

fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is no number that fits here"))
}

fn cut(part: &str) -> (&str, Option<&str>) {
    part.split_once('=')
        .map_or((part, None), |(name, value)| (name, Some(value)))
}

/// What follows the kind, each name once.
struct Options<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Options<'a> {
    fn read(parts: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut options = BTreeMap::new();
        for part in parts {
            let (name, Some(value)) = cut(part) else {
                return Err(format!("{part:?} is not written as option=value"));
            };
            if options.insert(name, value).is_some() {
                return Err(format!("{name} is there twice"));
            }
        }
        Ok(Self(options))
    }

    fn take(&mut self, name: &str) -> Option<&'a str> {
        self.0.remove(name)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        let Calls {
            on,
            nth,
            count,
            chance,
            seed,
        } = &self.calls;
        option(f, "on", on)?;
        option(f, "nth", nth)?;
        option(f, "count", count)?;
        option(f, "chance", chance)?;
        option(f, "seed", seed)
    }
}

fn option(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    value: &Option<impl fmt::Display>,
) -> fmt::Result {
    match value {
        Some(value) => write!(f, ",{name}={value}"),
        None => Ok(()),
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency(range) if range.start == range.end => {
                write!(f, "latency={}", Short(range.start))
            }
            Self::Latency(range) => {
                write!(f, "latency={}..{}", Short(range.start), Short(range.end))
            }
            Self::Status {
                code,
                retry_after,
                body,
            } => {
                write!(f, "status={code}")?;
                match retry_after {
                    None => {}
                    Some(RetryAfter::Seconds(seconds)) => write!(f, ",retry-after={seconds}")?,
                    Some(RetryAfter::Date(seconds)) => write!(f, ",retry-after-date={seconds}")?,
                }
                match body {
                    ErrorBody::Envelope => Ok(()),
                    ErrorBody::Html => f.write_str(",body=html"),
                    ErrorBody::Empty => f.write_str(",body=empty"),
                }
            }
            Self::Envelope(status) => write!(f, "envelope={status}"),
            Self::Reset(CutOff::BeforeReading) => f.write_str("reset=before"),
            Self::Reset(CutOff::AfterCommit) => f.write_str("reset=after"),
            Self::Reset(CutOff::InBody) => f.write_str("reset=body"),
            Self::Stall(pause) => write!(f, "stall={}", Short(*pause)),
            Self::Truncate => f.write_str("truncate"),
            Self::ContentType(name) => write!(f, "content-type={name}"),
            Self::TokenLifetime(lifetime) => write!(f, "token-lifetime={}", Short(*lifetime)),
            Self::TokenRevoked => f.write_str("token-revoked"),
            Self::TransactionExpires => f.write_str("transaction-expires"),
            Self::Mapping(MappingFault::Fails) => f.write_str("mapping=fails"),
            Self::Mapping(MappingFault::Sticks) => f.write_str("mapping=sticks"),
            Self::Mapping(MappingFault::Expires) => f.write_str("mapping=expires"),
            Self::Import(ImportFault::Fails) => f.write_str("import=fails"),
            Self::Import(ImportFault::Rows(rows)) => write!(f, "import=row-failures,rows={rows}"),
        }
    }
}

/// A duration as it is read.
struct Short(Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            whole if whole % 1000 == 0 => write!(f, "{}s", whole / 1000),
            millis => write!(f, "{millis}ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_written_as_it_is_read() {
        let check = |spec: &str, written: &str| {
            let fault: Fault = spec.parse().unwrap();
            assert_eq!(fault.to_string(), written);
            assert_eq!(written.parse::<Fault>().unwrap(), fault);
        };
        for spec in [
            "latency=5ms",
            "latency=5ms..2s,seed=9",
            "status=401",
            "status=429,retry-after=7",
            "status=503,retry-after-date=7,body=html",
            "status=500,body=empty,nth=2,count=3",
            "envelope=FAILED,on=GET /api/jobs",
            "reset=before",
            "reset=after,chance=0.25,seed=3",
            "reset=body",
            "stall=20ms",
            "truncate",
            "content-type=text/html; charset=utf-8",
            "token-lifetime=0s",
            "token-revoked",
            "transaction-expires,on=POST /api/target-users/{transactionId}/import",
            "mapping=fails",
            "mapping=sticks",
            "mapping=expires",
            "import=fails",
            "import=row-failures,rows=4",
        ] {
            check(spec, spec);
        }
        check("status=503 , body=envelope, on=any", "status=503");
        check("stall=2m", "stall=120s");
        check("import=row-failures", "import=row-failures,rows=1");
        check("truncate,on=get /API/jobs", "truncate,on=GET /api/jobs");
    }

    #[test]
    fn a_text_that_is_no_fault_is_refused_with_the_reason_on_one_line() {
        let check = |spec: &str, reason: &str| {
            let error = spec.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
            assert!(error.contains(&format!("{spec:?}")), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        };
        check("", "no kind \"\"");
        check("gremlins", "no kind \"gremlins\"");
        check("status", "needs a value");
        check("status=", "needs a value");
        check("status=200", "one of [400, 401");
        check("status=429,retry-after=soon", "no number");
        check("status=429,retry-after=1,retry-after-date=1", "one form");
        check("status=500,body=xml", "envelope, html or empty");
        check("status=500,rows=2", "no option rows");
        check("latency=5", "no duration");
        check("latency=9ms..5ms", "shorter");
        check("stall=fast", "no duration");
        check("reset=later", "before, after or body");
        check("truncate=2", "takes no value");
        check("truncate,body=html", "no option body");
        check("envelope=SUCCESS", "no fault");
        check("content-type=a\nb", "printable");
        check("status=503,nth=0", "begins at 1");
        check("status=503,count=0", "begins at 1");
        check("status=503,chance=0", "more than 0");
        check("status=503,chance=NaN", "more than 0");
        check("status=503,seed=1", "decides nothing");
        check("status=503,nth", "option=value");
        check("status=503,nth=1,nth=2", "twice");
        check("status=503,on=GET /api/unicorns", "no operation");
        check("mapping=fails,on=GET /api/jobs", "cannot be hit");
        check("mapping=dies", "fails, sticks or expires");
        check("import=dies", "fails or row-failures");
    }
}
