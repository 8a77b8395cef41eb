//! The people of a customer, and a list with joiners, movers and leavers.

use std::collections::BTreeMap;

use keepnet_sandbox::Seed;
use serde_json::{Value, json};

/// What is known of a person: the department, and whether they are active.
pub(crate) type People = BTreeMap<String, (String, bool)>;

/// The ids of the customers of a fleet begin with this.
pub(crate) const CUSTOMER: &str = "cuSt";

pub(crate) struct Staff {
    number: usize,
}

/// How many people a customer has before.
const PRESENT: usize = 20;
/// They get another department.
const MOVERS: [usize; 4] = [3, 4, 5, 6];
/// This person is inactive, and the list has them.
const RETURNER: usize = 7;
/// The list does not have them.
const LEAVERS: [usize; 2] = [19, 20];

impl Staff {
    pub(crate) fn of_customer(number: usize) -> Staff {
        Staff { number }
    }

    pub(crate) fn joiners(&self) -> u64 {
        5 + self.number as u64 % 3
    }

    /// The list: all but the leavers, and the joiners.
    pub(crate) fn list(&self) -> String {
        let mut list = "First name,Last name,Email,Department\n".to_owned();
        let joiners = 101..=100 + self.joiners() as usize;
        let stay = (1..=PRESENT).filter(|it| !LEAVERS.contains(it));
        for person in stay.chain(joiners) {
            let (email, department) = (self.email(person), department(person));
            list += &format!("Nia{person},Novak,{email},{department}\n");
        }
        list
    }

    /// The people of the customer after its synchronization.
    pub(crate) fn after(&self) -> People {
        let joiners = 101..=100 + self.joiners() as usize;
        let people = (1..=PRESENT).chain(joiners);
        people
            .map(|it| (self.email(it), (department(it), !LEAVERS.contains(&it))))
            .collect()
    }

    /// Customers of the reseller, each with its people as they are before.
    pub(crate) fn seed(staffs: &[Staff]) -> Seed {
        let customers = staffs.iter().map(|staff| {
            let users = (1..=PRESENT).map(|person| {
                json!({"email": staff.email(person), "firstName": format!("Nia{person}"),
                    "lastName": "Novak", "department": "Sales", "active": person != RETURNER})
            });
            json!({"name": format!("Customer {}", staff.number), "id": id_of(staff.number),
                "reseller": "Reseller", "users": users.collect::<Vec<Value>>()})
        });
        let reseller = json!({"name": "Reseller", "id": "reSeller0001"});
        let companies: Vec<Value> = [reseller].into_iter().chain(customers).collect();
        let client = json!({"clientId": "sandbox-client", "clientSecret": super::worker_pool::SECRET,
            "role": "reseller", "company": "Reseller"});
        let seed = json!({"companies": companies, "clients": [client]});
        Seed::from_json(&seed.to_string()).unwrap()
    }

    fn email(&self, person: usize) -> String {
        format!("nia.{person}@customer-{}.example", self.number)
    }
}

/// The id of a customer of a fleet.
pub(crate) fn id_of(number: usize) -> String {
    format!("{CUSTOMER}{number:08}")
}

/// The settings of a synchronization with such a list.
pub(crate) fn list_options(file: &str) -> Value {
    json!({"file": file, "activate": true, "at_most_leavers": {"percent": 20.0}})
}

fn department(person: usize) -> String {
    let moves = MOVERS.contains(&person);
    if moves { "Legal" } else { "Sales" }.to_owned()
}
