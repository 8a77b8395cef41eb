//! Saves the users of a department as a workbook, and counts all users of the company.
//!
//! `cargo run -p keepnet-flows --example export -- users.xlsx`; without a path, it saves the file in
//! a temporary folder.
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::path::PathBuf;

use keepnet_flows::{ClientConfig, Credentials, FileFormat, Reseller};
use keepnet_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // For the real service, use your own credentials and remove the sandbox and its `base_url`.
    let sandbox = Sandbox::builder().start().await?;
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let reseller = Reseller::connect(config).await?;
    let acme = reseller.company("Acme LLC").await?;

    let export = acme.users().department("Sales").export(FileFormat::Excel);
    let folder = tempfile::tempdir()?;
    let path = match std::env::args().nth(1) {
        Some(path) => PathBuf::from(path),
        None => folder.path().join(export.file_name()),
    };
    // The file appears under its name only when it is complete.
    let saved = export.save(&path).await?;
    println!("{} bytes in {}", saved.bytes, saved.file);

    let counts = acme.count_users().await?;
    let deleted = counts.deleted.ok_or("the deleted users are not counted")?;
    println!("{} active, {deleted} deleted", counts.active);
    Ok(())
}
