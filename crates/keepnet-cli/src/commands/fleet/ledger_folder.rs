//! The folder of the ledger of a fleet: beside the fleet file, or temporary with a temporary sandbox.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use keepnet_flows::{ChangedList, FleetLedger};
use tempfile::TempDir;

use super::run_arguments::RunArguments;
use crate::commands::pasted_command::{pasted_command, shell_quote, shown};
use crate::config::{GlobalOptions, ticket_folder};
use crate::exit::{CliError, Result};

/// The number of customers that a command names.
const NAMED: usize = 20;

pub(super) enum LedgerFolder {
    BesideFile(PathBuf),
    /// The customers of a temporary sandbox end with the command.
    Temporary(TempDir),
}

impl LedgerFolder {
    pub(super) fn of(global: &GlobalOptions, arguments: &RunArguments) -> Result<LedgerFolder> {
        if !global.sandbox {
            let folder = arguments.fleet.ledger_folder();
            return Ok(LedgerFolder::BesideFile(folder));
        }
        if arguments.resume {
            let problem = "a run in the sandbox of an earlier command cannot be resumed";
            return Err(CliError::usage(problem));
        }
        let folder = tempfile::tempdir().map_err(|error| {
            CliError::failed("a temporary folder cannot be made").with_source(error)
        })?;
        Ok(LedgerFolder::Temporary(folder))
    }

    pub(super) fn open(&self) -> Result<FleetLedger> {
        Ok(match self {
            LedgerFolder::BesideFile(folder) => FleetLedger::open(folder)?,
            LedgerFolder::Temporary(folder) => FleetLedger::open(folder.path())?,
        })
    }

    /// Keeps the tickets where single runs keep theirs, so that a run of one customer and a fleet see the
    /// unfinished work of each other.
    pub(super) fn with_tickets(&self, ledger: FleetLedger) -> FleetLedger {
        match (self, ticket_folder(None)) {
            (LedgerFolder::BesideFile(_), Ok(folder)) => ledger.tickets(&folder),
            _ => ledger,
        }
    }

    /// The command that goes on with the run, with the options that say how and with whom.
    pub(super) fn resume_command(
        &self,
        global: &GlobalOptions,
        arguments: &RunArguments,
    ) -> Option<String> {
        self.command(global, arguments, " --resume", arguments.fleet.only())
    }

    /// The command that begins a new run with the customers of these lists; with all, if they are many.
    pub(super) fn new_run_command(
        &self,
        global: &GlobalOptions,
        arguments: &RunArguments,
        changed: &[ChangedList],
    ) -> Option<String> {
        let ids: Vec<_> = changed.iter().map(|it| it.company.id.clone()).collect();
        let only = if ids.len() > NAMED { &[] } else { &ids[..] };
        self.command(global, arguments, "", only)
    }

    fn command(
        &self,
        global: &GlobalOptions,
        arguments: &RunArguments,
        resume: &str,
        only: &[String],
    ) -> Option<String> {
        let LedgerFolder::BesideFile(_) = self else {
            return None;
        };
        let file = shell_quote(&shown(arguments.fleet.path()));
        let seconds = |it: Duration| SignedDuration::try_from(it).ok();
        let timeout = arguments.customer_timeout.and_then(seconds);
        let options = [
            ("--only", (!only.is_empty()).then(|| only.join(","))),
            ("--customer-timeout", timeout.map(|it| format!("{it:#}"))),
        ];
        let command = pasted_command(global, &format!("fleet run {file}{resume}"), &options);
        let yes = if arguments.yes { " --yes" } else { "" };
        Some(format!("{command}{yes}"))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::commands::{Command, fleet};

    #[test]
    fn resume_command_of_a_fleet_can_be_pasted() {
        let check = |line: &str, expected: Option<&str>| {
            let line = line.split('|').map(str::trim);
            let Cli { global, command } = Cli::try_parse_from(line.clone()).unwrap();
            let Command::Fleet(fleet::Command::Run(arguments)) = command else {
                panic!("{:?}", line.collect::<Vec<_>>());
            };
            let folder = LedgerFolder::of(&global, &arguments).unwrap();
            let resume = folder.resume_command(&global, &arguments);
            assert_eq!(resume.as_deref(), expected);
        };
        check(
            "keepnet | fleet | run | f.toml",
            Some("keepnet fleet run f.toml --resume"),
        );
        check(
            "keepnet | --profile | acme | fleet | run | my fleet.toml | --yes | --only | Acme LLC,cuSt1 | --customer-timeout | 90s",
            Some(
                "keepnet --profile acme fleet run 'my fleet.toml' --resume --only 'Acme LLC,cuSt1' \
                 --customer-timeout '1m 30s' --yes",
            ),
        );
        check("keepnet | --sandbox | fleet | run | f.toml", None);
    }
}
