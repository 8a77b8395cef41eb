//! The faults of a running sandbox, and how often each was applied.

use serde_json::{Value, json};

use super::effects::{CountedCall, FaultEffects};
use super::spec::{Fault, ResetPoint};

/// The faults of a running sandbox, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct ActiveFaults {
    active: Vec<ActiveFault>,
    added: u64,
}

#[derive(Debug)]
struct ActiveFault {
    id: u64,
    fault: Fault,
    /// The calls that it could apply to.
    calls: u64,
    /// The calls that it was applied to.
    hits: u64,
    random: SeededRandom,
}

impl ActiveFaults {
    pub(crate) fn new(faults: &[Fault]) -> Self {
        let mut active = Self::default();
        faults.iter().cloned().for_each(|fault| active.add(fault));
        active
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.added += 1;
        self.active.push(ActiveFault {
            id: self.added,
            random: SeededRandom(fault.selector.seed.unwrap_or_default()),
            fault,
            calls: 0,
            hits: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    pub(crate) fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.active.iter().map(|active| &active.fault)
    }

    /// The body of `GET /_sandbox/faults`.
    pub(crate) fn to_json(&self) -> Value {
        let faults = self.active.iter().map(|active| {
            json!({
                "fault": active.fault.to_string(),
                "calls": active.calls,
                "hits": active.hits,
            })
        });
        faults.collect()
    }

    /// Counts a call, whose headers may name a company, and returns what goes wrong with it.
    pub(crate) fn next_effects(
        &mut self,
        operation: Option<&str>,
        company: Option<&str>,
    ) -> FaultEffects {
        let mut effects = FaultEffects::default();
        for active in &mut self.active {
            if !active.fault.applies_to(operation, company) {
                continue;
            }
            let is_hit = active.hits_next_call();
            if is_hit {
                effects.add(&active.fault, || active.random.next());
            }
            if active.fault.kind.needs_acceptance() {
                effects.provisional.push(CountedCall {
                    fault: active.id,
                    is_hit,
                });
            }
        }
        effects
    }

    /// Takes back the calls of faults that had no effect, because the operation refused the call: the
    /// next call counts in their place.
    pub(crate) fn take_back(&mut self, effects: &mut FaultEffects) {
        effects.reset = effects.reset.filter(|point| *point != ResetPoint::After);
        for counted in std::mem::take(&mut effects.provisional) {
            let mut known = self.active.iter_mut();
            let Some(active) = known.find(|active| active.id == counted.fault) else {
                continue;
            };
            active.calls -= 1;
            active.hits -= u64::from(counted.is_hit);
            let text = active.fault.to_string();
            effects.faults.retain(|applied| *applied != text);
        }
    }
}

impl ActiveFault {
    fn hits_next_call(&mut self) -> bool {
        self.calls += 1;
        let selector = &self.fault.selector;
        let first = selector.nth.unwrap_or(1);
        // `nth` alone means this one call, not every call from there on.
        let default_count = if selector.nth.is_some() { 1 } else { u64::MAX };
        let count = selector.count.unwrap_or(default_count);
        if self.calls < first || self.hits >= count {
            return false;
        }
        // One random number for each counted call, so that a seed selects the same calls each time.
        let hit = selector
            .chance
            .is_none_or(|chance| self.random.next() < chance);
        self.hits += u64::from(hit);
        hit
    }
}

/// Random numbers, the same for the same seed in every version (SplitMix64).
#[derive(Debug)]
struct SeededRandom(u64);

impl SeededRandom {
    /// The next number, from 0 (included) to 1 (excluded).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hits(spec: &str, calls: usize) -> Vec<usize> {
        let mut active = ActiveFaults::new(&[spec.parse().unwrap()]);
        (1..=calls)
            .filter(|_| {
                let effects = active.next_effects(Some("GET /api/jobs"), None);
                !effects.faults.is_empty()
            })
            .collect()
    }

    #[test]
    fn nth_and_count_select_calls() {
        assert_eq!(hits("status=503", 4), [1, 2, 3, 4]);
        assert_eq!(hits("status=503,count=2", 4), [1, 2]);
        assert_eq!(hits("status=503,nth=3", 5), [3]);
        assert_eq!(hits("status=503,nth=2,count=3", 6), [2, 3, 4]);
        assert_eq!(hits("status=503,on=GET /api/jobs,nth=2", 3), [2]);
        assert!(hits("status=503,on=GET /api/target-groups", 3).is_empty());
        assert!(hits("mapping=fails", 3).is_empty());
    }

    #[test]
    fn company_selects_its_calls() {
        let fault = "status=503,company=xC5kfGz7w2Nz,nth=2".parse().unwrap();
        let mut active = ActiveFaults::new(&[fault]);
        let calls = ["xC5kfGz7w2Nz", "gL0bEx4mBh8Q", "", "xC5kfGz7w2Nz"];
        let hits = calls.map(|id| {
            let company = Some(id).filter(|id| !id.is_empty());
            let effects = active.next_effects(Some("GET /api/jobs"), company);
            effects.faults.len()
        });
        assert_eq!(hits, [0, 0, 0, 1]);
    }

    #[test]
    fn refused_call_is_taken_back() {
        let import = Some("POST /api/target-users/{transactionId}/import");
        for (fault, resets) in [("import=fails", false), ("reset=after", true)] {
            let fault = format!("{fault},nth=2");
            let mut active = ActiveFaults::new(&[fault.parse().unwrap()]);
            let mut call = |is_refused: bool| {
                let mut effects = active.next_effects(import, None);
                if is_refused {
                    active.take_back(&mut effects);
                }
                assert_eq!(
                    effects.reset.is_some(),
                    resets && !effects.faults.is_empty()
                );
                effects.faults.len()
            };
            let hits = [true, false, true, true, false, false].map(&mut call);
            assert_eq!(hits, [0, 0, 0, 0, 1, 0], "{fault}");
        }
    }

    #[test]
    fn chance_selects_the_same_calls_for_the_same_seed() {
        let hit = hits("status=503,chance=0.3,seed=7", 1000);
        assert!((250..350).contains(&hit.len()), "{}", hit.len());
        assert_eq!(hits("status=503,chance=0.3,seed=7", 1000), hit);
        assert_ne!(hits("status=503,chance=0.3,seed=8", 1000), hit);
        assert_eq!(hits("status=503,chance=1,count=2", 9), [1, 2]);
    }

    #[test]
    fn random_latency_stays_in_its_range() {
        let mut active = ActiveFaults::new(&["latency=10ms..20ms,seed=3".parse().unwrap()]);
        let waits: Vec<Duration> = (0..100)
            .map(|_| active.next_effects(None, None).latency)
            .collect();
        let bounds = Duration::from_millis(10)..=Duration::from_millis(20);
        assert!(waits.iter().all(|wait| bounds.contains(wait)), "{waits:?}");
        assert!(waits.windows(2).any(|pair| pair[0] != pair[1]), "{waits:?}");
    }
}
