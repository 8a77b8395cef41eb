use anyhow::{Context, Result, bail};
use std::{process::Command, time::Instant};

use crate::files;
use crate::output::say;

/// Checks that `keepnet-client` builds with no area, each area alone, the default and all of them.
pub(crate) fn run() -> Result<()> {
    let areas = files::decisions()?.areas;
    let mut cuts = vec![("none", vec![]), ("default", vec!["default"])];
    cuts.extend(areas.names().into_iter().map(|area| (area, vec![area])));
    cuts.push(("full", vec!["full"]));
    let started = Instant::now();
    for (name, features) in &cuts {
        let seconds = check(name, features)?;
        say(format_args!("{name:<18} {seconds:>6.1} s"))?;
    }
    say(format_args!(
        "{} cuts build in {:.0} s",
        cuts.len(),
        started.elapsed().as_secs_f64()
    ))?;
    Ok(())
}

fn check(name: &str, features: &[&str]) -> Result<f64> {
    let started = Instant::now();
    let status = Command::new(env!("CARGO"))
        .current_dir(files::root())
        .args([
            "check",
            "--quiet",
            "--package",
            "keepnet-client",
            "--no-default-features",
        ])
        .args(["--features", &features.join(",")])
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("keepnet-client does not build with the area {name} alone");
    }
    Ok(started.elapsed().as_secs_f64())
}
