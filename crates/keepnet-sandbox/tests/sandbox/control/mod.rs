//! What a test can set and read: faults, stubs, expectations, snapshots.

mod expectations;
mod faults;
mod inspection;
mod request_waits;
mod snapshots;
mod stubs;
