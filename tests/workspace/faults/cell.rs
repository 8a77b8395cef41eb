//! One cell of the matrix: one fault at one step of one flow.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keepnet_flows::{AddOutcome, EditOutcome, Error, SyncOutcome};
use keepnet_sandbox::{Dialect, Fault};
use serde_json::Value;

use super::environment::{Baseline, Environment};
use super::flow::{Claim, Flow};
use super::invariants::{self, WITHOUT_COMPANY, others};
use super::people;

/// The faults, in the syntax of the sandbox: before the service acts (a status, `reset=before`), after
/// it (`reset=after`), and in the middle of the response. The fault behind a plus hits each later
/// request for a token.
const FAULTS: [&str; 37] = [
    "latency=2ms",
    SLOW,
    "status=400",
    ENDLESS_401,
    "status=403",
    "status=404",
    "status=409",
    "status=429",
    "status=429,retry-after=2",
    "status=429,retry-after=600",
    "status=500",
    "status=500,body=empty",
    "status=502,body=html",
    "status=503",
    "status=503,retry-after-date=2",
    "status=503,retry-after=600",
    "status=504",
    "envelope=FAILED",
    "reset=before",
    "reset=after",
    "reset=body",
    "stall=5ms",
    STALLED,
    ENDLESS,
    "truncate",
    "content-type=text/html",
    "token-lifetime=1s",
    "token-revoked",
    "token-revoked + status=500",
    "token-revoked + truncate",
    SLOW_SIGN_IN,
    "transaction-expires",
    "mapping=fails",
    "mapping=sticks",
    "mapping=expires",
    "import=fails",
    "import=row-failures",
];
/// The operations that write.
pub(super) const WRITES: [&str; 6] = [
    "POST /api/target-users",
    "POST /api/target-groups",
    CONFIRMATION,
    "PUT /api/target-users/{resourceId}",
    "DELETE /api/target-users/{resourceId}",
    "PUT /api/target-groups/users",
];
const CONFIRMATION: &str = "POST /api/target-users/{transactionId}/import";
const TOKEN: &str = "POST /connect/token";
/// Longer than the time-outs of [`Environment::with_short_timeouts`].
const SLOW: &str = "latency=5s";
const STALLED: &str = "stall=5s";
const SLOW_SIGN_IN: &str = "token-revoked + latency=5s";
const ENDLESS: &str = "endless";
/// Each call of an operation, whatever the token.
const ENDLESS_401: &str = "status=401";
/// One after the refusal, and one more if the flow lasts longer than the cool-down.
const MORE_SIGN_INS: u64 = 2;
const DONE: &str = "done";
/// A cell that takes longer in real time is reported as a hang.
const HANG_LIMIT: Duration = Duration::from_secs(300);

/// Whether only a time-out of the client ends a call that this fault hits.
pub(super) fn takes_real_time(fault: &str) -> bool {
    [SLOW, STALLED, SLOW_SIGN_IN, ENDLESS].contains(&fault)
}

pub(super) struct Cell {
    baseline: Arc<Baseline>,
    step: String,
    fault: &'static str,
    which: Which,
    faults: Vec<Fault>,
}

/// Which calls of a step are hit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Nth(u64),
    Each,
}

impl Cell {
    /// Every fault at every step of a flow that can have it.
    pub(super) fn all(baseline: &Arc<Baseline>) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (step, calls) in &baseline.steps {
            if !differs(baseline, step) {
                continue;
            }
            for fault in FAULTS {
                for which in which(baseline.flow, step, *calls, fault) {
                    // The sandbox refuses a fault that its step cannot have.
                    if let Some(faults) = parse_faults(fault, step, which) {
                        cells.push(Cell {
                            baseline: Arc::clone(baseline),
                            step: step.clone(),
                            fault,
                            which,
                            faults,
                        });
                    }
                }
            }
        }
        cells
    }

    pub(super) fn flow(&self) -> Flow {
        self.baseline.flow
    }

    pub(super) fn fault(&self) -> &'static str {
        self.fault
    }

    /// Runs the flow; returns how it ended, or all violated invariants.
    pub(super) async fn run(self, seed: u64) -> Result<String, Vec<String>> {
        let Baseline { flow, dialect, .. } = *self.baseline;
        let token_lifetime = match self.fault.contains(" + ") {
            true => Environment::LONG,
            false => flow.token_lifetime(),
        };
        let mut env =
            Environment::start(flow, dialect, seed, token_lifetime, self.faults.clone()).await;
        if takes_real_time(self.fault) {
            env = env.with_short_timeouts();
        }
        let before = env.companies();
        let Ok(ended) = tokio::time::timeout(HANG_LIMIT, flow.run(&env)).await else {
            return Err(vec!["it hangs".to_owned()]);
        };
        env.sandbox.finish_imports();
        let mut broken = Vec::new();
        let requests = env.sandbox.requests();
        // A call that takes longer than the time-out may still be running.
        if self.fault != SLOW && requests.iter().all(|it| it.faults.is_empty()) {
            broken.push("the fault hit no call".to_owned());
        }
        let sign_ins = requests
            .iter()
            .filter(|it| it.operation.as_deref() == Some(TOKEN));
        let (sign_ins, usual) = (sign_ins.count() as u64, self.baseline.steps[TOKEN]);
        if self.fault == ENDLESS_401 && sign_ins > usual + MORE_SIGN_INS {
            broken.push(format!("it signed in {sign_ins} times instead of {usual}"));
        }
        invariants::check(&env, &self, &before, &ended, &mut broken);
        if flow == Flow::Sync {
            env.sandbox.clear_faults();
            let receipt = match &ended {
                Ok(Claim::Synced(receipt)) => Some(&**receipt),
                _ => None,
            };
            match people::list(&env).await {
                Ok(people) => people::check_sync(&self, &people, receipt, &mut broken),
                Err(error) => broken.push(format!("the people cannot be listed: {error}")),
            }
        }
        let end = shown(&ended);
        // Without a write, a second run is the same as the baseline.
        if end != DONE && may_run_again(&ended) && env.has_changed(&before) {
            self.run_again(&env, &before, &mut broken).await;
        }
        match broken.is_empty() {
            true => Ok(end),
            false => {
                let end = match ended {
                    Ok(_) => end,
                    Err(error) => format!("{end}: {error}"),
                };
                let broken = broken.into_iter().map(|it| format!("{it} ({end})"));
                Err(broken.collect())
            }
        }
    }

    /// Runs the flow again without the fault, as the error advises: the final state must be that of the
    /// baseline.
    async fn run_again(&self, env: &Environment, before: &[Value], broken: &mut Vec<String>) {
        env.sandbox.clear_faults();
        let again = tokio::time::timeout(HANG_LIMIT, self.flow().run(env)).await;
        match again {
            Ok(Ok(_)) => env.sandbox.finish_imports(),
            Ok(Err(error)) => return broken.push(format!("run again, it fails: {error}")),
            Err(_) => return broken.push("run again, it hangs".to_owned()),
        }
        if others(before) != others(&env.companies()) {
            broken.push("run again, it changes another company".to_owned());
        }
        let state = env.final_state();
        if state != self.baseline.state {
            let expected = &self.baseline.state;
            broken.push(format!(
                "run again, it leaves {state:?} instead of {expected:?}"
            ));
        }
    }

    pub(super) fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// Whether the service executed the step of the cell.
    pub(super) fn was_done(&self, before: &[Value], acme: &Value) -> bool {
        let earlier = before.iter().find(|it| it["id"] == acme["id"]).unwrap();
        let what = match self.step.as_str() {
            "POST /api/target-groups" | "PUT /api/target-groups/users" => "groups",
            "PUT /api/target-users/{resourceId}" | "DELETE /api/target-users/{resourceId}" => {
                "users"
            }
            _ => "emails",
        };
        earlier[what] != acme[what]
    }

    /// Whether the responses cannot tell if the step was executed.
    pub(super) fn has_unknown_outcome(&self) -> bool {
        let unknown = ["status=5", "reset=", "truncate", SLOW, STALLED, ENDLESS];
        WRITES.contains(&self.step.as_str())
            && unknown.iter().any(|kind| self.fault.starts_with(kind))
    }
}

/// Whether the step shows more than the same one in the other dialect. A synchronization consists of the
/// steps of other flows, and only the words of the confirmation change its calls.
fn differs(baseline: &Baseline, step: &str) -> bool {
    let is_long = baseline.flow == Flow::Sync;
    !is_long || baseline.dialect == Dialect::Observed || step == CONFIRMATION
}

/// Which calls of a step to hit; `calls` is how often the flow calls it.
fn which(flow: Flow, step: &str, calls: u64, fault: &str) -> Vec<Which> {
    // All flows sign in and choose the company in the same way.
    let is_covered_by_others =
        !matches!(flow, Flow::Import | Flow::List) && WITHOUT_COMPANY.contains(&step);
    // The number of polls depends on the speed of the job.
    let is_polled = ["/mapping-job/", "/jobs/{"]
        .iter()
        .any(|it| step.contains(it));
    // Only one confirmation is accepted, and what the service refuses starts no job that could fail.
    let is_of_accepted =
        fault.starts_with("import=") || (step == CONFIRMATION && fault == "reset=after");
    let second = calls > 1 && !is_polled && !is_of_accepted;
    // A fault that stops every retry has the same effect on the first call and on each call.
    let is_final = [
        "status=400",
        "status=403",
        "status=404",
        "status=409",
        "latency=2ms",
        "stall=5ms",
    ];
    // A read that fails once is repeated, as in the other flows.
    if flow == Flow::Sync && !WRITES.contains(&step) {
        return vec![Which::Each];
    }
    match is_covered_by_others || is_final.contains(&fault) {
        true if second => vec![Which::Nth(2), Which::Each],
        true => vec![Which::Each],
        false if second => vec![Which::Nth(1), Which::Nth(2), Which::Each],
        false => vec![Which::Nth(1), Which::Each],
    }
}

/// The faults of a cell; `None` if the step cannot have them.
fn parse_faults(fault: &str, step: &str, which: Which) -> Option<Vec<Fault>> {
    let (fault, then) = match fault.split_once(" + ") {
        Some((fault, then)) => (fault, Some(then)),
        None => (fault, None),
    };
    let spec = match which {
        Which::Nth(nth) => format!("{fault},on={step},nth={nth}"),
        Which::Each => format!("{fault},on={step}"),
    };
    let mut faults = vec![spec.parse().ok()?];
    // The first token is issued; the second fault hits every later request for one.
    faults.extend(then.map(|then| format!("{then},on={TOKEN},nth=2,count=99").parse().unwrap()));
    Some(faults)
}

/// Whether the error allows a second run without a look at the company.
fn may_run_again(ended: &Result<Claim, Error>) -> bool {
    let error = ended.as_ref().err().map(Error::to_string);
    error.is_none_or(|error| !error.contains("before you import again"))
}

/// How a flow ended, in one word or a few.
fn shown(ended: &Result<Claim, Error>) -> String {
    match ended {
        Err(error) => format!("{:?}", error.kind()),
        Ok(Claim::Imported { failed, .. }) if *failed > 0 => format!("done but for {failed}"),
        Ok(Claim::Added(users)) => {
            let bad =
                |outcome: &AddOutcome| matches!(outcome, AddOutcome::Failed | AddOutcome::Unknown);
            let bad: BTreeSet<_> = users
                .iter()
                .filter(|(_, it)| bad(it))
                .map(|(_, it)| format!("{it:?}"))
                .collect();
            match bad.is_empty() {
                true => DONE.to_owned(),
                false => format!(
                    "done but {}",
                    bad.into_iter()
                        .collect::<Vec<_>>()
                        .join(", ")
                        .to_lowercase()
                ),
            }
        }
        Ok(Claim::Synced(receipt)) => match receipt.outcome() {
            SyncOutcome::Complete => DONE.to_owned(),
            outcome => format!("{outcome:?}").to_lowercase(),
        },
        Ok(Claim::Edited(outcome @ (EditOutcome::Failed | EditOutcome::Unknown))) => {
            format!("done but {outcome:?}").to_lowercase()
        }
        Ok(_) => DONE.to_owned(),
    }
}

/// Fails if a fault is in no cell, because no step can have it.
pub(super) fn assert_every_fault_is_used(cells: &[Cell]) {
    for fault in FAULTS {
        assert!(
            cells.iter().any(|cell| cell.fault == fault),
            "{fault} is in no cell"
        );
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Baseline { flow, dialect, .. } = &*self.baseline;
        write!(f, "{dialect} / {flow} / {} / {}", self.step, self.fault)?;
        match self.which {
            Which::Nth(nth) => write!(f, " / call {nth}"),
            Which::Each => f.write_str(" / each call"),
        }
    }
}
