//! `fleet run`: the work for each customer of a fleet, each with its outcome.

use std::time::Duration;

use clap::Args;
use futures::StreamExt as _;
use jiff::SignedDuration;
use keepnet_flows::{Fleet, FleetEvent, FleetLedger, FleetOutcome, Reseller};

use super::file::FleetArguments;
use super::summary::Summary;
use crate::config::{Context, GlobalOptions, ticket_folder};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::{counted, filled};
use crate::ui::{self, Columns, ManyBars, Record, confirm, is_interactive, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    fleet: FleetArguments,
    /// Go on with the last run: the customers that are not done. What was begun goes on as it was; for the
    /// others, the fleet file and the lists are read again
    #[arg(long)]
    resume: bool,
    /// With --resume: begin anew with these customers, whatever became of them; by name or id, separated
    /// by commas; can be repeated
    #[arg(
        long,
        value_name = "NAME|ID",
        value_delimiter = ',',
        value_parser = filled,
        requires = "resume"
    )]
    again: Vec<String>,
    /// Give a customer up that takes longer than this, such as 90s, 10m or 2h; --resume goes on with it
    /// [default: no limit but those of each request and job]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    customer_timeout: Option<Duration>,
    /// Write without a question
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    if !arguments.yes && !is_interactive() {
        let error = CliError::usage("nobody can be asked whether to write");
        return Err(error.with_hint("add --yes, or look at it with `keepnet fleet plan`"));
    }
    let context = Context::new(global).await?;
    let reseller = context.reseller_without_call()?;
    let Some((fleet, ledger)) = prepare(global, &reseller, arguments).await? else {
        return Ok(ExitStatus::Done);
    };
    let fleet = match arguments.customer_timeout {
        Some(timeout) => fleet.customer_timeout(timeout),
        None => fleet,
    };
    let mut summary = Summary::new(fleet.companies().count());
    let mut events = fleet.run(ledger)?;
    let columns = Columns::of::<FleetOutcome>(global.output);
    let list = ui::stdout(global.output).list::<FleetOutcome>(columns)?;
    let mut printed = Printed {
        list: Some(list),
        resume: arguments.resume_command(),
    };
    let mut bars = ManyBars::new(summary.total());
    while let Some(event) = events.next().await {
        match event {
            FleetEvent::Started(company) => bars.start(&company.id, &company.name),
            FleetEvent::Progress(company, progress) => bars.show(&company.id, &progress),
            FleetEvent::Finished(outcome) => {
                let line = summary.add_outcome(&outcome);
                bars.finish(&outcome.company_id, &line, &summary.counts());
                if let Some(list) = &mut printed.list {
                    bars.suspend(|| list.push(&outcome))?;
                }
            }
            _ => {}
        }
    }
    drop(bars);
    if let Some(list) = printed.list.take() {
        match summary.is_good() {
            true => list.finish(None)?,
            false => list.finish_incomplete()?,
        }
    }
    print_message(&summary.to_string());
    if !summary.is_good() {
        print_message(&format!("hint: go on with: {}", arguments.resume_command()));
    }
    if summary.has_unknown() {
        print_message("hint: look at the unknown ones; --again NAME|ID begins anew with one");
    }
    Ok(match summary.has_unknown() {
        true => ExitStatus::Running,
        false => ExitStatus::for_rows(summary.is_good()),
    })
}

/// Checks what is to be done, and asks; `None` if the user does not want it.
async fn prepare(
    global: &GlobalOptions,
    reseller: &Reseller,
    arguments: &Arguments,
) -> Result<Option<(Fleet, FleetLedger)>> {
    let file = arguments.fleet.read()?;
    let open = || FleetLedger::open(arguments.fleet.ledger_folder());
    let wants = async |fleet: &Fleet, verb: &str| {
        let count = fleet.companies().count() as u64;
        let customers = counted(count, "customer", "customers");
        Ok::<_, CliError>(arguments.yes || confirm(&format!("{verb} {customers}?")).await?)
    };
    if arguments.resume {
        let mut ledger = open()?;
        let anew = ledger.begin_anew(&arguments.again);
        anew.map_err(CliError::from_argument)?;
        let fleet = arguments.fleet.rest(reseller, &file, &ledger).await?;
        let is_wanted = wants(&fleet, "Go on with").await?;
        return Ok(is_wanted.then_some((fleet, ledger)));
    }
    let fleet = arguments.fleet.fleet(reseller, &file).await?;
    let ledger = open()?;
    let left = ledger.in_progress() as u64;
    if left > 0 {
        let left = counted(left, "customer is", "customers are");
        let error = CliError::usage(format!("the last run is not finished: {left} left"));
        return Err(error.with_hint("go on with --resume"));
    }
    if !wants(&fleet, "Write the staff lists of").await? {
        return Ok(None);
    }
    let ledger = match ledger.unfinished() {
        Some(_) => ledger.archive()?,
        None => ledger,
    };
    // So that a single run of a customer and a fleet see the unfinished work of each other.
    let ledger = match ticket_folder(None) {
        Ok(folder) if !global.sandbox => ledger.tickets(&folder),
        _ => ledger,
    };
    Ok(Some((fleet, ledger)))
}

/// The list, which says that it is incomplete if it is dropped early: after Ctrl-C.
struct Printed {
    list: Option<ui::List<ui::Stdout>>,
    /// The command that goes on.
    resume: String,
}

impl Drop for Printed {
    fn drop(&mut self) {
        if let Some(list) = self.list.take() {
            // The exit code says it, too.
            let _ = list.cut_off(None);
            print_message(&format!("hint: go on with: {}", self.resume));
        }
    }
}

impl Arguments {
    fn resume_command(&self) -> String {
        let file = self.fleet.path().display();
        format!("keepnet fleet run {file} --resume --yes")
    }
}

/// A duration such as `90s`, `10m` or `2h`.
fn duration(text: &str) -> Result<Duration, &'static str> {
    let parsed = text.parse::<SignedDuration>().ok();
    let duration = parsed.and_then(|it| Duration::try_from(it).ok());
    let duration = duration.filter(|it| !it.is_zero());
    duration.ok_or("write a duration such as 90s, 10m or 2h")
}

impl Record for FleetOutcome {
    const COLUMNS: &'static [&'static str] = &[
        "company_id",
        "company",
        "outcome",
        "joined",
        "changed",
        "left",
        "imported",
        "failed",
        "why",
        "refusals",
        "ticket",
    ];
    const TABLE_COLUMNS: usize = 9;
}
