//! Importing users from a file: upload, mapping, preview, import.

mod commit;
mod mapping;
mod preview;
mod rows;
mod upload;

pub(crate) use commit::{advance as advance_import, process_errors, start};
pub(crate) use mapping::{advance as advance_mapping, create_mapping, mapping_job};
pub(crate) use preview::{export_preview, preview};
pub(crate) use upload::{example_file, reopen, upload, upload_summary};

use crate::envelope::Failure;
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::state::{Stage, Transaction, World};

/// The id of a transaction of the call's company that is there and has not expired: 404 for any
/// other.
fn transaction_id(world: &World, call: &Call, text: &str) -> Result<ResourceId, Failure> {
    let gone = || Failure::not_found("The transaction was not found; it may have expired");
    let id = text.parse().map_err(|_| gone())?;
    let transaction: &Transaction = world.transactions.get(&id).ok_or_else(gone)?;
    let age = call
        .core
        .settings
        .clock
        .now()
        .duration_since(transaction.created)
        .unsigned_abs();
    let expired = call
        .rules()
        .transaction_lifetime
        .is_some_and(|lifetime| age >= lifetime);
    if transaction.company != call.company || transaction.stage == Stage::Replaced || expired {
        return Err(gone());
    }
    Ok(id)
}

/// The same, for the transaction that the path names.
fn transaction_in_path(world: &World, call: &Call) -> Result<ResourceId, Failure> {
    transaction_id(world, call, call.params.get("transactionId"))
}
