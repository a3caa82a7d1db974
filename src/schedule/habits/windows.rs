//! How often a source publishes: the same count over four spans of time.
//!
//! Each is drawn towards the next longer one as far as it has little evidence of its
//! own. How well each foretold what the polls brought decides how much it counts: the
//! short ones for sources that publish in bursts, wake or fall silent, the long ones
//! for steady sources.

use super::bytes::{Reader, Writer};

/// Half-lives in days, shortest first.
const HALF_LIVES: [f64; WINDOWS] = [0.2, 1.5, 10.0, 60.0];
const WINDOWS: usize = 4;
/// Weights before anything was foretold.
const PRIOR: [f64; WINDOWS] = [0.1, 0.2, 0.4, 0.3];
/// Without any evidence: so many events in so many days.
const FIRST_EVENTS: f64 = 0.3;
const FIRST_DAYS: f64 = 0.15;
/// With every poll this part of the weight is shared out anew, so that no window is ever out of the race.
const SHARED: f64 = 0.02;
/// Events of one poll beyond this say nothing more about which window is right.
const TELLING: u32 = 40;

/// Events over several spans of time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Windows([Window; WINDOWS]);

#[derive(Debug, Clone, Copy, PartialEq)]
struct Window {
    events: f64,
    /// Time watched, weighted with how busy it usually is.
    days: f64,
    weight: f64,
}

/// Events a day of each window, with the weight it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rates([(f64, f64); WINDOWS]);

impl Rates {
    /// Events a day, so many days ahead: what is short-lived passes.
    pub(super) fn ahead(&self, days: f64) -> f64 {
        let steady = self.0[WINDOWS - 2].0;
        self.0
            .iter()
            .zip(HALF_LIVES)
            .map(|((rate, weight), half)| {
                let left = if half < 10.0 { (-days / half).exp2() } else { 1.0 };
                weight * (steady + (rate - steady) * left)
            })
            .sum()
    }
}

impl Windows {
    pub(super) fn new() -> Self {
        let mut windows = [Window { events: 0.0, days: 0.0, weight: 0.0 }; WINDOWS];
        for (window, prior) in windows.iter_mut().zip(PRIOR) {
            window.weight = prior;
        }
        Self(windows)
    }

    /// Shape and scale (in days) of what is believed of the rate, shortest window first.
    fn beliefs(&self) -> [(f64, f64); WINDOWS] {
        let mut longer = (FIRST_EVENTS, FIRST_DAYS);
        let mut beliefs = [longer; WINDOWS];
        for (index, window) in self.0.iter().enumerate().rev() {
            let belief = (window.events + longer.0, window.days + longer.1);
            beliefs[index] = belief;
            // One event's worth of the longer window's rate; less where that would take
            // longer than the shorter window lasts, or a source that wakes would not be noticed.
            let rate = belief.0 / belief.1;
            let days = (1.0 / rate).min(HALF_LIVES[index.saturating_sub(1)]);
            longer = (rate * days, days);
        }
        beliefs
    }

    pub(super) fn rates(&self) -> Rates {
        let mut rates = [(0.0, 0.0); WINDOWS];
        for ((rate, belief), window) in rates.iter_mut().zip(self.beliefs()).zip(&self.0) {
            *rate = (belief.0 / belief.1, window.weight);
        }
        Rates(rates)
    }

    /// `days` went by, usually as busy as `busy` (1 is the average), with events so
    /// many days before their end.
    pub(super) fn passed(&mut self, days: f64, busy: f64, events: &[f64]) {
        if days > 0.0 {
            self.judge(days * busy, u32::try_from(events.len()).unwrap_or(u32::MAX).min(TELLING));
        }
        for (window, half) in self.0.iter_mut().zip(HALF_LIVES) {
            let left = (-days / half).exp2();
            window.events = window.events * left + events.iter().map(|ago| (-ago / half).exp2()).sum::<f64>();
            window.days = window.days * left + busy * half / std::f64::consts::LN_2 * (1.0 - left);
        }
    }

    /// Windows that foretold the number of events better gain weight.
    fn judge(&mut self, days: f64, events: u32) {
        let mut gains = [0.0; WINDOWS];
        for (gain, (shape, scale)) in gains.iter_mut().zip(self.beliefs()) {
            // Negative binomial: a Poisson count whose rate is known as well as the window knows it.
            let known: f64 = (0..events).map(|i| (shape + f64::from(i)).ln()).sum();
            *gain = known
                + shape * (scale / (scale + days)).ln()
                + f64::from(events) * (days.max(1e-6) / (scale + days)).ln();
        }
        let best = gains.iter().copied().fold(f64::MIN, f64::max);
        let mut whole = 0.0;
        for (window, gain) in self.0.iter_mut().zip(gains) {
            window.weight *= (gain - best).max(-5.0).exp();
            whole += window.weight;
        }
        for (window, prior) in self.0.iter_mut().zip(PRIOR) {
            window.weight = window.weight / whole * (1.0 - SHARED) + prior * SHARED;
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        for window in &self.0 {
            [window.events, window.days, window.weight].iter().for_each(|number| out.number(*number));
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let mut windows = Self::new();
        for window in &mut windows.0 {
            window.events = from.number()?.max(0.0);
            window.days = from.number()?.max(0.0);
            window.weight = from.number()?.clamp(0.0, 1.0);
        }
        let whole: f64 = windows.0.iter().map(|window| window.weight).sum();
        (whole > 0.5 && whole < 1.5).then_some(windows)
    }
}
