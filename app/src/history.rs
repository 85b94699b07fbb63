//! What can be undone and done again.

use std::collections::VecDeque;

/// Steps that are remembered.
const MOST: usize = 100;

/// What is now, what was before it, and what was undone. `G` names a gesture that goes on over several changes.
#[derive(Clone, Debug)]
pub struct History<T, G> {
    past: VecDeque<T>,
    now: T,
    undone: Vec<T>,
    gesture: Option<G>,
}

impl<T: Clone + PartialEq, G: PartialEq> History<T, G> {
    /// Nothing happened yet.
    pub fn new(now: T) -> Self {
        Self { past: VecDeque::new(), now, undone: Vec::new(), gesture: None }
    }

    /// Notes what is now; nothing where nothing changed. Changes in a row that belong to one gesture are one step.
    /// What was undone cannot be done again after that.
    pub fn record(&mut self, now: T, gesture: Option<G>) {
        if now == self.now {
            return;
        }
        let before = std::mem::replace(&mut self.now, now);
        self.undone.clear();
        if gesture.is_none() || gesture != self.gesture {
            self.past.push_back(before);
            if self.past.len() > MOST {
                self.past.pop_front();
            }
        }
        self.gesture = gesture;
    }

    /// What is now, as it was noted last.
    pub fn now(&self) -> &T {
        &self.now
    }

    /// Whether something can be undone.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether something can be done again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// One step back; what is then.
    pub fn undo(&mut self) -> Option<T> {
        let before = self.past.pop_back()?;
        self.gesture = None;
        self.undone.push(std::mem::replace(&mut self.now, before));
        Some(self.now.clone())
    }

    /// One step on again; what is then.
    pub fn redo(&mut self) -> Option<T> {
        let after = self.undone.pop()?;
        self.gesture = None;
        self.past.push_back(std::mem::replace(&mut self.now, after));
        Some(self.now.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(steps: &[u32]) -> History<u32, char> {
        let mut history = History::new(0);
        for step in steps {
            history.record(*step, None);
        }
        history
    }

    #[test]
    fn steps_are_undone_and_done_again_in_their_order() {
        let mut history = of(&[1, 2]);
        assert_eq!((history.undo(), history.undo(), history.undo()), (Some(1), Some(0), None));
        assert!(!history.can_undo() && history.can_redo());
        assert_eq!((history.redo(), history.redo(), history.redo()), (Some(1), Some(2), None));
        assert!(history.can_undo() && !history.can_redo());
        assert_eq!(*history.now(), 2);
    }

    #[test]
    fn a_new_step_ends_what_was_undone_and_the_same_again_is_none() {
        let mut history = of(&[1, 2]);
        history.undo();
        history.record(1, None);
        assert!(history.can_redo(), "nothing changed");
        history.record(5, None);
        assert!(!history.can_redo());
        assert_eq!(history.undo(), Some(1));
    }

    #[test]
    fn a_gesture_is_one_step_until_another_begins() {
        let mut history = of(&[]);
        for (step, gesture) in [(1, 'a'), (2, 'a'), (3, 'b'), (4, 'b')] {
            history.record(step, Some(gesture));
        }
        assert_eq!(history.undo(), Some(2));
        history.record(7, Some('b'));
        assert_eq!((history.undo(), history.undo()), (Some(2), Some(0)));
    }

    #[test]
    fn only_so_much_is_remembered() {
        let steps: Vec<u32> = (1..=MOST as u32 + 20).collect();
        let mut history = of(&steps);
        let mut undone = 0;
        while history.undo().is_some() {
            undone += 1;
        }
        assert_eq!((undone, *history.now()), (MOST, 20));
    }
}
