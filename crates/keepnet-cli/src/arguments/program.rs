//! `completions` and `man`: what an installation keeps beside the program.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Save a page for each command in this folder
    #[arg(short = 'o', value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}
