//! A picture that follows a recipe: one request at a time, and the newest wish wins.

use leptos::prelude::*;
use std::time::Duration;

/// Times that a picture is asked for before it is given up.
const TRIES: u32 = 4;
/// The pause between two of them.
const PAUSE: Duration = Duration::from_secs(2);

/// Shows the picture at `wanted`. While one is on its way no other is asked for; when it has come and something else is
/// wanted meanwhile, that is next. The one before stays until then.
#[component]
pub fn LivePicture(
    /// Address of the picture; none while there is nothing to show.
    wanted: Signal<Option<String>>,
    /// What it shows, in words.
    #[prop(into)]
    alt: Signal<String>,
    /// Set while what is shown is not what is wanted.
    #[prop(optional)]
    behind: Option<RwSignal<bool>>,
    /// Set when the picture did not come.
    #[prop(optional)]
    failed: Option<RwSignal<bool>>,
) -> impl IntoView {
    let asked = RwSignal::new(wanted.get_untracked());
    let on_its_way = RwSignal::new(asked.with_untracked(Option::is_some));
    let next = move || {
        let wish = wanted.get_untracked();
        if wish.is_some() && wish != asked.get_untracked() {
            on_its_way.set(true);
            asked.set(wish);
        }
    };
    Effect::new(move |_| {
        wanted.track();
        if !on_its_way.get_untracked() {
            next();
        }
    });
    Effect::new(move |_| {
        if let Some(behind) = behind {
            behind.set(on_its_way.get() || wanted.get() != asked.get());
        }
    });
    let image = NodeRef::<leptos::html::Img>::new();
    let failures = StoredValue::new(0_u32);
    let over = move |did_fail: bool| {
        let times = if did_fail { failures.get_value() + 1 } else { 0 };
        failures.set_value(times);
        let as_wanted = wanted.with_untracked(|wanted| asked.with_untracked(|asked| asked == wanted));
        if did_fail && times < TRIES && as_wanted {
            // The server may only have had too much to do.
            let again = move || {
                if let Some(image) = image.try_get_untracked().flatten() {
                    image.set_src(&image.src());
                }
            };
            set_timeout(again, PAUSE);
            return;
        }
        on_its_way.set(false);
        if let Some(failed) = failed {
            failed.set(did_fail);
        }
        next();
    };
    // A picture of a page that the server rendered may have come, or failed, before anybody listened.
    Effect::new(move |_| {
        if let Some(image) = image.get()
            && image.complete()
            && asked.with_untracked(Option::is_some)
        {
            over(image.natural_width() == 0);
        }
    });
    view! {
        <img
            node_ref=image
            class="live-picture"
            src=move || asked.get().unwrap_or_default()
            alt=alt
            width="128"
            height="128"
            data-behind=move || (wanted.get() != asked.get() || on_its_way.get()).to_string()
            on:load=move |_| over(false)
            on:error=move |_| over(true)
        />
    }
}
