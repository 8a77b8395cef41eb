//! The text form of faults: strict parsing, and one canonical form for writing.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::choice::Choice;
use super::spec::{
    BodyFault, CallSelector, ErrorBody, Fault, ForeignImport, ImportFault, Kind, Replacement,
    RetryAfter,
};
use crate::contract::ServiceOperation;

#[cfg(feature = "command")]
/// The grammar on a few lines, for `--help`.
pub(crate) const GRAMMAR: &str = "\
Kinds of faults:
  latency=D or latency=D..D          delay the response by D, or by a random duration in the range
  status=N                           respond with 400 401 403 404 409 429 500 502 503 or 504;
                                     options: retry-after=S or retry-after-date=S (seconds),
                                     body=envelope|html|empty
  envelope=STATUS                    respond with 200 and this envelope status, such as FAILED
  reset=before|after|body            reset the connection: before the request body is read, after
                                     the operation ran, or in the middle of the response body
  stall=D                            send half of the response body, wait for D, send the rest
  endless                            send spaces without end after the response body
  truncate                           send half of the response body as if it were complete
  content-type=T                     set the Content-Type of the response
  token-lifetime=D                   let the issued token expire after D
  token-revoked                      revoke the token of the call
  transaction-expires                let the transaction of the call expire
  mapping=fails|sticks|expires       let the created mapping job fail, never end, or expire
  import=fails|row-failures          let the started import job fail, or reject rows=N rows
  foreign-import=N                   let somebody else import N people into the company of the call
                                     before it; option: job=fails

Options of all faults:
  on=OPERATION                       such as search_target_users or POST /api/target-users/search,
                                     or any (the default)
  company=ID                         the company that the headers of the call name
  nth=N  count=N                     only the n-th call; at most N calls
  chance=P  seed=N                   each call with this probability; the same seed selects the
                                     same calls

SPEC is KIND[=VALUE][,OPTION=VALUE]…. A duration has a unit, such as 250ms, 2s or 5m.";

const STATUSES: [u16; 10] = [400, 401, 403, 404, 409, 429, 500, 502, 503, 504];

/// The error for a text that is not a fault.
#[derive(Debug, thiserror::Error)]
#[error("cannot parse the fault {spec:?}: {reason}")]
pub struct InvalidFault {
    spec: String,
    reason: String,
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(spec: &str) -> Result<Self, Self::Err> {
        parse_fault(spec).map_err(|reason| InvalidFault {
            spec: spec.to_owned(),
            reason,
        })
    }
}

/// The options after the kind, by name. A parser takes out the options that it knows.
type Options<'a> = BTreeMap<&'a str, &'a str>;

fn parse_fault(spec: &str) -> Result<Fault, String> {
    let mut parts = spec.split(',').map(str::trim);
    let first = parts.next().unwrap_or_default();
    let (name, value) = first
        .split_once('=')
        .map_or((first, None), |(name, value)| (name, Some(value)));
    let mut options = Options::new();
    for part in parts {
        let (option, value) = part
            .split_once('=')
            .ok_or_else(|| format!("{part:?} is not written as option=value"))?;
        if options.insert(option, value).is_some() {
            return Err(format!("the option {option} is given twice"));
        }
    }
    let kind = parse_kind(name, value, &mut options)?;
    let selector = parse_selector(&kind, &mut options)?;
    match options.keys().next() {
        Some(unknown) => Err(format!("{name} has no option {unknown}")),
        None => Ok(Fault { kind, selector }),
    }
}

fn parse_kind(name: &str, value: Option<&str>, options: &mut Options<'_>) -> Result<Kind, String> {
    if value.is_some()
        && matches!(
            name,
            "endless" | "truncate" | "token-revoked" | "transaction-expires"
        )
    {
        return Err(format!("{name} takes no value"));
    }
    let value = || {
        value
            .filter(|value| !value.is_empty())
            .ok_or_else(|| format!("{name} needs a value, as in {name}=…"))
    };
    Ok(match name {
        "latency" => {
            let range = value()?;
            let (from, to) = range.split_once("..").unwrap_or((range, range));
            let (from, to) = (parse_duration(from)?, parse_duration(to)?);
            if from > to {
                return Err("the second duration is shorter than the first".to_owned());
            }
            Kind::Latency(from..to)
        }
        "status" => {
            let code = value()?.parse().ok();
            Kind::Replace(Replacement::Status {
                code: code
                    .filter(|code| STATUSES.contains(code))
                    .ok_or_else(|| format!("a status is one of {STATUSES:?}"))?,
                retry_after: parse_retry_after(options)?,
                body: parse_choice("body", options.remove("body").unwrap_or("envelope"))?,
            })
        }
        "envelope" => match value()? {
            "SUCCESS" => return Err("SUCCESS is not a fault".to_owned()),
            status => Kind::Replace(Replacement::Envelope(status.to_owned())),
        },
        "reset" => Kind::Reset(parse_choice(name, value()?)?),
        "stall" => Kind::Body(BodyFault::Stall(parse_duration(value()?)?)),
        "endless" => Kind::Body(BodyFault::Endless),
        "truncate" => Kind::Body(BodyFault::Truncate),
        "content-type" => {
            let value = value()?;
            if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                return Err("a content type is written in printable ASCII".to_owned());
            }
            Kind::ContentType(value.to_owned())
        }
        "token-lifetime" => Kind::TokenLifetime(parse_duration(value()?)?),
        "token-revoked" => Kind::TokenRevoked,
        "transaction-expires" => Kind::TransactionExpires,
        "mapping" => Kind::Mapping(parse_choice(name, value()?)?),
        "import" => Kind::Import(match value()? {
            "fails" => ImportFault::Fails,
            "row-failures" => {
                ImportFault::RowFailures(options.remove("rows").map_or(Ok(1), parse_number)?)
            }
            _ => return Err("import is fails or row-failures".to_owned()),
        }),
        "foreign-import" => Kind::ForeignImport(ForeignImport {
            rows: parse_number(value()?)?,
            fails: match options.remove("job") {
                None => false,
                Some("fails") => true,
                Some(_) => return Err("job is fails".to_owned()),
            },
        }),
        _ => return Err(format!("there is no kind {name:?}")),
    })
}

fn parse_retry_after(options: &mut Options<'_>) -> Result<Option<RetryAfter>, String> {
    let seconds = options
        .remove("retry-after")
        .map(parse_number)
        .transpose()?;
    let date = options
        .remove("retry-after-date")
        .map(parse_number)
        .transpose()?;
    match (seconds, date) {
        (Some(_), Some(_)) => Err("give either retry-after or retry-after-date".to_owned()),
        (seconds, date) => Ok(seconds
            .map(RetryAfter::Seconds)
            .or(date.map(RetryAfter::Date))),
    }
}

fn parse_selector(kind: &Kind, options: &mut Options<'_>) -> Result<CallSelector, String> {
    let mut positive = |name: &str| match options.remove(name).map(parse_number).transpose()? {
        Some(0) => Err(format!("{name} starts at 1")),
        number => Ok(number),
    };
    let (nth, count) = (positive("nth")?, positive("count")?);
    let parse_chance = |text: &str| {
        let chance = text.parse().ok();
        chance
            .filter(|chance| *chance > 0.0 && *chance <= 1.0)
            .ok_or_else(|| "chance is more than 0 and at most 1".to_owned())
    };
    let selector = CallSelector {
        on: match options.remove("on") {
            None | Some("any") => None,
            Some(name) => Some(parse_operation(kind, name)?),
        },
        company: options.remove("company").map(parse_company).transpose()?,
        nth,
        count,
        chance: options.remove("chance").map(parse_chance).transpose()?,
        seed: options.remove("seed").map(parse_number).transpose()?,
    };
    let is_random = selector.chance.is_some() || matches!(kind, Kind::Latency(_));
    if selector.seed.is_some() && !is_random {
        return Err("a seed has no effect without a chance".to_owned());
    }
    Ok(selector)
}

/// The route of an operation that is given by its name or its route.
fn parse_operation(kind: &Kind, text: &str) -> Result<&'static str, String> {
    let known = ServiceOperation::find(text).map_err(|error| error.to_string())?;
    if kind.applies_to(known.route) {
        Ok(known.route)
    } else {
        Err(format!("this fault cannot apply to {}", known.route))
    }
}

fn parse_company(id: &str) -> Result<String, String> {
    match id {
        "" => Err("company needs the id of a company".to_owned()),
        id => Ok(id.to_owned()),
    }
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit());
    let (amount, unit) = text.split_at(digits.unwrap_or(text.len()));
    let amount: Option<u64> = amount.parse().ok();
    let duration = amount.and_then(|amount| match unit {
        "ms" => Some(Duration::from_millis(amount)),
        "s" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_secs(amount.checked_mul(60)?)),
        _ => None,
    });
    duration.ok_or_else(|| format!("{text:?} is not a duration; write 250ms, 2s or 5m"))
}

fn parse_number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not a whole number, or is too large"))
}

/// Parses one of the values of an enumeration, which its error lists.
fn parse_choice<T: Choice>(name: &str, value: &str) -> Result<T, String> {
    let found = T::CHOICES.iter().find(|choice| choice.name() == value);
    found.copied().ok_or_else(|| {
        let choices: Vec<&str> = T::CHOICES.iter().map(|choice| choice.name()).collect();
        match choices.split_last() {
            Some((last, others)) => format!("{name} is {} or {last}", others.join(", ")),
            None => format!("{name} takes no value"),
        }
    })
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        let CallSelector {
            on,
            company,
            nth,
            count,
            chance,
            seed,
        } = &self.selector;
        write_option(f, "on", on)?;
        write_option(f, "company", company)?;
        write_option(f, "nth", nth)?;
        write_option(f, "count", count)?;
        write_option(f, "chance", chance)?;
        write_option(f, "seed", seed)
    }
}

fn write_option(
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
            Self::Latency(range) => {
                write!(f, "latency={}", format_duration(range.start))?;
                if range.start < range.end {
                    write!(f, "..{}", format_duration(range.end))?;
                }
                Ok(())
            }
            Self::Replace(Replacement::Status {
                code,
                retry_after,
                body,
            }) => {
                write!(f, "status={code}")?;
                match retry_after {
                    None => {}
                    Some(RetryAfter::Seconds(seconds)) => write!(f, ",retry-after={seconds}")?,
                    Some(RetryAfter::Date(seconds)) => write!(f, ",retry-after-date={seconds}")?,
                }
                let body = (*body != ErrorBody::Envelope).then(|| body.name());
                write_option(f, "body", &body)
            }
            Self::Replace(Replacement::Envelope(status)) => write!(f, "envelope={status}"),
            Self::Reset(point) => write!(f, "reset={}", point.name()),
            Self::Body(BodyFault::Stall(pause)) => write!(f, "stall={}", format_duration(*pause)),
            Self::Body(BodyFault::Truncate) => f.write_str("truncate"),
            Self::Body(BodyFault::Endless) => f.write_str("endless"),
            Self::ContentType(name) => write!(f, "content-type={name}"),
            Self::TokenLifetime(lifetime) => {
                write!(f, "token-lifetime={}", format_duration(*lifetime))
            }
            Self::TokenRevoked => f.write_str("token-revoked"),
            Self::TransactionExpires => f.write_str("transaction-expires"),
            Self::Mapping(fault) => write!(f, "mapping={}", fault.name()),
            Self::ForeignImport(ForeignImport { rows, fails }) => {
                write!(f, "foreign-import={rows}")?;
                write_option(f, "job", &fails.then_some("fails"))
            }
            Self::Import(ImportFault::Fails) => f.write_str("import=fails"),
            Self::Import(ImportFault::RowFailures(rows)) => {
                write!(f, "import=row-failures,rows={rows}")
            }
        }
    }
}

/// Formats a duration as the parser reads it.
fn format_duration(duration: Duration) -> String {
    match duration.as_millis() {
        whole if whole % 1000 == 0 => format!("{}s", whole / 1000),
        millis => format!("{millis}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_is_written_as_it_is_parsed() {
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
            "status=403,company=xC5kfGz7w2Nz",
            "latency=300s,on=GET /api/jobs,company=xC5kfGz7w2Nz,nth=2",
            "envelope=FAILED,on=GET /api/jobs",
            "reset=before",
            "reset=after,chance=0.25,seed=3",
            "reset=body",
            "stall=20ms",
            "truncate",
            "endless",
            "content-type=text/html; charset=utf-8",
            "token-lifetime=0s",
            "token-revoked",
            "transaction-expires,on=POST /api/target-users/{transactionId}/import",
            "mapping=fails",
            "mapping=sticks",
            "mapping=expires",
            "import=fails",
            "import=row-failures,rows=4",
            "foreign-import=5",
            "foreign-import=5,job=fails,nth=2",
        ] {
            check(spec, spec);
        }
        check("status=503 , body=envelope, on=any", "status=503");
        check("stall=2m", "stall=120s");
        check("import=row-failures", "import=row-failures,rows=1");
        check("truncate,on=get /API/jobs", "truncate,on=GET /api/jobs");
        check("truncate,on=list_jobs", "truncate,on=GET /api/jobs");
    }

    #[test]
    fn invalid_text_is_refused_with_a_one_line_reason() {
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
        check("status=429,retry-after=soon", "not a whole number");
        check(
            "status=429,retry-after=1,retry-after-date=1",
            "either retry-after or retry-after-date",
        );
        check("status=500,body=xml", "envelope, html or empty");
        check("status=500,rows=2", "no option rows");
        check("latency=5", "not a duration");
        check("latency=9ms..5ms", "shorter");
        check("stall=fast", "not a duration");
        check("reset=later", "before, after or body");
        check("truncate=2", "takes no value");
        check("truncate,body=html", "no option body");
        check("envelope=SUCCESS", "not a fault");
        check("content-type=a\nb", "printable");
        check("status=503,nth=0", "starts at 1");
        check("status=503,count=0", "starts at 1");
        check("status=503,chance=0", "more than 0");
        check("status=503,chance=NaN", "more than 0");
        check("status=503,seed=1", "no effect without a chance");
        check("status=503,nth", "option=value");
        check("status=503,company=", "the id of a company");
        check("status=503,nth=1,nth=2", "given twice");
        check("status=503,on=GET /api/unicorns", "no operation");
        check(
            "mapping=fails,on=GET /api/jobs",
            "cannot apply to GET /api/jobs",
        );
        check("mapping=dies", "fails, sticks or expires");
        check("import=dies", "fails or row-failures");
        check("foreign-import=many", "not a whole number");
        check("foreign-import=1,job=dies", "job is fails");
    }
}
