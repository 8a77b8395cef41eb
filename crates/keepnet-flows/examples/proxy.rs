//! Reaches the service through an HTTP proxy, with other time-outs and fewer tries.
//!
//! `cargo run -p keepnet-flows --example proxy`
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::time::Duration;

use keepnet_flows::client::{RetryPolicy, Timeouts};
use keepnet_flows::{ClientConfig, Credentials, Reseller};
use keepnet_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Here, the sandbox acts as the proxy: it responds to requests for any host, and no server runs at
    // the base URL. For the real service, use your own credentials and your proxy, and remove the
    // sandbox. Keep `base_url` only for another installation of the service.
    let sandbox = Sandbox::builder().start().await?;
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials)
        .base_url("http://localhost:1")
        .proxy(sandbox.url())
        .timeouts(
            Timeouts::default()
                .connect(Duration::from_secs(2))
                .attempt(Duration::from_secs(120)),
        )
        .retry(RetryPolicy::default().max_tries(2))
        .application("staff-sync/2.1"); // first in the user agent

    // The environment is not read: without `proxy`, there is none.
    let reseller = Reseller::connect(config).await?;
    let account = reseller.account().await?;
    println!("signed in as {}", account.role.unwrap_or_default());
    println!("requests at the proxy: {}", sandbox.requests().len());
    Ok(())
}
