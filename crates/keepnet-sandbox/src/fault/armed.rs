//! The faults that are set, and how often each has struck.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Fault, Plan};

/// The faults of a running sandbox, in the order in which they were set.
#[derive(Debug, Default)]
pub(crate) struct Armed(Vec<Counted>);

#[derive(Debug)]
struct Counted {
    fault: Fault,
    /// Calls that it could have hit.
    calls: u64,
    hits: u64,
    dice: Dice,
}

impl Armed {
    pub(crate) fn new(faults: &[Fault]) -> Self {
        let mut armed = Self::default();
        faults.iter().cloned().for_each(|fault| armed.add(fault));
        armed
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(Counted {
            dice: Dice(fault.calls.seed.unwrap_or_default()),
            fault,
            calls: 0,
            hits: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().map(|counted| &counted.fault)
    }

    /// The body of `GET /_sandbox/faults`.
    pub(crate) fn to_json(&self) -> Value {
        let faults = self.0.iter().map(|counted| {
            json!({
                "fault": counted.fault.to_string(),
                "calls": counted.calls,
                "hits": counted.hits,
            })
        });
        faults.collect()
    }

    /// Counts a call and says what goes wrong with it.
    pub(crate) fn strike(&mut self, operation: Option<&str>) -> Plan {
        let mut plan = Plan::default();
        for counted in &mut self.0 {
            if counted.fault.concerns(operation) && counted.hits_next() {
                plan.add(&counted.fault, || counted.dice.roll());
            }
        }
        plan
    }
}

impl Counted {
    fn hits_next(&mut self) -> bool {
        self.calls += 1;
        let which = &self.fault.calls;
        let first = which.nth.unwrap_or(1);
        // Naming a call means that call, not all that follow.
        let most = which.count.or(which.nth.map(|_| 1)).unwrap_or(u64::MAX);
        if self.calls < first || self.hits >= most {
            return false;
        }
        // The dice fall for each call that counts, so that a seed picks the same calls every time.
        let hit = which.chance.is_none_or(|chance| self.dice.roll() < chance);
        self.hits += u64::from(hit);
        hit
    }
}

/// Random numbers from 0 up to 1, the same for the same seed (SplitMix64).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A duration between two others.
pub(super) fn between(from: Duration, to: Duration, part: f64) -> Duration {
    from + (to - from).mul_f64(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(spec: &str, calls: usize) -> Vec<usize> {
        let mut armed = Armed::new(&[spec.parse().unwrap()]);
        (1..=calls)
            .filter(|_| !armed.strike(Some("GET /api/jobs")).is_empty())
            .collect()
    }

    #[test]
    fn calls_are_picked_by_number_and_count() {
        assert_eq!(hits("status=503", 4), [1, 2, 3, 4]);
        assert_eq!(hits("status=503,count=2", 4), [1, 2]);
        assert_eq!(hits("status=503,nth=3", 5), [3]);
        assert_eq!(hits("status=503,nth=2,count=3", 6), [2, 3, 4]);
        assert_eq!(hits("status=503,on=GET /api/jobs,nth=2", 3), [2]);
        assert!(hits("status=503,on=GET /api/target-groups", 3).is_empty());
        assert!(hits("mapping=fails", 3).is_empty());
    }

    #[test]
    fn chance_picks_about_its_share_and_the_same_calls_for_the_same_seed() {
        let hit = hits("status=503,chance=0.3,seed=7", 1000);
        assert!((250..350).contains(&hit.len()), "{}", hit.len());
        assert_eq!(hits("status=503,chance=0.3,seed=7", 1000), hit);
        assert_ne!(hits("status=503,chance=0.3,seed=8", 1000), hit);
        assert_eq!(hits("status=503,chance=1,count=2", 9), [1, 2]);
    }

    #[test]
    fn jitter_stays_between_its_ends() {
        let mut armed = Armed::new(&["latency=10ms..20ms,seed=3".parse().unwrap()]);
        let waits: Vec<Duration> = (0..100).map(|_| armed.strike(None).latency).collect();
        let bounds = Duration::from_millis(10)..=Duration::from_millis(20);
        assert!(waits.iter().all(|wait| bounds.contains(wait)), "{waits:?}");
        assert!(waits.windows(2).any(|pair| pair[0] != pair[1]), "{waits:?}");
    }
}
