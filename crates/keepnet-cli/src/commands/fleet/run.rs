//! `fleet run`: the imports of a fleet, each customer with its outcome.

use clap::Args;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use keepnet_flows::{FleetLedger, FleetOutcome, FleetState, Reseller};

use super::file::FleetArguments;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::counted;
use crate::ui::{self, Columns, Record, confirm, is_interactive, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    fleet: FleetArguments,
    /// Go on with the last run: the customers that are not done
    #[arg(long, conflicts_with = "only")]
    resume: bool,
    /// Import without a question
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let Some(mut outcomes) = start(&reseller, arguments).await? else {
        return Ok(ExitStatus::Done);
    };
    let columns = Columns::of::<FleetOutcome>(global.output);
    let list = ui::stdout(global.output).list::<FleetOutcome>(columns)?;
    let mut printed = Printed(Some(list));
    let mut states = Vec::new();
    while let Some(outcome) = outcomes.next().await {
        if let Some(list) = &mut printed.0 {
            list.push(&outcome)?;
        }
        states.push(outcome.outcome);
    }
    let is_good = |state: &&FleetState| matches!(state, FleetState::Done | FleetState::Unchanged);
    let good = states.iter().filter(is_good).count();
    if let Some(list) = printed.0.take() {
        match good == states.len() {
            true => list.finish(None)?,
            false => list.finish_part(None)?,
        }
    }
    let total = counted(states.len() as u64, "customer", "customers");
    print_message(&format!(
        "{total}: {good} done, {} not",
        states.len() - good
    ));
    if good < states.len() {
        let file = arguments.fleet.path().display();
        print_message(&format!(
            "hint: go on with: keepnet fleet run {file} --resume --yes"
        ));
    }
    Ok(match states.contains(&FleetState::Unknown) {
        true => ExitStatus::Running,
        false => ExitStatus::for_rows(good == states.len()),
    })
}

/// Starts or resumes the run; `None` if the user does not want it.
async fn start(
    reseller: &Reseller,
    arguments: &Arguments,
) -> Result<Option<BoxStream<'static, FleetOutcome>>> {
    if !arguments.yes && !is_interactive() {
        let error = CliError::usage("nobody can be asked whether to import");
        return Err(error.with_hint("add --yes, or look at it with `keepnet fleet plan`"));
    }
    let open = || FleetLedger::open(arguments.fleet.ledger_folder());
    if arguments.resume {
        let ledger = open()?;
        let left = counted(
            ledger.unfinished().unwrap_or(0) as u64,
            "customer",
            "customers",
        );
        if !arguments.yes && !confirm(&format!("Go on with {left}?")).await? {
            return Ok(None);
        }
        return Ok(Some(reseller.resume_fleet(ledger)?));
    }
    let fleet = arguments.fleet.fleet(reseller).await?;
    let ledger = open()?;
    if let Some(left) = ledger.unfinished().filter(|left| *left > 0) {
        let left = counted(left as u64, "customer is", "customers are");
        let error = CliError::usage(format!("the last run is not finished: {left} left"));
        return Err(error.with_hint(format!(
            "go on with --resume, or remove {} to start again",
            ledger.folder().display()
        )));
    }
    let count = counted(fleet.companies().count() as u64, "customer", "customers");
    if !arguments.yes && !confirm(&format!("Import the staff lists of {count}?")).await? {
        return Ok(None);
    }
    let ledger = match ledger.unfinished() {
        Some(_) => ledger.archive()?,
        None => ledger,
    };
    Ok(Some(fleet.run(ledger)?))
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
        "imported",
        "failed",
        "why",
    ];
}
