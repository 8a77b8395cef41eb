//! What all calls of a client together may spend on retries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::CompanyId;

/// Bounds the retries of all calls of a client together, so that a service in trouble is not kept
/// there by its clients. A retry takes one, a success gives one back; so there are never more retries
/// than the budget and the successes together.
///
/// A company may have lost at most as many as are left for all others: one that fails for ever leaves
/// half of the budget to them.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    size: u32,
    account: Mutex<Account>,
}

#[derive(Debug)]
struct Account {
    left: u32,
    /// How many retries each company has lost, without those that it has got back.
    lost: HashMap<CompanyId, u32>,
}

impl RetryBudget {
    pub(crate) fn new(size: u32) -> Arc<Self> {
        Arc::new(Self {
            size,
            account: Mutex::new(Account {
                left: size,
                lost: HashMap::new(),
            }),
        })
    }

    /// Pays for a retry of a call in this company, or of one without a company, which has no share of
    /// its own; `None` if nothing is left.
    pub(crate) fn withdraw(self: &Arc<Self>, company: Option<&CompanyId>) -> Option<PaidRetry> {
        let mut account = self.lock();
        let left = account.left.checked_sub(1)?;
        if let Some(company) = company {
            let lost = account.lost.get(company).copied().unwrap_or_default();
            if lost > left {
                return None;
            }
            account.lost.insert(company.clone(), lost + 1);
        }
        account.left = left;
        Some(PaidRetry {
            budget: Some(Arc::clone(self)),
            company: company.cloned(),
        })
    }

    /// Records a success, with whichever try.
    pub(crate) fn succeeded(&self, company: Option<&CompanyId>) {
        self.give_back(company);
    }

    fn give_back(&self, company: Option<&CompanyId>) {
        let mut account = self.lock();
        account.left = account.left.saturating_add(1).min(self.size);
        if let Some(company) = company
            && let Some(lost) = account.lost.get_mut(company)
        {
            *lost -= 1;
            if *lost == 0 {
                account.lost.remove(company);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A retry that is paid for. Dropped before it is sent, it goes back into the budget.
#[derive(Debug)]
pub(crate) struct PaidRetry {
    budget: Option<Arc<RetryBudget>>,
    company: Option<CompanyId>,
}

impl PaidRetry {
    /// The retry is sent now.
    pub(crate) fn spend(mut self) {
        self.budget = None;
    }
}

impl Drop for PaidRetry {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.give_back(self.company.as_ref());
        }
    }
}
