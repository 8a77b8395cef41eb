//! Makes the people of a customer those of a staff list: who joins, who changes, who leaves.
//!
//! `cargo run -p keepnet-flows --example sync`. The ticket is kept in memory, and the first run is
//! dropped in the middle, as if it had been interrupted.
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use keepnet_flows::{
    ClientConfig, Credentials, Leavers, Reseller, Share, Sheet, TicketMemory, TryStreamExt,
};
use keepnet_sandbox::Sandbox;

/// The people who work at the customer now.
const LIST: &str = "Email,First Name,Last Name,Department\n\
    ada@acme.example,Ada,Winter,Finance\n\
    bob@acme.example,Bob,Summer,Marketing\n\
    sam@acme.example,Sam,Synced,IT\n\
    nia@acme.example,Nia,Starter,Sales\n";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    // For the real service, use your own credentials and remove `base_url`.
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let acme = Reseller::connect(config).await?.company("Acme LLC").await?;

    let tickets = TicketMemory::new(); // or a `TicketFolder`, or a store of your own
    let list = || Sheet::from_bytes("hr.csv", LIST);
    let settings = || -> Result<_, Box<dyn std::error::Error>> {
        let sync = acme.sync_users(list()?).leavers(Leavers::Deactivate);
        Ok(sync.at_most_leavers(Share::percent(50)).ticket(&tickets))
    };
    let plan = settings()?.plan().await?; // reads only
    println!("{plan}");
    for row in plan.rows() {
        println!("{} {}", row.action, row.email);
    }
    plan.ensure_allowed()?;

    let mut running = plan.apply();
    running.try_next().await?;
    drop(running); // nothing more is written

    let ticket = acme.unfinished_sync(&tickets).await?;
    let ticket = ticket.ok_or("the run was not interrupted")?;
    let receipt = acme.resume_sync(&tickets, &ticket).sheet(list()?).await?;
    println!("{receipt}");

    let again = settings()?.plan().await?;
    println!("to write again: {}", again.counts().to_write());
    Ok(())
}
