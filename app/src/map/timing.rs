//! How long frames keep the page's thread busy.

/// Frames that the mean is taken over.
const FRAMES: usize = 60;

/// The last frames' durations.
#[derive(Debug, Default)]
pub struct Timing {
    durations: Vec<f64>,
    next: usize,
}

impl Timing {
    /// A frame took so many milliseconds.
    pub fn push(&mut self, milliseconds: f64) {
        if self.durations.len() < FRAMES {
            self.durations.push(milliseconds);
        } else {
            self.durations[self.next % FRAMES] = milliseconds;
        }
        self.next = (self.next + 1) % FRAMES;
    }

    /// Mean of the last frames, milliseconds; 0 before the first.
    pub fn mean(&self) -> f64 {
        self.durations.iter().sum::<f64>() / self.durations.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_frames_count() {
        let mut timing = Timing::default();
        assert_eq!(timing.mean(), 0.0);
        timing.push(1e9);
        for _ in 0..FRAMES {
            timing.push(2.0);
        }
        assert_eq!(timing.mean(), 2.0);
    }
}
