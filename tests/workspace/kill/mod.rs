//! Flows whose process is killed: before and after each request, and before and after each write of the
//! ticket of an import. Resumed or run again, they end in the same state as without the kill. That an
//! interrupted write leaves the old or the new ticket is a test of the ticket folder.

mod child;
mod fleet;
mod gate;
mod gated_tickets;
mod import;
mod sync;

use std::fmt::Debug;

use futures::StreamExt as _;
use keepnet_flows::{Company, TicketFolder};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

use child::{company_at, kill_at_gate, tickets_in};
use gate::Gate;

use crate::flows::service::Service;

/// How many child processes run at a time.
const CONCURRENT: usize = 4;

/// A flow with its settings, which is killed and finished by another process.
trait KilledFlow: Copy + Debug {
    /// The test that runs the flow in a child process.
    const CHILD: &str;
    /// The name and the content of the staff list.
    const LIST: (&str, &str);

    fn dialect(&self) -> Dialect;

    /// The case, as the child process gets it.
    fn to_text(&self) -> String;

    /// What is in the service before the flow starts.
    async fn prepare(&self, _setup: &Setup) {}

    /// What happens between the kill and the process that finishes the flow.
    async fn after_kill(&self, _setup: &Setup) {}

    /// Finishes the flow, and checks that nothing is left to do.
    async fn finish(&self, setup: &Setup, acme: &Company);

    /// Writes the address of the service into the tickets, which are bound to it.
    fn set_base_url(tickets: &TicketFolder, url: &str);

    /// What must be the same with and without a kill.
    fn state(setup: &Setup) -> Value;
}

/// A sandbox, and a folder with the file and the tickets.
struct Setup {
    service: Service,
    folder: TempDir,
}

/// Kills each case at every `stride`-th point of its flow. Returns how many processes were killed.
async fn kill_everywhere<F: KilledFlow>(cases: impl IntoIterator<Item = (F, usize)>) -> usize {
    let mut kills = 0;
    for (flow, stride) in cases {
        let (points, expected) = uninterrupted(flow).await;
        let outcomes: Vec<(usize, (Value, usize))> =
            futures::stream::iter((1..=points).step_by(stride))
                .map(|point| async move { (point, killed_at(flow, point).await) })
                .buffer_unordered(CONCURRENT)
                .collect()
                .await;
        for (point, (state, killed)) in &outcomes {
            assert_eq!(
                *state, expected,
                "{flow:?} killed at point {point} of {points}"
            );
            kills += killed;
        }
    }
    assert!(kills >= 200, "{kills}");
    kills
}

/// The number of points, and the final state without a kill.
async fn uninterrupted<F: KilledFlow>(flow: F) -> (usize, Value) {
    let setup = Setup::of(flow).await;
    let gate = Gate::open(setup.service.sandbox.url(), usize::MAX).await;
    let mut child = child::start(F::CHILD, &gate, setup.folder.path(), &flow.to_text());
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
    assert!(ended.await.unwrap().success(), "{flow:?}");
    (gate.points(), F::state(&setup))
}

/// Kills the flow at `point`, and every third time also the process that continues it. Returns the final
/// state, and how many processes were killed.
async fn killed_at<F: KilledFlow>(flow: F, point: usize) -> (Value, usize) {
    let setup = Setup::of(flow).await;
    let mut kills = usize::from(setup.kill(flow, point).await);
    if point.is_multiple_of(3) {
        kills += usize::from(setup.kill(flow, 7 + point * 5 % 60).await);
    }
    flow.after_kill(&setup).await;
    let url = setup.service.sandbox.url();
    F::set_base_url(&setup.tickets(), url);
    flow.finish(&setup, &company_at(url).await).await;
    (F::state(&setup), kills)
}

impl Setup {
    async fn of<F: KilledFlow>(flow: F) -> Setup {
        let folder = tempfile::tempdir().unwrap();
        let (name, content) = F::LIST;
        std::fs::write(folder.path().join(name), content).unwrap();
        let service = Service::build(Sandbox::builder().dialect(flow.dialect())).await;
        let setup = Setup { service, folder };
        flow.prepare(&setup).await;
        setup
    }

    fn tickets(&self) -> TicketFolder {
        tickets_in(self.folder.path())
    }

    /// Returns whether the child reached `point` and was killed; otherwise it ended by itself.
    async fn kill<F: KilledFlow>(&self, flow: F, point: usize) -> bool {
        let gate = Gate::open(self.service.sandbox.url(), point).await;
        // The ticket of an earlier child has the address of its gate.
        F::set_base_url(&self.tickets(), &format!("http://{}", gate.address()));
        let child = child::start(F::CHILD, &gate, self.folder.path(), &flow.to_text());
        kill_at_gate(child, &gate).await
    }
}
