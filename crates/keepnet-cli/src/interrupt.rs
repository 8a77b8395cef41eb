//! Ctrl-C: it stops the watching, never a job of the service. A second one leaves at once.

use std::cell::{Cell, RefCell};

use keepnet_flows::Stage;
use tokio::sync::oneshot;

use crate::exit::{Failure, Status};

/// What an interruption leaves behind.
#[derive(Debug, Default)]
pub(crate) struct ResumeHint {
    stage: Cell<Option<Stage>>,
    /// The command that carries on.
    command: RefCell<Option<String>>,
}

impl ResumeHint {
    /// An import is at this stage.
    pub(crate) fn at(&self, stage: Stage) {
        self.stage.set(Some(stage));
    }

    /// This command carries on from now on, or none does.
    pub(crate) fn carried_on_by(&self, command: Option<String>) {
        self.command.replace(command);
    }

    /// The command that carries on.
    pub(crate) fn command(&self) -> Option<String> {
        self.command.borrow().clone()
    }
}

/// Runs a command until it ends or Ctrl-C is pressed.
pub(crate) async fn watch<T>(
    command: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    watch_with(&ResumeHint::default(), command).await
}

/// Runs a command until it ends or Ctrl-C is pressed. `left` tells what the interruption leaves
/// behind.
pub(crate) async fn watch_with<T>(
    left: &ResumeHint,
    command: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let (tell, first) = oneshot::channel();
    // A task of its own: whatever blocks the command does not block this.
    tokio::spawn(async move {
        let pressed = tokio::signal::ctrl_c().await;
        let can_wait = pressed.is_ok();
        // The command may have ended meanwhile.
        let _ = tell.send(pressed);
        if can_wait && tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(Status::Interrupted as i32);
        }
    });
    tokio::select! {
        result = command => result,
        Ok(pressed) = first => Err(match pressed {
            Ok(()) => interrupted(left),
            Err(error) => {
                Failure::new(Status::Failed, "cannot wait for Ctrl-C").caused_by(error)
            }
        }),
    }
}

fn interrupted(left: &ResumeHint) -> Failure {
    let failure = Failure::new(Status::Interrupted, "interrupted");
    let Some(stage) = left.stage.get() else {
        return failure;
    };
    let (state, without_ticket) = match stage {
        Stage::Checking => ("nothing was sent", "run the import again"),
        Stage::Uploading | Stage::Mapping | Stage::Previewing => (
            "no user was written",
            "the upload is not used any more; run the import again",
        ),
        Stage::Starting => (
            "the service may have begun to import, and goes on by itself",
            "look with `keepnet users count`, then run the import again",
        ),
        _ => (
            "the service goes on importing by itself",
            "look with `keepnet users count`, then run the import again to see what is left",
        ),
    };
    failure.hint(match left.command() {
        Some(command) => format!("{state}; carry on with: {command}"),
        None => format!("{state}; {without_ticket}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_tells_what_goes_on_at_the_service_and_how_to_carry_on() {
        let check = |stage: Option<Stage>, command: Option<&str>, expected: &str| {
            let left = ResumeHint::default();
            stage.into_iter().for_each(|stage| left.at(stage));
            left.carried_on_by(command.map(str::to_owned));
            let failure = interrupted(&left);
            assert_eq!(failure.status(), Status::Interrupted);
            let text = failure.text(false);
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
        check(Some(Stage::Starting), None, "may have begun");
        check(Some(Stage::Importing), None, "goes on importing");
        check(Some(Stage::Verifying), None, "goes on importing");
        let command = Some("keepnet users import --resume 0a");
        let carried_on = |state: &str| {
            format!("hint: {state}; carry on with: keepnet users import --resume 0a\n")
        };
        check(
            Some(Stage::Mapping),
            command,
            &carried_on("no user was written"),
        );
        check(
            Some(Stage::Importing),
            command,
            &carried_on("the service goes on importing by itself"),
        );
    }
}
