//! Choosing customers, and what is known of each of them.

mod billing;
mod companies;
mod company_checks;
mod company_lists;
mod many_companies;
