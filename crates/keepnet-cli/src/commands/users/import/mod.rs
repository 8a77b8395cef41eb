//! `users import`: a staff list into a company, with a preview before anything is written.

mod arguments;
mod diff;
mod license;
mod report;
mod tickets;

use keepnet_flows::import::TicketFile;
use keepnet_flows::{
    Company, ConfirmedImport, Error, ErrorKind, ImportMode, ImportReport, Mapper, Mapping, Preview,
    Receipt, ReportFiles, Resumed, Sheet, Ticket, TicketFolder, UnknownDomains,
};

use super::columns::{column_lines, refuse_guesses};
use super::domains::{with_domain_hint, with_unknown_domains};
use super::resumable::{ResumableRun, ensure_same_company};
use super::staff_list::{StaffList, rejected_lines, warning_lines};
use super::unfinished::with_folder_hint;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Result};
use crate::text::counted;
use crate::ui::{self, print_answer, print_message};
pub(super) use arguments::Arguments;
pub(in crate::commands) use diff::ReportWithChanges;

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let run = ResumableRun::new(global, arguments);
    run.until_interrupted(run.run()).await
}

impl ResumableRun<'_, Arguments> {
    async fn run(&self) -> Result {
        match (&self.arguments.resume, self.arguments.staff_list()) {
            (None, Some(list)) => self.import(list).await,
            (ticket, _) => {
                let ticket = ticket.as_ref().and_then(Option::as_deref);
                self.resume(ticket).await
            }
        }
    }

    async fn import(&self, list: StaffList) -> Result {
        // Mistakes in the file or the arguments are reported before any request.
        let selected = self.arguments.selected()?;
        let columns = list.columns()?;
        TicketFile::of(&columns.sheet).map_err(CliError::from_argument)?;
        self.require_consent()?;
        if self.arguments.yes {
            refuse_guesses(&columns.mapping)?;
        }
        if let Some(report) = &self.arguments.report {
            ReportFiles::prepare_folder(report).map_err(CliError::from_argument)?;
        }
        let folder = match self.arguments.dry_run {
            true => None,
            false => self.folder()?,
        };

        let context = Context::new(self.global).await?;
        let company = context.company().await?;
        if self.arguments.dry_run {
            self.warn_of_unfinished(&company).await;
        }
        if let Some(folder) = &folder {
            tickets::remove_old(folder);
            self.ensure_nothing_unfinished(Some(folder), &company)
                .await?;
            self.refuse_second_import(folder, &company, &columns.sheet)?;
        }
        let mut import = company.import_users(columns.sheet).mapper(columns.mapper);
        if self.arguments.is_strict() {
            import = import.strict();
        }
        if !self.arguments.domains.is_empty() {
            import = import.domains(self.arguments.domains.iter().cloned());
        }
        if let Some(timeout) = self.arguments.stall_timeout {
            import = import.stall_timeout(timeout);
        }
        if self.arguments.within_license {
            import = import.within_license();
        }
        import = import.mode(self.arguments.mode.into());
        import = selected.iter().fold(import, |it, email| it.select(email));
        let groups = self.arguments.group.iter();
        import = groups.fold(import, |import, group| import.group(group));
        if self.arguments.create_groups {
            import = import.create_groups();
        }
        if let Some(folder) = &folder {
            import = import.ticket(folder);
        }
        let mut import = import.start();
        let watched = self.watch(&mut import, |_| false).await;
        watched.map_err(|error| {
            let stopped = self.stopped_by_unfinished(&error, &company);
            stopped.unwrap_or_else(|| with_hint(error))
        })?;
        let preview = import.await?;
        show_columns(&preview, columns.by_headers.as_ref());
        if self.arguments.diff {
            diff::print(self.global.output, &preview, list.open()?).await?;
            return Ok(report::outcome(&preview.report()).status());
        }
        if self.arguments.dry_run {
            let mut lines = warning_lines(preview.warnings(), preview.warning_count());
            lines.extend(rejected_lines(preview.rejected()));
            lines.extend(domain_note(&preview));
            let mut report = preview.report();
            report.license = license::read(&preview).await;
            let license = report.license.as_ref().map(license::line);
            let summary: Vec<_> = std::iter::once(preview.to_string())
                .chain(license)
                .collect();
            report::print(self.global.output, &report, lines, &summary)?;
            return Ok(report::outcome(&report).status());
        }
        self.confirm(preview, &list).await
    }

    async fn resume(&self, ticket: Option<&str>) -> Result {
        let context = Context::new(self.global).await?;
        let company = match context.company {
            Some(_) => Some(context.company().await?),
            None => None,
        };
        if let Some(report) = &self.arguments.report {
            ReportFiles::prepare_folder(report).map_err(CliError::from_argument)?;
        }
        let folder = self.folder()?;
        let (folder, ticket) = tickets::find(folder, ticket, &context.base_url, company.as_ref())?;
        self.set_folder(&folder);
        let company = match company {
            Some(company) => {
                ensure_same_company(company, &ticket.company, &format!("import {}", ticket.id))?
            }
            None => {
                let company = context.reseller().await?.company(&ticket.company.id).await;
                company.map_err(CliError::from_company_lookup)?
            }
        };
        if !ticket.is_confirmed() {
            self.require_consent()?;
        }
        if !ticket.is_finished() {
            self.set_resume_command(&ticket.id);
        }
        let mut resume = company.resume_import(&folder, &ticket);
        if let Some(file) = &self.arguments.file {
            resume = resume.file(file);
        }
        if !self.arguments.domains.is_empty() {
            resume = resume.domains(self.arguments.domains.iter().cloned());
        }
        let mut resume = resume.start();
        let watched = self.watch(&mut resume, |_| false).await;
        watched.map_err(with_hint)?;
        let list = StaffList::of_ticket(&ticket.file, self.arguments.file.clone());
        match resume.await? {
            Resumed::Preview(preview) => {
                let sheet = list.open().ok();
                let by_headers = sheet.and_then(|sheet| Mapper::new().map(&sheet).ok());
                show_columns(&preview, by_headers.as_ref());
                self.confirm(preview, &list).await
            }
            Resumed::Confirmed(import) => self.finish(import, true, &list).await,
            Resumed::Done(receipt) => self.print_receipt(&receipt, true, &list),
            _ => Err(CliError::failed(
                "the import of this ticket cannot be resumed",
            )),
        }
    }

    /// Asks whether to import, unless `--yes` or an earlier run has confirmed it.
    async fn confirm(&self, preview: Preview, list: &StaffList) -> Result {
        for line in warning_lines(preview.warnings(), preview.warning_count()) {
            print_message(&line);
        }
        if let Some(line) = domain_note(&preview) {
            print_message(&line);
        }
        print_message(&preview.to_string());
        if let Some(license) = license::read(&preview).await {
            print_message(&license::line(&license));
        }
        let is_confirmed = self.arguments.yes || preview.was_confirmed();
        if !is_confirmed {
            self.require_consent()?;
            for line in rejected_lines(preview.rejected()) {
                print_message(&line);
            }
            if !ui::confirm(&question(&preview)).await? {
                self.hint.set_command(None);
                preview.discard().await?;
                return Err(CliError::failed("not confirmed; nothing was written"));
            }
        }
        self.finish(preview.confirm(), is_confirmed, list).await
    }

    /// Waits for a confirmed import, unless `--no-wait` is given.
    async fn finish(
        &self,
        mut import: ConfirmedImport,
        show_rejected: bool,
        list: &StaffList,
    ) -> Result {
        let is_enough =
            |import: &ConfirmedImport| self.arguments.no_wait && import.accepted().is_some();
        let is_enough = self.watch(&mut import, is_enough).await?;
        if let Some(report) = import.accepted().filter(|_| is_enough) {
            return self.print_accepted(report);
        }
        let receipt = import.await?;
        self.print_receipt(&receipt, show_rejected, list)
    }

    /// Prints that the service has accepted the import, and how to get its result.
    fn print_accepted(&self, report: &ImportReport) -> Result {
        let (file, company, rows) = (&report.file, &report.company, &report.rows);
        let (total, rejected) = (counted(rows.total, "row", "rows"), rows.describe_rejected());
        let line =
            format!("{file} for {company}: import started ({total}, {rejected}); not finished yet");
        report::print(self.global.output, report, Vec::new(), &[line])?;
        // Without the command, the result cannot be had.
        if let Some(command) = self.hint.command() {
            print_answer(&format!("hint: get the result with: {command}"));
        }
        Ok(report::outcome(report).status())
    }

    fn print_receipt(&self, receipt: &Receipt, show_rejected: bool, list: &StaffList) -> Result {
        self.hint.set_command(None);
        // A user who confirmed has seen the rejected rows, except those that failed since then.
        let lines = match show_rejected || receipt.failed > 0 {
            true => rejected_lines(&receipt.rejected),
            false => Vec::new(),
        };
        let report = receipt.report();
        report::print(self.global.output, &report, lines, &[receipt.to_string()])?;
        if let Some(figures) = receipt.reconciliation.filter(|it| !it.agrees()) {
            print_message(&format!("warning: {figures}"));
        }
        if let Some(folder) = &self.arguments.report {
            report::save(receipt, folder, list.open())?;
        }
        Ok(report::outcome(&report).status())
    }

    /// Fails if the import needs a confirmation and nobody can be asked for it.
    fn require_consent(&self) -> Result<()> {
        let hint = match self.arguments.resume {
            None => "add --yes to import, or --dry-run to see the preview",
            Some(_) => "add --yes to import",
        };
        let is_confirmed = self.arguments.yes || self.arguments.dry_run;
        ui::ensure_confirmable(is_confirmed, "the import", hint)
    }

    /// Fails if an earlier import of the same file is not confirmed: a person may be about to do it.
    fn refuse_second_import(
        &self,
        folder: &TicketFolder,
        company: &Company,
        sheet: &Sheet,
    ) -> Result<()> {
        let resume = |ticket: &Ticket| {
            let command = self.resume_command(&ticket.id);
            format!("resume it with: {command}")
        };
        if self.arguments.again {
            return Ok(());
        }
        let unfinished = folder.unfinished_import(company, sheet);
        let unfinished = unfinished.map_err(with_hint)?;
        if let Some(ticket) = unfinished {
            let name = &ticket.file.name;
            if folder.is_running(&ticket.id) {
                let id = &ticket.id;
                let problem = format!("an import of {name} for {company} is running (ticket {id})");
                return Err(CliError::failed(problem)
                    .with_code("conflict")
                    .with_hint("wait until it ends"));
            }
            let problem = format!(
                "an earlier import of {name} for {company} is unfinished; no user was written by it"
            );
            let hint = format!("{}, or start a second one with --again", resume(&ticket));
            return Err(CliError::failed(problem)
                .with_code("unfinished_import")
                .with_hint(hint));
        }
        if let Some(ticket) = tickets::unfinished_import(folder, company, sheet.file_name()) {
            let (name, hint) = (&ticket.file.name, resume(&ticket));
            print_message(&format!(
                "note: an earlier import of another {name} is unfinished; {hint}"
            ));
        }
        Ok(())
    }
}

/// Shows which columns are used, before the numbers of the preview.
fn show_columns(preview: &Preview, by_headers: Option<&Mapping>) {
    for line in column_lines(preview.mapping(), by_headers) {
        print_message(&line);
    }
}

/// What is to know of the domains of the list before it is imported.
fn domain_note(preview: &Preview) -> Option<String> {
    let note = preview.domains()?.note(preview.company().reference())?;
    Some(format!("note: {note}"))
}

/// Asks for the confirmation: how many users are created and how many changed, and whose they are.
fn question(preview: &Preview) -> String {
    let (company, rows) = (preview.company(), preview.counts());
    let new = counted(rows.new, "user", "users");
    let existing = counted(rows.existing, "existing user", "existing users");
    let question = match preview.mode() {
        ImportMode::New => format!("create {new} in {company}, and change none?"),
        ImportMode::Existing => format!("create no user in {company}, and change {existing}?"),
        ImportMode::Selected => {
            let selected = counted(preview.to_import(), "selected user", "selected users");
            format!("create or change {selected} in {company}?")
        }
        _ => format!("create {new} in {company}, and change {existing}?"),
    };
    with_unknown_domains(question, preview.domains())
}

/// Adds the option that helps if the list is refused, or the ticket cannot be written.
fn with_hint(error: Error) -> CliError {
    if error.find_source::<UnknownDomains>().is_some() {
        return with_domain_hint(error);
    }
    // A name in an argument, such as that of a group, is looked for before anything is sent.
    if error.operation().is_none() && error.kind() == ErrorKind::NotFound {
        return CliError::from_group(error);
    }
    with_folder_hint(error)
}
