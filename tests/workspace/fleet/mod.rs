//! One run for many customers.

mod beside;
mod customers;
mod imports;
mod ledgers;
mod single;
mod syncs;
mod warnings;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use keepnet_flows::{FleetEvent, FleetOutcome};

/// How the customers of a run ended, in the order of their ids.
async fn ended(run: BoxStream<'static, FleetEvent>) -> Vec<FleetOutcome> {
    let outcomes = run.filter_map(async |event| event.into_outcome());
    let mut outcomes: Vec<_> = outcomes.collect().await;
    outcomes.sort_by(|a, b| a.company_id.cmp(&b.company_id));
    outcomes
}
