//! Running the program in an empty folder, with a time limit.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::runtime::Builder;

/// The time limit of a run; then it is killed, and its output so far counts.
const LIMIT: Duration = Duration::from_secs(15);

/// The result of a run.
pub(crate) struct RunResult {
    /// `None` if it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// Its working folder, which is also its home folder.
    pub(crate) folder: PathBuf,
}

impl RunResult {
    pub(crate) fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs the program in `folder`, with the credentials of the seed.
pub(crate) fn run(words: &[String], folder: &Path, url: &str) -> RunResult {
    let out = tempfile::tempdir().unwrap();
    let capture = |name: &str| File::create(out.path().join(name)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keepnet"));
    let kept = ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"];
    command.env_clear();
    command.envs(std::env::vars().filter(|(name, _)| kept.contains(&name.as_str())));
    for home in [
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
    ] {
        command.env(home, folder);
    }
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let entered = runtime.enter();
    let mut child = tokio::process::Command::from(command)
        .args(words)
        .env("KEEPNET_API_BASE_URL", url)
        .env("KEEPNET_CLIENT_ID", "me")
        .env("KEEPNET_CLIENT_SECRET", crate::marks::SECRET)
        .env("KEEPNET_COMPANY_ID", "Acme")
        .env("RUST_BACKTRACE", "1")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(capture("stdout"))
        .stderr(capture("stderr"))
        .spawn()
        .unwrap();
    drop(entered);
    // A process cannot have an injected clock, so its end is waited for in real time.
    let code = runtime.block_on(async {
        match tokio::time::timeout(LIMIT, child.wait()).await {
            Ok(status) => status.unwrap().code(),
            Err(_) => {
                child.kill().await.unwrap();
                None
            }
        }
    });
    RunResult {
        code,
        stdout: fs::read(out.path().join("stdout")).unwrap(),
        stderr: fs::read(out.path().join("stderr")).unwrap(),
        folder: folder.to_owned(),
    }
}
