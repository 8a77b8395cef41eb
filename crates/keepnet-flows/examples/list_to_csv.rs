//! Writes the active users of a company to standard output as CSV.
//!
//! `cargo run -p keepnet-flows --example list_to_csv > users.csv`

use keepnet_flows::{ClientConfig, Credentials, Reseller, TryStreamExt, escape_formula};
use keepnet_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // For the real service, use your own credentials and remove the sandbox and its `base_url`.
    let sandbox = Sandbox::builder().start().await?;
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let reseller = Reseller::connect(config).await?;
    let acme = reseller.company("Acme LLC").await?;

    let mut csv = csv::Writer::from_writer(std::io::stdout());
    csv.write_record(["E-mail", "First name", "Last name", "Department"])?;

    // The pages are fetched while the stream is read, so that memory does not grow with the list.
    let mut users = acme.users().active().stream();
    while let Some(user) = users.try_next().await? {
        let fields = [
            Some(user.email),
            user.first_name,
            user.last_name,
            user.department,
        ];
        // A spreadsheet would run a text that starts with `=` as a formula.
        let fields = fields.map(|field| escape_formula(&field.unwrap_or_default()).into_owned());
        csv.write_record(fields)?;
    }
    csv.flush()?;
    Ok(())
}
