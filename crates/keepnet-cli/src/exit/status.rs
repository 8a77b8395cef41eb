//! The exit codes.

use std::process::ExitCode;

/// The exit codes, which scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Configuration = 3,
    Permission = 4,
    Partial = 5,
    Running = 6,
    Unreachable = 7,
    Interrupted = 130,
    Terminated = 143,
}

impl ExitStatus {
    /// The code of an error that has no other one.
    pub(super) fn code(self) -> &'static str {
        match self {
            ExitStatus::Done | ExitStatus::Failed => "failed",
            ExitStatus::Usage => "usage",
            ExitStatus::Configuration => "configuration",
            ExitStatus::Permission => "permission",
            ExitStatus::Partial => "partial",
            ExitStatus::Running => "running",
            ExitStatus::Unreachable => "unavailable",
            ExitStatus::Interrupted => "interrupted",
            ExitStatus::Terminated => "terminated",
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_stable() {
        let check = |status: ExitStatus, code: u8| assert_eq!(status as u8, code, "{status:?}");
        check(ExitStatus::Done, 0);
        check(ExitStatus::Failed, 1);
        check(ExitStatus::Usage, 2);
        check(ExitStatus::Configuration, 3);
        check(ExitStatus::Permission, 4);
        check(ExitStatus::Partial, 5);
        check(ExitStatus::Running, 6);
        check(ExitStatus::Unreachable, 7);
        check(ExitStatus::Interrupted, 130);
        check(ExitStatus::Terminated, 143);
    }
}
