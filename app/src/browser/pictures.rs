//! Pictures that somebody chooses or drops on the page.

use super::real::{answer, garbled};
use crate::error::Answer;
use gatefold::wire::NearPicture;
use gloo_net::http::Request;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, File, HtmlInputElement, Url};

/// A file that somebody wants to search by. Whether it is a picture is for the server to say.
pub struct PictureFile(File);

impl PictureFile {
    /// What it is called.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// An address at which the page can show it, until [`forget_picture`]; empty where the browser has none.
    pub fn address(&self) -> String {
        Url::create_object_url_with_blob(&self.0).unwrap_or_default()
    }
}

/// The file that was just chosen in a file field; the field forgets it, so that the same file can be chosen again.
pub fn chosen_picture(event: &Event) -> Option<PictureFile> {
    let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = field.files()?.get(0)?;
    field.set_value("");
    Some(PictureFile(file))
}

/// The first file that was just dropped.
pub fn dropped_picture(event: &Event) -> Option<PictureFile> {
    let files = event.dyn_ref::<DragEvent>()?.data_transfer()?.files()?;
    files.get(0).map(PictureFile)
}

/// Whether what is dragged over the page is a file.
pub fn carries_file(event: &Event) -> bool {
    let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

/// Whether what is dragged has left the window, and not only one of its elements for another.
pub fn left_window(event: &Event) -> bool {
    event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none())
}

/// The picture at this address is no longer shown.
pub fn forget_picture(address: &str) {
    // An address that the browser does not know holds nothing either.
    let _ = Url::revoke_object_url(address);
}

/// Asks the server which `n` albums look most like a picture.
pub async fn near_picture(file: &PictureFile, n: u32) -> Answer<NearPicture> {
    let request = Request::post(&format!("/api/v1/near?n={n}")).body(file.0.clone()).map_err(garbled)?;
    answer(request).await
}
