//! `cargo xtask areas`: the client builds with every choice of areas that users are likely to make.

use anyhow::{Context, Result};
use keepnet_spec::Areas;
use std::process::Command;
use std::time::Instant;

use crate::files;
use crate::output::say;

/// The names of feature sets with their features: no area, the default, each area alone, all areas.
pub(crate) fn feature_sets(areas: &Areas) -> Vec<(&str, Vec<String>)> {
    let names = areas.names();
    let mut sets = vec![("none", Vec::new()), ("default", areas.defaults().to_vec())];
    sets.extend(names.iter().map(|area| (*area, vec![(*area).to_owned()])));
    sets.push(("full", names.into_iter().map(str::to_owned).collect()));
    sets
}

/// Checks that `keepnet-client` builds with each of the [`feature_sets`].
pub(crate) fn run() -> Result<()> {
    let areas = files::decisions()?.areas;
    let sets = feature_sets(&areas);
    let started = Instant::now();
    for (name, features) in &sets {
        let started = Instant::now();
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(files::root())
            .args(["check", "--quiet", "--package", "keepnet-client"])
            .args(["--no-default-features", "--features", &features.join(",")]);
        files::run(&mut cargo)
            .with_context(|| format!("keepnet-client does not build with the features {name}"))?;
        let seconds = started.elapsed().as_secs_f64();
        say(format_args!("{name:<18} {seconds:>6.1} s"))?;
    }
    let (count, seconds) = (sets.len(), started.elapsed().as_secs_f64());
    say(format_args!("{count} feature sets build in {seconds:.0} s"))
}
