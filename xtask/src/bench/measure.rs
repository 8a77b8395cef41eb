//! Time and peak memory of one rustc: cargo calls this program instead of rustc, and it calls rustc.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::files;

/// The file that the wrapper writes to; this program acts as the wrapper if the variable is set.
const LOG: &str = "KEEPNET_BENCH_LOG";
/// The crate whose rustc is measured.
const CRATE: &str = "KEEPNET_BENCH_CRATE";
const SAMPLE: Duration = Duration::from_millis(10);

/// The cost of building one crate.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Cost {
    /// From the call of cargo to its end, build script included.
    #[serde(default)]
    pub(super) cargo: Duration,
    /// The rustc of the crate alone.
    pub(super) rustc: Duration,
    /// The processor time of that rustc: comparable on a machine that runs other programs.
    pub(super) processor_time: Duration,
    /// Its largest resident set in bytes; 0 where the system does not report it.
    pub(super) memory: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for time in [self.cargo, self.rustc, self.processor_time] {
            write!(f, "{:>6.1} s ", time.as_secs_f64())?;
        }
        write!(f, "{:>5.2} GB", self.memory as f64 / 1e9)
    }
}

/// Sets one profile for everything that is compared.
pub(super) fn use_shared_profile(command: &mut Command, target: &Path) {
    command
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        // Nobody acts on the lints of generated code, and printing them costs time.
        .env("RUSTFLAGS", "--cap-lints=allow");
}

/// A copy of this program that cargo calls instead of rustc.
pub(super) struct Wrapper {
    /// The folder of the builds that are measured: apart from all other builds.
    pub(super) folder: PathBuf,
    program: PathBuf,
}

impl Wrapper {
    /// Copies this program, so that a build of it does not replace the wrapper.
    pub(super) fn install() -> Result<Wrapper> {
        let folder = files::target_folder("bench-build")?;
        let program = folder.join("rustc-wrapper");
        if program.exists() {
            std::fs::remove_file(&program)?;
        }
        std::fs::copy(std::env::current_exe()?, &program)?;
        Ok(Wrapper { folder, program })
    }

    /// Runs cargo and returns the cost of the rustc of `crate_name`.
    pub(super) fn measure(&self, mut cargo: Command, crate_name: &str) -> Result<Cost> {
        let log = tempfile::NamedTempFile::new()?;
        let started = Instant::now();
        cargo
            .env("RUSTC_WRAPPER", &self.program)
            .env(LOG, log.path())
            .env(CRATE, crate_name);
        files::run(&mut cargo).with_context(|| format!("{crate_name} does not build"))?;
        let text = std::fs::read_to_string(log.path())?;
        if text.is_empty() {
            bail!("cargo found nothing to build for {crate_name}");
        }
        Ok(Cost {
            cargo: started.elapsed(),
            ..serde_json::from_str(&text)?
        })
    }
}

/// Acts as rustc if cargo has called this program as the wrapper; else returns `None`.
pub(crate) fn run_as_wrapper() -> Option<ExitCode> {
    let log = std::env::var_os(LOG)?;
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next()?;
    let code = wrap(&rustc, &arguments.collect::<Vec<_>>(), Path::new(&log));
    Some(code.unwrap_or(ExitCode::FAILURE))
}

fn wrap(rustc: &OsString, arguments: &[OsString], log: &Path) -> Result<ExitCode> {
    let wanted = std::env::var_os(CRATE).unwrap_or_default();
    let mut pairs = arguments.windows(2);
    let is_wanted = pairs.any(|pair| pair[0] == "--crate-name" && pair[1] == wanted);
    let started = Instant::now();
    let mut child = Command::new(rustc).args(arguments).spawn()?;
    let (mut memory, mut work) = (0, Duration::ZERO);
    let status = loop {
        if !is_wanted {
            break child.wait()?;
        }
        memory = peak_memory(child.id()).unwrap_or(memory).max(memory);
        work = processor_time(child.id()).unwrap_or(work).max(work);
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(SAMPLE),
        }
    };
    if is_wanted && status.success() {
        let cost = Cost {
            cargo: Duration::ZERO,
            rustc: started.elapsed(),
            processor_time: work,
            memory,
        };
        std::fs::write(log, serde_json::to_string(&cost)?)?;
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}

/// The high-water mark that Linux keeps for a process, in bytes.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The processor time that Linux counts for a process, in ticks of a hundredth of a second.
fn processor_time(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program is in brackets and may contain spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11);
    let user: u64 = ticks.next()?.parse().ok()?;
    let system: u64 = ticks.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn system_reports_the_cost_of_a_process() {
        let own = std::process::id();
        let memory = peak_memory(own).unwrap();
        assert!((1 << 20..64 << 30).contains(&memory), "{memory}");
        assert!(processor_time(own).unwrap() < Duration::from_secs(600));
        assert_eq!(peak_memory(u32::MAX), None);
    }
}
