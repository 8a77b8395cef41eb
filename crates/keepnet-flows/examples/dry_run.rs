//! Shows what an import would change, field by field. Nothing is written.
//!
//! `cargo run -p keepnet-flows --example dry_run`
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use keepnet_flows::{ClientConfig, Credentials, Reseller, Sheet, TryStreamExt};
use keepnet_sandbox::Sandbox;

const PEOPLE: &str = "\
E-mail,First name,Department
ada@acme.example,Ada,Finance
bob@acme.example,Bob,Finance
nia@acme.example,Nia,Sales
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("people.csv");
    std::fs::write(&file, PEOPLE)?;

    // For the real service, use your own credentials and remove the sandbox and its `base_url`.
    let sandbox = Sandbox::builder().start().await?;
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let reseller = Reseller::connect(config).await?;
    let acme = reseller.company("Acme LLC").await?;

    let preview = acme.import_users(Sheet::open(&file)?).await?;
    println!("{preview}");

    // The comparison reads the file again and fetches the users who exist.
    let mut changes = preview.changes(Sheet::open(&file)?);
    while let Some(user) = changes.try_next().await? {
        for field in &user.fields {
            let old = field.old.as_deref().unwrap_or("(none)");
            let label = field.field.label();
            println!("{}: {label} {old} -> {}", user.email, field.new);
        }
    }
    println!("{}", changes.counts());

    // The preview is dropped without a confirmation, so the company stays as it was.
    let counters = &sandbox.state()["counters"];
    println!("users created: {}", counters["usersCreated"]);
    Ok(())
}
