//! Extracts all operations and their names from the contract, and includes the contract.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use serde_json::Value;

const CONTRACT: &str = "keepnet-api-spec.json";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let path = contract_path()?;
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(path)?;
    let contract: Value = serde_json::from_str(&text)?;
    let mut operations = String::new();
    for (path, item) in contract["paths"].as_object().into_iter().flatten() {
        for method in METHODS.iter().filter(|method| !item[**method].is_null()) {
            let name = item[*method]["operationId"].as_str().unwrap_or_default();
            operations += &format!("{} {path} {name}\n", method.to_uppercase());
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("operations.txt"), operations)?;
    fs::write(out.join("contract.json"), text)?;
    Ok(())
}

/// The contract is in the crate, by a symbolic link. In a checkout without symbolic links, it is in
/// the workspace root.
fn contract_path() -> Result<PathBuf, Box<dyn Error>> {
    let crate_root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    [
        crate_root.join(CONTRACT),
        crate_root.join("../..").join(CONTRACT),
    ]
    .into_iter()
    .find(|path| fs::metadata(path).is_ok_and(|file| file.len() > 1024))
    .ok_or_else(|| format!("{CONTRACT} is missing").into())
}
