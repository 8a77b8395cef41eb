//! Calls operations that no flow covers, through the raw client, with options for a single call.
//!
//! `cargo run -p keepnet-flows --example raw_operation`. The documentation of
//! `keepnet_client::ScopedClient` lists all operations with the cargo feature of each.
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::time::Duration;

use keepnet_flows::client::types::UpdateTargetUserRequest;
use keepnet_flows::{ClientConfig, Credentials, Reseller, TryStreamExt};
use keepnet_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // For the real service, use your own credentials and remove the sandbox and its `base_url`.
    let sandbox = Sandbox::builder().start().await?;
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let reseller = Reseller::connect(config).await?;
    let acme = reseller.company("Acme LLC").await?;
    let mut found = acme.users().search("bob@acme.example").stream();
    let bob = found.try_next().await?.ok_or("no user has this address")?;

    // Each call of `acme.raw()` carries the id of the company, and awaiting it gives the data.
    let call = acme.raw().get_target_user(&bob.id);
    let call = call.deadline(Duration::from_secs(20)).no_retry();
    let (user, response) = call.with_response().await?;
    println!("HTTP {} in {} try", response.status(), response.tries());
    println!("department: {}", user.department.unwrap_or_default());

    // A request has a setter for each field; the fields are public as well. What is not set is not
    // sent, unless the contract requires it.
    let mut change = UpdateTargetUserRequest::default()
        .email(bob.email)
        .phone_number(user.phone_number.unwrap_or_default())
        .department("Support");
    change.first_name = user.first_name;
    change.last_name = user.last_name;
    acme.raw().update_target_user(&bob.id, &change).await?;
    let user = acme.raw().get_target_user(&bob.id).await?;
    println!("department: {}", user.department.unwrap_or_default());

    // A response without data is an error, unless the call is optional.
    acme.raw().delete_target_user(&bob.id).optional().await?;
    if let Some(deleted) = acme.count_users().await?.deleted {
        println!("deleted: {deleted}");
    }
    Ok(())
}
