//! Imports a staff list: prints the progress, the rejected rows and the receipt.
//!
//! `cargo run -p keepnet-flows --example import -- people.xlsx`; without a file, it imports one of
//! the repository, so run it in the root folder.
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use keepnet_flows::{ClientConfig, Credentials, Reseller, Sheet, TryStreamExt};
use keepnet_sandbox::Sandbox;

const FILE: &str = "fixtures/import/duplicates-and-invalid.xlsx";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| FILE.to_owned());

    // For the real service, use your own credentials and remove the sandbox and its `base_url`.
    let sandbox = Sandbox::builder().start().await?;
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let reseller = Reseller::connect(config).await?;
    let acme = reseller.company("Acme LLC").await?; // by name or id

    // Up to the preview, nothing is written.
    let mut import = acme.import_users(Sheet::open(&file)?).start();
    while let Some(progress) = import.try_next().await? {
        println!("{progress}");
    }
    let preview = import.await?;
    println!("{preview}");
    for problem in preview.rejected() {
        println!("{problem}");
    }

    // The confirmation consumes the preview, so that it cannot be confirmed twice.
    let mut import = preview.confirm();
    while let Some(progress) = import.try_next().await? {
        println!("{progress}");
    }
    let receipt = import.await?;
    println!("{receipt}");
    Ok(())
}
