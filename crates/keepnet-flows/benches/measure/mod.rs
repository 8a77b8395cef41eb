//! What this process has taken so far, where the system tells it.

#![allow(dead_code, reason = "no benchmark measures everything")]

use std::error::Error;
use std::fs;
use std::time::Duration;

/// The largest resident size in bytes.
pub(crate) fn peak_memory() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kilobytes.ok_or("no VmHWM")?.parse::<u64>()? << 10)
}

/// How long its threads have run, to the hundredth of a second.
pub(crate) fn processor_time() -> Result<Duration, Box<dyn Error>> {
    ticks(11)
}

/// How long the programs have run that it has started and waited for, to the hundredth of a second.
pub(crate) fn processor_time_of_children() -> Result<Duration, Box<dyn Error>> {
    ticks(13)
}

/// The user and the system time from this field on, of those after the name of the program.
fn ticks(field: usize) -> Result<Duration, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program is in brackets and may contain spaces.
    let (_, fields) = stat.rsplit_once(')').ok_or("no program")?;
    let mut ticks = fields.split_whitespace().skip(field);
    let mut next = || Ok::<u64, Box<dyn Error>>(ticks.next().ok_or("no times")?.parse()?);
    Ok(Duration::from_millis((next()? + next()?) * 10))
}
