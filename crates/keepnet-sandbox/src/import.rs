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

/// Makes the transaction expire that a call names by its id or by the id of its mapping job.
pub(crate) fn expire_named(world: &mut World, call: &Call) {
    let in_body = call
        .fields()
        .ok()
        .and_then(|body| body.text("transactionId").ok().flatten());
    let named = [in_body, Some(call.params.get("transactionId"))];
    let ids: Vec<ResourceId> = named
        .into_iter()
        .flatten()
        .filter_map(|text| text.parse().ok())
        .collect();
    let job = call.params.get("resourceId").parse().ok();
    for transaction in world.transactions.values_mut() {
        let mapped_by = transaction.mapping.as_ref().map(|mapping| mapping.job);
        let is_named = ids.contains(&transaction.id) || (job.is_some() && job == mapped_by);
        if is_named && transaction.company == call.company {
            transaction.stage = Stage::Expired;
        }
    }
}

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
    let gone_for_good = matches!(transaction.stage, Stage::Replaced | Stage::Expired);
    if transaction.company != call.company || gone_for_good || expired {
        return Err(gone());
    }
    Ok(id)
}

/// The same, for the transaction that the path names.
fn transaction_in_path(world: &World, call: &Call) -> Result<ResourceId, Failure> {
    transaction_id(world, call, call.params.get("transactionId"))
}
