//! The sandbox of a command, which needs no credentials of the user.

use crate::config::GlobalOptions;
use crate::exit::{CliError, Result};

/// Fails for `--sandbox`: its credentials are neither stored nor configured.
pub(super) fn refuse_sandbox(global: &GlobalOptions) -> Result<()> {
    match global.sandbox {
        true => {
            let problem = "the sandbox of a command has its own credentials";
            Err(CliError::usage(problem).with_hint("omit --sandbox"))
        }
        false => Ok(()),
    }
}
