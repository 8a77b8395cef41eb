//! One cell: one fault at one step of one flow, and what has to hold after it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keepnet_flows::{AddOutcome, Error};
use keepnet_sandbox::Fault;
use serde_json::Value;

use super::flow::{Claim, Flow};
use super::invariants::{self, OF_RESELLER, others};
use super::site::{Site, Undisturbed};

/// What can go wrong, as the sandbox reads it: before the service does what it is asked for (a
/// status, `reset=before`), after it (`reset=after`), and in the middle of the answer. Behind a plus
/// stands what happens to each further token.
const FAULTS: [&str; 35] = [
    "latency=2ms",
    SLOW,
    "status=400",
    "status=401",
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
    "truncate",
    "content-type=text/html",
    "token-lifetime=1s",
    "token-revoked",
    "token-revoked + status=500",
    "token-revoked + truncate",
    "transaction-expires",
    "mapping=fails",
    "mapping=sticks",
    "mapping=expires",
    "import=fails",
    "import=row-failures",
];
/// What must not be done twice.
const WRITES: [&str; 3] = [
    "POST /api/target-users",
    "POST /api/target-groups",
    "POST /api/target-users/{transactionId}/import",
];
const TOKEN: &str = "POST /connect/token";
/// Longer than an impatient client waits.
const SLOW: &str = "latency=5s";
const STALLED: &str = "stall=5s";
const DONE: &str = "done";
/// A cell that takes longer in real time hangs.
const HANGS: Duration = Duration::from_secs(90);

/// Whether the client's own time-outs have to end a call that this fault hits.
pub(super) fn takes_real_time(fault: &str) -> bool {
    [SLOW, STALLED].contains(&fault)
}

pub(super) struct Cell {
    undisturbed: Arc<Undisturbed>,
    step: String,
    fault: &'static str,
    which: Which,
    /// The same as the sandbox takes it.
    armed: Vec<Fault>,
}

/// Which calls of a step are hit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Nth(u64),
    Each,
}

impl Cell {
    /// Every fault at every step of a flow where it means anything.
    pub(super) fn all(undisturbed: &Arc<Undisturbed>) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (step, calls) in &undisturbed.steps {
            for fault in FAULTS {
                for which in which(undisturbed.flow, step, *calls, fault) {
                    // The sandbox refuses a fault that its step cannot have.
                    if let Some(armed) = armed(fault, step, which) {
                        cells.push(Cell {
                            undisturbed: Arc::clone(undisturbed),
                            step: step.clone(),
                            fault,
                            which,
                            armed,
                        });
                    }
                }
            }
        }
        cells
    }

    pub(super) fn flow(&self) -> Flow {
        self.undisturbed.flow
    }

    pub(super) fn fault(&self) -> &'static str {
        self.fault
    }

    /// Runs the flow and tells how it ended, or everything that is wrong with that.
    pub(super) async fn run(self, seed: u64) -> Result<String, Vec<String>> {
        let Undisturbed { flow, dialect, .. } = *self.undisturbed;
        let token_lifetime = match self.fault.contains(" + ") {
            true => Site::LONG,
            false => flow.token_lifetime(),
        };
        let mut site = Site::start(dialect, seed, token_lifetime, self.armed.clone()).await;
        if takes_real_time(self.fault) {
            site = site.impatient();
        }
        let before = site.companies();
        let Ok(ended) = tokio::time::timeout(HANGS, flow.run(&site)).await else {
            return Err(vec!["it hangs".to_owned()]);
        };
        site.settle().await;
        let mut broken = Vec::new();
        let requests = site.sandbox.requests();
        // A call that is slow beyond patience may be under way still.
        if self.fault != SLOW && requests.iter().all(|it| it.faults.is_empty()) {
            broken.push("the fault never struck".to_owned());
        }
        invariants::check(&site, &self, &before, &ended, &mut broken);
        let end = shown(&ended);
        // Where nothing was written, a second run is an undisturbed one.
        if end != DONE && may_run_again(&ended) && site.has_changed(&before) {
            self.run_again(&site, &before, &mut broken).await;
        }
        match broken.is_empty() {
            true => Ok(end),
            false => {
                let end = match ended {
                    Ok(_) => end,
                    Err(error) => format!("{end}: {error}"),
                };
                let told = broken.into_iter().map(|it| format!("{it} ({end})"));
                Err(told.collect())
            }
        }
    }

    /// Does what the error advises: without the fault, all ends as if it had never been.
    async fn run_again(&self, site: &Site, before: &[Value], broken: &mut Vec<String>) {
        site.sandbox.clear_faults();
        let again = tokio::time::timeout(HANGS, self.flow().run(site)).await;
        match again {
            Ok(Ok(_)) => site.settle().await,
            Ok(Err(error)) => return broken.push(format!("run again, it fails: {error}")),
            Err(_) => return broken.push("run again, it hangs".to_owned()),
        }
        if others(before) != others(&site.companies()) {
            broken.push("run again, it changes another company".to_owned());
        }
        let held = site.held();
        if held != self.undisturbed.held {
            let expected = &self.undisturbed.held;
            broken.push(format!(
                "run again, it leaves {held:?} instead of {expected:?}"
            ));
        }
    }

    pub(super) fn undisturbed(&self) -> &Undisturbed {
        &self.undisturbed
    }

    /// Whether the service did what the step of the cell asks for.
    pub(super) fn was_done(&self, before: &[Value], acme: &Value) -> bool {
        let earlier = before.iter().find(|it| it["id"] == acme["id"]).unwrap();
        let what = match self.step.as_str() {
            "POST /api/target-groups" => "groups",
            _ => "emails",
        };
        earlier[what] != acme[what]
    }

    /// Whether nobody can know from the answers alone.
    pub(super) fn leaves_open_whether_it_was_done(&self) -> bool {
        let is_open = ["status=5", "reset=", "truncate", SLOW, STALLED];
        WRITES.contains(&self.step.as_str())
            && is_open.iter().any(|kind| self.fault.starts_with(kind))
    }
}

/// Which calls of a step that is called so often.
fn which(flow: Flow, step: &str, calls: u64, fault: &str) -> Vec<Which> {
    // All flows sign in and choose the company in one way.
    let is_told_by_others =
        !matches!(flow, Flow::Import | Flow::List) && OF_RESELLER.contains(&step);
    // How often a job is looked at depends on how fast it is.
    let is_polled = ["/mapping-job/", "/jobs/{"]
        .iter()
        .any(|it| step.contains(it));
    let second = calls > 1 && !is_polled;
    // What no second try would change strikes the first call as it strikes each.
    let is_final = [
        "status=400",
        "status=403",
        "status=404",
        "status=409",
        "latency=2ms",
        "stall=5ms",
    ];
    match is_told_by_others || is_final.contains(&fault) {
        true if second => vec![Which::Nth(2), Which::Each],
        true => vec![Which::Each],
        false if second => vec![Which::Nth(1), Which::Nth(2), Which::Each],
        false => vec![Which::Nth(1), Which::Each],
    }
}

/// The faults of a cell; `None` where the step cannot have them.
fn armed(fault: &str, step: &str, which: Which) -> Option<Vec<Fault>> {
    let (fault, then) = match fault.split_once(" + ") {
        Some((fault, then)) => (fault, Some(then)),
        None => (fault, None),
    };
    let spec = match which {
        Which::Nth(nth) => format!("{fault},on={step},nth={nth}"),
        Which::Each => format!("{fault},on={step}"),
    };
    let mut faults = vec![spec.parse().ok()?];
    // The first token is had; every further one cannot be.
    faults.extend(then.map(|then| format!("{then},on={TOKEN},nth=2,count=99").parse().unwrap()));
    Some(faults)
}

/// Not where somebody has to look first.
fn may_run_again(ended: &Result<Claim, Error>) -> bool {
    let error = ended.as_ref().err().map(Error::to_string);
    error.is_none_or(|error| !error.contains("before you import again"))
}

/// How a flow ended, coarsely.
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
        Ok(_) => DONE.to_owned(),
    }
}

/// A fault that no step can have would be left out unnoticed.
pub(super) fn assert_all_kinds_are_there(cells: &[Cell]) {
    for fault in FAULTS {
        assert!(
            cells.iter().any(|cell| cell.fault == fault),
            "{fault} is in no cell"
        );
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Undisturbed { flow, dialect, .. } = &*self.undisturbed;
        write!(f, "{dialect} / {flow} / {} / {}", self.step, self.fault)?;
        match self.which {
            Which::Nth(nth) => write!(f, " / call {nth}"),
            Which::Each => f.write_str(" / each call"),
        }
    }
}
