//! `completions` and `man`: made from the arguments themselves, so that they cannot lag behind.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man as Page;

use crate::arguments::{Cli, Completions, Man};
use crate::exit::{Failure, Status};

pub(crate) fn completions(wanted: &Completions) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(wanted.shell, &mut Cli::command(), "keepnet", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Status::Done)
}

pub(crate) fn man(wanted: &Man) -> Result<Status, Failure> {
    let mut program = Cli::command();
    program.build();
    match &wanted.folder {
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
    Page::new(command.clone()).render(&mut page)?;
    Ok(page)
}

fn unwritten(path: &Path, error: io::Error) -> Failure {
    Failure::new(
        Status::Failed,
        format!("{}: cannot be written", path.display()),
    )
    .caused_by(error)
}
