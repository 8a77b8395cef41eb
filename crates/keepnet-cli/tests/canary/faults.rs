//! The faults of the sandbox, at least one of each kind.

/// Faults that start at the request that a command line names, unless they name a request themselves.
/// A permanent 429 or a long stall would only make the test slow: the output does not depend on the
/// time, so that short ones stand for them.
pub(crate) const FAULTS: &[&str] = &[
    "latency=5ms",
    "status=400",
    "status=400,body=html",
    "status=401",
    "status=401,body=empty",
    "status=403",
    "status=404",
    "status=409",
    "status=429,count=1",
    "status=429,retry-after=300",
    "status=429,retry-after-date=1,count=1",
    "status=500",
    "status=500,body=html",
    "status=502,body=html",
    "status=503,retry-after=1,count=1",
    "status=503,retry-after-date=300,body=empty",
    "status=504,body=empty,count=2",
    "envelope=FAILED",
    "envelope=PRIVACY_ERROR",
    "reset=before,count=2",
    "reset=after,count=1",
    "reset=body,count=2",
    "stall=50ms",
    "truncate",
    "content-type=text/html; charset=utf-8",
    "token-revoked,count=1",
];

/// Faults that can only happen at one place, with the start of the command lines that reach it.
pub(crate) const SPECIFIC_FAULTS: &[(&str, &str)] = &[
    ("token-lifetime=0s", "auth check"),
    ("token-lifetime=0s", "users count"),
    ("status=401,on=POST /connect/token", "users list"),
    ("status=400,on=POST /connect/token", "users add --email"),
    (
        "status=503,retry-after=300,on=POST /connect/token",
        "users import STAFF --yes",
    ),
    ("envelope=FAILED,on=POST /connect/token", "users export"),
    ("truncate,on=POST /connect/token", "companies list"),
    (
        "content-type=text/html,on=POST /connect/token",
        "users count",
    ),
    ("transaction-expires", "users import STAFF"),
    ("mapping=fails", "users import STAFF"),
    ("mapping=expires", "users import STAFF"),
    // Only the time limit of the test ends it.
    ("mapping=sticks", "users import STAFF --dry-run"),
    ("import=fails", "users import STAFF --yes"),
    ("import=row-failures,rows=1", "users import STAFF --yes"),
];
