//! `users import`: a staff list into a company, with a preview before anything is written.

mod arguments;
mod diff;
mod tickets;

use std::path::Path;

use futures::{Stream, TryStreamExt as _};
use keepnet_flows::{
    Company, Confirm, ErrorKind, ImportMode, ImportReport, Preview, Progress, Receipt, Resumed,
    Sheet, SheetError, TicketFolder,
};

use super::staff_list::{StaffList, rejected_lines};
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::interrupt::{self, ResumeHint};
use crate::text::counted;
use crate::ui::{self, Format, ProgressDisplay, ignore_closed_pipe, print_message};
pub(crate) use arguments::Arguments;
use arguments::Mode;

pub(crate) async fn run(global: &GlobalOptions, arguments: Arguments) -> Result<Status, Failure> {
    let hint = ResumeHint::default();
    let run = Run {
        global,
        arguments: &arguments,
        left: &hint,
    };
    interrupt::watch_with(&hint, run.run()).await
}

/// One run of the command.
struct Run<'a> {
    global: &'a GlobalOptions,
    arguments: &'a Arguments,
    left: &'a ResumeHint,
}

impl Run<'_> {
    async fn run(&self) -> Result<Status, Failure> {
        let result = match (&self.arguments.resume, self.arguments.list()) {
            (None, Some(list)) => self.import(list).await,
            (ticket, _) => {
                self.resume(ticket.as_ref().and_then(Option::as_deref))
                    .await
            }
        };
        result.map_err(|failure| match self.left.command() {
            Some(command) => failure.or_hint(|| format!("carry on with: {command}")),
            None => failure,
        })
    }

    async fn import(&self, list: StaffList) -> Result<Status, Failure> {
        // All that can be wrong without the service is found before it is asked.
        let mapper = list.mapper()?;
        let sheet = list.open()?;
        list.map(&mapper, &sheet)?;
        self.somebody_decides()?;
        let folder = match self.arguments.dry_run {
            true => None,
            false => tickets::folder(self.global, self.arguments)?,
        };

        let context = Context::new(self.global).await?;
        let company = context.company().await?;
        if let Some(folder) = &folder {
            self.mention_unfinished(folder, &company, &list.file);
        }
        let mut import = company.import_users(sheet).mapper(mapper);
        import = match self.arguments.mode {
            Mode::All => import.mode(ImportMode::All),
            Mode::New => import.mode(ImportMode::New),
            Mode::Existing => import.mode(ImportMode::Existing),
            Mode::Selected => self
                .arguments
                .select
                .iter()
                .fold(import, |import, email| import.select(email)),
        };
        import = self
            .arguments
            .group
            .iter()
            .fold(import, |import, group| import.group(group));
        if self.arguments.create_groups {
            import = import.create_groups();
        }
        if let Some(folder) = &folder {
            import = import.ticket(folder);
        }
        let mut import = import.start();
        let mut watch = ProgressDisplay::new();
        while let Some(progress) = import.try_next().await.map_err(with_folder)? {
            if let Some(id) = import.ticket_id() {
                self.carried_on_from(id);
            }
            self.left.at(progress.stage);
            watch.show(&progress);
        }
        drop(watch);
        let preview = import.await?;
        if self.arguments.diff {
            diff::show(self.global.output, &preview, list.open()?).await?;
            return Ok(status_of(&preview.report()));
        }
        if self.arguments.dry_run {
            let mut lines = rejected_lines(preview.rejected());
            lines.push(preview.to_string());
            print(self.global.output, &preview.report(), &lines)?;
            return Ok(status_of(&preview.report()));
        }
        self.decide(preview, || list.open()).await
    }

    async fn resume(&self, named: Option<&str>) -> Result<Status, Failure> {
        let context = Context::new(self.global).await?;
        let wanted = match context.company_wanted() {
            Some(_) => Some(context.company().await?),
            None => None,
        };
        let folder = tickets::folder(self.global, self.arguments)?;
        let (folder, ticket) = tickets::choose(folder, named, context.base_url(), wanted.as_ref())?;
        let company = match wanted {
            Some(company) if company.id() != ticket.company.id => {
                let problem = format!(
                    "the import {} is of {}, not of {company}",
                    ticket.id, ticket.company
                );
                return Err(Failure::new(Status::Permission, problem)
                    .hint("leave --company and KEEPNET_COMPANY_ID out: the ticket names it"));
            }
            Some(company) => company,
            None => {
                let found = context.reseller().await?.company(&ticket.company.id).await;
                found.map_err(Failure::of_choice)?
            }
        };
        if !ticket.is_confirmed() {
            self.somebody_decides()?;
        }
        if !ticket.is_finished() {
            self.carried_on_from(&ticket.id);
        }
        let mut resume = company.resume_import(&folder, &ticket);
        if let Some(file) = &self.arguments.file {
            resume = resume.file(file);
        }
        let mut resume = resume.start();
        self.watch(&mut resume).await?;
        let file = self.arguments.file.as_ref().unwrap_or(&ticket.file.path);
        let sheet = || match &ticket.file.worksheet {
            Some(worksheet) => Sheet::options().worksheet(worksheet).open(file),
            None => Sheet::open(file),
        };
        match resume.await? {
            Resumed::Preview(preview) => self.decide(preview, sheet).await,
            Resumed::Confirmed(confirm) => self.follow(confirm, true, sheet).await,
            Resumed::Done(receipt) => self.tell(&receipt, true, sheet),
            _ => Err(Failure::new(
                Status::Failed,
                "the ticket cannot be carried on",
            )),
        }
    }

    /// Asks whether to import, where that is not said already.
    async fn decide(
        &self,
        preview: Preview,
        sheet: impl FnOnce() -> Result<Sheet, SheetError>,
    ) -> Result<Status, Failure> {
        print_message(&preview.to_string());
        let is_decided = self.arguments.yes || preview.was_confirmed();
        if !is_decided {
            self.somebody_decides()?;
            rejected_lines(preview.rejected())
                .iter()
                .for_each(|line| print_message(line));
            let people = counted(preview.to_import(), "person", "people");
            if !ui::confirm(&format!("import {people}?")).await? {
                self.left.carried_on_by(None);
                preview.discard()?;
                return Err(Failure::new(
                    Status::Failed,
                    "not confirmed; nothing was written",
                ));
            }
        }
        self.follow(preview.confirm(), is_decided, sheet).await
    }

    async fn follow(
        &self,
        mut confirm: Confirm,
        show_rows: bool,
        sheet: impl FnOnce() -> Result<Sheet, SheetError>,
    ) -> Result<Status, Failure> {
        let mut watch = ProgressDisplay::new();
        while let Some(progress) = confirm.try_next().await.inspect_err(|error| {
            // A failed job stays failed.
            if error.kind() == ErrorKind::JobFailed {
                self.left.carried_on_by(None);
            }
        })? {
            self.left.at(progress.stage);
            watch.show(&progress);
            if let Some(report) = confirm.accepted().filter(|_| self.arguments.no_wait) {
                drop(watch);
                return self.leave(report);
            }
        }
        drop(watch);
        let receipt = confirm.await?;
        self.tell(&receipt, show_rows, sheet)
    }

    /// The service goes on by itself.
    fn leave(&self, report: &ImportReport) -> Result<Status, Failure> {
        let rows = counted(report.rows.total, "row", "rows");
        let line = format!(
            "{} for {}: the service imports; {rows}, {} rejected",
            report.file, report.company, report.rows.invalid
        );
        print(self.global.output, report, &[line])?;
        if let Some(command) = self.left.command() {
            print_message(&format!("hint: see how it ended with: {command}"));
        }
        Ok(Status::Running)
    }

    fn tell(
        &self,
        receipt: &Receipt,
        show_rows: bool,
        sheet: impl FnOnce() -> Result<Sheet, SheetError>,
    ) -> Result<Status, Failure> {
        self.left.carried_on_by(None);
        // Who was asked has seen the rejected rows already, but for those that failed since.
        let mut lines = match show_rows || receipt.failed > 0 {
            true => rejected_lines(&receipt.rejected),
            false => Vec::new(),
        };
        lines.push(receipt.to_string());
        print(self.global.output, &receipt.report(), &lines)?;
        if let Some(counted) = receipt.reconciliation.filter(|counted| !counted.agrees()) {
            print_message(&format!(
                "warning: {} new users were expected, but the number of users went from {} to {}",
                counted.expected_new, counted.users_before, counted.users_after
            ));
        }
        if let Some(folder) = &self.arguments.report {
            save_report(receipt, folder, sheet())?;
        }
        Ok(status_of(&receipt.report()))
    }

    async fn watch(
        &self,
        progress: &mut (impl Stream<Item = keepnet_flows::Result<Progress>> + Unpin),
    ) -> Result<(), Failure> {
        let mut watch = ProgressDisplay::new();
        while let Some(progress) = progress.try_next().await? {
            self.left.at(progress.stage);
            watch.show(&progress);
        }
        Ok(())
    }

    fn carried_on_from(&self, id: &str) {
        let command = tickets::command(self.global, self.arguments, id);
        self.left.carried_on_by(Some(command));
    }

    /// Somebody says yes, now or when asked.
    fn somebody_decides(&self) -> Result<(), Failure> {
        if self.arguments.yes || self.arguments.dry_run || ui::is_interactive() {
            return Ok(());
        }
        let failure = Failure::new(
            Status::Usage,
            "an import writes, and nobody can be asked here",
        );
        Err(match self.arguments.resume {
            None => failure.hint("add --yes to import, or --dry-run to see the preview"),
            Some(_) => failure.hint("add --yes to import"),
        })
    }

    fn mention_unfinished(&self, folder: &TicketFolder, company: &Company, file: &Path) {
        if let Some(ticket) = tickets::tidy(folder, company, file) {
            let command = tickets::command(self.global, self.arguments, &ticket.id);
            print_message(&format!(
                "note: an import of {} is unfinished, which this command carries on: {command}",
                ticket.file.name
            ));
        }
    }
}

/// Where the ticket cannot be kept, another folder helps.
fn with_folder(error: keepnet_flows::Error) -> Failure {
    let is_of_ticket = error.kind() == ErrorKind::Io && error.company().is_none();
    let failure = Failure::from(error);
    match is_of_ticket {
        true => failure.or_hint(|| "name another folder with --tickets DIR".to_owned()),
        false => failure,
    }
}

/// The people are imported, whatever becomes of the lists: where the file is gone, the report alone
/// is saved.
fn save_report(
    receipt: &Receipt,
    folder: &Path,
    sheet: Result<Sheet, SheetError>,
) -> Result<(), Failure> {
    let saved = match &sheet {
        Ok(sheet) => receipt.save_report(folder, Some(sheet))?,
        Err(error) => {
            print_message(&format!(
                "warning: imported.csv and rejected.csv are not written: {error}"
            ));
            receipt.save_report(folder, None)?
        }
    };
    let files = [Some(saved.report), saved.imported, saved.rejected];
    let files: Vec<String> = files
        .iter()
        .flatten()
        .map(|path| path.display().to_string())
        .collect();
    print_message(&format!("saved {}", files.join(", ")));
    Ok(())
}

/// A part is done where rows were rejected, here or by the service, or failed.
fn status_of(report: &ImportReport) -> Status {
    if report.rows.invalid == 0 && report.failed == 0 {
        Status::Done
    } else {
        Status::Partial
    }
}

/// Prints the report; a pipe that nobody reads any more changes nothing about what was done.
fn print(format: Format, report: &ImportReport, lines: &[String]) -> Result<(), Failure> {
    let output = ui::stdout(format);
    let printed = match format {
        Format::Table => output.lines(lines),
        Format::Json | Format::Ndjson => output.document(report),
        Format::Csv => output.records(&report.rejected),
    };
    Ok(ignore_closed_pipe(printed)?)
}
