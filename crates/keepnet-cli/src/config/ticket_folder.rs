//! The folder in which this computer keeps the tickets of imports.

use std::path::Path;

use keepnet_flows::TicketFolder;

use super::environment::Environment;
use super::folders::state_folder;
use super::home::expand_home;
use crate::exit::{CliError, Result};

/// The folder that the argument names, or the one for program state.
pub(crate) fn ticket_folder(argument: Option<&Path>) -> Result<TicketFolder> {
    let environment = Environment::of_process();
    if let Some(folder) = argument {
        return Ok(TicketFolder::new(expand_home(folder, &environment)));
    }
    match state_folder(&environment)? {
        Some(folder) => Ok(TicketFolder::new(folder.join("imports"))),
        None => Err(
            CliError::configuration("the folder for import tickets is unknown")
                .with_hint("set it with --tickets DIR or KEEPNET_STATE_DIR"),
        ),
    }
}
