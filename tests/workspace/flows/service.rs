//! A sandbox in either dialect, and a signed-in reseller with a manual clock.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keepnet_client::{ManualClock, RetryPolicy, SeededRandom};
use keepnet_flows::{ClientConfig, Company, Credentials, Reseller};
use keepnet_sandbox::{Builder, Dialect, Sandbox};
use serde_json::Value;

pub(crate) const DIALECTS: [Dialect; 2] = [Dialect::Documented, Dialect::Observed];
pub(crate) const ACME: &str = "xC5kfGz7w2Nz";
pub(crate) const GLOBEX: &str = "gL0bEx4mBh8Q";

pub(crate) struct Service {
    pub(crate) sandbox: Sandbox,
    pub(crate) reseller: Reseller,
    pub(crate) clock: Arc<ManualClock>,
}

impl Service {
    pub(crate) async fn start(dialect: Dialect) -> Service {
        Service::build(Sandbox::builder().dialect(dialect)).await
    }

    pub(crate) async fn build(builder: Builder) -> Service {
        // The sandbox checks each request and response against the contract; a violation fails the test.
        let sandbox = builder.validate_against_contract().start().await.unwrap();
        let (config, clock) = config(sandbox.url(), "sandbox-client", "sandbox-secret");
        Service {
            reseller: Reseller::connect(config).await.unwrap(),
            sandbox,
            clock,
        }
    }

    /// The same reseller, signed in a second time as another process would be.
    pub(crate) async fn another(&self) -> Reseller {
        let (config, _) = config(self.sandbox.url(), "sandbox-client", "sandbox-secret");
        Reseller::connect(config).await.unwrap()
    }

    pub(crate) async fn company(&self, name: &str) -> Company {
        self.reseller.company(name).await.unwrap()
    }

    /// The state of a company, by its id.
    pub(crate) fn state_of(&self, id: &str) -> Value {
        let state = self.sandbox.state();
        let mut companies = state["companies"].as_array().unwrap().iter();
        companies
            .find(|company| company["id"] == id)
            .unwrap()
            .clone()
    }

    pub(crate) fn created_in(&self, id: &str) -> u64 {
        self.state_of(id)["counters"]["created"].as_u64().unwrap()
    }

    pub(crate) fn counter(&self, name: &str) -> u64 {
        self.sandbox.state()["counters"][name].as_u64().unwrap()
    }
}

/// The configuration for a service on loopback, with a clock that does not wait.
pub(crate) fn config(url: &str, id: &str, secret: &str) -> (ClientConfig, Arc<ManualClock>) {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let clock = Arc::new(ManualClock::new(start));
    let config = ClientConfig::new(Credentials::new(id, secret))
        .base_url(url)
        .retry(RetryPolicy::default())
        .random(Arc::new(SeededRandom::new(7)))
        .clock(clock.clone());
    (config, clock)
}
