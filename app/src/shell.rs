//! The document around the page: what a browser needs before any of it is drawn.

use crate::App;
use leptos::config::LeptosOptions;
use leptos::hydration::{AutoReload, HydrationScripts};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// Says that scripts run, for what is shown only without them. Sets the chosen theme before the first paint, so that nobody is
/// dazzled. Storage may be forbidden: then the browser's preference holds.
const FIRST: &str = "document.documentElement.dataset.scripts='';try{var t=localStorage.getItem('gatefold-theme');\
    if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}";

/// The document; the server renders it around [`App`].
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let style = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta
                    name="description"
                    content="A music collection as a map of its covers, and new covers made of chosen ones."
                />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=style />
                <script nonce=use_nonce()>{FIRST}</script>
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
