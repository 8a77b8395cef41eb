//! Generates the bindings of the enabled areas from the contract.

use keepnet_spec::{Contract, Provenance, codegen};
use std::{collections::BTreeSet, env, error::Error, fs, path::PathBuf};

const CONTRACT: &str = "keepnet-api-spec.json";
const PROVENANCE: &str = "keepnet-api-spec.provenance.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let contract = read(CONTRACT, Contract::parse)?;
    let provenance = read(PROVENANCE, Provenance::parse)?;
    let bindings = codegen::generate(&contract, &enabled_areas(&contract))?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("client.rs"), bindings.client)?;
    fs::write(out.join("operations.rs"), bindings.operations)?;
    fs::write(out.join("operations.md"), bindings.operations_page)?;
    fs::write(out.join("contract.rs"), constant(&provenance))?;
    Ok(())
}

/// The crate holds the file; where a checkout has no symbolic links, the workspace root does, and
/// what stands in the crate is a path.
fn read<T, E>(name: &str, parse: fn(&str) -> Result<T, E>) -> Result<T, Box<dyn Error>> {
    let crate_root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    for path in [crate_root.join(name), crate_root.join("../..").join(name)] {
        let text = fs::read_to_string(&path).unwrap_or_default();
        if let Ok(value) = parse(&text) {
            println!("cargo::rerun-if-changed={}", path.display());
            return Ok(value);
        }
    }
    Err(format!("{name} is missing or broken; run `cargo xtask regen --from FILE`").into())
}

/// The constant that users print.
fn constant(provenance: &Provenance) -> String {
    let Provenance {
        sha256,
        size,
        date,
        source,
        operations,
        ..
    } = provenance;
    format!(
        "Contract {{ sha256: {sha256:?}, size: {size}, date: {date:?}, source: {source:?}, operations: {operations} }}"
    )
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
