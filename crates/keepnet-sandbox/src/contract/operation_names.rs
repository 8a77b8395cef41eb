//! The names of all operations of the contract.

/// The operations of the contract, each as `METHOD /path/{placeholder}`.
pub(crate) fn operation_names() -> impl Iterator<Item = &'static str> {
    include_str!(concat!(env!("OUT_DIR"), "/operations.txt")).lines()
}
