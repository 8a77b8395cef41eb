//! What the build step generates from the contract; nothing here is edited by hand.
#![allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "generated code follows the contract, not our lints"
)]

include!(concat!(env!("OUT_DIR"), "/client.rs"));
