//! The server has no window.

use crate::error::{Answer, PageError};
use gatefold::wire::{JobId, JobState, NearPicture};

/// Nothing follows.
pub struct Watch;

/// See the browser's.
pub fn watch_job(_: &JobId, _: impl Fn(Answer<JobState>) + Clone + 'static) -> Watch {
    Watch
}

/// See the browser's.
#[cfg(not(feature = "ssr"))]
pub async fn send<T>(_: gatefold::operations::Call) -> Answer<T> {
    Err(PageError::Unreachable)
}

/// See the browser's.
pub fn switch_theme() {}

/// See the browser's.
pub fn dismiss_demo() {}

/// See the browser's.
pub fn copy(_: &str) -> bool {
    false
}

/// See the browser's.
pub fn focus(_: &'static str) {}

/// See the browser's.
pub fn focus_or(_: &'static str, _: &'static str) {}

/// See the browser's.
pub fn hide_popover(_: &str) {}

/// See the browser's.
pub fn open_dialog(_: &str) {}

/// See the browser's.
pub fn close_dialog(_: &str) {}

/// See the browser's.
pub fn window_size() -> (f64, f64) {
    (0.0, 0.0)
}

/// See the browser's.
pub fn random_seed() -> u64 {
    0
}

/// See the browser's.
pub fn is_typing(_: &leptos::ev::KeyboardEvent) -> bool {
    false
}

/// See the browser's.
pub fn is_near_end(_: &leptos::ev::Event) -> bool {
    false
}

/// See the browser's.
pub fn replace_address(_: &str) {}

/// See the browser's.
pub fn rewrite_query(_: &str, _: impl FnOnce(&str) -> String) {}

/// See the browser's.
pub fn address() -> String {
    String::new()
}

/// See the browser's.
pub async fn save(_: &str, _: &str) -> Answer<()> {
    Err(PageError::Unreachable)
}

/// See the browser's.
pub fn read_chosen_file(_: &leptos::ev::Event, _: impl FnOnce(String) + 'static) {}

/// See the browser's.
pub fn scroll_to_option(_: &str) {}

/// Nobody chose one.
pub struct PictureFile;

impl PictureFile {
    /// See the browser's.
    pub fn name(&self) -> String {
        String::new()
    }

    /// See the browser's.
    pub fn address(&self) -> String {
        String::new()
    }
}

/// See the browser's.
pub fn chosen_picture(_: &leptos::ev::Event) -> Option<PictureFile> {
    None
}

/// See the browser's.
pub fn dropped_picture(_: &leptos::ev::Event) -> Option<PictureFile> {
    None
}

/// See the browser's.
pub fn carries_file(_: &leptos::ev::Event) -> bool {
    false
}

/// See the browser's.
pub fn left_window(_: &leptos::ev::Event) -> bool {
    false
}

/// See the browser's.
pub fn forget_picture(_: &str) {}

/// See the browser's.
pub async fn near_picture(_: &PictureFile, _: u32) -> Answer<NearPicture> {
    Err(PageError::Unreachable)
}
