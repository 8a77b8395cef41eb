//! A fleet of two customers with a fault at one of them: the other one is done, the outcome and the ledger
//! are true, and the resumed fleet ends as the one without a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::sync::Arc;

use futures::StreamExt as _;
use keepnet_flows::{
    Error, FleetEvent, FleetFile, FleetLedger, FleetOutcome, FleetState, Reseller,
};
use keepnet_sandbox::{Dialect, Fault};
use serde_json::json;
use tempfile::TempDir;

use super::CONCURRENT;
use super::cell::WRITES;
use super::environment::{Environment, FinalState, emails};
use super::flow::{EVERYBODY, Flow, GROUP};
use super::invariants::{WITHOUT_COMPANY, all_differ};
use crate::flows::service::{ACME, GLOBEX};

/// A fault of any step, and those of some: what each fault does in a flow is in the matrix of the flows.
const FAULTS: [&str; 9] = [
    "status=403",
    "status=429,retry-after=2",
    "status=500",
    "transaction-expires",
    "mapping=fails",
    "mapping=sticks",
    "mapping=expires",
    "import=fails",
    "import=row-failures",
];
/// The faults of the first call of each operation, and of those that write.
const OF_FIRST: [&str; 2] = ["reset=before", "reset=after"];
const OF_WRITES: [&str; 1] = ["truncate"];
/// The faults in the dialect of the document, where the responses that they replace differ.
const AS_DOCUMENTED: [&str; 2] = ["status=403", "import=row-failures"];

/// The other customer is done, whatever happens at Acme.
const NEW_AT_GLOBEX: &str = "Email\nnia@globex.example\nnoa@globex.example\n";

/// The work for Acme, whose calls are hit: that of [`Flow::Sync`] or of [`Flow::Import`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Work(Flow, IsDocumented);

/// Whether the service speaks the dialect of the document.
type IsDocumented = bool;

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let documented = if self.1 { ", as documented" } else { "" };
        write!(f, "{} of a fleet{documented}", self.0)
    }
}

/// A service, the fleet file, its lists and its ledger.
struct Setup {
    env: Environment,
    folder: TempDir,
    file: FleetFile,
}

impl Setup {
    async fn new(Work(flow, is_documented): Work, faults: Vec<Fault>) -> Setup {
        let seed = super::seed();
        let dialect = match is_documented {
            true => Dialect::Documented,
            false => Dialect::Observed,
        };
        let env = Environment::start(flow, dialect, seed, Environment::LONG, faults).await;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("globex.csv"), NEW_AT_GLOBEX).unwrap();
        let list = env.staff_list();
        let (acme, globex) = match flow {
            Flow::Sync => (
                json!({ "sync": list, "activate": true, "group": [EVERYBODY], "max-leavers": 2 }),
                json!({ "import": "globex.csv" }),
            ),
            _ => (
                json!({ "import": list, "group": [GROUP], "create-groups": true }),
                json!({ "sync": "globex.csv", "leavers": "keep" }),
            ),
        };
        let file = json!({ "customers": { ACME: acme, GLOBEX: globex } });
        let file = serde_json::from_value(file).unwrap();
        Setup { env, folder, file }
    }

    fn ledger(&self) -> FleetLedger {
        FleetLedger::open(self.folder.path().join("ledger")).unwrap()
    }

    async fn run(&self) -> Result<BTreeMap<String, FleetOutcome>, Error> {
        let reseller = Reseller::connect(self.env.config()).await?;
        let (file, folder, ledger) = (&self.file, self.folder.path(), self.ledger());
        let fleet = match ledger.unfinished() {
            None => reseller.fleet(file, folder).await?,
            Some(_) => reseller.resume_fleet(file, folder, &ledger).await?,
        };
        let events = fleet.run(ledger)?;
        let outcomes = events.filter_map(async |event| FleetEvent::into_outcome(event));
        let outcomes = outcomes.map(|it| (it.company_id.clone(), it));
        Ok(outcomes.collect().await)
    }

    /// The last outcome of each customer in the ledger.
    fn recorded(&self) -> BTreeMap<String, FleetOutcome> {
        let text = fs::read_to_string(self.folder.path().join("ledger/ledger.ndjson")).unwrap();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str::<FleetOutcome>(line).ok());
        lines.map(|it| (it.company_id.clone(), it)).collect()
    }

    fn state(&self) -> State {
        let companies = self.env.companies();
        let globex = companies.iter().find(|it| it["id"] == GLOBEX).unwrap();
        State {
            acme: self.env.final_state(),
            globex: emails(globex),
            created: self.counter("created"),
        }
    }

    fn counter(&self, name: &str) -> u64 {
        self.env.acme()["counters"][name].as_u64().unwrap()
    }
}

/// What must be the same with and without a fault.
#[derive(Clone, Debug, PartialEq)]
struct State {
    acme: FinalState,
    globex: Vec<String>,
    /// How many people were created at Acme, those who are there twice as well.
    created: u64,
}

struct Baseline {
    work: Work,
    before: FinalState,
    after: State,
    /// The operations that are called for Acme.
    steps: BTreeSet<String>,
}

impl Baseline {
    async fn of(work: Work) -> Arc<Baseline> {
        let setup = Setup::new(work, Vec::new()).await;
        let before = setup.env.final_state();
        let outcomes = setup.run().await.unwrap();
        let states: Vec<_> = outcomes.values().map(|it| it.outcome).collect();
        assert_eq!(states, [FleetState::Done; 2], "{outcomes:?}");
        let requests = setup.env.sandbox.requests().into_iter();
        let of_acme = requests.filter(|it| it.keepnet_company_id.as_deref() == Some(ACME));
        Arc::new(Baseline {
            work,
            before,
            after: setup.state(),
            steps: of_acme.map(|it| it.operation.unwrap()).collect(),
        })
    }
}

struct Cell {
    baseline: Arc<Baseline>,
    step: String,
    fault: &'static str,
    /// Whether only the first call is hit.
    is_once: bool,
    parsed: Fault,
}

impl Cell {
    /// Every fault at every step that can have it.
    fn all(baseline: &Arc<Baseline>) -> Vec<Cell> {
        let mut cells = Vec::new();
        for step in &baseline.steps {
            let is_write = WRITES.contains(&step.as_str());
            let of_writes = OF_WRITES.iter().filter(|_| is_write);
            let of_first = OF_FIRST.iter().chain(of_writes).map(|it| (it, true));
            let faults = FAULTS.iter().map(|it| (it, false)).chain(of_first);
            let Work(_, is_documented) = baseline.work;
            let faults = faults.filter(|(it, _)| !is_documented || AS_DOCUMENTED.contains(it));
            for (fault, is_once) in faults {
                let nth = if is_once { ",nth=1" } else { "" };
                let spec = format!("{fault},on={step},company={ACME}{nth}");
                // The sandbox refuses a fault that its step cannot have.
                if let Ok(parsed) = spec.parse() {
                    cells.push(Cell {
                        baseline: Arc::clone(baseline),
                        step: step.clone(),
                        fault,
                        is_once,
                        parsed,
                    });
                }
            }
        }
        cells
    }

    /// How Acme ended, and how when the fleet was resumed; or what is false.
    async fn run(&self) -> Result<String, Vec<String>> {
        let setup = Setup::new(self.baseline.work, vec![self.parsed.clone()]).await;
        let mut broken = Vec::new();
        let first = match setup.run().await {
            Ok(outcomes) => outcomes,
            Err(error) => return Err(vec![format!("the fleet fails: {error}")]),
        };
        setup.env.sandbox.finish_imports();
        self.check(&setup, &first, &mut broken);
        let (acme, globex) = (&first[ACME], &first[GLOBEX]);
        if globex.outcome != FleetState::Done {
            broken.push(format!("the other customer is not done: {globex:?}"));
        }
        let mut ends = vec![acme.clone()];
        setup.env.sandbox.clear_faults();
        while !ends.last().unwrap().outcome.is_good() && ends.len() < 4 {
            let is_unknown = ends.last().unwrap().outcome == FleetState::Unknown;
            if ends.len() > 1 {
                if !is_unknown {
                    break;
                }
                // A person has looked at Acme.
                setup.ledger().begin_anew(&[ACME.to_owned()]).unwrap();
            }
            match setup.run().await {
                Ok(mut outcomes) if outcomes.len() == 1 => {
                    ends.extend(outcomes.remove(ACME));
                }
                other => broken.push(format!("resumed, it ends with {other:?}")),
            }
            setup.env.sandbox.finish_imports();
        }
        let names: Vec<_> = ends
            .iter()
            .map(|it| format!("{:?}", it.outcome).to_lowercase())
            .collect();
        let names = names.join(", ");
        if !ends.last().unwrap().outcome.is_good() {
            broken.push(format!("resumed, it does not reach the goal: {ends:?}"));
        } else if setup.state() != self.baseline.after {
            let (found, expected) = (setup.state(), &self.baseline.after);
            broken.push(format!("it leaves {found:?} instead of {expected:?}"));
        }
        match broken.is_empty() {
            true => Ok(names),
            false => Err(broken),
        }
    }

    /// Adds what is false after the first run.
    fn check(
        &self,
        setup: &Setup,
        ended: &BTreeMap<String, FleetOutcome>,
        broken: &mut Vec<String>,
    ) {
        let acme = &ended[ACME];
        let mut hold = |holds: bool, what: &str| {
            if !holds {
                broken.push(format!("{what}: {acme:?}"));
            }
        };
        hold(*ended == setup.recorded(), "the ledger has another outcome");
        let is_good = acme.outcome.is_good();
        let left = u64::from(!is_good);
        hold(
            setup.ledger().unfinished() == Some(left as usize),
            "the ledger counts wrong",
        );
        let state = setup.state();
        let is_reached = state == self.baseline.after;
        let is_unchanged = state.acme.has_people_of(&self.baseline.before);
        hold(is_reached || !is_good, "it is not done");
        let (created, updated) = (setup.counter("created"), setup.counter("updated"));
        let is_import = self.baseline.work.0 == Flow::Import;
        let is = |count: Option<u64>, real: u64| count.is_none_or(|count| count == real);
        hold(is(acme.joined, created), "it tells who joined wrong");
        if is_import {
            hold(
                is(acme.imported, created + updated),
                "it tells who was imported wrong",
            );
            hold(is(acme.changed, updated), "it tells who was changed wrong");
        }
        let writes = [acme.joined, acme.changed, acme.left, acme.imported];
        hold(
            is_unchanged || !writes.iter().all(|it| *it == Some(0)),
            "it tells that nobody was written",
        );
        let why = acme.why.as_deref().unwrap_or_default();
        hold(why.is_empty() == is_good, "it says why it is good");
        hold(
            !why.contains('\n') && !why.contains("@acme"),
            "its reason is not one line without people",
        );
        let advises = |text: &str| why.contains(text);
        let is_advised = match acme.outcome {
            FleetState::Unknown => advises("resume the fleet") || advises("begin anew"),
            FleetState::Running => advises("resume the fleet"),
            _ => true,
        };
        hold(is_advised, "it does not say what to do");
        let is_unknown = matches!(acme.outcome, FleetState::Unknown | FleetState::Running);
        hold(
            is_good || is_unknown || writes.iter().all(Option::is_some) || !is_reached,
            "it is reached and failed",
        );
        hold(
            all_differ(&emails(&setup.env.acme())),
            "an e-mail address exists twice",
        );
        for request in setup.env.sandbox.requests() {
            let operation = request.operation.as_deref().unwrap_or("nothing");
            let company = request.keepnet_company_id.as_deref();
            let is_scoped = match company {
                Some(company) => [ACME, GLOBEX].contains(&company),
                None => WITHOUT_COMPANY.contains(&operation) || operation.starts_with("GET "),
            };
            hold(
                is_scoped,
                &format!("{operation} was called for {company:?}"),
            );
        }
        for violation in setup.env.sandbox.take_contract_report().violations {
            hold(false, &format!("the contract was broken: {violation}"));
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = if self.is_once {
            "the first call"
        } else {
            "each call"
        };
        let (work, step, fault) = (self.baseline.work, &self.step, self.fault);
        write!(f, "{work} / {step} / {fault} / {calls}")
    }
}

/// How a cell ended, or what is wrong with it.
type CellResult = Result<String, Vec<String>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faulty_customer_costs_its_own_place() {
    let started = std::time::Instant::now();
    let mut cells = Vec::new();
    for (flow, is_documented) in [
        (Flow::Sync, false),
        (Flow::Import, false),
        (Flow::Sync, true),
        (Flow::Import, true),
    ] {
        cells.extend(Cell::all(&Baseline::of(Work(flow, is_documented)).await));
    }
    let size = cells.len();
    let results: Vec<(Arc<Cell>, CellResult)> =
        futures::stream::iter(cells.into_iter().map(Arc::new))
            .map(async |cell| {
                let running = Arc::clone(&cell);
                let result = tokio::spawn(async move { running.run().await });
                let result = result.await;
                let panicked = |panic| Err(vec![format!("it panicked: {panic}")]);
                let result = result.unwrap_or_else(panicked);
                (cell, result)
            })
            .buffer_unordered(CONCURRENT)
            .collect()
            .await;
    println!("{size} cells in {:.1?}", started.elapsed());
    let mut broken = Vec::new();
    let mut totals: BTreeMap<(Work, &str), BTreeMap<&str, u32>> = BTreeMap::new();
    for (cell, result) in &results {
        match result {
            Ok(ends) => {
                let of_fault = totals.entry((cell.baseline.work, cell.fault)).or_default();
                *of_fault.entry(ends).or_default() += 1;
            }
            Err(what) => broken.extend(what.iter().map(|what| format!("{cell} → {what}\n"))),
        }
    }
    broken.sort();
    assert!(broken.is_empty(), "of {size} cells:\n{}", broken.concat());
    let lines = totals.iter().map(|((work, fault), ends)| {
        let ends = ends.iter().map(|(ends, count)| format!("{ends} {count}"));
        let ends = ends.collect::<Vec<_>>().join("; ");
        format!("{:<32}  {fault:<30}  {ends}\n", work.to_string())
    });
    crate::check_snapshot("fleet-fault-matrix", &lines.collect::<String>());
}
