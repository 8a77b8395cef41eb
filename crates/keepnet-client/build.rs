//! Generates the bindings of the enabled areas from the contract.

use keepnet_spec::{Contract, bindings};
use std::{collections::BTreeSet, env, error::Error, fs, path::PathBuf};

const CONTRACT: &str = "keepnet-api-spec.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let contract = contract_path()?;
    println!("cargo::rerun-if-changed={}", contract.display());
    let contract = Contract::parse(&fs::read_to_string(contract)?)?;
    let bindings = bindings::generate(&contract, &enabled_areas(&contract))?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("client.rs"), bindings.client)?;
    fs::write(out.join("operations.rs"), bindings.operations)?;
    Ok(())
}

/// The crate holds the contract; where a checkout has no symbolic links, the workspace root does.
fn contract_path() -> Result<PathBuf, Box<dyn Error>> {
    let crate_root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    [
        crate_root.join(CONTRACT),
        crate_root.join("../..").join(CONTRACT),
    ]
    .into_iter()
    .find(|path| fs::metadata(path).is_ok_and(|file| file.len() > 1024))
    .ok_or_else(|| format!("{CONTRACT} is missing; run `cargo xtask regen --from FILE`").into())
}

/// Cargo tells a build script of a feature `target-users` through `CARGO_FEATURE_TARGET_USERS`.
fn enabled_areas(contract: &Contract) -> BTreeSet<String> {
    let is_enabled = |area: &String| {
        let variable = format!("CARGO_FEATURE_{}", area.to_uppercase().replace('-', "_"));
        env::var_os(variable).is_some()
    };
    let areas = contract
        .operations()
        .into_iter()
        .map(|operation| operation.area);
    areas.filter(is_enabled).collect()
}
