//! Time and peak memory of one rustc: cargo calls this program in its place, and it calls rustc.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// The file that the wrapper writes to; its presence makes this program a wrapper.
const LOG: &str = "KEEPNET_BENCH_LOG";
/// The crate whose rustc is measured.
const CRATE: &str = "KEEPNET_BENCH_CRATE";
const SAMPLE: Duration = Duration::from_millis(10);

/// What one crate cost to build.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// From the call of cargo to its end, build script included.
    #[serde(default)]
    pub(crate) cargo: Duration,
    /// The rustc of the crate alone.
    pub(crate) rustc: Duration,
    /// What the processors worked for it: comparable where other programs share the machine.
    pub(crate) work: Duration,
    /// Its largest resident set in bytes; 0 where the system does not tell.
    pub(crate) memory: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>6.1} s {:>6.1} s {:>6.1} s {:>5.2} GB",
            self.cargo.as_secs_f64(),
            self.rustc.as_secs_f64(),
            self.work.as_secs_f64(),
            self.memory as f64 / 1e9
        )
    }
}

/// One profile for everything that is compared.
pub(crate) fn same_for_all(command: &mut Command, target: &Path) {
    command
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        // Lints of the generated code are nobody's; printing them costs time.
        .env("RUSTFLAGS", "--cap-lints=allow");
}

/// This program under a name of its own, so that building it anew does not take it away.
pub(crate) fn wrapper(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let wrapper = folder.join("rustc-wrapper");
    if wrapper.exists() {
        std::fs::remove_file(&wrapper)?;
    }
    std::fs::copy(std::env::current_exe()?, &wrapper)?;
    Ok(wrapper)
}

/// Runs cargo and returns what the rustc of `crate_name` cost.
pub(crate) fn rustc(mut cargo: Command, crate_name: &str, wrapper: &Path) -> Result<Cost> {
    let log = std::env::temp_dir().join(format!("keepnet-bench-{}.json", std::process::id()));
    let _ = std::fs::remove_file(&log);
    let status = cargo
        .env("RUSTC_WRAPPER", wrapper)
        .env(LOG, &log)
        .env(CRATE, crate_name)
        .status()
        .context("cannot run cargo")?;
    let text = std::fs::read_to_string(&log);
    let _ = std::fs::remove_file(&log);
    if !status.success() {
        bail!("{crate_name} does not build");
    }
    let text = text.with_context(|| format!("cargo found nothing to build for {crate_name}"))?;
    Ok(serde_json::from_str(&text)?)
}

/// Stands in for rustc where cargo was told so; else returns nothing and the program goes on.
pub(crate) fn as_wrapper() -> Option<ExitCode> {
    let log = std::env::var_os(LOG)?;
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next()?;
    match wrap(&rustc, &arguments.collect::<Vec<_>>(), Path::new(&log)) {
        Ok(code) => Some(code),
        Err(_) => Some(ExitCode::FAILURE),
    }
}

fn wrap(rustc: &OsString, arguments: &[OsString], log: &Path) -> Result<ExitCode> {
    let wanted = std::env::var_os(CRATE).unwrap_or_default();
    let is_wanted = arguments
        .windows(2)
        .any(|pair| pair[0] == "--crate-name" && pair[1] == wanted);
    let started = Instant::now();
    let mut child = Command::new(rustc).args(arguments).spawn()?;
    let (mut memory, mut work) = (0, Duration::ZERO);
    let status = loop {
        if !is_wanted {
            break child.wait()?;
        }
        memory = peak_memory(child.id()).unwrap_or(memory).max(memory);
        work = work_of(child.id()).unwrap_or(work).max(work);
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(SAMPLE),
        }
    };
    if is_wanted && status.success() {
        let cost = Cost {
            cargo: Duration::ZERO,
            rustc: started.elapsed(),
            work,
            memory,
        };
        std::fs::write(log, serde_json::to_string(&cost)?)?;
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}

/// The high-water mark that Linux keeps for a process.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The processor time that Linux counts for a process, in ticks of a hundredth of a second.
fn work_of(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program stands in brackets and may hold spaces.
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
    fn the_system_tells_what_a_process_costs() {
        let own = std::process::id();
        let memory = peak_memory(own).unwrap();
        assert!((1 << 20..64 << 30).contains(&memory), "{memory}");
        assert!(work_of(own).unwrap() < Duration::from_secs(600));
        assert_eq!(peak_memory(u32::MAX), None);
    }
}
