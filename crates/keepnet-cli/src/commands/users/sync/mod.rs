//! `users sync`: the users of a customer become those of a staff list.

mod arguments;
mod plan_lines;

use std::path::PathBuf;

use futures::TryStreamExt as _;

use keepnet_flows::{
    Company, LongRunningOperation, Mapper, SavedPlan, Sheet, SyncPlan, SyncReceipt,
    SyncReportFiles, SyncTicket, TicketFolder,
};

use super::columns::{column_lines, refuse_guesses};
use super::import::tickets;
use super::staff_list::{StaffList, StaffListOptions, rejected_lines};
use crate::config::{Context, GlobalOptions, ticket_folder};
use crate::exit::{CliError, ExitStatus, Result};
use crate::interrupt::{ResumeHint, until_interrupted};
use crate::ui::{self, ProgressDisplay, ignore_closed_pipe, print_message};
pub(super) use arguments::Arguments;
pub(in crate::commands) use plan_lines::ReportWithRows;
use plan_lines::{lines, print, question, with_option};

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let hint = ResumeHint::default();
    let run = Run {
        global,
        arguments,
        hint: &hint,
    };
    until_interrupted(Some(&hint), run.run()).await
}

/// One run of the command.
struct Run<'a> {
    global: &'a GlobalOptions,
    arguments: &'a Arguments,
    hint: &'a ResumeHint,
}

impl Run<'_> {
    async fn run(&self) -> Result {
        if let Some(report) = &self.arguments.report {
            SyncReportFiles::prepare_folder(report).map_err(CliError::from_argument)?;
        }
        let result = match (&self.arguments.resume, &self.arguments.apply) {
            (Some(ticket), _) => self.resume(ticket.as_deref()).await,
            (None, Some(plan)) => self.apply_saved(plan).await,
            (None, None) => self.sync().await,
        };
        result.map_err(|error| match self.hint.command() {
            Some(command) => error.with_resume_command(&command),
            None => error,
        })
    }

    async fn sync(&self) -> Result {
        let Some(list) = self.arguments.staff_list() else {
            return Err(CliError::usage("there is no file"));
        };
        // Mistakes in the file or the arguments are reported before any request.
        let mapper = list.mapper()?;
        let sheet = list.open()?;
        let mapping = list.map(&mapper, &sheet)?;
        let by_headers = Mapper::new().map(&sheet).ok();
        self.require_consent()?;
        if self.arguments.yes {
            refuse_guesses(&mapping)?;
        }
        let folder = self.folder()?;
        let context = Context::new(self.global).await?;
        let company = context.company().await?;
        let mut sync = company
            .sync_users(sheet)
            .mapper(mapper)
            .leavers(self.arguments.leavers.into())
            .at_most_leavers(self.arguments.max_leavers);
        if list.is_strict() {
            sync = sync.strict();
        }
        if !self.arguments.domains.is_empty() {
            sync = sync.domains(self.arguments.domains.iter().cloned());
        }
        if let Some(key) = &self.arguments.key {
            sync = sync.key(key);
        }
        let arguments = self.arguments;
        sync = arguments.clear.iter().fold(sync, |sync, it| sync.clear(it));
        sync = arguments.group.iter().fold(sync, |sync, it| sync.group(it));
        let columns = arguments.overwrite.iter();
        sync = columns.fold(sync, |sync, it| sync.overwrite(it));
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
        let plan = self.watch(sync.plan(), None).await?;
        for line in column_lines(plan.mapping(), by_headers.as_ref()) {
            print_message(&line);
        }
        self.use_plan(plan, list.open().ok()).await
    }

    async fn apply_saved(&self, path: &PathBuf) -> Result {
        let saved = SavedPlan::open(path).map_err(CliError::from_argument)?;
        self.require_consent()?;
        let context = Context::new(self.global).await?;
        let company = match context.company {
            Some(_) => context.company().await?,
            None => self.company_of(&context, &saved).await?,
        };
        let list = list_of(&saved, self.arguments.file.clone());
        let mut apply = company.apply_saved_plan(saved);
        if let Some(file) = &self.arguments.file {
            apply = apply.file(file);
        }
        if let Some(folder) = self.folder()?.filter(|_| !self.is_reading()) {
            apply = apply.ticket(&folder);
        }
        let plan = self.watch(apply.plan(), None).await?;
        self.use_plan(plan, list.open().ok()).await
    }

    /// Shows or saves the plan, or asks for the confirmation and applies it.
    async fn use_plan(&self, plan: SyncPlan, sheet: Option<Sheet>) -> Result {
        if self.is_reading() {
            print(self.global.output, &plan, self.arguments.diff)?;
            plan.ensure_allowed().map_err(with_option)?;
            if let Some(path) = &self.arguments.plan {
                let saved = plan.to_saved().map_err(with_option)?;
                saved.save(path).map_err(CliError::from_argument)?;
                print_message(&format!("saved {}", path.display()));
            }
            return Ok(ExitStatus::for_rows(plan.counts().refused == 0));
        }
        for line in lines(&plan, self.arguments.diff) {
            print_message(&line);
        }
        plan.ensure_allowed().map_err(with_option)?;
        if !plan.is_empty() && !self.arguments.yes && !ui::confirm(&question(&plan)).await? {
            return Err(CliError::failed("not confirmed; nothing was written"));
        }
        let receipt = self.watch(plan.apply(), Some("users sync")).await?;
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
                let company = match context.company {
                    Some(_) => context.company().await?,
                    None => self.company_of(&context, &ticket.plan).await?,
                };
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
        let list = list_of(&ticket.plan, self.arguments.file.clone());
        let mut resume = company.resume_sync(folder, ticket);
        if let Some(file) = &self.arguments.file {
            resume = resume.file(file);
        }
        if !ticket.is_finished() {
            self.set_resume_command(&ticket.id);
        }
        let receipt = self.watch(resume.start(), Some("users sync")).await?;
        self.print_receipt(&receipt, list.open().ok())
    }

    /// Waits for an operation; one that writes tells how it is resumed.
    async fn watch<T: Send + 'static>(
        &self,
        mut operation: LongRunningOperation<T>,
        writes: Option<&str>,
    ) -> Result<T> {
        let mut display = ProgressDisplay::new();
        while let Some(progress) = display
            .wait(operation.try_next())
            .await
            .map_err(with_option)?
        {
            if writes.is_some() {
                self.hint.set_stage(progress.stage);
                if let Some(id) = operation.ticket_id() {
                    self.set_resume_command(id);
                }
            }
            display.show(&progress);
        }
        drop(display);
        Ok(operation.await?)
    }

    fn print_receipt(&self, receipt: &SyncReceipt, sheet: Option<Sheet>) -> Result {
        self.hint.set_command(None);
        let report = receipt.report();
        let mut lines = rejected_lines(&report.refused);
        for failure in &report.failures {
            let row = failure
                .row
                .map(|row| format!("row {row}, "))
                .unwrap_or_default();
            let message = failure.message.as_deref().unwrap_or("not written");
            lines.push(format!("{row}user {}: {message}", failure.id));
        }
        lines.push(receipt.to_string());
        let output = ui::stdout(self.global.output);
        ignore_closed_pipe(output.report(report, &report.refused, || lines))?;
        if let Some(folder) = &self.arguments.report {
            if sheet.is_none() {
                print_message("warning: the file cannot be read again; its lists are not saved");
            }
            receipt.save_report(folder, sheet.as_ref())?;
            print_message(&format!("saved the report in {}", folder.display()));
        }
        Ok(ExitStatus::for_rows(receipt.is_complete()))
    }

    /// Whether the plan is only shown or saved.
    fn is_reading(&self) -> bool {
        self.arguments.dry_run || self.arguments.plan.is_some()
    }

    fn folder(&self) -> Result<Option<TicketFolder>> {
        match &self.arguments.tickets {
            None if self.global.sandbox => Ok(None),
            folder => ticket_folder(folder.as_deref()).map(Some),
        }
    }

    async fn company_of(&self, context: &Context, saved: &SavedPlan) -> Result<Company> {
        let company = context.reseller().await?.company(&saved.company.id).await;
        company.map_err(CliError::from_company_lookup)
    }

    fn set_resume_command(&self, id: &str) {
        let paths = [
            ("--tickets", self.arguments.tickets.as_deref()),
            ("--report", self.arguments.report.as_deref()),
        ];
        let command = format!("users sync --resume {id}");
        let command = tickets::command_line(self.global, &command, &paths, true);
        self.hint.set_command(Some(command));
    }

    /// Fails if the plan needs a confirmation and nobody can be asked for it.
    fn require_consent(&self) -> Result<()> {
        if self.arguments.yes || self.is_reading() || ui::is_interactive() {
            return Ok(());
        }
        Err(
            CliError::usage("users are written after a confirmation, but this is not a terminal")
                .with_hint("add --yes to write, or --dry-run to see the plan"),
        )
    }
}

/// The list of a plan, to be read again for the report.
fn list_of(saved: &SavedPlan, file: Option<PathBuf>) -> StaffList {
    StaffList {
        file: file.or_else(|| saved.file.path.clone()).unwrap_or_default(),
        options: StaffListOptions {
            sheet: saved.file.worksheet.clone(),
            header_row: saved.file.header_row,
            encoding: saved
                .file
                .encoding
                .as_deref()
                .and_then(|it| it.parse().ok()),
            ..StaffListOptions::default()
        },
    }
}
