//! `man`: manual pages, made from the arguments themselves.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use crate::exit::{Failure, Status};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Save a page for each command in this folder
    #[arg(short = 'o', value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, mut program: Command) -> Result<Status, Failure> {
    program.build();
    match &arguments.folder {
        None => io::stdout().write_all(&page(&program)?)?,
        Some(folder) => {
            fs::create_dir_all(folder).map_err(|error| unwritten(folder, error))?;
            save(&program, folder)?;
        }
    }
    Ok(Status::Done)
}

/// Saves the page of a command, and those of the commands below it.
fn save(command: &Command, folder: &Path) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let file = folder.join(format!("{name}.1"));
    fs::write(&file, page(command)?).map_err(|error| unwritten(&file, error))?;
    let below = command.get_subcommands();
    below
        .filter(|command| command.get_name() != "help")
        .try_for_each(|command| save(command, folder))
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

fn unwritten(path: &Path, error: io::Error) -> Failure {
    Failure::new(
        Status::Failed,
        format!("{}: cannot be written", path.display()),
    )
    .caused_by(error)
}
