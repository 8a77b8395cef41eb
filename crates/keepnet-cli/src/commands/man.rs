//! `man`: manual pages.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use crate::exit::{CliError, ExitStatus, Result};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Save the page of each command in this folder
    #[arg(short = 'o', value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, mut program: Command) -> Result {
    program.build();
    match &arguments.folder {
        None => io::stdout().write_all(&page(&program)?)?,
        Some(folder) => {
            fs::create_dir_all(folder).map_err(|error| not_written(folder, error))?;
            save(&program, folder)?;
        }
    }
    Ok(ExitStatus::Done)
}

/// Saves the page of a command and of its subcommands.
fn save(command: &Command, folder: &Path) -> Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let file = folder.join(format!("{name}.1"));
    fs::write(&file, page(command)?).map_err(|error| not_written(&file, error))?;
    command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .try_for_each(|command| save(command, folder))
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

fn not_written(path: &Path, error: io::Error) -> CliError {
    CliError::about_file(ExitStatus::Failed, path, "cannot be written").with_source(error)
}
