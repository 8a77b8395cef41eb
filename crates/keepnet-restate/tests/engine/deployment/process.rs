//! A process that ends with the test, however the test ends.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

pub(crate) struct Process(Child);

/// Waits until its input is closed, and then kills the process.
pub(crate) const GUARD: &str =
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

/// Appends the output of a program to a file for as long as the program runs, and returns when each of these
/// lines has come; a line is named by a part of it.
pub(crate) fn wait_for_lines(
    output: impl Read + Send + 'static,
    lines: &'static [&'static str],
    log: &Path,
    limit: Duration,
) {
    let (complete, completed) = channel();
    let file = File::options().append(true).create(true).open(log);
    let mut file = file.unwrap();
    std::thread::spawn(move || {
        let mut missing = lines.to_vec();
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            writeln!(file, "{line}").unwrap();
            if let Some(index) = missing.iter().position(|it| line.contains(it)) {
                missing.swap_remove(index);
                if missing.is_empty() {
                    let _ = complete.send(());
                }
            }
        }
    });
    // Without the sender, the program has ended.
    if completed.recv_timeout(limit).is_err() {
        let log = std::fs::read_to_string(log).unwrap_or_default();
        panic!("{lines:?} were not all printed:\n{log}");
    }
}
