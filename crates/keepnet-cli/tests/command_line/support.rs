//! Running the program, and a sandbox for it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use keepnet_sandbox::{Builder, Sandbox};
use serde_json::Value;
use tokio::runtime::Runtime;

pub(crate) const ACME: &str = "Acme LLC";
pub(crate) const GLOBEX: &str = "Globex GmbH";

/// An import of a staff list of the repository, which prints its report as JSON.
pub(crate) fn import(name: &str, company: &str) -> Keepnet {
    Keepnet::new(&["--company", company, "users", "import"])
        .arg(fixture(name))
        .args(&["--yes", "--output", "json"])
}

/// A staff list of the repository.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/import")
        .join(name)
}

/// Writes a file that only its owner can access.
pub(crate) fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Compares a text with the reviewed snapshot of that name.
pub(crate) fn check_snapshot(name: &str, text: &str) {
    insta::with_settings!({prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}

/// A sandbox that runs until this is dropped.
pub(crate) struct Service {
    pub(crate) sandbox: Sandbox,
    _runtime: Runtime,
}

impl Service {
    pub(crate) fn start(sandbox: Builder) -> Service {
        let runtime = Runtime::new().unwrap();
        Service {
            sandbox: runtime.block_on(sandbox.start()).unwrap(),
            _runtime: runtime,
        }
    }
}

/// A call of the program, without the settings of the test's own environment.
pub(crate) struct Keepnet(Command);

/// The result of a call.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Keepnet {
    pub(crate) fn new(arguments: &[&str]) -> Keepnet {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keepnet"));
        for name in [
            "KEEPNET_CLIENT_ID",
            "KEEPNET_CLIENT_SECRET",
            "KEEPNET_API_BASE_URL",
            "KEEPNET_COMPANY_ID",
            "KEEPNET_PROFILE",
            "KEEPNET_CONFIG",
            "XDG_CONFIG_HOME",
            "HOME",
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "PAGER",
            "COLUMNS",
            "LC_ALL",
            "LC_CTYPE",
            "CI",
            "NO_COLOR",
        ] {
            command.env_remove(name);
        }
        // The tickets of imports belong in the build folder. Those of an earlier run of the tests may
        // name a service with the same port.
        let process = format!("state-{}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(process);
        command.env("KEEPNET_STATE_DIR", folder);
        command.args(arguments);
        Keepnet(command)
    }

    pub(crate) fn arg(mut self, argument: PathBuf) -> Keepnet {
        self.0.arg(argument);
        self
    }

    pub(crate) fn args(mut self, arguments: &[&str]) -> Keepnet {
        self.0.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Keepnet {
        self.0.env(name, value);
        self
    }

    pub(crate) fn in_folder(mut self, folder: &Path) -> Keepnet {
        self.0.current_dir(folder);
        self
    }

    /// With the program's own sandbox.
    pub(crate) fn with_sandbox(self) -> Keepnet {
        self.args(&["--sandbox"])
    }

    /// With the address and the credentials of `service` in the environment.
    pub(crate) fn with_service(self, service: &Service) -> Keepnet {
        self.env("KEEPNET_API_BASE_URL", service.sandbox.url())
            .env("KEEPNET_CLIENT_ID", "sandbox-client")
            .env("KEEPNET_CLIENT_SECRET", "sandbox-secret")
    }

    /// With files of at most this many blocks, as on a disk that is full.
    #[cfg(unix)]
    pub(crate) fn with_full_disk(self, blocks: u32) -> Keepnet {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]);
        shell.arg(self.0.get_program()).args(self.0.get_args());
        for (name, value) in self.0.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some(folder) = self.0.get_current_dir() {
            shell.current_dir(folder);
        }
        Keepnet(shell)
    }

    pub(crate) fn spawn(mut self, stdin: Stdio) -> Child {
        self.0
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// With these streams.
    #[cfg(unix)]
    pub(crate) fn spawn_with(mut self, stdin: Stdio, stdout: Stdio, stderr: Stdio) -> Child {
        self.0
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .unwrap()
    }

    /// With another standard error, and without standard output.
    #[cfg(unix)]
    pub(crate) fn spawn_with_stderr(mut self, stderr: impl Into<Stdio>) -> Child {
        self.0
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .unwrap()
    }

    pub(crate) fn run(self) -> Run {
        let output: Output = self.spawn(Stdio::null()).wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The error that is the last line of standard error, under `--output json` and `ndjson`.
    pub(crate) fn error(&self) -> Value {
        error_document(&self.stderr)
    }

    /// The message and the hint of that error, as lines.
    pub(crate) fn error_lines(&self) -> String {
        error_lines(&self.error())
    }
}

/// The error that is the last line of what was printed to standard error.
pub(crate) fn error_document(printed: &str) -> Value {
    let document: Value = serde_json::from_str(printed.lines().last().unwrap()).unwrap();
    assert_eq!(document["outcome"], "error");
    document["error"].clone()
}

/// The message and the hint of an error, as lines.
pub(crate) fn error_lines(error: &Value) -> String {
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    format!("error: {}\nhint: {}\n", text("message"), text("hint"))
}

#[cfg(unix)]
pub(crate) fn signal(signal: &str, child: &Child) {
    let sent = Command::new("kill")
        .arg(signal)
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(sent.success());
}
