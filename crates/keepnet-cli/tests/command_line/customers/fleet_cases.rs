//! The cases of the benchmark of fleets, with a few people.

#[path = "../../../benches/fleet/cases.rs"]
mod cases;
#[path = "../../../benches/fleet/customers.rs"]
mod customers;
#[path = "../../../benches/fleet/program.rs"]
mod program;

use cases::{Size, check_changed, check_unchanged};

const SIZE: Size = Size {
    customers: 12,
    people: 40,
    in_loop: 2,
    customer_timeout: Some("10s"),
};

#[test]
fn fleet_without_changes_writes_nothing() {
    let figures = check_unchanged(&SIZE).unwrap();
    assert!(figures.contains("0 writes"), "{figures}");
}

#[test]
fn fleet_ends_beside_customers_that_go_wrong() {
    let figures = check_changed(&SIZE).unwrap();
    assert!(figures.contains("8 done, exit 5"), "{figures}");
}
