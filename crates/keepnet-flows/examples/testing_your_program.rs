//! Tests your own program against the sandbox, with faults.
//!
//! `cargo test -p keepnet-flows testing_your_program` runs the tests below. In your own package, put
//! `keepnet-sandbox` under `[dev-dependencies]` and run `cargo test`.
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use keepnet_flows::{ClientConfig, Company, Credentials, Reseller, Result, TryStreamExt};
use keepnet_sandbox::Sandbox;

/// Your program: finds the active users who are not on the list of the staff.
async fn find_leavers(acme: &Company, staff: &[&str]) -> Result<Vec<String>> {
    let mut leavers = Vec::new();
    let mut users = acme.users().active().stream();
    while let Some(user) = users.try_next().await? {
        if !staff.contains(&user.email.as_str()) {
            leavers.push(user.email);
        }
    }
    Ok(leavers)
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let staff = ["ada@acme.example", "bob@acme.example"];
    for leaver in find_leavers(&acme(&sandbox).await?, &staff).await? {
        println!("{leaver}");
    }
    Ok(())
}

/// For the real service, use your own credentials and remove `base_url`.
async fn acme(sandbox: &Sandbox) -> Result<Company> {
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    Reseller::connect(config).await?.company("Acme LLC").await
}

#[cfg(test)]
mod tests {
    use super::*;
    use keepnet_flows::ErrorKind;

    const SEARCH: &str = "POST /api/target-users/search";

    #[tokio::test]
    async fn leavers_are_found_when_the_service_is_busy() {
        let fault = format!("status=503,on={SEARCH},count=2").parse().unwrap();
        let sandbox = Sandbox::builder().fault(fault).start().await.unwrap();
        let staff = ["ada@acme.example", "cem@acme.example", "sam@acme.example"];
        let leavers = find_leavers(&acme(&sandbox).await.unwrap(), &staff).await;
        assert_eq!(leavers.unwrap(), ["bob@acme.example"]);

        let requests = sandbox.requests();
        let searches = requests
            .iter()
            .filter(|it| it.operation.as_deref() == Some(SEARCH));
        assert!(searches.map(|it| it.status).eq([503, 503, 200]));
    }

    #[tokio::test]
    async fn missing_permission_is_an_error() {
        let fault = format!("status=403,on={SEARCH}").parse().unwrap();
        let sandbox = Sandbox::builder().fault(fault).start().await.unwrap();
        let leavers = find_leavers(&acme(&sandbox).await.unwrap(), &[]).await;
        assert_eq!(leavers.unwrap_err().kind(), ErrorKind::Permission);
    }
}
