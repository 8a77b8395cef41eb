//! The arguments of `users sync`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use keepnet_flows::{Company, Leavers, Share, SyncTicket, TicketFolder};

use crate::commands::users::resumable::ResumableArguments;
use crate::commands::users::staff_list::{StaffList, StaffListOptions};
use crate::text::{duration, filled};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The workbook (.xlsx, .xls, .ods) or CSV file that lists all users; with --apply or --resume,
    /// the new path of the file if it was moved
    #[arg(value_name = "FILE", required_unless_present_any = ["resume", "apply"])]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    options: StaffListOptions,
    /// What to do with the users that are not in the file
    #[arg(long, value_enum, default_value_t)]
    pub(super) leavers: LeaversArgument,
    /// How many users may leave: a number, or a share of all users who could leave, rounded up
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    pub(super) max_leavers: Share,
    /// Add users with e-mail addresses of these domains only [default: the domains of the existing users]
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',', value_parser = filled)]
    pub(super) domains: Vec<String>,
    /// The column that identifies a user whose e-mail address has changed; it fills a custom field
    #[arg(long, value_name = "COLUMN", value_parser = filled)]
    pub(super) key: Option<String>,
    /// Clear the field of a user whose cell in this column is blank; can be repeated [default: a blank
    /// cell changes nothing]
    #[arg(long, value_name = "COLUMN", value_parser = filled)]
    pub(super) clear: Vec<String>,
    /// Add all users of the file to this group; can be repeated
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    pub(super) group: Vec<String>,
    /// Create the groups that do not exist
    // A conflict with the required option would cancel the requirement.
    #[arg(long, requires = "group", conflicts_with_all = ["apply", "resume"])]
    pub(super) create_groups: bool,
    /// Activate the inactive users of the file
    #[arg(long)]
    pub(super) activate: bool,
    /// Allow a file with fewer than half as many users as the customer has
    #[arg(long)]
    pub(super) smaller_list: bool,
    /// Deactivate or delete users even if rows have no readable e-mail address
    #[arg(long)]
    pub(super) unreadable_rows: bool,
    /// Allow more active users than the licence covers
    #[arg(long)]
    pub(super) beyond_license: bool,
    /// Allow this column to replace more than half of the values of its field; can be repeated
    #[arg(long, value_name = "COLUMN", value_parser = filled)]
    pub(super) overwrite: Vec<String>,
    /// Give up a job of the service that makes no progress for this time, such as 90s, 45m or 2h [default:
    /// 30m]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) stall_timeout: Option<Duration>,
    /// Show what the plan changes for each user
    #[arg(long)]
    pub(super) diff: bool,
    /// Show the plan, and write nothing
    #[arg(long, conflicts_with_all = ["yes", "stall_timeout", "tickets"])]
    pub(super) dry_run: bool,
    /// Save the plan in this file, and write nothing; no file is replaced
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "yes", "tickets"])]
    pub(super) plan: Option<PathBuf>,
    /// Apply a saved plan; it is refused if a user that it changes has changed since
    #[arg(long, value_name = "FILE", conflicts_with_all = ["map", "mapping", "save_mapping", "sheet", "header_row", "encoding", "strict", "leavers", "max_leavers", "domains", "key", "clear", "group", "activate", "smaller_list", "unreadable_rows", "beyond_license", "overwrite", "stall_timeout", "plan"])]
    pub(super) apply: Option<PathBuf>,
    /// Write without asking
    #[arg(long)]
    pub(super) yes: bool,
    /// Synchronize even if an earlier import or synchronization may be unfinished
    #[arg(long, conflicts_with_all = ["dry_run", "plan", "resume"])]
    pub(super) again: bool,
    /// Save report.json, joined.csv, changed.csv, left.csv, rejected.csv and duplicates.csv in this
    /// folder; no file is replaced
    #[arg(long, value_name = "DIR", conflicts_with_all = ["dry_run", "plan"])]
    pub(super) report: Option<PathBuf>,
    /// Finish an earlier run that was stopped, given by the id of its ticket [default: the newest
    /// of the customer]
    #[arg(long, value_name = "TICKET", num_args = 0..=1, value_parser = filled)]
    #[arg(conflicts_with_all = ["apply", "map", "mapping", "save_mapping", "sheet", "header_row", "encoding", "strict", "leavers", "max_leavers", "domains", "key", "clear", "group", "activate", "smaller_list", "unreadable_rows", "beyond_license", "overwrite", "stall_timeout", "plan", "dry_run", "diff"])]
    pub(super) resume: Option<Option<String>>,
    /// The folder for tickets [default: imports in KEEPNET_STATE_DIR, or in the system's folder for
    /// program state]
    #[arg(long, value_name = "DIR")]
    pub(super) tickets: Option<PathBuf>,
}

impl ResumableArguments for Arguments {
    const COMMAND: &str = "users sync";

    fn tickets(&self) -> Option<&Path> {
        self.tickets.as_deref()
    }

    fn report(&self) -> Option<&Path> {
        self.report.as_deref()
    }

    fn again(&self) -> bool {
        self.again
    }

    fn own_ticket(company: &Company) -> Option<String> {
        let base_url = company.raw().client().base_url();
        Some(SyncTicket::id_of(base_url, company.id()))
    }

    fn resumes_without_question(&self) -> bool {
        true
    }

    fn is_finished(folder: &TicketFolder, id: &str) -> bool {
        folder
            .find_sync(id)
            .is_ok_and(|ticket| ticket.is_finished())
    }
}

impl Arguments {
    /// The staff list, if the arguments name its file.
    pub(super) fn staff_list(&self) -> Option<StaffList> {
        Some(StaffList {
            file: self.file.clone()?,
            options: self.options.clone(),
        })
    }
}

/// What to do with the users that are not in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LeaversArgument {
    /// Deactivate them
    #[default]
    Deactivate,
    /// Delete them, also those who are inactive
    Delete,
    /// Leave them unchanged
    Keep,
}

impl From<LeaversArgument> for Leavers {
    fn from(leavers: LeaversArgument) -> Leavers {
        match leavers {
            LeaversArgument::Deactivate => Leavers::Deactivate,
            LeaversArgument::Delete => Leavers::Delete,
            LeaversArgument::Keep => Leavers::Keep,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::cli::Cli;

    #[test]
    fn saved_plan_and_ticket_have_their_own_settings() {
        let check = |words: &str, is_good: bool| {
            let line = format!("keepnet users sync {words}");
            let parsed = Cli::try_parse_from(line.split(' '));
            assert_eq!(parsed.is_ok(), is_good, "{line}: {parsed:?}");
        };
        check(
            "hr.csv --leavers delete --max-leavers 5% --domains a.example,b.example",
            true,
        );
        check("hr.csv --plan plan.json", true);
        check("--apply plan.json --yes", true);
        check("moved.csv --apply plan.json --report out", true);
        check("--resume --yes", true);
        check("--resume sync-0a1b moved.csv", true);
        check("", false);
        check("hr.csv --max-leavers many", false);
        check("hr.csv --dry-run --yes", false);
        check("hr.csv --plan plan.json --yes", false);
        check("--apply plan.json --leavers keep", false);
        check("--apply plan.json --max-leavers 5", false);
        check("--resume --key A", false);
        check("--resume --apply plan.json", false);
    }
}
