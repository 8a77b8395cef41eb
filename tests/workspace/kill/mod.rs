//! Imports whose process is killed: before and after each request, and before and after each write of
//! the ticket. What the disk holds between the calls of a write is a test beside the ticket. Resumed, they end in the same state as without the kill.

mod child;
mod fleet;
mod gate;
mod run;
mod sync;

use std::time::Instant;

use futures::StreamExt as _;
use keepnet_flows::ImportMode;
use keepnet_sandbox::Dialect;

use run::{Case, Outcome};

/// How many child processes run at a time.
const CONCURRENT: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_import_resumes_to_the_same_state() {
    let observed = Case {
        dialect: Dialect::Observed,
        mode: ImportMode::All,
        with_group: false,
        expires: false,
        stride: 1,
    };
    let documented = Case {
        dialect: Dialect::Documented,
        stride: 3,
        ..observed
    };
    let cases = [
        Case {
            with_group: true,
            ..observed
        },
        Case {
            expires: true,
            stride: 3,
            ..documented
        },
        Case {
            mode: ImportMode::New,
            expires: true,
            stride: 4,
            ..observed
        },
        Case {
            mode: ImportMode::New,
            with_group: true,
            ..documented
        },
        Case {
            mode: ImportMode::Selected,
            stride: 4,
            ..observed
        },
        Case {
            mode: ImportMode::Selected,
            with_group: true,
            expires: true,
            ..documented
        },
        Case {
            mode: ImportMode::Existing,
            stride: 4,
            ..observed
        },
    ];
    let started = Instant::now();
    let mut kills = 0;
    for case in cases {
        let (points, expected) = case.uninterrupted().await;
        let kill_points = (1..=points).step_by(case.stride);
        let outcomes: Vec<(usize, Outcome)> = futures::stream::iter(kill_points)
            .map(|point| async move { (point, case.killed_at(point).await) })
            .buffer_unordered(CONCURRENT)
            .collect()
            .await;
        for (point, outcome) in &outcomes {
            assert_eq!(
                outcome.state, expected,
                "{case:?} killed at point {point} of {points}"
            );
            kills += outcome.kills;
        }
    }
    println!("{kills} kill points in {:.1?}", started.elapsed());
    assert!(kills >= 200, "{kills}");
}
