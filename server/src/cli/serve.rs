//! `gatefold serve`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure, demo};
use crate::http::assets;
use crate::http::host::AllowedHosts;
use crate::model_thread::{Limits, ModelThread};
use crate::state::{AppState, MaybeModel};
use crate::store::Store;
use crate::{http, weights};
use gatefold::catalog::{Access, Catalog};
use gatefold::model::DeviceChoice;
use serde::Serialize;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

/// How long requests and jobs that are under way may take to end when the server is told to.
const GRACE: Duration = Duration::from_secs(5);

/// Serve the page and the HTTP interface; fill an empty catalogue with the demo first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen
    #[arg(long, value_name = "IP:PORT", env = "GATEFOLD_ADDR", default_value = "127.0.0.1:3000")]
    addr: SocketAddr,
    /// Answer to this name as well, as behind a proxy; may be given several times
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    #[command(flatten)]
    pub common: Common,
}

/// What `--json` prints when the server is ready.
#[derive(Serialize)]
struct Ready {
    address: String,
    data: String,
    albums: u64,
    demo: bool,
}

/// Runs the command until it is told to end.
pub fn run(args: Args) -> Result<(), Failure> {
    let output = args.common.output();
    let dir = args.common.data()?;
    // The port first: whoever has it should be known before minutes go into a catalogue.
    let listener = listen(args.addr)?;
    let address = listener.local_addr()?;
    let mut catalog = Catalog::open(&dir, Access::Write)?;
    prepare(&mut catalog, |line| output.say(line))?;
    let model = load_model();
    if let Err(why) = &model {
        output.say(format_args!("no covers can be generated: {why}"));
    }
    if !assets::is_built() {
        output.say("this build contains no page, only the HTTP interface: build it with `cargo xtask build`");
    }
    let ready = Ready {
        address: format!("http://{address}"),
        data: dir.display().to_string(),
        albums: catalog.len()?,
        demo: catalog.is_demo()?,
    };
    let state = AppState::new(Store::new(catalog)?, model, AllowedHosts::new(address, &args.allow_host))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let router = http::router(state.clone());
        // Before anybody hears that it is ready: who is asked to end right then must end as it should.
        let told = told_to_end();
        if output.is_json() {
            output.object(&ready)?;
        }
        output.say(format_args!("{} albums from {}", ready.albums, ready.data));
        output.say(format_args!("Gatefold is at {}  (Ctrl-C ends it)", ready.address));
        serve(listener, router, state, told).await
    });
    // What still computes writes whole files or none; it need not be waited for any longer.
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

fn listen(addr: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(addr).map_err(|e| {
        Failure::Failed(match e.kind() {
            ErrorKind::AddrInUse => format!(
                "{addr} is taken, perhaps by another gatefold: stop that, or choose another port with \
                 --addr {}:{}",
                addr.ip(),
                addr.port().saturating_add(1)
            ),
            ErrorKind::PermissionDenied => {
                format!("listening on {addr} is not permitted: choose a port above 1023 with --addr")
            }
            _ => format!("{addr} cannot be listened on: {e}"),
        })
    })
}

/// An empty catalogue becomes the demo; any other gets the map that belongs to it.
fn prepare(catalog: &mut Catalog, say: impl Fn(&str)) -> Result<(), Failure> {
    if catalog.is_empty()? {
        say("The catalogue is empty: drawing the demo, an invented record label. This happens once.");
        demo::fill(catalog, demo::ALBUMS, demo::SEED, &Bar::new())?;
    } else {
        // Does nothing where nothing changed: after an import that was broken off, or a newer Gatefold, it does.
        gatefold::build::run(catalog, &Bar::new())?;
    }
    Ok(())
}

fn load_model() -> MaybeModel {
    let load = || weights::load_with_enlarger(None, DeviceChoice::Auto);
    ModelThread::start(load, Limits::default()).map_err(|e| e.to_string())
}

async fn serve(
    listener: tokio::net::TcpListener,
    router: axum::Router,
    state: AppState,
    told: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let mut down = state.going_down.subscribe();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        told.await;
        state.go_down();
    });
    let too_long = async move {
        // An error means that the state is gone, and so is every request.
        let _ = down.wait_for(|down| *down).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = serving.into_future() => Ok(ended?),
        () = too_long => Ok(()),
    }
}

/// Listens from now on; ends on Ctrl-C, and on Unix when the process is asked to end.
#[cfg(unix)]
fn told_to_end() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    async fn came(signal: std::io::Result<Signal>) {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    }
    let [interrupt, terminate] = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async move {
        tokio::select! {
            () = came(interrupt) => {}
            () = came(terminate) => {}
        }
    }
}

/// Ends on Ctrl-C.
#[cfg(not(unix))]
async fn told_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
