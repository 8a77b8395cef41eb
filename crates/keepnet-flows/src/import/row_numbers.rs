//! Rows of a file, by their numbers alone.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rows of a file as a spreadsheet numbers them, kept as ranges: `[[2, 26], [28, 28]]` in JSON.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RowNumbers(Vec<(u32, u32)>);

impl RowNumbers {
    /// Whether `row` is one of them.
    pub fn contains(&self, row: u32) -> bool {
        let before = self.0.partition_point(|(first, _)| *first <= row);
        before > 0 && row <= self.0[before - 1].1
    }

    /// How many they are.
    pub fn len(&self) -> u64 {
        let ranges = self.0.iter();
        ranges
            .map(|(first, last)| u64::from(last.saturating_sub(*first)) + 1)
            .sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|(first, last)| *first..=*last)
    }
}

/// In any order, and repeated or not.
impl FromIterator<u32> for RowNumbers {
    fn from_iter<I: IntoIterator<Item = u32>>(rows: I) -> RowNumbers {
        let mut rows: Vec<u32> = rows.into_iter().collect();
        rows.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for row in rows {
            match ranges.last_mut() {
                Some((_, last)) if row <= last.saturating_add(1) => *last = row,
                _ => ranges.push((row, row)),
            }
        }
        RowNumbers(ranges)
    }
}

impl fmt::Debug for RowNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_as_ranges() {
        let check = |rows: &[u32], expected: &[(u32, u32)]| {
            let kept: RowNumbers = rows.iter().copied().collect();
            assert_eq!(kept.0, expected, "{rows:?}");
            let mut sorted = rows.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(kept.iter().collect::<Vec<_>>(), sorted);
            assert_eq!(kept.len(), sorted.len() as u64);
            for row in 0..12 {
                assert_eq!(kept.contains(row), rows.contains(&row), "{rows:?} {row}");
            }
        };
        check(&[], &[]);
        check(&[5], &[(5, 5)]);
        check(&[4, 2, 3, 3], &[(2, 4)]);
        check(&[2, 3, 5, 9, 8], &[(2, 3), (5, 5), (8, 9)]);
        check(&[u32::MAX, u32::MAX - 1], &[(u32::MAX - 1, u32::MAX)]);
    }
}
