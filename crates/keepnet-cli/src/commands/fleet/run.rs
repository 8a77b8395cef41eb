//! `fleet run`: the work for each customer of a fleet, each with its outcome.

use futures::StreamExt as _;
use keepnet_flows::{Fleet, FleetEvent, FleetLedger, FleetOutcome, Reseller};

use super::file::of_customer;
use super::ledger_folder::LedgerFolder;
use super::run_arguments::RunArguments;
use super::summary::Summary;
use super::warning_lines::warning_lines_of_fleet;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::text::counted;
use crate::ui::{self, Column, Columns, ManyBars, Record, print_answer, print_message};

pub(super) async fn run(global: &GlobalOptions, arguments: &RunArguments) -> Result {
    let hint = "add --yes, or look at it with `keepnet fleet plan`";
    ui::ensure_confirmable(arguments.yes, "writing the staff lists of customers", hint)?;
    let context = Context::new(global).await?;
    let reseller = context.reseller_without_call()?;
    let folder = LedgerFolder::of(global, arguments)?;
    let resume = folder.resume_command(global, arguments);
    let (fleet, ledger) = prepare(&reseller, arguments, &folder, resume.as_deref()).await?;
    let fleet = match arguments.customer_timeout {
        Some(timeout) => fleet.customer_timeout(timeout),
        None => fleet,
    };
    let changed = fleet.changed_lists();
    let new_run = (!changed.is_empty()).then(|| folder.new_run_command(global, arguments, changed));
    let summary = Summary::new(fleet.selected().companies().len());
    let total = summary.total();
    let mut events = fleet.run(ledger)?;
    let columns = Columns::of::<FleetOutcome>(global.output);
    let mut printed = Printed {
        list: Some(ui::stdout(global.output).list::<FleetOutcome>(columns)?),
        summary,
        resume,
        new_run: new_run.flatten(),
    };
    // They are dropped, and so removed from the terminal, before the outcomes end.
    let mut bars = ManyBars::new(total);
    while let Some(event) = events.next().await {
        match event {
            FleetEvent::Started(company) => bars.start(&company.id, &company.name),
            FleetEvent::Progress(company, progress) => bars.show(&company.id, &progress),
            FleetEvent::Finished(outcome) => {
                let line = printed.summary.add_outcome(&outcome);
                let counts = printed.summary.counts();
                bars.finish(&outcome.company_id, &line, &counts);
                if let Some(list) = &mut printed.list {
                    bars.suspend(|| list.push(&outcome))?;
                }
            }
            _ => {}
        }
    }
    drop(bars);
    printed.finish()
}

/// Checks what is to be done, and asks.
async fn prepare(
    reseller: &Reseller,
    arguments: &RunArguments,
    folder: &LedgerFolder,
    resume: Option<&str>,
) -> Result<(Fleet, FleetLedger)> {
    let file = arguments.fleet.read()?;
    if arguments.resume {
        let mut ledger = folder.open()?;
        let anew = ledger.begin_anew(&arguments.again);
        anew.map_err(of_customer)?;
        let fleet = arguments.fleet.rest(reseller, &file, &ledger).await?;
        confirm(arguments, "Go on with", &fleet).await?;
        return Ok((fleet, ledger));
    }
    let fleet = arguments.fleet.fleet(reseller, &file).await?;
    let ledger = folder.open()?;
    let left = ledger.in_progress() as u64;
    if left > 0 {
        let left = counted(left, "customer is", "customers are");
        let error = CliError::usage(format!("the last run is not finished: {left} left"));
        let resume = resume.unwrap_or("--resume");
        return Err(error.with_hint(format!("go on with: {resume}")));
    }
    confirm(arguments, "Write the staff lists of", &fleet).await?;
    let ledger = match ledger.unfinished() {
        Some(_) => ledger.archive()?,
        None => ledger,
    };
    Ok((fleet, folder.with_tickets(ledger)))
}

/// The outcomes, which say that they are incomplete if they are dropped early: after Ctrl-C.
struct Printed {
    list: Option<ui::List<ui::Stdout>>,
    summary: Summary,
    /// The command that goes on, if the ledger stays.
    resume: Option<String>,
    /// The command that does the work for lists that have changed after theirs was done.
    new_run: Option<String>,
}

impl Printed {
    fn finish(mut self) -> Result {
        let outcome = match (self.summary.outcome(), &self.new_run) {
            (Outcome::Complete, Some(_)) => Outcome::Incomplete,
            (outcome, _) => outcome,
        };
        if let Some(list) = self.list.take() {
            list.finish(outcome, None)?;
        }
        self.print_summary();
        Ok(outcome.status())
    }

    fn print_summary(&self) {
        print_message(&self.summary.to_string());
        let is_complete = self.summary.outcome() == Outcome::Complete;
        if let Some(new_run) = self.new_run.as_ref().filter(|_| is_complete) {
            print_message(&format!("hint: start a new run with: {new_run}"));
        }
        if let Some(resume) = self.resume.as_ref().filter(|_| !is_complete) {
            let hint = format!("hint: go on with: {resume}");
            // Without the command, it does not become known how the work ended.
            match self.summary.outcome() {
                Outcome::IncompleteUnknown => print_answer(&hint),
                _ => print_message(&hint),
            }
            if let Some(id) = self.summary.stuck() {
                print_message(&format!(
                    "hint: if that changes nothing, look at the customer, and begin anew with it: \
                     {resume} --again {id}"
                ));
            }
        }
    }
}

impl Drop for Printed {
    fn drop(&mut self) {
        if let Some(list) = self.list.take() {
            // The exit code says it, too.
            let _ = list.cut_off(None);
            self.print_summary();
        }
    }
}

/// Names the customers, and asks if no consent is given.
async fn confirm(arguments: &RunArguments, verb: &str, fleet: &Fleet) -> Result<()> {
    let (selected, changed) = (fleet.selected(), fleet.changed_lists());
    for list in changed {
        print_message(&format!("warning: {list}"));
    }
    if selected.companies().is_empty() {
        print_message(match changed {
            [] => "note: nothing is left to do: the chosen customers have what their lists say",
            _ => "note: nothing is left to do in this run",
        });
        return Ok(());
    }
    for line in warning_lines_of_fleet(fleet) {
        print_message(&line);
    }
    if arguments.yes {
        print_message(&format!("note: {selected}"));
        return Ok(());
    }
    ui::require_confirmation(&format!("{verb} {selected}?")).await
}

impl Record for FleetOutcome {
    const COLUMNS: &'static [Column] = &[
        Column::whole("company_id"),
        Column::name("company"),
        Column::whole("outcome"),
        Column::whole("joined"),
        Column::whole("changed"),
        Column::whole("left"),
        Column::whole("imported"),
        Column::whole("rejected"),
        Column::whole("failed"),
        Column::whole("warning_count"),
        Column::text("why"),
        Column::text("refusals"),
        Column::whole("ticket"),
        Column::whole("ended_at"),
    ];
    const TABLE_COLUMNS: usize = 11;
}
