use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// Rows shift by as many as come before them, so one that shows again was seen not long ago.
const KEPT: usize = 10_000;

/// The ids of the latest rows, some 100 bytes each.
pub(super) struct Recent {
    known: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
    most: usize,
}

impl Recent {
    /// Keeps the ids of two pages of this size, or of more.
    pub(super) fn of_pages(size: u32) -> Recent {
        let two_pages = usize::try_from(size).unwrap_or(KEPT).saturating_mul(2);
        Recent {
            known: HashSet::new(),
            order: VecDeque::new(),
            most: two_pages.max(KEPT),
        }
    }

    /// Whether the id was not there. A row without an id cannot be told from another, so it counts
    /// as new.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        if id.is_empty() {
            return true;
        }
        if self.known.contains(id) {
            return false;
        }
        if self.order.len() == self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        let id: Arc<str> = id.into();
        self.order.push_back(Arc::clone(&id));
        self.known.insert(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_ids_are_known_and_older_ones_forgotten() {
        let mut recent = Recent::of_pages(1);
        for number in 0..=KEPT {
            assert!(recent.insert(&number.to_string()));
        }
        let mut check = |id: &str, is_new: bool| assert_eq!(recent.insert(id), is_new, "{id:?}");
        check("10000", false);
        check("1", false);
        check("0", true);
        check("1", true);
        check("", true);
        check("", true);
        assert_eq!(recent.known.len(), KEPT);
        assert_eq!(Recent::of_pages(99_999).most, 199_998);
    }
}
