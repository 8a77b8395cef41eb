//! Imports whose process is killed: at each request, before and after it takes effect, and at each
//! file-system call of each ticket, before and after. Carried on, they end as if nothing had been.

mod child;
mod gate;
mod run;

use std::time::Instant;

use futures::StreamExt as _;
use keepnet_flows::ImportMode;
use keepnet_sandbox::Dialect;

use run::{Case, Ending};

/// So many children at a time.
const BESIDE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_import_that_is_killed_anywhere_and_carried_on_ends_as_if_it_had_not_been() {
    use Dialect::{Documented, Observed};
    let case = |dialect, mode, with_group, expires, stride| Case {
        dialect,
        mode,
        with_group,
        expires,
        stride,
    };
    let cases = [
        case(Observed, ImportMode::All, true, false, 1),
        case(Documented, ImportMode::All, false, true, 4),
        case(Observed, ImportMode::New, false, true, 4),
        case(Documented, ImportMode::New, true, false, 6),
        case(Observed, ImportMode::Selected, false, false, 7),
        case(Documented, ImportMode::Selected, true, true, 6),
        case(Observed, ImportMode::Existing, false, false, 7),
    ];
    let started = Instant::now();
    let mut kills = 0;
    for case in cases {
        let (points, expected) = case.uninterrupted().await;
        let places = (1..=points).step_by(case.stride);
        let endings: Vec<(usize, Ending)> = futures::stream::iter(places)
            .map(|place| async move { (place, case.killed_at(place).await) })
            .buffer_unordered(BESIDE)
            .collect()
            .await;
        for (place, ending) in &endings {
            assert_eq!(
                ending.state, expected,
                "{case:?} killed at point {place} of {points}"
            );
            kills += ending.kills;
        }
    }
    println!("{kills} kill points in {:.1?}", started.elapsed());
    assert!(kills >= 200, "{kills}");
}
