//! `gatefold serve`

use crate::access::host::AllowedHosts;
use crate::cli::asking::load_model;
use crate::cli::progress::Bar;
use crate::cli::{Common, Failure, access};
use crate::http;
use crate::http::{assets, serving};
use crate::import_roots::ImportRoots;
use crate::service::long_work;
use crate::state::{AppState, Settings};
use crate::store::Store;
use gatefold::catalog::{Access, Catalog, covers_in};
use gatefold::operations::Demo;
use serde::Serialize;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
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
    /// Let the page import what lies in this folder; may be given several times [default: it imports nothing]
    #[arg(long, value_name = "DIR")]
    import_root: Vec<PathBuf>,
    #[command(flatten)]
    access: access::Access,
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
    /// Who may ask.
    access: &'static str,
    read_only: bool,
}

/// Runs the command until it is told to end.
pub fn run(args: Args) -> Result<(), Failure> {
    let output = args.common.output();
    let dir = args.common.data()?;
    let decided = args.access.decide(args.addr)?;
    let read_only = args.access.read_only;
    let roots = ImportRoots::new(&args.import_root).map_err(Failure::Failed)?;
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
        access: decided.word(),
        read_only,
    };
    let limits = serving::Limits::usual();
    let settings = Settings {
        admission: decided.admission.clone(),
        roots,
        // Half of the connections are left to those who want an answer and go.
        streams: limits.connections / 2,
        ..Settings::new(AllowedHosts::new(address, &args.allow_host))
    };
    let store = if read_only { Store::read_only(catalog) } else { Store::new(catalog) };
    let state = AppState::new(store?, model, settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result: Result<(), Failure> = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let router = http::router(state.clone());
        // Before anybody hears that it is ready: who is asked to end right then must end as it should.
        let told = told_to_end();
        if output.is_json() {
            output.object(&ready)?;
        }
        output.say(format_args!("{} albums from {}", ready.albums, ready.data));
        for note in decided.notes(address, read_only) {
            output.say(note);
        }
        output.say(format_args!("Gatefold is at {}  (Ctrl-C ends it)", ready.address));
        serve(listener, router, limits, state, told).await;
        Ok(())
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
    let orphans = if catalog.is_empty()? { covers_in(catalog.dir()) } else { 0 };
    if orphans > 0 {
        let dir = catalog.dir().display();
        say(&format!(
            "The catalogue in {dir} is empty, while its folder covers/ holds {orphans} covers: something emptied the \
             catalogue, or an import was broken off. The demo is not drawn beside them. Put a copy of catalog.sqlite in its \
             place, or import the albums again, here or on the page Import."
        ));
        gatefold::pipeline::run(catalog, &Bar::new())?;
    } else if catalog.is_empty()? {
        say("The catalogue is empty: drawing the demo, an invented record label. This happens once.");
        long_work::demo(catalog, &Demo::default(), &Bar::new())?;
    } else {
        // Does nothing where nothing changed: after an import that was broken off, or a newer Gatefold, it does.
        gatefold::pipeline::run(catalog, &Bar::new())?;
    }
    Ok(())
}

async fn serve(
    listener: tokio::net::TcpListener,
    router: axum::Router,
    limits: serving::Limits,
    state: AppState,
    told: impl Future<Output = ()> + Send + 'static,
) {
    let mut down = state.going_down.subscribe();
    let serving = serving::serve(listener, router, limits, async move {
        told.await;
        state.go_down();
    });
    let too_long = async move {
        // An error means that the state is gone, and so is every request.
        let _ = down.wait_for(|down| *down).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = serving => {}
        () = too_long => {}
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
