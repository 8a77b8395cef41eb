//! `users sync`: the users of a customer become those of a staff list.

mod arguments;
mod plan_lines;

use std::path::PathBuf;

use keepnet_flows::import::TicketFile;
use keepnet_flows::{
    Company, LongRunningOperation, SavedPlan, Sheet, SyncPlan, SyncReceipt, SyncReportFiles,
    SyncTicket, TicketFolder,
};

use super::columns::{column_lines, refuse_guesses};
use super::resumable::{ResumableRun, ensure_same_company};
use super::staff_list::{StaffList, rejected_lines};
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Result};
use crate::ui::{self, ignore_closed_pipe, print_message};
pub(super) use arguments::Arguments;
pub(in crate::commands) use plan_lines::{ReportWithRows, rename_text};
use plan_lines::{lines, outcome, print, question, with_option};

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let run = ResumableRun::new(global, arguments);
    run.until_interrupted(run.run()).await
}

impl ResumableRun<'_, Arguments> {
    async fn run(&self) -> Result {
        if let Some(report) = &self.arguments.report {
            SyncReportFiles::prepare_folder(report).map_err(CliError::from_argument)?;
        }
        match (&self.arguments.resume, &self.arguments.apply) {
            (Some(ticket), _) => self.resume(ticket.as_deref()).await,
            (None, Some(plan)) => self.apply_saved(plan).await,
            (None, None) => self.sync().await,
        }
    }

    async fn sync(&self) -> Result {
        let Some(list) = self.arguments.staff_list() else {
            return Err(CliError::usage("there is no file"));
        };
        // Mistakes in the file or the arguments are reported before any request.
        let columns = list.columns()?;
        TicketFile::of(&columns.sheet).map_err(CliError::from_argument)?;
        self.require_consent()?;
        if self.arguments.yes {
            refuse_guesses(&columns.mapping)?;
        }
        let folder = self.folder()?;
        let context = Context::new(self.global).await?;
        let company = context.company().await?;
        self.look_for_unfinished(folder.as_ref(), &company).await?;
        let mut sync = company
            .sync_users(columns.sheet)
            .mapper(columns.mapper)
            .leavers(self.arguments.leavers.into())
            .at_most_leavers(self.arguments.max_leavers);
        if list.is_strict() {
            sync = sync.strict();
        }
        if !self.arguments.domains.is_empty() {
            sync = sync.domains(self.arguments.domains.iter().cloned());
        }
        if let Some(timeout) = self.arguments.stall_timeout {
            sync = sync.stall_timeout(timeout);
        }
        if let Some(key) = &self.arguments.key {
            sync = sync.key(key);
        }
        let arguments = self.arguments;
        sync = arguments.clear.iter().fold(sync, |sync, it| sync.clear(it));
        sync = arguments.group.iter().fold(sync, |sync, it| sync.group(it));
        let overwritten = arguments.overwrite.iter();
        sync = overwritten.fold(sync, |sync, it| sync.overwrite(it));
        for (is_set, set) in [
            (
                arguments.create_groups,
                keepnet_flows::SyncUsers::create_groups as fn(_) -> _,
            ),
            (arguments.activate, keepnet_flows::SyncUsers::activate),
            (
                arguments.smaller_list,
                keepnet_flows::SyncUsers::smaller_list,
            ),
            (
                arguments.unreadable_rows,
                keepnet_flows::SyncUsers::unreadable_rows,
            ),
            (
                arguments.beyond_license,
                keepnet_flows::SyncUsers::beyond_license,
            ),
        ] {
            if is_set {
                sync = set(sync);
            }
        }
        // A plan that is only shown does not touch the ticket of an earlier run.
        if let Some(folder) = folder.filter(|_| !self.is_reading()) {
            sync = sync.ticket(&folder);
        }
        let plan = self.finish_operation(sync.plan(), &company).await?;
        for line in column_lines(plan.mapping(), columns.by_headers.as_ref()) {
            print_message(&line);
        }
        self.use_plan(plan, list.open().ok(), &company).await
    }

    /// Fails if the service may still be writing for an earlier run; a plan that is only shown says it.
    async fn look_for_unfinished(
        &self,
        folder: Option<&TicketFolder>,
        company: &Company,
    ) -> Result<()> {
        if self.is_reading() {
            self.warn_of_unfinished(company).await;
            return Ok(());
        }
        self.ensure_nothing_unfinished(folder, company).await
    }

    async fn apply_saved(&self, path: &PathBuf) -> Result {
        let saved = SavedPlan::open(path).map_err(CliError::from_argument)?;
        self.require_consent()?;
        let context = Context::new(self.global).await?;
        let company = self.company_of(&context, &saved, "plan").await?;
        let folder = self.folder()?;
        self.look_for_unfinished(folder.as_ref(), &company).await?;
        let list = StaffList::of_ticket(&saved.file, self.arguments.file.clone());
        let mut apply = company.apply_saved_plan(saved);
        if let Some(file) = &self.arguments.file {
            apply = apply.file(file);
        }
        if let Some(folder) = folder.filter(|_| !self.is_reading()) {
            apply = apply.ticket(&folder);
        }
        let plan = self.finish_operation(apply.plan(), &company).await?;
        self.use_plan(plan, list.open().ok(), &company).await
    }

    /// Shows or saves the plan, or asks for the confirmation and applies it.
    async fn use_plan(&self, plan: SyncPlan, sheet: Option<Sheet>, company: &Company) -> Result {
        if self.is_reading() {
            print(self.global.output, &plan, self.arguments.diff)?;
            plan.ensure_allowed().map_err(with_option)?;
            if let Some(path) = &self.arguments.plan {
                let saved = plan.to_saved().map_err(with_option)?;
                saved.save(path).map_err(CliError::from_argument)?;
                print_message(&format!("saved {}", path.display()));
            }
            return Ok(outcome(&plan.report()).status());
        }
        for line in lines(&plan, self.arguments.diff) {
            print_message(&line);
        }
        plan.ensure_allowed().map_err(with_option)?;
        if !plan.is_empty() && !self.arguments.yes {
            ui::require_confirmation(&question(&plan)).await?;
        }
        let receipt = self.finish_operation(plan.apply(), company).await?;
        self.print_receipt(&receipt, sheet)
    }

    async fn resume(&self, ticket: Option<&str>) -> Result {
        self.require_consent()?;
        let Some(folder) = self.folder()? else {
            return Err(CliError::usage(
                "a run in the sandbox of an earlier command cannot be resumed",
            ));
        };
        let context = Context::new(self.global).await?;
        let (company, ticket) = match (&context.company, ticket) {
            (_, Some(id)) => {
                let ticket = folder.find_sync(id).map_err(CliError::from_argument)?;
                let company = self.company_of(&context, &ticket.plan, "ticket").await?;
                (company, ticket)
            }
            (_, None) => {
                let company = context.company().await?;
                let ticket = company.unfinished_sync(&folder).await?;
                let ticket = ticket.ok_or_else(|| {
                    let path = folder.path().display();
                    CliError::failed(format!(
                        "no unfinished synchronization of {company} has a ticket in {path}"
                    ))
                })?;
                (company, ticket)
            }
        };
        self.finish(&company, &folder, &ticket).await
    }

    async fn finish(
        &self,
        company: &Company,
        folder: &TicketFolder,
        ticket: &SyncTicket,
    ) -> Result {
        let list = StaffList::of_ticket(&ticket.plan.file, self.arguments.file.clone());
        let mut resume = company.resume_sync(folder, ticket);
        if let Some(file) = &self.arguments.file {
            resume = resume.file(file);
        }
        if !ticket.is_finished() {
            self.set_resume_command(&ticket.id);
        }
        let receipt = self.finish_operation(resume.start(), company).await?;
        self.print_receipt(&receipt, list.open().ok())
    }

    async fn finish_operation<T: Send + 'static>(
        &self,
        mut operation: LongRunningOperation<T>,
        company: &Company,
    ) -> Result<T> {
        let watched = self.watch(&mut operation, |_| false).await;
        watched.map_err(|error| {
            let stopped = self.stopped_by_unfinished(&error, company);
            stopped.unwrap_or_else(|| with_option(error))
        })?;
        Ok(operation.await?)
    }

    fn print_receipt(&self, receipt: &SyncReceipt, sheet: Option<Sheet>) -> Result {
        self.hint.set_command(None);
        let report = receipt.report();
        let lines = || rejected_lines(&report.rejected);
        let mut summary = Vec::new();
        for failure in &report.failures {
            let row = failure
                .row
                .map(|row| format!("row {row}, "))
                .unwrap_or_default();
            let message = failure.message.as_deref().unwrap_or("not written");
            summary.push(format!("{row}user {}: {message}", failure.id));
        }
        summary.push(receipt.to_string());
        let output = ui::stdout(self.global.output);
        let printed = output.report_with_summary(report, &report.rejected, lines, &summary);
        ignore_closed_pipe(printed)?;
        if let Some(folder) = &self.arguments.report {
            if sheet.is_none() {
                print_message("warning: the file cannot be read again; its lists are not saved");
            }
            receipt.save_report(folder, sheet.as_ref())?;
            print_message(&format!("saved the report in {}", folder.display()));
        }
        Ok(outcome(report).status())
    }

    /// Whether the plan is only shown or saved.
    fn is_reading(&self) -> bool {
        self.arguments.dry_run || self.arguments.plan.is_some()
    }

    /// The customer of a plan or a ticket, which must be the one that the caller names, if any.
    async fn company_of(
        &self,
        context: &Context,
        saved: &SavedPlan,
        what: &str,
    ) -> Result<Company> {
        if context.company.is_some() {
            let company = context.company().await?;
            return ensure_same_company(company, &saved.company, what);
        }
        let company = context.reseller().await?.company(&saved.company.id).await;
        company.map_err(CliError::from_company_lookup)
    }

    /// Fails if the plan needs a confirmation and nobody can be asked for it.
    fn require_consent(&self) -> Result<()> {
        let is_confirmed = self.arguments.yes || self.is_reading();
        let hint = "add --yes to write, or --dry-run to see the plan";
        ui::ensure_confirmable(is_confirmed, "the synchronization", hint)
    }
}
