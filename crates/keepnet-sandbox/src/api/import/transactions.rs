//! Finding the transaction of a call.

use jiff::Timestamp;

use crate::call::Call;
use crate::http::ApiError;
use crate::resource_id::ResourceId;
use crate::rules::Rules;
use crate::state::{Stage, State, Transaction};

/// Finds a transaction of the call's company by its id. An expired transaction returns 404 like an
/// unknown one.
pub(super) fn find_transaction<'s>(
    state: &'s mut State,
    call: &Call,
    id: &str,
) -> Result<&'s mut Transaction, ApiError> {
    let transaction = id
        .parse()
        .ok()
        .and_then(|id| state.transactions.get_mut(&id));
    let transaction = transaction.filter(|transaction| {
        transaction.company == call.company
            && !matches!(transaction.stage, Stage::Replaced | Stage::Expired)
            && !is_too_old(transaction, call.rules(), call.now())
    });
    transaction
        .ok_or_else(|| ApiError::not_found("The transaction was not found; it may have expired"))
}

/// Finds the transaction of the path.
pub(super) fn find_transaction_of_path<'s>(
    state: &'s mut State,
    call: &Call,
) -> Result<&'s mut Transaction, ApiError> {
    find_transaction(state, call, call.params.get("transactionId"))
}

/// Applies the fault `transaction-expires`: the transaction that a call names, by its own id or by
/// the id of its mapping job, expires.
pub(crate) fn expire_transaction_of_call(state: &mut State, call: &Call) {
    let in_body = call
        .body()
        .and_then(|body| body.text_or_empty("transactionId"));
    let names = |text: &str, id: ResourceId| text.parse().ok() == Some(id);
    for transaction in state.transactions.values_mut() {
        let id = transaction.id;
        let job = transaction.mapping.as_ref().map(|mapping| mapping.job);
        let is_named = in_body.as_ref().is_ok_and(|text| names(text, id))
            || names(call.params.get("transactionId"), id)
            || job.is_some_and(|job| names(call.params.get("resourceId"), job));
        if is_named && transaction.company == call.company {
            transaction.stage = Stage::Expired;
        }
    }
}

fn is_too_old(transaction: &Transaction, rules: &Rules, now: Timestamp) -> bool {
    let age = now.duration_since(transaction.created).unsigned_abs();
    rules
        .transaction_lifetime
        .is_some_and(|lifetime| age >= lifetime)
}
