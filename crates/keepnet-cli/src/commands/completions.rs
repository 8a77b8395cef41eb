//! `completions`: a script with which a shell completes commands and options.

use std::io::{self, Write as _};

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit::{ExitStatus, Result};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, mut program: Command) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "keepnet", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitStatus::Done)
}
