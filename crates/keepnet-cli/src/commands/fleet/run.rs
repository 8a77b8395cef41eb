//! `fleet run`: the work for each customer of a fleet, each with its outcome.

use clap::Args;
use futures::StreamExt as _;
use keepnet_flows::{Fleet, FleetEvent, FleetLedger, FleetOutcome, Reseller};

use super::file::FleetArguments;
use super::summary::Summary;
use crate::config::{Context, GlobalOptions, ticket_folder};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::counted;
use crate::ui::{self, Columns, Record, confirm, is_interactive, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    fleet: FleetArguments,
    /// Go on with the last run: the customers that are not done. What was begun goes on as it was; for the
    /// others, the fleet file and the lists are read again
    #[arg(long)]
    resume: bool,
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
    let mut summary = Summary::new(fleet.companies().count());
    let mut events = fleet.run(ledger)?;
    let columns = Columns::of::<FleetOutcome>(global.output);
    let list = ui::stdout(global.output).list::<FleetOutcome>(columns)?;
    let mut printed = Printed(Some(list));
    while let Some(event) = events.next().await {
        let FleetEvent::Finished(outcome) = event else {
            continue;
        };
        print_message(&summary.add_outcome(&outcome));
        if let Some(list) = &mut printed.0 {
            list.push(&outcome)?;
        }
    }
    if let Some(list) = printed.0.take() {
        match summary.is_good() {
            true => list.finish(None)?,
            false => list.finish_incomplete()?,
        }
    }
    print_message(&summary.to_string());
    if !summary.is_good() {
        let file = arguments.fleet.path().display();
        print_message(&format!(
            "hint: go on with: keepnet fleet run {file} --resume --yes"
        ));
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
        let ledger = open()?;
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
struct Printed(Option<ui::List<ui::Stdout>>);

impl Drop for Printed {
    fn drop(&mut self) {
        if let Some(list) = self.0.take() {
            // The exit code says it, too.
            let _ = list.cut_off(None);
        }
    }
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
