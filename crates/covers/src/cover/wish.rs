//! Whether somebody still wants a picture. Decoding looks at it on the way, so that a client who went away, or a job
//! that was cancelled, gives back memory and processor soon.

/// Lasts until a question says that it is over.
#[derive(Clone, Copy)]
pub struct Wish<'a>(Option<&'a (dyn Fn() -> bool + Sync)>);

impl<'a> Wish<'a> {
    /// Somebody waits, whatever happens.
    pub const LASTS: Wish<'static> = Wish(None);

    /// Over as soon as `over` says so. It is asked often, so it answers at once.
    pub fn until(over: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self(Some(over))
    }

    /// Whether nobody wants the picture any more.
    pub fn is_over(self) -> bool {
        self.0.is_some_and(|over| over())
    }
}
