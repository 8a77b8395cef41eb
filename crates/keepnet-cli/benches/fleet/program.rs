//! Programs that are run for customers, and what they take.

use std::error::Error;
use std::fmt;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// How often the memory of a program is looked at.
const SAMPLE: Duration = Duration::from_millis(5);

/// A program that has ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) cost: Cost,
    stdout: String,
    stderr: String,
}

impl Run {
    /// Runs a program in the folder, and samples its memory until it ends.
    pub(crate) fn of(mut command: Command, folder: &Path) -> Outcome<Run> {
        let files = ["stdout", "stderr"].map(|name| folder.join(name));
        let before = processor_time_of_children()?;
        let start = Instant::now();
        let mut child = command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(File::create(&files[0])?)
            .stderr(File::create(&files[1])?)
            .spawn()?;
        let mut memory = 0;
        let status = loop {
            memory = peak_memory(child.id()).unwrap_or(memory).max(memory);
            match child.try_wait()? {
                Some(status) => break status,
                None => std::thread::sleep(SAMPLE),
            }
        };
        let cost = Cost {
            time: start.elapsed(),
            processor: processor_time_of_children()?.saturating_sub(before),
            memory,
        };
        let [stdout, stderr] = files.map(fs::read_to_string);
        Ok(Run {
            code: status.code().unwrap_or(-1),
            cost,
            stdout: stdout?,
            stderr: stderr?,
        })
    }

    /// The customers of the document that the program has printed.
    pub(crate) fn rows(&self) -> Outcome<Vec<Value>> {
        let document: Value = serde_json::from_str(&self.stdout)
            .map_err(|error| format!("{error}: {}{}", self.stdout, self.stderr))?;
        let rows = document["items"].as_array().ok_or("no rows")?;
        Ok(rows.clone())
    }
}

/// What a program has taken.
pub(crate) struct Cost {
    pub(crate) time: Duration,
    pub(crate) processor: Duration,
    /// The largest resident size in bytes; 0 if the system does not tell it.
    pub(crate) memory: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (time, processor) = (self.time.as_secs_f64(), self.processor.as_secs_f64());
        let memory = self.memory as f64 / 1e6;
        write!(
            f,
            "{time:.1} s, {processor:.1} s of the processor, peak memory {memory:.0} MB"
        )
    }
}

/// The high-water mark that Linux keeps for a process, in bytes.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

/// How long the programs have run that this one has started and waited for; zero where the system does
/// not tell it.
fn processor_time_of_children() -> Outcome<Duration> {
    let Ok(stat) = fs::read_to_string("/proc/self/stat") else {
        return Ok(Duration::ZERO);
    };
    // The name of the program is in brackets and may contain spaces.
    let (_, fields) = stat.rsplit_once(')').ok_or("no program")?;
    let ticks: u64 = (fields.split_whitespace().skip(13).take(2))
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}
