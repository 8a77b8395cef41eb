//! A sandbox and the clock that it shares with its client, and what is in the sandbox.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keepnet_client::{Clock as _, ManualClock, SeededRandom};
use keepnet_flows::client::Timeouts;
use keepnet_flows::{ClientConfig, Credentials, FileFormat};
use keepnet_sandbox::{Dialect, Fault, Rules, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::flow::{Claim, Flow, STAFF_LIST};
use crate::flows::service::ACME;

/// What the client lets a socket keep it waiting where a fault of a cell is slower than that.
pub(super) const SHORT: Duration = Duration::from_secs(1);
/// So much time goes by whenever the service looks at its clock.
const TICK: Duration = Duration::from_millis(100);

/// Where one run of a flow takes place.
pub(super) struct Site {
    pub(super) sandbox: Sandbox,
    clock: Arc<ManualClock>,
    begun: SystemTime,
    seed: u64,
    timeouts: Timeouts,
    folder: TempDir,
}

/// What counts in the end: who is in the company, and in which groups.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) emails: Vec<String>,
    users: Value,
    groups: Vec<(String, u64)>,
}

/// A flow that ran without a fault.
pub(super) struct Undisturbed {
    pub(super) flow: Flow,
    pub(super) dialect: Dialect,
    /// Each operation that it called, and how often.
    pub(super) steps: BTreeMap<String, u64>,
    pub(super) claim: Claim,
    pub(super) held: Held,
}

impl Undisturbed {
    pub(super) async fn of(flow: Flow, dialect: Dialect, seed: u64) -> Arc<Undisturbed> {
        let site = Site::start(dialect, seed, flow.token_lifetime(), Vec::new()).await;
        let claim = flow.run(&site).await.unwrap();
        let mut steps = BTreeMap::new();
        for request in site.sandbox.requests() {
            *steps.entry(request.operation.unwrap()).or_default() += 1;
        }
        Arc::new(Undisturbed {
            flow,
            dialect,
            steps,
            claim,
            held: site.held(),
        })
    }

    pub(super) fn calls(&self) -> usize {
        self.steps.values().map(|count| *count as usize).sum()
    }
}

impl Site {
    /// A token that lasts to the end of any flow.
    pub(super) const LONG: Duration = Duration::from_secs(3600);

    pub(super) async fn start(
        dialect: Dialect,
        seed: u64,
        token_lifetime: Duration,
        faults: Vec<Fault>,
    ) -> Site {
        let begun = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = Arc::new(ManualClock::new(begun));
        let mut rules = Rules::default();
        rules.token_lifetime = token_lifetime;
        let read = Arc::clone(&clock);
        let ticking = move || {
            // Time goes by for the jobs, and not for the limits of a call.
            drop(read.sleep(TICK));
            read.now().try_into().unwrap()
        };
        let builder = Sandbox::builder()
            .dialect(dialect)
            .rules(rules)
            .clock(ticking)
            .users("Acme LLC", 30)
            .validate_against_contract();
        let builder = faults
            .into_iter()
            .fold(builder, |builder, fault| builder.fault(fault));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("staff.csv"), STAFF_LIST).unwrap();
        Site {
            sandbox: builder.start().await.unwrap(),
            clock,
            begun,
            seed,
            timeouts: Timeouts::default(),
            folder,
        }
    }

    /// Lets the client wait for a socket no longer than [`SHORT`].
    pub(super) fn impatient(mut self) -> Site {
        self.timeouts.first_byte = SHORT;
        self.timeouts.stall = SHORT;
        self.timeouts.attempt = SHORT * 2;
        self.timeouts.upload_answer = SHORT;
        self
    }

    /// A client of its own for each run.
    pub(super) fn config(&self) -> ClientConfig {
        ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret"))
            .base_url(self.sandbox.url())
            .timeouts(self.timeouts)
            .random(Arc::new(SeededRandom::new(self.seed)))
            .clock(Arc::<ManualClock>::clone(&self.clock))
    }

    /// How long it has been going on, by the injected clock.
    pub(super) fn elapsed(&self) -> Duration {
        self.clock.now().duration_since(self.begun).unwrap()
    }

    pub(super) fn staff_list(&self) -> PathBuf {
        self.folder.path().join("staff.csv")
    }

    pub(super) fn exported(&self, format: FileFormat) -> PathBuf {
        self.folder.path().join(format.extension())
    }

    /// The files beside the staff list.
    pub(super) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "staff.csv").collect()
    }

    /// The companies as `/_sandbox/state` shows them.
    pub(super) fn companies(&self) -> Vec<Value> {
        self.sandbox.state()["companies"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// Whether anything was written since the companies were like this.
    pub(super) fn has_changed(&self, before: &[Value]) -> bool {
        self.companies() != before || self.sandbox.state()["transactions"] != json!([])
    }

    pub(super) fn acme(&self) -> Value {
        let mut companies = self.companies().into_iter();
        companies.find(|company| company["id"] == ACME).unwrap()
    }

    pub(super) fn held(&self) -> Held {
        let acme = self.acme();
        let groups = acme["groups"].as_array().unwrap().iter();
        let mut groups: Vec<_> = groups
            .map(|group| {
                let name = group["name"].as_str().unwrap().to_lowercase();
                (name, group["members"].as_u64().unwrap())
            })
            .collect();
        groups.sort();
        Held {
            emails: emails(&acme),
            users: acme["users"].clone(),
            groups,
        }
    }

    /// Waits until no job of the sandbox goes on any more.
    pub(super) async fn settle(&self) {
        let goes_on =
            |job: &Value| !["Completed", "Failed"].contains(&job["statusName"].as_str().unwrap());
        while self.sandbox.state()["jobs"]
            .as_array()
            .unwrap()
            .iter()
            .any(goes_on)
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The addresses of a company in lower case, sorted, each as often as it is there.
pub(super) fn emails(company: &Value) -> Vec<String> {
    let emails = company["emails"].as_array().unwrap().iter();
    let mut emails: Vec<_> = emails
        .map(|it| it.as_str().unwrap().to_lowercase())
        .collect();
    emails.sort();
    emails
}
