//! What openapi-generator makes of the same contract, to compare the cost of building it.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{files, measure};

const VERSION: &str = "openapi-generator-cli==7.26.0";

/// The generated crate, made anew.
pub(crate) fn generate(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let (venv, peer) = (folder.join("venv"), folder.join("peer"));
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    run(Command::new(venv.join("bin/pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        VERSION,
    ]))?;
    if peer.exists() {
        std::fs::remove_dir_all(&peer)?;
    }
    run(Command::new(venv.join("bin/openapi-generator-cli"))
        .args([
            "generate",
            "--generator-name",
            "rust",
            "--library",
            "reqwest",
        ])
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
    std::fs::write(&manifest, text + "\n[workspace]\n")?;
    Ok(peer)
}

/// Builds it, its dependencies first.
pub(crate) fn build(peer: &Path, folder: &Path, wrapper: &Path) -> Result<measure::Cost> {
    let library = peer.join("src/lib.rs");
    let source = std::fs::read_to_string(&library)?;
    let cargo = || {
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(peer)
            // Its default is OpenSSL, which needs a C library; TLS is no part of what is measured.
            .args(["build", "--quiet", "--lib", "--no-default-features"]);
        measure::same_for_all(&mut command, &folder.join("theirs"));
        command
    };
    std::fs::write(&library, "")?;
    run(&mut cargo())?;
    std::fs::write(&library, source)?;
    let started = Instant::now();
    let rustc = measure::rustc(cargo(), "peer", wrapper)?;
    Ok(measure::Cost {
        cargo: started.elapsed(),
        ..rustc
    })
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if !status.success() {
        bail!("{} failed", command.get_program().display());
    }
    Ok(())
}
