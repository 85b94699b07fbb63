//! The real binary, served, and a real Chromium that looks at it.

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the page has to get where a test expects it. Generous: machines that run tests are slow and shared.
const PATIENCE: Duration = Duration::from_secs(90);

/// Ends its process when it goes out of scope.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `gatefold serve` on a free port.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    _process: Process,
}

impl Server {
    /// Serves `data` and waits for the address.
    pub fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gatefold"))
            .args(["serve", "--addr", "127.0.0.1:0", "--json", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("gatefold starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its standard output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line:?}"));
        let address = said["address"].as_str().expect("the address is said").trim_end_matches('/').to_owned();
        Self { address, _process: Process(child) }
    }
}

/// Runs `gatefold` to its end; its standard output as JSON.
pub fn gatefold(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_gatefold"))
        .args(arguments)
        .arg("--json")
        .output()
        .expect("it starts");
    assert!(
        output.status.success(),
        "gatefold {arguments:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("standard output is one JSON object")
}

/// A WebDriver command that fantoccini has no name for.
#[derive(Debug)]
struct Raw {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// A browser window.
pub struct Browser {
    /// WebDriver's own client, for what has no name here.
    pub client: Client,
    _driver: Process,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts Chromium with a window of `width`×`height` CSS pixels and its own profile.
    pub async fn start(width: u32, height: u32) -> Self {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let driver = Process(driver);
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let size = format!("--window-size={width},{height}");
        let data = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader",
            "--ignore-gpu-blocklist",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &size,
            &data,
        ];
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object was written") };
        let address = format!("http://127.0.0.1:{port}");
        let begun = Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
            match builder.capabilities(capabilities.clone()).connect(&address).await {
                Ok(client) => break client,
                Err(error) if begun.elapsed() > PATIENCE => panic!("no browser: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        };
        let browser = Self { client, _driver: driver, _profile: profile };
        // Headless windows lose the height of bars that they do not show.
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        browser
    }

    /// A command of Chromium's own protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let raw = Raw { path: "goog/cdp/execute", body: json!({ "cmd": command, "params": parameters }) };
        self.client.issue_cmd(raw).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// What the page said on its console since the last call: `(level, text)`.
    pub async fn console(&self) -> Vec<(String, String)> {
        let raw = Raw { path: "se/log", body: json!({ "type": "browser" }) };
        let entries = self.client.issue_cmd(raw).await.expect("the console can be read");
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        entries.as_array().into_iter().flatten().map(|e| (text(e, "level"), text(e, "message"))).collect()
    }

    /// What the page complained of on its console since the last call: errors and warnings alike, for a hydration
    /// mismatch is a warning.
    pub async fn complaints(&self) -> Vec<(String, String)> {
        let complains = |level: &str| matches!(level, "SEVERE" | "WARNING");
        let said = self.console().await.into_iter();
        said.filter(|(level, text)| complains(level) && !is_driver_noise(text)).collect()
    }

    /// Fails when the page complained on its console.
    pub async fn assert_quiet(&self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "the page complained: {complaints:#?}");
    }

    /// Opens a page that was not open before.
    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The value of a JavaScript expression.
    pub async fn eval(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        let answer: Result<Value, CmdError> = self.client.execute(&script, Vec::new()).await;
        answer.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_for(&self, what: &str, expression: &str) {
        let begun = Instant::now();
        while self.eval(&format!("!!({expression})")).await != Value::Bool(true) {
            if begun.elapsed() > PATIENCE {
                let shot = self.screenshot("failed").await;
                panic!(
                    "waited in vain for {what}: {expression}\nsee {}\nconsole: {:#?}",
                    shot.display(),
                    self.console().await
                );
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Presses and releases the left button at a place in CSS pixels; `modifiers` as in Chromium's protocol (8 = shift).
    pub async fn click_at(&self, x: f64, y: f64, modifiers: u32) {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let parameters = json!({
                "type": kind, "x": x, "y": y, "button": button, "clickCount": 1, "modifiers": modifiers
            });
            self.devtools("Input.dispatchMouseEvent", parameters).await;
        }
    }

    /// Presses and releases a key that writes nothing, such as `End` (35) or `ArrowRight` (39).
    pub async fn press(&self, key: &str, code: u32) {
        self.strike(key, code, "", 0).await;
    }

    /// The same while others are held: 1 = Alt, 2 = Control, 8 = Shift, added up.
    pub async fn press_held(&self, key: &str, code: u32, modifiers: u32) {
        self.strike(key, code, "", modifiers).await;
    }

    /// Presses Enter as a hand does: a button that has the focus is pressed by what the key writes.
    pub async fn enter(&self) {
        self.strike("Enter", 13, "\r", 0).await;
    }

    /// Writes, a key at a time, where the focus is.
    pub async fn type_text(&self, text: &str) {
        for letter in text.chars() {
            // Signs have other keys on every keyboard; their numbers as letters are those of arrows and the like.
            let known = letter.is_ascii_alphanumeric() || letter == ' ';
            let code = if known { u32::from(letter.to_ascii_uppercase()) } else { 0 };
            let letter = letter.to_string();
            self.strike(&letter, code, &letter, 0).await;
        }
    }

    async fn strike(&self, key: &str, code: u32, writes: &str, modifiers: u32) {
        let down = if writes.is_empty() { "rawKeyDown" } else { "keyDown" };
        for (kind, text) in [(down, writes), ("keyUp", "")] {
            let parameters = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text,
                "modifiers": modifiers
            });
            self.devtools("Input.dispatchKeyEvent", parameters).await;
        }
    }

    /// From now on the window is a phone's, of `width`×`height` CSS pixels, with a screen for fingers.
    pub async fn become_phone(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let fingers = json!({ "enabled": true, "maxTouchPoints": 5 });
        self.devtools("Emulation.setTouchEmulationEnabled", fingers).await;
    }

    /// From now on the person prefers little movement, or says nothing of it.
    pub async fn prefer_little_movement(&self, little: bool) {
        let value = if little { "reduce" } else { "no-preference" };
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Puts fingers on the screen, moves them (`touchMove`) or lifts them all (`touchEnd`, no places): CSS pixels.
    pub async fn touch(&self, kind: &str, fingers: &[(f64, f64)]) {
        let point = |(id, (x, y)): (usize, &(f64, f64))| json!({ "x": x, "y": y, "id": id });
        let points: Vec<Value> = fingers.iter().enumerate().map(point).collect();
        self.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).await;
    }

    /// Presses the left button at the first of some places in CSS pixels, moves over all of them and lets go at the last;
    /// `modifiers` as in [`Browser::press_held`].
    pub async fn drag(&self, places: &[(f64, f64)], modifiers: u32) {
        let (first, last) = (places.first().expect("a place"), places.last().expect("a place"));
        let moves = places.iter().map(|place| ("mouseMoved", place, 1));
        let all = [("mouseMoved", first, 0), ("mousePressed", first, 1)].into_iter().chain(moves);
        for (kind, (x, y), buttons) in all.chain([("mouseReleased", last, 0)]) {
            let button = if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" };
            let parameters = json!({
                "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1,
                "modifiers": modifiers
            });
            self.devtools("Input.dispatchMouseEvent", parameters).await;
        }
    }

    /// Writes a PNG of the window below the target folder; returns where.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let path = folder.join(format!("{name}.png"));
        let png = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(&path, png).expect("the screenshot is written");
        path
    }

    /// Closes the window.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
    }
}

/// Software rendering is slow, and Chromium says so on the page's console; that is no fault of the page.
fn is_driver_noise(text: &str) -> bool {
    text.contains("GPU stall due to ReadPixels")
        || text.contains("GroupMarkerNotSet")
        || text.contains("swiftshader")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
