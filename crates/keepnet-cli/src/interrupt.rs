//! Ctrl-C: the command stops, and a job of the service continues. A second Ctrl-C exits at once.

use std::cell::{Cell, RefCell};

use keepnet_flows::Stage;
use tokio::sync::oneshot;

use crate::exit::{CliError, ExitStatus, Result};

/// The state of an import, which an interruption needs to print how to resume it.
#[derive(Debug, Default)]
pub(crate) struct ResumeHint {
    stage: Cell<Option<Stage>>,
    command: RefCell<Option<String>>,
}

impl ResumeHint {
    /// Sets the stage of the import.
    pub(crate) fn set_stage(&self, stage: Stage) {
        self.stage.set(Some(stage));
    }

    /// Sets the command that resumes the import, or removes it.
    pub(crate) fn set_command(&self, command: Option<String>) {
        self.command.replace(command);
    }

    /// The command that resumes the import.
    pub(crate) fn command(&self) -> Option<String> {
        self.command.borrow().clone()
    }
}

/// Runs a command until it ends or Ctrl-C is pressed; an import gives a hint how to resume it.
pub(crate) async fn until_interrupted<T>(
    hint: Option<&ResumeHint>,
    command: impl Future<Output = Result<T>>,
) -> Result<T> {
    let (sender, first_press) = oneshot::channel();
    // A task of its own still runs when the command blocks its thread.
    tokio::spawn(async move {
        let pressed = tokio::signal::ctrl_c().await;
        let can_wait = pressed.is_ok();
        // Sending fails if the command has ended in the meantime.
        let _ = sender.send(pressed);
        if can_wait && tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(ExitStatus::Interrupted as i32);
        }
    });
    tokio::select! {
        result = command => result,
        Ok(pressed) = first_press => Err(match pressed {
            Ok(()) => interrupted(hint),
            Err(error) => {
                CliError::failed("cannot wait for Ctrl-C").with_source(error)
            }
        }),
    }
}

fn interrupted(hint: Option<&ResumeHint>) -> CliError {
    let error = CliError::new(ExitStatus::Interrupted, "interrupted");
    let Some((hint, stage)) = hint.and_then(|hint| Some((hint, hint.stage.get()?))) else {
        return error;
    };
    let (state, advice) = match stage {
        Stage::Checking => ("nothing was sent", "run the import again"),
        Stage::Uploading | Stage::Mapping | Stage::Previewing => (
            "no user was written",
            "the upload is no longer used; run the import again",
        ),
        Stage::Starting => (
            "the service may have started the import, and would finish it",
            "check with `keepnet users count`, then run the import again",
        ),
        _ => (
            "the service continues the import",
            "check with `keepnet users count`, then run the import again to see what is missing",
        ),
    };
    error.with_hint(match hint.command() {
        Some(command) => format!("{state}; resume with: {command}"),
        None => format!("{state}; {advice}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interruption_tells_state_and_resume_command() {
        let check = |stage: Option<Stage>, command: Option<&str>, expected: &str| {
            let hint = ResumeHint::default();
            stage.into_iter().for_each(|stage| hint.set_stage(stage));
            hint.set_command(command.map(str::to_owned));
            let error = interrupted(Some(&hint));
            assert_eq!(error.status(), ExitStatus::Interrupted);
            let text = error.render(false);
            assert!(text.contains(expected), "{stage:?}: {text}");
        };
        check(None, None, "error: interrupted\n");
        check(Some(Stage::Checking), None, "nothing was sent; run");
        check(
            Some(Stage::Uploading),
            None,
            "no user was written; the upload",
        );
        check(Some(Stage::Previewing), None, "no user was written");
        check(Some(Stage::Starting), None, "may have started");
        check(Some(Stage::Importing), None, "continues the import");
        check(Some(Stage::Verifying), None, "continues the import");
        let command = Some("keepnet users import --resume 0a");
        let resumed =
            |state: &str| format!("hint: {state}; resume with: keepnet users import --resume 0a\n");
        check(
            Some(Stage::Mapping),
            command,
            &resumed("no user was written"),
        );
        check(
            Some(Stage::Importing),
            command,
            &resumed("the service continues the import"),
        );
    }
}
