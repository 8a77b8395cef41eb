//! Ctrl-C: it stops the watching, never a job of the service.

use std::cell::Cell;

use keepnet_flows::Stage;

use crate::exit::{Failure, Status};

/// Runs a command until it ends or Ctrl-C is pressed. `stage` tells what the
/// interruption leaves behind.
pub(crate) async fn watch<T>(
    stage: &Cell<Option<Stage>>,
    command: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        result = command => result,
        pressed = tokio::signal::ctrl_c() => Err(match pressed {
            Ok(()) => interrupted(stage.get()),
            Err(error) => {
                Failure::new(Status::Failed, "cannot wait for Ctrl-C").caused_by(error)
            }
        }),
    }
}

fn interrupted(stage: Option<Stage>) -> Failure {
    let failure = Failure::new(Status::Interrupted, "interrupted");
    let Some(stage) = stage else { return failure };
    failure.hint(match stage {
        Stage::Checking => "nothing was sent",
        Stage::Uploading | Stage::Mapping | Stage::Previewing => {
            "no user was written, and the upload is not used any more; run the import again"
        }
        Stage::Starting => {
            "the service may have begun to import, and goes on by itself; look with \
             `keepnet users count`, then run the import again"
        }
        _ => {
            "the service goes on importing by itself; look with `keepnet users count`, then run \
             the import again to see what is left"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_tells_what_goes_on_at_the_service() {
        let check = |stage, expected: &str| {
            let failure = interrupted(stage);
            assert_eq!(failure.status(), Status::Interrupted);
            let text = failure.text(false);
            assert!(text.contains(expected), "{stage:?}: {text}");
        };
        check(None, "error: interrupted\n");
        check(Some(Stage::Checking), "nothing was sent");
        check(Some(Stage::Uploading), "no user was written");
        check(Some(Stage::Previewing), "no user was written");
        check(Some(Stage::Starting), "may have begun");
        check(Some(Stage::Importing), "goes on importing");
        check(Some(Stage::Verifying), "goes on importing");
    }
}
