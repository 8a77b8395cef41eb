//! The client that openapi-generator makes of the same contract, to compare the cost of building it.

use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::measure::{Cost, Wrapper, use_shared_profile};
use crate::files::{self, run};

const VERSION: &str = "openapi-generator-cli==7.26.0";

/// Generates the crate again and returns its folder.
pub(super) fn generate(folder: &Path) -> Result<PathBuf> {
    let (venv, peer) = (folder.join("venv"), folder.join("peer"));
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let quiet = ["install", "--quiet", "--disable-pip-version-check"];
    run(Command::new(venv.join("bin/pip")).args(quiet).arg(VERSION))?;
    if peer.exists() {
        std::fs::remove_dir_all(&peer)?;
    }
    run(Command::new(venv.join("bin/openapi-generator-cli"))
        .args(["generate", "--generator-name", "rust"])
        .args(["--library", "reqwest"])
        .args(["--skip-validate-spec", "--package-name", "peer"])
        .arg("--input-spec")
        .arg(files::root().join(files::CONTRACT))
        .arg("--output")
        .arg(&peer)
        // It writes a line for each schema that it names itself.
        .stdout(Stdio::null()))?;
    // A workspace of its own, wherever the target folder is.
    let manifest = peer.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest)?;
    files::write(&manifest, &(text + "\n[workspace]\n"))?;
    Ok(peer)
}

/// Builds it, its dependencies first.
pub(super) fn build(peer: &Path, wrapper: &Wrapper) -> Result<Cost> {
    let library = peer.join("src/lib.rs");
    let source = std::fs::read_to_string(&library)?;
    let target = wrapper.folder.join("theirs");
    let cargo = || {
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(peer)
            // Its default is OpenSSL, which needs a C library; TLS is not part of the comparison.
            .args(["build", "--quiet", "--lib", "--no-default-features"]);
        use_shared_profile(&mut command, &target);
        command
    };
    files::write(&library, "")?;
    run(&mut cargo())?;
    files::write(&library, &source)?;
    wrapper.measure(cargo(), "peer")
}
