//! A process that ends with the test, however the test ends.

use std::ffi::OsStr;
use std::process::{Child, Command, Stdio};

pub(crate) struct Process(Child);

/// Waits until its input is closed, and then kills the process.
const GUARD: &str =
    r#""$0" "$@" & child=$!; read -r _; kill -9 "$child"; wait "$child" 2>/dev/null"#;

impl Process {
    /// A command that runs the program under the guard; to be given to [`Process::spawn`].
    pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", GUARD]).arg(program);
        command.stdin(Stdio::piped());
        command
    }

    pub(crate) fn spawn(command: &mut Command) -> Process {
        Process(command.spawn().unwrap())
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Kills the process with SIGKILL.
    pub(crate) fn kill(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
