//! An import by somebody else at every step of an import and of its resume: a client never reports the
//! job of another as its own.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use keepnet_flows::{Error, ErrorKind, Receipt, Reseller, Sheet, TicketFolder};
use keepnet_sandbox::{Dialect, Fault};
use serde_json::Value;

use super::environment::{Baseline, Environment};
use super::flow::{Flow, GROUP, STAFF};
use super::invariants::WITHOUT_COMPANY;
use crate::flows::service::DIALECTS;

const CONFIRMATION: &str = "POST /api/target-users/{transactionId}/import";
/// The imports of others: of as many rows as ours, of as many new people, of one, and a failing one.
const FOREIGN: [&str; 4] = [
    "foreign-import=6",
    "foreign-import=5",
    "foreign-import=1",
    "foreign-import=6,job=fails",
];
/// What happens to our own import: nothing, the request or its response is lost, or the job fails.
const OWN: [&str; 4] = ["", "reset=before", "reset=after", "import=fails"];

/// One import by somebody else at one step.
#[derive(Clone, Debug)]
struct Cell {
    dialect: Dialect,
    step: String,
    foreign: &'static str,
    own: &'static str,
    /// Whether the step is one of a resume after an unknown outcome.
    resumes: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn job_of_another_is_never_reported_as_ours() {
    let mut cells = Vec::new();
    for dialect in DIALECTS {
        let baseline = Baseline::of(Flow::Import, dialect, super::seed()).await;
        let steps = baseline.steps.keys().cloned();
        let steps: Vec<String> = steps
            .filter(|it| !WITHOUT_COMPANY.contains(&it.as_str()))
            .collect();
        for (step, foreign) in pairs(&steps, &FOREIGN) {
            for own in OWN {
                for resumes in [false, true] {
                    let step = step.clone();
                    cells.push(Cell {
                        dialect,
                        step,
                        foreign,
                        own,
                        resumes,
                    });
                }
            }
        }
    }
    // Only a lost request or response leads to a resume.
    cells.retain(|cell| !cell.resumes || !["", "import=fails"].contains(&cell.own));
    assert!(cells.len() >= 200, "{} cells are too few", cells.len());
    let size = cells.len();
    let ended: Vec<(Cell, Result<String, String>)> = futures::stream::iter(cells)
        .map(|cell| async move { (cell.clone(), cell.run().await) })
        .buffer_unordered(24)
        .collect()
        .await;
    let lies = ended
        .iter()
        .filter_map(|(cell, end)| Some(format!("{cell:?}: {}\n", end.as_ref().err()?)));
    let lies: Vec<String> = lies.collect();
    assert!(
        lies.is_empty(),
        "{} of {size}:\n{}",
        lies.len(),
        lies.concat()
    );
    crate::check_snapshot("foreign-jobs", &totals(&ended));
}

fn pairs<'a>(
    steps: &'a [String],
    foreign: &'a [&'static str],
) -> impl Iterator<Item = (&'a String, &'static str)> {
    steps
        .iter()
        .flat_map(|step| foreign.iter().map(move |it| (step, *it)))
}

impl Cell {
    /// How the import ended, or what is false about it.
    async fn run(&self) -> Result<String, String> {
        // The first words for the mode are refused in the documented dialect. Of the faults, only one that
        // comes before the refusal counts that.
        let is_second = self.dialect == Dialect::Documented && self.own == "reset=before";
        let nth = if is_second { 2 } else { 1 };
        let own = format!("{},on={CONFIRMATION},nth={nth}", self.own);
        let own = (!self.own.is_empty()).then_some(own);
        let foreign = format!("{},on={},nth=1", self.foreign, self.step);
        let faults = own.iter().chain((!self.resumes).then_some(&foreign));
        let faults: Vec<Fault> = faults.map(|it| it.parse().unwrap()).collect();
        let env = Environment::start(
            Flow::Import,
            self.dialect,
            super::seed(),
            Environment::LONG,
            faults,
        )
        .await;
        let folder = tempfile::tempdir().unwrap();
        let tickets = TicketFolder::new(folder.path());
        let mut ended = import(&env, &tickets).await;
        if self.resumes {
            env.sandbox.clear_faults();
            env.sandbox.add_fault(foreign.parse().unwrap());
            ended = resume(&env, &tickets).await;
        }
        env.sandbox.finish_imports();
        let state = env.sandbox.state();
        check(&state, &ended)?;
        Ok(match &ended {
            Ok(receipt) if receipt.job.is_none() => "done by an unknown job".to_owned(),
            Ok(receipt) => format!("{:?}", receipt.outcome()),
            Err(error) => format!("{:?}", error.kind()),
        })
    }
}

async fn import(env: &Environment, tickets: &TicketFolder) -> Result<Receipt, Error> {
    let reseller = Reseller::connect(env.config()).await?;
    let acme = reseller.company("Acme LLC").await?;
    let sheet = Sheet::open(env.staff_list()).unwrap();
    let import = acme.import_users(sheet).group(GROUP).create_groups();
    import.ticket(tickets).await?.confirm().await
}

async fn resume(env: &Environment, tickets: &TicketFolder) -> Result<Receipt, Error> {
    let reseller = Reseller::connect(env.config()).await?;
    let acme = reseller.company("Acme LLC").await?;
    let ticket = tickets.tickets().unwrap().remove(0);
    acme.resume_import(tickets, &ticket).await?.confirm().await
}

/// Compares what is reported with our own job.
fn check(state: &Value, ended: &Result<Receipt, Error>) -> Result<(), String> {
    let jobs = state["jobs"].as_array().unwrap().iter();
    let own: Vec<&Value> = jobs.filter(|job| job["foreign"] == false).collect();
    let hold = |holds: bool, what: &str| match holds {
        true => Ok(()),
        false => Err(format!("{what}: {ended:?}")),
    };
    hold(own.len() <= 1, "it imported twice")?;
    match (ended, own.first()) {
        (Ok(_), None) => hold(false, "it reports an import that never was"),
        (Ok(receipt), Some(own)) => {
            let count = |name: &str| own[name].as_u64().unwrap();
            let written = count("created") + count("updated");
            let id = receipt.job.as_deref();
            hold(
                id.is_none_or(|id| own["id"] == id),
                "it reports the job of another",
            )?;
            hold(
                own["statusName"] == "Completed",
                "its job has not completed",
            )?;
            hold(receipt.imported == written, "its number of people is false")?;
            hold(
                receipt.imported + receipt.failed == STAFF,
                "people are missing",
            )
        }
        (Err(error), own) => {
            let (line, failed) = (error.to_string(), own.map(|job| &job["statusName"]));
            let is_failed = failed.is_some_and(|it| it == "Failed");
            hold(
                error.kind() != ErrorKind::JobFailed || is_failed,
                "its job has not failed",
            )?;
            hold(
                !line.contains("nothing was imported") || own.is_none(),
                "it was imported",
            )?;
            hold(
                !line.contains("has started") || own.is_some(),
                "it has not started",
            )
        }
    }
}

/// How often each way to end occurred.
fn totals(ended: &[(Cell, Result<String, String>)]) -> String {
    let mut totals: BTreeMap<_, BTreeMap<&str, u32>> = BTreeMap::new();
    for (cell, end) in ended {
        let kind = if cell.resumes { "resume" } else { "import" };
        let ends = totals.entry((kind, cell.own, cell.foreign)).or_default();
        *ends.entry(end.as_ref().unwrap()).or_default() += 1;
    }
    let line = |((kind, own, foreign), ends): (_, BTreeMap<&str, u32>)| {
        let ends = ends.iter().map(|(end, count)| format!("{end} {count}"));
        let ends = ends.collect::<Vec<_>>().join(", ");
        format!("{kind}  {own:<12}  {foreign:<26}  {ends}\n")
    };
    totals.into_iter().map(line).collect()
}
