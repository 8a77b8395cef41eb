//! Jitter and request ids, behind a trait so that a test sees the same numbers on every run.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Where backoff jitter and request ids come from; not used for anything that must stay secret.
pub trait Random: fmt::Debug + Send + Sync + 'static {
    /// The next 64 bits.
    fn next_u64(&self) -> u64;
}

/// Random numbers seeded by the operating system.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn next_u64(&self) -> u64 {
        fastrand::u64(..)
    }
}

/// The same numbers on every run, for tests.
#[derive(Debug)]
pub struct SeededRandom(Mutex<fastrand::Rng>);

impl SeededRandom {
    /// A sequence that depends on `seed` alone.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }
}

impl Random for SeededRandom {
    fn next_u64(&self) -> u64 {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .u64(..)
    }
}

/// A number from 0 (included) to 1 (excluded).
pub(crate) fn fraction(random: &dyn Random) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A request id in the form of a version 4 UUID. Copied with the call that it belongs to, so it
/// is stored inline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId([u8; 36]);

impl RequestId {
    pub(crate) fn new(random: &dyn Random) -> Self {
        let high = random.next_u64() & 0xffff_ffff_ffff_0fff | 0x4000;
        let low = random.next_u64() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
        let mut left = u128::from(high) << 64 | u128::from(low);
        let mut text = [b'-'; 36];
        for (at, place) in text.iter_mut().enumerate().rev() {
            if !matches!(at, 8 | 13 | 18 | 23) {
                *place = b"0123456789abcdef"[(left & 0xf) as usize];
                left >>= 4;
            }
        }
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}
