//! Adds one person, then several, and prints the outcome of each.
//!
//! `cargo run -p keepnet-flows --example add`
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use keepnet_flows::{ClientConfig, Credentials, NewUser, Priority, Reseller};
use keepnet_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // For the real service, use your own credentials and remove the sandbox and its `base_url`.
    let sandbox = Sandbox::builder().start().await?;
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let reseller = Reseller::connect(config).await?;
    let acme = reseller.company("Acme LLC").await?;

    let nia = NewUser::new("nia@acme.example")
        .first_name("Nia")
        .last_name("Okoro")
        .priority(Priority::High);
    let added = acme.add_user(nia).group("All Staff").await?;
    println!("nia@acme.example: {:?}", added.outcome);

    // A person whose address exists is not added again, and an invalid address does not stop the
    // others.
    let people = ["ada@acme.example", "ole@acme.example", "not-an-address"];
    let report = acme.add_users(people.map(NewUser::new)).await?;
    for user in &report.users {
        let message = user.message.as_deref().unwrap_or_default();
        println!("person {}: {:?} {message}", user.number, user.outcome);
    }
    println!("{report}");
    Ok(())
}
